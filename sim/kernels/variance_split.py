"""Which share of a spread is between groups, and which within them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.kernels.specials import special

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["Split", "group_means", "split_variance", "within_sd"]


class Split(NamedTuple):
    """A spread in two parts."""

    groups: int
    """Whole groups it was found from."""
    between_sd: float
    """Standard deviation of what the groups have of their own."""
    within_sd: float
    """Standard deviation within a group."""
    share_frac: float
    """Share of the variance that is between groups."""
    low: float
    """Lower end of the interval of the share."""
    high: float
    """Upper end."""


def _table(values: ArrayLike, size: int) -> Floats:
    x: Floats = np.asarray(values, dtype=np.float64)
    if size < 1:
        message = "a group must have a size of at least 1"
        raise ValueError(message)
    return x[: len(x) // size * size].reshape(-1, size)


def group_means(values: ArrayLike, size: int) -> Floats:
    """Return the mean of each group of consecutive values, which is one observation.

    Parameters
    ----------
    values : array_like of shape (n,)
        The groups one after the other; a last one that is not whole is left out.
    size : int
        Values of a group.

    Returns
    -------
    means : array of shape (n // size,)
        Not a number where one of the group is none.

    Raises
    ------
    ValueError
        If the size is not positive.

    Examples
    --------
    >>> group_means([1.0, 3.0, 2.0, 2.0, 9.0], 2).tolist()
    [2.0, 2.0]
    """
    return np.asarray(_table(values, size).mean(axis=1), dtype=np.float64)


def within_sd(values: ArrayLike, size: int) -> float:
    """Return the standard deviation within groups of consecutive values.

    Parameters
    ----------
    values : array_like of shape (n,)
        The groups one after the other; those that are not whole are left out.
    size : int
        Values of a group.

    Returns
    -------
    sd : float
        NaN for groups of one.

    Raises
    ------
    ValueError
        If the size is not positive.

    Examples
    --------
    >>> round(within_sd([1.0, 3.0, 11.0, 13.0], 2) ** 2, 9)
    2.0
    """
    table = _table(values, size)
    table = table[np.isfinite(table).all(axis=1)]
    if size == 1 or not len(table):
        return np.nan
    return float(np.sqrt(table.var(axis=1, ddof=1).mean()))


def split_variance(values: ArrayLike, size: int, *, confidence: float = 0.95) -> Split:
    r"""Return which share of the variance lies between groups of consecutive values.

    Parameters
    ----------
    values : array_like of shape (n,)
        The groups one after the other; those that are not whole are left out.
    size : int
        Values of a group, at least two.
    confidence : float, optional
        Level of the interval.

    Returns
    -------
    split : Split
        NaN where there are fewer than two groups, or nothing varies.

    Raises
    ------
    ValueError
        If the size is below two, or the confidence is not between 0 and 1.

    Notes
    -----
    Analysis of variance, one way, random effects: with :math:`B` and :math:`W` the mean squares
    between and within groups of :math:`m`, the variance between is :math:`(B - W)/m`, at least 0.
    The interval is exact for normal numbers [1]_: with :math:`F = B/W` and quantiles :math:`q` of
    F, the ends are :math:`(F/q - 1)/(F/q - 1 + m)`.

    References
    ----------
    .. [1] S. R. Searle, "Linear Models", 1971 (unverified, from memory).

    Examples
    --------
    >>> found = split_variance([1.0, 2.0, 5.0, 6.0, 9.0, 10.0], 2)
    >>> found.groups, round(found.share_frac, 3), round(found.low, 2), round(found.high, 2)
    (3, 0.969, 0.6, 1.0)
    """
    if size < 2:  # noqa: PLR2004 - one value has no spread of its own
        message = "a group must have at least two values for its spread to be told"
        raise ValueError(message)
    if not 0 < confidence < 1:
        message = "confidence must lie between 0 and 1"
        raise ValueError(message)
    table = _table(values, size)
    table = table[np.isfinite(table).all(axis=1)]
    n = len(table)
    if n < 2:  # noqa: PLR2004
        return Split(n, *[np.nan] * 5)
    between = size * float(table.mean(axis=1).var(ddof=1))
    within = float(table.var(axis=1, ddof=1).mean())
    own = max(between - within, 0.0) / size
    if own + within == 0:
        return Split(n, 0.0, 0.0, *[np.nan] * 3)
    ends = _ends(between / within if within else np.inf, (n, size), confidence)
    return Split(n, own**0.5, within**0.5, own / (own + within), *ends)


def _ends(ratio: float, shape: tuple[int, int], confidence: float) -> tuple[float, float]:
    n, size = shape
    found = []
    for share in ((1 + confidence) / 2, (1 - confidence) / 2):
        over = ratio / float(special.fdtri(n - 1, n * (size - 1), share)) - 1
        found.append(1.0 if np.isinf(over) else max(over / (over + size), 0.0))
    return found[0], found[1]
