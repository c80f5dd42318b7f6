"""Gates open and shut, and tell those who wait (docs/semantics.md, 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.batch import codes, columns as at, kinds
from sim.engines.batch.compiling import compiled
from sim.engines.batch.dispatcher import look
from sim.engines.batch.queues import NOBODY, first_in_queue, leave_queue
from sim.engines.batch.rows import note_place
from sim.engines.batch.timers import grant, set_timer
from sim.engines.batch.units import serve_gangs, serve_post

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["begin_gates", "gate_changes"]

CLOSED = 2
"""Least state of a gate that a closure shuts."""


@compiled
def begin_gates(m: Tape) -> None:
    """Write the gates that are not open at the start, and set the first timers."""
    for gate in range(m[at.N_GATES]):
        first = m[m[at.GATE_PTR] + gate]
        state = m[m[at.GATE_BECOMES] + first]
        m[m[at.GATE_STATE] + gate] = state
        m[m[at.GATE_CLOSED_SINCE] + gate] = 0 if state >= CLOSED else -1
        m[m[at.GATE_NEXT] + gate] = first + 1
        if state != 0:
            note_place(m, codes.GATE, gate, state)
        _set_next(m, gate)


@compiled
def _set_next(m: Tape, gate: int) -> None:
    k = m[m[at.GATE_NEXT] + gate]
    if k < m[m[at.GATE_PTR] + gate + 1]:
        set_timer(m, m[m[at.GATE_AT] + k] - m[at.NOW], m[at.SLOT_GATE] + gate, 0)


@compiled
def gate_changes(m: Tape, gate: int) -> None:
    """Change the state of a gate."""
    k = m[m[at.GATE_NEXT] + gate]
    state = m[m[at.GATE_BECOMES] + k]
    m[m[at.GATE_NEXT] + gate] = k + 1
    note_place(m, codes.GATE, gate, state)
    m[m[at.GATE_STATE] + gate] = state
    if state < CLOSED:
        m[m[at.GATE_CLOSED_SINCE] + gate] = -1
    elif m[m[at.GATE_CLOSED_SINCE] + gate] < 0:
        m[m[at.GATE_CLOSED_SINCE] + gate] = m[at.NOW]
    for i in range(m[m[at.TOLD_PTR] + gate], m[m[at.TOLD_PTR] + gate + 1]):
        _tell(m, m[m[at.TOLD_KIND] + i], m[m[at.TOLD_ARG] + i], state)
    _set_next(m, gate)


@compiled
def _tell(m: Tape, kind: int, arg: int, state: int) -> None:
    if kind == kinds.TELL_LINE:
        look(m)
    elif state != 0:
        return
    elif kind == kinds.TELL_SECTION:
        queue = m[at.QUEUE_SECTIONS] + arg
        while first_in_queue(m, queue) != NOBODY:
            grant(m, kinds.GATE_OPENED_TO_TRAIN, leave_queue(m, queue, at.TRAIN_NEXT), 0)
    elif kind == kinds.TELL_POST:
        serve_post(m, arg)
    elif kind == kinds.TELL_GANGS:
        serve_gangs(m, arg)
    else:
        queue = m[at.QUEUE_HAULS] + arg
        while first_in_queue(m, queue) != NOBODY:
            grant(m, kinds.GATE_OPENED_TO_LOT, leave_queue(m, queue, at.LOT_NEXT), 0)
