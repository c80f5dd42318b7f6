"""Which of two trains goes first over the track they both need (docs/semantics.md, 4.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.parts import MEET
from sim.engines.batch import codes, columns as at
from sim.engines.batch.compiling import compiled
from sim.engines.batch.crews import is_due
from sim.engines.batch.obstacles import full, obstacle
from sim.engines.batch.ways import program_of, run_ms, shut_section, stand_ms
from sim.policies import builtin

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["expect", "forget", "goes_before", "run_through"]

weight = compiled(builtin.weight)
FAR_MS = 1 << 55
"""Later than any end: stands for an instant that never comes."""

Coming = tuple[int, int, int, int, int, int]
"""A train, its steps from and up to, when it is ready, whether it waits, and whether it rests."""


@compiled
def expect(m: Tape, train: int, step: int, ends_ms: int) -> None:
    """Take note that a train will have done a step at an instant, if it then asks."""
    first = step + 1
    if first >= m[m[at.PROGRAM_PTR] + program_of(m, train, step) + 1]:
        return
    if m[m[at.STEP_OP] + first] != MEET:
        return
    m[m[at.COMING_STEP] + train] = first
    m[m[at.COMING_UPTO] + train] = first + m[m[at.STEP_REACH] + first]
    asks_ms = ends_ms
    if is_due(m, train, first, ends_ms):
        asks_ms += m[m[at.POOL_REST] + m[m[at.TRAIN_CREW] + train]]
    rests = m[m[at.TRAIN_CREW] + train] >= 0 and m[m[at.TRAIN_DUTY] + train] > m[at.NOW]
    m[m[at.COMING_STANDS] + train] = 1 if rests or asks_ms > ends_ms else 0
    m[m[at.COMING_MS] + train] = min(asks_ms, FAR_MS)
    if m[m[at.TRAIN_IS_COMING] + train]:
        return
    m[m[at.TRAIN_IS_COMING] + train] = 1
    i = m[at.N_COMING]
    m[at.N_COMING] = i + 1
    while i > 0 and m[m[at.COMING] + i - 1] > train:
        m[m[at.COMING] + i] = m[m[at.COMING] + i - 1]
        i -= 1
    m[m[at.COMING] + i] = train


@compiled
def forget(m: Tape, train: int) -> None:
    """Take note that a train waits, and is on its way no more."""
    if not m[m[at.TRAIN_IS_COMING] + train]:
        return
    m[m[at.TRAIN_IS_COMING] + train] = 0
    i = 0
    while m[m[at.COMING] + i] != train:
        i += 1
    m[at.N_COMING] -= 1
    for k in range(i, m[at.N_COMING]):
        m[m[at.COMING] + k] = m[m[at.COMING] + k + 1]


@compiled
def run_through(m: Tape, train: int, step: int, leaves_ms: int) -> None:
    """Take note that a train leaves a section then, and runs on as far as it may."""
    last = m[m[at.TRAIN_GOES_UPTO] + train]
    for k in range(step + 1, last):
        leaves_ms += run_ms(m, train, k)
    expect(m, train, last - 1, leaves_ms)


@compiled
def goes_before(m: Tape, place: int) -> tuple[int, int, int]:
    """Return who gets authority where one that waits could have it, else what that one waits for.

    The train that asks, one that waits behind it and goes before it, or -1 if it is held for one
    still on its way; then the cause and the section.
    """
    mine = _other(m, place)
    best, most, where = mine, 0, -1
    for i in range(place + 1, m[at.N_ASKS] + m[at.N_COMING]):
        other = _other(m, i)
        shared = _first_shared(m, mine, other)
        if shared < 0:
            continue
        gain = _gain(m, mine, other)
        if gain > most and _may_go(m, other):
            best, most, where = other, gain, shared
    if where < 0:
        return mine[0], codes.BY_NONE, -1
    return (best[0] if best[4] else -1), codes.BY_HELD, where


@compiled
def _other(m: Tape, i: int) -> Coming:
    """Return one of those that wait, or after them one of those on their way."""
    n = m[at.N_ASKS]
    if i < n:
        train = m[m[at.ASKS] + i]
        return train, m[m[at.TRAIN_STEP] + train], m[m[at.TRAIN_GOES_UPTO] + train], m[at.NOW], 1, 0
    train = m[m[at.COMING] + i - n]
    step, upto = m[m[at.COMING_STEP] + train], m[m[at.COMING_UPTO] + train]
    stands = m[m[at.COMING_STANDS] + train]
    return train, step, upto, m[m[at.COMING_MS] + train], 0, stands


@compiled
def _is_against(m: Tape, step: int, other: Coming) -> bool:
    """Return whether another train goes over the single track of a step the other way."""
    if not m[m[at.STEP_IS_SINGLE] + step]:
        return False
    section, heading = m[m[at.STEP_ARG] + step], m[m[at.STEP_HEADING] + step]
    for k in range(other[2] - 1, other[1] - 1, -1):
        if m[m[at.STEP_ARG] + k] == section:
            return bool(m[m[at.STEP_HEADING] + k] != heading)
    return False


@compiled
def _first_shared(m: Tape, one: Coming, other: Coming) -> int:
    """Return the first single-track section both go over, against each other; -1 for none."""
    for k in range(one[1], one[2]):
        if _is_against(m, k, other):
            return m[m[at.STEP_ARG] + k]  # type: ignore[no-any-return]
    return -1


@compiled
def _is_shared(m: Tape, section: int, one: Coming, other: Coming) -> bool:
    """Return whether a section is one of those that a train asks for and another goes against."""
    for k in range(one[1], one[2]):
        if m[m[at.STEP_ARG] + k] == section and _is_against(m, k, other):
            return True
    return False


@compiled
def _to_end(m: Tape, one: Coming, other: Coming) -> Coming:
    """Return the other train with its way on, through all that the first one asks for."""
    end = m[m[at.PROGRAM_PTR] + program_of(m, other[0], other[1]) + 1]
    last = other[2]
    while last < end and m[m[at.STEP_OP] + last] == MEET:
        found = False
        for k in range(one[1], one[2]):
            found = found or m[m[at.STEP_ARG] + k] == m[m[at.STEP_ARG] + last]
        if not found:
            break
        last += 1
    return other[0], other[1], last, other[3], other[4], other[5]


@compiled
def _gain(m: Tape, one: Coming, other: Coming) -> int:
    """Return by how much less weighted delay there is if the other goes first."""
    now = m[at.NOW]
    ready_ms = max(other[3], now)
    far = _to_end(m, one, other)
    one_free_ms = _clears_ms(m, far, ready_ms, one, far)
    other_free_ms = _clears_ms(m, one, now, one, other)
    return _cost(m, far, ready_ms, other_free_ms) - _cost(m, one, now, one_free_ms)


@compiled
def _cost(m: Tape, coming: Coming, ready_ms: int, free_ms: int) -> int:
    """Return the weighted delay of a train that is ready and waits until its way is free."""
    wait_ms = free_ms - ready_ms
    if wait_ms <= 0:
        return 0
    priority = m[m[at.SERVICE_PRIORITY] + m[m[at.TRAIN_SERVICE] + coming[0]]]
    stop_ms = 0 if _has_stood(m, coming, ready_ms) else _stop_ms(m, coming)
    return weight(priority) * (wait_ms + stop_ms)


@compiled
def _has_stood(m: Tape, coming: Coming, start_ms: int) -> bool:
    """Return whether a train that starts then has waited, or rested, on the line before."""
    waited = coming[4] and 0 <= m[m[at.TRAIN_LEFT] + coming[0]] < start_ms
    return bool(coming[5] or waited)


@compiled
def _stop_ms(m: Tape, coming: Coming) -> int:
    """Return what a train loses by stopping here; nothing where it stops anyway."""
    came_over = coming[1] - 1
    if came_over < m[m[at.PROGRAM_PTR] + program_of(m, coming[0], coming[1])]:
        return 0
    if m[m[at.STEP_OP] + came_over] != MEET:
        return 0
    return stand_ms(m, coming[0], coming[1])


@compiled
def _clears_ms(m: Tape, coming: Coming, start_ms: int, one: Coming, other: Coming) -> int:
    """Return when a train that starts then has cleared the last section shared by two others."""
    at_ms, cleared_ms = start_ms, start_ms
    if _has_stood(m, coming, start_ms):
        at_ms += _stop_ms(m, coming)
    for k in range(coming[1], coming[2]):
        at_ms += run_ms(m, coming[0], k)
        section = m[m[at.STEP_ARG] + k]
        if _is_shared(m, section, one, other):
            cleared_ms = max(cleared_ms, at_ms + m[m[at.SECTION_CLEARANCE] + section])
    return cleared_ms


@compiled
def _may_go(m: Tape, other: Coming) -> bool:
    """Return whether a train could have authority now, or may be thought to once it asks."""
    if other[4]:
        return obstacle(m, other[0])[0] == codes.BY_NONE
    if shut_section(m, other[1], other[2]) >= 0:
        return False
    return full(m, other[0], other[1], other[2])[0] == codes.BY_NONE
