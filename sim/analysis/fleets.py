"""Wagons and trucks: their cycle and how many were in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.arrays.parts import RIDE_OUT
from sim.kernels.intervals import filled, most_at_once
from sim.model.road import TruckMarket
from sim.tables import Code, conform
from sim.units import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    from sim.analysis.outcome import Outcome

__all__ = ["fleet_table"]


def fleet_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `fleets`: wagon fleets, then truck fleets and markets."""
    rows = [_wagons(outcome, f) for f in range(len(outcome.arrays.names.fleets))]
    rows += [_trucks(outcome, t) for t in range(len(outcome.arrays.names.trucks))]
    return conform("fleets", rows)


def _ends(outcome: Outcome, taken: pd.DataFrame, back: Code) -> pd.Series[float]:
    """Return when what each lot took was back, in order for lots that took several."""
    rows = outcome.of(back)
    n = taken.groupby("lot").cumcount()
    m = rows.groupby("lot").cumcount()
    known = rows.set_index([rows["lot"], m])["time_ms"]
    at = known.reindex(pd.MultiIndex.from_arrays([taken["lot"], n]))
    return pd.Series(at.to_numpy(dtype=np.float64), index=taken.index)


def _row(outcome: Outcome, taken: pd.DataFrame, wait_h: float, units: float) -> dict[str, object]:
    horizon, end = outcome.arrays.horizon_ms, outcome.arrays.end_ms
    start, back = taken["time_ms"].to_numpy(), taken["back_ms"].to_numpy()
    weight = taken["number"].to_numpy()
    until = np.where(np.isnan(back), end, back)
    begin, finish = np.repeat(start, weight), np.repeat(until, weight)
    mean = filled(begin, finish, 0, horizon) / horizon
    cycle = (back - start)[(start < horizon) & ~np.isnan(back)] / DAY_MS
    return {
        "units": units,
        "trips": int((start < horizon).sum()),
        "cycle_mean_d": float(cycle.mean()) if len(cycle) else np.nan,
        "in_use_mean": mean,
        "in_use_max": most_at_once(begin, finish),
        "utilisation_frac": mean / units,
        "wait_mean_h": wait_h,
    }


def _waits_h(outcome: Outcome, taken: pd.DataFrame) -> float:
    """Return the mean wait of lots from their event before to having what they asked for. [h]."""
    lots = outcome.frame[outcome.frame["lot"] >= 0]
    skip = [int(Code.WAGON_BACK), int(Code.TRUCKS_BACK)]
    lots = lots[~lots["event"].isin(skip)].sort_values("lot", kind="stable")
    before = lots["time_ms"].shift(1).reindex(taken.index)
    waits = taken["time_ms"] - before
    return float(waits.mean()) / HOUR_MS if len(waits) else np.nan


def _wagons(outcome: Outcome, fleet: int) -> dict[str, object]:
    arrays = outcome.arrays
    taken = outcome.of(Code.WAGON)
    taken = taken[taken["train"] < 0]
    back = _ends(outcome, taken, Code.WAGON_BACK)
    taken = taken.assign(number=1, back_ms=back)
    # a wagon is taken at the home of its fleet: several fleets may share a home, so ask the flow
    service = _service_of(outcome, taken)
    taken = taken[arrays.services.fleet_idx[service] == fleet]
    units = float(arrays.fleet_wagons[fleet])
    name = arrays.names.fleets[fleet]
    return {"fleet": name, "kind": "wagons"} | _row(outcome, taken, _waits_h(outcome, taken), units)


def _service_of(
    outcome: Outcome, taken: pd.DataFrame
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the service on whose account each wagon was taken."""
    flows, rides = outcome.arrays.flows, {}
    for f in range(len(outcome.arrays.names.flows)):
        legs = range(flows.leg_ptr[f], flows.leg_ptr[f + 1])
        rides[f] = [int(flows.leg_arg[k]) for k in legs if flows.leg_kind[k] == RIDE_OUT]
    order = taken.groupby("lot").cumcount().to_numpy()
    flow = outcome.flow_of_lot[taken["lot"].to_numpy()]
    found = [rides[int(f)][int(n)] for f, n in zip(flow, order, strict=True)]
    return np.array(found, np.int64)


def _trucks(outcome: Outcome, trucks: int) -> dict[str, object]:
    arrays = outcome.arrays
    name = arrays.names.trucks[trucks]
    taken = outcome.of(Code.TRUCKS)
    taken = taken[arrays.hauls.trucks_idx[taken["place"]] == trucks]
    given = outcome.scenario.trucks[name]
    wait_h = _waits_h(outcome, taken)
    if isinstance(given, TruckMarket):
        horizon = arrays.horizon_ms
        hired = float(taken.loc[taken["time_ms"] < horizon, "unit"].sum()) / (horizon / DAY_MS)
        return {
            "fleet": name,
            "kind": "market",
            "units": given.trucks_per_day,
            "trips": int((taken["time_ms"] < horizon).sum()),
            "cycle_mean_d": np.nan,
            "in_use_mean": hired,
            "in_use_max": np.nan,
            "utilisation_frac": hired / given.trucks_per_day,
            "wait_mean_h": wait_h,
        }
    taken = taken.assign(number=taken["unit"], back_ms=_ends(outcome, taken, Code.TRUCKS_BACK))
    return {"fleet": name, "kind": "trucks"} | _row(outcome, taken, wait_h, float(given.trucks))
