"""Trucks, and the hauls they make."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.model.base import Block, ClockTime, Id, whole_part
from sim.model.laws import Law

__all__ = ["Haul", "TruckFleet", "TruckMarket", "Trucks"]


class _Trucks(Block):
    payload_t: Annotated[float, Field(gt=0, le=80)]
    """Load of a truck. [t]"""
    availability_frac: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Share of them that is fit and free for this freight at any time: not in repair, not
    without a driver, not hired by others."""


class TruckFleet(_Trucks):
    """A finite number of trucks that come back after each trip."""

    kind: Literal["fleet"]
    trucks: Annotated[int, Field(ge=1, le=100000)]
    """Number of trucks."""
    turnaround_h: Annotated[float, Field(ge=0, le=720)] = 6
    """Unloading and rest at the far end before the way back. [h]"""
    rotation_h: Annotated[float, Field(ge=0, le=8760)] = 0.0
    """Rotation rule: least time from one load of a truck to its next. One that is back sooner
    waits for its turn; 0 for no rule. [h]"""

    @property
    def trucks_available(self) -> int:
        """Trucks that are fit and free, in whole trucks."""
        return whole_part(self.trucks, self.availability_frac)


class TruckMarket(_Trucks):
    """Trucks that offer themselves, so many a day; those not hired leave in the evening."""

    kind: Literal["market"]
    trucks_per_day: Annotated[float, Field(gt=0, le=100000)]
    """Trucks on offer each morning; a fraction is carried over to later days."""
    offered_at: ClockTime = "07:00"
    """Time of day at which the day's trucks present themselves, scenario's time zone."""

    @property
    def available_per_day(self) -> float:
        """Trucks on offer each morning that take this freight."""
        return self.trucks_per_day * self.availability_frac


Trucks = Annotated[TruckFleet | TruckMarket, Field(discriminator="kind")]


class Haul(Block):
    """A leg by truck from one terminal to another along the roads of the network."""

    origin: Id
    """Terminal at which the trucks are loaded."""
    destination: Id
    """Terminal at which the freight is handed over."""
    via: tuple[Id, ...] = ()
    """Stations (towns) the way must pass, in order."""
    trucks: Id
    """Truck fleet or market it draws on."""
    speed_kmh: Annotated[float, Field(gt=0, le=120)]
    """Speed over the whole haul with the stops of the road, without border posts. [km/h]"""
    spread_frac: Annotated[float, Field(ge=0, le=2)] = 0.2
    """Standard deviation over mean of the time on the road (lognormal)."""
    loading_h: Law = 0.0
    """Time to load a lot on its trucks, once they are there. [h]"""
    rate_usd_per_tkm: Annotated[float, Field(ge=0, le=5)]
    """Charge by truck. [USD per tonne-km]"""
