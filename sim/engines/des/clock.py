"""Timers in the fixed order of docs/semantics.md, paragraph 1.3, and the event record."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.engines.base import COLUMNS, EventTable, first_slots

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.arrays import CorridorArrays
    from sim.tables import Code

__all__ = ["Clock", "Slots"]

_STARTS_AND_GRANTS = 2
"""SimPy gives starts priority 0 and grants 1; timers follow, by slot."""


class _Timer(simpy.Event):
    """A timeout whose place among those of the same instant is its slot."""

    def __init__(self, env: simpy.Environment, delay_ms: int, slot: int) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        env.schedule(self, _STARTS_AND_GRANTS + slot, delay_ms)  # type: ignore[arg-type]


class Slots:
    """First slot of each class of timer."""

    def __init__(self, arrays: CorridorArrays) -> None:
        first = first_slots(arrays)
        self.gate, self.effect, self.flow, self.trucks, self.service, self.section = first[:6]
        self.gang, self.train, self.lot, self.trucks_back, self.clean, self.pool = first[6:12]
        self.base = first[12]


class Clock:
    """The environment, its timers, and the record of what happens."""

    def __init__(self) -> None:
        self.env = simpy.Environment(initial_time=0)
        self._rows = array("q")

    @property
    def now(self) -> int:
        """The present instant. [ms]."""
        return int(self.env.now)

    def after(self, delay_ms: int, slot: int) -> simpy.Event:
        """Return a timer to wait for."""
        return _Timer(self.env, delay_ms, slot)

    def call_after(self, delay_ms: int, slot: int, act: Callable[[], None]) -> None:
        """Do something when a timer goes off."""
        _Timer(self.env, delay_ms, slot).callbacks.append(lambda _: act())

    def start(self, process: Any) -> None:  # noqa: ANN401
        """Start a process at this instant."""
        self.env.process(process)

    def note(
        self,
        code: Code,
        *,
        lot: int = -1,
        train: int = -1,
        place: int = -1,
        unit: int = -1,
        cause: int = 0,
    ) -> None:
        """Write a row: something happens now."""
        self._rows.extend((self.now, code, lot, train, place, unit, cause))

    def table(self) -> EventTable:
        """Return all rows written."""
        rows = np.array(self._rows, dtype=np.int64).reshape(-1, len(COLUMNS))
        rows.setflags(write=False)
        return EventTable(rows)
