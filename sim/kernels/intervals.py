"""Intervals of use: how much of a period they fill, and how many overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["filled", "most_at_once"]


def filled(start: ArrayLike, end: ArrayLike, low: float, high: float) -> float:
    """Return the summed length of intervals within a period, overlaps counted each time.

    Parameters
    ----------
    start, end : array_like of shape (n,)
        Intervals.
    low, high : float
        The period, same unit.

    Returns
    -------
    length : float
        In that unit.

    Raises
    ------
    ValueError
        If starts and ends differ in number.

    Examples
    --------
    >>> filled([0, 5], [4, 12], 2, 10)
    7.0
    """
    a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    if a.shape != b.shape:
        message = f"{len(a)} starts and {len(b)} ends do not pair off"
        raise ValueError(message)
    return float(np.maximum(np.minimum(b, high) - np.maximum(a, low), 0).sum())


def most_at_once(start: ArrayLike, end: ArrayLike) -> int:
    """Return how many intervals overlap at most; one that ends as another starts does not.

    Parameters
    ----------
    start, end : array_like of shape (n,)
        Intervals; those of no length count nowhere.

    Returns
    -------
    most : int
        The greatest number at one instant.

    Raises
    ------
    ValueError
        If starts and ends differ in number.

    Examples
    --------
    >>> most_at_once([0, 1, 5], [5, 6, 7])
    2
    """
    a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    if a.shape != b.shape:
        message = f"{len(a)} starts and {len(b)} ends do not pair off"
        raise ValueError(message)
    real = b > a
    a, b = a[real], b[real]
    if not len(a):
        return 0
    a, b = np.sort(a), np.sort(b)
    # those begun by a beginning, less those over by then
    begun = np.searchsorted(a, a, side="right") - np.searchsorted(b, a, side="right")
    return int(begun.max())
