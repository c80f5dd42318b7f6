"""How much sections, stations, posts, terminals and fleets were used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.standing import stand_on_the_line
from sim.analysis.stores import store_use
from sim.arrays.parts import NO_LIMIT
from sim.kernels.gates import SHUT_BY_HOURS, shut_time
from sim.kernels.intervals import filled, most_at_once
from sim.tables import Code, conform
from sim.units import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

__all__ = ["pairs", "post_table", "section_table", "station_table", "terminal_table"]


def pairs(
    outcome: Outcome, begin: Code, end: Code, *, by: tuple[str, ...] = ("train", "lot", "place")
) -> pd.DataFrame:
    """Return intervals from each ``begin`` to the ``end`` that follows it, same ``by``.

    Columns of the beginning, with ``start_ms`` and ``end_ms``; what is left ends with the run.
    """
    first, last = outcome.of(begin), outcome.of(end)
    one, other = _ordinals(first, last, by)
    order = np.argsort(other)
    at = np.searchsorted(other, one, sorter=order)
    has_ended = at < len(other)
    row = order[at[has_ended]]
    has_ended[has_ended] = other[row] == one[has_ended]
    end_ms = np.full(len(first), outcome.arrays.end_ms)
    end_ms[has_ended] = last["time_ms"].to_numpy()[order[at[has_ended]]]
    found = first.reset_index(drop=True)
    return found.assign(start_ms=found["time_ms"], end_ms=end_ms, has_ended=has_ended)


def _ordinals(
    first: pd.DataFrame, last: pd.DataFrame, by: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return a number of each row that tells its keys, and which of those with its keys it is."""
    n = len(first)
    key = np.zeros(n + len(last), np.int64)
    for name in by:
        column = np.concatenate((first[name].to_numpy(), last[name].to_numpy())) + 1
        key = key * (int(column.max(initial=0)) + 1) + column
    counts = np.concatenate((_count_same(key[:n]), _count_same(key[n:])))
    key = key * (int(counts.max(initial=0)) + 1) + counts
    return key[:n], key[n:]


