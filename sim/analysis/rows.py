"""Rows of an event table as plain columns: what measures are counted from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engines.base import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Mask = NDArray[np.bool_]

__all__ = ["Rows", "is_one_of", "turned"]

_AT = {name: k for k, name in enumerate(COLUMNS)}
_CODES = 256
_TURNED_AT_ONCE = 4096


class Rows:
    """Some rows of an event table; a column is taken when it is first asked for.

    Parameters
    ----------
    columns : array of int64, shape (7, n_events)
        The whole table, column by column.
    index : array of intp, shape (n,)
        Which rows, in their order.
    """

    __slots__ = ("_columns", "_index", "_taken")

    def __init__(self, columns: Ints, index: NDArray[np.intp]) -> None:
        self._columns = columns
        self._index = index
        self._taken: dict[str, Ints] = {}

    def __len__(self) -> int:
        return len(self._index)

    def __getitem__(self, name: str) -> Ints:
        if name not in self._taken:
            self._taken[name] = self._columns[_AT[name]][self._index]
        return self._taken[name]

    def where(self, which: Mask | NDArray[np.intp]) -> Rows:
        """Return some of the rows: where a mask holds, or by their numbers."""
        return Rows(self._columns, self._index[which])


def turned(rows: Ints) -> Ints:
    """Return a table column by column, turned in parts that fit into the processor's cache.

    Parameters
    ----------
    rows : array of int64, shape (n_events, n_columns)
        Row by row.

    Returns
    -------
    columns : array of int64, shape (n_columns, n_events)
        The same; each column lies in one piece.

    Examples
    --------
    >>> turned(np.array([[1, 2], [3, 4], [5, 6]])).tolist()
    [[1, 3, 5], [2, 4, 6]]
    """
    columns = np.empty(rows.shape[::-1], np.int64)
    for k in range(0, len(rows), _TURNED_AT_ONCE):
        columns[:, k : k + _TURNED_AT_ONCE] = rows[k : k + _TURNED_AT_ONCE].T
    return columns


def is_one_of(event: Ints, codes: Iterable[int]) -> Mask:
    """Return whether each code is one of some.

    Examples
    --------
    >>> is_one_of(np.array([4, 8]), [8, 9]).tolist()
    [False, True]
    """
    table = np.zeros(_CODES, np.bool_)
    table[[int(code) for code in codes]] = True
    found: Mask = table[event]
    return found
