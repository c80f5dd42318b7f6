"""Run a corridor in SimPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.des.lot import offer_lots
from sim.engines.des.world import World
from sim.errors import DeadlockError
from sim.tables import CAUSES, Cause

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.arrays import CorridorArrays, Draws
    from sim.engines.base import EventTable

__all__ = ["simulate"]


_SLICES = 100


def simulate(
    arrays: CorridorArrays, draws: Draws, *, progress: Callable[[int, int], None] | None = None
) -> EventTable:
    """Return all that happens to a corridor with this luck, up to its end.

    Parameters
    ----------
    arrays : CorridorArrays
        A compiled scenario.
    draws : Draws
        The luck of one replication.
    progress : callable, optional
        Told from time to time that so much of so much is simulated.

    Returns
    -------
    table : EventTable
        One row for each thing that happens, in order.

    Raises
    ------
    DeadlockError
        If trains wait for each other for ever: names them and what they wait for.
    """
    world = World(arrays, draws)
    for number, is_market in enumerate(arrays.trucks.is_market.tolist()):
        if is_market:
            world.clock.start(world.keep_market(number))
    for flow in range(len(arrays.names.flows)):
        if arrays.flows.lot_ptr[flow + 1] > arrays.flows.lot_ptr[flow]:
            world.clock.start(offer_lots(world, flow))
    for part in range(1, _SLICES + 1):
        world.clock.env.run(until=arrays.end_ms * part // _SLICES)
        if progress is not None:
            progress(part, _SLICES)
    _refuse_deadlock(world)
    return world.clock.table()


def _refuse_deadlock(world: World) -> None:
    """Raise if every train that is under way waits for a section or station for ever."""
    asks = world.dispatcher.asks
    waiting = {ask.train.number for ask in asks}
    if not asks or world.dispatcher.timers or set(world.under_way) != waiting:
        return
    if any(ask.told[0] == Cause.SECTION_CLOSED for ask in asks):
        return
    names = world.arrays.names
    lines = [
        f"train {ask.train.ordinal} of {names.services[ask.train.service]} before "
        f"{names.sections[world.programs.arg[ask.step]]}: {CAUSES[ask.told[0]]}"
        for ask in asks
    ]
    message = "trains wait for each other for ever:\n  " + "\n  ".join(lines)
    raise DeadlockError(message)
