"""Trains that can never move again (docs/semantics.md, 8.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.batch import codes, columns as at
from sim.engines.batch.compiling import compiled
from sim.engines.batch.obstacles import obstacle
from sim.engines.batch.places import destination_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["stands_still"]


@compiled
def stands_still(m: Tape) -> bool:
    """Return whether, at the end, trains block each other or all under way wait for ever."""
    if m[at.N_ASKS] == 0:
        return False
    if _some_block_each_other(m):
        return True
    if m[at.LINE_TIMERS] > 0 or m[at.UNDER_WAY] != m[at.N_ASKS]:
        return False
    for i in range(m[at.N_ASKS]):
        if obstacle(m, m[m[at.ASKS] + i])[0] == codes.BY_SECTION_CLOSED:
            return False
    return True


@compiled
def _some_block_each_other(m: Tape) -> bool:
    """Drop trains for which one outside may make room, until none is left to drop."""
    stuck = 0
    for i in range(m[at.N_ASKS]):
        train = m[m[at.ASKS] + i]
        cause = obstacle(m, train)[0]
        is_stuck = cause in (codes.BY_STATION_FULL, codes.BY_YARD_FULL)
        m[m[at.TRAIN_IS_STUCK] + train] = 1 if is_stuck else 0
        stuck += m[m[at.TRAIN_IS_STUCK] + train]
    while True:
        kept = 0
        for i in range(m[at.N_ASKS]):
            train = m[m[at.ASKS] + i]
            if m[m[at.TRAIN_IS_STUCK] + train] and _only_stuck_hold(m, train):
                m[m[at.TRAIN_IS_STUCK] + train] = 2
                kept += 1
        for i in range(m[at.N_ASKS]):
            train = m[m[at.ASKS] + i]
            m[m[at.TRAIN_IS_STUCK] + train] = m[m[at.TRAIN_IS_STUCK] + train] >> 1
        if kept == stuck:
            return kept > 0
        stuck = kept


@compiled
def _only_stuck_hold(m: Tape, train: int) -> bool:
    """Return whether all that a train waits for is held by trains that are stuck."""
    cause, unit = obstacle(m, train)
    if cause == codes.BY_YARD_FULL:
        here = _stuck_in_yard(m, unit)
        return bool(here > 0 and here == m[m[at.IN_YARD] + unit])
    tracks, standing = m[m[at.STATION_TRACKS] + unit], m[m[at.STANDING] + unit]
    here = _stuck_at(m, unit, -1)
    if standing >= tracks and here == standing:
        return here > 0
    k = m[m[at.TRAIN_STEP] + train]
    while m[m[at.STEP_STATION] + k] != unit:
        k += 1
    group = m[m[at.STEP_COUNTED] + k]
    count = m[m[at.STANDING_OF_CLASS] + 2 * unit + group]
    alike = _stuck_at(m, unit, group)
    return bool(alike > 0 and count >= tracks - 1 and alike == count)


@compiled
def _stuck_in_yard(m: Tape, yard: int) -> int:
    found = 0
    for i in range(m[at.N_ASKS]):
        train = m[m[at.ASKS] + i]
        if m[m[at.TRAIN_IS_STUCK] + train] and m[m[at.TRAIN_HAS_PLACE] + train]:
            found += 1 if destination_of(m, train) == yard else 0
    return found


@compiled
def _stuck_at(m: Tape, station: int, group: int) -> int:
    """Return how many stuck trains stand at a station, of a class or of any."""
    found = 0
    for i in range(m[at.N_ASKS]):
        train = m[m[at.ASKS] + i]
        if m[m[at.TRAIN_IS_STUCK] + train] and m[m[at.TRAIN_STATION] + train] == station:
            found += 1 if group in (-1, m[m[at.TRAIN_CLASS] + train]) else 0
    return found
