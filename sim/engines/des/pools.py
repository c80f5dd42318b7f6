"""Locomotives and crews between two stations (docs/semantics.md, 10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sim.arrays.parts import NO_LIMIT
from sim.tables import Code

if TYPE_CHECKING:
    import simpy

    from sim.engines.des.clock import Clock

__all__ = ["PoolAsk", "Side", "StretchPool"]


@dataclass(frozen=True, slots=True)
class Side:
    """A pool's figures: how many in all and at the first end, rest after a run, way over. [ms]"""  # noqa: D400

    units: int
    at_first: int
    rest_ms: int
    move_ms: int


class PoolAsk(NamedTuple):
    """A train that waits for so many units at an end."""

    end: int
    units: int
    train: int
    grant: simpy.Event


class StretchPool:
    """Units that stand at one of two ends; the train that asked first is served first."""

    def __init__(self, clock: Clock, number: int, slot: int, side: Side) -> None:
        self.clock = clock
        self.number = number
        self.slot = slot
        self.side = side
        self.free = [side.at_first, side.units - side.at_first]
        self._coming = [0, 0]
        self.asks: list[PoolAsk] = []
        self.holders: set[int] = set()
        """Trains that have units."""
        self.timers = 0
        """Rests and ways over that run."""

    @property
    def is_short(self) -> bool:
        """Whether there can be too few of them."""
        return self.side.units < NO_LIMIT

    def ask(self, end: int, units: int, train: int) -> simpy.Event:
        """Return the grant of so many units at an end."""
        grant = self.clock.env.event()
        self.asks.append(PoolAsk(end, units, train, grant))
        self._look()
        return grant

    def give(self, end: int, units: int, train: int) -> None:
        """Take a train's units back at an end; they are free after their rest."""
        self.holders.discard(train)
        self._free_after(self.side.rest_ms, end, units, Code.POOL_READY)

    def _free_after(self, delay_ms: int, end: int, units: int, code: Code) -> None:
        def arrive() -> None:
            self.timers -= 1
            if code == Code.POOL_MOVED:
                self._coming[end] -= units
            self.free[end] += units
            self.clock.note(code, place=self.number, unit=units)
            self._look()

        self.timers += 1
        self.clock.call_after(delay_ms, self.slot, arrive)

    def _look(self) -> None:
        """Serve those who can be served; keep units, and send some over, for the others."""
        left, coming = list(self.free), list(self._coming)
        waiting = []
        for ask in self.asks:
            end, units = ask.end, ask.units
            if left[end] >= units:
                left[end] -= units
                self.free[end] -= units
                self.holders.add(ask.train)
                ask.grant.succeed()
                continue
            waiting.append(ask)
            lack = units - left[end]
            left[end] = 0
            promised = min(lack, coming[end])
            coming[end] -= promised
            sent = min(lack - promised, left[1 - end])
            if sent > 0 and self.side.move_ms < NO_LIMIT:
                left[1 - end] -= sent
                self._send(1 - end, sent)
        self.asks = waiting

    def _send(self, end: int, units: int) -> None:
        """Send units from an end to the other."""
        self.free[end] -= units
        self._coming[1 - end] += units
        self.clock.note(Code.POOL_SENT, place=self.number, unit=units)
        self._free_after(self.side.move_ms, 1 - end, units, Code.POOL_MOVED)
