"""Seats of emptied trains for lots that ride home (docs/semantics.md, 6.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.batch import columns as at, kinds
from sim.engines.batch.compiling import compiled
from sim.engines.batch.queues import (
    NOBODY,
    first_in_line,
    first_in_queue,
    join_line,
    join_queue,
    leave_line,
    leave_queue,
    quit_queue,
)
from sim.engines.batch.timers import grant, set_timer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["ask_seat", "offer_seats", "seat_is_loaded", "wait_is_over"]


@compiled
def ask_seat(m: Tape, service: int, lot: int) -> None:
    """Have a lot ask for a seat on a train of a service."""
    join_line(m, m[at.LINE_SEATS] + service, lot)
    _give_seats(m, service)


@compiled
def offer_seats(m: Tape, train: int) -> None:
    """Offer the seats of an emptied train, as long as its service waits for freight."""
    service = m[m[at.TRAIN_SERVICE] + train]
    join_queue(m, m[at.QUEUE_SEATS] + service, train, at.TRAIN_NEXT)
    _give_seats(m, service)
    wait_ms = m[m[at.SERVICE_RETURN_WAIT] + service]
    if wait_ms == 0:
        wait_is_over(m, train)
    else:
        set_timer(m, wait_ms, m[at.SLOT_TRAIN] + train, kinds.WAITING_FOR_FREIGHT)


@compiled
def _give_seats(m: Tape, service: int) -> None:
    line, queue = m[at.LINE_SEATS] + service, m[at.QUEUE_SEATS] + service
    while True:
        lot, train = first_in_line(m, line), first_in_queue(m, queue)
        if NOBODY in (lot, train):
            return
        nth = m[m[at.TRAIN_GIVEN] + train]
        m[m[at.TRAIN_GIVEN] + train] = nth + 1
        m[m[at.TRAIN_LOADING] + train] += 1
        if nth + 1 == m[m[at.TRAIN_WAGONS] + train]:
            leave_queue(m, queue, at.TRAIN_NEXT)
        leave_line(m, line, lot)
        grant(m, kinds.GOT_SEAT, lot, m[m[at.TRAIN_FIRST_SEAT] + train] + nth)


@compiled
def seat_is_loaded(m: Tape, train: int) -> None:
    """Take note that a lot given to the train is loaded."""
    m[m[at.TRAIN_LOADING] + train] -= 1
    _let_go_if_ready(m, train)


@compiled
def wait_is_over(m: Tape, train: int) -> None:
    """End the wait for freight, if the train has not left."""
    if m[m[at.TRAIN_MAY_LEAVE] + train]:
        return
    m[m[at.TRAIN_WAIT_OVER] + train] = 1
    queue = m[at.QUEUE_SEATS] + m[m[at.TRAIN_SERVICE] + train]
    quit_queue(m, queue, train, at.TRAIN_NEXT)
    _let_go_if_ready(m, train)


@compiled
def _let_go_if_ready(m: Tape, train: int) -> None:
    is_full = m[m[at.TRAIN_GIVEN] + train] == m[m[at.TRAIN_WAGONS] + train]
    if m[m[at.TRAIN_LOADING] + train] == 0 and (is_full or m[m[at.TRAIN_WAIT_OVER] + train]):
        m[m[at.TRAIN_MAY_LEAVE] + train] = 1
        grant(m, kinds.MAY_GO_HOME, train, 0)
