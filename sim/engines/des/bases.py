"""Empty wagons at the bases of their fleets, and on their way there (docs/semantics.md, 6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.base_parts import NEAREST, NEED
from sim.arrays.parts import NO_LIMIT
from sim.engines.des.resources import Pool
from sim.tables import Code

if TYPE_CHECKING:
    from sim.engines.des.world import World

__all__ = ["WagonBases"]


class WagonBases:
    """Free wagons of each base, who waits for them, and how many are on their way."""

    def __init__(self, world: World) -> None:
        bases = world.arrays.bases
        self.world = world
        self.pools = [Pool(world.clock.env, wagons) for wagons in bases.wagons.tolist()]
        self._coming = [0] * len(self.pools)
        self._terminal = bases.terminal_idx.tolist()
        self._of_service = bases.of_service.tolist()
        self._fleet_of_service = world.arrays.services.fleet_idx.tolist()
        self._ptr, self._rule = bases.fleet_ptr.tolist(), bases.rule.tolist()
        self._move_ms = bases.move_ms.tolist()

    def of(self, service: int) -> Pool:
        """Return the wagons, and the queue, from which a service's lots take them."""
        base: int = self._of_service[service]
        return self.pools[base]

    def give_back(self, place: int, service: int, lot: int) -> None:
        """Give a wagon back that is empty at a terminal; a lot took it for a service."""
        base = self._choice(place, service)
        if self._terminal[base] == place:
            self._is_back(base, service, lot)
            return
        world = self.world
        world.note(Code.WAGON_SENT, lot=lot, place=self._terminal[base], unit=service)
        self._coming[base] += 1

        def arrive() -> None:
            self._coming[base] -= 1
            self._is_back(base, service, lot)

        world.clock.call_after(self._move_ms[place][base], world.slots.base + base, arrive)

    def _is_back(self, base: int, service: int, lot: int) -> None:
        fleet = self._fleet_of_service[service]
        self.world.note(Code.WAGON_BACK, lot=lot, place=fleet, unit=service)
        self.pools[base].put(1)

    def _choice(self, place: int, service: int) -> int:
        """Return the base to which an empty wagon goes."""
        fleet, origin = self._fleet_of_service[service], self._of_service[service]
        moves, rule = self._move_ms[place], self._rule[fleet]
        known = [k for k in range(*self._ptr[fleet : fleet + 2]) if moves[k] < NO_LIMIT]
        if rule == NEAREST:
            return min(known, key=lambda k: (moves[k], k))
        if rule == NEED:
            lacks = {k: len(self.pools[k]) - self._coming[k] for k in known}
            needy = [k for k in known if lacks[k] > 0]
            return min(needy, key=lambda k: (-lacks[k], moves[k], k), default=origin)
        return int(origin)
