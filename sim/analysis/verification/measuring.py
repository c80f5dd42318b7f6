"""What is measured of a run: times between two rows, and how many rows an hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.engines.base import COLUMNS
from sim.tables import Code
from sim.units import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays import CorridorArrays
    from sim.engines.base import EventTable

    Ints = NDArray[np.int64]

__all__ = ["Mark", "Seen"]

_TAIL_D = 3
"""What begins in the last days of freight is not counted: some of it never ends. [d]"""

_TIME, _EVENT, _LOT, _TRAIN, _PLACE = (
    COLUMNS.index(name) for name in ("time_ms", "event", "lot", "train", "place")
)
_NOT = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Mark:
    """A kind of row.

    Parameters
    ----------
    code : Code
        What happens.
    place : int, optional
        Where, by number; any place if left out.
    is_of_train : bool, optional
        Whether the row is of a train, and holds for every lot aboard.
    """

    code: Code
    place: int | None = None
    is_of_train: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A replication after its warm-up.

    Parameters
    ----------
    arrays : CorridorArrays
        The compiled scenario.
    events : EventTable
        What happened.
    warm_up_d : float
        What begins before is not counted. [d]
    """

    arrays: CorridorArrays
    events: EventTable
    warm_up_d: float

    @property
    def hours_h(self) -> float:
        """Length of the period that counts. [h]."""
        low, high = self._span_ms
        return (high - low) / HOUR_MS

    @property
    def _span_ms(self) -> tuple[int, int]:
        return int(self.warm_up_d * DAY_MS), self.arrays.horizon_ms - _TAIL_D * DAY_MS

    def mean_between_h(self, begin: Mark, end: Mark) -> float:
        """Return the mean time of lots from one row to another, by when it begins. [h]."""
        (low, high), start, stop = self._span_ms, self._when(begin), self._when(end)
        counts = (start >= low) & (start < high) & (stop != _NOT)
        return float((stop - start)[counts].mean()) / HOUR_MS

    def busy(self, begin: Mark, end: Mark) -> float:
        """Return how many lots are on average between two rows."""
        low, high = self._span_ms
        start, stop = self._when(begin), self._when(end)
        start, stop = start[start != _NOT], np.where(stop == _NOT, high, stop)[start != _NOT]
        inside = np.minimum(stop, high) - np.maximum(start, low)
        return float(np.maximum(inside, 0).sum()) / (high - low)

    def rate_per_h(self, mark: Mark) -> float:
        """Return how many rows of a kind there are in an hour."""
        (low, high), at = self._span_ms, self._when(mark)
        inside = (at >= low) & (at < high)
        return float(inside.sum()) / self.hours_h

    def _when(self, mark: Mark) -> Ints:
        """Return when each lot has its (only) row of a kind, shape (n_lots,)."""
        rows = self._rows(mark.code)
        if mark.place is not None:
            rows = rows[rows[:, _PLACE] == mark.place]
        if not mark.is_of_train:
            return _at(rows[:, _LOT], rows[:, _TIME], self.arrays.n_lots)
        aboard = self._rows(Code.ABOARD)
        n_trains = int(aboard[:, _TRAIN].max(initial=-1)) + 1
        of_train = _at(rows[:, _TRAIN], rows[:, _TIME], n_trains)
        return _at(aboard[:, _LOT], of_train[aboard[:, _TRAIN]], self.arrays.n_lots)

    def _rows(self, code: Code) -> Ints:
        rows: Ints = self.events.rows
        found: Ints = rows[rows[:, _EVENT] == int(code)]
        return found


def _at(who: Ints, when: Ints, n: int) -> Ints:
    found = np.full(n, _NOT, np.int64)
    found[who] = when
    return found
