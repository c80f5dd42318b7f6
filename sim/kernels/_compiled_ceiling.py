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
def fill_ceiling(
    line: Line,
    fleet: Fleet,
    changed: Flags,
    tiles: tuple[int, int],
    work: tuple[Floats, Ints, Ints],
) -> None:
    """Set the squares of ceilings in some tiles, from the last to the first.

    Tile ``t`` holds rows ``2 + t * TILE`` and on, and one before tile 0 the first two; ``changed``
    tells where a limit may change for a train, and is true of the last tile. Rows lie without gaps
    at the end of the first array of ``work``: those of tile ``t`` from ``spots[t + 1]`` on. Behind
    the last tile no train brakes, so the tiles before it are right only if they lie so far ahead
    that any train could stop in those between.
    """
    (rows, spots, ahead), (a, e), n = work, tiles, line.head_m.shape[1]
    which, brake, spot = fleet.line_idx, fleet.terms[B2], len(rows) - 1
    alike, reached = bool((which == which[0]).all()), np.empty(len(brake))
    order = np.arange(TILE - 1, -1, -1)
    rows[spot], spots[e + 1] = np.inf, spot
    for t in range(e - 1, a - 1 if a > 0 else -2, -1):
        first = 2 + t * TILE if t >= 0 else 0
        end = min(first + TILE if t >= 0 else 2, n + 1)
        even = t >= 0 and not changed[t]
        if even:
            _fill_limits(line.base, which, fleet.terms[TOP2], rows[spot - 1 : spot], first)
            even = _stays(brake, rows[spot - 1], rows[spot])
        here = rows[spot - (1 if even else end - first) : spot + 1]
        if not even:
            _fill_limits(line.base, which, fleet.terms[TOP2], here[:-1], first)
            for j in range(0, len(which), len(which) if alike else 1):
                _bind(line, fleet, here[:-1], (first, j, len(which) if alike else j + 1), ahead)
            if end == n + 1:
                for j in range(len(which)):
                    here[-2, j] = min(here[-2, j], fleet.terms[EXIT2, j])
            _brake_back(brake, here, reached, order)
        spot -= len(here) - 1
        spots[t + 1] = spot


@_compiled
def _fill_limits(base: Floats, which: Ints, top: Floats, rows: Floats, i0: int) -> None:
    """Set the squares of the limits at the heads of the trains in rows that begin with one."""
    m, several = len(top), len(base) > 1
    for i in range(len(rows)):
        if several:
            for j in range(m):
                rows[i, j] = min(base[which[j], i0 + i], top[j])
        else:
            limit = base[0, i0 + i]
            for j in range(m):
                rows[i, j] = min(limit, top[j])


@_compiled
def _stays(brake: Floats, row: Floats, ahead: Floats) -> bool:
    """Tell whether no train brakes from a row to the one ahead."""
    lower = 0
    for j in range(len(brake)):
        lower += int(ahead[j] + brake[j] < row[j])
    return lower == 0


@_compiled
def _brake_back(brake: Floats, rows: Floats, ahead: Floats, order: Ints) -> None:
    """Let every row but the last be as fast as braking to the next one allows.

    A row is written from ``ahead``, which lies elsewhere, and rows are counted by ``order``, which
    goes down to 0: else LLVM could not tell rows apart and would take one train at a time.
    """
    n, m = len(rows) - 1, len(brake)
    for j in range(m):
        ahead[j] = rows[n, j]
    for k in range(len(order) - n, len(order)):
        i = order[k]
        for j in range(m):
            square = min(rows[i, j], ahead[j] + brake[j])
            ahead[j], rows[i, j] = square, square


@_compiled
def _bind(line: Line, fleet: Fleet, rows: Floats, where: tuple[int, int, int], ahead: Ints) -> None:
    """Bind trains of one line by the changes of limit that touch some rows.

    ``where`` is the first row, the first train, and that behind the last.
    """
    i0, j0, j1 = where
    starts, limits = line.limit_from_m[fleet.line_idx[j0]], line.limit_mps[fleet.line_idx[j0]]
    brake, cell, end, z = fleet.terms[B2], line.cell_m, i0 + len(rows), ahead[j0]
    longest = fleet.terms[LENGTH, j0:j1].max()
    while z + 1 < len(starts) and starts[z + 1] <= end * cell:
        z += 1
    while z > 0 and starts[z] > end * cell:
        z -= 1
    ahead[j0] = z
    while z > 0 and (starts[z] + longest) / cell > i0 - 1:
        before, after, place = limits[z - 1], limits[z], starts[z] / cell
        i = math.ceil(place) - 1
        if after < before and 0.0 < place <= line.head_m.shape[1] and i0 <= i < end:
            square, rest = after * after, place - i  # braking ends at the place itself
            for j in range(j0, j1):
                rows[i - i0, j] = min(rows[i - i0, j], square + brake[j] * rest)
        if after > before:
            _hold(line, fleet, rows, where, (starts[z], before))
        z -= 1


@_compiled
def _hold(
    line: Line,
    fleet: Fleet,
    rows: Floats,
    where: tuple[int, int, int],
    limit: tuple[float, float],
) -> None:
    """Keep a limit that ends at a place in force until the tails are past it."""
    (i0, j0, j1), (start, v), cell, size = where, limit, line.cell_m, len(rows)
    pieces, terms, row, tails = fleet.pieces, fleet.terms, fleet.line_idx[j0], fleet.tail_idx
    head, tail = line.head_m[row], line.tail_m[row]
    first, square = max(math.floor(start / cell) + 1 - i0, 0), v * v
    for j in range(j0, j1):
        clear = (start + terms[LENGTH, j]) / cell
        last = math.ceil(clear) - i0
        for i in range(first, min(last, size)):
            rows[i, j] = min(rows[i, j], square)
        if last + i0 < 1 or last < 0 or last >= size:
            continue
        k = len(pieces) - 1  # the rest of the cell is used to accelerate
        while pieces[k, 3, j] > v:
            k -= 1
        behind = last + i0 - 1 + tails[j]
        low, high = tail[behind], tail[behind + 1]
        lost = (head[last + i0 - 1] - low) * terms[Q_HEAD, j] - (high - low) * terms[Q_HIGH, j]
        c0, c1, p = pieces[k, 0, j], pieces[k, 1, j], pieces[k, 2, j]
        gain = ((c0 - lost) + (c1 - terms[CC, j] * v) * v) + p / v
        rows[last, j] = min(rows[last, j], square + (last + i0 - clear) * max(gain, 0.0))
