"""How two measures go together, by ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.specials import special

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["rank_correlation", "ranks"]

_LEAST = 4


def ranks(values: ArrayLike) -> Floats:
    """Return the rank of each value, from 1; equal ones share the mean of theirs.

    Parameters
    ----------
    values : array_like of shape (n,)
        Numbers.

    Returns
    -------
    ranks : array of shape (n,)
        The least has 1.

    Examples
    --------
    >>> ranks([5.0, 1.0, 5.0]).tolist()
    [2.5, 1.0, 2.5]
    """
    _, at, counts = np.unique(
        np.asarray(values, dtype=np.float64), return_inverse=True, return_counts=True
    )
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2.0)[at], dtype=np.float64)


def rank_correlation(
    values: ArrayLike, others: ArrayLike, *, confidence: float = 0.95
) -> tuple[float, float, float]:
    r"""Return the rank correlation (Spearman) of two samples, with its interval.

    Parameters
    ----------
    values, others : array_like of shape (n,)
        Pairs; those with a value that is not a number are left out.
    confidence : float, optional
        Level of the interval.

    Returns
    -------
    correlation, low, high : float
        NaN where one of the two does not vary; low and high also for fewer than four pairs.

    Raises
    ------
    ValueError
        If the two differ in length, or the confidence is not between 0 and 1.

    Notes
    -----
    Interval by Fisher's z with the variance :math:`(1 + r^2/2)/(n - 3)` of Bonett and Wright,
    Psychometrika 65, 2000 (unverified, from memory).

    Examples
    --------
    >>> [round(x, 2) for x in rank_correlation(range(6), [1, 2, 3, 4, 6, 5])]
    [0.94, 0.38, 1.0]
    """
    a, b = np.asarray(values, dtype=np.float64), np.asarray(others, dtype=np.float64)
    if a.shape != b.shape:
        message = f"{len(a)} and {len(b)} values do not pair off"
        raise ValueError(message)
    if not 0 < confidence < 1:
        message = "confidence must lie between 0 and 1"
        raise ValueError(message)
    known = np.isfinite(a) & np.isfinite(b)
    n = int(known.sum())
    if n < 2:  # noqa: PLR2004 - one pair says nothing
        return (np.nan, np.nan, np.nan)
    x, y = (ranks(v[known]) - (n + 1) / 2.0 for v in (a, b))
    scale = float(np.sqrt(np.square(x).sum() * np.square(y).sum()))
    if scale == 0:
        return (np.nan, np.nan, np.nan)
    r = float(np.clip((x * y).sum() / scale, -1.0, 1.0))
    if n < _LEAST:
        return (r, np.nan, np.nan)
    half = float(special.ndtri((1 + confidence) / 2)) * np.sqrt((1 + r * r / 2) / (n - 3))
    z = np.arctanh(np.clip(r, -1 + 1e-15, 1 - 1e-15))
    return (r, float(np.tanh(z - half)), float(np.tanh(z + half)))
