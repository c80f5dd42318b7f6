"""What is given and comes back: servers, gangs, tracks by number; wagons, trucks by count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.batch import columns as at, kinds
from sim.engines.batch.compiling import compiled
from sim.engines.batch.queues import (
    NOBODY,
    first_in_line,
    first_in_queue,
    join_line,
    leave_line,
    leave_queue,
)
from sim.engines.batch.timers import grant

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = [
    "allow_pooled",
    "allow_servers",
    "ask_pooled",
    "free_unit",
    "put_pooled",
    "renew_pooled",
    "serve_gangs",
    "serve_post",
    "serve_tracks",
]

ANY_NUMBER = -1
"""Unit of servers of which there are always enough."""


@compiled
def can_serve(m: Tape, servers: int) -> bool:
    """Return whether some unit may be given now."""
    gate = m[m[at.SERVERS_GATE] + servers]
    if gate >= 0 and m[m[at.GATE_STATE] + gate] != 0:
        return False
    return bool(m[m[at.SERVERS_BUSY] + servers] < m[m[at.SERVERS_ALLOWED] + servers])


@compiled
def take_unit(m: Tape, servers: int) -> int:
    """Take the free unit of lowest number."""
    m[m[at.SERVERS_BUSY] + servers] += 1
    base = m[m[at.SERVERS_BASE] + servers]
    if base < 0:
        return ANY_NUMBER
    heap = m[at.SERVERS_FREE] + base
    lowest = m[heap]
    n = m[m[at.SERVERS_N_FREE] + servers] - 1
    m[m[at.SERVERS_N_FREE] + servers] = n
    last, i, child = m[heap + n], 0, 1
    while child < n:
        if child + 1 < n and m[heap + child + 1] < m[heap + child]:
            child += 1
        if last < m[heap + child]:
            break
        m[heap + i] = m[heap + child]
        i = child
        child = 2 * i + 1
    m[heap + i] = last
    return lowest  # type: ignore[no-any-return]


@compiled
def free_unit(m: Tape, servers: int, unit: int) -> None:
    """Give a unit back; who waits is to be served next."""
    m[m[at.SERVERS_BUSY] + servers] -= 1
    base = m[m[at.SERVERS_BASE] + servers]
    if base < 0:
        return
    heap = m[at.SERVERS_FREE] + base
    i = m[m[at.SERVERS_N_FREE] + servers]
    m[m[at.SERVERS_N_FREE] + servers] = i + 1
    while i > 0:
        parent = (i - 1) >> 1
        if m[heap + parent] < unit:
            break
        m[heap + i] = m[heap + parent]
        i = parent
    m[heap + i] = unit


@compiled
def serve_post(m: Tape, post: int) -> None:
    """Give servers of a control to those who wait for it."""
    while first_in_queue(m, post) != NOBODY and can_serve(m, post):
        unit = take_unit(m, post)
        grant(m, kinds.GOT_SERVER, leave_queue(m, post, at.PASSING_NEXT), unit)


@compiled
def serve_tracks(m: Tape, terminal: int) -> None:
    """Give working tracks to trains in the yard."""
    servers, queue = m[at.SERVERS_TRACKS] + terminal, m[at.QUEUE_TRACKS] + terminal
    while first_in_queue(m, queue) != NOBODY and can_serve(m, servers):
        unit = take_unit(m, servers)
        grant(m, kinds.GOT_TRACK, leave_queue(m, queue, at.TRAIN_NEXT), unit)


@compiled
def serve_gangs(m: Tape, team: int) -> None:
    """Give the gangs, or the cranes, of a terminal to lots that wait for one."""
    servers, line = m[at.SERVERS_GANGS] + team, m[at.LINE_GANGS] + team
    while can_serve(m, servers):
        lot = first_in_line(m, line)
        if lot == NOBODY:
            return
        leave_line(m, line, lot)
        grant(m, kinds.GOT_GANG, lot, take_unit(m, servers))


@compiled
def serve(m: Tape, servers: int) -> None:
    """Serve whoever waits for units of this kind."""
    if servers < m[at.SERVERS_TRACKS]:
        serve_post(m, servers)
    elif servers < m[at.SERVERS_GANGS]:
        serve_tracks(m, servers - m[at.SERVERS_TRACKS])
    else:
        serve_gangs(m, servers - m[at.SERVERS_GANGS])


@compiled
def allow_servers(m: Tape, servers: int, units: int) -> None:
    """Have so many units work at once from now on; those at work finish."""
    m[m[at.SERVERS_ALLOWED] + servers] = units
    serve(m, servers)


@compiled
def _needed(m: Tape, line: int, lot: int) -> int:
    """Return how much a lot needs: a wagon, so many trucks, or room for its weight."""
    if line < m[at.LINE_SEATS]:
        return 1
    if line < m[at.LINE_GANGS]:
        return m[m[at.LEG_TRUCKS] + m[m[at.LOT_LEG] + lot]]  # type: ignore[no-any-return]
    return m[m[at.FLOW_LOT_KG] + m[m[at.LOT_FLOW] + lot]]  # type: ignore[no-any-return]


@compiled
def _serve_pooled(m: Tape, line: int) -> None:
    while True:
        lot = first_in_line(m, line)
        if lot == NOBODY:
            return
        needed = _needed(m, line, lot)
        if needed > m[m[at.POOLED_FREE] + line]:
            return
        leave_line(m, line, lot)
        m[m[at.POOLED_FREE] + line] -= needed
        if line < m[at.LINE_SEATS]:
            grant(m, kinds.GOT_WAGON, lot, 0)
        elif line < m[at.LINE_GANGS]:
            grant(m, kinds.GOT_TRUCKS, lot, 0)
        else:
            grant(m, kinds.GOT_ROOM, lot, 0)


@compiled
def ask_pooled(m: Tape, line: int, lot: int) -> bool:
    """Ask for wagons, trucks or room; return whether it was given at once."""
    given = m[at.GRANT_TAIL]
    join_line(m, line, lot)
    _serve_pooled(m, line)
    return bool(m[at.GRANT_TAIL] > given)


@compiled
def put_pooled(m: Tape, line: int, number: int) -> None:
    """Give so many back."""
    m[m[at.POOLED_FREE] + line] += number
    _serve_pooled(m, line)


@compiled
def allow_pooled(m: Tape, line: int, number: int) -> None:
    """Have so many in all from now on; free ones may be less than none for a while."""
    m[m[at.POOLED_FREE] + line] += number - m[m[at.POOLED_ALLOWED] + line]
    m[m[at.POOLED_ALLOWED] + line] = number
    _serve_pooled(m, line)


@compiled
def renew_pooled(m: Tape, line: int, number: int) -> None:
    """Forget those left over and have so many."""
    m[m[at.POOLED_FREE] + line] = number
    _serve_pooled(m, line)
