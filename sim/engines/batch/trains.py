"""Trains: out, at the destination, home (docs/semantics.md, 4 to 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.parts import BACK, GIVE, LINE, MEET, OUT, POST, TAKE
from sim.engines.batch import codes, columns as at, kinds
from sim.engines.batch.compiling import compiled
from sim.engines.batch.controls import begin_controls
from sim.engines.batch.crew_rest import rests_first
from sim.engines.batch.dispatcher import ask, enter_section, leave_section, leave_yard
from sim.engines.batch.effects import slowed_ms
from sim.engines.batch.lookahead import expect
from sim.engines.batch.lots import clean_at_home
from sim.engines.batch.places import destination_of
from sim.engines.batch.pools import give_units, take_units
from sim.engines.batch.queues import NOBODY, join_queue
from sim.engines.batch.rows import note_train, note_wait
from sim.engines.batch.seats import offer_seats
from sim.engines.batch.timers import grant, set_timer
from sim.engines.batch.units import free_unit, serve_tracks
from sim.engines.batch.ways import drawn_at, run_ms, stand_ms
from sim.policies.registry import RuleCode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = [
    "begin_train",
    "come_to_line",
    "enter_line",
    "get_track",
    "go_home",
    "go_on",
    "is_placed",
    "is_unloaded",
    "run_ends",
    "step_is_done",
    "take_on",
]

BY_LEAST_DELAY = int(RuleCode.LEAST_DELAY)
NOT_LEFT = -1


@compiled
def begin_train(m: Tape, train: int) -> None:
    """Send a train out."""
    _set_out(m, train, OUT)


@compiled
def _set_out(m: Tape, train: int, direction: int) -> None:
    m[m[at.TRAIN_DIRECTION] + train] = direction
    row = 2 * m[m[at.TRAIN_SERVICE] + train] + direction
    m[m[at.TRAIN_STEP] + train] = m[m[at.PROGRAM_PTR] + row]
    m[m[at.TRAIN_LEFT] + train] = NOT_LEFT
    go_on(m, train)


@compiled
def go_on(m: Tape, train: int) -> None:
    """Take a train on its way up to where it takes time or waits."""
    row = 2 * m[m[at.TRAIN_SERVICE] + train] + m[m[at.TRAIN_DIRECTION] + train]
    last = m[m[at.PROGRAM_PTR] + row + 1]
    while m[m[at.TRAIN_STEP] + train] < last:
        step = m[m[at.TRAIN_STEP] + train]
        op = m[m[at.STEP_OP] + step]
        if op in (MEET, LINE):
            if not rests_first(m, train, step):
                come_to_line(m, train)
            return
        if op == GIVE:
            give_units(m, train, step)
            m[m[at.TRAIN_STEP] + train] = step + 1
        elif _waits_at(m, train, step):
            return
        else:
            _end_step(m, train)
    if m[m[at.TRAIN_DIRECTION] + train] == OUT:
        _come_to_yard(m, train)
    else:
        _come_home(m, train)


@compiled
def _waits_at(m: Tape, train: int, step: int) -> bool:
    """Take locomotives or begin controls; return whether the train must wait for the end."""
    if m[m[at.STEP_OP] + step] == TAKE:
        return not take_units(m, train)
    return begin_controls(m, train, m[at.STEP_ARG] + step, drawn_at(m, train, step)) > 0


@compiled
def _end_step(m: Tape, train: int) -> None:
    """End a step that is no section with meets."""
    step = m[m[at.TRAIN_STEP] + train]
    passed = 1
    if m[m[at.STEP_OP] + step] == POST:
        passed = m[m[at.POST_TOGETHER] + m[m[at.STEP_ARG] + step]]
    m[m[at.TRAIN_STEP] + train] = step + passed
    m[m[at.TRAIN_LEFT] + train] = NOT_LEFT


@compiled
def step_is_done(m: Tape, train: int) -> None:
    """End a step and go on."""
    _end_step(m, train)
    go_on(m, train)


@compiled
def take_on(m: Tape, train: int) -> None:
    """Go on with the taking of locomotives, and with the way once it is done."""
    if take_units(m, train):
        step_is_done(m, train)


@compiled
def come_to_line(m: Tape, train: int) -> None:
    """Ask for authority, or enter an aggregate section as soon as its gate is open."""
    step = m[m[at.TRAIN_STEP] + train]
    section = m[m[at.STEP_ARG] + step]
    if m[m[at.STEP_OP] + step] == MEET:
        m[m[at.TRAIN_TO_RUN] + train] = m[m[at.STEP_REACH] + step]
        ask(m, train)
    elif m[m[at.GATE_STATE] + m[m[at.SECTION_GATE] + section]] != 0:
        note_wait(m, train, section, codes.BY_SECTION_CLOSED, section)
        join_queue(m, m[at.QUEUE_SECTIONS] + section, train, at.TRAIN_NEXT)
    else:
        enter_line(m, train)


@compiled
def enter_line(m: Tape, train: int) -> None:
    """Enter an aggregate section, or one for which the train has authority."""
    step = m[m[at.TRAIN_STEP] + train]
    section = m[m[at.STEP_ARG] + step]
    is_meet = m[m[at.STEP_OP] + step] == MEET
    lasts_ms = run_ms(m, train, step)
    if is_meet and 0 <= m[m[at.TRAIN_LEFT] + train] < m[at.NOW]:
        lasts_ms += stand_ms(m, train, step)
    lasts_ms = slowed_ms(m, m[m[at.SECTION_SLOWING] + section], lasts_ms, -1, train)
    _note_entry(m, train, step)
    if is_meet:
        lasts_ms = enter_section(m, train, step, lasts_ms) - m[at.NOW]
    elif m[at.RULE] == BY_LEAST_DELAY:
        expect(m, train, step, m[at.NOW] + lasts_ms)
    set_timer(m, lasts_ms, m[at.SLOT_TRAIN] + train, kinds.MOVING)


@compiled
def _note_entry(m: Tape, train: int, step: int) -> None:
    """Write the entry into a section; the first on the way home frees the working track."""
    note_train(m, codes.ENTER, train, m[m[at.STEP_ARG] + step], m[m[at.STEP_HEADING] + step])
    track = m[m[at.TRAIN_TRACK] + train]
    if track < 0:
        return
    terminal = destination_of(m, train)
    m[m[at.TRAIN_TRACK] + train] = -1
    free_unit(m, m[at.SERVERS_TRACKS] + terminal, track)
    serve_tracks(m, terminal)
    leave_yard(m, train)


@compiled
def run_ends(m: Tape, train: int) -> None:
    """Leave a section; run through to the next one, or go on."""
    step = m[m[at.TRAIN_STEP] + train]
    note_train(m, codes.LEAVE, train, m[m[at.STEP_ARG] + step], m[m[at.STEP_HEADING] + step])
    if m[m[at.STEP_OP] + step] == LINE:
        step_is_done(m, train)
        return
    m[m[at.TRAIN_LEFT] + train] = m[at.NOW]
    leave_section(m, train, step)
    m[m[at.TRAIN_STEP] + train] = step + 1
    m[m[at.TRAIN_TO_RUN] + train] -= 1
    if m[m[at.TRAIN_TO_RUN] + train] > 0:
        enter_line(m, train)
    else:
        go_on(m, train)


@compiled
def _come_to_yard(m: Tape, train: int) -> None:
    terminal = destination_of(m, train)
    note_train(m, codes.YARD, train, terminal, -1)
    join_queue(m, m[at.QUEUE_TRACKS] + terminal, train, at.TRAIN_NEXT)
    serve_tracks(m, terminal)


@compiled
def get_track(m: Tape, train: int, track: int) -> None:
    """Be placed on a working track."""
    m[m[at.TRAIN_TRACK] + train] = track
    note_train(m, codes.TRACK, train, destination_of(m, train), track)
    nth = m[m[at.PLACING_BASE] + m[m[at.TRAIN_SERVICE] + train]] + m[m[at.TRAIN_ORDINAL] + train]
    set_timer(m, m[m[at.PLACING] + nth], m[at.SLOT_TRAIN] + train, kinds.PLACING)


@compiled
def is_placed(m: Tape, train: int) -> None:
    """Let the lots be unloaded."""
    track = m[m[at.TRAIN_TRACK] + train]
    note_train(m, codes.PLACED, train, destination_of(m, train), track)
    seat = m[m[at.TRAIN_FIRST_SEAT] + train]
    for k in range(seat, seat + m[m[at.TRAIN_WAGONS] + train]):
        grant(m, kinds.MAY_UNLOAD, m[m[at.SEAT_LOT] + k], 0)


@compiled
def is_unloaded(m: Tape, train: int) -> None:
    """Offer the empty wagons to freight that rides home, or go home."""
    track = m[m[at.TRAIN_TRACK] + train]
    note_train(m, codes.EMPTIED, train, destination_of(m, train), track)
    if m[m[at.SERVICE_TAKES_RETURN] + m[m[at.TRAIN_SERVICE] + train]]:
        offer_seats(m, train)
    else:
        go_home(m, train)


@compiled
def go_home(m: Tape, train: int) -> None:
    """Leave for home with what is laden."""
    seat, laden = m[m[at.TRAIN_FIRST_SEAT] + train], 0
    for k in range(seat, seat + m[m[at.TRAIN_WAGONS] + train]):
        if m[m[at.SEAT_BACK_LOT] + k] != NOBODY:
            laden += 1
    m[m[at.TRAIN_LADEN_BACK] + train] = laden
    m[m[at.TRAIN_IS_EMPTY] + train] = 1 if laden == 0 else 0
    note_train(m, codes.RETURN, train, destination_of(m, train), laden)
    _set_out(m, train, BACK)


@compiled
def _come_home(m: Tape, train: int) -> None:
    """Give the empty wagons back; let the lots in the others be unloaded."""
    origin = m[m[at.SERVICE_ORIGIN] + m[m[at.TRAIN_SERVICE] + train]]
    note_train(m, codes.HOME, train, origin, m[m[at.TRAIN_LADEN_BACK] + train])
    seat = m[m[at.TRAIN_FIRST_SEAT] + train]
    last = seat + m[m[at.TRAIN_WAGONS] + train]
    for k in range(seat, last):
        if m[m[at.SEAT_BACK_LOT] + k] == NOBODY:
            clean_at_home(m, k, m[m[at.SEAT_LEG] + k], m[m[at.SEAT_ROW] + k])
    for k in range(seat, last):
        lot = m[m[at.SEAT_BACK_LOT] + k]
        if lot != NOBODY:
            grant(m, kinds.MAY_UNLOAD_BACK, lot, 0)
    m[at.UNDER_WAY] -= 1
    m[m[at.TRAIN_IS_HOME] + train] = 1
