"""Two engines held against each other: the first row in which their tables differ, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.engines.base import COLUMNS
from sim.tables import CAUSES, EVENTS, Code
from sim.units import DAY_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays import CorridorArrays
    from sim.engines.base import EventTable
    from sim.model import Scenario

    Row = tuple[int, ...]

__all__ = ["Difference", "first_difference", "told_difference"]

_TIME, _EVENT, _LOT, _TRAIN, _PLACE, _UNIT, _CAUSE = range(len(COLUMNS))


@dataclass(frozen=True, slots=True)
class Difference:
    """The first row in which two event tables differ.

    Parameters
    ----------
    row : int
        Its number, from 0.
    one, other : tuple of int or None
        The row in each table, in the order of `sim.engines.base.COLUMNS`; None where a table has
        ended before.
    how : str
        What kind of difference it is.
    """

    row: int
    one: Row | None
    other: Row | None
    how: str

    @property
    def time_ms(self) -> int:
        """The instant: the earlier of the two. [ms]."""
        return min(row[_TIME] for row in (self.one, self.other) if row is not None)


def first_difference(one: EventTable, other: EventTable) -> Difference | None:
    """Return the first row in which two event tables differ; None if they are equal.

    Parameters
    ----------
    one, other : EventTable
        Tables of the same scenario and luck.

    Returns
    -------
    difference : Difference or None
        Where, both rows, and how they differ.

    Examples
    --------
    >>> import numpy as np
    >>> from sim.engines.base import EventTable
    >>> rows = np.array([[0, 1, 0, -1, 0, -1, 0], [5, 27, 0, -1, 1, -1, 0]])
    >>> first_difference(EventTable(rows), EventTable(rows)) is None
    True
    >>> found = first_difference(EventTable(rows), EventTable(rows[:1]))
    >>> found.row, found.how
    (1, 'the second table ends here')
    """
    n = min(len(one), len(other))
    unlike = np.flatnonzero((one.rows[:n] != other.rows[:n]).any(axis=1))
    if not len(unlike) and len(one) == len(other):
        return None
    at = int(unlike[0]) if len(unlike) else n
    rows = (_row(one.rows, at), _row(other.rows, at))
    return Difference(at, *rows, _how(one.rows, other.rows, at))


def _row(rows: NDArray[np.int64], at: int) -> Row | None:
    return tuple(rows[at].tolist()) if at < len(rows) else None


def _how(one: NDArray[np.int64], other: NDArray[np.int64], at: int) -> str:
    """Return in words how two tables differ at their first unlike row."""
    for rows, name in ((one, "first"), (other, "second")):
        if at == len(rows):
            return f"the {name} table ends here"
    if len(one) > at + 1 < len(other) and np.array_equal(one[at : at + 2], other[[at + 1, at]]):
        return "this row and the next have changed places"
    for long, short, name in ((one, other, "second"), (other, one, "first")):
        if np.array_equal(long[at + 1 : at + 2], short[at : at + 1]):
            return f"the {name} table lacks this row"
    unlike = [COLUMNS[k] for k in np.flatnonzero(one[at] != other[at]).tolist()]
    return f"{' and '.join(unlike)} differ{'s' * (len(unlike) == 1)}"


def told_difference(
    difference: Difference, scenario: Scenario, arrays: CorridorArrays, table: EventTable
) -> dict[str, str]:
    """Return a difference in words.

    Parameters
    ----------
    difference : Difference
        What `first_difference` found.
    scenario : Scenario
        For dates and time zone.
    arrays : CorridorArrays
        For names.
    table : EventTable
        One of the two tables: it says which train is whose.

    Returns
    -------
    told : dict
        ``row``, ``local_time``, ``time_d``, ``entity``, ``how``, and the two rows, ``one`` and
        ``other``.

    """
    start = pd.Timestamp(scenario.start_date, tz=scenario.time_zone)
    local = start + pd.Timedelta(difference.time_ms, unit="ms")
    shown = difference.one or difference.other
    words = _Words(arrays, table)
    return {
        "row": f"{difference.row:,}",
        "local_time": local.strftime("%A %Y-%m-%d %H:%M:%S.%f")[:-3],
        "time_d": f"{difference.time_ms / DAY_MS:.6f}",
        "entity": words.entity(shown) if shown else "",
        "how": difference.how,
        "one": words.row(difference.one),
        "other": words.row(difference.other),
    }


class _Words:
    """Rows in words, with whatever numbers they hold."""

    def __init__(self, arrays: CorridorArrays, table: EventTable) -> None:
        self.arrays = arrays
        formed = table.rows[table.column("event") == Code.FORMED]
        self.service_of = dict(
            zip(formed[:, _TRAIN].tolist(), formed[:, _PLACE].tolist(), strict=True)
        )

    def entity(self, row: Row) -> str:
        """Return whose row it is: a train, a lot, or a place."""
        if row[_TRAIN] >= 0:
            return f"train {self.train(row[_TRAIN])}"
        if row[_LOT] >= 0:
            return f"lot {self.lot(row[_LOT])}"
        return self.place(row)

    def train(self, number: int) -> str:
        """Return a train as service and number among its trains."""
        if number not in self.service_of:
            return f"number {number}"
        service = self.service_of[number]
        ordinal = sum(s == service and n < number for n, s in self.service_of.items())
        return f"{self.arrays.names.services[service]}/{ordinal}"

    def lot(self, number: int) -> str:
        """Return a lot as flow and number among its lots."""
        ptr = self.arrays.flows.lot_ptr
        flow = int(np.searchsorted(ptr, number, side="right")) - 1
        if not 0 <= flow < len(self.arrays.names.flows):
            return f"number {number}"
        return f"{self.arrays.names.flows[flow]}/{number - int(ptr[flow])}"

    def place(self, row: Row) -> str:
        """Return the place of a row with its kind."""
        kind = EVENTS[row[_EVENT]].place_kind if row[_EVENT] in EVENTS else "place"
        known: tuple[str, ...] = getattr(self.arrays.names, f"{kind}s", ())
        at = row[_PLACE]
        return f"{kind} {known[at] if 0 <= at < len(known) else at}"

    def row(self, row: Row | None) -> str:
        """Return a row in words, with its numbers behind."""
        if row is None:
            return "no row"
        event = EVENTS[row[_EVENT]].event if row[_EVENT] in EVENTS else f"event {row[_EVENT]}"
        who = [f"train {self.train(row[_TRAIN])}"] if row[_TRAIN] >= 0 else []
        who += [f"lot {self.lot(row[_LOT])}"] if row[_LOT] >= 0 else []
        cause = CAUSES.get(row[_CAUSE], str(row[_CAUSE]))
        parts = [event, *who, self.place(row), f"unit {row[_UNIT]}"]
        parts += [f"cause {cause}"] if cause else []
        return f"{', '.join(parts)} {list(row)}"
