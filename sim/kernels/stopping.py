"""How many replications are enough: relative half-widths, looked at at fixed sizes."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.summary import student_quantile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

__all__ = ["LEAST", "relative_half_width", "sizes"]

LEAST = 30
"""Observations before which no interval is trusted to stop at."""

_STEPS = (3, 5, 7)


def sizes(most: int, *, least: int = LEAST) -> Iterator[int]:
    """Return the numbers of replications at which to look, the last of them ``most``.

    They are fixed beforehand, so that where a study stops depends on its results only, not on
    how many workers there are or how fast.

    Parameters
    ----------
    most : int
        The last.
    least : int, optional
        None is smaller, unless ``most`` is.

    Yields
    ------
    size : int
        30, 50, 70, 100, 150, 200, 300, 500, 700, 1000 and so on.

    Examples
    --------
    >>> list(sizes(400))
    [30, 50, 70, 100, 150, 200, 300, 400]
    """
    ladder = (step * 10**power for power in count(1) for step in (1, 1.5, 2, *_STEPS))
    for size in ladder:
        if size >= most:
            break
        if size >= least:
            yield int(size)
    yield most


def relative_half_width(values: ArrayLike, *, looks: int, confidence: float = 0.95) -> float:
    """Return half the interval of a mean as a share of it, for one of several measures.

    Parameters
    ----------
    values : array_like of shape (n,)
        Independent observations; those that are not numbers are left out.
    looks : int
        How many measures are to hold together (Bonferroni).
    confidence : float, optional
        Of all of them together.

    Returns
    -------
    share : float
        0 where all values are equal, infinite for fewer than two values or a mean of zero.

    Raises
    ------
    ValueError
        If there is nothing to look at.

    Examples
    --------
    >>> round(relative_half_width([9.0, 10.0, 11.0], looks=1), 4)
    0.2484
    """
    if looks < 1:
        message = "there must be a measure to look at"
        raise ValueError(message)
    x: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
    x = x[np.isfinite(x)]
    if len(x) < 2:  # noqa: PLR2004 - one value has no spread
        return np.inf
    error = float(x.std(ddof=1)) / len(x) ** 0.5
    if error == 0:
        return 0.0
    tail = (1 - confidence) / 2 / looks
    mean = abs(float(x.mean()))
    return student_quantile(1 - tail, len(x) - 1) * error / mean if mean > 0 else np.inf
