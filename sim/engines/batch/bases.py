"""Empty wagons at the bases of fleets, and wagons passed on (docs/semantics.md, 3.9 and 6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.base_parts import NEAREST, NEED
from sim.arrays.parts import NO_LIMIT
from sim.engines.batch import codes, columns as at
from sim.engines.batch.compiling import compiled
from sim.engines.batch.rows import note_lot
from sim.engines.batch.timers import set_timer
from sim.engines.batch.units import put_pooled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["give_back", "pass_on", "wagon_arrives"]


@compiled
def pass_on(m: Tape, train: int, lot: int) -> None:
    """Let the wagon of a lot go, which another train takes."""
    seat = m[m[at.TRAIN_FIRST_SEAT] + train]
    last = seat + m[m[at.TRAIN_WAGONS] + train] - 1
    while m[m[at.SEAT_LOT] + seat] != lot:
        seat += 1
    for k in range(seat, last):
        for column in (at.SEAT_LOT, at.SEAT_LEG, at.SEAT_ROW, at.SEAT_TAKEN_FOR):
            m[m[column] + k] = m[m[column] + k + 1]
    m[m[at.TRAIN_WAGONS] + train] -= 1


@compiled
def give_back(m: Tape, seat: int) -> None:
    """Give a wagon back where its train came home, or send it to a base by its fleet's rule."""
    place = m[m[at.SERVICE_ORIGIN] + m[m[at.TRAIN_SERVICE] + m[m[at.SEAT_TRAIN] + seat]]]
    service = m[m[at.SEAT_TAKEN_FOR] + seat]
    base = _choice(m, place, service)
    terminal = m[m[at.BASE_TERMINAL] + base]
    if terminal == place:
        _is_back(m, base, seat)
        return
    note_lot(m, codes.WAGON_SENT, m[m[at.SEAT_LOT] + seat], terminal, service)
    m[m[at.BASE_COMING] + base] += 1
    move_ms = m[m[at.MOVE_MS] + place * m[at.N_BASES] + base]
    set_timer(m, move_ms, m[at.SLOT_BASE] + base, seat)


@compiled
def wagon_arrives(m: Tape, base: int, seat: int) -> None:
    """Have an empty wagon come to a base."""
    m[m[at.BASE_COMING] + base] -= 1
    _is_back(m, base, seat)


@compiled
def _is_back(m: Tape, base: int, seat: int) -> None:
    service = m[m[at.SEAT_TAKEN_FOR] + seat]
    fleet = m[m[at.SERVICE_FLEET] + service]
    note_lot(m, codes.WAGON_BACK, m[m[at.SEAT_LOT] + seat], fleet, service)
    put_pooled(m, base, 1)


@compiled
def _choice(m: Tape, place: int, service: int) -> int:
    """Return the base to which an empty wagon goes."""
    fleet, best = m[m[at.SERVICE_FLEET] + service], m[m[at.SERVICE_BASE] + service]
    rule, moves = m[m[at.FLEET_RULE] + fleet], m[at.MOVE_MS] + place * m[at.N_BASES]
    if rule not in (NEAREST, NEED):
        return best  # type: ignore[no-any-return]
    least_ms, most = NO_LIMIT, 0
    first = m[m[at.FLEET_BASE_PTR] + fleet]
    for base in range(first, m[m[at.FLEET_BASE_PTR] + fleet + 1]):
        move_ms, lack = m[moves + base], 0
        if rule == NEED:
            lack = m[m[at.LINE_LENGTH] + base] - m[m[at.BASE_COMING] + base]
            if lack <= 0 or lack < most:
                continue
        if move_ms < NO_LIMIT and (lack > most or move_ms < least_ms):
            best, least_ms, most = base, move_ms, lack
    return best  # type: ignore[no-any-return]
