"""Gates, servers and pools: what processes queue for."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from sim.arrays.parts import NO_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

    import simpy

__all__ = ["Gate", "GateQueue", "Pool", "Servers"]


class Gate:
    """Opens and shuts; tells those who asked to be told."""

    def __init__(self, state: int) -> None:
        self.state = state
        self._told: list[Callable[[], None]] = []

    @property
    def is_open(self) -> bool:
        """Whether anything may begin."""
        return self.state == 0

    def tell(self, act: Callable[[], None]) -> None:
        """Do something at every change."""
        self._told.append(act)

    def change(self, state: int) -> None:
        """Take another state."""
        self.state = state
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
    """Units that serve in the order of asking while a gate is open."""

    def __init__(self, env: simpy.Environment, units: int, gate: Gate | None) -> None:
        self.env = env
        self.gate = gate
        self._any_number = units >= NO_LIMIT
        self._allowed, self._busy = units, 0
        self._free = [] if self._any_number else list(range(units))
        self._queue: deque[simpy.Event] = deque()
        if gate is not None:
            gate.tell(self._serve)

    def ask(self) -> simpy.Event:
        """Return the grant of a unit; its value is the unit's number, -1 for any number."""
        grant = self.env.event()
        self._queue.append(grant)
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
            self._queue.popleft().succeed(-1 if self._any_number else heappop(self._free))


class Pool:
    """So many like things; the first who asks is served first, whatever he needs."""

    def __init__(self, env: simpy.Environment, free: int) -> None:
        self.env = env
        self.free = free
        self._allowed = free
        self._queue: deque[tuple[int, simpy.Event]] = deque()

    def ask(self, number: int) -> simpy.Event:
        """Return the grant of so many."""
        grant = self.env.event()
        self._queue.append((number, grant))
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
        while self._queue and self._queue[0][0] <= self.free:
            number, grant = self._queue.popleft()
            self.free -= number
            grant.succeed()
