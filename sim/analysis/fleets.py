"""Wagons and trucks: their cycle, how many were in use, how long lots waited for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.analysis.outcome import remembered
from sim.analysis.pools import pool_rows
from sim.analysis.rows import is_one_of
from sim.analysis.wagons import cleaning_of_trips, trips_of
from sim.arrays.parts import HAUL, RIDE_OUT
from sim.kernels.grouping import last_of_runs, positions, sums_within
from sim.kernels.intervals import filled, most_at_once
from sim.model.road import TruckMarket
from sim.tables import Code, conform
from sim.units import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

    Ints = NDArray[np.int64]

__all__ = ["Waits", "fleet_rows", "fleet_table", "lot_waits"]

_ONLY_SOME: dict[str, object] = {
    "owner": "",
    **dict.fromkeys(("cleaning_mean_h", "duty_mean_h", "duty_max_h"), np.nan),
}
"""Columns that only some kinds have."""
_ASKING = (Code.OFFERED, Code.UNLOAD_END, Code.HAUL_END)
_ENDING = (Code.UNLOAD_END, Code.SORT_END, Code.HAUL_END)
_ASIDE = (Code.WAGON_BACK, Code.WAGON_SENT, Code.TRUCKS_BACK, Code.DIVERTED)


class Waits(NamedTuple):
    """Every wait for a wagon or trucks; open ones to the end. [ms]."""

    kind: Ints
    """Of the leg."""
    arg: Ints
    """Service or haul."""
    pool: Ints
    """Fleet or trucks."""
    length_ms: Ints


def fleet_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `fleets`: wagon fleets, truck fleets and markets, locomotives and crews."""
    return conform("fleets", fleet_rows(outcome))


def fleet_rows(outcome: Outcome) -> list[dict[str, object]]:
    """Return the rows of table `fleets`."""
    waits = lot_waits(outcome)
    rows = [_wagons(outcome, f, waits) for f in range(len(outcome.arrays.names.fleets))]
    rows += [_trucks(outcome, t, waits) for t in range(len(outcome.arrays.names.trucks))]
    rows += pool_rows(outcome)
    return [_ONLY_SOME | row for row in rows]


@remembered
def lot_waits(outcome: Outcome) -> Waits:
    """Return every wait of a lot for a wagon or trucks."""
    lots = outcome.by_lot
    lots = lots.where(~is_one_of(lots["event"], _ASIDE))
    lot, event, time_ms = lots["lot"], lots["event"], lots["time_ms"]
    at, is_leg = outcome.leg_of(lot, sums_within(is_one_of(event, _ENDING), lot))
    asks = is_one_of(event, _ASKING) & is_leg
    until = np.where(last_of_runs(lot), outcome.arrays.end_ms, np.append(time_ms[1:], time_ms[:1]))
    flows = outcome.arrays.flows
    kind, arg = flows.leg_kind[at[asks]], flows.leg_arg[at[asks]]
    pool = np.where(
        kind == HAUL,
        _taken(outcome.arrays.hauls.trucks_idx, arg),
        _taken(outcome.arrays.services.fleet_idx, arg),
    )
    return Waits(kind, arg, pool, (until - time_ms)[asks])


def _taken(values: Ints, index: Ints) -> Ints:
    """Return values by index; 0 where there are none of that number."""
    if not len(values):
        return np.zeros(len(index), np.int64)
    return values[np.minimum(index, len(values) - 1)]


def _mean_wait_h(waits: Waits, kind: int, pool: int) -> float:
    here = waits.length_ms[(waits.kind == kind) & (waits.pool == pool)]
    return float(here.mean()) / HOUR_MS if len(here) else np.nan


def _use(
    outcome: Outcome, units: float, taken: Ints, back: Ints, number: Ints
) -> dict[str, object]:
    """Return trips, cycle and use of what is taken and comes back, so many at a time."""
    horizon, end = outcome.arrays.horizon_ms, outcome.arrays.end_ms
    until, is_back = np.where(back < 0, end, back), back >= 0
    begin, finish = np.repeat(taken, number), np.repeat(until, number)
    cycle = (back - taken)[(taken < horizon) & is_back] / DAY_MS
    mean = filled(begin, finish, 0, horizon) / horizon
    return {
        "units": units,
        "trips": int((taken < horizon).sum()),
        "cycle_mean_d": float(cycle.mean()) if len(cycle) else np.nan,
        "in_use_mean": mean,
        "in_use_max": most_at_once(begin, finish),
        "utilisation_frac": mean / units,
    }


def _wagons(outcome: Outcome, fleet: int, waits: Waits) -> dict[str, object]:
    arrays, trips = outcome.arrays, trips_of(outcome)
    own = arrays.services.fleet_idx[trips.service] == fleet
    cleaned = cleaning_of_trips(outcome)[own]
    cleaned = cleaned[~np.isnan(cleaned)]
    taken, back = trips.taken_ms[own], trips.back_ms[own]
    units = float(arrays.bases.wagons[slice(*_bases_of(outcome, fleet))].sum())
    return {
        "fleet": arrays.names.fleets[fleet],
        "kind": "wagons",
        "owner": outcome.scenario.fleets[arrays.names.fleets[fleet]].owner or "",
        **_use(outcome, units, taken, back, np.ones(len(taken), np.int64)),
        "cleaning_mean_h": float(cleaned.mean()) / HOUR_MS if len(cleaned) else np.nan,
        "wait_mean_h": _mean_wait_h(waits, RIDE_OUT, fleet),
    }


def _bases_of(outcome: Outcome, fleet: int) -> tuple[int, int]:
    """Return the first base of a fleet, and the one after its last."""
    ptr = outcome.arrays.bases.fleet_ptr
    return int(ptr[fleet]), int(ptr[fleet + 1])


def _trucks(outcome: Outcome, trucks: int, waits: Waits) -> dict[str, object]:
    arrays = outcome.arrays
    name, n = arrays.names.trucks[trucks], len(arrays.names.hauls)
    taken = outcome.rows(Code.TRUCKS)
    taken = taken.where(arrays.hauls.trucks_idx[taken["place"]] == trucks)
    given = outcome.scenario.trucks[name]
    common = {"fleet": name, "wait_mean_h": _mean_wait_h(waits, HAUL, trucks)}
    if isinstance(given, TruckMarket):
        hired = taken["unit"][taken["time_ms"] < arrays.horizon_ms]
        return common | _market(outcome, hired, given.available_per_day)
    back = outcome.rows(Code.TRUCKS_BACK)
    at = positions(taken["lot"] * n + taken["place"], back["lot"] * n + back["place"])
    back_ms = np.append(back["time_ms"], -1)[at]
    use = _use(outcome, float(given.trucks_available), taken["time_ms"], back_ms, taken["unit"])
    return common | {"kind": "trucks", **use}


def _market(outcome: Outcome, number: Ints, per_day: float) -> dict[str, object]:
    """Return the use of a market from which so many trucks were hired before the horizon."""
    hired = float(number.sum()) / (outcome.arrays.horizon_ms / DAY_MS)
    return {
        "kind": "market",
        "units": per_day,
        "trips": len(number),
        "cycle_mean_d": np.nan,
        "in_use_mean": hired,
        "in_use_max": np.nan,
        "utilisation_frac": hired / per_day,
    }
