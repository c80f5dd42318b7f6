"""Effects of disruptions that do not close (docs/semantics.md, 9), and work before a gate (2.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.disruption_parts import GANGS, SERVERS, WAGONS
from sim.engines.batch import codes, columns as at
from sim.engines.batch.compiling import compiled
from sim.engines.batch.rows import note_place, note_row
from sim.engines.batch.timers import set_timer
from sim.engines.batch.units import allow_pooled, allow_servers
from sim.kernels.gates import NEVER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["begin_effects", "effect_changes", "slowed_ms", "work_lasts_ms"]

USUAL = 1000
NEVER_MS = int(NEVER)


@compiled
def _holding(m: Tape, instants: int, first: int, last: int) -> int:
    """Return the entry of a timeline that holds now; the first holds from ever."""
    low, high = first, last
    while low < high:
        middle = (low + high) >> 1
        if m[instants + middle] <= m[at.NOW]:
            low = middle + 1
        else:
            high = middle
    return low - 1


@compiled
def slowed_ms(m: Tape, row: int, ms: int, lot: int, train: int) -> int:
    """Return how long a step takes that is entered now, and note what it loses. [ms]."""
    if row < 0:
        return ms
    ptr = m[at.SPEED_PTR] + row
    k = _holding(m, m[at.SPEED_AT], m[ptr], m[ptr + 1])
    permille = m[m[at.SPEED_PERMILLE] + k]
    longer = (ms * USUAL + permille - 1) // permille
    if longer > ms:
        cause = m[m[at.SPEED_CAUSE] + k]
        note_row(m, codes.SLOWED, lot, train, cause, longer - ms)
    return longer  # type: ignore[no-any-return]


@compiled
def work_lasts_ms(m: Tape, servers: int, work_ms: int) -> int:
    """Return how long work of a unit lasts that begins now, times in which it stands still too."""
    if m[m[at.SERVERS_STANDS] + servers] == 0 or work_ms == 0:
        return work_ms
    gate = m[m[at.SERVERS_GATE] + servers]
    k, last = m[m[at.GATE_PTR] + gate], m[m[at.GATE_PTR] + gate + 1] - 1
    now = m[at.NOW]
    while k < last and m[m[at.GATE_AT] + k + 1] <= now:
        k += 1
    instant, left = now, work_ms
    while k < last:
        edge = m[m[at.GATE_AT] + k + 1]
        if m[m[at.GATE_BECOMES] + k] == 0:
            if left <= edge - instant:
                return instant + left - now  # type: ignore[no-any-return]
            left -= edge - instant
        instant = edge
        k += 1
    if m[m[at.GATE_BECOMES] + k] == 0:
        return instant + left - now  # type: ignore[no-any-return]
    return NEVER_MS - now  # type: ignore[no-any-return]


@compiled
def begin_effects(m: Tape) -> None:
    """Write what holds at the start, and set the first timers."""
    for number in range(m[at.N_EFFECTS]):
        first, last = m[m[at.EFFECT_PTR] + number], m[m[at.EFFECT_PTR] + number + 1]
        m[m[at.EFFECT_NEXT] + number] = first + 1
        if last > first and m[m[at.EFFECT_ON] + first] != 0:
            _change(m, number, m[m[at.EFFECT_ON] + first])
        _set_next(m, number)


@compiled
def _set_next(m: Tape, number: int) -> None:
    k = m[m[at.EFFECT_NEXT] + number]
    if k < m[m[at.EFFECT_PTR] + number + 1]:
        set_timer(m, m[m[at.EFFECT_AT] + k] - m[at.NOW], m[at.SLOT_EFFECT] + number, 0)


@compiled
def effect_changes(m: Tape, number: int) -> None:
    """Have an effect begin or end."""
    k = m[m[at.EFFECT_NEXT] + number]
    m[m[at.EFFECT_NEXT] + number] = k + 1
    _change(m, number, m[m[at.EFFECT_ON] + k])
    _set_next(m, number)


@compiled
def _change(m: Tape, number: int, state: int) -> None:
    note_place(m, codes.EFFECT, number, state)
    first = m[m[at.EFFECT_ROW_PTR] + number]
    for i in range(first, m[m[at.EFFECT_ROW_PTR] + number + 1]):
        row = m[m[at.EFFECT_ROW] + i]
        ptr = m[at.ALLOWED_PTR] + row
        k = _holding(m, m[at.ALLOWED_AT], m[ptr], m[ptr + 1])
        _allow(m, row, m[m[at.ALLOWED] + k])


@compiled
def _allow(m: Tape, row: int, allowed: int) -> None:
    kind, number = m[m[at.CAPACITY_KIND] + row], m[m[at.CAPACITY_ARG] + row]
    if kind == SERVERS:
        allow_servers(m, number, allowed)
    elif kind == GANGS:
        allow_servers(m, m[at.SERVERS_GANGS] + number, allowed)
    elif kind == WAGONS:
        allow_pooled(m, number, allowed)
    else:
        allow_pooled(m, m[at.LINE_TRUCKS] + number, allowed)
