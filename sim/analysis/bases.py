"""Bases of wagon fleets: wagons taken, given back and sent there, and how long lots waited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.fleets import lot_waits
from sim.analysis.wagons import wagon_trips
from sim.arrays.parts import RIDE_OUT
from sim.tables import Code, conform
from sim.units import HOUR_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

__all__ = ["base_table", "base_trips"]


def base_trips(outcome: Outcome) -> pd.DataFrame:
    """Return one row a wagon taken from a base: from which, to which, when sent and when back.

    Columns lot, service, taken_ms, back_ms (NaN while it is out), sent_ms (NaN where it was not
    sent), base and base_to (-1 while neither sent nor back). [ms]
    """
    bases, services = outcome.arrays.bases, outcome.arrays.services
    sent = outcome.of(Code.WAGON_SENT)
    sent = sent.rename(columns={"unit": "service", "time_ms": "sent_ms", "place": "terminal"})
    keys = ["lot", "service"]
    trips = wagon_trips(outcome)
    trips = trips.merge(sent[[*keys, "sent_ms", "terminal"]], on=keys, how="left")
    formed = outcome.of(Code.FORMED).set_index("train")["place"]
    ran_in = formed.reindex(trips["train"]).fillna(0).to_numpy().astype(np.int64)
    home = services.origin_idx[ran_in]
    place = trips["terminal"].fillna(pd.Series(home, trips.index)).to_numpy().astype(np.int64)
    is_known = trips["sent_ms"].notna() | trips["back_ms"].notna()
    fleet = services.fleet_idx[trips["service"]]
    at = _at(outcome, fleet, np.where(is_known, place, -1))
    return trips.assign(base=bases.of_service[trips["service"]], base_to=at)


def _at(outcome: Outcome, fleet: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the base of each fleet at a terminal; -1 for none."""
    bases = outcome.arrays.bases
    fleet_of = np.repeat(np.arange(len(bases.fleet_ptr) - 1), np.diff(bases.fleet_ptr))
    at = {
        (int(f), int(t)): k
        for k, (f, t) in enumerate(zip(fleet_of, bases.terminal_idx, strict=True))
    }
    pairs = zip(fleet.tolist(), place.tolist(), strict=True)
    return np.array([at.get(pair, -1) for pair in pairs], np.int64)


def base_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `bases`: one row a base of every fleet in use."""
    bases, names, horizon = outcome.arrays.bases, outcome.arrays.names, outcome.arrays.horizon_ms
    trips, waits = base_trips(outcome), lot_waits(outcome)
    is_ride = waits.kind == RIDE_OUT
    asked_at, length_ms = bases.of_service[waits.arg[is_ride]], waits.length_ms[is_ride]
    fleet_of = np.repeat(np.arange(len(names.fleets)), np.diff(bases.fleet_ptr))
    rows = []
    for k, terminal in enumerate(bases.terminal_idx.tolist()):
        taken = trips.loc[trips["base"] == k, "taken_ms"].to_numpy(np.float64)
        to = trips[trips["base_to"] == k]
        back = to["back_ms"].dropna().to_numpy()
        wait = length_ms[asked_at == k]
        stood = sum(np.maximum(horizon - at, 0.0).sum() * s for at, s in ((back, 1), (taken, -1)))
        rows.append(
            {
                "fleet": names.fleets[fleet_of[k]],
                "base": names.terminals[terminal],
                "wagons": int(bases.wagons[k]),
                "taken": int((taken < horizon).sum()),
                "given_back": int((back < horizon).sum()),
                "sent_here": int((to["sent_ms"] < horizon).sum()),
                "free_mean": float(bases.wagons[k] + stood / horizon),
                "wait_mean_h": float(wait.mean()) / HOUR_MS if len(wait) else np.nan,
            }
        )
    return conform("bases", rows)
