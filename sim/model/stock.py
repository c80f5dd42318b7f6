"""Stocks at destinations: what is kept there, filled by deliveries and eaten day by day."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.model.base import Block, Id

__all__ = ["Stock"]

Tonnes = Annotated[float, Field(ge=0, le=1e9)]


class Stock(Block):
    """A stock at a terminal, from which a town or a buyer lives."""

    terminal: Id
    """Terminal at which it lies: a destination of the flows that feed it."""
    flows: tuple[Id, ...] | None = None
    """Flows that feed it; all end at the terminal."""
    commodity: Id | None = None
    """In place of `flows`: every flow of this commodity that ends at the terminal feeds it."""
    opening_t: Tonnes
    """Stock at its opening. [t]"""
    consumption_t_per_year: Annotated[float, Field(gt=0, le=1e9)]
    """What is consumed in a year if it is there, evenly within each month. [t]"""
    season: Id | None = None
    """Season of consumption; left out, even over the year."""
    safety_t: Tonnes | None = None
    """Stock below which it is low. [t]"""
    safety_d: Annotated[float, Field(ge=0, le=3660)] | None = None
    """Stock below which it is low, in days of mean consumption; in place of `safety_t`. [d]"""
    opens_d: Annotated[int, Field(ge=0, le=3660)] = 0
    """Day of the period on which it is opened: deliveries and consumption count from then. A run
    begins with an empty corridor, so the first freight takes its transit time to come. [d]"""

    @model_validator(mode="after")
    def _fed_one_way(self) -> Self:
        if (self.flows is None) == (self.commodity is None):
            word = "neither" if self.flows is None else "both"
            message = (
                f"{word} of `flows` and `commodity` is given; a stock is fed by one of the two"
            )
            raise ValueError(message)
        if self.flows is not None and not self.flows:
            message = "`flows` is empty; a stock is fed by a flow at least"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _one_safety(self) -> Self:
        if self.safety_t is not None and self.safety_d is not None:
            message = "both `safety_t` and `safety_d` are given; a stock has one safety level"
            raise ValueError(message)
        return self
