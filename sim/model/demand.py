"""What is to be moved: commodities, seasons, flows."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.model.base import Block, Id, Share
from sim.model.diversion import Diversion
from sim.model.hours import Month
from sim.model.occasions import Dates

__all__ = ["Commodity", "Contract", "Flow", "Packaging", "Season"]

Packaging = Literal["bags", "big-bags", "bulk", "containers", "pallets", "tank"]
"""How freight is packed, which decides how fast it is worked and what carries it."""

_MONTHS = 12
_MEAN_TOLERANCE = 0.02


class Commodity(Block):
    """A kind of freight."""

    value_usd_per_t: Annotated[float, Field(ge=0, le=1e6)]
    """Value at origin, for the capital tied up. [USD/t]"""
    wagon_load_t: Annotated[float, Field(gt=0, le=200)]
    """Freight in a wagon: the size of a lot. [t]"""
    loss_frac: Share = 0.0
    """Share of the value lost or damaged on the way."""
    packaging: Packaging | None = None
    """How it is packed, for terminals with rates by packaging and wagons that carry only some."""


class Season(Block):
    """How a year's freight falls on the months."""

    months: dict[Month, Annotated[float, Field(ge=0, le=12)]]
    """Index of each month; the mean over the twelve is 1."""

    @model_validator(mode="after")
    def _means_one(self) -> Self:
        if len(self.months) != _MONTHS:
            message = f"{len(self.months)} months are given; name all twelve, jan to dec"
            raise ValueError(message)
        mean = sum(self.months.values()) / _MONTHS
        if abs(mean - 1) > _MEAN_TOLERANCE:
            message = f"the mean of the twelve months is {mean:.3f}; it must be 1"
            raise ValueError(message)
        return self


class Contract(Dates):
    """A deal: so many tonnes between two dates."""

    tonnes: Annotated[float, Field(gt=0, le=1e9)]
    """Freight of the whole contract. [t]"""


class Flow(Block):
    """Freight of one commodity from one terminal to another, by named legs."""

    commodity: Id
    """What it is."""
    origin: Id
    """Terminal at which it is offered."""
    destination: Id
    """Terminal at which it is handed over."""
    tonnes_per_year: Annotated[float, Field(gt=0, le=1e9)] | None = None
    """Freight offered a year, in the calendar year of the start date. [t]"""
    growth_frac_per_year: Annotated[float, Field(ge=-0.9, le=5)] = 0.0
    """Growth from one calendar year to the next; the months of the start year have none."""
    contract: Contract | None = None
    """In place of `tonnes_per_year`: so many tonnes between two dates."""
    lot_t: Annotated[float, Field(gt=0, le=200)] | None = None
    """Freight of this flow in a wagon, where it is not the commodity's `wagon_load_t`. [t]"""
    priority: Annotated[int, Field(ge=1, le=9)] = 5
    """Class of its lots in queues for wagons, trucks and gangs; 1 goes first."""
    season: Id | None = None
    """Season it follows; left out, even over the year."""
    legs: Annotated[tuple[Id, ...], Field(min_length=1, max_length=12)]
    """Services and hauls it takes, in order; a service may be taken the way back, which
    makes it return freight."""
    divert: Diversion | None = None
    """Other legs when its way is crowded or closed; left out, it always waits."""

    @property
    def all_legs(self) -> tuple[str, ...]:
        """Its own legs, then those of its diversion."""
        return self.legs if self.divert is None else (*self.legs, *self.divert.legs)

    @model_validator(mode="after")
    def _stated_one_way(self) -> Self:
        rule = "a flow states its freight one way"
        if self.tonnes_per_year is None and self.contract is None:
            message = f"neither `tonnes_per_year` nor `contract` is given; {rule}: add one of them"
            raise ValueError(message)
        if self.tonnes_per_year is not None and self.contract is not None:
            drop = (
                "write `tonnes_per_year: null` or `contract: null` to drop what a file below says"
            )
            message = f"both `tonnes_per_year` and `contract` are given; {rule}: {drop}"
            raise ValueError(message)
        if self.contract is not None and self.growth_frac_per_year:
            message = "a contract does not grow; its tonnes are those between its dates"
            raise ValueError(message)
        return self
