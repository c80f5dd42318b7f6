"""The compiled march of many trains, some side by side at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels._compiled import LANES, TILE, march_lanes
from sim.kernels._compiled_ceiling import fill_ceiling
from sim.kernels.march_terms import LENGTH, Fleet, Line, some_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["march_compiled"]

_WIDTH = 8


def march_compiled(
    line: Line, fleet: Fleet, speed_mps: Floats, ceiling: Floats
) -> tuple[Floats, Flags, Floats]:
    """Run trains with the arithmetic of :func:`sim.kernels.march.march_numpy`, but without stalls.

    Parameters
    ----------
    line, fleet : Line, Fleet
        Prepared profile and trains.
    speed_mps, ceiling : array of shape (n_cells + 1, n_trains or 0)
        Filled with speeds and squares of ceilings if they have columns.

    Returns
    -------
    time_s : array of shape (n_trains,)
        [s]
    odd : array of bool of shape (n_trains,)
        True where a train may have stalled: its time is not to be used.
    entry : array of shape (n_trains,)
        Squares of the ceilings at the entry. [m2/s2]
    """
    n, n_trains, kept = line.head_m.shape[1], len(fleet.line_idx), speed_mps.shape[1] > 0
    time_s, stood, entry = np.zeros(n_trains), np.zeros(n_trains), np.zeros(n_trains)
    rows, changed = np.empty((n + 1, LANES)), _changed(line, fleet)
    speeds = np.empty((n + 1 if kept else TILE + 1, LANES))
    changed |= kept
    for which in _groups(fleet):
        some, m = some_of(fleet, which), len(which)
        even = fill_ceiling(line, some, changed, rows)
        entry[which] = rows[0, :m]
        time_s[which], stood[which] = march_lanes(line, some, even, rows, speeds)
        if kept:
            speed_mps[:, which], ceiling[:, which] = speeds[:, :m], rows[:, :m]
    return time_s, (stood > 0.0) | ~(time_s >= 0.0), entry


def _groups(fleet: Fleet) -> Iterator[Ints]:
    """Give trains that go side by side: of one line and length where there are enough.

    The last of a group is repeated to fill the width of the processor.
    """
    order = np.lexsort((fleet.tail_idx, fleet.line_idx))
    new = np.diff(fleet.line_idx[order]) | np.diff(fleet.tail_idx[order])
    runs = np.split(order, np.flatnonzero(new) + 1)
    long = [run for run in runs if len(run) >= _WIDTH]
    short = [run for run in runs if len(run) < _WIDTH]
    for run in [*long, np.concatenate(short)] if short else long:
        for j in range(0, len(run), LANES):
            some = run[j : j + LANES]
            yield np.concatenate([some, np.repeat(some[-1:], -len(some) % _WIDTH)])


def _changed(line: Line, fleet: Fleet) -> Flags:
    """Tell in which tiles of cells a limit may change for a train, or the line ends."""
    n_tiles = -(-(line.head_m.shape[1] - 1) // TILE)
    tails = fleet.terms[LENGTH].max() / line.cell_m
    place = line.limit_from_m[:, 1:].ravel() / line.cell_m
    bound = n_tiles + 1
    first = np.clip((place - 4.0) // TILE, 0, bound).astype(np.int64)
    after = np.clip((place + tails) // TILE + 1, 0, bound).astype(np.int64)
    more = np.bincount(first, minlength=bound + 1) - np.bincount(after, minlength=bound + 1)
    changed = np.cumsum(more)[: max(n_tiles, 0)] > 0
    changed[-1:] = True
    return np.asarray(changed)
