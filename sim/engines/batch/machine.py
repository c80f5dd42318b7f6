"""The event machine: what a timer sets going is done at once (docs/semantics.md, 1.3 and 1.4)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numba as nb

from sim import tables, units
from sim.arrays import base_parts, disruption_parts, parts
from sim.engines.batch import columns as at, kinds
from sim.engines.batch.bases import wagon_arrives
from sim.engines.batch.compiling import compiled
from sim.engines.batch.controls import control_ends, get_server, queue_at_control
from sim.engines.batch.dispatcher import clear_section
from sim.engines.batch.effects import begin_effects, effect_changes
from sim.engines.batch.gangs import gang_ends, get_gang
from sim.engines.batch.gates import begin_gates, gate_changes
from sim.engines.batch.hauls import (
    get_trucks,
    goes_by_road,
    market_opens,
    next_morning,
    road_step_ends,
    trucks_are_back,
    trucks_are_loaded,
)
from sim.engines.batch.lots import (
    begin_lot,
    get_seat,
    get_wagon,
    next_offer,
    offer_lot,
    room_is_given,
    unload,
    unload_back,
    wagon_is_clean,
    work_is_done,
)
from sim.engines.batch.pools import has_taken, units_come
from sim.engines.batch.seats import wait_is_over
from sim.engines.batch.services import service_timer, set_departure
from sim.engines.batch.standstill import stands_still
from sim.engines.batch.starving import some_starve
from sim.engines.batch.timers import ENTRY, NOTE_BITS, drop_first_timer
from sim.engines.batch.trains import (
    begin_train,
    come_to_line,
    enter_line,
    get_track,
    go_home,
    is_placed,
    is_unloaded,
    run_ends,
    step_is_done,
    take_on,
)
from sim.kernels import gates
from sim.policies import builtin, registry

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["ends_still", "run_until"]

BORROWED = (parts, base_parts, disruption_parts, gates, builtin, registry, tables, units)
"""Modules elsewhere whose numbers or functions are compiled in."""

NOTE_MASK = (1 << NOTE_BITS) - 1
KIND_MASK = (1 << kinds.KIND_BITS) - 1


@compiled
def _begin(m: Tape) -> None:
    """Write the state at time 0, and set the first timers (1.7)."""
    begin_gates(m)
    begin_effects(m)
    for service in range(m[at.N_SERVICES]):
        if m[m[at.SERVICE_IS_TIMETABLED] + service]:
            set_departure(m, service)
    for market in range(m[at.N_TRUCKS]):
        if m[m[at.TRUCKS_IS_MARKET] + market]:
            next_morning(m, market)
    for flow in range(m[at.N_FLOWS]):
        next_offer(m, flow)


@compiled
def _carry_out_start(m: Tape) -> None:
    i = m[at.STARTS] + ENTRY * (m[at.START_HEAD] & m[at.RING_MASK])
    m[at.START_HEAD] += 1
    kind, whom = m[i], m[i + 1]
    if kind == kinds.LOT_BEGINS:
        begin_lot(m, whom)
    elif kind == kinds.TRAIN_BEGINS:
        begin_train(m, whom)
    else:
        queue_at_control(m, whom)


@compiled
def _carry_out_grant(m: Tape) -> None:
    i = m[at.GRANTS] + ENTRY * (m[at.GRANT_HEAD] & m[at.RING_MASK])
    m[at.GRANT_HEAD] += 1
    kind, whom, what = m[i], m[i + 1], m[i + 2]
    if kind <= kinds.GATE_OPENED_TO_LOT:
        _grant_to_lot(m, kind, whom, what)
    elif kind == kinds.GOT_SERVER:
        get_server(m, whom, what)
    elif kind == kinds.CONTROLS_PASSED:
        _go_on(m, whom)
    else:
        _grant_to_train(m, kind, whom, what)


@compiled
def _grant_to_lot(m: Tape, kind: int, lot: int, what: int) -> None:
    if kind == kinds.GOT_GANG:
        get_gang(m, lot, what)
    elif kind == kinds.GOT_WAGON:
        get_wagon(m, lot)
    elif kind == kinds.MAY_UNLOAD:
        unload(m, lot)
    elif kind == kinds.GOT_TRUCKS:
        get_trucks(m, lot)
    elif kind == kinds.GOT_SEAT:
        get_seat(m, lot, what)
    elif kind == kinds.GOT_ROOM:
        room_is_given(m, lot)
    elif kind == kinds.MAY_UNLOAD_BACK:
        unload_back(m, lot)
    else:
        goes_by_road(m, lot)


@compiled
def _grant_to_train(m: Tape, kind: int, train: int, what: int) -> None:
    if kind in (kinds.GOT_AUTHORITY, kinds.GATE_OPENED_TO_TRAIN):
        enter_line(m, train)
    elif kind == kinds.GOT_TRACK:
        get_track(m, train, what)
    elif kind == kinds.ALL_UNLOADED:
        is_unloaded(m, train)
    elif kind == kinds.MAY_GO_HOME:
        go_home(m, train)
    else:
        if kind == kinds.GOT_POOL:
            has_taken(m, train)
        take_on(m, train)


@compiled
def _go_on(m: Tape, who: int) -> None:
    """Have a train, or a lot on trucks, go on after controls."""
    if who < m[at.N_TRAINS]:
        step_is_done(m, who)
    else:
        road_step_ends(m, who - m[at.N_TRAINS])


@compiled
def _train_timer(m: Tape, train: int, note: int) -> None:
    kind = note & KIND_MASK
    if kind == kinds.MOVING:
        run_ends(m, train)
    elif kind == kinds.PLACING:
        is_placed(m, train)
    elif kind == kinds.WAITING_FOR_FREIGHT:
        wait_is_over(m, train)
    elif kind == kinds.RESTING:
        come_to_line(m, train)
    elif control_ends(m, train, note >> kinds.KIND_BITS):
        step_is_done(m, train)


@compiled
def _lot_timer(m: Tape, lot: int, note: int) -> None:
    kind = note & KIND_MASK
    if kind == kinds.ON_TRUCKS:
        trucks_are_loaded(m, lot)
    elif kind == kinds.ON_ROAD or control_ends(m, m[at.N_TRAINS] + lot, note >> kinds.KIND_BITS):
        road_step_ends(m, lot)


@compiled
def _timer_goes_off(m: Tape, slot: int, note: int) -> None:
    """Do what a timer is for, by the class of its slot."""
    if slot < m[at.SLOT_SECTION]:
        _early_timer(m, slot)
    elif slot < m[at.SLOT_GANG]:
        clear_section(m, slot - m[at.SLOT_SECTION])
    elif slot < m[at.SLOT_TRAIN]:
        gang_ends(m, slot - m[at.SLOT_GANG], note)
        work_is_done(m, note)
    elif slot < m[at.SLOT_LOT]:
        _train_timer(m, slot - m[at.SLOT_TRAIN], note)
    elif slot < m[at.SLOT_TRUCKS_BACK]:
        _lot_timer(m, slot - m[at.SLOT_LOT], note)
    else:
        _late_timer(m, slot, note)


@compiled
def _late_timer(m: Tape, slot: int, note: int) -> None:
    """Do what a timer of the last four classes is for."""
    if slot < m[at.SLOT_CLEAN]:
        trucks_are_back(m, slot - m[at.SLOT_TRUCKS_BACK], note)
    elif slot < m[at.SLOT_POOL]:
        wagon_is_clean(m, note)
    elif slot < m[at.SLOT_BASE]:
        units_come(m, slot - m[at.SLOT_POOL], note)
    else:
        wagon_arrives(m, slot - m[at.SLOT_BASE], note)


@compiled
def _early_timer(m: Tape, slot: int) -> None:
    """Do what a timer of the first five classes is for."""
    if slot < m[at.SLOT_EFFECT]:
        gate_changes(m, slot - m[at.SLOT_GATE])
    elif slot < m[at.SLOT_FLOW]:
        effect_changes(m, slot - m[at.SLOT_EFFECT])
    elif slot < m[at.SLOT_TRUCKS]:
        offer_lot(m, slot - m[at.SLOT_FLOW])
    elif slot < m[at.SLOT_SERVICE]:
        market_opens(m, slot - m[at.SLOT_TRUCKS])
    else:
        service_timer(m, slot - m[at.SLOT_SERVICE])


def _sources() -> int:
    """Return a number that changes with any source of the machine.

    What is compiled is kept on disk and renewed when the file of its outermost function changes;
    this number, which that function encloses, has it renewed when any other does.
    """
    digest = hashlib.blake2b(digest_size=7)
    own = sorted(Path(__file__).parent.glob("*.py"))
    for path in (*own, *(Path(str(module.__file__)) for module in BORROWED)):
        digest.update(path.read_bytes())
    return int.from_bytes(digest.digest()) | 1


@compiled
def _carry_out_all(m: Tape) -> None:
    """Carry out starts and grants until none is left."""
    while True:
        if m[at.START_HEAD] < m[at.START_TAIL]:
            _carry_out_start(m)
        elif m[at.GRANT_HEAD] < m[at.GRANT_TAIL]:
            _carry_out_grant(m)
        else:
            return


def _machine(sources: int) -> Callable[[Tape, int], bool]:
    """Return the function that runs on until an instant and tells whether timers are left.

    Asked for the instant -1 it tells whether, at the end, trains stand still for ever.
    """

    def run_until(m: Tape, instant_ms: int) -> bool:
        if instant_ms < 0:
            return stands_still(m) or some_starve(m)
        if not m[at.HAS_BEGUN]:
            m[at.HAS_BEGUN] = sources
            _begin(m)
        while m[at.FAULT] == 0 and m[at.HEAP_SIZE] > 0:
            key, note = m[m[at.HEAP_KEY]], m[m[at.HEAP_NOTE]] & NOTE_MASK
            due_ms = key >> m[at.SLOT_BITS]
            if due_ms >= instant_ms:
                return True
            m[at.NOW] = due_ms
            drop_first_timer(m)
            _timer_goes_off(m, key & ((1 << m[at.SLOT_BITS]) - 1), note)
            _carry_out_all(m)
        return False

    compile_it = nb.njit(error_model="numpy", nogil=True, cache=True)
    return compile_it(run_until)


run_until = _machine(_sources())


def ends_still(m: Tape) -> bool:
    """Return whether trains of a run that has ended wait for each other for ever."""
    return run_until(m, -1)
