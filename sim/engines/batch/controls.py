"""Controls at posts, for trains and for lots on trucks (docs/semantics.md, 4.9 and 4.13).

Who passes is a train, or a lot after all trains. Each may pass several controls together, so the
passing of the k-th has the number ``who * MOST_TOGETHER + k``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.parts import PER_TRAIN, PER_WAGON
from sim.engines.batch import codes, columns as at, kinds
from sim.engines.batch.compiling import compiled
from sim.engines.batch.effects import work_lasts_ms
from sim.engines.batch.lookahead import expect
from sim.engines.batch.queues import join_queue
from sim.engines.batch.rows import note_row
from sim.engines.batch.timers import grant, set_timer, start
from sim.engines.batch.units import free_unit, serve_post
from sim.policies.registry import RuleCode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["begin_controls", "control_ends", "get_server", "queue_at_control"]

BY_LEAST_DELAY = int(RuleCode.LEAST_DELAY)


@compiled
def _units_of(m: Tape, who: int, control: int) -> int:
    """Return what a duration is taken times: one train, so many wagons or trucks, so many lots."""
    per = m[m[at.POST_PER] + control]
    if per == PER_TRAIN:
        return 1
    if who >= m[at.N_TRAINS]:
        if per == PER_WAGON:
            return m[m[at.LEG_TRUCKS] + m[m[at.LOT_LEG] + who - m[at.N_TRAINS]]]  # type: ignore[no-any-return]
        return 1
    laden_back = m[m[at.TRAIN_LADEN_BACK] + who]
    if per == PER_WAGON or laden_back < 0:
        return m[m[at.TRAIN_WAGONS] + who]  # type: ignore[no-any-return]
    return laden_back  # type: ignore[no-any-return]


@compiled
def begin_controls(m: Tape, who: int, controls: int, times: int) -> int:
    """Begin the controls of one order; return how many are passed.

    ``controls`` and ``times`` are where on the tape the controls and their durations begin.
    """
    together = m[m[at.POST_TOGETHER] + m[controls]]
    first = who * m[at.MOST_TOGETHER]
    due = 0
    for k in range(together):
        if m[times + k] < 0:
            continue
        control, batch = m[controls + k], m[m[at.POST_BATCH] + m[controls + k]]
        times_over = (_units_of(m, who, control) + batch - 1) // batch
        m[m[at.PASSING_WORK] + first + k] = m[times + k] * times_over
        due += 1
        if together > 1:
            start(m, kinds.CONTROL_BEGINS, first + k)
        else:
            queue_at_control(m, first)
    if who < m[at.N_TRAINS]:
        m[m[at.TRAIN_CONTROLS] + who] = due
    else:
        m[m[at.LOT_CONTROLS] + who - m[at.N_TRAINS]] = due
    return due


@compiled
def _control_of(m: Tape, passing: int) -> int:
    """Return the control of a passing."""
    who, k = passing // m[at.MOST_TOGETHER], passing % m[at.MOST_TOGETHER]
    if who < m[at.N_TRAINS]:
        return m[m[at.STEP_ARG] + m[m[at.TRAIN_STEP] + who] + k]  # type: ignore[no-any-return]
    return m[m[at.HAUL_ARG] + m[m[at.LOT_STEP] + who - m[at.N_TRAINS]] + k]  # type: ignore[no-any-return]


@compiled
def _note(m: Tape, code: int, passing: int, unit: int) -> None:
    who, trains = passing // m[at.MOST_TOGETHER], m[at.N_TRAINS]
    control = _control_of(m, passing)
    if who < trains:
        note_row(m, code, -1, who, control, unit)
    else:
        note_row(m, code, who - trains, -1, control, unit)


@compiled
def queue_at_control(m: Tape, passing: int) -> None:
    """Queue for a server."""
    control = _control_of(m, passing)
    _note(m, codes.POST_QUEUE, passing, -1)
    join_queue(m, control, passing, at.PASSING_NEXT)
    serve_post(m, control)


@compiled
def get_server(m: Tape, passing: int, unit: int) -> None:
    """Be controlled by a server."""
    who, k = passing // m[at.MOST_TOGETHER], passing % m[at.MOST_TOGETHER]
    control = _control_of(m, passing)
    _note(m, codes.POST_START, passing, unit)
    m[m[at.PASSING_UNIT] + passing] = unit
    lasts_ms = work_lasts_ms(m, control, m[m[at.PASSING_WORK] + passing])
    note = kinds.CONTROLLED | k << kinds.KIND_BITS
    if who >= m[at.N_TRAINS]:
        set_timer(m, lasts_ms, m[at.SLOT_LOT] + who - m[at.N_TRAINS], note)
        return
    if m[at.RULE] == BY_LEAST_DELAY and m[m[at.POST_TOGETHER] + control] == 1:
        expect(m, who, m[m[at.TRAIN_STEP] + who], m[at.NOW] + lasts_ms)
    set_timer(m, lasts_ms, m[at.SLOT_TRAIN] + who, note)


@compiled
def control_ends(m: Tape, who: int, k: int) -> bool:
    """End the control of a passing; return whether it was a single one and its bearer goes on."""
    passing = who * m[at.MOST_TOGETHER] + k
    control, unit = _control_of(m, passing), m[m[at.PASSING_UNIT] + passing]
    _note(m, codes.POST_END, passing, unit)
    free_unit(m, control, unit)
    serve_post(m, control)
    if m[m[at.POST_TOGETHER] + control] == 1:
        return True
    is_train = who < m[at.N_TRAINS]
    left = m[at.TRAIN_CONTROLS] + who if is_train else m[at.LOT_CONTROLS] + who - m[at.N_TRAINS]
    m[left] -= 1
    if m[left] == 0:
        grant(m, kinds.CONTROLS_PASSED, who, 0)
    return False
