"""Which of several variants is best, and which differences are more than luck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.specials import special

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["holm", "paired_p", "probability_best"]


def paired_p(values: ArrayLike, base: ArrayLike) -> float:
    """Return the two-sided p-value of a paired difference, by Student's t.

    Parameters
    ----------
    values, base : array_like of shape (n,)
        One value a replication each, with the same luck; pairs with a value that is not a number
        are left out.

    Returns
    -------
    p : float
        1 where all differences are zero, 0 where all are the same and not zero; NaN for fewer than
        two pairs.

    Raises
    ------
    ValueError
        If the two differ in length.

    Examples
    --------
    >>> round(paired_p([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]), 4)
    0.0742
    """
    a, b = np.asarray(values, dtype=np.float64), np.asarray(base, dtype=np.float64)
    if a.shape != b.shape:
        message = f"{len(a)} and {len(b)} values do not pair off"
        raise ValueError(message)
    x = (a - b)[np.isfinite(a - b)]
    if len(x) < 2:  # noqa: PLR2004 - one pair has no spread
        return np.nan
    error = float(x.std(ddof=1)) / len(x) ** 0.5
    if error == 0:
        return 1.0 if x[0] == 0 else 0.0
    return float(2 * special.stdtr(len(x) - 1, -abs(float(x.mean())) / error))


def holm(p_values: ArrayLike) -> Floats:
    """Return p-values corrected for having looked at several differences.

    Parameters
    ----------
    p_values : array_like of shape (n,)
        Of each difference; those that are not numbers are not counted and stay so.

    Returns
    -------
    corrected : array of shape (n,)
        Below 0.05 for one of them only by a chance of 5 % at most, if none differs.

    Raises
    ------
    ValueError
        If a p-value is not from 0 to 1.

    Notes
    -----
    S. Holm, Scand. J. Stat. 6, 1979: the smallest times n, the next times n - 1, and so on, none
    smaller than the one before.

    Examples
    --------
    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03]).tolist()]
    [0.03, 0.06, 0.06]
    """
    p: Floats = np.array(p_values, dtype=np.float64)
    known = np.flatnonzero(np.isfinite(p))
    if ((p[known] < 0) | (p[known] > 1)).any():
        message = "a p-value must lie between 0 and 1"
        raise ValueError(message)
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    p[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return p


def probability_best(values: ArrayLike) -> Floats:
    """Return the share of replications in which each variant has the least value.

    Parameters
    ----------
    values : array_like of shape (n_variants, n_replications)
        With the same luck along a column; columns with a value that is not a number are left out.

    Returns
    -------
    share : array of shape (n_variants,)
        Sums to 1; several that are equally good share. NaN if no replication has all.

    Raises
    ------
    ValueError
        If the values are not a table.

    Notes
    -----
    Pass the values with their sign turned where more is better.

    Examples
    --------
    >>> probability_best([[1.0, 2.0, 5.0, 3.0], [2.0, 2.0, 4.0, 4.0]]).tolist()
    [0.625, 0.375]
    """
    x: Floats = np.asarray(values, dtype=np.float64)
    if x.ndim != 2:  # noqa: PLR2004 - a table
        message = "values must be a table of variants and replications"
        raise ValueError(message)
    x = x[:, np.isfinite(x).all(axis=0)]
    if not x.size:
        return np.full(len(x), np.nan)
    is_best = x == x.min(axis=0)
    return np.asarray((is_best / is_best.sum(axis=0)).mean(axis=1), dtype=np.float64)
