"""Simulated counterparts of published figures: one number for each from a replication."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.borders import passages
from sim.analysis.tfi import LOAD_T, STRETCH_KM, tfi_table
from sim.arrays.parts import LINE, MEET
from sim.tables import Code
from sim.units import DAY_MS, KM_M

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    import pandas as pd

    from sim.analysis.outcome import Outcome

__all__ = ["MEASURES", "Replicate", "Wanted"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figure is wanted: the place it is of, the direction, and days of the year."""

    place: str
    direction: str
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Replicate:
    """A replication with what several measures need of it."""

    outcome: Outcome

    @cached_property
    def tfi(self) -> pd.DataFrame:
        """Table `tfi`."""
        return tfi_table(self.outcome)

    @cached_property
    def days(self) -> float:
        """Length of the period. [d]."""
        return self.outcome.arrays.horizon_ms / DAY_MS

    def in_time(self, code: Code, name: str) -> pd.DataFrame:
        """Return the rows of one event at a terminal before the horizon."""
        rows = self.outcome.of(code)
        place = self.outcome.arrays.names.terminals.index(name)
        here = (rows["place"] == place) & (rows["time_ms"] < self.outcome.arrays.horizon_ms)
        return rows[here]


def _indicator(name: str) -> Callable[[Replicate, Wanted], float]:
    def of(run: Replicate, wanted: Wanted) -> float:
        table = run.tfi
        here = (table["indicator"] == name) & (table["subject"] == wanted.place)
        found = table.loc[here & (table["direction"] == wanted.direction), "value"]
        return float(found.iloc[0]) if len(found) else float("nan")

    return of


def _line_usd(run: Replicate, wanted: Wanted) -> float:
    return run.outcome.scenario.lines[wanted.place].haul_usd_per_tkm * STRETCH_KM * LOAD_T


def _way_km(run: Replicate, wanted: Wanted) -> float:
    arrays = run.outcome.arrays
    row = 2 * arrays.names.services.index(wanted.place)
    steps = slice(arrays.programs.ptr[row], arrays.programs.ptr[row + 1])
    is_section = np.isin(arrays.programs.op[steps], (LINE, MEET))
    return float(arrays.sections.length_m[arrays.programs.arg[steps][is_section]].sum()) / KM_M


def _loaded_d(run: Replicate, wanted: Wanted) -> float:
    trains = run.outcome.trains
    trains = trains[trains["service"] == wanted.place]
    return float((trains["arrived_d"] - trains["formed_d"]).mean())


def _train_t(run: Replicate, wanted: Wanted) -> float:
    trains = run.outcome.trains
    mine = trains.loc[trains["service"] == wanted.place, "train"]
    aboard = run.outcome.of(Code.ABOARD)
    formed = run.outcome.of(Code.FORMED).set_index("train")["time_ms"]
    is_out = aboard["time_ms"].to_numpy() == formed.reindex(aboard["train"]).to_numpy()
    lots = aboard.loc[is_out & aboard["train"].isin(mine).to_numpy(), "lot"]
    return float(run.outcome.lots["tonnes"].to_numpy()[lots].sum()) / max(len(mine), 1)


def _intake_t_per_day(run: Replicate, wanted: Wanted) -> float:
    """Return what was unloaded a day, within the days of the year that are wanted.

    Days after the horizon are left out; NaN if none is before it.
    """
    rows = run.in_time(Code.UNLOAD_END, wanted.place)
    first, last = 0.0, run.days
    if wanted.first and wanted.last:
        start = run.outcome.scenario.start_date
        begin = wanted.first.replace(year=start.year)
        first = max((begin - start).days, 0)
        last = min(first + (wanted.last - wanted.first).days + 1, run.days)
    if last <= first:
        return float("nan")
    here = (rows["time_ms"] >= first * DAY_MS) & (rows["time_ms"] < last * DAY_MS)
    tonnes = run.outcome.lots["tonnes"].to_numpy()[rows.loc[here, "lot"]]
    return float(tonnes.sum()) / (last - first)


def _wagons_per_day(run: Replicate, wanted: Wanted) -> float:
    return len(run.in_time(Code.UNLOAD_END, wanted.place)) / run.days


def _trains_per_day(run: Replicate, wanted: Wanted) -> float:
    return len(run.in_time(Code.YARD, wanted.place)) / run.days


def _most_wagons_in_a_day(run: Replicate, wanted: Wanted) -> float:
    rows = run.in_time(Code.YARD, wanted.place)
    wagons = run.outcome.trains.set_index("train")["wagons"].reindex(rows["train"])
    per_day = wagons.groupby((rows["time_ms"] // DAY_MS).to_numpy()).sum()
    return float(per_day.max()) if len(per_day) else float("nan")


def _trucks_per_day(run: Replicate, wanted: Wanted) -> float:
    outcome = run.outcome
    hauls = [
        k
        for k, name in enumerate(outcome.arrays.names.hauls)
        if outcome.scenario.hauls[name].origin == wanted.place
    ]
    rows = outcome.of(Code.ROAD)
    here = rows["place"].isin(hauls) & (rows["time_ms"] < outcome.arrays.horizon_ms)
    return float(rows.loc[here, "unit"].sum()) / run.days


def _longest_border_d(run: Replicate, wanted: Wanted) -> float:
    arrays = run.outcome.arrays
    rows = passages(run.outcome, "train")
    here = rows.post == arrays.names.borders.index(wanted.place)
    here &= rows.start_ms < arrays.horizon_ms
    longest = (rows.end_ms - rows.start_ms)[here].max(initial=-1)
    return float(longest) / DAY_MS if here.any() else float("nan")


MEASURES: Mapping[str, Callable[[Replicate, Wanted], float]] = {
    "border_h": _indicator("TFI1"),
    "border_usd": _indicator("TFI2"),
    "way_usd": _indicator("TFI3"),
    "swod_kmh": _indicator("TFI4 SWOD"),
    "swd_kmh": _indicator("TFI4 SWD"),
    "line_usd": _line_usd,
    "way_km": _way_km,
    "loaded_d": _loaded_d,
    "train_t": _train_t,
    "intake_t_per_day": _intake_t_per_day,
    "wagons_per_day": _wagons_per_day,
    "trains_per_day": _trains_per_day,
    "most_wagons_in_a_day": _most_wagons_in_a_day,
    "trucks_per_day": _trucks_per_day,
    "longest_border_d": _longest_border_d,
}
"""Measures by the name that the table of published figures gives them."""
