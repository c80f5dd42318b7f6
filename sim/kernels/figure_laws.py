"""Quantiles of laws that durations do not have, for numbers that are not known well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.specials import special

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["inside", "normal_quantile", "uniform_quantile"]

_HAIR = 2.0**-53


def inside(uniform: ArrayLike) -> Floats:
    """Return uniform numbers that are neither 0 nor 1, so that every law has a value for them.

    Parameters
    ----------
    uniform : array_like of any shape
        Numbers in [0, 1].

    Returns
    -------
    inside : array of the same shape
        The same numbers, the ends moved by a hair (2^-53).

    Raises
    ------
    ValueError
        If a number lies outside [0, 1].

    Examples
    --------
    >>> bool(0 < inside(0.0) < inside(1.0) < 1), float(inside(0.25))
    (True, 0.25)
    """
    u = np.asarray(uniform, dtype=np.float64)
    if not np.all((u >= 0) & (u <= 1)):
        message = "uniform numbers must lie in [0, 1]"
        raise ValueError(message)
    return np.asarray(np.clip(u, _HAIR, 1.0 - _HAIR), dtype=np.float64)


def uniform_quantile(uniform: ArrayLike, *, low: float, high: float) -> Floats:
    """Return quantiles of the law that is all alike between two ends.

    Parameters
    ----------
    uniform : array_like of any shape
        Numbers in [0, 1].
    low, high : float
        Its ends.

    Returns
    -------
    value : array of the same shape
        In the unit of the ends.

    Raises
    ------
    ValueError
        If a number lies outside [0, 1].

    Examples
    --------
    >>> uniform_quantile([0.25, 0.5], low=2.0, high=6.0).tolist()
    [3.0, 4.0]
    """
    return np.asarray(low + (high - low) * inside(uniform), dtype=np.float64)


def normal_quantile(
    uniform: ArrayLike,
    *,
    mean: float,
    sd: float,
    low: float = -np.inf,
    high: float = np.inf,
) -> Floats:
    r"""Return quantiles of a normal law, cut off at two ends.

    Parameters
    ----------
    uniform : array_like of any shape
        Numbers in [0, 1].
    mean, sd : float
        Of the law before it is cut off.
    low, high : float, optional
        Nothing lies beyond; left out, not cut off.

    Returns
    -------
    value : array of the same shape
        In the unit of the mean.

    Raises
    ------
    ValueError
        If a number lies outside [0, 1], or nothing of the law lies between the ends.

    Notes
    -----
    :math:`F^{-1}(u) = m + s\,\Phi^{-1}(\Phi(a) + u(\Phi(b) - \Phi(a)))` with the ends
    :math:`a, b` in standard deviations from the mean.

    Examples
    --------
    >>> normal_quantile([0.5, 0.975], mean=10.0, sd=2.0).round(3).tolist()
    [10.0, 13.92]
    >>> normal_quantile([0.0, 1.0], mean=10.0, sd=2.0, low=9.0, high=12.0).round(6).tolist()
    [9.0, 12.0]
    """
    below, upto = special.ndtr((np.array([low, high]) - mean) / sd)
    if not below < upto:
        message = f"nothing of the law lies between {low:g} and {high:g}"
        raise ValueError(message)
    z = special.ndtri(inside(below + inside(uniform) * (upto - below)))
    return np.asarray(np.clip(mean + sd * z, low, high), dtype=np.float64)
