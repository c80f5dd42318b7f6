"""Which of two trains goes first over the track they both need (docs/semantics.md, 4.10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.arrays.parts import MEET
from sim.policies.builtin import cost_of_waiting
from sim.tables import Cause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.arrays import CorridorArrays
    from sim.engines.des.dispatcher import Ask, Dispatcher
    from sim.engines.des.train import Train

__all__ = ["LookAhead"]


@dataclass(slots=True)
class _Coming:
    """A train on its way that will ask at a known instant, or one that waits."""

    train: Train
    direction: int
    step: int
    last: int
    ready_ms: int
    ask: Ask | None = None
    stands: bool = False
    """Whether its crew rests before it asks."""


class LookAhead:
    """Compares the weighted delay of both orders of a meet."""

    def __init__(self, arrays: CorridorArrays, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._priority = arrays.services.priority.tolist()
        programs = arrays.programs
        self._op, self._ptr = programs.op.tolist(), programs.ptr.tolist()
        self._reach = programs.reach.tolist()
        self._stand_ms = programs.stand_ms.tolist(), programs.stand_empty_ms.tolist()
        self._coming: dict[int, _Coming] = {}
        self._authority_ends: dict[int, int] = {}

    def expect(self, train: Train, step: int, ends_ms: int) -> None:
        """Take note that a train will have done a step at an instant, if it then asks."""
        row = 2 * train.service + int(step >= self._ptr[2 * train.service + 1])
        first = step + 1
        if first < self._ptr[row + 1] and self._op[first] == MEET:
            last = first + self._reach[first]
            asks_ms = self._dispatcher.crews.asks_ms(train, first, ends_ms)
            is_resting = train.crew >= 0 and train.duty_ms > self._dispatcher.clock.now
            self._coming[train.number] = _Coming(
                train, row % 2, first, last, asks_ms, stands=is_resting or asks_ms > ends_ms
            )

    def run_through(self, train: Train, step: int, leaves_ms: int) -> None:
        """Take note that a train leaves a section then, and runs on as far as it may."""
        last = self._authority_ends[train.number]
        to_run = range(step + 1, last)
        self.expect(train, last - 1, leaves_ms + sum(self._run_ms(train, k) for k in to_run))

    def asked(self, train: Train) -> None:
        """Take note that a train waits, and is on its way no more."""
        self._coming.pop(train.number, None)

    def granted(self, ask: Ask) -> None:
        """Take note how far a train's authority goes."""
        self._authority_ends[ask.train.number] = ask.last

    def before(self, ask: Ask) -> tuple[Ask | None, tuple[int, int]]:
        """Return which train gets authority where ``ask`` could have it.

        Returns
        -------
        first : Ask or None
            The one that asks; one that waits behind it and goes before it; None if it is held for
            a train that is still on its way.
        told : tuple of int
            What it then waits for, and the section.
        """
        now = self._dispatcher.clock.now
        best, most, where = None, 0, -1
        mine = _Coming(ask.train, ask.direction, ask.step, ask.last, now, ask)
        for other in self._others(ask):
            shared = self._shared(mine, other)
            if not shared:
                continue
            gain = self._gain(mine, self._to_end(mine, other), shared)
            if gain > most and self._may_go(other):
                best, most, where = other, gain, shared[0]
        if best is None:
            return ask, (Cause.NONE, -1)
        return best.ask, (Cause.HELD, where)

    def _others(self, ask: Ask) -> Iterator[_Coming]:
        """Yield those that wait behind a train, in their order, then those on their way."""
        asks, now = self._dispatcher.asks, self._dispatcher.clock.now
        for other in asks[asks.index(ask) + 1 :]:
            yield _Coming(other.train, other.direction, other.step, other.last, now, other)
        for number in sorted(self._coming):
            yield self._coming[number]

    def _shared(self, one: _Coming, other: _Coming) -> list[int]:
        """Return single-track sections both go over, against each other, in the first's order."""
        arg, heading = self._dispatcher.arg, self._dispatcher.heading
        theirs = {arg[k]: heading[k] for k in range(other.step, other.last)}
        return [
            arg[k]
            for k in range(one.step, one.last)
            if self._dispatcher.is_single[arg[k]] and theirs.get(arg[k], heading[k]) != heading[k]
        ]

    def _to_end(self, one: _Coming, other: _Coming) -> _Coming:
        """Return the other train with its way on, through all that the first one asks for."""
        arg, end = self._dispatcher.arg, self._ptr[2 * other.train.service + other.direction + 1]
        asked = {arg[k] for k in range(one.step, one.last)}
        last = other.last
        while last < end and self._op[last] == MEET and arg[last] in asked:
            last += 1
        return replace(other, last=last)

    def _gain(self, one: _Coming, other: _Coming, shared: list[int]) -> int:
        """Return by how much less weighted delay there is if the other goes first."""
        now = self._dispatcher.clock.now
        ready_ms = max(other.ready_ms, now)
        one_free_ms = self._clears_ms(other, ready_ms, self._shared(one, other))
        other_free_ms = self._clears_ms(one, now, shared)
        return self._cost(other, ready_ms, other_free_ms) - self._cost(one, now, one_free_ms)

    def _cost(self, coming: _Coming, ready_ms: int, free_ms: int) -> int:
        stop_ms = 0 if self._has_stood(coming, ready_ms) else self._stop_ms(coming)
        return cost_of_waiting(self._priority[coming.train.service], ready_ms, free_ms, stop_ms)

    def _has_stood(self, coming: _Coming, start_ms: int) -> bool:
        """Return whether a train that starts then has waited, or rested, on the line before."""
        is_waiting = coming.ask is not None and 0 <= coming.train.left_ms < start_ms
        return coming.stands or is_waiting

    def _stop_ms(self, coming: _Coming) -> int:
        """Return what a train loses by stopping here; nothing where it stops anyway."""
        came_over = coming.step - 1
        if came_over < self._ptr[2 * coming.train.service + coming.direction]:
            return 0
        if self._op[came_over] != MEET:
            return 0
        return int(self._stand_ms[not coming.train.is_laden][coming.step])

    def _clears_ms(self, coming: _Coming, start_ms: int, shared: list[int]) -> int:
        """Return when the last of the shared sections is cleared by a train that starts then."""
        at_ms, cleared_ms = start_ms, start_ms
        train, dispatcher = coming.train, self._dispatcher
        if self._has_stood(coming, start_ms):
            at_ms += self._stop_ms(coming)
        for k in range(coming.step, coming.last):
            at_ms += self._run_ms(train, k)
            section = dispatcher.arg[k]
            if section in shared:
                cleared_ms = max(cleared_ms, at_ms + dispatcher.clearance_ms[section])
        return cleared_ms

    def _run_ms(self, train: Train, step: int) -> int:
        return self._dispatcher.crews.run_ms(train, step)

    def _may_go(self, other: _Coming) -> bool:
        """Return whether a train could have authority now, or may be thought to once it asks."""
        dispatcher = self._dispatcher
        if other.ask is not None:
            return bool(dispatcher.obstacle(other.ask)[0] == Cause.NONE)
        steps = range(other.step, other.last)
        if dispatcher.shut(steps) is not None:
            return False
        return bool(dispatcher.full(other.train, other.direction, steps)[0] == Cause.NONE)
