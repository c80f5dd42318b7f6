"""Stores in which freight waits between two legs (docs/semantics.md, 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.engines.des.resources import Pool
from sim.tables import Code

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy

    from sim.engines.des.world import World

__all__ = ["StoreRooms"]


class StoreRooms:
    """Room in the stores of terminals, and which lots are in one."""

    def __init__(self, world: World) -> None:
        stores, lots = world.arrays.stores, world.arrays.flows.lot_ptr
        self.world = world
        self.leg_terminal = stores.leg_terminal.tolist()
        self._rooms = [Pool(world.clock.env, room) for room in stores.room_kg.tolist()]
        self._lot_kg = [
            kg
            for kg, first, last in zip(
                stores.lot_kg.tolist(), lots[:-1].tolist(), lots[1:].tolist(), strict=True
            )
            for _ in range(first, last)
        ]
        self._stored: dict[int, int] = {}

    def enter(self, lot: int, terminal: int) -> Generator[simpy.Event, Any, None]:
        """Wait for room for a lot, before it is unloaded."""
        grant = self._rooms[terminal].ask(self._lot_kg[lot], priority=self.world.priority[lot])
        if not grant.triggered:
            self.world.note(Code.STORE_WAIT, lot=lot, place=terminal)
        yield grant
        self._stored[lot] = terminal
        self.world.note(Code.STORED, lot=lot, place=terminal)

    def leave(self, lot: int) -> None:
        """Give the room of a lot back, if it was stored, once it is loaded again."""
        terminal = self._stored.pop(lot, -1)
        if terminal >= 0:
            self._rooms[terminal].put(self._lot_kg[lot])
