"""How wagons go on over another gauge."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.model.base import Block, Money
from sim.model.laws import Law

__all__ = ["Exchange"]


class Exchange(Block):
    """Exchange of bogies, or passage of variable-gauge wagons, at a break of gauge."""

    trains: Annotated[int, Field(ge=1, le=200)]
    """Trains that can be worked at once. [trains]"""
    wagons_at_once: Annotated[int, Field(ge=1, le=500)] = 1
    """Wagons of a train worked at the same time: on jacks, or in the passage. [wagons]"""
    wagon_h: Law
    """Time of so many wagons, loaded. [h]"""
    empty_wagon_h: Law | None = None
    """Time of so many wagons, empty; left out, as loaded. [h]"""
    bogie_sets: Annotated[int, Field(ge=1, le=100000)] | None = None
    """Sets of bogies of the other gauge, one a wagon; they come back with the wagons. Left
    out, or for variable-gauge wagons, there are always enough."""
    charge_usd_per_wagon: Money = 0.0
    """Each time a wagon passes, out or home, loaded or empty. [USD per wagon]"""
