"""Each wagon from the moment a lot takes it to its return, and who rode home in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.tables import Code

if TYPE_CHECKING:
    from sim.analysis.outcome import Outcome

__all__ = ["return_rides", "wagon_trips"]


def wagon_trips(outcome: Outcome) -> pd.DataFrame:
    """Return one row a wagon taken from its pool: lot, service, when, train, seat, when back.

    ``back_ms`` is NaN while it is out, ``train`` and ``seat`` are NaN until its train forms; of a
    wagon that is passed on they are those of its last train. [ms]
    """
    taken = outcome.of(Code.WAGON)
    taken = taken[taken["train"] < 0]
    trips = taken.rename(columns={"unit": "service", "time_ms": "taken_ms"})
    trips = trips[["lot", "service", "taken_ms"]]
    back = outcome.of(Code.WAGON_BACK).rename(columns={"unit": "service", "time_ms": "back_ms"})
    aboard = outcome.of(Code.ABOARD)
    formed = outcome.of(Code.FORMED).set_index("train")["time_ms"]
    out = aboard["time_ms"].to_numpy() == formed.reindex(aboard["train"]).to_numpy()
    seats = aboard[out & ~_rode_back(outcome, aboard)]
    seats = _last_of_trip(outcome, seats.rename(columns={"place": "service", "unit": "seat"}))
    keys = ["lot", "service"]
    trips = trips.merge(back[[*keys, "back_ms"]], on=keys, how="left")
    return trips.merge(seats[[*keys, "train", "seat"]], on=keys, how="left")


def _last_of_trip(outcome: Outcome, seats: pd.DataFrame) -> pd.DataFrame:
    """Return of each wagon the last ride out, under the service for which it was taken."""
    is_own = outcome.arrays.bases.of_service[seats["service"].to_numpy()] >= 0
    if is_own.all():
        return seats
    taken_for = seats["service"].where(is_own).groupby(seats["lot"]).ffill().astype(np.int64)
    own = seats.assign(service=taken_for)
    return own.drop_duplicates(["lot", "service"], keep="last")


def _rode_back(
    outcome: Outcome, aboard: pd.DataFrame
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which rides are home: their lot was given a seat of that train."""
    given = outcome.of(Code.WAGON)
    given = given[given["train"] >= 0]
    homeward = pd.MultiIndex.from_frame(given[["lot", "train"]])
    return pd.MultiIndex.from_frame(aboard[["lot", "train"]]).isin(homeward)


def return_rides(outcome: Outcome) -> pd.DataFrame:
    """Return one row a seat given for the way home: lot, when, and the trip of its wagon."""
    given = outcome.of(Code.WAGON)
    given = given[given["train"] >= 0].rename(columns={"unit": "seat", "time_ms": "given_ms"})
    trips = wagon_trips(outcome).reset_index(names="trip")
    trips = trips.dropna(subset=["train"]).astype({"train": np.int64, "seat": np.int64})
    return given[["lot", "train", "seat", "given_ms"]].merge(
        trips[["train", "seat", "trip", "service", "back_ms"]], on=["train", "seat"], how="left"
    )
