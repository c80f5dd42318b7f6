"""Which pictures commands make, and of what."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.network import open_geo_network
from sim.arrays.parts import MEET, OUT
from sim.cli.stocks import stock_picture
from sim.errors import RunError
from sim.plots import (
    closed_spans,
    draw_comparison,
    draw_map,
    draw_train_graph,
    draw_where_the_days_go,
    find_stretch,
    flow_weights,
    save,
    string_lines,
)
from sim.runs.replicate import replicate
from sim.units import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

    from sim.analysis.compare import Comparison
    from sim.analysis.outcome import Outcome
    from sim.arrays import CorridorArrays
    from sim.engines.base import EventTable
    from sim.runs.case import Case

__all__ = ["comparison_pictures", "meets_stretch", "run_pictures", "train_graph", "whole_map"]

GRAPH_DAYS = 5


def whole_map(case: Case) -> Figure:
    """Return the map of what a case uses."""
    names, arrays = case.arrays.names, case.arrays
    road_only = [
        case.scenario.terminals[t].station
        for t, station in zip(names.terminals, arrays.terminals.station_idx, strict=True)
        if station < 0
    ]
    start = case.scenario.start_date
    return draw_map(
        open_geo_network(case.scenario, case.base_dir),
        case.arrays,
        title=case.scenario.name,
        open_stages=[s for s, day in case.scenario.network.stages.items() if day <= start],
        road_section_ids=names.roads,
        road_terminal_ids=road_only,
    )


def meets_stretch(arrays: CorridorArrays) -> tuple[str, str] | None:
    """Return the ends of the longest way of a service over sections with meets, if there is one."""
    programs, sections, best = arrays.programs, arrays.sections, (0.0, -1, -1)
    for s in range(len(arrays.names.services)):
        steps = range(programs.ptr[2 * s + OUT], programs.ptr[2 * s + OUT + 1])
        met = [k for k in steps if programs.op[k] == MEET]
        if not met:
            continue
        length = float(sections.length_m[programs.arg[met]].sum())
        first, last = met[0], met[-1]
        ends = (sections.from_idx, sections.to_idx)
        start = int(ends[programs.heading[first]][programs.arg[first]])
        end = int(ends[1 - programs.heading[last]][programs.arg[last]])
        best = max(best, (length, start, end), key=lambda found: found[0])
    if best[1] < 0:
        return None
    return arrays.names.stations[best[1]], arrays.names.stations[best[2]]


def train_graph(
    case: Case,
    events: EventTable,
    stations: Sequence[str],
    *,
    first_day: int | None = None,
    days: int = GRAPH_DAYS,
) -> Figure:
    """Return the train graph of a stretch; of its busiest days unless a day is given.

    Raises
    ------
    RunError
        If the day lies outside the run.
    """
    arrays = case.arrays
    stretch = find_stretch(arrays, stations)
    lines = string_lines(arrays, events, stretch)
    last = arrays.end_ms // DAY_MS
    if first_day is not None and first_day >= last:
        message = f"day {first_day} lies outside the run, which has days 0 to {last - 1}"
        raise RunError(message)
    return draw_train_graph(
        stretch,
        lines,
        title=case.scenario.name,
        start_date=case.scenario.start_date,
        first_day=_busiest_day(lines, days, last) if first_day is None else first_day,
        days=days,
        closed=closed_spans(arrays, events, stretch),
        station_names={s.id: s.name for s in case.plan.stations.values()},
    )


def _busiest_day(lines: pd.DataFrame, days: int, last: int) -> int:
    """Return the first day of the span in which most happens."""
    count = np.bincount(lines["time_ms"].to_numpy() // DAY_MS, minlength=last)
    inside = np.convolve(count, np.ones(days, np.int64), mode="valid")
    return int(inside.argmax()) if len(inside) else 0


def run_pictures(draft: Path, case: Case, outcome: Outcome, waits: pd.DataFrame) -> list[str]:
    """Draw the pictures of one replication and return their names."""
    save(whole_map(case), draft / "map.png")
    label = case.scenario.name
    days = draw_where_the_days_go(
        waits.assign(scenario=label), title=f"Where the days go: {shorten(label, 90)}"
    )
    save(days, draft / "days.png")
    names = ["map.png", "days.png"]
    if case.scenario.stocks:
        save(stock_picture(case, outcome), draft / "stocks.png")
        names.append("stocks.png")
    ends = meets_stretch(case.arrays)
    if ends is not None:
        save(train_graph(case, outcome.events, ends), draft / "graph.png")
        names.insert(1, "graph.png")
    return names


def comparison_pictures(
    draft: Path, cases: Sequence[Case], labels: Sequence[str], found: Comparison
) -> list[str]:
    """Draw the pictures of a comparison: chart, days, and map and graph of the farthest case."""
    save(draw_comparison(found.table, title="All freight"), draft / "comparison.png")
    lot_t = {
        (label, flow): case.scenario.lot_t(flow)
        for label, case in zip(labels, cases, strict=True)
        for flow in case.scenario.flows
    }
    weights = flow_weights(found.table, lot_t=lot_t)
    save(
        draw_where_the_days_go(
            found.waits, weights=weights, title="Where the days go, all freight"
        ),
        draft / "days.png",
    )
    longest = max(cases, key=lambda case: _meets_length_m(case.arrays))
    save(whole_map(longest), draft / "map.png")
    names = ["comparison.png", "days.png", "map.png"]
    ends = meets_stretch(longest.arrays)
    if ends is not None:
        events = replicate(longest.arrays, 0)
        save(train_graph(longest, events, ends), draft / "graph.png")
        names.append("graph.png")
    return names


def _meets_length_m(arrays: CorridorArrays) -> float:
    return float(arrays.sections.length_m[arrays.sections.is_meet == 1].sum())
