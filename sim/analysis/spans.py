"""Intervals between two kinds of events: each beginning with the end that follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sim.engines.base import COLUMNS
from sim.kernels.grouping import positions, stable_order, sums_within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome
    from sim.analysis.rows import Rows
    from sim.tables import Code

    Ints = NDArray[np.int64]

__all__ = ["Intervals", "intervals", "pairs"]


class Intervals(NamedTuple):
    """Rows that begin something, and when it began and ended; what is left ends with the run."""

    rows: Rows
    start_ms: Ints
    end_ms: Ints
    has_ended: NDArray[np.bool_]

    @property
    def length_ms(self) -> Ints:
        """How long each lasted."""
        return self.end_ms - self.start_ms

    def where(self, which: NDArray[np.bool_]) -> Intervals:
        """Return some of them."""
        parts = (self.start_ms[which], self.end_ms[which], self.has_ended[which])
        return Intervals(self.rows.where(which), *parts)

    def at(self, place: int) -> Intervals:
        """Return those at a place."""
        return self.where(self.rows["place"] == place)


def intervals(
    outcome: Outcome, begin: Code, end: Code, *, by: tuple[str, ...] = ("train", "lot", "place")
) -> Intervals:
    """Return intervals from each ``begin`` to the ``end`` that follows it, same ``by``."""
    first, last = outcome.rows(begin), outcome.rows(end)
    at = positions(*_ordinals(first, last, by))
    end_ms = np.append(last["time_ms"], outcome.arrays.end_ms)[at]
    return Intervals(first, first["time_ms"], end_ms, at >= 0)


def pairs(
    outcome: Outcome, begin: Code, end: Code, *, by: tuple[str, ...] = ("train", "lot", "place")
) -> pd.DataFrame:
    """Return `intervals` as a table: columns of the beginning, start_ms, end_ms, has_ended."""
    found = intervals(outcome, begin, end, by=by)
    return pd.DataFrame({name: found.rows[name] for name in COLUMNS}).assign(
        start_ms=found.start_ms, end_ms=found.end_ms, has_ended=found.has_ended
    )


def _ordinals(first: Rows, last: Rows, by: tuple[str, ...]) -> tuple[Ints, Ints]:
    """Return a number of each row that tells its keys, and which of those with its keys it is."""
    n = len(first)
    key = np.zeros(n + len(last), np.int64)
    for name in by:
        column = np.concatenate((first[name], last[name])) + 1
        key = key * (int(column.max(initial=0)) + 1) + column
    counts = np.concatenate((_count_same(key[:n]), _count_same(key[n:])))
    key = key * (int(counts.max(initial=0)) + 1) + counts
    return key[:n], key[n:]


def _count_same(key: Ints) -> Ints:
    """Return how many up to and with each are the same."""
    order = stable_order(key)
    found = np.empty(len(key), np.int64)
    found[order] = sums_within(np.ones(len(key), np.int64), key[order])
    return found
