"""Means, quantiles and paired differences with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.specials import special

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["mean_interval", "paired_interval", "quantile_ranks", "student_quantile"]


def student_quantile(probability: float, freedom: float) -> float:
    """Return the quantile of Student's t.

    Parameters
    ----------
    probability : float
        In (0, 1).
    freedom : float
        Degrees of freedom.

    Returns
    -------
    t : float
        The quantile.

    Raises
    ------
    ValueError
        If the degrees of freedom are not positive.

    Examples
    --------
    >>> round(student_quantile(0.975, 9), 4)
    2.2622
    """
    if not freedom > 0:
        message = "degrees of freedom must be positive"
        raise ValueError(message)
    return float(special.stdtrit(freedom, probability))


def mean_interval(values: ArrayLike, *, confidence: float = 0.95) -> tuple[float, float, float]:
    """Return mean, low and high of a sample of independent values.

    Parameters
    ----------
    values : array_like of shape (n,)
        One value a replication; values that are not numbers (nothing arrived) are left out.
    confidence : float, optional
        Level of the interval.

    Returns
    -------
    mean, low, high : float
        Student's interval; low and high are NaN for fewer than two values.

    Raises
    ------
    ValueError
        If the confidence is not between 0 and 1.

    Examples
    --------
    >>> [round(x, 3) for x in mean_interval([1.0, 2.0, 3.0])]
    [2.0, -0.484, 4.484]
    """
    if not 0 < confidence < 1:
        message = "confidence must lie between 0 and 1"
        raise ValueError(message)
    x: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
    x = x[np.isfinite(x)]
    if len(x) == 0:
        return (np.nan, np.nan, np.nan)
    mean = float(x.mean())
    if len(x) == 1:
        return (mean, np.nan, np.nan)
    half = student_quantile((1 + confidence) / 2, len(x) - 1) * float(x.std(ddof=1)) / len(x) ** 0.5
    return (mean, mean - half, mean + half)


def paired_interval(
    values: ArrayLike, base: ArrayLike, *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Return mean, low and high of the difference of paired values.

    Parameters
    ----------
    values, base : array_like of shape (n,)
        One value a replication each, with the same luck.
    confidence : float, optional
        Level of the interval.

    Returns
    -------
    difference, low, high : float
        Of ``values - base``.

    Raises
    ------
    ValueError
        If the two differ in length.

    Examples
    --------
    >>> paired_interval([3.0, 4.0], [1.0, 2.0])
    (2.0, 2.0, 2.0)
    """
    a, b = np.asarray(values, dtype=np.float64), np.asarray(base, dtype=np.float64)
    if a.shape != b.shape:
        message = f"{len(a)} and {len(b)} values do not pair off"
        raise ValueError(message)
    return mean_interval(a - b, confidence=confidence)


def quantile_ranks(n: int, share: float, *, confidence: float = 0.95) -> tuple[int, int] | None:
    """Return the ranks whose values bracket a quantile, or nothing if the sample is too small.

    Parameters
    ----------
    n : int
        Size of the sample.
    share : float
        The quantile, in (0, 1).
    confidence : float, optional
        Level; each tail is at most half of the rest.

    Returns
    -------
    ranks : (int, int) or None
        From 1, of the lower and the upper value.

    Raises
    ------
    ValueError
        If the share is not between 0 and 1.

    Notes
    -----
    Binomial order-statistic interval: P(lower <= Bin(n, share) <= upper - 1) >= confidence.

    Examples
    --------
    >>> quantile_ranks(500, 0.95)
    (465, 485)
    """
    if not 0 < share < 1:
        message = "share must lie between 0 and 1"
        raise ValueError(message)
    tail = (1 - confidence) / 2
    below = special.bdtr(np.arange(n), n, share)
    lower = int(np.searchsorted(below, tail, side="right"))
    upper = int(np.searchsorted(below, 1 - tail, side="left")) + 1
    if lower < 1 or upper > n:
        return None
    return lower, upper
