"""Inner loops of the march, compiled: cells outside, trains inside.

The arithmetic is that of :mod:`sim.kernels.march`, operation by operation and without any
re-ordering, so both agree to the last bit. What looks odd here serves the processor and the
vectoriser of LLVM: the number of trains in a loop is an argument (a constant would be unrolled to
scalars), what is written lies in few arrays at constant distances (or each loop would first
compare addresses), and conditions choose between values, never between stores. A cell takes
several short loops rather than a long one, for a processor looks ahead over so many operations
only; and a tile of cells stays in its nearest memory until its times are summed up. Cells
in which all trains hold an even ceiling with force to spare change nothing, and are passed.

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
    Singles = NDArray[np.float32]
    Flags = NDArray[np.bool_]

__all__ = ["march_lanes"]

LANES = 64
TILE = 16
TERMS_OF_TIME = 4
LEAST_SQUARE = 1e-24
AT_STAND = 1.5e-12
FIRST_STEPS = 8
FIRST_SHARE = 1.0 / (FIRST_STEPS * FIRST_STEPS)
Q_HEAD, Q_HIGH, CC, B2, SLOWEST, TOP2, ENTRY2, EXIT2, LENGTH = range(9)
# rows of the working array, each of LANES numbers, at constant places
U, RV, TOTAL, SHORT, FROM, UPTO = (row * LANES for row in range(6))
C0, C1, P, C2, SLOW, QA, QB, LOST, GAIN, TURN = (row * LANES for row in range(6, 16))
ROWS = 16
ONE = np.float32(1.0)
_compiled = nb.njit(error_model="numpy", nogil=True, cache=True)


@_compiled
def march_lanes(
    line: Line,
    fleet: Fleet,
    tiles: tuple[int, int],
    ceiling: tuple[Floats, Ints],
    work: tuple[Floats, Floats],
) -> None:
    """Run some trains over some tiles; fill their speeds if there is a row for every cell end.

    ``ceiling`` is what :func:`sim.kernels._compiled_ceiling.fill_ceiling` leaves: of a tile whose
    ceiling is even there is one row. ``work`` holds what is known of the trains, and their speeds:
    times are in it, and above 0 where a train came to a stand on its way (a first sign of a stall).
    """
    (w, speeds), (rows, spots), n, m = work, ceiling, line.head_m.shape[1], len(fleet.line_idx)
    seeds, kept = np.empty(m, dtype=np.float32), int(len(speeds) == n + 1)
    lost, alike = np.empty((TILE, LANES)), _alike(fleet)
    head = line.head_m[fleet.line_idx[0], : n if alike else 0]
    tail = line.tail_m[fleet.line_idx[0], fleet.tail_idx[0] :]
    if tiles[0] == 0:
        _enter(fleet, w, rows[spots[0]], speeds[0])
        _start(line, fleet, w, rows[spots[0] :], speeds[: kept + 1])
    for t in range(tiles[0], tiles[1]):
        i0 = 1 + t * TILE
        i, cells, spot = 0, min(TILE, n - i0), spots[t + 1]
        even = spots[t + 2] - spot < cells
        tops, here = rows[spot : spot + 1], speeds[i0 * kept :]
        if even and alike and _holds(w, (head[i0:], tail[i0:]), tops, m):
            _add_held_times(w, m)
            continue
        if not alike:
            _fill_pull(line, fleet, lost[:cells], i0)
        while i < cells:
            tops = tops if even else rows[spot + i : spot + cells]
            climb = (head[i0 + i :], tail[i0 + i :], lost[i:cells])
            passed, left = _cells(w, seeds, climb, tops, here[i : cells + 1])
            if left:
                _choose_pieces(fleet.pieces, w, here[i + passed])
            i += passed
        _add_times(w, here[: cells + 1], m)
        if not kept:
            here[0] = here[cells]


@_compiled
def _alike(fleet: Fleet) -> bool:
    """Tell whether all trains are on one line and over the same cells."""
    alike = True
    for j in range(len(fleet.line_idx)):
        alike &= fleet.line_idx[j] == fleet.line_idx[0]
        alike &= fleet.tail_idx[j] == fleet.tail_idx[0]
    return alike


@_compiled
def _enter(fleet: Fleet, w: Floats, top: Floats, speed: Floats) -> None:
    """Set trains at the start with the speed they enter at."""
    terms = fleet.terms
    for j in range(terms.shape[1]):
        u = max(min(terms[ENTRY2, j], top[j]), LEAST_SQUARE)
        v = math.sqrt(u)
        speed[j], w[U + j], w[RV + j] = v, u, 1.0 / v
        w[TOTAL + j], w[FROM + j], w[UPTO + j] = 0.0, np.inf, 0.0
        w[C2 + j], w[SLOW + j] = terms[CC, j], terms[SLOWEST, j]
        w[QA + j], w[QB + j] = terms[Q_HEAD, j], terms[Q_HIGH, j]
    _choose_pieces(fleet.pieces, w, speed)
    for j in range(terms.shape[1]):
        w[SHORT + j] = 0.0


@_compiled
def _start(line: Line, fleet: Fleet, w: Floats, rows: Floats, speeds: Floats) -> None:
    """March over the first cell in steps of equal times for a train that starts from rest.

    The speeds of the last row become those at the end of the cell.
    """
    speed, lost = speeds[-1], np.empty((1, LANES))
    speed[:] = speeds[0]
    _fill_pull(line, fleet, lost[: line.head_m.shape[1]], 0)
    for k in range(FIRST_STEPS if line.head_m.shape[1] else 0):
        share, end = FIRST_SHARE * (2 * k + 1), FIRST_SHARE * ((k + 1) * (k + 1))
        for j in range(fleet.terms.shape[1]):
            top = rows[0, j] + (rows[1, j] - rows[0, j]) * end
            v, rv = speed[j], w[RV + j]
            drag = w[C2 + j] * v
            fall = w[C1 + j] - drag
            power = w[P + j] * rv
            gain = ((w[C0 + j] - lost[0, j]) + fall * v) + power
            turn = ((fall - drag) - power * rv) * share * min(rv, w[SLOW + j] * FIRST_STEPS)
            part = max(turn + 4.0, 0.0)
            u1 = w[U + j] + gain * share * ((part * part + 16.0) * 0.03125)
            u1 = max(min(u1, top), LEAST_SQUARE)
            seed = np.float64(ONE / math.sqrt(np.float32(u1)))
            w[U + j], w[RV + j] = u1, seed * (1.5 - (0.5 * u1) * (seed * seed))
            speed[j] = u1 * w[RV + j]
            w[TOTAL + j] = w[TOTAL + j] + share / (v + speed[j])
        _choose_pieces(fleet.pieces, w, speed)


@_compiled
def _choose_pieces(pieces: Floats, w: Floats, speed: Floats) -> None:
    """Find the piece of the net force of each train whose speed has left its piece."""
    for j in range(pieces.shape[2]):
        v = speed[j]
        if w[FROM + j] <= v < w[UPTO + j]:
            continue
        k = 0
        for q in range(1, len(pieces)):
            if v >= pieces[q, 3, j]:
                k = q
        if v < AT_STAND:
            w[SHORT + j] = 1.0
        w[C0 + j], w[C1 + j], w[P + j] = pieces[k, 0, j], pieces[k, 1, j], pieces[k, 2, j]
        w[FROM + j] = max(pieces[k, 3, j], AT_STAND)
        w[UPTO + j] = pieces[k + 1, 3, j] if k + 1 < len(pieces) else np.inf


@_compiled
def _cells(  # noqa: C901 - a call between these loops costs more than a loop
    w: Floats, seeds: Singles, climb: tuple[Floats, Floats, Floats], tops: Floats, speeds: Floats
) -> tuple[int, bool]:
    """March over cells until a train leaves its piece of force; return how many, and whether."""
    (head, tail, lost), m, under = climb, len(seeds), 0
    for i in range(len(speeds) - 1):
        at, ahead = min(i, len(tops) - 1), min(i + 1, len(tops) - 1)
        if len(head) > 0:
            low, high = head[i] - tail[i], tail[i + 1] - tail[i]
            for j in range(m):
                w[LOST + j] = low * w[QA + j] - high * w[QB + j]
        else:
            for j in range(m):
                w[LOST + j] = lost[i, j]
        if under == 0 and _held(w, tops, at, m):
            for j in range(m):
                speeds[i + 1, j] = speeds[i, j]
            continue
        for j in range(m):
            v, rv, drag = speeds[i, j], w[RV + j], w[C2 + j] * speeds[i, j]
            fall, power = w[C1 + j] - drag, w[P + j] * rv
            w[GAIN + j] = ((w[C0 + j] - w[LOST + j]) + fall * v) + power
            w[TURN + j] = ((fall - drag) - power * rv) * min(rv, w[SLOW + j])
        for j in range(m):
            part = max(w[TURN + j] + 4.0, 0.0)
            u1 = w[U + j] + w[GAIN + j] * ((part * part + 16.0) * 0.03125)
            w[U + j] = max(min(u1, tops[at, j]), LEAST_SQUARE)
            seeds[j] = np.float32(w[U + j])
        for j in range(m):
            seeds[j] = ONE / math.sqrt(seeds[j])
        left, under = 0, 0
        for j in range(m):
            u, seed = w[U + j], np.float64(seeds[j])
            rv = seed * (1.5 - (0.5 * u) * (seed * seed))
            v = u * rv
            w[RV + j], speeds[i + 1, j] = rv, v
            left += int(v < w[FROM + j]) | int(v >= w[UPTO + j])
            under += int(u != tops[ahead, j])
        if left > 0:
            return i + 1, True
    return len(speeds) - 1, False


@_compiled
def _held(w: Floats, tops: Floats, at: int, m: int) -> bool:
    """Tell whether all trains run at an even ceiling with force to spare: nothing changes."""
    held = 0
    for j in range(m):
        u, rv = w[U + j], w[RV + j]
        v = u * rv
        fall = w[C1 + j] - w[C2 + j] * v
        gain = ((w[C0 + j] - w[LOST + j]) + fall * v) + w[P + j] * rv
        held += int(gain >= 0.0) & int(u == tops[at, j])
    return held == m


@_compiled
def _holds(w: Floats, climb: tuple[Floats, Floats], tops: Floats, m: int) -> bool:
    """Tell whether all trains hold an even ceiling all through a tile, by its steepest climb.

    Sums and products are monotonic when rounded, so no cell leaves less force than that.
    """
    (head, tail), low, high = climb, -np.inf, np.inf
    for i in range(TILE):
        low, high = max(low, head[i] - tail[i]), min(high, tail[i + 1] - tail[i])
    for j in range(m):
        w[LOST + j] = low * w[QA + j] - high * w[QB + j]
    return _held(w, tops, 0, m)


@_compiled
def _add_held_times(w: Floats, m: int) -> None:
    """Add the times of a tile at even speeds."""
    for j in range(m):
        v = w[U + j] * w[RV + j]
        a = v + v
        ab = a * a
        part, total = ((a + a) * ab + (a + a) * ab) / (ab * ab), w[TOTAL + j]
        for _ in range(TILE // TERMS_OF_TIME):
            total += part
        w[TOTAL + j] = total


@_compiled
def _fill_pull(line: Line, fleet: Fleet, lost: Floats, i0: int) -> None:
    """Set the loss of v^2 to the gradient in some cells."""
    cells, q_head, q_high = len(lost), fleet.terms[Q_HEAD], fleet.terms[Q_HIGH]
    for j in range(len(fleet.line_idx)):
        head = line.head_m[fleet.line_idx[j], i0 : i0 + cells]
        tail = line.tail_m[fleet.line_idx[j], i0 + fleet.tail_idx[j] :]
        for i in range(cells):
            lost[i, j] = (head[i] - tail[i]) * q_head[j] - (tail[i + 1] - tail[i]) * q_high[j]


@_compiled
def _add_times(w: Floats, speeds: Floats, m: int) -> None:
    """Add the times of some cells, as fractions added in fours: of them one is divided."""
    cells = len(speeds) - 1
    fours = cells - cells % TERMS_OF_TIME
    for i in range(0, fours, TERMS_OF_TIME):
        v0, v1, v2, v3, v4 = speeds[i], speeds[i + 1], speeds[i + 2], speeds[i + 3], speeds[i + 4]
        for j in range(m):
            a, b, c, d = v0[j] + v1[j], v1[j] + v2[j], v2[j] + v3[j], v3[j] + v4[j]
            ab, cd = a * b, c * d
            w[TOTAL + j] = w[TOTAL + j] + ((a + b) * cd + (c + d) * ab) / (ab * cd)
    for i in range(fours, cells):
        for j in range(m):
            w[TOTAL + j] = w[TOTAL + j] + 1.0 / (speeds[i, j] + speeds[i + 1, j])
