"""What holds when effects overlap: unions of spans, the lowest share, a mean speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["joined", "lowest", "mean_permille", "multiplied"]

_EVER = np.iinfo(np.int64).min
_USUAL_PERMILLE = 1000


def joined(start: ArrayLike, end: ArrayLike) -> tuple[Ints, Ints]:
    """Return spans in order, those that touch or overlap joined, empty ones left out.

    Parameters
    ----------
    start, end : array_like of shape (n,)
        Spans in any order; each begins at its start and is over at its end.

    Returns
    -------
    start, end : arrays of int64
        Disjoint and rising.

    Raises
    ------
    ValueError
        If starts and ends differ in number.

    Examples
    --------
    >>> [part.tolist() for part in joined([5, 0, 4], [9, 2, 6])]
    [[0, 4], [2, 9]]
    """
    a, b = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)
    if a.shape != b.shape:
        message = f"{len(a)} starts and {len(b)} ends do not pair off"
        raise ValueError(message)
    order = np.argsort(a[b > a], kind="stable")
    a, b = a[b > a][order], b[b > a][order]
    if not len(a):
        return a, b
    reach = np.maximum.accumulate(b)
    fresh = np.concatenate(([True], a[1:] > reach[:-1]))
    return a[fresh], reach[np.concatenate((fresh[1:], [True]))]


def lowest(
    start: ArrayLike, end: ArrayLike, cause: ArrayLike, frac: ArrayLike
) -> tuple[Ints, Floats, Ints]:
    """Return over time the lowest share of those that hold, and whose it is.

    Parameters
    ----------
    start, end : array_like of shape (n,)
        Spans, in any order, overlapping or not.
    cause : array_like of shape (n,)
        Index of the cause of each span.
    frac : array_like of shape (n,)
        Share of each span.

    Returns
    -------
    instant : array of int64
        First the least int64 (from ever), then each instant at which a span begins or ends.
    frac : array of float64
        1 where none holds.
    cause : array of int64
        -1 where none holds; of equal shares the lowest cause.

    Raises
    ------
    ValueError
        If the arrays differ in length.

    Examples
    --------
    >>> instant, frac, cause = lowest([0, 2], [9, 4], [0, 1], [0.5, 0.2])
    >>> frac.tolist(), cause.tolist()
    ([1.0, 0.5, 0.2, 0.5, 1.0], [-1, 0, 1, 0, -1])
    """
    a, b, k = (np.asarray(x, dtype=np.int64) for x in (start, end, cause))
    f = np.asarray(frac, dtype=np.float64)
    if not a.shape == b.shape == k.shape == f.shape:
        message = "starts, ends, causes and shares must pair off"
        raise ValueError(message)
    instant = np.unique(np.concatenate(([_EVER], a, b))).astype(np.int64)
    share, whose = np.ones(len(instant)), np.full(len(instant), -1, np.int64)
    for j in np.lexsort((-k, -f)):
        holds = (instant >= a[j]) & (instant < b[j])
        share[holds], whose[holds] = f[j], k[j]
    return instant, share, whose


def mean_permille(length_frac: ArrayLike, speed_frac: ArrayLike) -> int:
    """Return the mean speed over stretches, in permille of the usual.

    Parameters
    ----------
    length_frac : array_like of shape (n,)
        Share of the length that each slowed stretch has; the rest goes at the usual speed.
    speed_frac : array_like of shape (n,)
        Speed over each, as share of the usual.

    Returns
    -------
    permille : int
        Harmonic mean by length, rounded, from 1 to 1000.

    Raises
    ------
    ValueError
        If a speed is not positive.

    Examples
    --------
    >>> mean_permille([0.5], [0.5]), mean_permille([1.0], [0.6])
    (667, 600)
    """
    part, speed = np.asarray(length_frac, np.float64), np.asarray(speed_frac, np.float64)
    if np.any(speed <= 0):
        message = "speeds must be positive"
        raise ValueError(message)
    longer = 1.0 + float((part * (1.0 / speed - 1.0)).sum())
    return min(max(round(_USUAL_PERMILLE / longer), 1), _USUAL_PERMILLE)


def multiplied(start: ArrayLike, end: ArrayLike, frac: ArrayLike, when: ArrayLike) -> Floats:
    """Return the product of the shares that hold at some instants.

    Parameters
    ----------
    start, end, frac : array_like of shape (n,)
        Spans, and the share of each.
    when : array_like of shape (m,)
        Instants.

    Returns
    -------
    product : array of shape (m,)
        1 where none holds.

    Raises
    ------
    ValueError
        If the arrays of a span differ in length.

    Examples
    --------
    >>> multiplied([0, 2], [9, 4], [0.5, 2.0], [1, 3, 9]).tolist()
    [0.5, 1.0, 1.0]
    """
    at = np.asarray(when, dtype=np.int64)
    starts, ends = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)
    shares = np.asarray(frac, dtype=np.float64)
    product = np.ones(at.shape)
    for a, b, f in zip(starts, ends, shares, strict=True):
        product[(at >= a) & (at < b)] *= f
    return product
