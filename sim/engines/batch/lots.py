"""Lots: offered, carried leg by leg, delivered (docs/semantics.md, 3, 5, 6 and 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.parts import HAUL, RIDE_OUT
from sim.engines.batch import codes, columns as at, kinds
from sim.engines.batch.bases import give_back, pass_on
from sim.engines.batch.compiling import compiled
from sim.engines.batch.gangs import ask_gang
from sim.engines.batch.queues import NOBODY
from sim.engines.batch.rows import note_lot, note_row
from sim.engines.batch.seats import ask_seat, seat_is_loaded
from sim.engines.batch.services import join_service
from sim.engines.batch.stocks import deliver_to_stocks, is_below
from sim.engines.batch.timers import grant, set_timer, start
from sim.engines.batch.units import ask_pooled, put_pooled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = [
    "begin_lot",
    "clean_at_home",
    "get_seat",
    "get_wagon",
    "leave_store",
    "next_offer",
    "offer_lot",
    "room_is_given",
    "take_leg",
    "unload",
    "unload_back",
    "wagon_is_clean",
    "work_is_done",
]


@compiled
def next_offer(m: Tape, flow: int) -> None:
    """Set the timer of a flow's next lot that is not withdrawn."""
    lot, last = m[m[at.FLOW_NEXT] + flow], m[m[at.LOT_PTR] + flow + 1]
    while lot < last and m[m[at.IS_WITHDRAWN] + lot]:
        lot += 1
    m[m[at.FLOW_NEXT] + flow] = lot
    if lot < last:
        set_timer(m, m[m[at.OFFERED] + lot] - m[at.NOW], m[at.SLOT_FLOW] + flow, 0)


@compiled
def offer_lot(m: Tape, flow: int) -> None:
    """Offer a flow's lot whose instant it is."""
    lot = m[m[at.FLOW_NEXT] + flow]
    start(m, kinds.LOT_BEGINS, lot)
    m[m[at.FLOW_NEXT] + flow] = lot + 1
    next_offer(m, flow)


@compiled
def begin_lot(m: Tape, lot: int) -> None:
    """Begin to carry a lot."""
    flow = m[m[at.LOT_FLOW] + lot]
    note_lot(m, codes.OFFERED, lot, m[m[at.FLOW_ORIGIN] + flow], -1)
    first, last = m[m[at.LEG_PTR] + flow], m[m[at.LEG_PTR] + flow + 1]
    nth = lot - m[m[at.LOT_PTR] + flow]
    m[m[at.LOT_LEG] + lot] = first
    m[m[at.LOT_LAST_LEG] + lot] = first + m[m[at.OWN_LEGS] + flow]
    m[m[at.LOT_ROW] + lot] = m[m[at.LOT_LEG_BASE] + flow] + nth * (last - first)
    take_leg(m, lot)


@compiled
def take_leg(m: Tape, lot: int) -> None:
    """Have a lot ask for what its leg needs, or deliver it after the last."""
    flow = m[m[at.LOT_FLOW] + lot]
    leg = m[m[at.LOT_LEG] + lot]
    if leg == m[m[at.LOT_LAST_LEG] + lot]:
        note_lot(m, codes.DELIVERED, lot, m[m[at.FLOW_DESTINATION] + flow], -1)
        deliver_to_stocks(m, flow)
        return
    _divert(m, lot)
    leg = m[m[at.LOT_LEG] + lot]
    kind, arg = m[m[at.LEG_KIND] + leg], m[m[at.LEG_ARG] + leg]
    if kind == HAUL:
        ask_pooled(m, m[at.LINE_TRUCKS] + m[m[at.HAUL_TRUCKS] + arg], lot)
    elif kind == RIDE_OUT:
        if m[m[at.LEG_TAKEN_FOR] + leg] == arg:
            ask_pooled(m, m[m[at.SERVICE_BASE] + arg], lot)
        else:
            join_service(m, arg, lot)
    else:
        ask_seat(m, arg, lot)


