"""How far times spread: quantiles with intervals, buffer and planning time, two kinds of spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.kernels.summary import quantile_ranks, student_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = [
    "Spread",
    "buffer_index",
    "clustered_shares",
    "counted_quantile",
    "planning_time_index",
    "quantile_interval",
    "two_spreads",
]


def quantile_interval(
    values: ArrayLike, share: float, *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Return a quantile of independent values, and the values that bracket it.

    Parameters
    ----------
    values : array_like of shape (n,)
        One value a replication; those that are not numbers are left out.
    share : float
        The quantile, in (0, 1).
    confidence : float, optional
        Level of the interval, which assumes no law of the values.

    Returns
    -------
    quantile, low, high : float
        The least value that a share of the values does not exceed; low and high are NaN where the
        sample is too small for an interval.

    Raises
    ------
    ValueError
        If the share is not between 0 and 1.

    Notes
    -----
    Ranks by the binomial law (`quantile_ranks`); never mean plus so many standard deviations.

    Examples
    --------
    >>> quantile_interval(np.arange(1.0, 501.0), 0.95)
    (475.0, 465.0, 485.0)
    """
    x: Floats = np.asarray(values, dtype=np.float64)
    x = np.sort(x[np.isfinite(x)])
    if not len(x):
        return (np.nan, np.nan, np.nan)
    ranks = quantile_ranks(len(x), share, confidence=confidence)
    value = float(np.quantile(x, share, method="inverted_cdf"))
    if ranks is None:
        return (value, np.nan, np.nan)
    return (value, float(x[ranks[0] - 1]), float(x[ranks[1] - 1]))


def counted_quantile(counts: ArrayLike, share: float) -> int:
    """Return the least position up to which a share of all counts lies.

    Parameters
    ----------
    counts : array_like of shape (n,)
        How many values there are at each position, such as lots by minutes of transit.
    share : float
        In [0, 1].

    Returns
    -------
    position : int
        From 0.

    Raises
    ------
    ValueError
        If nothing is counted, or the share is not from 0 to 1.

    Examples
    --------
    >>> counted_quantile([0, 3, 6, 1], 0.5)
    2
    """
    upto = np.cumsum(np.asarray(counts, dtype=np.int64))
    if not 0 <= share <= 1:
        message = "share must lie between 0 and 1"
        raise ValueError(message)
    if not len(upto) or upto[-1] == 0:
        message = "nothing is counted, so there is no quantile"
        raise ValueError(message)
    needed = max(int(np.ceil(share * upto[-1] - 1e-9)), 1)
    return int(np.searchsorted(upto, needed, side="left"))


def clustered_shares(
    below: ArrayLike, total: ArrayLike, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Return the shares between which a share of clustered values lies.

    Lots of one year are not independent: what delays one delays its neighbours. The years are.

    Parameters
    ----------
    below, total : array_like of shape (n_clusters,)
        How many values of each cluster lie at or below a bound, and how many there are.
    confidence : float, optional
        Level of the interval.

    Returns
    -------
    low, high : float
        Cut to 0 and 1; NaN for fewer than two clusters with values.

    Raises
    ------
    ValueError
        If the two differ in length.

    Notes
    -----
    The share is a ratio of two sums over clusters; its variance is that of
    ``below - share * total`` over the squared mean of ``total`` (Cochran, Sampling Techniques,
    3rd ed., 6.2). The quantiles at the two shares bracket the quantile (Woodruff, J. Am. Stat.
    Assoc. 47, 1952).

    Examples
    --------
    >>> [round(x, 3) for x in clustered_shares([9, 10, 8, 9], [10, 10, 10, 10])]
    [0.77, 1.0]
    """
    a, n = np.asarray(below, dtype=np.float64), np.asarray(total, dtype=np.float64)
    if a.shape != n.shape:
        message = f"{len(a)} and {len(n)} counts do not pair off"
        raise ValueError(message)
    a, n = a[n > 0], n[n > 0]
    if len(n) < 2:  # noqa: PLR2004 - one year tells nothing of the spread of years
        return (np.nan, np.nan)
    share = a.sum() / n.sum()
    error = np.sqrt(np.var(a - share * n, ddof=1) / len(n)) / n.mean()
    half = student_quantile((1 + confidence) / 2, len(n) - 1) * error
    return (float(max(share - half, 0.0)), float(min(share + half, 1.0)))


def buffer_index(mean: float, p95: float) -> float:
    """Return the time to keep in hand for 19 arrivals of 20, as a share of the mean.

    Parameters
    ----------
    mean, p95 : float
        Of transit time, same unit.

    Returns
    -------
    index : float
        ``(p95 - mean) / mean`` as the FHWA defines it; NaN where the mean is not positive.

    Examples
    --------
    >>> buffer_index(12.0, 18.0)
    0.5
    """
    return (p95 - mean) / mean if mean > 0 else np.nan


def planning_time_index(p95: float, free: float) -> float:
    """Return the time to plan for, as a multiple of the time without any waiting.

    Parameters
    ----------
    p95, free : float
        P95 of transit time and transit time without waits, same unit.

    Returns
    -------
    index : float
        ``p95 / free``; NaN where the free time is not positive.

    Examples
    --------
    >>> planning_time_index(18.0, 9.0)
    2.0
    """
    return p95 / free if free > 0 else np.nan


class Spread(NamedTuple):
    """Two kinds of spread, in the unit of the values."""

    within: float
    """Standard deviation of shipments within a year, all years taken together."""
    between: float
    """Standard deviation of the yearly means."""


def two_spreads(counts: ArrayLike, means: ArrayLike, squares: ArrayLike) -> Spread:
    """Return the spread of shipments within a year and that from year to year, kept apart.

    Parameters
    ----------
    counts, means, squares : array_like of shape (n_replications,)
        Shipments of each replication, their mean, and the sum of squared deviations from it.

    Returns
    -------
    spread : Spread
        NaN where there are too few values.

    Raises
    ------
    ValueError
        If the three differ in length.

    Examples
    --------
    >>> two_spreads([2, 2], [10.0, 14.0], [2.0, 2.0])
    Spread(within=1.4142135623730951, between=2.8284271247461903)
    """
    n, mean, square = (np.asarray(x, dtype=np.float64) for x in (counts, means, squares))
    if not n.shape == mean.shape == square.shape:
        message = "counts, means and squares must be of the same replications"
        raise ValueError(message)
    some = n > 0
    n, mean, square = n[some], mean[some], square[some]
    freedom = n.sum() - len(n)
    return Spread(
        float(np.sqrt(square.sum() / freedom)) if freedom > 0 else np.nan,
        float(np.std(mean, ddof=1)) if len(mean) > 1 else np.nan,
    )
