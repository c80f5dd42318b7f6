"""Sections with meets: authority, tracks of stations, clearance (docs/semantics.md, 4.3 to 4.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.parts import OUT
from sim.engines.batch import codes, columns as at, kinds
from sim.engines.batch.compiling import compiled
from sim.engines.batch.lookahead import forget, goes_before, run_through
from sim.engines.batch.obstacles import NOT_TAKEN, obstacle
from sim.engines.batch.places import destination_of, give_places
from sim.engines.batch.rows import note_wait
from sim.engines.batch.timers import grant, set_timer
from sim.policies import RuleCode, builtin

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["ask", "clear_section", "enter_section", "leave_section", "leave_yard", "look"]

BY_PRIORITY = int(RuleCode.PRIORITY)
BY_LEAST_DELAY = int(RuleCode.LEAST_DELAY)
BY_FLEETING = int(RuleCode.FLEETING)
next_run, turn = compiled(builtin.next_run), compiled(builtin.turn)


@compiled
def ask(m: Tape, train: int) -> None:
    """Ask for authority up to the train's next stopping place."""
    step = m[m[at.TRAIN_STEP] + train]
    m[m[at.TRAIN_GOES_UPTO] + train] = step + m[m[at.STEP_REACH] + step]
    key = 0
    if m[at.RULE] == BY_PRIORITY:
        key = m[m[at.SERVICE_PRIORITY] + m[m[at.TRAIN_SERVICE] + train]]
    m[m[at.TRAIN_KEY] + train] = key
    m[m[at.TRAIN_TOLD_CAUSE] + train] = codes.BY_NONE
    m[m[at.TRAIN_TOLD_UNIT] + train] = -1
    if m[at.RULE] == BY_LEAST_DELAY:
        forget(m, train)
    i = m[at.N_ASKS]
    m[at.N_ASKS] = i + 1
    while i > 0 and m[m[at.TRAIN_KEY] + m[m[at.ASKS] + i - 1]] > key:
        m[m[at.ASKS] + i] = m[m[at.ASKS] + i - 1]
        i -= 1
    m[m[at.ASKS] + i] = train
    look(m)


@compiled
def look(m: Tape) -> None:
    """Look through those who wait, from the front, until none can go."""
    while _one_goes(m):
        pass


@compiled
def _one_goes(m: Tape) -> bool:
    """Look through those who wait until one gets authority; return whether one did."""
    is_fleeting = m[at.RULE] == BY_FLEETING
    for round_ in range(2 if is_fleeting else 1):
        for i in range(m[at.N_ASKS]):
            if is_fleeting and _turn(m, m[m[at.ASKS] + i]) != round_:
                continue
            if _goes(m, i):
                return True
    return False


@compiled
def _goes(m: Tape, place: int) -> bool:
    """Look at one that waits: give authority to it, or to one before it, or say why not."""
    train = m[m[at.ASKS] + place]
    cause, unit = obstacle(m, train)
    if cause == codes.BY_NONE:
        first = train
        if m[at.RULE] == BY_LEAST_DELAY:
            first, cause, unit = goes_before(m, place)
        if first >= 0:
            _give(m, first)
            return True
    told = m[m[at.TRAIN_TOLD_CAUSE] + train] == cause and m[m[at.TRAIN_TOLD_UNIT] + train] == unit
    if not told:
        m[m[at.TRAIN_TOLD_CAUSE] + train] = cause
        m[m[at.TRAIN_TOLD_UNIT] + train] = unit
        section = m[m[at.STEP_ARG] + m[m[at.TRAIN_STEP] + train]]
        note_wait(m, train, section, cause, unit)
    return False


@compiled
def _turn(m: Tape, train: int) -> int:
    """Return 0 if a train is looked at in the first round under fleeting, else 1."""
    step = m[m[at.TRAIN_STEP] + train]
    section, heading = m[m[at.STEP_ARG] + step], m[m[at.STEP_HEADING] + step]
    run, count = m[m[at.RUN_HEADING] + section], m[m[at.RUN_COUNT] + section]
    return turn(heading, run, count, m[at.DISPATCH_BATCH])


@compiled
def _give(m: Tape, train: int) -> None:
    """Give authority: sections, tracks and the place in the yard are taken."""
    _stop_asking(m, train)
    first, upto = m[m[at.TRAIN_STEP] + train], m[m[at.TRAIN_GOES_UPTO] + train]
    for k in range(first, upto):
        _take_step(m, k)
    is_out = m[m[at.TRAIN_DIRECTION] + train] == OUT
    if is_out and not m[m[at.TRAIN_HAS_PLACE] + train]:
        m[m[at.TRAIN_HAS_PLACE] + train] = 1
        m[m[at.IN_YARD] + destination_of(m, train)] += 1
    _leave_station(m, train)
    grant(m, kinds.GOT_AUTHORITY, train, 0)


