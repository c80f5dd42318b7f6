"""Wagons and trucks: their cycle, how many were in use, how long lots waited for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.pools import pool_rows
from sim.analysis.wagons import cleaning_of_trips, wagon_trips
from sim.arrays.parts import HAUL, RIDE_OUT
from sim.kernels.intervals import filled, most_at_once
from sim.model.road import TruckMarket
from sim.tables import Code, conform
from sim.units import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

__all__ = ["fleet_table", "lot_waits"]

_ONLY_SOME: dict[str, object] = {
    "owner": "",
    **dict.fromkeys(("cleaning_mean_h", "duty_mean_h", "duty_max_h"), np.nan),
}
"""Columns that only some kinds have."""
_ASKING = (Code.OFFERED, Code.UNLOAD_END, Code.HAUL_END)
_ASIDE = (Code.WAGON_BACK, Code.WAGON_SENT, Code.TRUCKS_BACK, Code.DIVERTED)


def fleet_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `fleets`: wagon fleets, truck fleets and markets, locomotives and crews."""
    waits = lot_waits(outcome)
    rows = [_wagons(outcome, f, waits) for f in range(len(outcome.arrays.names.fleets))]
    rows += [_trucks(outcome, t, waits) for t in range(len(outcome.arrays.names.trucks))]
    rows += pool_rows(outcome)
    return conform("fleets", [_ONLY_SOME | row for row in rows])


def lot_waits(outcome: Outcome) -> pd.DataFrame:
    """Return every wait for a wagon or trucks; open ones to the end.

    Columns kind (of the leg), arg (service or haul), pool (fleet or trucks) and length_ms. [ms]
    """
    lots = outcome.frame[outcome.frame["lot"] >= 0]
    skip = [int(code) for code in _ASIDE]
    lots = lots[~lots["event"].isin(skip)].sort_values("lot", kind="stable")
    ended = lots["event"].isin([int(Code.UNLOAD_END), int(Code.SORT_END), int(Code.HAUL_END)])
    leg = np.asarray(ended.groupby(lots["lot"]).cumsum(), dtype=np.int64)
    flows = outcome.arrays.flows
    at, is_leg = outcome.leg_of(lots["lot"].to_numpy(), leg)
    asks = lots["event"].isin([int(c) for c in _ASKING]).to_numpy() & is_leg
    served = lots["time_ms"].shift(-1).where(lots["lot"].eq(lots["lot"].shift(-1)))
    until = served.fillna(outcome.arrays.end_ms)
    kind, arg = flows.leg_kind[at[asks]], flows.leg_arg[at[asks]]
    pool = np.where(
        kind == HAUL,
        _taken(outcome.arrays.hauls.trucks_idx, arg),
        _taken(outcome.arrays.services.fleet_idx, arg),
    )
    length = (until - lots["time_ms"])[asks].to_numpy()
    return pd.DataFrame({"kind": kind, "arg": arg, "pool": pool, "length_ms": length})


def _taken(values: NDArray[np.int64], index: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return values by index; 0 where there are none of that number."""
    if not len(values):
        return np.zeros(len(index), np.int64)
    return values[np.minimum(index, len(values) - 1)]


def _mean_wait_h(waits: pd.DataFrame, kind: int, pool: int) -> float:
    here = waits.loc[(waits["kind"] == kind) & (waits["pool"] == pool), "length_ms"]
    return float(here.mean()) / HOUR_MS if len(here) else np.nan


def _use(outcome: Outcome, taken: pd.DataFrame, units: float) -> dict[str, object]:
    """Return trips, cycle and use of what is taken and comes back: start, back, number."""
    horizon, end = outcome.arrays.horizon_ms, outcome.arrays.end_ms
    start, back = taken["taken_ms"].to_numpy(), taken["back_ms"].to_numpy(dtype=np.float64)
    until = np.where(np.isnan(back), end, back)
    weight = taken["number"].to_numpy()
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
    }


def _wagons(outcome: Outcome, fleet: int, waits: pd.DataFrame) -> dict[str, object]:
    arrays, trips = outcome.arrays, wagon_trips(outcome)
    own = trips[arrays.services.fleet_idx[trips["service"]] == fleet].assign(number=1)
    cleaned = cleaning_of_trips(outcome)[own.index].dropna()
    return {
        "fleet": arrays.names.fleets[fleet],
        "kind": "wagons",
        "owner": outcome.scenario.fleets[arrays.names.fleets[fleet]].owner or "",
        **_use(outcome, own, float(arrays.bases.wagons[slice(*_bases_of(outcome, fleet))].sum())),
        "cleaning_mean_h": float(cleaned.mean()) / HOUR_MS if len(cleaned) else np.nan,
        "wait_mean_h": _mean_wait_h(waits, RIDE_OUT, fleet),
    }


def _bases_of(outcome: Outcome, fleet: int) -> tuple[int, int]:
    """Return the first base of a fleet, and the one after its last."""
    ptr = outcome.arrays.bases.fleet_ptr
    return int(ptr[fleet]), int(ptr[fleet + 1])


def _trucks(outcome: Outcome, trucks: int, waits: pd.DataFrame) -> dict[str, object]:
    arrays = outcome.arrays
    name = arrays.names.trucks[trucks]
    taken = outcome.of(Code.TRUCKS).rename(columns={"time_ms": "taken_ms", "unit": "number"})
    taken = taken[arrays.hauls.trucks_idx[taken["place"]] == trucks]
    given = outcome.scenario.trucks[name]
    common = {"fleet": name, "wait_mean_h": _mean_wait_h(waits, HAUL, trucks)}
    if isinstance(given, TruckMarket):
        return common | _market(outcome, taken, given.available_per_day)
    back = outcome.of(Code.TRUCKS_BACK).rename(columns={"time_ms": "back_ms"})
    keys = ["lot", "place"]
    own = taken[[*keys, "taken_ms", "number"]].merge(back[[*keys, "back_ms"]], on=keys, how="left")
    return common | {"kind": "trucks", **_use(outcome, own, float(given.trucks_available))}


def _market(outcome: Outcome, taken: pd.DataFrame, per_day: float) -> dict[str, object]:
    horizon = outcome.arrays.horizon_ms
    early = taken["taken_ms"] < horizon
    hired = float(taken.loc[early, "number"].sum()) / (horizon / DAY_MS)
    return {
        "kind": "market",
        "units": per_day,
        "trips": int(early.sum()),
        "cycle_mean_d": np.nan,
        "in_use_mean": hired,
        "in_use_max": np.nan,
        "utilisation_frac": hired / per_day,
    }
