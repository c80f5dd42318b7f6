"""How much sections, stations, posts, terminals and fleets were used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.spans import Intervals, intervals
from sim.analysis.standing import stand_on_the_line
from sim.analysis.stores import store_use
from sim.arrays.parts import NO_LIMIT
from sim.kernels.gates import SHUT_BY_HOURS, shut_time
from sim.kernels.grouping import last_of_runs, stable_order
from sim.kernels.intervals import filled, most_at_once
from sim.tables import Code, conform
from sim.units import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

    Ints = NDArray[np.int64]

__all__ = ["post_rows", "post_table", "section_rows", "section_table", "station_table"]
__all__ += ["terminal_rows", "terminal_table"]


def section_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `sections`."""
    return conform("sections", section_rows(outcome))


def section_rows(outcome: Outcome) -> list[dict[str, object]]:
    """Return the rows of table `sections`."""
    arrays, horizon = outcome.arrays, outcome.arrays.horizon_ms
    inside = intervals(outcome, Code.ENTER, Code.LEAVE)
    waits = _before_sections(outcome)
    place, n = inside.rows["place"], len(arrays.names.sections)
    begin, end = (np.minimum(ms, horizon) for ms in (inside.start_ms, inside.end_ms))
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
    return rows


def _before_sections(outcome: Outcome) -> NDArray[np.float64]:
    """Return hours that trains waited before each section."""
    rows = outcome.rows(Code.WAITS, Code.ENTER)
    rows = rows.where(stable_order(rows["train"]))
    time, place, event = rows["time_ms"], rows["place"], rows["event"]
    is_last = last_of_runs(rows["train"])
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
    return conform("posts", post_rows(outcome))


def post_rows(outcome: Outcome) -> list[dict[str, object]]:
    """Return the rows of table `posts`."""
    arrays, horizon = outcome.arrays, outcome.arrays.horizon_ms
    waits = intervals(outcome, Code.POST_QUEUE, Code.POST_START)
    works = intervals(outcome, Code.POST_START, Code.POST_END)
    rows: list[dict[str, object]] = []
    for p, name in enumerate(arrays.names.posts):
        queue, work = waits.at(p), works.at(p)
        if not len(queue.rows):
            continue
        early = work.start_ms < horizon
        wait_h = _mean_h(queue.length_ms[queue.start_ms < horizon])
        work_h = _mean_h(work.length_ms[work.has_ended & early])
        servers = int(arrays.posts.servers[p])
        busy = filled(work.start_ms, work.end_ms, 0, horizon)
        rows.append(
            {
                "post": name,
                "passages": int(early.sum()),
                "wait_mean_h": wait_h,
                "service_mean_h": work_h,
                "total_mean_h": wait_h + work_h,
                "utilisation_frac": np.nan if servers >= NO_LIMIT else busy / horizon / servers,
            }
        )
    return rows


def _mean_h(length_ms: Ints) -> float:
    return float(length_ms.mean()) / HOUR_MS if len(length_ms) else float("nan")


