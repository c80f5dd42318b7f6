"""Each wagon from the moment a lot takes it to its return, and who rode home in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sim.analysis.outcome import remembered
from sim.kernels.grouping import positions, stable_order
from sim.tables import Code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["Rides", "Trips", "cleaning_of_trips", "return_rides", "rides_home", "trips_of"]
__all__ += ["wagon_trips"]


class Trips(NamedTuple):
    """Wagons taken from their pools, in order; -1 where something has not come to pass. [ms]."""

    lot: Ints
    service: Ints
    taken_ms: Ints
    back_ms: Ints
    train: Ints
    """Of a wagon that is passed on, its last train."""
    seat: Ints


class Rides(NamedTuple):
    """Seats given for the way home, in order; ``trip`` is that of the wagon, by number. [ms]."""

    lot: Ints
    train: Ints
    seat: Ints
    given_ms: Ints
    trip: Ints
    service: Ints
    back_ms: Ints


@remembered
def trips_of(outcome: Outcome) -> Trips:
    """Return every wagon taken from its pool: by which lot, for what, when, in which train."""
    taken = outcome.rows(Code.WAGON)
    taken = taken.where(taken["train"] < 0)
    back = outcome.rows(Code.WAGON_BACK)
    key = _pair(outcome, taken["lot"], taken["unit"])
    at = positions(key, _pair(outcome, back["lot"], back["unit"]))
    seats = _Seats(*_seats_out(outcome))
    sat = positions(key, _pair(outcome, seats.lot, seats.service))
    return Trips(
        taken["lot"],
        taken["unit"],
        taken["time_ms"],
        _found(back["time_ms"], at),
        _found(seats.train, sat),
        _found(seats.seat, sat),
    )


def wagon_trips(outcome: Outcome) -> pd.DataFrame:
    """Return one row a wagon taken from its pool: lot, service, when, train, seat, when back.

    ``back_ms`` is NaN while it is out, ``train`` and ``seat`` are NaN until its train forms; of a
    wagon that is passed on they are those of its last train. [ms]
    """
    trips = pd.DataFrame(trips_of(outcome)._asdict())
    later = ["back_ms", "train", "seat"]
    return trips.assign(**{name: trips[name].where(trips[name] >= 0) for name in later})


def _pair(outcome: Outcome, lot: Ints, service: Ints) -> Ints:
    return lot * len(outcome.arrays.names.services) + service


def _found(values: Ints, at: NDArray[np.intp]) -> Ints:
    """Return values by number; -1 where the number is."""
    return np.append(values, -1)[at]


class _Seats(NamedTuple):
    lot: Ints
    service: Ints
    train: Ints
    seat: Ints


def _seats_out(outcome: Outcome) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the rides out by lot, service for which the wagon was taken, train and seat."""
    aboard = outcome.rows(Code.ABOARD)
    is_out = aboard["time_ms"] == outcome.train_ms(Code.FORMED)[aboard["train"]]
    aboard = aboard.where(is_out & ~_rode_back(outcome, aboard["lot"], aboard["train"]))
    lot, service = aboard["lot"], aboard["place"]
    is_own = outcome.arrays.bases.of_service[service] >= 0
    if is_own.all():
        return lot, service, aboard["train"], aboard["unit"]
    order = stable_order(lot)
    place = np.arange(len(order))
    own = np.maximum.accumulate(np.where(is_own[order], place, 0))
    taken_for = np.empty_like(service)
    taken_for[order] = service[order][own]
    # of each wagon the last ride: the first when looked at from the end
    key = _pair(outcome, lot, taken_for)
    _, from_end = np.unique(key[::-1], return_index=True)
    last = np.sort(len(key) - 1 - from_end)
    return lot[last], taken_for[last], aboard["train"][last], aboard["unit"][last]


def _rode_back(outcome: Outcome, lot: Ints, train: Ints) -> NDArray[np.bool_]:
    """Return which rides are home: their lot was given a seat of that train."""
    given = outcome.rows(Code.WAGON)
    given = given.where(given["train"] >= 0)
    n = len(outcome.service_of_train)
    return np.isin(lot * n + train, given["lot"] * n + given["train"])


@remembered
def rides_home(outcome: Outcome) -> Rides:
    """Return every seat given for the way home, with the trip of its wagon."""
    given, trips = outcome.rows(Code.WAGON), trips_of(outcome)
    given = given.where(given["train"] >= 0)
    most = int(max(trips.seat.max(initial=0), given["unit"].max(initial=0))) + 1
    ran = np.flatnonzero(trips.train >= 0)
    of_seat = trips.train[ran] * most + trips.seat[ran]
    at = positions(given["train"] * most + given["unit"], of_seat)
    trip = _found(ran, at)
    service, back_ms = (_found(values, trip) for values in (trips.service, trips.back_ms))
    times = given["time_ms"]
    return Rides(given["lot"], given["train"], given["unit"], times, trip, service, back_ms)


def return_rides(outcome: Outcome) -> pd.DataFrame:
    """Return one row a seat given for the way home: lot, when, and the trip of its wagon."""
    rides = pd.DataFrame(rides_home(outcome)._asdict())
    return rides.assign(back_ms=rides["back_ms"].where(rides["back_ms"] >= 0))


@remembered
def cleaning_of_trips(outcome: Outcome) -> Floats:
    """Return how long each wagon of `trips_of` was cleaned; NaN while it is out. [ms].

    Before freight home from `clean_start` to `clean_end`; at home from the train's arrival, or
    the end of unloading of what rode home, until it is back.
    """
    trips, rides = trips_of(outcome), rides_home(outcome)
    began = _found(outcome.train_ms(Code.HOME), trips.train)
    unloaded_ms = _unloaded_at_home(outcome, rides)
    latest = np.full(len(trips.lot), -1, np.int64)
    np.maximum.at(latest, rides.trip, unloaded_ms)
    began = np.where(latest >= 0, latest, began)
    is_back = trips.back_ms >= 0
    found = np.where(is_back & (began >= 0), trips.back_ms - began, np.nan)
    start, end = outcome.rows(Code.CLEAN_START), outcome.rows(Code.CLEAN_END)
    n = len(outcome.service_of_train)
    keys = [rows["lot"] * n + rows["train"] for rows in (start, end)]
    over = positions(*keys)
    is_over = over >= 0
    cleaned_ms = end["time_ms"][over[is_over]] - start["time_ms"][is_over]
    at = positions(rides.lot * n + rides.train, keys[0][is_over])
    was = at >= 0
    before = np.bincount(rides.trip[was], cleaned_ms[at[was]], len(found))
    has_before = np.zeros(len(found), np.bool_)
    has_before[rides.trip[was]] = is_back[rides.trip[was]]
    return np.where(has_before, np.nan_to_num(found) + before, found)


def _unloaded_at_home(outcome: Outcome, rides: Rides) -> Ints:
    """Return when what rode home was unloaded there, of each ride; -1 while it is not. [ms]."""
    ends = outcome.rows(Code.UNLOAD_END)
    n = len(outcome.arrays.names.terminals)
    home = outcome.arrays.services.origin_idx[rides.service]
    # the last of its unloadings there: it may have come from there
    at = positions(rides.lot * n + home, (ends["lot"] * n + ends["place"])[::-1])
    time_ms = _found(ends["time_ms"][::-1], at)
    is_in_time = (rides.given_ms <= time_ms) & (time_ms <= rides.back_ms)
    return np.where(is_in_time, time_ms, -1)
