"""Inner loops of the march, compiled: cells outside, trains inside.

The arithmetic is that of :mod:`sim.kernels.ceiling` and :mod:`sim.kernels.march`, operation by
operation and without any re-ordering, so all agree to the last bit. What looks odd here serves the
vectoriser of LLVM: the number of trains in a loop is an argument (a constant would be unrolled to
scalars), all that is written lies in one array at constant distances (or each loop would first
compare addresses), and conditions choose between values, never between stores.

Compiled code is kept beside this file and renewed when it changes, and only then: so the names of
rows stand here once more (a test holds them equal), and nothing compiled elsewhere is called.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba as nb
import numpy as np

from sim.kernels.march_terms import Fleet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.kernels.march_terms import Line

    Floats = NDArray[np.float64]

__all__ = ["march_compiled"]

LANES = 32
TILE = 32
LEAST_SQUARE = 1e-24
FIRST_STEPS = 8
FIRST_SHARE = 1.0 / (FIRST_STEPS * FIRST_STEPS)
Q_HEAD, Q_LOW, Q_HIGH, CC, B2, SLOWEST, TOP2, ENTRY2, EXIT2, LENGTH = range(10)
# rows of the working array, each of LANES numbers, at constant places
V, U, RV, TOTAL, SHORT, FROM, UPTO = (row * LANES for row in range(7))
C0, C1, P, C2, SLOW, TOP = (row * LANES for row in range(7, 13))
ROWS = 13
_compiled = nb.njit(error_model="numpy", nogil=True, cache=True)


@_compiled
def march_compiled(
    line: Line, fleet: Fleet, time_s: Floats, speed_mps: Floats, ceiling: Floats
) -> Floats:
    """Run trains; fill times, and speeds and ceilings if those have columns.

    Return shortfalls of v^2 below 0 (a first sign of a stall) and squares of the entry ceilings.
    """
    n_trains, n = len(time_s), line.head_m.shape[1]
    found = np.empty((2, n_trains))
    rows = np.empty((n + 1, LANES))
    work = np.empty(ROWS * LANES)
    for j0 in range(0, n_trains, LANES):
        m = min(LANES, n_trains - j0)
        some = Fleet(
            fleet.terms[:, j0 : j0 + m].copy(),
            fleet.pieces[:, :, j0 : j0 + m].copy(),
            fleet.line_idx[j0 : j0 + m],
            fleet.tail_idx[j0 : j0 + m],
        )
        _fill_ceiling(line, some, rows, m)
        if ceiling.shape[1]:
            ceiling[:, j0 : j0 + m] = rows[:, :m]
        found[1, j0 : j0 + m] = rows[0, :m]
        _enter(some, work, rows, m)
        if n:
            _start(line, some, work, rows, m)
        _advance(line, some, work, rows, m)
        if speed_mps.shape[1]:
            speed_mps[:, j0 : j0 + m] = rows[:, :m]
        time_s[j0 : j0 + m] = work[TOTAL : TOTAL + m] * (2.0 * line.cell_m)
        found[0, j0 : j0 + m] = work[SHORT : SHORT + m]
    return found


@_compiled
def _fill_ceiling(line: Line, fleet: Fleet, rows: Floats, m: int) -> None:
    """Set the squares of ceilings of some trains."""
    n, brake, leave = len(rows) - 1, fleet.terms[B2], fleet.terms[EXIT2]
    _fill_limits(line, fleet, rows, m)
    _bind(line, fleet, rows, m)
    for j in range(m):
        rows[n, j] = min(rows[n, j], leave[j])
    for i in range(n - 1, -1, -1):
        for j in range(m):
            rows[i, j] = min(rows[i, j], rows[i + 1, j] + brake[j])


@_compiled
def _fill_limits(line: Line, fleet: Fleet, rows: Floats, m: int) -> None:
    """Set the squares of the limits at the heads of some trains."""
    n, top = len(rows) - 1, fleet.terms[TOP2]
    if len(line.base) > 1:
        for j in range(m):
            base = line.base[fleet.line_idx[j]]
            for i in range(n + 1):
                rows[i, j] = min(base[i], top[j])
        return
    for i in range(n + 1):
        limit = line.base[0, i]
        for j in range(m):
            rows[i, j] = min(limit, top[j])


@_compiled
def _bind(line: Line, fleet: Fleet, rows: Floats, m: int) -> None:
    """Bind trains by each change of limit: until the tail is clear, or by braking to it."""
    for z in range(line.limit_mps.shape[1] - 1):
        _brake_before(line, fleet, rows, z, m)
        _hold_until_clear(line, fleet, rows, z, m)


@_compiled
def _brake_before(line: Line, fleet: Fleet, rows: Floats, z: int, m: int) -> None:
    """Let the last cell end before a lower limit be as fast as braking to it allows."""
    n, brake = len(rows) - 1, fleet.terms[B2]
    for j in range(m):
        row = fleet.line_idx[j]
        limit, place = line.limit_mps[row, z + 1], line.limit_from_m[row, z + 1] / line.cell_m
        if limit < line.limit_mps[row, z] and 0.0 < place <= n:
            i = math.ceil(place) - 1
            rows[i, j] = min(rows[i, j], limit * limit + brake[j] * (place - i))


@_compiled
def _hold_until_clear(line: Line, fleet: Fleet, rows: Floats, z: int, m: int) -> None:
    """Keep a limit that ends in force until the tails are past it."""
    n, pieces, terms = len(rows) - 1, fleet.pieces, fleet.terms
    for j in range(m):
        row = fleet.line_idx[j]
        v, start = line.limit_mps[row, z], line.limit_from_m[row, z + 1]
        if line.limit_mps[row, z + 1] <= v:
            continue
        clear = (start + terms[LENGTH, j]) / line.cell_m
        last = math.ceil(clear)
        for i in range(max(math.floor(start / line.cell_m) + 1, 0), min(last, n + 1)):
            rows[i, j] = min(rows[i, j], v * v)
        if 1 <= last <= n:
            k = len(pieces) - 1
            while pieces[k, 3, j] > v:
                k -= 1
            behind = last - 1 + fleet.tail_idx[j]
            low = line.tail_m[row, behind] * terms[Q_LOW, j]
            high = line.tail_m[row, behind + 1] * terms[Q_HIGH, j]
            lost = (line.head_m[row, last - 1] * terms[Q_HEAD, j] - low) - high
            c0, c1, p = pieces[k, 0, j], pieces[k, 1, j], pieces[k, 2, j]
            gain = ((c0 - lost) + (c1 * v - terms[CC, j] * (v * v))) + p / v
            rows[last, j] = min(rows[last, j], v * v + (last - clear) * max(gain, 0.0))


@_compiled
def _enter(fleet: Fleet, work: Floats, rows: Floats, m: int) -> None:
    """Set trains at the start with the speed they enter at."""
    for j in range(m):
        u = max(min(fleet.terms[ENTRY2, j], rows[0, j]), LEAST_SQUARE)
        v = math.sqrt(u)
        rows[0, j], work[TOP + j] = v, rows[0, j]
        work[U + j], work[V + j], work[RV + j] = u, v, 1.0 / v
        work[TOTAL + j], work[SHORT + j] = 0.0, 0.0
        work[FROM + j], work[UPTO + j] = np.inf, 0.0
        work[C2 + j], work[SLOW + j] = fleet.terms[CC, j], fleet.terms[SLOWEST, j]
    _choose_pieces(fleet, work, m)


@_compiled
def _start(line: Line, fleet: Fleet, w: Floats, rows: Floats, m: int) -> None:
    """March over the first cell in steps of equal times for a train that starts from rest."""
    for k in range(FIRST_STEPS):
        share, end = FIRST_SHARE * (2 * k + 1), FIRST_SHARE * ((k + 1) * (k + 1))
        for j in range(m):
            top = w[TOP + j] + (rows[1, j] - w[TOP + j]) * end
            v, rv, u = w[V + j], w[RV + j], w[U + j]
            c1, c2 = w[C1 + j], w[C2 + j]
            lost = _pull_at(line, fleet, 0, j)
            power = w[P + j] * rv
            gain = ((w[C0 + j] - lost) + (c1 * v - c2 * u)) + power
            bend = (c1 - (c2 + c2) * v) - power * rv
            slow = w[SLOW + j] * FIRST_STEPS
            turn = max(bend * share * (0.25 * min(rv, slow)), -1.0)
            u1 = u + gain * share * (1.0 + turn * (1.0 + 0.5 * turn))
            w[SHORT + j] = w[SHORT + j] + min(u1, 0.0)
            w[U + j] = max(min(u1, top), LEAST_SQUARE)
            w[V + j] = math.sqrt(w[U + j])
            both = v + w[V + j]
            r = 1.0 / (both * w[V + j])
            w[TOTAL + j] = w[TOTAL + j] + share * (r * w[V + j])
            w[RV + j] = r * both
        _choose_pieces(fleet, w, m)
    for j in range(m):
        rows[1, j] = w[V + j]


@_compiled
def _choose_pieces(fleet: Fleet, work: Floats, m: int) -> None:
    """Find the piece of the net force of each train whose speed has left its piece."""
    pieces = fleet.pieces
    for j in range(m):
        v = work[V + j]
        if work[FROM + j] <= v < work[UPTO + j]:
            continue
        k = 0
        for q in range(1, len(pieces)):
            if v >= pieces[q, 3, j]:
                k = q
        work[C0 + j] = pieces[k, 0, j]
        work[C1 + j] = pieces[k, 1, j]
        work[P + j] = pieces[k, 2, j]
        work[FROM + j] = pieces[k, 3, j]
        work[UPTO + j] = pieces[k + 1, 3, j] if k + 1 < len(pieces) else np.inf


@_compiled
def _advance(line: Line, fleet: Fleet, w: Floats, rows: Floats, m: int) -> None:
    """March over all cells but the first; rows of ceilings become rows of speeds."""
    n = line.head_m.shape[1]
    pull = np.empty((TILE, LANES))
    for i0 in range(1, n, TILE):
        cells = min(TILE, n - i0)
        _fill_pull(line, fleet, pull, i0, m)
        i = 0
        while i < cells:
            i = _cells(w, pull[i:cells], rows[i0 + i + 1 :], m) + i
            _choose_pieces(fleet, w, m)


@_compiled
def _cells(w: Floats, pull: Floats, rows: Floats, m: int) -> int:
    """March over cells until a train leaves its piece of force; return how many were passed."""
    for i in range(len(pull)):
        lost, row = pull[i], rows[i]
        for j in range(m):
            v, rv, u, c1, c2 = w[V + j], w[RV + j], w[U + j], w[C1 + j], w[C2 + j]
            power = w[P + j] * rv
            gain = ((w[C0 + j] - lost[j]) + (c1 * v - c2 * u)) + power
            bend = (c1 - (c2 + c2) * v) - power * rv
            turn = max(bend * (0.25 * min(rv, w[SLOW + j])), -1.0)
            u1 = u + gain * (1.0 + turn * (1.0 + 0.5 * turn))
            w[SHORT + j] = w[SHORT + j] + min(u1, 0.0)
            w[U + j] = max(min(u1, row[j]), LEAST_SQUARE)
        left = 0
        for j in range(m):
            v = w[V + j]
            v1 = math.sqrt(w[U + j])
            both = v + v1
            r = 1.0 / (both * v1)
            w[TOTAL + j] = w[TOTAL + j] + r * v1
            w[RV + j] = r * both
            w[V + j] = v1
            row[j] = v1
            left += int(v1 < w[FROM + j]) | int(v1 >= w[UPTO + j])
        if left > 0:
            return i + 1
    return len(pull)


@_compiled
def _fill_pull(line: Line, fleet: Fleet, pull: Floats, i0: int, m: int) -> None:
    """Set the loss of v^2 to the gradient in some cells."""
    cells, terms = min(TILE, line.head_m.shape[1] - i0), fleet.terms
    row, behind = fleet.line_idx[0], i0 + fleet.tail_idx[0]
    alike = True
    for j in range(1, m):
        alike &= fleet.line_idx[j] == row and fleet.tail_idx[j] == fleet.tail_idx[0]
    if not alike:
        _fill_pull_each(line, fleet, pull, i0, m)
        return
    q, q_low, q_high = terms[Q_HEAD], terms[Q_LOW], terms[Q_HIGH]
    for i in range(cells):
        head, to = line.head_m[row, i0 + i], pull[i]
        low, high = line.tail_m[row, behind + i], line.tail_m[row, behind + i + 1]
        for j in range(m):
            to[j] = (head * q[j] - low * q_low[j]) - high * q_high[j]


@_compiled
def _fill_pull_each(line: Line, fleet: Fleet, pull: Floats, i0: int, m: int) -> None:
    """Set the same for trains of different lengths or lines, one after the other."""
    cells = min(TILE, line.head_m.shape[1] - i0)
    for j in range(m):
        row = fleet.line_idx[j]
        q, q_low, q_high = fleet.terms[: Q_HIGH + 1, j]
        head = line.head_m[row, i0 : i0 + cells]
        behind = i0 + fleet.tail_idx[j]
        tail = line.tail_m[row, behind : behind + cells + 1]
        for i in range(cells):
            pull[i, j] = (head[i] * q - tail[i] * q_low) - tail[i + 1] * q_high


@_compiled
def _pull_at(line: Line, fleet: Fleet, i: int, j: int) -> float:
    """Return the loss of v^2 of one train to the gradient of one cell."""
    row, behind = fleet.line_idx[j], i + fleet.tail_idx[j]
    low = line.tail_m[row, behind] * fleet.terms[Q_LOW, j]
    high = line.tail_m[row, behind + 1] * fleet.terms[Q_HIGH, j]
    lost: float = (line.head_m[row, i] * fleet.terms[Q_HEAD, j] - low) - high
    return lost
