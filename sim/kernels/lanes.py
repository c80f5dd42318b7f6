"""The compiled march of many trains, some side by side at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels._compiled import LANES, ROWS, SHORT, TILE, TOTAL, march_lanes
from sim.kernels._compiled_ceiling import fill_ceiling
from sim.kernels.march_terms import B2, LENGTH, TOP2, Fleet, Line, some_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["march_compiled"]

BLOCK = 128
"""Tiles whose ceilings are set before trains run over them: they stay in the second cache."""
LOOKS_PER_BLOCK = 8
"""A block is as many times as long as what is seen ahead of it, which is done twice."""
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
    changed = _changed(line, fleet)
    changed |= kept
    blocks, n_tiles = _blocks(line, fleet, len(changed) if kept else BLOCK)
    rows = np.empty((n_tiles * TILE + 3, LANES))
    spots, ahead = np.empty(len(changed) + 2, np.int64), np.zeros(LANES, np.int64)
    speeds, w = np.empty((n + 1 if kept else TILE + 1, LANES)), np.empty(ROWS * LANES)
    for which in _groups(fleet):
        some, m = some_of(fleet, which), len(which)
        for first, last, seen in blocks:
            fill_ceiling(line, some, changed, (first, seen), (rows, spots, ahead))
            if first == 0:
                entry[which] = rows[spots[0], :m]
            march_lanes(line, some, (first, last), (rows, spots), (w, speeds))
        time_s[which] = w[TOTAL : TOTAL + m] * (2.0 * line.cell_m)
        stood[which] = w[SHORT : SHORT + m]
        if kept:
            speed_mps[:, which] = speeds[:, :m]
            ceiling[:, which] = rows[spots[0] : spots[0] + n + 1, :m]
    return time_s, (stood > 0.0) | ~(time_s >= 0.0), entry


def _blocks(line: Line, fleet: Fleet, size: int) -> tuple[list[tuple[int, int, int]], int]:
    """Cut the tiles of a line into blocks: first, last, and how far their ceilings look ahead.

    A ceiling depends on what lies within the braking distance from the highest speed: braking
    from farther off would end above it. Smallest terms are enough, for sums are monotonic when
    rounded, and rounding takes off less than the part added here. Also return the most tiles.
    """
    n_tiles = -(-(line.head_m.shape[1] - 1) // TILE)
    highest = min(float(fleet.terms[TOP2].max()), float(line.base.max()))
    cells = min(highest / float(fleet.terms[B2].min()) * (1.0 + 1e-9), n_tiles * TILE)
    ahead = int(cells) // TILE + 2
    size = max(size, LOOKS_PER_BLOCK * ahead)
    blocks = [
        (t, min(t + size, n_tiles), min(t + size + ahead, n_tiles))
        for t in range(0, max(n_tiles, 1), size)
    ]
    return blocks, max(seen - first for first, _, seen in blocks)


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
