"""Each wagon from the moment a lot takes it to its return, and who rode home in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.outcome import remembered
from sim.tables import Code

if TYPE_CHECKING:
    from sim.analysis.outcome import Outcome

__all__ = ["cleaning_of_trips", "return_rides", "wagon_trips"]


@remembered
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


@remembered
def return_rides(outcome: Outcome) -> pd.DataFrame:
    """Return one row a seat given for the way home: lot, when, and the trip of its wagon."""
    given = outcome.of(Code.WAGON)
    given = given[given["train"] >= 0].rename(columns={"unit": "seat", "time_ms": "given_ms"})
    trips = wagon_trips(outcome).reset_index(names="trip")
    trips = trips.dropna(subset=["train"]).astype({"train": np.int64, "seat": np.int64})
    return given[["lot", "train", "seat", "given_ms"]].merge(
        trips[["train", "seat", "trip", "service", "back_ms"]], on=["train", "seat"], how="left"
    )


@remembered
def cleaning_of_trips(outcome: Outcome) -> pd.Series[float]:
    """Return how long each wagon of `wagon_trips` was cleaned; NaN while it is out. [ms].

    Before freight home from `clean_start` to `clean_end`; at home from the train's arrival, or
    the end of unloading of what rode home, until it is back.
    """
    trips, rides = wagon_trips(outcome), return_rides(outcome)
    home = outcome.of(Code.HOME).set_index("train")["time_ms"]
    begins = home.reindex(trips["train"]).set_axis(trips.index).astype(np.float64)
    origin = outcome.arrays.services.origin_idx
    ends = outcome.of(Code.UNLOAD_END)[["lot", "place", "time_ms"]]
    unloaded = rides.merge(ends, on="lot")
    unloaded = unloaded[
        (unloaded["place"] == origin[unloaded["service"]])
        & unloaded["time_ms"].between(unloaded["given_ms"], unloaded["back_ms"])
    ]
    begins.update(unloaded.groupby("trip")["time_ms"].max().astype(np.float64))
    keys = ["lot", "train"]
    start, end = (
        outcome.of(code).set_index(keys)["time_ms"] for code in (Code.CLEAN_START, Code.CLEAN_END)
    )
    before = (end - start).rename("clean_ms").reset_index()
    before_by_trip = rides.merge(before, on=keys).groupby("trip")["clean_ms"].sum()
    cleaned: pd.Series[float] = (trips["back_ms"] - begins).add(before_by_trip, fill_value=0)
    return cleaned.where(trips["back_ms"].notna())
