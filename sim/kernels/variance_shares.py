"""Which lever the variance of a measure comes from, and how much of it is luck."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["LuckShares", "SobolShares", "luck_shares", "sobol_shares"]


class SobolShares(NamedTuple):
    """Sobol indices with intervals; each array has a row a lever: value, low, high."""

    first: Floats
    """Share of the variance that a lever explains alone."""
    total: Floats
    """Share that goes with it in any way, alone or with others."""


def sobol_shares(
    values: ArrayLike, resamples: ArrayLike, *, confidence: float = 0.95
) -> SobolShares:
    """Return first and total Sobol indices of one measure with bootstrap intervals.

    Parameters
    ----------
    values : array_like of shape (n_levers + 2, n_samples)
        The measure at the points of `saltelli_points`.
    resamples : array_like of shape (n_resamples, n_samples)
        Positions of samples, drawn with return, for the bootstrap.
    confidence : float, optional
        Level of the intervals, which reach from quantile to quantile of the resamples.

    Returns
    -------
    shares : SobolShares
        Arrays of shape (n_levers, 3); zero where the measure is the same everywhere.

    Raises
    ------
    ValueError
        If a value is not finite, or the number of samples is no power of two.

    Notes
    -----
    The estimator is `scipy.stats.sobol_indices` (Saltelli and others, 2010). An index may come
    out a little below 0 or above 1; its interval tells how far that is chance.

    Examples
    --------
    >>> from sim.kernels.spread_points import saltelli_points
    >>> luck = np.random.Generator(np.random.PCG64(1))
    >>> points = saltelli_points(256, 2, luck)
    >>> shares = sobol_shares(points @ [3.0, 4.0], luck.integers(256, size=(99, 256)))
    >>> shares.first[:, 0].round(2).tolist()
    [0.36, 0.64]
    """
    from scipy.stats import sobol_indices  # noqa: PLC0415 - slow to load, asked for by one command

    f = np.asarray(values, dtype=np.float64)
    if not np.isfinite(f).all():
        message = "the measure must be known at every point"
        raise ValueError(message)
    tail = (1 - confidence) / 2

    def indices(x: Floats) -> Floats:
        parts = {"f_A": x[:1], "f_B": x[1:2], "f_AB": x[2:, None, :]}
        found = sobol_indices(func=parts, n=x.shape[1])
        return np.array([found.first_order, found.total_order])

    found = indices(f)
    again = np.array([indices(f[:, at]) for at in np.asarray(resamples, dtype=np.int64)])
    ends = np.quantile(again, [tail, 1 - tail], axis=0)
    told = np.stack([found, *ends], axis=-1)
    return SobolShares(told[0], told[1])


class LuckShares(NamedTuple):
    """Where the spread of a measure comes from, levers apart from luck."""

    levers_sd: float
    """Spread of the means of points: what the levers do, with `left_frac` of it still luck."""
    luck_sd: float
    """Spread between replications of a point, on average."""
    luck_frac: float
    """Share of the variance of single replications at points by chance that is luck."""
    left_frac: float
    """Share of the variance of the means of points that is luck."""


def luck_shares(values: ArrayLike) -> LuckShares:
    """Return how much of the variance of a measure is luck, not levers.

    Parameters
    ----------
    values : array_like of shape (n_points, n_replications)
        The same luck along a column; points independent of each other.

    Returns
    -------
    shares : LuckShares
        What needs more than one replication is NaN for one.

    Raises
    ------
    ValueError
        If there are fewer than two points, or a value is not finite.

    Notes
    -----
    Two-way analysis of variance. Luck that moves all points alike (the columns' means) moves no
    difference between points: common random numbers take it away. What is left is the residual,
    divided by the number of replications.

    Examples
    --------
    >>> found = luck_shares([[1.0, 3.0], [2.0, 4.0], [6.0, 8.0]])
    >>> round(found.luck_frac, 3), found.left_frac
    (0.222, 0.0)
    """
    x = np.asarray(values, dtype=np.float64)
    n_points, n_luck = x.shape
    if n_points < 2 or not np.isfinite(x).all():  # noqa: PLR2004 - one point has no spread
        message = "two points at least are needed, and a value at each"
        raise ValueError(message)
    means = x.mean(axis=1)
    between = float(means.var(ddof=1))
    if n_luck == 1:
        return LuckShares(between**0.5, np.nan, np.nan, np.nan)
    within = float(x.var(axis=1, ddof=1).mean())
    rest = x - means[:, None] - x.mean(axis=0) + x.mean()
    left = float((rest**2).sum()) / ((n_points - 1) * (n_luck - 1)) / n_luck
    levers = max(between - left, 0.0)
    whole = levers + within
    return LuckShares(
        between**0.5,
        within**0.5,
        within / whole if whole > 0 else 0.0,
        min(left / between, 1.0) if between > 0 else 0.0,
    )
