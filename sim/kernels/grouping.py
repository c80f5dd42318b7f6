"""Rows put in order, matched and summed by whole-number keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]

__all__ = ["last_of_runs", "positions", "stable_order", "sums_within"]

_BITS = 16
_SPREAD = 16


def stable_order(key: ArrayLike) -> NDArray[np.intp]:
    """Return the order that sorts whole numbers, equal ones as they stand.

    Parameters
    ----------
    key : array_like of int64, shape (n,)
        Not negative.

    Returns
    -------
    order : array of intp, shape (n,)
        As ``np.argsort(key, kind="stable")``, in time that grows with n alone.

    Raises
    ------
    ValueError
        If a number is negative.

    Notes
    -----
    Radix sort, 16 bits at a time: NumPy's own stable sort takes no other time of so short numbers.

    Examples
    --------
    >>> stable_order([70000, 3, 70000, 0]).tolist()
    [3, 1, 0, 2]
    """
    left = np.asarray(key, dtype=np.int64)
    if left.min(initial=0) < 0:
        message = "keys must not be negative"
        raise ValueError(message)
    order = np.argsort(left.astype(np.uint16), kind="stable")
    most, shift = int(left.max(initial=0)), _BITS
    while most >> shift:
        part = (left[order] >> shift).astype(np.uint16)
        order = order[np.argsort(part, kind="stable")]
        shift += _BITS
    return order


def positions(key: ArrayLike, among: ArrayLike) -> NDArray[np.intp]:
    """Return where each key stands among others; -1 where it does not.

    Parameters
    ----------
    key : array_like of int64, shape (n,)
        What is looked for, not negative.
    among : array_like of int64, shape (m,)
        In any order, not negative. Of equal ones the first is found.

    Returns
    -------
    place : array of intp, shape (n,)
        Indices into ``among``.

    Notes
    -----
    By a table of all numbers up to the greatest if they lie close, else by sorting.

    Examples
    --------
    >>> positions([5, 7, 2], [2, 5, 9]).tolist()
    [1, -1, 0]
    """
    wanted, known = np.asarray(key, dtype=np.int64), np.asarray(among, dtype=np.int64)
    most = int(max(wanted.max(initial=0), known.max(initial=0)))
    if most < _SPREAD * (len(wanted) + len(known)):
        table = np.full(most + 1, -1, np.intp)
        # the first of equal ones is written last
        table[known[::-1]] = np.arange(len(known) - 1, -1, -1)
        return table[wanted]
    if not len(known):
        return np.full(len(wanted), -1, np.intp)
    order = stable_order(known)
    at = np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)
    place = order[at]
    return np.where(known[place] == wanted, place, -1)


def last_of_runs(key: ArrayLike) -> NDArray[np.bool_]:
    """Return which rows are the last of those that stand together with the same key.

    Parameters
    ----------
    key : array_like of shape (n,)
        Equal ones beside each other.

    Examples
    --------
    >>> last_of_runs([4, 4, 7]).tolist()
    [False, True, True]
    """
    k = np.asarray(key)
    return np.append(k[1:] != k[:-1], np.ones(min(len(k), 1), np.bool_))


def sums_within(values: ArrayLike, key: ArrayLike) -> Ints:
    """Return running sums that begin anew with each run of equal keys.

    Parameters
    ----------
    values : array_like of whole numbers or bool, shape (n,)
        What is summed.
    key : array_like of shape (n,)
        Equal ones beside each other.

    Returns
    -------
    sums : array of int64, shape (n,)
        Up to and with each row.

    Raises
    ------
    ValueError
        If the two differ in length.

    Examples
    --------
    >>> sums_within([1, 1, 0, 1], [8, 8, 9, 9]).tolist()
    [1, 2, 0, 1]
    """
    v, k = np.asarray(values, dtype=np.int64), np.asarray(key)
    if v.shape != k.shape:
        message = f"{len(v)} values and {len(k)} keys do not pair off"
        raise ValueError(message)
    total = np.cumsum(v)
    begins = np.append(np.ones(min(len(k), 1), np.bool_), k[1:] != k[:-1])
    first = np.flatnonzero(begins)
    before = total[first] - v[first]
    return np.asarray(total - np.repeat(before, np.diff(np.append(first, len(k)))), dtype=np.int64)