@compiled
def _stop_asking(m: Tape, train: int) -> None:
    i = 0
    while m[m[at.ASKS] + i] != train:
        i += 1
    m[at.N_ASKS] -= 1
    for k in range(i, m[at.N_ASKS]):
        m[m[at.ASKS] + k] = m[m[at.ASKS] + k + 1]


@compiled
def _take_step(m: Tape, step: int) -> None:
    section, heading = m[m[at.STEP_ARG] + step], m[m[at.STEP_HEADING] + step]
    m[m[at.TAKEN] + m[m[at.STEP_TAKES] + step]] = heading
    if m[m[at.STEP_IS_SINGLE] + step]:
        before = m[m[at.RUN_HEADING] + section], m[m[at.RUN_COUNT] + section]
        run, count = next_run(heading, before[0], before[1])
        m[m[at.RUN_HEADING] + section] = run
        m[m[at.RUN_COUNT] + section] = count
    group = m[m[at.STEP_COUNTED] + step]
    if group >= 0:
        station = m[m[at.STEP_STATION] + step]
        m[m[at.STANDING] + station] += 1
        m[m[at.STANDING_OF_CLASS] + 2 * station + group] += 1


@compiled
def _leave_station(m: Tape, train: int) -> bool:
    station = m[m[at.TRAIN_STATION] + train]
    if station < 0:
        return False
    m[m[at.STANDING] + station] -= 1
    m[m[at.STANDING_OF_CLASS] + 2 * station + m[m[at.TRAIN_CLASS] + train]] -= 1
    m[m[at.TRAIN_STATION] + train] = -1
    return True


@compiled
def enter_section(m: Tape, train: int, step: int, lasts_ms: int) -> int:
    """Take a train into a section for which it has authority; return when it leaves. [ms]."""
    now = m[at.NOW]
    if _leave_station(m, train):
        look(m)
    leaves_ms = now + lasts_ms
    if not m[m[at.STEP_IS_SINGLE] + step]:
        taken = m[m[at.STEP_TAKES] + step]
        headway = m[m[at.SECTION_HEADWAY] + m[m[at.STEP_ARG] + step]]
        leaves_ms = max(leaves_ms, m[m[at.LAST_EXIT] + taken] + headway)
        m[m[at.LAST_EXIT] + taken] = leaves_ms
        _clear_after(m, headway, taken)
    if m[at.RULE] == BY_LEAST_DELAY:
        run_through(m, train, step, leaves_ms)
    return leaves_ms  # type: ignore[no-any-return]


@compiled
def leave_section(m: Tape, train: int, step: int) -> None:
    """Take a train out of a section; it stands at the station where it counts."""
    group = m[m[at.STEP_COUNTED] + step]
    if group >= 0:
        m[m[at.TRAIN_STATION] + train] = m[m[at.STEP_STATION] + step]
        m[m[at.TRAIN_CLASS] + train] = group
    if not m[m[at.STEP_IS_SINGLE] + step]:
        return
    taken = m[m[at.STEP_TAKES] + step]
    clearance = m[m[at.SECTION_CLEARANCE] + m[m[at.STEP_ARG] + step]]
    if clearance > 0:
        _clear_after(m, clearance, taken)
    else:
        m[m[at.TAKEN] + taken] = NOT_TAKEN
        look(m)


@compiled
def _clear_after(m: Tape, delay_ms: int, taken: int) -> None:
    m[at.LINE_TIMERS] += 1
    set_timer(m, delay_ms, m[at.SLOT_SECTION] + taken, 0)


@compiled
def clear_section(m: Tape, taken: int) -> None:
    """End a clearance or headway."""
    m[at.LINE_TIMERS] -= 1
    m[m[at.TAKEN] + taken] = NOT_TAKEN
    look(m)


@compiled
def leave_yard(m: Tape, train: int) -> None:
    """Give up a train's place in the yard of its destination."""
    if m[m[at.TRAIN_HAS_PLACE] + train]:
        m[m[at.TRAIN_HAS_PLACE] + train] = 0
        m[m[at.IN_YARD] + destination_of(m, train)] -= 1
        give_places(m)
        look(m)
