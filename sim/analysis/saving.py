"""A run on disk: its tables as Parquet and CSV, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.analysis.bases import base_table
from sim.analysis.blame import wait_table
from sim.analysis.borders import border_table
from sim.analysis.fleets import fleet_table
from sim.analysis.flows import flow_table
from sim.analysis.stocks import course_table, stock_table
from sim.analysis.tfi import tfi_table
from sim.analysis.tracing import trace_table
from sim.analysis.usage import post_table, section_table, station_table, terminal_table
from sim.engines.base import COLUMNS, EventTable
from sim.errors import RunError
from sim.tables import conform

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from sim.analysis.outcome import Outcome
    from sim.scenario import Figure

__all__ = ["assumption_table", "load_events", "result_tables", "save_csv", "save_run"]

EVENTS_FILE, TRACE_FILE = "events.parquet", "trace.parquet"
COURSE_FILE = "stock_course.parquet"
_DIGITS = 6


def result_tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Return every result table of a replication; `stocks` and `bases` where there are some."""
    some = {"stocks": stock_table(outcome)} if outcome.scenario.stocks else {}
    if any(fleet.bases or fleet.empties for fleet in outcome.scenario.fleets.values()):
        some["bases"] = base_table(outcome)
    return {
        "flows": flow_table(outcome),
        "waits": wait_table(outcome),
        "sections": section_table(outcome),
        "stations": station_table(outcome),
        "posts": post_table(outcome),
        "borders": border_table(outcome),
        "tfi": tfi_table(outcome),
        "terminals": terminal_table(outcome),
        "fleets": fleet_table(outcome),
        "trains": outcome.trains,
        **some,
    }


def assumption_table(figures: tuple[Figure, ...]) -> pd.DataFrame:
    """Return table `assumptions` of all figures of a scenario."""
    return conform(
        "assumptions",
        [
            {
                "path": f.path,
                "value": f.value,
                "source": f.source,
                "is_assumed": f.is_assumed,
                "file": f"{f.file}:{f.line}" if f.file else "",
            }
            for f in figures
        ],
    )


def save_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, floats to six significant digits."""
    table.to_csv(path, index=False, float_format=f"%.{_DIGITS}g", lineterminator="\n")


def save_run(folder: Path, outcome: Outcome, tables: dict[str, pd.DataFrame]) -> None:
    """Write events and tables of a replication into a folder."""
    columns = {name: pa.array(outcome.events.column(name)) for name in COLUMNS}
    pq.write_table(pa.table(columns), folder / EVENTS_FILE, compression="zstd")
    trace = pa.Table.from_pandas(trace_table(outcome), preserve_index=False)
    pq.write_table(trace, folder / TRACE_FILE, compression="zstd")
    if "stocks" in tables:
        course = pa.Table.from_pandas(course_table(outcome), preserve_index=False)
        pq.write_table(course, folder / COURSE_FILE, compression="zstd")
    for name, table in tables.items():
        save_csv(table, folder / f"{name}.csv")


def load_events(folder: Path) -> EventTable:
    """Return the events of a run folder.

    Raises
    ------
    RunError
        If they are missing or can't be read.
    """
    path = folder / EVENTS_FILE
    try:
        table = pq.read_table(path)
        rows = np.column_stack([table.column(name).to_numpy() for name in COLUMNS])
    except (OSError, KeyError, pa.ArrowException) as error:
        message = f"{path}: can't be read: {error}; run the scenario again"
        raise RunError(message) from error
    return EventTable(rows.astype(np.int64))
