"""Flows, their lots and legs, and their diversions, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["Cleanings", "Diversions", "Flows", "StockBooks", "Stores"]


@dataclass(frozen=True, slots=True)
class Flows:
    """Flows, and their lots: numbered flow by flow in order of offer."""

    lot_ptr: Ints
    """Flow ``f`` owns lots ``lot_ptr[f]`` to ``lot_ptr[f + 1] - 1``."""
    lot_t: Floats
    month_ptr: Ints
    month_start_ms: Ints
    month_end_ms: Ints
    month_lots: Ints
    leg_ptr: Ints
    """Legs of each flow: its own, then those it takes when it is diverted."""
    leg_kind: Ints
    leg_arg: Ints
    """Service or haul."""
    leg_trucks: Ints
    """Trucks a lot needs on a haul; 0 on a ride."""
    origin_idx: Ints
    destination_idx: Ints
    lot_leg_base: Ints
    """Flat index of a flow's first lot-leg; lot-leg = base + (lot - lot_ptr) * n_legs + leg."""
    priority: Ints
    """Class of its lots in queues for wagons, seats, trucks and gangs; 1 goes first."""


@dataclass(frozen=True, slots=True)
class Diversions:
    """When the lots of each flow take other legs."""

    n_own_legs: Ints
    """Legs that are not those of a diversion."""
    looks_at: Ints
    """Leg before which a lot looks; -1 where the flow has no diversion."""
    queue_lots: Ints
    """Lots waiting at which it diverts; NO_LIMIT for never."""
    closed_ms: Ints
    """Time for which a gate must have been closed; NO_LIMIT for never."""
    stock_idx: Ints
    """Stock that is looked at; -1 for none."""
    cover_kg: Ints
    """Level below which it diverts. [kg]"""
    gate_ptr: Ints
    gate_idx: Ints
    """Gates that are looked at."""


@dataclass(frozen=True, slots=True)
class StockBooks:
    """Stocks at destinations, as diversions look at them."""

    opening_kg: Ints
    opens_day: Ints
    eaten_kg: Ints
    """Consumption of each day of the run, shape (n_stocks, n_days). [kg]"""
    feeds_ptr: Ints
    feeds_idx: Ints
    """By flow: stocks that its deliveries feed."""


@dataclass(frozen=True, slots=True)
class Stores:
    """Room for freight that waits at terminals between two legs."""

    room_kg: Ints
    """By terminal; NO_LIMIT where it is not limited. [kg]"""
    lot_kg: Ints
    """By flow: room a lot takes. [kg]"""
    leg_terminal: Ints
    """By leg (flat): terminal in whose store the lot waits for its next leg; -1 for none."""


@dataclass(frozen=True, slots=True)
class Cleanings:
    """Cleaning of wagons between goods."""

    before_back_ms: Ints
    """By leg (flat) of a lot that rides home and flow of the lot out in the same wagon, shape
    (n_legs, n_flows): cleaning before it is loaded; 0 on other legs. [ms]"""
    home_ms: Ints
    """By leg (flat) on which a lot was the last in the wagon: cleaning at home; 0 on hauls. [ms]"""
