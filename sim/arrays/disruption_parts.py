"""The part of CorridorArrays that tells of disruptions, and the codes in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = [
    "CLOSED",
    "GANGS",
    "MARKET",
    "OF_CAPACITY",
    "OF_DEMAND",
    "OF_PRICE",
    "OF_SPEED",
    "SERVERS",
    "TRUCKS",
    "WAGONS",
    "Capacity",
    "Demand",
    "Disruptions",
    "Slowing",
]

CLOSED, OF_SPEED, OF_CAPACITY, OF_DEMAND, OF_PRICE = range(5)
"""Effects of a disruption."""

SERVERS, GANGS, WAGONS, TRUCKS, MARKET = range(5)
"""What a capacity is made of: a post, a terminal, a base of wagons, a truck fleet or market."""


@dataclass(frozen=True, slots=True)
class Slowing:
    """What is slowed: rows of sections and of parts of roads, each with its entries."""

    row_of_section: Ints
    """By simulated section; -1 where nothing slows it."""
    row_of_step: Ints
    """By step of a haul (flat as its ``ptr``); -1 where nothing slows it."""
    ptr: Ints
    """Row ``r`` has entries ``ptr[r]`` to ``ptr[r + 1] - 1``."""
    stretch: Ints
    """By entry: number of the stretch, within the row, that is hit."""
    share_frac: Floats
    """By entry: share of the row's length that this stretch has."""
    cause: Ints
    """By entry: disruption."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What has fewer units: one row a thing."""

    kind: Ints
    """`SERVERS`, `GANGS`, `WAGONS`, `TRUCKS` or `MARKET`."""
    arg: Ints
    """Index of the post, terminal, base of a fleet or trucks."""
    units: Ints
    """All of them; 0 for a market, which has a number a morning."""
    ptr: Ints
    cause: Ints
    """Disruptions of each row."""


@dataclass(frozen=True, slots=True)
class Demand:
    """How flows offer less or more."""

    ptr: Ints
    """By flow."""
    cause: Ints
    """Disruptions that take freight away from each flow."""
    surge_month: Ints
    """By surge: row of the flow's month (flat as ``Flows.month_ptr``) whose lots it adds to."""
    surge_cause: Ints
    surge_start_ms: Ints
    surge_end_ms: Ints
    surge_lots: Ints


@dataclass(frozen=True, slots=True)
class Disruptions:
    """What disruptions do and when they may come; by disruption where nothing else is said."""

    effect: Ints
    """`CLOSED`, `OF_SPEED`, `OF_CAPACITY`, `OF_DEMAND` or `OF_PRICE`."""
    frac: Floats
    dated_ptr: Ints
    dated_start_ms: Ints
    dated_end_ms: Ints
    gap_mean_ms: Floats
    """Mean window time between two by chance; 0 for others."""
    window_ptr: Ints
    window_start_ms: Ints
    window_end_ms: Ints
    window_weight: Floats
    """How fast time runs in each window."""
    most: Ints
    """How many by chance are drawn."""
    after_idx: Ints
    """The disruption that sets it going; -1 for none."""
    after_frac: Floats
    duration_law: Ints
    delay_law: Ints
    slowing: Slowing
    capacity: Capacity
    demand: Demand