@compiled
def _divert(m: Tape, lot: int) -> None:
    """Take other legs, if this is where a lot looks and a limit is passed."""
    flow, leg = m[m[at.LOT_FLOW] + lot], m[m[at.LOT_LEG] + lot]
    first, last = m[m[at.LEG_PTR] + flow], m[m[at.LEG_PTR] + flow + 1]
    end = m[m[at.LOT_LAST_LEG] + lot]
    if leg - first != m[m[at.LOOKS_AT] + flow] or end == last:
        return
    reason = _why_divert(m, flow, leg)
    if reason > 0:
        note_lot(m, codes.DIVERTED, lot, flow, reason)
        m[m[at.LOT_ROW] + lot] += end - leg
        m[m[at.LOT_LEG] + lot] = end
        m[m[at.LOT_LAST_LEG] + lot] = last


@compiled
def _why_divert(m: Tape, flow: int, leg: int) -> int:
    """Return why a lot takes other legs: 1 queue, 2 closure, 3 low stock; 0 if it does not."""
    kind, arg = m[m[at.LEG_KIND] + leg], m[m[at.LEG_ARG] + leg]
    line = m[at.LINE_SEATS] + arg
    if kind == HAUL:
        line = m[at.LINE_TRUCKS] + m[m[at.HAUL_TRUCKS] + arg]
    elif kind == RIDE_OUT:
        line = m[m[at.SERVICE_BASE] + arg]
    if m[m[at.LINE_LENGTH] + line] >= m[m[at.QUEUE_LIMIT] + flow]:
        return 1
    longest = m[at.NOW] - m[m[at.CLOSED_LIMIT] + flow]
    first = m[m[at.WATCHED_PTR] + flow]
    for k in range(first, m[m[at.WATCHED_PTR] + flow + 1]):
        since = m[m[at.GATE_CLOSED_SINCE] + m[m[at.WATCHED_GATE] + k]]
        if 0 <= since <= longest:
            return 2
    stock = m[m[at.WATCHED_STOCK] + flow]
    if stock >= 0 and is_below(m, stock, m[m[at.COVER_KG] + flow]):
        return 3
    return 0


@compiled
def next_leg(m: Tape, lot: int) -> None:
    """End a leg and take the next."""
    m[m[at.LOT_LEG] + lot] += 1
    m[m[at.LOT_ROW] + lot] += 1
    take_leg(m, lot)


@compiled
def get_wagon(m: Tape, lot: int) -> None:
    """Have a wagon loaded at home."""
    service = m[m[at.LEG_ARG] + m[m[at.LOT_LEG] + lot]]
    note_lot(m, codes.WAGON, lot, m[m[at.SERVICE_ORIGIN] + service], service)
    ask_gang(m, lot, kinds.LOADING_OUT)


@compiled
def get_seat(m: Tape, lot: int, seat: int) -> None:
    """Have a wagon of an emptied train loaded for the way home."""
    service = m[m[at.LEG_ARG] + m[m[at.LOT_LEG] + lot]]
    train = m[m[at.SEAT_TRAIN] + seat]
    m[m[at.LOT_TRAIN] + lot] = train
    m[m[at.LOT_SEAT] + lot] = seat
    nth = seat - m[m[at.TRAIN_FIRST_SEAT] + train]
    terminal = m[m[at.SERVICE_DESTINATION] + service]
    note_row(m, codes.WAGON, lot, train, terminal, nth)
    flow_out = m[m[at.LOT_FLOW] + m[m[at.SEAT_LOT] + seat]]
    clean_ms = m[m[at.CLEANING_BACK] + m[m[at.LOT_LEG] + lot] * m[at.N_FLOWS] + flow_out]
    if clean_ms > 0:
        note_row(m, codes.CLEAN_START, lot, train, terminal, -1)
        set_timer(m, clean_ms, m[at.SLOT_CLEAN] + m[m[at.LOT_ROW] + lot], lot << 1 | 1)
    else:
        ask_gang(m, lot, kinds.LOADING_BACK)


