"""Gates, servers and pools: what processes queue for."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from sim.arrays.parts import NO_LIMIT
from sim.engines.des.waiting import PLAIN, WaitingLine

if TYPE_CHECKING:
    from collections.abc import Callable

    import simpy

__all__ = ["Gate", "GateQueue", "Pool", "Servers"]


_CLOSED = 2
"""Least state of a gate that a closure shuts."""


class Gate:
    """Opens and shuts; tells those who asked to be told."""

    def __init__(self, state: int) -> None:
        self.state = state
        self.closed_since_ms = 0 if state >= _CLOSED else -1
        """Since when closures have shut it without a break; -1 while none does. [ms]"""
        self._told: list[Callable[[], None]] = []

    @property
    def is_open(self) -> bool:
        """Whether anything may begin."""
        return self.state == 0

    def tell(self, act: Callable[[], None]) -> None:
        """Do something at every change."""
        self._told.append(act)

    def change(self, state: int, now_ms: int) -> None:
        """Take another state."""
        self.state = state
        if state < _CLOSED:
            self.closed_since_ms = -1
        elif self.closed_since_ms < 0:
            self.closed_since_ms = now_ms
        for act in self._told:
            act()


class GateQueue:
    """First come first served before a gate; all go when it opens."""

    def __init__(self, env: simpy.Environment, gate: Gate) -> None:
        self.env = env
        self.gate = gate
        self._queue: deque[simpy.Event] = deque()
        gate.tell(self._open)

    def wait(self) -> simpy.Event:
        """Return the grant to go through once the gate is open."""
        grant = self.env.event()
        self._queue.append(grant)
        return grant

    def _open(self) -> None:
        while self.gate.is_open and self._queue:
            self._queue.popleft().succeed()


class Servers:
    """Units that serve by priority, then in the order of asking, while a gate is open."""

    def __init__(self, env: simpy.Environment, units: int, gate: Gate | None) -> None:
        self.env = env
        self.gate = gate
        self._any_number = units >= NO_LIMIT
        self._allowed, self._busy = units, 0
        self._free = [] if self._any_number else list(range(units))
        self._queue: WaitingLine[simpy.Event] = WaitingLine()
        if gate is not None:
            gate.tell(self._serve)

    def ask(self, *, priority: int = PLAIN) -> simpy.Event:
        """Return the grant of a unit; its value is the unit's number, -1 for any number."""
        grant = self.env.event()
        self._queue.join(grant, priority)
        self._serve()
        return grant

    def free(self, unit: int) -> None:
        """Give a unit back."""
        if not self._any_number:
            heappush(self._free, unit)
        self._busy -= 1
        self._serve()

    def allow(self, units: int) -> None:
        """Have so many units work at once from now on; those at work finish."""
        self._allowed = units
        self._serve()

    def _serve(self) -> None:
        if self.gate is not None and not self.gate.is_open:
            return
        while self._queue and self._busy < self._allowed:
            self._busy += 1
            self._queue.leave().succeed(-1 if self._any_number else heappop(self._free))


class Pool:
    """So many like things; the first in the queue is served first, whatever he needs."""

    def __init__(self, env: simpy.Environment, free: int) -> None:
        self.env = env
        self.free = free
        self._allowed = free
        self._queue: WaitingLine[tuple[int, simpy.Event]] = WaitingLine()

    def __len__(self) -> int:
        """Return how many asks wait."""
        return len(self._queue)

    def ask(self, number: int, *, priority: int = PLAIN) -> simpy.Event:
        """Return the grant of so many."""
        grant = self.env.event()
        self._queue.join((number, grant), priority)
        self._serve()
        return grant

    def put(self, number: int) -> None:
        """Give so many back."""
        self.free += number
        self._serve()

    def allow(self, number: int) -> None:
        """Have so many in all from now on; free ones may be less than none for a while."""
        self.free += number - self._allowed
        self._allowed = number
        self._serve()

    def renew(self, number: int) -> None:
        """Forget those left over and have so many."""
        self.free = number
        self._serve()

    def _serve(self) -> None:
        while self._queue and self._queue.first()[0] <= self.free:
            number, grant = self._queue.leave()
            self.free -= number
            grant.succeed()
