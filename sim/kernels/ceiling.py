"""Ceilings of speed in plain NumPy: limits until the tail is clear, and braking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.march_terms import (
    B2,
    CC,
    EXIT2,
    LENGTH,
    TOP2,
    piece_of,
    pull_of,
    some_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.kernels.march_terms import Fleet, Line

    Floats = NDArray[np.float64]

__all__ = ["ceiling_numpy"]


def ceiling_numpy(line: Line, fleet: Fleet) -> Floats:
    """Return the square of the highest speed at each cell end.

    Parameters
    ----------
    line, fleet : Line, Fleet
        Prepared profile and trains.

    Returns
    -------
    ceiling : array of shape (n_cells + 1, n_trains)
        Limits in force until the tail has cleared them, the train's own limit, and braking at
        constant deceleration to what follows and to the exit speed. [m2/s2]

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    METHODS 1.3. Limits may change anywhere in a cell: braking ends at the place itself, and of
    the cell in which the tail clears only the rest is used to accelerate.
    """
    terms, row = fleet.terms, fleet.line_idx
    ceiling = np.minimum(line.base[row].T, terms[TOP2])
    for z in range(line.limit_mps.shape[1] - 1):
        at = line.limit_from_m[row, z + 1]
        before, after = line.limit_mps[row, z], line.limit_mps[row, z + 1]
        _hold_until_clear(line, fleet, ceiling, at, np.where(after > before, before, np.inf))
        _brake_before(line, fleet, ceiling, at, np.where(after < before, after, np.inf))
    ceiling[-1] = np.minimum(ceiling[-1], terms[EXIT2])
    for i in range(len(ceiling) - 2, -1, -1):
        ceiling[i] = np.minimum(ceiling[i], ceiling[i + 1] + terms[B2])
    return np.asarray(ceiling)


def _hold_until_clear(
    line: Line, fleet: Fleet, ceiling: Floats, at_m: Floats, limit_mps: Floats
) -> None:
    """Keep a limit that ends at ``at_m`` in force until the tail is past it."""
    n = len(ceiling) - 1
    clear = (at_m + fleet.terms[LENGTH]) / line.cell_m
    first = np.maximum(np.floor(at_m / line.cell_m) + 1.0, 0.0)
    last = np.ceil(clear)
    bound = np.isfinite(limit_mps)
    square = limit_mps * limit_mps
    from_row = int(first[bound].min(initial=n + 1))
    for i in range(from_row, int(min(last[bound].max(initial=0), n + 1))):
        held = bound & (i >= first) & (i < last)
        ceiling[i] = np.where(held, np.minimum(ceiling[i], square), ceiling[i])
    j = np.flatnonzero(bound & (last >= 1.0) & (last <= n))
    some = some_of(fleet, j)
    v, i = limit_mps[j], last[j].astype(np.int64)
    c0, c1, p = piece_of(some, v)
    gain = ((c0 - pull_of(line, some, i - 1)) + (c1 - some.terms[CC] * v) * v) + p / v
    cap = v * v + (last[j] - clear[j]) * np.maximum(gain, 0.0)
    ceiling[i, j] = np.minimum(ceiling[i, j], cap)


def _brake_before(
    line: Line, fleet: Fleet, ceiling: Floats, at_m: Floats, limit_mps: Floats
) -> None:
    """Let the last cell end before a lower limit be as fast as braking to it allows."""
    n = len(ceiling) - 1
    place = at_m / line.cell_m
    j = np.flatnonzero(np.isfinite(limit_mps) & (place > 0.0) & (place <= n))
    i = np.ceil(place[j]).astype(np.int64) - 1
    cap = limit_mps[j] * limit_mps[j] + fleet.terms[B2, j] * (place[j] - i)
    ceiling[i, j] = np.minimum(ceiling[i, j], cap)
