"""Observed values as a distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["empirical_quantile", "empirical_steps"]


def empirical_steps(
    values: ArrayLike, *, weights: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Return observed values in rising order, and the share of those up to each.

    Parameters
    ----------
    values : array_like of shape (n,)
        In any order.
    weights : array_like of shape (n,), optional
        How often each comes, relative to the others; left out, all alike.

    Returns
    -------
    values, upto : arrays of shape (n,)
        Values, and their cumulated share; the last is one.

    Raises
    ------
    ValueError
        If there are no values, or weights are negative, all zero or not as many.

    Examples
    --------
    >>> values, upto = empirical_steps([3.0, 1.0], weights=[1.0, 3.0])
    >>> values.tolist(), upto.tolist()
    ([1.0, 3.0], [0.75, 1.0])
    """
    v = np.asarray(values, dtype=np.float64)
    w = np.ones(v.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    if v.ndim != 1 or not v.size or w.shape != v.shape or np.any(w < 0) or not w.sum() > 0:
        message = "values need one weight each, none negative, and some above zero"
        raise ValueError(message)
    order = np.argsort(v, kind="stable")
    upto = np.cumsum(w[order])
    return v[order], upto / upto[-1]


def empirical_quantile(values: ArrayLike, upto: ArrayLike, uniform: ArrayLike) -> Floats:
    """Return the observed values at uniform numbers: one number a draw, rising with it.

    Parameters
    ----------
    values, upto : array_like of shape (n,)
        From `empirical_steps`.
    uniform : array_like of any shape
        Numbers in [0, 1).

    Returns
    -------
    value : array of the shape of ``uniform``
        The first value whose cumulated share is above the number.

    Raises
    ------
    ValueError
        If a number lies outside [0, 1).

    Examples
    --------
    >>> empirical_quantile([1.0, 3.0], [0.75, 1.0], [0.0, 0.74, 0.75]).tolist()
    [1.0, 1.0, 3.0]
    """
    u = np.asarray(uniform, dtype=np.float64)
    if np.any(u < 0) or np.any(u >= 1):
        message = "uniform numbers must lie in [0, 1)"
        raise ValueError(message)
    v = np.asarray(values, dtype=np.float64)
    at = np.searchsorted(np.asarray(upto, dtype=np.float64), u, side="right")
    return np.asarray(v[np.minimum(at, len(v) - 1)])
