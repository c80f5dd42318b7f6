"""Controls at border posts, teams at terminals, pools of locomotives and crews, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["Pools", "Posts", "Teams"]


@dataclass(frozen=True, slots=True)
class Posts:
    """Controls: border posts, or the stages of one, for trains and for trucks."""

    station_idx: Ints
    servers: Ints
    gate_idx: Ints
    stands_shut: Ints
    """1 where control under way stands still while the gate is shut."""
    per: Ints
    """What the drawn duration is of: a train, a wagon or a lot."""
    group_idx: Ints
    """Controls of one group begin together."""
    group_size: Ints
    post_idx: Ints
    """Post that the control belongs to, or the terminal after all posts."""
    batch: Ints
    """Wagons or lots that a duration is of."""
    share: Floats
    """Share of trains that pass it."""
    early_share: Floats
    """Share declared beforehand."""


@dataclass(frozen=True, slots=True)
class Teams:
    """Who works on wagons: the gangs of each terminal, then the cranes of each."""

    units: Ints
    base: Ints
    """Number of the team's first unit, over all teams."""
    first_unit: Ints
    """Number of its first unit at its terminal, where cranes come after gangs."""
    by_crane: Ints
    """By flow and terminal: 1 where cranes load and unload its freight."""


@dataclass(frozen=True, slots=True)
class Pools:
    """Locomotives of each pool, then crews of each: units that stand at one of two ends."""

    units: Ints
    """NO_LIMIT where there are always enough."""
    at_first: Ints
    """Those at the first end at the start."""
    rest_ms: Ints
    """From giving up a train to being free."""
    move_ms: Ints
    """Way over to the other end without a train; NO_LIMIT where none is made."""
    duty_ms: Ints
    """Most time on duty of crews; NO_LIMIT for none, and for locomotives. [ms]"""
    per_wagon: Ints
    """1 for sets of bogies, of which a train takes one a wagon."""
