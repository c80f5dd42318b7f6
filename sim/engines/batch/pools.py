"""Locomotives and crews between two stations (docs/semantics.md, 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.parts import NO_LIMIT, OUT
from sim.engines.batch import codes, columns as at, kinds
from sim.engines.batch.compiling import compiled
from sim.engines.batch.crews import begin_duty, end_duty
from sim.engines.batch.places import ask_place
from sim.engines.batch.queues import NOBODY, first_in_queue, join_queue, quit_queue
from sim.engines.batch.rows import note_place, note_train
from sim.engines.batch.timers import grant, set_timer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["give_units", "has_taken", "take_units", "units_come"]


@compiled
def _pool_of(m: Tape, step: int, which: int) -> int:
    """Return the pool of a step's locomotives, or of its crew."""
    pool = m[m[at.STEP_ARG] + step]
    return pool + m[at.N_POOLS] // 2 if which == kinds.TAKES_CREW else pool  # type: ignore[no-any-return]


@compiled
def _units_of(m: Tape, train: int, step: int, which: int) -> int:
    """Return how many a train takes: its locomotives, bogies for its wagons, or a crew."""
    if which == kinds.TAKES_CREW:
        return 1
    if m[m[at.POOL_PER_WAGON] + m[m[at.STEP_ARG] + step]]:
        return m[m[at.TRAIN_WAGONS] + train]  # type: ignore[no-any-return]
    return m[m[at.SERVICE_LOCOMOTIVES] + m[m[at.TRAIN_SERVICE] + train]]  # type: ignore[no-any-return]


@compiled
def take_units(m: Tape, train: int) -> bool:
    """Go on taking what a step takes; return whether the train has all, else it waits."""
    step = m[m[at.TRAIN_STEP] + train]
    if m[m[at.TRAIN_TAKES] + train] == kinds.TAKES_PLACE:
        m[m[at.TRAIN_TAKES] + train] = kinds.TAKES_LOCOMOTIVES
        needs_place = m[m[at.STEP_REACH] + step] and m[m[at.TRAIN_DIRECTION] + train] == OUT
        if needs_place and ask_place(m, train):
            return False
    while m[m[at.TRAIN_TAKES] + train] <= kinds.TAKES_CREW:
        which = m[m[at.TRAIN_TAKES] + train]
        pool = _pool_of(m, step, which)
        if m[m[at.POOL_UNITS] + pool] < NO_LIMIT:
            end = m[m[at.STEP_HEADING] + step]
            m[m[at.TRAIN_POOL_END] + train] = end
            m[m[at.TRAIN_POOL_UNITS] + train] = _units_of(m, train, step, which)
            note_train(m, codes.POOL_ASK, train, pool, end)
            join_queue(m, m[at.QUEUE_POOLS] + pool, train, at.TRAIN_NEXT)
            _look(m, pool)
            return False
        m[m[at.TRAIN_TAKES] + train] += 1
    m[m[at.TRAIN_TAKES] + train] = kinds.TAKES_PLACE
    return True


@compiled
def has_taken(m: Tape, train: int) -> None:
    """Write that a train has what it asked for last."""
    which = m[m[at.TRAIN_TAKES] + train]
    pool = _pool_of(m, m[m[at.TRAIN_STEP] + train], which)
    note_train(m, codes.POOL_TAKEN, train, pool, m[m[at.TRAIN_POOL_UNITS] + train])
    m[m[at.TRAIN_TAKES] + train] = which + 1
    begin_duty(m, train, pool)


@compiled
def give_units(m: Tape, train: int, step: int) -> None:
    """Give up the locomotives, then the crew."""
    end = m[m[at.STEP_HEADING] + step]
    for which in (kinds.TAKES_LOCOMOTIVES, kinds.TAKES_CREW):
        pool = _pool_of(m, step, which)
        if m[m[at.POOL_UNITS] + pool] < NO_LIMIT:
            units = _units_of(m, train, step, which)
            note_train(m, codes.POOL_GIVEN, train, pool, units)
            end_duty(m, train, pool)
            _free_after(m, m[m[at.POOL_REST] + pool], pool, (end, units, 0))


@compiled
def _free_after(m: Tape, delay_ms: int, pool: int, what: tuple[int, int, int]) -> None:
    """Have units come free; ``what`` is the end, how many, and whether they come over to it."""
    end, units, comes_over = what
    m[m[at.POOL_TIMERS] + pool] += 1
    set_timer(m, delay_ms, m[at.SLOT_POOL] + pool, units << 2 | end << 1 | comes_over)


@compiled
def units_come(m: Tape, pool: int, note: int) -> None:
    """Have units free at an end, after their rest or their way over."""
    units, end = note >> 2, (note >> 1) & 1
    m[m[at.POOL_TIMERS] + pool] -= 1
    code = codes.POOL_READY
    if note & 1:
        code = codes.POOL_MOVED
        m[m[at.POOL_COMING] + 2 * pool + end] -= units
    m[m[at.POOL_FREE] + 2 * pool + end] += units
    note_place(m, code, pool, units)
    _look(m, pool)


@compiled
def _look(m: Tape, pool: int) -> None:
    """Serve those who can be served; keep units, and send some over, for the others."""
    for end in range(2):
        m[at.LEFT_HERE + end] = m[m[at.POOL_FREE] + 2 * pool + end]
        m[at.COMING_HERE + end] = m[m[at.POOL_COMING] + 2 * pool + end]
    train = first_in_queue(m, m[at.QUEUE_POOLS] + pool)
    while train != NOBODY:
        behind = m[m[at.TRAIN_NEXT] + train]
        end, units = m[m[at.TRAIN_POOL_END] + train], m[m[at.TRAIN_POOL_UNITS] + train]
        if m[at.LEFT_HERE + end] >= units:
            m[at.LEFT_HERE + end] -= units
            m[m[at.POOL_FREE] + 2 * pool + end] -= units
            quit_queue(m, m[at.QUEUE_POOLS] + pool, train, at.TRAIN_NEXT)
            grant(m, kinds.GOT_POOL, train, 0)
        else:
            _bring_over(m, pool, end, units)
        train = behind


@compiled
def _bring_over(m: Tape, pool: int, end: int, units: int) -> None:
    """Keep for a train what is left at its end; send over what it lacks."""
    lack = units - m[at.LEFT_HERE + end]
    m[at.LEFT_HERE + end] = 0
    promised = min(lack, m[at.COMING_HERE + end])
    m[at.COMING_HERE + end] -= promised
    sent = min(lack - promised, m[at.LEFT_HERE + 1 - end])
    if sent <= 0 or m[m[at.POOL_MOVE] + pool] >= NO_LIMIT:
        return
    m[at.LEFT_HERE + 1 - end] -= sent
    m[m[at.POOL_FREE] + 2 * pool + 1 - end] -= sent
    m[m[at.POOL_COMING] + 2 * pool + end] += sent
    note_place(m, codes.POOL_SENT, pool, sent)
    _free_after(m, m[m[at.POOL_MOVE] + pool], pool, (end, sent, 1))
