"""Every result table: its columns with dtype, unit and meaning; codes of events and causes.

The CSV files beside this module feed the code and the manual page alike.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["CAUSES", "EVENTS", "Cause", "Code", "Column", "Event", "columns", "conform", "manual"]


class Code(IntEnum):
    """Codes of events, as `event_codes.csv` tells them."""

    OFFERED = 1
    WAGON = 2
    LOAD_START = 3
    LOAD_END = 4
    FORMED = 5
    ABOARD = 6
    WAITS = 7
    ENTER = 8
    LEAVE = 9
    POST_QUEUE = 10
    POST_START = 11
    POST_END = 12
    YARD = 13
    TRACK = 14
    PLACED = 15
    UNLOAD_START = 16
    UNLOAD_END = 17
    EMPTIED = 18
    RETURN = 19
    HOME = 20
    WAGON_BACK = 21
    TRUCKS = 22
    TRUCKED = 23
    ROAD = 24
    HAUL_END = 25
    TRUCKS_BACK = 26
    DELIVERED = 27
    GATE = 28
    POOL_ASK = 40
    POOL_TAKEN = 41
    POOL_GIVEN = 42
    POOL_READY = 43
    POOL_SENT = 44
    POOL_MOVED = 45
    DIVERTED = 46
    STORE_WAIT = 47
    STORED = 48
    CLEAN_START = 55
    CLEAN_END = 56
    CREW_RESTS = 57
    EFFECT = 29
    SLOWED = 30
    SORT_START = 60
    SORT_END = 61
    WAGON_SENT = 62


class Cause(IntEnum):
    """Codes of what a train waits for, as `causes.csv` tells them."""

    NONE = 0
    SECTION_CLOSED = 1
    MEET = 2
    FOLLOW = 3
    STATION_FULL = 4
    YARD_FULL = 5
    HELD = 6


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result table."""

    table: str
    column: str
    dtype: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of event."""

    code: int
    event: str
    place_kind: str
    unit_is: str
    meaning: str


def _rows(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


EVENTS: dict[int, Event] = {
    int(row["code"]): Event(
        int(row["code"]), row["event"], row["place_kind"], row["unit_is"], row["meaning"]
    )
    for row in _rows("event_codes.csv")
}
"""Kinds of events by code."""

CAUSES: dict[int, str] = {int(row["code"]): row["cause"] for row in _rows("causes.csv")}
"""Names of causes by code."""


@cache
def columns(table: str) -> tuple[Column, ...]:
    """Return the columns of a table, in order.

    Raises
    ------
    KeyError
        If no table has this name; names the known ones.

    Examples
    --------
    >>> columns("events")[0].unit
    'ms'
    """
    found = tuple(
        Column(row["table"], row["column"], row["dtype"], row["unit"], row["meaning"])
        for row in _rows("columns.csv")
        if row["table"] == table
    )
    if not found:
        known = ", ".join(dict.fromkeys(row["table"] for row in _rows("columns.csv")))
        message = f"no result table is called '{table}' (known: {known})"
        raise KeyError(message)
    return found


def conform(table: str, rows: Iterable[Mapping[str, object]] | pd.DataFrame) -> pd.DataFrame:
    """Return rows as a table with exactly the columns, order and dtypes it must have.

    Raises
    ------
    KeyError
        If a column is missing.

    Examples
    --------
    >>> conform("comparison", []).shape
    (0, 10)
    """
    wanted = columns(table)
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    if frame.empty:
        frame = pd.DataFrame({c.column: [] for c in wanted})
    return frame[[c.column for c in wanted]].astype(
        {c.column: c.dtype for c in wanted if c.dtype != "str"}
    )


def manual() -> str:
    """Return the manual page of all result tables, in Markdown."""
    lines = [
        "# Result tables",
        "",
        "Made from `sim/tables/*.csv`, which the code itself reads.",
    ]
    for name in dict.fromkeys(row["table"] for row in _rows("columns.csv")):
        lines += ["", f"## {name}", "", "| column | dtype | unit | meaning |", "|---|---|---|---|"]
        lines += [f"| `{c.column}` | {c.dtype} | {c.unit} | {c.meaning} |" for c in columns(name)]
    lines += ["", "## Codes of events", "", "| code | event | place | unit is | meaning |"]
    lines += ["|---|---|---|---|---|"]
    lines += [
        f"| {e.code} | `{e.event}` | {e.place_kind} | {e.unit_is} | {e.meaning} |"
        for e in EVENTS.values()
    ]
    lines += ["", "## Causes of waiting before a section", "", "| code | cause | meaning |"]
    lines += ["|---|---|---|"]
    lines += [
        f"| {row['code']} | {row['cause']} | {row['meaning']} |" for row in _rows("causes.csv")
    ]
    return "\n".join(lines) + "\n"
