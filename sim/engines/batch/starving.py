"""Trains that wait for locomotives, a crew or bogies for ever (docs/semantics.md, 8.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.batch import codes, columns as at
from sim.engines.batch.compiling import compiled
from sim.engines.batch.obstacles import obstacle
from sim.engines.batch.places import destination_of
from sim.engines.batch.queues import NOBODY, first_in_queue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["some_starve"]

FREE, STUCK = range(2)


@compiled
def some_starve(m: Tape) -> bool:
    """Return whether, at the end, trains wait for units of a pool that nothing can bring."""
    if not _mark_who_waits(m):
        return False
    while _free_some(m):
        pass
    for pool in range(m[at.N_POOLS]):
        train = first_in_queue(m, m[at.QUEUE_POOLS] + pool)
        while train != NOBODY:
            if m[m[at.TRAIN_IS_STUCK] + train] == STUCK:
                return True
            train = m[m[at.TRAIN_NEXT] + train]
    return False


@compiled
def _mark_queue(m: Tape, queue: int, mark: int) -> int:
    """Mark all trains in a queue; return how many."""
    found, train = 0, first_in_queue(m, queue)
    while train != NOBODY:
        m[m[at.TRAIN_IS_STUCK] + train] = mark
        found += 1
        train = m[m[at.TRAIN_NEXT] + train]
    return found


@compiled
def _mark_who_waits(m: Tape) -> bool:
    """Mark those that wait for pools, places or tracks; return whether any waits for a pool."""
    for train in range(m[at.TRAINS_FORMED]):
        m[m[at.TRAIN_IS_STUCK] + train] = FREE
    asks = 0
    for pool in range(m[at.N_POOLS]):
        if m[m[at.POOL_TIMERS] + pool] == 0:
            asks += _mark_queue(m, m[at.QUEUE_POOLS] + pool, STUCK)
    if asks == 0:
        return False
    _mark_queue(m, m[at.QUEUE_PLACES], STUCK)
    for terminal in range(m[at.N_TERMINALS]):
        _mark_queue(m, m[at.QUEUE_TRACKS] + terminal, STUCK)
    for i in range(m[at.N_ASKS]):
        train = m[m[at.ASKS] + i]
        if obstacle(m, train)[0] == codes.BY_YARD_FULL:
            m[m[at.TRAIN_IS_STUCK] + train] = STUCK
    return True


@compiled
def _free_some(m: Tape) -> bool:
    """Free trains for which one that is not stuck may bring what they wait for."""
    freed = False
    for pool in range(m[at.N_POOLS]):
        if _others_use(m, pool):
            queue = m[at.QUEUE_POOLS] + pool
            freed = _free_queue(m, queue) or freed
    for terminal in range(m[at.N_TERMINALS]):
        if _others_are_at(m, terminal, at.TRAIN_HAS_PLACE, 1):
            freed = _free_place_waiters(m, terminal) or freed
        if _others_are_at(m, terminal, at.TRAIN_TRACK, 0):
            freed = _free_queue(m, m[at.QUEUE_TRACKS] + terminal) or freed
    return freed


@compiled
def _free(m: Tape, train: int) -> bool:
    was_stuck = m[m[at.TRAIN_IS_STUCK] + train] == STUCK
    m[m[at.TRAIN_IS_STUCK] + train] = FREE
    return bool(was_stuck)


@compiled
def _free_queue(m: Tape, queue: int) -> bool:
    freed, train = False, first_in_queue(m, queue)
    while train != NOBODY:
        freed = _free(m, train) or freed
        train = m[m[at.TRAIN_NEXT] + train]
    return freed


@compiled
def _free_place_waiters(m: Tape, terminal: int) -> bool:
    freed, train = False, first_in_queue(m, m[at.QUEUE_PLACES])
    while train != NOBODY:
        if destination_of(m, train) == terminal:
            freed = _free(m, train) or freed
        train = m[m[at.TRAIN_NEXT] + train]
    for i in range(m[at.N_ASKS]):
        train = m[m[at.ASKS] + i]
        if destination_of(m, train) == terminal:
            freed = _free(m, train) or freed
    return freed


@compiled
def _others_use(m: Tape, pool: int) -> bool:
    """Return whether a train under way that is not stuck has, or takes, units of a pool."""
    for train in range(m[at.TRAINS_FORMED]):
        if m[m[at.TRAIN_IS_HOME] + train] or m[m[at.TRAIN_IS_STUCK] + train]:
            continue
        row = m[m[at.TRAIN_SERVICE] + train] * m[at.N_POOLS]
        if m[m[at.SERVICE_USES_POOL] + row + pool]:
            return True
    return False


@compiled
def _others_are_at(m: Tape, terminal: int, column: int, least: int) -> bool:
    """Return whether a train under way that is not stuck holds a place or a track of a yard."""
    for train in range(m[at.TRAINS_FORMED]):
        if m[m[at.TRAIN_IS_HOME] + train] or m[m[at.TRAIN_IS_STUCK] + train]:
            continue
        if m[m[column] + train] >= least and destination_of(m, train) == terminal:
            return True
    return False
