"""Run a corridor in SimPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.des.lot import offer_lots
from sim.engines.des.standstill import refuse_standstill
from sim.engines.des.starving import refuse_starving
from sim.engines.des.world import World

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
        If trains wait for each other, or for units of a pool, for ever: names them and what they
        wait for.
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
    refuse_standstill(world)
    refuse_starving(world)
    return world.clock.table()
