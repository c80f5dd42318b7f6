"""Where the beginning of a long run ends (MSER-5), for runs declared to be steady."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["LEAST_VALUES", "is_settled", "mser5"]

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
        In order of time, such as the mean transit times of the lots of each day.

    Returns
    -------
    left_out : int
        A multiple of five. Where it is more than half of the values (`is_settled`) the run is too
        short to tell.

    Raises
    ------
    ValueError
        If there are fewer than 50 values.

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


def is_settled(left_out: int, n_values: int) -> bool:
    """Return whether a beginning found by `mser5` ends in the first half of a run.

    Examples
    --------
    >>> is_settled(20, 200), is_settled(mser5(np.linspace(10, 0, 200) ** 3), 200)
    (True, False)
    """
    return 2 * left_out <= n_values
