"""Runs: each way of a train, out or home, and each haul of a lot on trucks, with begin and end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.spans import pairs
from sim.arrays.parts import BACK, OUT
from sim.tables import Code

if TYPE_CHECKING:
    from sim.analysis.outcome import Outcome

__all__ = ["RAIL", "ROAD", "way_runs", "with_run"]

RAIL, ROAD = "rail", "road"


def way_runs(outcome: Outcome) -> pd.DataFrame:
    """Return runs of trains out and home and of lots on trucks, numbered from 0.

    Parameters
    ----------
    outcome : Outcome
        The replication.

    Returns
    -------
    runs : DataFrame
        Columns mode, entity (train or lot), subject (service or haul), direction, is_laden,
        start_ms, end_ms (-1 if it did not end), is_counted (began before the horizon and has
        ended). A train's way out is from departure to the yard, its way home from the moment
        it is ready to its arrival; trucks run from their start to the end of the haul.
    """
    parts = [
        _of_trains(outcome, OUT, Code.FORMED, Code.YARD),
        _of_trains(outcome, BACK, Code.RETURN, Code.HOME),
        _of_trucks(outcome),
    ]
    found = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)
    counted = (found["start_ms"] < outcome.arrays.horizon_ms) & (found["end_ms"] >= 0)
    return found.assign(run=np.arange(len(found)), is_counted=counted)


def _of_trains(outcome: Outcome, direction: int, begin: Code, end: Code) -> pd.DataFrame:
    trains, rows = outcome.trains.set_index("train"), outcome.of(begin)
    train = rows["train"].to_numpy()
    ends = outcome.of(end).set_index("train")["time_ms"].reindex(train).fillna(-1)
    laden = trains["laden_back"].reindex(train).to_numpy() > 0
    return pd.DataFrame(
        {
            "mode": RAIL,
            "entity": train,
            "subject": trains["service"].reindex(train).to_numpy(),
            "direction": direction,
            "is_laden": laden | (direction == OUT),
            "start_ms": rows["time_ms"].to_numpy(),
            "end_ms": ends.to_numpy().astype(np.int64),
        }
    )


def _of_trucks(outcome: Outcome) -> pd.DataFrame:
    roads = pairs(outcome, Code.ROAD, Code.HAUL_END, by=("lot", "place"))
    names = np.array([*outcome.arrays.names.hauls, ""], dtype=object)
    return pd.DataFrame(
        {
            "mode": ROAD,
            "entity": roads["lot"].to_numpy(),
            "subject": names[roads["place"].to_numpy()],
            "direction": OUT,
            "is_laden": True,
            "start_ms": roads["start_ms"].to_numpy(),
            "end_ms": roads["end_ms"].where(roads["has_ended"], -1).to_numpy(),
        }
    )


def with_run(rows: pd.DataFrame, runs: pd.DataFrame, mode: str) -> pd.DataFrame:
    """Return rows with the run in which each happened.

    Parameters
    ----------
    rows : DataFrame
        With ``entity`` (train or lot) and ``start_ms``.
    runs : DataFrame
        From `way_runs`.
    mode : str
        `rail` for rows of trains, `road` for rows of lots.

    Returns
    -------
    rows : DataFrame
        In order of time, with mode, subject, direction, is_laden, run and is_counted: of the
        last run of that entity that began then or before.
    """
    known = runs[runs["mode"] == mode].drop(columns="end_ms")
    known = known.sort_values("start_ms", kind="stable").rename(columns={"start_ms": "began_ms"})
    return pd.merge_asof(
        rows.sort_values("start_ms", kind="stable"),
        known,
        left_on="start_ms",
        right_on="began_ms",
        by="entity",
    ).dropna(subset=["run"])
