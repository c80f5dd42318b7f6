"""The columns of the state, as they are at the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.parts import NO_LIMIT, RIDE_OUT
from sim.engines.batch import columns as at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays import CorridorArrays

    Ints = NDArray[np.int64]

__all__ = ["first_state"]

_ZEROS_BY_TRAIN = (
    at.TRAIN_SERVICE, at.TRAIN_ORDINAL, at.TRAIN_WAGONS, at.TRAIN_FIRST_SEAT, at.TRAIN_STEP,
    at.TRAIN_DIRECTION, at.TRAIN_IS_EMPTY, at.TRAIN_CLASS, at.TRAIN_HAS_PLACE, at.TRAIN_LEFT,
    at.TRAIN_UNLOADED, at.TRAIN_GIVEN, at.TRAIN_LOADING, at.TRAIN_WAIT_OVER, at.TRAIN_MAY_LEAVE,
    at.TRAIN_TO_RUN, at.TRAIN_CONTROLS, at.TRAIN_TAKES, at.TRAIN_KEY, at.TRAIN_IS_STUCK,
    at.TRAIN_TOLD_CAUSE, at.TRAIN_TOLD_UNIT, at.TRAIN_GOES_UPTO, at.TRAIN_POOL_END,
    at.TRAIN_POOL_UNITS, at.TRAIN_IS_COMING, at.COMING_STEP, at.COMING_UPTO, at.COMING_MS,
    at.COMING_STANDS, at.TRAIN_DUTY, at.TRAIN_IS_HOME, at.TRAIN_BROUGHT,
    at.TRAIN_NEXT, at.ASKS, at.COMING,
)  # fmt: skip
_ZEROS_BY_LOT = (
    at.LOT_LEG, at.LOT_LAST_LEG, at.LOT_ROW, at.LOT_TRAIN, at.LOT_SEAT, at.LOT_STEP,
    at.LOT_CONTROLS, at.LOT_WORK, at.LOT_JOINED, at.LOT_HIRED, at.LOT_NEXT,
)  # fmt: skip


def _full(column_size: int, *, value: int = 0) -> Ints:
    return np.full(column_size, value, np.int64)


def first_state(arrays: CorridorArrays, header: Ints) -> dict[int, Ints]:
    """Return the columns of the state at the start, by their place in the header."""
    return (
        _clockwork(arrays, header)
        | _lines(arrays, header)
        | _units(arrays)
        | _riders(arrays, header)
        | _line(arrays)
    )


def _clockwork(arrays: CorridorArrays, header: Ints) -> dict[int, Ints]:
    limited = arrays.pools.units[arrays.pools.units < NO_LIMIT]
    # of a train or lot several timers may run: one a control, one for the wait for freight; of a
    # pool one for each of its units, of a base one for each wagon on its way
    more = (header[at.N_TRAINS] + header[at.N_LOTS]) * header[at.MOST_TOGETHER]
    timers = int(header[at.SLOT_END] + more + limited.sum() + arrays.bases.wagons.sum())
    ring = 3 * int(header[at.RING_MASK] + 1)
    gates, flows = len(arrays.names.gates), len(arrays.names.flows)
    services = len(arrays.names.services)
    return {
        at.HEAP_KEY: _full(timers),
        at.HEAP_NOTE: _full(timers),
        at.STARTS: _full(ring),
        at.GRANTS: _full(ring),
        at.GATE_STATE: _full(gates),
        at.GATE_CLOSED_SINCE: _full(gates),
        at.GATE_NEXT: _full(gates),
        at.EFFECT_NEXT: _full(len(arrays.names.disruptions)),
        at.FLOW_NEXT: arrays.flows.lot_ptr[:flows],
        at.MARKET_NEXT: arrays.trucks.morning_ptr[:-1],
        at.SERVICE_LOADED: _full(services),
        at.SERVICE_FIRST: _full(services, value=-1),
        at.SERVICE_LAST: _full(services, value=-1),
        at.SERVICE_TIMER_RUNS: _full(services),
        at.SERVICE_FORMED: _full(services),
        at.SERVICE_SLOT: arrays.services.slot_ptr[:services],
    }


def _lines(arrays: CorridorArrays, header: Ints) -> dict[int, Ints]:
    lines = int(header[at.LINE_ROOM] + header[at.N_TERMINALS])
    queues = int(header[at.QUEUE_HAULS]) + len(arrays.names.hauls)
    passings = int((header[at.N_TRAINS] + header[at.N_LOTS]) * header[at.MOST_TOGETHER])
    return {
        at.LINE_LENGTH: _full(lines),
        at.LINE_FIRST: _full(lines * at.N_PRIORITIES, value=-1),
        at.LINE_LAST: _full(lines * at.N_PRIORITIES, value=-1),
        at.QUEUE_FIRST: _full(queues, value=-1),
        at.QUEUE_LAST: _full(queues, value=-1),
        at.PASSING_NEXT: _full(passings),
        at.PASSING_UNIT: _full(passings),
        at.PASSING_WORK: _full(passings),
    }


def _units(arrays: CorridorArrays) -> dict[int, Ints]:
    posts, terminals, teams = arrays.posts, arrays.terminals, arrays.teams
    units = np.concatenate([posts.servers, terminals.tracks, teams.units])
    few = np.where(units >= NO_LIMIT, 0, units)
    seats, works = _full(len(arrays.names.services)), _full(len(teams.units))
    pooled = [arrays.bases.wagons, seats, arrays.trucks.trucks, works, arrays.stores.room_kg]
    return {
        at.POOLED_FREE: np.concatenate(pooled),
        at.POOLED_ALLOWED: np.concatenate(pooled),
        at.SERVERS_BUSY: _full(len(units)),
        at.SERVERS_ALLOWED: units,
        at.SERVERS_FREE: np.concatenate([_full(0), *(np.arange(n) for n in few.tolist())]),
        at.SERVERS_N_FREE: few,
    }


def _riders(arrays: CorridorArrays, header: Ints) -> dict[int, Ints]:
    trains, lots = int(header[at.N_TRAINS]), int(header[at.N_LOTS])
    by_flow = np.diff(arrays.flows.lot_ptr)
    is_out = arrays.flows.leg_kind == RIDE_OUT
    legs = zip(arrays.flows.leg_ptr[:-1].tolist(), arrays.flows.leg_ptr[1:].tolist(), strict=True)
    rides = np.array([is_out[a:b].sum() for a, b in legs], np.int64)
    seats = int((by_flow * rides).sum()) + 1
    columns = {column: _full(trains) for column in _ZEROS_BY_TRAIN}
    columns |= {column: _full(lots) for column in _ZEROS_BY_LOT}
    return columns | {
        at.TRAIN_LADEN_BACK: _full(trains, value=-1),
        at.TRAIN_CREW: _full(trains, value=-1),
        at.TRAIN_STATION: _full(trains, value=-1),
        at.TRAIN_TRACK: _full(trains, value=-1),
        at.LOT_STORED: _full(lots, value=-1),
        at.SEAT_LOT: _full(seats),
        at.SEAT_BACK_LOT: _full(seats, value=-1),
        at.SEAT_TRAIN: _full(seats),
        at.SEAT_LEG: _full(seats),
        at.SEAT_ROW: _full(seats),
        at.SEAT_TAKEN_FOR: _full(seats),
        at.BASE_COMING: _full(len(arrays.bases.wagons)),
    }


def _line(arrays: CorridorArrays) -> dict[int, Ints]:
    sections, stations = len(arrays.names.sections), len(arrays.names.stations)
    pools, books = arrays.pools, arrays.stock_books
    ends = np.column_stack((pools.at_first, pools.units - pools.at_first)).ravel()
    return {
        at.TAKEN: _full(2 * sections, value=-1),
        at.LAST_EXIT: _full(2 * sections, value=-NO_LIMIT),
        at.RUN_HEADING: _full(sections, value=-1),
        at.RUN_COUNT: _full(sections),
        at.STANDING: _full(stations),
        at.STANDING_OF_CLASS: _full(2 * stations),
        at.IN_YARD: _full(len(arrays.names.terminals)),
        at.POOL_FREE: ends,
        at.POOL_COMING: _full(2 * len(arrays.names.pools)),
        at.POOL_TIMERS: _full(len(arrays.names.pools)),
        at.STOCK_KG: books.opening_kg,
        at.STOCK_UPTO: books.opens_day,
    }
