"""The event table in words, for people and spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.tables import CAUSES, EVENTS, conform
from sim.units import DAY_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

__all__ = ["trace_table"]


def _labels(words: list[str], index: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the word of each position; the last, empty, for -1."""
    return np.array([*words, ""], dtype=object)[index]


def trace_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `trace`: every event with names, dates and local times."""
    frame, names, arrays = outcome.frame, outcome.arrays.names, outcome.arrays
    trains = [
        f"{service}/{n}"
        for service, n in zip(outcome.trains["service"], outcome.trains["ordinal"], strict=True)
    ]
    lots = [
        f"{name}/{n}"
        for f, name in enumerate(names.flows)
        for n in range(int(arrays.flows.lot_ptr[f + 1] - arrays.flows.lot_ptr[f]))
    ]
    train = _labels(trains, frame["train"].to_numpy())
    lot = _labels(lots, frame["lot"].to_numpy())
    place = _places(outcome)
    start = pd.Timestamp(outcome.scenario.start_date, tz=outcome.scenario.time_zone)
    table = pd.DataFrame(
        {
            "time_d": frame["time_ms"] / DAY_MS,
            "local_time": (start + pd.to_timedelta(frame["time_ms"], unit="ms")).dt.strftime(
                "%Y-%m-%d %H:%M:%S"
            ),
            "event": frame["event"].map({code: e.event for code, e in EVENTS.items()}),
            "entity": np.where(train != "", train, np.where(lot != "", lot, place)),
            "train": train,
            "lot": lot,
            "place": place,
            "unit": frame["unit"],
            "cause": frame["cause"].map(CAUSES),
        }
    )
    return conform("trace", table)


def _places(outcome: Outcome) -> NDArray[np.object_]:
    frame, names = outcome.frame, outcome.arrays.names
    words = {
        "terminal": names.terminals,
        "section": names.sections,
        "post": names.posts,
        "service": names.services,
        "haul": names.hauls,
        "fleet": names.fleets,
        "gate": names.gates,
        "pool": names.pools,
        "flow": names.flows,
        "disruption": names.disruptions,
    }
    event, place = frame["event"].to_numpy(), frame["place"].to_numpy()
    found = np.full(len(frame), "", dtype=object)
    for code, kind in EVENTS.items():
        rows = event == code
        found[rows] = _labels(list(words[kind.place_kind]), place[rows])
    return found
