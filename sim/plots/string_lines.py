"""String lines: where each train of a stretch was when, from what the engine wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.engines.base import COLUMNS
from sim.tables import Code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.arrays import CorridorArrays
    from sim.engines.base import EventTable
    from sim.plots.stretch import Stretch

__all__ = ["closed_spans", "crossings", "meets", "passages", "string_lines"]

_NEVER = np.iinfo(np.int64).max
_CLOSED = 2
_GATE_COLUMNS = [COLUMNS.index(name) for name in ("time_ms", "place", "unit")]

DOWN, UP = 1, -1
"""Directions on a stretch: away from its first station, and towards it."""


def string_lines(arrays: CorridorArrays, events: EventTable, stretch: Stretch) -> pd.DataFrame:
    """Return the points of one polyline a train and passage over the stretch.

    Two rows a section: its entry and its exit, as the engine wrote them. Between the exit from one
    section and the entry into the next a train stands: a horizontal piece. A train that leaves the
    stretch (to be unloaded, or onto another line) and comes back begins a new line.

    Parameters
    ----------
    arrays : CorridorArrays
        The compiled scenario.
    events : EventTable
        What happened.
    stretch : Stretch
        Where to look.

    Returns
    -------
    lines : DataFrame
        ``line`` (number of the polyline), ``train``, ``service``, ``is_home`` (on the way home),
        ``is_laden``, ``direction`` (1 away from the first station, -1 towards it), ``time_ms``,
        ``chainage_m``, ``station`` (reached or left), ``section`` and ``is_entry``; by line, then
        in order of time.
    """
    rows = _moves(events)
    inverse = np.full(len(arrays.names.sections), -1, np.int64)
    inverse[stretch.section_idx] = np.arange(len(stretch.section_idx))
    rows["piece"] = inverse[rows["place"].to_numpy()]
    on = rows["piece"] >= 0
    begins = on & (
        ~on.shift(fill_value=False)
        | (rows["train"] != rows["train"].shift())
        | (rows["is_home"] != rows["is_home"].shift())
    )
    rows["line"] = begins.cumsum() - 1
    rows = rows[on].reset_index(drop=True)
    piece = rows["piece"].to_numpy(np.int64)
    entry = rows["is_entry"].to_numpy(bool)
    along = rows["unit"].to_numpy(np.int64) == stretch.heading[piece]
    at = piece + (entry != along)
    return pd.DataFrame(
        {
            "line": rows["line"].to_numpy(np.int64),
            "train": rows["train"].to_numpy(np.int64),
            "service": _names_of_trains(arrays, events, rows["train"]),
            "is_home": rows["is_home"].to_numpy(bool),
            "is_laden": rows["is_laden"].to_numpy(bool),
            "direction": np.where(along, DOWN, UP),
            "time_ms": rows["time_ms"].to_numpy(np.int64),
            "chainage_m": stretch.chainage_m[at],
            "station": np.array(stretch.station_ids, object)[at],
            "section": np.array(stretch.section_ids, object)[piece],
            "is_entry": entry,
        }
    )


def _moves(events: EventTable) -> pd.DataFrame:
    """Return entries and exits by train, in order, with the way (out or home) and the load."""
    kinds = (Code.ENTER, Code.LEAVE, Code.RETURN)
    names = ("time_ms", "event", "train", "place", "unit")
    rows = pd.DataFrame({name: events.column(name) for name in names})
    rows = rows[rows["event"].isin([int(kind) for kind in kinds])]
    rows = rows.sort_values("train", kind="stable", ignore_index=True)
    turns = rows["event"] == Code.RETURN
    rows["is_home"] = turns.groupby(rows["train"]).cumsum() > 0
    laden = (rows["unit"] > 0).where(turns).groupby(rows["train"]).ffill()
    rows["is_laden"] = laden.isna() | (laden == True)  # noqa: E712 - NaN before the return
    rows["is_entry"] = rows["event"] == Code.ENTER
    return rows[~turns].reset_index(drop=True)


def _names_of_trains(
    arrays: CorridorArrays, events: EventTable, trains: pd.Series[int]
) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    formed = events.rows[events.column("event") == Code.FORMED]
    columns = [COLUMNS.index(name) for name in ("train", "place")]
    service = dict(zip(*(formed[:, c].tolist() for c in columns), strict=True))
    return np.array([arrays.names.services[service[t]] for t in trains.tolist()], object)


def passages(lines: pd.DataFrame) -> pd.DataFrame:
    """Return one row a train and section: when it entered and left it.

    Returns
    -------
    table : DataFrame
        ``section``, ``line``, ``train``, ``direction``, ``enter_ms``, ``leave_ms`` (a train still
        inside at the end of the run leaves never: the greatest int64), by section and entry.
    """
    entry = lines["is_entry"].to_numpy(bool)
    time_ms = lines["time_ms"].to_numpy(np.int64)
    following = np.append(~entry[1:], np.False_) if len(entry) else entry
    after_ms = np.append(time_ms[1:], _NEVER) if len(entry) else time_ms
    table = lines[["section", "line", "train", "direction"]].assign(
        enter_ms=time_ms, leave_ms=np.where(following, after_ms, _NEVER)
    )[entry]
    return table.sort_values(["section", "enter_ms"], kind="stable", ignore_index=True)


def crossings(stretch: Stretch, lines: pd.DataFrame) -> pd.DataFrame:
    """Return where lines cross between stations, which no railway allows.

    On single track with meets, opposing trains are never in a section together; on any section
    with meets, trains the same way leave in the order in which they entered.

    Parameters
    ----------
    stretch : Stretch
        Says where meets are simulated, and on how many tracks.
    lines : DataFrame
        From `string_lines`.

    Returns
    -------
    table : DataFrame
        ``section``, ``kind`` (`meet` or `overtake`), ``first_train``, ``second_train``,
        ``time_ms`` (the second's entry); empty if all is right.
    """
    single = dict(zip(stretch.section_ids, stretch.n_tracks == 1, strict=True))
    on_meets = {s for s, meet in zip(stretch.section_ids, stretch.is_meet, strict=True) if meet}
    found = []
    for name, table in passages(lines).groupby("section", sort=False):
        if name in on_meets:
            rows = zip(*(table[c].tolist() for c in _PASSAGE), strict=True)
            found += [
                (name, *row)
                for row in _wrong(list(rows), opposing_is_wrong=bool(single[str(name)]))
            ]
    names = ("section", "kind", "first_train", "second_train", "time_ms")
    return pd.DataFrame(found, columns=list(names))


_PASSAGE = ("train", "direction", "enter_ms", "leave_ms")


def _wrong(
    rows: list[tuple[int, int, int, int]], *, opposing_is_wrong: bool
) -> Iterator[tuple[str, int, int, int]]:
    """Yield what is wrong among the passages of one section, given in order of entry."""
    last = {DOWN: (-1, -1), UP: (-1, -1)}
    for train, direction, enter_ms, leave_ms in rows:
        other_leaves_ms, other = last[-direction]
        if opposing_is_wrong and other_leaves_ms > enter_ms:
            yield "meet", other, train, enter_ms
        ahead_leaves_ms, ahead = last[direction]
        if ahead_leaves_ms > leave_ms:
            yield "overtake", ahead, train, enter_ms
        last[direction] = max(last[direction], (leave_ms, train))


def meets(stretch: Stretch, lines: pd.DataFrame) -> pd.DataFrame:
    """Return where trains meet or overtake at stations between two sections with meets.

    Parameters
    ----------
    stretch : Stretch
        Says where meets are simulated.
    lines : DataFrame
        From `string_lines`.

    Returns
    -------
    table : DataFrame
        ``kind`` (`meet` or `overtake`), ``station``, ``chainage_m``, ``time_ms`` (when the second
        train is there), ``first_train``, ``second_train``; by station and time.
    """
    inner = stretch.is_meet[1:] & stretch.is_meet[:-1]
    stations = {s for s, yes in zip(stretch.station_ids[1:-1], inner, strict=True) if yes}
    found = []
    for name, table in _standing(lines).groupby("station", sort=False):
        if name in stations:
            rows = zip(*(table[c].tolist() for c in _STANDING), strict=True)
            found += [(name, *row) for row in _together(list(rows))]
    names = ["station", "kind", "time_ms", "first_train", "second_train"]
    made = pd.DataFrame(found, columns=names)
    where = dict(zip(stretch.station_ids, stretch.chainage_m.tolist(), strict=True))
    return made.assign(chainage_m=made["station"].map(where).astype(float))


_STANDING = ("train", "direction", "arrive_ms", "depart_ms")


def _standing(lines: pd.DataFrame) -> pd.DataFrame:
    """Return stays of trains at stations on the stretch, in order of arrival."""
    after = lines.shift(-1)
    stays = ~lines["is_entry"] & (after["line"] == lines["line"])
    table = lines[["station", "train", "direction"]].assign(
        arrive_ms=lines["time_ms"],
        depart_ms=np.append(lines["time_ms"].to_numpy(np.int64)[1:], _NEVER)[: len(lines)],
    )[stays]
    return table.sort_values(["station", "arrive_ms"], kind="stable", ignore_index=True)


def _together(rows: list[tuple[int, int, int, int]]) -> Iterator[tuple[str, int, int, int]]:
    """Yield trains that are at one station together: opposing, or the second goes first."""
    here: list[tuple[int, int, int]] = []
    for train, direction, arrive_ms, depart_ms in rows:
        here = [stay for stay in here if stay[2] >= arrive_ms]
        for other, its_direction, its_depart_ms in here:
            if its_direction != direction:
                yield "meet", arrive_ms, other, train
            elif its_depart_ms > depart_ms:
                yield "overtake", arrive_ms, other, train
        here.append((train, direction, depart_ms))


def closed_spans(arrays: CorridorArrays, events: EventTable, stretch: Stretch) -> pd.DataFrame:
    """Return when and where closures shut sections of the stretch.

    Returns
    -------
    table : DataFrame
        ``closure``, ``section`` (of the network), ``start_ms``, ``end_ms`` (the end of the run if
        it is shut then), ``low_m`` and ``high_m`` (chainage).
    """
    rows = events.rows[events.column("event") == Code.GATE][:, _GATE_COLUMNS]
    chainage_m, parents = stretch.chainage_m, np.array(stretch.parent_ids, object)
    found = []
    for parent in dict.fromkeys(stretch.parent_ids):
        gate = arrays.names.gates.index(f"section:{parent}")
        own = np.flatnonzero(parents == parent)
        ends_m = float(chainage_m[own[0]]), float(chainage_m[own[-1] + 1])
        changes = rows[rows[:, 1] == gate]
        until_ms = np.append(changes[1:, 0], arrays.end_ms)
        for (start_ms, _, state), end_ms in zip(changes.tolist(), until_ms.tolist(), strict=False):
            if state >= _CLOSED:
                closure = arrays.names.disruptions[state - _CLOSED]
                found.append((closure, parent, start_ms, end_ms, *ends_m))
    names = ["closure", "section", "start_ms", "end_ms", "low_m", "high_m"]
    return pd.DataFrame(found, columns=names)
