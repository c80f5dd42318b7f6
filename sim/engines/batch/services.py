"""Services: loaded wagons that wait for a train (docs/semantics.md, 3.4 to 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.parts import NO_LIMIT
from sim.engines.batch import codes, columns as at, kinds
from sim.engines.batch.compiling import compiled
from sim.engines.batch.queues import NOBODY
from sim.engines.batch.rows import note_row, note_train
from sim.engines.batch.timers import set_timer, start

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["TOO_MANY_TRAINS", "join_service", "service_timer", "set_departure"]

TOO_MANY_TRAINS = 2
"""Fault: a service forms more trains than it has draws for."""


@compiled
def join_service(m: Tape, service: int, lot: int) -> None:
    """Add a loaded lot."""
    m[m[at.LOT_JOINED] + lot] = m[at.NOW]
    m[m[at.LOT_NEXT] + lot] = NOBODY
    last = m[m[at.SERVICE_LAST] + service]
    if last == NOBODY:
        m[m[at.SERVICE_FIRST] + service] = lot
    else:
        m[m[at.LOT_NEXT] + last] = lot
    m[m[at.SERVICE_LAST] + service] = lot
    m[m[at.SERVICE_LOADED] + service] += 1
    if m[m[at.SERVICE_IS_TIMETABLED] + service]:
        return
    rake = m[m[at.SERVICE_RAKE] + service]
    while m[m[at.SERVICE_LOADED] + service] >= rake:
        _form(m, service, rake)
    _watch_longest_wait(m, service)


@compiled
def _watch_longest_wait(m: Tape, service: int) -> None:
    longest_ms = m[m[at.SERVICE_LONGEST_WAIT] + service]
    if m[m[at.SERVICE_TIMER_RUNS] + service] or longest_ms >= NO_LIMIT:
        return
    first = m[m[at.SERVICE_FIRST] + service]
    if first == NOBODY:
        return
    m[m[at.SERVICE_TIMER_RUNS] + service] = 1
    due_ms = m[m[at.LOT_JOINED] + first] + longest_ms
    set_timer(m, due_ms - m[at.NOW], m[at.SLOT_SERVICE] + service, 0)


@compiled
def set_departure(m: Tape, service: int) -> None:
    """Set the timer of the next departure by timetable."""
    k = m[m[at.SERVICE_SLOT] + service]
    if k < m[m[at.SERVICE_SLOT_PTR] + service + 1]:
        due_ms = m[m[at.SERVICE_SLOT_MS] + k]
        set_timer(m, due_ms - m[at.NOW], m[at.SLOT_SERVICE] + service, 0)


@compiled
def service_timer(m: Tape, service: int) -> None:
    """Form a train by timetable, or after the longest wait."""
    loaded = m[m[at.SERVICE_LOADED] + service]
    if m[m[at.SERVICE_IS_TIMETABLED] + service]:
        if loaded >= m[m[at.SERVICE_LEAST_WAGONS] + service]:
            _form(m, service, min(loaded, m[m[at.SERVICE_RAKE] + service]))
        m[m[at.SERVICE_SLOT] + service] += 1
        set_departure(m, service)
        return
    m[m[at.SERVICE_TIMER_RUNS] + service] = 0
    if loaded > 0:
        waited_ms = m[at.NOW] - m[m[at.LOT_JOINED] + m[m[at.SERVICE_FIRST] + service]]
        if waited_ms >= m[m[at.SERVICE_LONGEST_WAIT] + service]:
            _form(m, service, loaded)
    _watch_longest_wait(m, service)


@compiled
def _form(m: Tape, service: int, wagons: int) -> None:
    """Form a train of the first loaded wagons."""
    nth = m[m[at.SERVICE_FORMED] + service]
    if nth == m[m[at.SERVICE_MOST_TRAINS] + service]:
        m[at.FAULT] = TOO_MANY_TRAINS
        return
    train, seat = m[at.TRAINS_FORMED], m[at.N_SEATS]
    m[m[at.SERVICE_FORMED] + service] = nth + 1
    m[at.TRAINS_FORMED] = train + 1
    m[at.UNDER_WAY] += 1
    m[m[at.TRAIN_SERVICE] + train] = service
    m[m[at.TRAIN_ORDINAL] + train] = nth
    m[m[at.TRAIN_WAGONS] + train] = wagons
    m[m[at.TRAIN_BROUGHT] + train] = wagons
    m[m[at.TRAIN_FIRST_SEAT] + train] = seat
    note_train(m, codes.FORMED, train, service, wagons)
    for k in range(wagons):
        lot = m[m[at.SERVICE_FIRST] + service]
        m[m[at.SERVICE_FIRST] + service] = m[m[at.LOT_NEXT] + lot]
        m[m[at.SEAT_LOT] + seat + k] = lot
        m[m[at.SEAT_TRAIN] + seat + k] = train
        m[m[at.SEAT_BACK_LOT] + seat + k] = NOBODY
        m[m[at.SEAT_LEG] + seat + k] = m[m[at.LOT_LEG] + lot]
        m[m[at.SEAT_ROW] + seat + k] = m[m[at.LOT_ROW] + lot]
        m[m[at.SEAT_TAKEN_FOR] + seat + k] = m[m[at.LEG_TAKEN_FOR] + m[m[at.LOT_LEG] + lot]]
        m[m[at.LOT_TRAIN] + lot] = train
        note_row(m, codes.ABOARD, lot, train, service, k)
    if m[m[at.SERVICE_FIRST] + service] == NOBODY:
        m[m[at.SERVICE_LAST] + service] = NOBODY
    m[m[at.SERVICE_LOADED] + service] -= wagons
    m[at.N_SEATS] = seat + wagons
    start(m, kinds.TRAIN_BEGINS, train)
