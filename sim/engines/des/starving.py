"""Trains that wait for locomotives, a crew or bogies for ever (docs/semantics.md, 8.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.parts import TAKE
from sim.engines.des.standstill import told_when
from sim.errors import DeadlockError
from sim.tables import Cause

if TYPE_CHECKING:
    from sim.engines.des.pools import PoolAsk, StretchPool
    from sim.engines.des.world import World

__all__ = ["refuse_starving"]

_TOLD = 8
"""Trains that a message names."""


def refuse_starving(world: World) -> None:
    """Raise if, at the end, trains wait for units of a pool that nothing can bring.

    Raises
    ------
    DeadlockError
        Names the trains, their pool, and what is lacking.
    """
    asks = [(pool, ask) for pool in world.pools if not pool.timers for ask in pool.asks]
    waiting = [*_for_places(world), *_for_tracks(world)]
    stuck = {ask.train for _, ask in asks} | {train for train, _ in waiting}
    while True:
        kept = {ask.train for pool, ask in asks if _starves(world, pool, ask, stuck)}
        kept |= {train for train, holders in waiting if holders <= stuck}
        kept &= stuck
        if kept == stuck:
            break
        stuck = kept
    asks.sort(key=lambda found: found[1].train)
    lines = [_line(world, pool, ask) for pool, ask in asks if ask.train in stuck]
    if len(lines) > _TOLD:
        lines[_TOLD:] = [f"and {len(lines) - _TOLD} more trains"]
    if lines:
        head = f"{told_when(world.dispatcher)} trains wait for ever for what no train brings:"
        raise DeadlockError("\n  ".join([head, *lines]))


def _starves(world: World, pool: StretchPool, ask: PoolAsk, stuck: set[int]) -> bool:
    """Return whether none but trains that are stuck has, or takes, units of a pool."""
    others = set(world.under_way) - stuck
    takers = {number for number in others if pool.number in _pools_of(world, number)}
    return ask.train in stuck and not (takers | (pool.holders & others))


def _pools_of(world: World, number: int) -> set[int]:
    """Return the pools that a train takes units of, out or home."""
    programs, service = world.programs, world.under_way[number].service
    steps = range(programs.ptr[2 * service], programs.ptr[2 * service + 2])
    units = {programs.arg[k] for k in steps if programs.op[k] == TAKE}
    return units | {k + len(world.pools) // 2 for k in units}


def _for_places(world: World) -> list[tuple[int, set[int]]]:
    """Return trains that wait for a place in a yard, each with those that have its places."""
    dispatcher, under_way = world.dispatcher, world.under_way.values()
    asks = [ask.train for ask in dispatcher.asks if dispatcher.obstacle(ask)[0] == Cause.YARD_FULL]
    own = dispatcher.destination
    return [
        (train.number, {t.number for t in under_way if t.has_place and own[t.service] == yard})
        for train in (*asks, *(train for train, _ in dispatcher.places))
        for yard in (own[train.service],)
    ]


def _for_tracks(world: World) -> list[tuple[int, set[int]]]:
    """Return trains that wait for a working track, each with those that have its tracks."""
    own, under_way = world.dispatcher.destination, world.under_way.values()
    return [
        (train.number, {t.number for t in under_way if t.track >= 0 and own[t.service] == yard})
        for train in under_way
        for yard in (own[train.service],)
        if train.asks_track
    ]


def _line(world: World, pool: StretchPool, ask: PoolAsk) -> str:
    train, names = world.under_way[ask.train], world.arrays.names
    held = pool.side.units - sum(pool.free)
    return (
        f"train {train.ordinal} of {names.services[train.service]} needs {ask.units} of pool "
        f"{names.pools[pool.number]}: {pool.free[ask.end]} at its end, "
        f"{pool.free[1 - ask.end]} at the other, {held} with trains that wait too"
    )
