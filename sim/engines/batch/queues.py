"""Lines of those who wait: by priority (docs/semantics.md, 1.6), and first come first served.

A line is a chain: it knows its first and its last, each who waits knows who is behind him.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.batch import columns as at
from sim.engines.batch.compiling import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = [
    "NOBODY",
    "first_in_line",
    "first_in_queue",
    "join_line",
    "join_queue",
    "leave_line",
    "leave_queue",
    "quit_queue",
]

NOBODY = -1


@compiled
def join_line(m: Tape, line: int, lot: int) -> None:
    """Put a lot behind all of its priority."""
    place = line * at.N_PRIORITIES + m[m[at.FLOW_PRIORITY] + m[m[at.LOT_FLOW] + lot]]
    m[m[at.LOT_NEXT] + lot] = NOBODY
    last = m[m[at.LINE_LAST] + place]
    if last == NOBODY:
        m[m[at.LINE_FIRST] + place] = lot
    else:
        m[m[at.LOT_NEXT] + last] = lot
    m[m[at.LINE_LAST] + place] = lot
    m[m[at.LINE_LENGTH] + line] += 1


@compiled
def first_in_line(m: Tape, line: int) -> int:
    """Return the lot that is next; nobody if none waits."""
    if m[m[at.LINE_LENGTH] + line] == 0:
        return NOBODY
    place = m[at.LINE_FIRST] + line * at.N_PRIORITIES
    for priority in range(at.N_PRIORITIES):
        if m[place + priority] != NOBODY:
            return m[place + priority]  # type: ignore[no-any-return]
    return NOBODY


@compiled
def leave_line(m: Tape, line: int, lot: int) -> None:
    """Let the lot go that is next."""
    place = line * at.N_PRIORITIES + m[m[at.FLOW_PRIORITY] + m[m[at.LOT_FLOW] + lot]]
    behind = m[m[at.LOT_NEXT] + lot]
    m[m[at.LINE_FIRST] + place] = behind
    if behind == NOBODY:
        m[m[at.LINE_LAST] + place] = NOBODY
    m[m[at.LINE_LENGTH] + line] -= 1


@compiled
def join_queue(m: Tape, queue: int, whom: int, behind: int) -> None:
    """Put someone at the end of a queue; ``behind`` is the column that chains those of his kind."""
    m[m[behind] + whom] = NOBODY
    last = m[m[at.QUEUE_LAST] + queue]
    if last == NOBODY:
        m[m[at.QUEUE_FIRST] + queue] = whom
    else:
        m[m[behind] + last] = whom
    m[m[at.QUEUE_LAST] + queue] = whom


@compiled
def first_in_queue(m: Tape, queue: int) -> int:
    """Return who is next; nobody if none waits."""
    return m[m[at.QUEUE_FIRST] + queue]  # type: ignore[no-any-return]


@compiled
def leave_queue(m: Tape, queue: int, behind: int) -> int:
    """Return who is next, and let him go."""
    whom = m[m[at.QUEUE_FIRST] + queue]
    m[m[at.QUEUE_FIRST] + queue] = m[m[behind] + whom]
    if m[m[at.QUEUE_FIRST] + queue] == NOBODY:
        m[m[at.QUEUE_LAST] + queue] = NOBODY
    return whom  # type: ignore[no-any-return]


@compiled
def quit_queue(m: Tape, queue: int, whom: int, behind: int) -> bool:
    """Take someone out of a queue wherever he stands; return whether he stood there."""
    before, one = NOBODY, m[m[at.QUEUE_FIRST] + queue]
    while one not in (NOBODY, whom):
        before, one = one, m[m[behind] + one]
    if one == NOBODY:
        return False
    after = m[m[behind] + one]
    if before == NOBODY:
        m[m[at.QUEUE_FIRST] + queue] = after
    else:
        m[m[behind] + before] = after
    if after == NOBODY:
        m[m[at.QUEUE_LAST] + queue] = before
    return True