def _count_same(key: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many before each are the same."""
    order = np.argsort(key, kind="stable")
    new = np.diff(key[order], prepend=-1) != 0
    place = np.arange(len(key))
    found = np.empty(len(key), np.int64)
    found[order] = place - np.maximum.accumulate(np.where(new, place, 0))
    return found


def section_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `sections`."""
    arrays, horizon = outcome.arrays, outcome.arrays.horizon_ms
    inside = pairs(outcome, Code.ENTER, Code.LEAVE)
    waits = _before_sections(outcome)
    place, n = inside["place"].to_numpy(), len(arrays.names.sections)
    begin, end = (np.minimum(inside[c].to_numpy(), horizon) for c in ("start_ms", "end_ms"))
    taken = np.bincount(place, end - begin, n) / horizon
    entered = np.bincount(place[begin < horizon], minlength=n)
    rows = []
    for s, name in enumerate(arrays.names.sections):
        trains = int(entered[s])
        single = bool(arrays.sections.is_meet[s]) and arrays.sections.n_tracks[s] == 1
        rows.append(
            {
                "section": name,
                "line": arrays.names.lines[arrays.sections.line_idx[s]],
                "length_km": arrays.sections.length_m[s] / 1000,
                "trains": trains,
                "trains_per_day": trains / (horizon / DAY_MS),
                "occupied_frac": float(taken[s]) if single else np.nan,
                "wait_h": float(waits[s]),
            }
        )
    return conform("sections", rows)


def _before_sections(outcome: Outcome) -> NDArray[np.float64]:
    """Return hours that trains waited before each section."""
    rows = outcome.of(Code.WAITS, Code.ENTER)
    train = rows["train"].to_numpy()
    order = np.argsort(train, kind="stable")
    train, time, place, event = (
        rows[c].to_numpy()[order] for c in ("train", "time_ms", "place", "event")
    )
    is_last = np.append(train[1:] != train[:-1], np.ones(min(len(train), 1), np.bool_))
    until = np.where(is_last, outcome.arrays.end_ms, np.append(time[1:], time[:1]))
    waits = event == Code.WAITS
    n = len(outcome.arrays.names.sections)
    return np.bincount(place[waits], (until - time)[waits], n) / HOUR_MS


def station_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `stations`: tracks taken by trains that stand between sections with meets."""
    arrays, horizon = outcome.arrays, outcome.arrays.horizon_ms
    rows = outcome.of(Code.ENTER, Code.LEAVE).sort_values("train", kind="stable")
    nxt = rows.shift(-1)
    stands = (
        (rows["event"] == int(Code.LEAVE))
        & (nxt["event"] == int(Code.ENTER))
        & rows["train"].eq(nxt["train"])
    )
    rows = rows[stands].assign(
        end_ms=nxt["time_ms"][stands].astype(np.int64), to=nxt["place"][stands].astype(np.int64)
    )
    meet = arrays.sections.is_meet
    # a train that goes back over the section it came by was in a terminal, off the line
    turned = rows["place"] == rows["to"]
    rows = rows[(meet[rows["place"]] == 1) & (meet[rows["to"]] == 1) & ~turned]
    rows = rows[stand_on_the_line(outcome, rows)]
    ends = np.where(
        rows["unit"] == 0,
        arrays.sections.to_idx[rows["place"]],
        arrays.sections.from_idx[rows["place"]],
    )
    table = []
    for i, name in enumerate(arrays.names.stations):
        tracks = int(arrays.sections.station_tracks[i])
        if tracks >= NO_LIMIT:
            continue
        here = rows[ends == i]
        mean = filled(here["time_ms"], here["end_ms"], 0, horizon) / horizon
        table.append(
            {
                "station": name,
                "tracks": tracks,
                "occupied_mean": mean,
                "occupied_max": most_at_once(here["time_ms"], here["end_ms"]),
                "utilisation_frac": mean / tracks,
            }
        )
    return conform("stations", table)


def post_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `posts`; posts that nothing passed are left out."""
    arrays, horizon = outcome.arrays, outcome.arrays.horizon_ms
    waits = pairs(outcome, Code.POST_QUEUE, Code.POST_START)
    works = pairs(outcome, Code.POST_START, Code.POST_END)
    rows = []
    for p, name in enumerate(arrays.names.posts):
        queue, work = waits[waits["place"] == p], works[works["place"] == p]
        if not len(queue):
            continue
        ended = work["has_ended"] & (work["start_ms"] < horizon)
        wait_h = _mean_h(queue[queue["start_ms"] < horizon])
        work_h = _mean_h(work[ended])
        servers = int(arrays.posts.servers[p])
        busy = filled(work["start_ms"], work["end_ms"], 0, horizon)
        rows.append(
            {
                "post": name,
                "passages": int((work["start_ms"] < horizon).sum()),
                "wait_mean_h": wait_h,
                "service_mean_h": work_h,
                "total_mean_h": wait_h + work_h,
                "utilisation_frac": np.nan if servers >= NO_LIMIT else busy / horizon / servers,
            }
        )
    return conform("posts", rows)


def _mean_h(intervals: pd.DataFrame) -> float:
    if not len(intervals):
        return float("nan")
    return float((intervals["end_ms"] - intervals["start_ms"]).mean()) / HOUR_MS


def terminal_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `terminals`; those where no wagon is worked are left out."""
    arrays, horizon = outcome.arrays, outcome.arrays.horizon_ms
    by = ("lot", "place", "unit")
    loads = pairs(outcome, Code.LOAD_START, Code.LOAD_END, by=by)
    unloads = pairs(outcome, Code.UNLOAD_START, Code.UNLOAD_END, by=by)
    sorts = pairs(outcome, Code.SORT_START, Code.SORT_END, by=by)
    yard = pairs(outcome, Code.YARD, Code.TRACK, by=("train", "place"))
    stays = _stays(outcome)
    rows = []
    for t, name in enumerate(arrays.names.terminals):
        load, unload, sort = (work[work["place"] == t] for work in (loads, unloads, sorts))
        work = pd.concat([load, unload, sort])
        if not len(work):
            continue
        here, stay = yard[yard["place"] == t], stays[stays["place"] == t]
        tracks = int(arrays.terminals.tracks[t])
        taken = filled(stay["track_ms"], stay["end_ms"], 0, horizon)
        rows.append(
            {
                "terminal": name,
                "loaded_t": _tonnes(outcome, load),
                "unloaded_t": _tonnes(outcome, unload),
                "wagons_sorted": int((sort["has_ended"] & (sort["end_ms"] < horizon)).sum()),
                **_team_use(outcome, t, work),
                "track_utilisation_frac": taken / horizon / tracks if tracks else np.nan,
                "yard_max": most_at_once(here["start_ms"], here["end_ms"]),
                "yard_wait_mean_h": _mean_h(here),
                "train_stay_mean_h": _mean_h(stay[stay["has_ended"]]),
                **store_use(outcome, t),
            }
        )
    return conform("terminals", rows)


def _team_use(outcome: Outcome, terminal: int, work: pd.DataFrame) -> dict[str, float]:
    """Return the share of hours in which gangs, and cranes, worked: of all, and of its shifts."""
    teams, horizon = outcome.arrays.teams, outcome.arrays.horizon_ms
    open_ms, found = _open_ms(outcome, terminal), {}
    is_crane = (work["unit"] >= int(teams.units[terminal])).to_numpy()
    ways = (("gang", terminal, ~is_crane), ("crane", terminal + len(teams.units) // 2, is_crane))
    for word, team, mine in ways:
        units, own = int(teams.units[team]), work[mine]
        busy = filled(own["start_ms"], own["end_ms"], 0, horizon) / units if units else np.nan
        stood = _stood_ms(outcome, terminal, own) / units if units else np.nan
        found[f"{word}_utilisation_frac"] = busy / horizon
        found[f"{word}_shift_utilisation_frac"] = (busy - stood) / open_ms if open_ms else np.nan
    return found


def _tonnes(outcome: Outcome, work: pd.DataFrame) -> float:
    done = work[work["has_ended"] & (work["end_ms"] < outcome.arrays.horizon_ms)]
    return float(outcome.lots["tonnes"].to_numpy()[done["lot"]].sum())


def _stood_ms(outcome: Outcome, terminal: int, work: pd.DataFrame) -> float:
    """Return how long work stood still for opening hours before the horizon."""
    arrays, horizon = outcome.arrays, outcome.arrays.horizon_ms
    if not arrays.terminals.stands_shut[terminal]:
        return 0.0
    changes = outcome.gate_changes[int(arrays.terminals.gate_idx[terminal])]
    start, end = work["start_ms"].clip(upper=horizon), work["end_ms"].clip(upper=horizon)
    return float(shut_time(*changes, start, end, [SHUT_BY_HOURS]).sum())


def _open_ms(outcome: Outcome, terminal: int) -> float:
    names, horizon = outcome.arrays.names, outcome.arrays.horizon_ms
    gate = names.gates.index(f"terminal:{names.terminals[terminal]}")
    instant, state = outcome.gate_changes[gate]
    shut = int(shut_time(instant, state, [0], [horizon], [SHUT_BY_HOURS])[0])
    return float(horizon - shut)


def _stays(outcome: Outcome) -> pd.DataFrame:
    """Return trains' stays at destinations: arrival, working track, first section home."""
    rows = outcome.of(Code.YARD)
    track = outcome.of(Code.TRACK).set_index("train")["time_ms"]
    ready = outcome.of(Code.RETURN).set_index("train")["time_ms"]
    enters = outcome.of(Code.ENTER)
    after = enters[enters["time_ms"] >= ready.reindex(enters["train"]).fillna(NO_LIMIT).to_numpy()]
    leaves = after.groupby("train")["time_ms"].first()
    end = leaves.reindex(rows["train"]).to_numpy()
    last = outcome.arrays.end_ms
    return rows.assign(
        start_ms=rows["time_ms"],
        track_ms=track.reindex(rows["train"]).fillna(last).to_numpy(),
        end_ms=np.where(np.isnan(end), last, end),
        has_ended=~np.isnan(end),
    )
