"""CorridorArrays: everything of a scenario that no luck touches. Arrays are read-only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.arrays.base_parts import Bases, Yards
    from sim.arrays.disruption_parts import Disruptions
    from sim.arrays.flow_parts import Cleanings, Diversions, Flows, StockBooks, Stores
    from sim.arrays.parts import (
        Gates,
        Hauls,
        Laws,
        Names,
        Programs,
        Sections,
        Services,
        Terminals,
        Trucks,
    )
    from sim.arrays.post_parts import Pools, Posts, Teams

__all__ = ["CorridorArrays", "content_hash", "freeze"]


@dataclass(frozen=True, slots=True)
class CorridorArrays:
    """A compiled scenario."""

    names: Names
    sections: Sections
    posts: Posts
    pools: Pools
    terminals: Terminals
    teams: Teams
    bases: Bases
    yards: Yards
    programs: Programs
    services: Services
    trucks: Trucks
    hauls: Hauls
    flows: Flows
    diversions: Diversions
    stores: Stores
    cleanings: Cleanings
    stock_books: StockBooks
    laws: Laws
    gates: Gates
    disruptions: Disruptions
    dispatch: str
    dispatch_batch: int
    """Trains that may follow each other under `fleeting` before the other direction's turn."""
    horizon_ms: int
    """End of the period in which freight is offered and results are counted. [ms]"""
    end_ms: int
    """End of the run. [ms]"""
    seed: int

    @property
    def n_lots(self) -> int:
        """Number of lots offered."""
        return int(self.flows.lot_ptr[-1])

    @property
    def n_lot_legs(self) -> int:
        """Number of (lot, leg) pairs."""
        return int(self.flows.lot_leg_base[-1])


def _leaves(part: Any) -> Iterator[Any]:  # noqa: ANN401
    for item in fields(part):
        value = getattr(part, item.name)
        if is_dataclass(value):
            yield from _leaves(value)
        else:
            yield value


def freeze(arrays: CorridorArrays) -> CorridorArrays:
    """Return the arrays, each made read-only."""
    for value in _leaves(arrays):
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    return arrays


def content_hash(arrays: CorridorArrays) -> str:
    """Return a hash of all that the arrays hold, the same on every machine."""
    digest = hashlib.blake2b(digest_size=16)
    for value in _leaves(arrays):
        if isinstance(value, np.ndarray):
            digest.update(f"{value.dtype.str}{value.shape}".encode())
            digest.update(np.ascontiguousarray(value).tobytes())
        else:
            digest.update(repr(value).encode())
    return digest.hexdigest()
