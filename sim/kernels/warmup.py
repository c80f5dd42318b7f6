"""Where the beginning of a long run ends (MSER-5), for runs declared to be steady."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["LEAST_VALUES", "least_error", "mser5"]

_BATCH = 5
LEAST_VALUES = 2 * _BATCH**2
"""Values before which a beginning cannot be told from the rest."""
_NOTHING = 1e-12


def mser5(values: ArrayLike) -> int:
    """Return how many values to leave out at the beginning of a run in a steady state.

    Runs of a season or a year from an empty line have no steady state: nothing is left out there,
    and this is not called.

    Parameters
    ----------
    values : array_like of shape (n,)
        In order of time, such as the transit times of the lots of one run.

    Returns
    -------
    left_out : int
        A multiple of five.

    Raises
    ------
    ValueError
        If there are fewer than 50 values, or the least error lies in the second half: then the run
        is too short to tell.

    Notes
    -----
    Of the means of batches of five, leave out the first d that make
    ``sum((b - mean)**2) / (m - d)**2`` of the rest least (K. P. White, M. J. Cobb and
    S. C. Spratt, Winter Simulation Conference 2000).

    Examples
    --------
    >>> values = np.concatenate((np.full(20, 9.0), np.tile([1.0, 3.0], 90)))
    >>> mser5(values)
    20
    """
    x: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
    left_out = least_error(x)
    if left_out > len(x) // _BATCH * _BATCH / 2:
        message = (
            f"the beginning seems to last for {left_out} of {len(x)} values, more than half of the "
            "run; make the run longer"
        )
        raise ValueError(message)
    return left_out


def least_error(values: ArrayLike) -> int:
    """Return how many values left out make the error of the mean of the rest least.

    Parameters
    ----------
    values : array_like of shape (n,)
        In order of time.

    Returns
    -------
    left_out : int
        A multiple of five; beyond half of the values it tells that the run is too short, as `mser5`
        does.

    Raises
    ------
    ValueError
        If there are fewer than 50 values.

    Examples
    --------
    >>> least_error(np.linspace(10, 0, 200) ** 3) > 100
    True
    """
    x: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
    m = len(x) // _BATCH
    if len(x) < LEAST_VALUES:
        message = (
            f"{len(x)} values are too few to tell a beginning from the rest; {LEAST_VALUES} are "
            "needed"
        )
        raise ValueError(message)
    means = x[: m * _BATCH].reshape(m, _BATCH).mean(axis=1)
    left = np.arange(m, _BATCH - 1, -1, dtype=np.float64)
    tail = means - means.mean()
    total = np.cumsum(tail[::-1])[::-1][: len(left)]
    squares = np.cumsum(tail[::-1] ** 2)[::-1][: len(left)]
    spread = squares - total**2 / left
    error = np.where(spread > _NOTHING * squares[0], spread, 0.0) / left**2
    return int(np.argmin(error)) * _BATCH
