"""Places in limited yards for trains that take locomotives next (docs/semantics.md, 10.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.parts import MEET, NO_LIMIT
from sim.engines.batch import codes, columns as at, kinds
from sim.engines.batch.compiling import compiled
from sim.engines.batch.queues import NOBODY, first_in_queue, join_queue, quit_queue
from sim.engines.batch.rows import note_wait
from sim.engines.batch.timers import grant

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["ask_place", "destination_of", "give_places"]


@compiled
def destination_of(m: Tape, train: int) -> int:
    """Return the terminal at which a train is unloaded."""
    return m[m[at.SERVICE_DESTINATION] + m[m[at.TRAIN_SERVICE] + train]]  # type: ignore[no-any-return]


@compiled
def ask_place(m: Tape, train: int) -> bool:
    """Ask for a place before the line; return whether there is a grant to wait for."""
    yard = destination_of(m, train)
    if m[m[at.TRAIN_HAS_PLACE] + train] or m[m[at.YARD_LIMIT] + yard] >= NO_LIMIT:
        return False
    join_queue(m, m[at.QUEUE_PLACES], train, at.TRAIN_NEXT)
    give_places(m)
    if not m[m[at.TRAIN_HAS_PLACE] + train]:
        step = m[m[at.TRAIN_STEP] + train]
        while m[m[at.STEP_OP] + step] != MEET:
            step += 1
        note_wait(m, train, m[m[at.STEP_ARG] + step], codes.BY_YARD_FULL, yard)
    return True


@compiled
def give_places(m: Tape) -> None:
    """Give places that are free to those who asked for them before taking locomotives."""
    train = first_in_queue(m, m[at.QUEUE_PLACES])
    while train != NOBODY:
        behind = m[m[at.TRAIN_NEXT] + train]
        yard = destination_of(m, train)
        if m[m[at.IN_YARD] + yard] < m[m[at.YARD_LIMIT] + yard]:
            m[m[at.TRAIN_HAS_PLACE] + train] = 1
            m[m[at.IN_YARD] + yard] += 1
            quit_queue(m, m[at.QUEUE_PLACES], train, at.TRAIN_NEXT)
            grant(m, kinds.GOT_PLACE, train, 0)
        train = behind
