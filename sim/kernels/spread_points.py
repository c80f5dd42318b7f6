"""Points that fill the space of several levers evenly: a Latin hypercube, Saltelli's points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["laid_between", "latin_hypercube", "saltelli_points"]

_LEAST_LEVERS = 2


def latin_hypercube(order: ArrayLike, inside: ArrayLike) -> Floats:
    """Return points of which each n-th part of each lever holds exactly one.

    Parameters
    ----------
    order : array_like of shape (n_points, n_levers)
        Uniform numbers from 0 to 1; their ranks say which part of a lever a point is in.
    inside : array_like of shape (n_points, n_levers)
        Uniform numbers from 0 to 1: where in its part it lies.

    Returns
    -------
    points : array of shape (n_points, n_levers)
        From 0 to 1.

    Raises
    ------
    ValueError
        If the two differ in shape.

    Notes
    -----
    M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21(2), 1979.

    Examples
    --------
    >>> latin_hypercube([[0.9], [0.1], [0.4]], [[0.5], [0.5], [0.5]]).round(3).ravel().tolist()
    [0.833, 0.167, 0.5]
    """
    u, v = np.asarray(order, dtype=np.float64), np.asarray(inside, dtype=np.float64)
    if u.shape != v.shape:
        message = f"shapes {u.shape} and {v.shape} do not fit together"
        raise ValueError(message)
    ranks = u.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    return np.asarray((ranks + v) / len(u), dtype=np.float64)


def saltelli_points(samples: int, levers: int, luck: np.random.Generator) -> Floats:
    """Return the points at which a measure must be known for its Sobol indices.

    Parameters
    ----------
    samples : int
        A power of two.
    levers : int
        How many; two at least.
    luck : Generator
        Scrambles the Sobol sequence.

    Returns
    -------
    points : array of shape (levers + 2, samples, levers)
        From 0 to 1: A, B, then A with the first lever from B, A with the second from B, ...

    Raises
    ------
    ValueError
        If there are too few levers, or the number of samples is no power of two.

    Notes
    -----
    A. Saltelli and others, Computer Physics Communications 181(2), 2010: A and B are the halves of
    a Sobol sequence of twice as many dimensions.

    Examples
    --------
    >>> points = saltelli_points(8, 2, np.random.Generator(np.random.PCG64(1)))
    >>> points.shape, bool((points[2, :, 0] == points[1, :, 0]).all())
    ((4, 8, 2), True)
    """
    from scipy.stats import qmc  # noqa: PLC0415 - slow to load, and asked for by one command

    if levers < _LEAST_LEVERS:
        message = f"shares of the variance need {_LEAST_LEVERS} levers at least"
        raise ValueError(message)
    if samples < 1 or samples & (samples - 1):
        message = f"{samples} is no power of two"
        raise ValueError(message)
    drawn = qmc.Sobol(d=2 * levers, rng=luck, bits=64).random(samples)
    first, second = drawn[:, :levers], drawn[:, levers:]
    mixed = np.tile(first, (levers, 1, 1))
    for k in range(levers):
        mixed[k, :, k] = second[:, k]
    return np.concatenate([first[None], second[None], mixed])


def laid_between(share: ArrayLike, low: float, high: float, *, is_whole: bool) -> Floats:
    """Return values of a lever for shares of its range.

    Parameters
    ----------
    share : array_like
        From 0 to 1.
    low, high : float
        Ends of the range, in the lever's unit.
    is_whole : bool
        Whether only whole numbers will do; each then has the same share of the range, the ends too.

    Returns
    -------
    values : array
        Of the same shape.

    Examples
    --------
    >>> laid_between([0.0, 0.49, 0.51, 0.99], 1, 2, is_whole=True).tolist()
    [1.0, 1.0, 2.0, 2.0]
    >>> laid_between([0.0, 0.5], 10.0, 20.0, is_whole=False).tolist()
    [10.0, 15.0]
    """
    u = np.asarray(share, dtype=np.float64)
    if is_whole:
        return np.asarray(low + np.minimum(np.floor(u * (high - low + 1)), high - low))
    return np.asarray(low + u * (high - low))
