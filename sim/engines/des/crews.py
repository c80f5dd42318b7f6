"""Hours of crews: when a train stands so that its crew may rest (docs/semantics.md, 10.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.arrays.parts import MEET, NO_LIMIT
from sim.tables import Code

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy

    from sim.arrays import CorridorArrays, Draws
    from sim.engines.des.train import Train
    from sim.engines.des.world import World

__all__ = ["CrewHours", "rest_if_due"]


class CrewHours:
    """Most hours on duty of each pool's crews, and how long trains run from stand to stand."""

    def __init__(self, arrays: CorridorArrays, draws: Draws) -> None:
        programs, pools = arrays.programs, arrays.pools
        self.limit_ms = pools.duty_ms.tolist()
        self.rest_ms = pools.rest_ms.tolist()
        self._ptr, self._op = programs.ptr.tolist(), programs.op.tolist()
        self._reach = programs.reach.tolist()
        self._step_base = draws.step_base.tolist()
        self._step_ms = draws.step_ms.tolist(), draws.step_empty_ms.tolist()

    def take(self, train: Train, pool: int, now_ms: int) -> None:
        """Begin the duty of a crew, if its hours are limited."""
        if self.limit_ms[pool] < NO_LIMIT:
            train.crew, train.duty_ms = pool, now_ms

    def give(self, train: Train, pool: int) -> None:
        """End the duty of a crew."""
        if train.crew == pool:
            train.crew = -1

    def is_due(self, train: Train, step: int, at_ms: int) -> bool:
        """Return whether the crew rests at that instant, before that step."""
        if train.crew < 0 or at_ms <= train.duty_ms:
            return False
        ends_ms = at_ms + self._until_stand_ms(train, step)
        return bool(ends_ms - train.duty_ms > self.limit_ms[train.crew])

    def asks_ms(self, train: Train, step: int, ends_ms: int) -> int:
        """Return when a train asks that is before a step at an instant: after a rest due. [ms]."""
        rests = self.is_due(train, step, ends_ms)
        return ends_ms + (int(self.rest_ms[train.crew]) if rests else 0)

    def run_ms(self, train: Train, step: int) -> int:
        """Return the drawn duration of a step, loaded or empty as the train is. [ms]."""
        row = 2 * train.service + int(step >= self._ptr[2 * train.service + 1])
        first, n_steps = self._ptr[row], self._ptr[row + 1] - self._ptr[row]
        at = self._step_base[row] + train.ordinal * n_steps + step - first
        return int(self._step_ms[not train.is_laden][at])

    def _until_stand_ms(self, train: Train, step: int) -> int:
        n_steps = self._reach[step] if self._op[step] == MEET else 1
        return sum(self.run_ms(train, k) for k in range(step, step + n_steps))


def rest_if_due(world: World, train: Train, step: int) -> Generator[simpy.Event, Any, None]:
    """Have the crew rest where the train stands, if the next run would be too long for it."""
    crews, clock = world.dispatcher.crews, world.clock
    if not crews.is_due(train, step, clock.now):
        return
    section, rest_ms = world.programs.arg[step], crews.rest_ms[train.crew]
    world.note(Code.CREW_RESTS, train=train.number, place=section, unit=train.crew)
    train.duty_ms = clock.now + rest_ms
    world.dispatcher.expect(train, step - 1, train.duty_ms)
    yield clock.after(rest_ms, world.slots.train + train.number)