def terminal_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `terminals`; those where no wagon is worked are left out."""
    return conform("terminals", terminal_rows(outcome))


def terminal_rows(outcome: Outcome) -> list[dict[str, object]]:
    """Return the rows of table `terminals`."""
    by = ("lot", "place", "unit")
    works = (
        intervals(outcome, Code.LOAD_START, Code.LOAD_END, by=by),
        intervals(outcome, Code.UNLOAD_START, Code.UNLOAD_END, by=by),
        intervals(outcome, Code.SORT_START, Code.SORT_END, by=by),
    )
    yard = intervals(outcome, Code.YARD, Code.TRACK, by=("train", "place"))
    stays, track_ms = _stays(outcome)
    rows: list[dict[str, object]] = []
    for t, name in enumerate(outcome.arrays.names.terminals):
        own = tuple(work.at(t) for work in works)
        if not any(len(work.rows) for work in own):
            continue
        here = stays.rows["place"] == t
        rows.append(
            {"terminal": name}
            | _worked(outcome, t, own)
            | _held(outcome, t, yard.at(t), stays.where(here), track_ms[here])
            | store_use(outcome, t)
        )
    return rows


def _worked(outcome: Outcome, terminal: int, own: tuple[Intervals, ...]) -> dict[str, object]:
    """Return what gangs and cranes did: loading, unloading and sorting."""
    horizon, (load, unload, sort) = outcome.arrays.horizon_ms, own
    return {
        "loaded_t": _tonnes(outcome, load),
        "unloaded_t": _tonnes(outcome, unload),
        "wagons_sorted": int((sort.has_ended & (sort.end_ms < horizon)).sum()),
    } | _team_use(outcome, terminal, own)


def _team_use(outcome: Outcome, terminal: int, own: tuple[Intervals, ...]) -> dict[str, object]:
    """Return the share of hours in which gangs, and cranes, worked: of all, and of its shifts."""
    teams, open_ms = outcome.arrays.teams, _open_ms(outcome, terminal)
    start_ms, end_ms = (
        np.concatenate([getattr(work, name) for work in own]) for name in ("start_ms", "end_ms")
    )
    is_crane = np.concatenate([work.rows["unit"] for work in own]) >= teams.units[terminal]
    n, found = len(teams.units) // 2, dict[str, object]()
    for word, team, mine in (("gang", terminal, ~is_crane), ("crane", terminal + n, is_crane)):
        begun_ms, until_ms, units = start_ms[mine], end_ms[mine], int(teams.units[team]) or np.nan
        busy = filled(begun_ms, until_ms, 0, outcome.arrays.horizon_ms) / units
        in_shifts = busy - _stood_ms(outcome, terminal, begun_ms, until_ms) / units
        found[f"{word}_utilisation_frac"] = busy / outcome.arrays.horizon_ms
        found[f"{word}_shift_utilisation_frac"] = in_shifts / open_ms if open_ms else np.nan
    return found


def _held(
    outcome: Outcome, terminal: int, yard: Intervals, stay: Intervals, track_ms: Ints
) -> dict[str, object]:
    """Return how trains stood in the yard and on working tracks."""
    horizon, tracks = outcome.arrays.horizon_ms, int(outcome.arrays.terminals.tracks[terminal])
    taken = filled(track_ms, stay.end_ms, 0, horizon)
    return {
        "track_utilisation_frac": taken / horizon / tracks if tracks else np.nan,
        "yard_max": most_at_once(yard.start_ms, yard.end_ms),
        "yard_wait_mean_h": _mean_h(yard.length_ms),
        "train_stay_mean_h": _mean_h(stay.length_ms[stay.has_ended]),
    }


def _tonnes(outcome: Outcome, work: Intervals) -> float:
    done = work.has_ended & (work.end_ms < outcome.arrays.horizon_ms)
    return float(outcome.tonnes[work.rows["lot"][done]].sum())


def _stood_ms(outcome: Outcome, terminal: int, start_ms: Ints, end_ms: Ints) -> float:
    """Return how long work stood still for opening hours before the horizon."""
    arrays, horizon = outcome.arrays, outcome.arrays.horizon_ms
    if not arrays.terminals.stands_shut[terminal]:
        return 0.0
    changes = outcome.gate_changes[int(arrays.terminals.gate_idx[terminal])]
    start, end = np.minimum(start_ms, horizon), np.minimum(end_ms, horizon)
    return float(shut_time(*changes, start, end, [SHUT_BY_HOURS]).sum())


def _open_ms(outcome: Outcome, terminal: int) -> float:
    names, horizon = outcome.arrays.names, outcome.arrays.horizon_ms
    gate = names.gates.index(f"terminal:{names.terminals[terminal]}")
    instant, state = outcome.gate_changes[gate]
    shut = int(shut_time(instant, state, [0], [horizon], [SHUT_BY_HOURS])[0])
    return float(horizon - shut)


def _stays(outcome: Outcome) -> tuple[Intervals, Ints]:
    """Return trains' stays at destinations, from arrival to the first section home; and tracks.

    The second is when each was given a working track. [ms]
    """
    rows, last = outcome.rows(Code.YARD), outcome.arrays.end_ms
    train = rows["train"]
    ready, track = outcome.train_ms(Code.RETURN), outcome.train_ms(Code.TRACK)[train]
    enters = outcome.rows(Code.ENTER)
    went = enters["train"]
    after = (ready[went] >= 0) & (enters["time_ms"] >= ready[went])
    leaves = np.full(len(ready), -1, np.int64)
    # the first of each train is the last that is written
    leaves[went[after][::-1]] = enters["time_ms"][after][::-1]
    end = leaves[train]
    stays = Intervals(rows, rows["time_ms"], np.where(end < 0, last, end), end >= 0)
    return stays, np.where(track < 0, last, track)
