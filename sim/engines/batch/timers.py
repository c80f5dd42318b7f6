"""Timers, starts and grants, in the order of docs/semantics.md, 1.3 and 1.4.

A timer is two numbers: its key, the instant and the slot in one, and a note, the ordinal of its
setting and what it is for. The least key goes off first, of equal ones the least note. They are
kept as a heap, so one costs the logarithm of how many run. Starts and grants are two rings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.batch import columns as at
from sim.engines.batch.compiling import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["NOTE_BITS", "drop_first_timer", "grant", "set_timer", "start"]

NOTE_BITS = 24
"""Bits of a timer's note that tell what it is for; the others are the ordinal of its setting."""

ENTRY = 3
"""Numbers of a start or grant: kind, for whom, and what is given."""


@compiled
def set_timer(m: Tape, delay_ms: int, slot: int, note: int) -> None:
    """Set a timer, unless it would go off at the end or later."""
    due_ms = m[at.NOW] + delay_ms
    if due_ms >= m[at.END_MS]:
        return
    key = (due_ms << m[at.SLOT_BITS]) | slot
    full_note = (m[at.SET_TIMERS] << NOTE_BITS) | note
    m[at.SET_TIMERS] += 1
    keys, notes = m[at.HEAP_KEY], m[at.HEAP_NOTE]
    i = m[at.HEAP_SIZE]
    m[at.HEAP_SIZE] = i + 1
    while i > 0:
        parent = (i - 1) >> 1
        above = m[keys + parent]
        if above < key or (above == key and m[notes + parent] < full_note):
            break
        m[keys + i] = above
        m[notes + i] = m[notes + parent]
        i = parent
    m[keys + i] = key
    m[notes + i] = full_note


@compiled
def drop_first_timer(m: Tape) -> None:
    """Take the first timer off the heap; it stands at place 0 before."""
    keys, notes = m[at.HEAP_KEY], m[at.HEAP_NOTE]
    n = m[at.HEAP_SIZE] - 1
    m[at.HEAP_SIZE] = n
    key, note = m[keys + n], m[notes + n]
    i, child = 0, 1
    while child < n:
        least, least_note = m[keys + child], m[notes + child]
        if child + 1 < n:
            other = m[keys + child + 1]
            if other < least or (other == least and m[notes + child + 1] < least_note):
                child += 1
                least, least_note = other, m[notes + child]
        if key < least or (key == least and note < least_note):
            break
        m[keys + i] = least
        m[notes + i] = least_note
        i = child
        child = 2 * i + 1
    m[keys + i] = key
    m[notes + i] = note


@compiled
def start(m: Tape, kind: int, whom: int) -> None:
    """Ask for a start: carried out before all grants of the instant that still wait."""
    i = m[at.STARTS] + ENTRY * (m[at.START_TAIL] & m[at.RING_MASK])
    m[i] = kind
    m[i + 1] = whom
    m[at.START_TAIL] += 1


@compiled
def grant(m: Tape, kind: int, whom: int, what: int) -> None:
    """Give a grant: carried out after all starts, in order of giving."""
    i = m[at.GRANTS] + ENTRY * (m[at.GRANT_TAIL] & m[at.RING_MASK])
    m[i] = kind
    m[i + 1] = whom
    m[i + 2] = what
    m[at.GRANT_TAIL] += 1
