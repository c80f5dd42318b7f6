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
    ahead = np.full(len(which), line.limit_mps.shape[1] - 1)
    for t in range(len(changed) - 1, -2, -1):
        first = 2 + t * TILE if t >= 0 else 0
        end = min(first + TILE if t >= 0 else 2, n + 1)
        if t >= 0 and not changed[t]:
            _fill_limits(line.base, which, top, rows[first : first + 1], first)
            even[t] = _stays(brake, rows[first], rows[end])
            if even[t]:
                continue
        _fill_limits(line.base, which, top, rows[first:end], first)
        _bind(line, fleet, rows[first:end], first, ahead)
        if end == n + 1:
            rows[n, : len(leave)] = np.minimum(rows[n, : len(leave)], leave)
        _brake_back(brake, rows[first : min(end, n) + 1])
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
def _bind(line: Line, fleet: Fleet, rows: Floats, i0: int, ahead: Ints) -> None:
    """Bind trains by the changes of limit that touch some rows; those ahead of them are done."""
    starts, limits, cell = line.limit_from_m, line.limit_mps, line.cell_m
    length, brake, end = fleet.terms[LENGTH], fleet.terms[B2], i0 + len(rows)
    for j in range(len(ahead)):
        row, z = fleet.line_idx[j], ahead[j]
        while z > 0 and starts[row, z] > end * cell:
            z -= 1
        ahead[j] = z
        while z > 0 and (starts[row, z] + length[j]) / cell > i0 - 1:
            before, after, place = limits[row, z - 1], limits[row, z], starts[row, z] / cell
            if after < before and 0.0 < place <= line.head_m.shape[1]:
                i = math.ceil(place) - 1
                if i0 <= i < end:  # braking ends at the place itself
                    rows[i - i0, j] = min(rows[i - i0, j], after * after + brake[j] * (place - i))
            if after > before:
                clear = (starts[row, z] + length[j]) / cell
                last = math.ceil(clear)
                held = (max(math.floor(place) + 1 - i0, 0), min(last, end) - i0)
                _lower(rows, held, j, before * before)
                if last >= 1 and i0 <= last < end:  # the rest of the cell is used to accelerate
                    gain = max(_gain_at(line, fleet, last - 1, j, before), 0.0)
                    square = before * before + (last - clear) * gain
                    _lower(rows, (last - i0, last - i0 + 1), j, square)
            z -= 1


@_compiled
def _lower(rows: Floats, held: tuple[int, int], j: int, square: float) -> None:
    """Keep one train below the square of a limit in some rows."""
    for i in range(held[0], held[1]):
        rows[i, j] = min(rows[i, j], square)


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
