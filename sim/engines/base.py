"""What an engine is, and what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays import CorridorArrays, Draws

__all__ = ["COLUMNS", "Engine", "EventTable", "first_slots"]

COLUMNS = ("time_ms", "event", "lot", "train", "place", "unit", "cause")
"""Columns of an event table, as `sim/tables/columns.csv` tells them."""


@dataclass(frozen=True, slots=True)
class EventTable:
    """What happened in one replication, in the order in which it happened.

    Parameters
    ----------
    rows : array of int64, shape (n_events, 7)
        Columns `COLUMNS`.
    """

    rows: NDArray[np.int64]

    def column(self, name: str) -> NDArray[np.int64]:
        """Return one column, shape (n_events,)."""
        return self.rows[:, COLUMNS.index(name)]

    def __len__(self) -> int:
        return len(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EventTable) and np.array_equal(self.rows, other.rows)

    __hash__ = None  # type: ignore[assignment]


class Engine(Protocol):
    """Carry out docs/semantics.md."""

    def __call__(self, arrays: CorridorArrays, draws: Draws) -> EventTable:
        """Return all that happens to a scenario with this luck."""
        ...


def first_slots(arrays: CorridorArrays) -> list[int]:
    """Return the first slot of each class of timer, and the number of slots (semantics, 1.3)."""
    names = arrays.names
    counts = (
        len(names.gates),
        len(names.disruptions),
        len(names.flows),
        len(names.trucks),
        len(names.services),
        2 * len(names.sections),
        int(arrays.teams.units.sum()),
        int(arrays.services.max_trains.sum()),
        arrays.n_lots,
        arrays.n_lot_legs,
        arrays.n_lot_legs,
        len(names.pools),
        len(arrays.bases.wagons),
    )
    return [0, *np.cumsum(counts).tolist()]
