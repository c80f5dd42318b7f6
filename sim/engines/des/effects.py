"""Effects of disruptions that do not close: rows, slower steps, fewer units (semantics, 9)."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from sim.arrays.disruption_parts import GANGS, MARKET, SERVERS, WAGONS
from sim.tables import Code

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy

    from sim.arrays.effect_draws import EffectDraws
    from sim.engines.des.resources import Pool, Servers
    from sim.engines.des.world import World

__all__ = ["Effects"]

_USUAL = 1000


class Effects:
    """What holds now, of all that was drawn before the start."""

    def __init__(self, world: World, draws: EffectDraws) -> None:
        self.world = world
        slowing = world.arrays.disruptions.slowing
        self.row_of_section = slowing.row_of_section.tolist()
        self.row_of_step = slowing.row_of_step.tolist()
        self._speed_ptr = draws.speed_ptr.tolist()
        self._speed_at = draws.speed_at_ms.tolist()
        self._permille = draws.speed_permille.tolist()
        self._cause = draws.speed_cause.tolist()
        self._allowed_ptr = draws.allowed_ptr.tolist()
        self._allowed_at = draws.allowed_at_ms.tolist()
        self._allowed = draws.allowed.tolist()
        self._rows_of = self._capacity_rows()
        self.is_withdrawn = draws.is_withdrawn.tolist()
        self._begin(draws)

    def slowed_ms(self, row: int, ms: int, *, train: int = -1, lot: int = -1) -> int:
        """Return how long a step takes that is entered now, and note what it loses. [ms]."""
        if row < 0:
            return ms
        k = self._at(self._speed_ptr, self._speed_at, row)
        longer = -(-ms * _USUAL // self._permille[k])
        if longer > ms:
            note = self.world.note
            note(Code.SLOWED, lot=lot, train=train, place=self._cause[k], unit=longer - ms)
        return int(longer)

    def _at(self, ptr: list[int], at: list[int], row: int) -> int:
        """Return the entry of a row's timeline that holds now."""
        return bisect_right(at, self.world.clock.now, ptr[row], ptr[row + 1]) - 1

    def _capacity_rows(self) -> dict[int, list[int]]:
        """Return by disruption the rows of units it bears upon, in order."""
        capacity = self.world.arrays.disruptions.capacity
        found: dict[int, list[int]] = {}
        for row, kind in enumerate(capacity.kind.tolist()):
            if kind != MARKET:
                for k in capacity.cause[capacity.ptr[row] : capacity.ptr[row + 1]].tolist():
                    found.setdefault(k, []).append(row)
        return found

    def _begin(self, draws: EffectDraws) -> None:
        """Write what holds at the start, and set the first timers."""
        ptr = draws.ptr.tolist()
        for number in range(len(ptr) - 1):
            at = draws.at_ms[ptr[number] : ptr[number + 1]].tolist()
            states = draws.is_on[ptr[number] : ptr[number + 1]].tolist()
            if at and states[0]:
                self._change(number, states[0])
            if len(at) > 1:
                self.world.clock.start(self._work(number, at[1:], states[1:]))

    def _work(
        self, number: int, at: list[int], states: list[int]
    ) -> Generator[simpy.Event, Any, None]:
        clock, slot = self.world.clock, self.world.slots.effect + number
        for instant, state in zip(at, states, strict=True):
            yield clock.after(instant - clock.now, slot)
            self._change(number, state)

    def _change(self, number: int, state: int) -> None:
        self.world.note(Code.EFFECT, place=number, unit=state)
        for row in self._rows_of.get(number, ()):
            allowed = self._allowed[self._at(self._allowed_ptr, self._allowed_at, row)]
            self._units(row).allow(allowed)

    def _units(self, row: int) -> Servers | Pool:
        """Return what the units of a row are given by: the one place that knows."""
        world, capacity = self.world, self.world.arrays.disruptions.capacity
        kind, arg = int(capacity.kind[row]), int(capacity.arg[row])
        if kind == SERVERS:
            return world.posts[arg]
        if kind == GANGS:
            return world.team(arg)
        return world.bases.pools[arg] if kind == WAGONS else world.truck_pools[arg]
