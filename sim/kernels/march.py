"""The march of trains along a profile in plain NumPy: the oracle of the compiled one.

Both take what :func:`sim.kernels.march_terms.line_of` and
:func:`sim.kernels.fleet_terms.fleet_of` prepare: everything that depends on the train alone is
multiplied out beforehand, so that a cell costs one square root and one division of single
precision, and a quarter of a division.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.kernels.ceiling import ceiling_numpy
from sim.kernels.march_terms import (
    CC,
    ENTRY2,
    FIRST_SHARE,
    FIRST_STEPS,
    LEAST_SQUARE,
    SLOWEST,
    TERMS_OF_TIME,
    Fleet,
    Line,
    March,
    piece_of,
    pull_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["march_numpy"]

LOOK_EVERY = 64
"""Cells after which it is asked whether any train still goes."""


def march_numpy(line: Line, fleet: Fleet) -> March:
    r"""Run trains along a line at full effort under their ceilings.

    Parameters
    ----------
    line, fleet : Line, Fleet
        Prepared profile and trains.

    Returns
    -------
    march : March
        Times of shape (n_trains,); speeds and squares of ceilings of shape
        (n_cells + 1, n_trains). Speeds from the end of the cell of a stall on are not numbers;
        once every train has stalled the rest is not gone through.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    With :math:`u = v^2` and the gain of a cell :math:`d = 2 \Delta x (F - R - W)/(m\rho)` the
    step is :math:`u_1 = \min(u_0 + d\,(1 + y + y^2/2), C_1)`, :math:`2y = \partial d/\partial u`:
    of second order, with one force a cell, and eight in the first cell. :math:`y` is held
    above -1, which keeps the step stable; at a stand its 1/v is held below a value fitted to a
    start from rest. In the code :math:`z = 4y` and
    :math:`1 + y + y^2/2 = ((z + 4)^2 + 16)/32`. Time is
    :math:`\sum 2\Delta x/(v_0+v_1)`, exact for constant acceleration. Roots are taken to 14
    digits: they are of single precision, with one step of Newton.
    """
    ceiling, n = ceiling_numpy(line, fleet), line.head_m.shape[1]
    u = np.maximum(np.minimum(fleet.terms[ENTRY2], ceiling[0]), LEAST_SQUARE)
    v, slow = np.sqrt(u), fleet.terms[SLOWEST]
    now = _State(u, v, 1.0 / v, np.zeros(len(u)), np.full(len(u), -1), u < 0.0)
    speed = np.full(ceiling.shape, np.nan)
    speed[0], total = v, now.total
    for i in range(n):
        pull = pull_of(line, fleet, i)
        for k in range(FIRST_STEPS if i == 0 else 0):
            part = FIRST_SHARE * (2 * k + 1)
            top = ceiling[0] + (ceiling[1] - ceiling[0]) * (FIRST_SHARE * ((k + 1) * (k + 1)))
            now = _step(fleet, now, pull, top, share=part, slow=slow * FIRST_STEPS)
        if i > 0:
            now = _step(fleet, now, pull, ceiling[i + 1], share=1.0, slow=slow)
        now = now._replace(stall=np.where((now.stall < 0) & now.stuck, i, now.stall))
        speed[i + 1] = np.where(now.stall < 0, now.v, np.nan)
        if i == 0:
            total = now.total
        if i % LOOK_EVERY == 0 and np.all(now.stall >= 0):
            break
    total = _passed(total, speed[1:])
    time = np.where(now.stall < 0, total * (2.0 * line.cell_m), np.nan)
    return March(time, now.stall, speed, ceiling)


class _State(NamedTuple):
    """Trains on their way: square of speed, speed, its inverse, time so far, first stall."""

    u: Floats
    v: Floats
    rv: Floats
    total: Floats
    stall: Ints
    stuck: NDArray[np.bool_]


def _step(
    fleet: Fleet, now: _State, pull: Floats, ceiling: Floats, *, share: float, slow: Floats
) -> _State:
    """Return the trains after a share of a cell."""
    c0, c1, p = piece_of(fleet, now.v)
    drag = fleet.terms[CC] * now.v
    fall = c1 - drag
    power = p * now.rv
    gain = ((c0 - pull) + fall * now.v) + power
    turn = ((fall - drag) - power * now.rv) * share * np.minimum(now.rv, slow)
    part = np.maximum(turn + 4.0, 0.0)
    u = now.u + gain * share * ((part * part + 16.0) * 0.03125)
    u = np.where(u < 0.0, np.minimum(now.u, (fleet.pieces[0, 0] - pull) * share), u)
    stuck = now.stuck | (u <= 0.0)
    u = np.maximum(np.minimum(u, ceiling), LEAST_SQUARE)
    rv = _inverse_root(u)
    v = u * rv
    return _State(u, v, rv, now.total + share / (now.v + v), now.stall, stuck)


def _inverse_root(u: Floats) -> Floats:
    """Return 1/sqrt(u) to 14 digits: in single precision, and one step of Newton.

    Both roots and divisions of single precision are exactly rounded, so all forms agree.
    """
    seed = (np.float32(1.0) / np.sqrt(u.astype(np.float32))).astype(np.float64)
    return np.asarray(seed * (1.5 - (0.5 * u) * (seed * seed)))


def _passed(total: Floats, speed: Floats) -> Floats:
    """Add 1/(v0 + v1) of all cells, as fractions added in fours: of them one is divided."""
    both = speed[:-1] + speed[1:]
    fours = len(both) - len(both) % TERMS_OF_TIME
    for a, b, c, d in both[:fours].reshape(-1, TERMS_OF_TIME, both.shape[1]):
        ab, cd = a * b, c * d
        total = total + ((a + b) * cd + (c + d) * ab) / (ab * cd)
    for rest in both[fours:]:
        total = total + 1.0 / rest
    return total
