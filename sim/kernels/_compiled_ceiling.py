"""Ceilings of speed, compiled: cells outside, trains inside.

The arithmetic is that of :mod:`sim.kernels.ceiling`, operation by operation, so both agree to the
last bit. Of a tile of cells in which no limit changes and before which no train brakes only the
first row is set: all others are equal to it.

Compiled code is kept beside this file and renewed when it changes, and only then: so the names of
rows stand here once more (a test holds them equal), and nothing compiled elsewhere is called.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba as nb
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.kernels.march_terms import Fleet, Line

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["fill_ceiling"]

TILE = 16
Q_HEAD, Q_HIGH, CC, B2, SLOWEST, TOP2, ENTRY2, EXIT2, LENGTH = range(9)
_compiled = nb.njit(error_model="numpy", nogil=True, cache=True)


@_compiled
def fill_ceiling(line: Line, fleet: Fleet, changed: Flags, rows: Floats) -> Flags:
    """Set the squares of ceilings; return in which tiles all rows are equal to the first.

    Tile ``t`` holds rows ``2 + t * TILE`` and on; ``changed`` tells where a limit may change for
    a train, and is true of the last tile.
    """
    n, which = len(rows) - 1, fleet.line_idx
    top, brake, leave = fleet.terms[TOP2], fleet.terms[B2], fleet.terms[EXIT2]
    even = np.zeros(len(changed), dtype=np.bool_)
    _fill_limits(line.base, which, top, rows[:2], 0)
    for t in range(len(changed)):
        if changed[t]:
            first = 2 + t * TILE
            _fill_limits(line.base, which, top, rows[first : first + TILE], first)
    for z in range(line.limit_mps.shape[1] - 1):
        _brake_before(line, fleet, rows, z)
        _hold_until_clear(line, fleet, rows, z)
    for j in range(len(leave)):
        rows[n, j] = min(rows[n, j], leave[j])
    for t in range(len(changed) - 1, -1, -1):
        first = 2 + t * TILE
        tile = rows[first : first + TILE]
        if not changed[t]:
            _fill_limits(line.base, which, top, tile[:1], first)
            even[t] = _stays(brake, tile[0], rows[first + TILE])
            if even[t]:
                continue
            _fill_limits(line.base, which, top, tile, first)
        _brake_back(brake, rows[first : min(first + TILE, n) + 1])
    _brake_back(brake, rows[:3])
    return even


@_compiled
def _fill_limits(base: Floats, which: Ints, top: Floats, rows: Floats, i0: int) -> None:
    """Set the squares of the limits at the heads of the trains in rows that begin with one."""
    m = len(top)
    for i in range(len(rows)):
        row = rows[i]
        if len(base) > 1:
            for j in range(m):
                row[j] = min(base[which[j], i0 + i], top[j])
        else:
            limit = base[0, i0 + i]
            for j in range(m):
                row[j] = min(limit, top[j])


@_compiled
def _stays(brake: Floats, row: Floats, ahead: Floats) -> bool:
    """Tell whether no train brakes from a row to the one ahead."""
    lower = 0
    for j in range(len(brake)):
        lower += int(ahead[j] + brake[j] < row[j])
    return lower == 0


@_compiled
def _brake_back(brake: Floats, rows: Floats) -> None:
    """Let every row but the last be as fast as braking to the next one allows."""
    for i in range(len(rows) - 2, -1, -1):
        row, ahead = rows[i], rows[i + 1]
        for j in range(len(brake)):
            row[j] = min(row[j], ahead[j] + brake[j])


@_compiled
def _brake_before(line: Line, fleet: Fleet, rows: Floats, z: int) -> None:
    """Let the last cell end before a lower limit be as fast as braking to it allows."""
    n, brake = len(rows) - 1, fleet.terms[B2]
    for j in range(len(brake)):
        row = fleet.line_idx[j]
        limit, place = line.limit_mps[row, z + 1], line.limit_from_m[row, z + 1] / line.cell_m
        if limit < line.limit_mps[row, z] and 0.0 < place <= n:
            i = math.ceil(place) - 1
            rows[i, j] = min(rows[i, j], limit * limit + brake[j] * (place - i))


@_compiled
def _hold_until_clear(line: Line, fleet: Fleet, rows: Floats, z: int) -> None:
    """Keep a limit that ends in force until the tails are past it."""
    n, terms = len(rows) - 1, fleet.terms
    for j in range(terms.shape[1]):
        row = fleet.line_idx[j]
        v, start = line.limit_mps[row, z], line.limit_from_m[row, z + 1]
        if line.limit_mps[row, z + 1] <= v:
            continue
        clear = (start + terms[LENGTH, j]) / line.cell_m
        last = math.ceil(clear)
        for i in range(max(math.floor(start / line.cell_m) + 1, 0), min(last, n + 1)):
            rows[i, j] = min(rows[i, j], v * v)
        if 1 <= last <= n:
            gain = _gain_at(line, fleet, last - 1, j, v)
            rows[last, j] = min(rows[last, j], v * v + (last - clear) * max(gain, 0.0))


@_compiled
def _gain_at(line: Line, fleet: Fleet, i: int, j: int, v: float) -> float:
    """Return the gain of v^2 of one train at a speed in a cell."""
    row, pieces, terms = fleet.line_idx[j], fleet.pieces, fleet.terms
    k = len(pieces) - 1
    while pieces[k, 3, j] > v:
        k -= 1
    behind = i + fleet.tail_idx[j]
    low, high = line.tail_m[row, behind], line.tail_m[row, behind + 1]
    lost = (line.head_m[row, i] - low) * terms[Q_HEAD, j] - (high - low) * terms[Q_HIGH, j]
    c0, c1, p = pieces[k, 0, j], pieces[k, 1, j], pieces[k, 2, j]
    gain: float = ((c0 - lost) + (c1 - terms[CC, j] * v) * v) + p / v
    return gain