@compiled
def wagon_is_clean(m: Tape, note: int) -> None:
    """Go on with a wagon that has been cleaned: for freight home, or at home."""
    if note & 1 == 0:
        give_back(m, note >> 1)
        return
    lot = note >> 1
    service = m[m[at.LEG_ARG] + m[m[at.LOT_LEG] + lot]]
    terminal = m[m[at.SERVICE_DESTINATION] + service]
    note_row(m, codes.CLEAN_END, lot, m[m[at.LOT_TRAIN] + lot], terminal, -1)
    ask_gang(m, lot, kinds.LOADING_BACK)


@compiled
def clean_at_home(m: Tape, seat: int, leg: int, row: int) -> None:
    """Clean a wagon of what was in it last, then put it back; an empty clean one at once."""
    clean_ms = m[m[at.CLEANING_HOME] + leg]
    if clean_ms == 0 and m[m[at.SEAT_BACK_LOT] + seat] == NOBODY:
        give_back(m, seat)
    else:
        set_timer(m, clean_ms, m[at.SLOT_CLEAN] + row, seat << 1)


@compiled
def unload(m: Tape, lot: int) -> None:
    """Ask for a gang to sort the wagon; or for room in a limited store, then one to unload it."""
    leg = m[m[at.LOT_LEG] + lot]
    store = m[m[at.LEG_STORE] + leg]
    if m[m[at.LEG_YARD] + leg] >= 0:
        ask_gang(m, lot, kinds.SORTING)
    elif store < 0:
        ask_gang(m, lot, kinds.UNLOADING_OUT)
    elif not ask_pooled(m, m[at.LINE_ROOM] + store, lot):
        note_lot(m, codes.STORE_WAIT, lot, store, -1)


@compiled
def room_is_given(m: Tape, lot: int) -> None:
    """Take room in the store, then ask for a gang."""
    store = m[m[at.LEG_STORE] + m[m[at.LOT_LEG] + lot]]
    m[m[at.LOT_STORED] + lot] = store
    note_lot(m, codes.STORED, lot, store, -1)
    ask_gang(m, lot, kinds.UNLOADING_OUT)


@compiled
def leave_store(m: Tape, lot: int) -> None:
    """Give the room of a lot back, if it was stored, once it is loaded again."""
    store = m[m[at.LOT_STORED] + lot]
    if store >= 0:
        m[m[at.LOT_STORED] + lot] = NOBODY
        kg = m[m[at.FLOW_LOT_KG] + m[m[at.LOT_FLOW] + lot]]
        put_pooled(m, m[at.LINE_ROOM] + store, kg)


@compiled
def unload_back(m: Tape, lot: int) -> None:
    """Have a lot unloaded that rode home."""
    ask_gang(m, lot, kinds.UNLOADING_BACK)


@compiled
def work_is_done(m: Tape, lot: int) -> None:
    """Go on after a gang has loaded or unloaded a lot."""
    work, train = m[m[at.LOT_WORK] + lot], m[m[at.LOT_TRAIN] + lot]
    service = m[m[at.LEG_ARG] + m[m[at.LOT_LEG] + lot]]
    if work == kinds.LOADING_OUT:
        leave_store(m, lot)
        join_service(m, service, lot)
    elif work == kinds.LOADING_BACK:
        leave_store(m, lot)
        seat = m[m[at.LOT_SEAT] + lot]
        m[m[at.SEAT_BACK_LOT] + seat] = lot
        nth = seat - m[m[at.TRAIN_FIRST_SEAT] + train]
        note_row(m, codes.ABOARD, lot, train, service, nth)
        seat_is_loaded(m, train)
    elif work in (kinds.UNLOADING_OUT, kinds.SORTING):
        if work == kinds.SORTING:
            pass_on(m, train, lot)
        m[m[at.TRAIN_UNLOADED] + train] += 1
        if m[m[at.TRAIN_UNLOADED] + train] == m[m[at.TRAIN_BROUGHT] + train]:
            grant(m, kinds.ALL_UNLOADED, train, 0)
        next_leg(m, lot)
    else:
        leg, row = m[m[at.LOT_LEG] + lot], m[m[at.LOT_ROW] + lot]
        clean_at_home(m, m[m[at.LOT_SEAT] + lot], leg, row)
        next_leg(m, lot)
