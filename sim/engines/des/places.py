"""Places in limited yards for trains that take locomotives next (docs/semantics.md, 10.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.arrays.parts import NO_LIMIT
from sim.tables import Cause, Code

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy

    from sim.engines.des.dispatcher import Dispatcher
    from sim.engines.des.train import Train

__all__ = ["give_places", "place_for"]


def place_for(
    dispatcher: Dispatcher, train: Train, section: int
) -> Generator[simpy.Event, Any, None]:
    """Give a train its place in the yard of its destination, before the line."""
    yard = dispatcher.destination[train.service]
    if train.has_place or dispatcher.yard_limit[yard] >= NO_LIMIT:
        return
    grant = dispatcher.clock.env.event()
    dispatcher.places.append((train, grant))
    give_places(dispatcher)
    if not grant.triggered:
        dispatcher.clock.note(
            Code.WAITS, train=train.number, place=section, cause=Cause.YARD_FULL, unit=yard
        )
    yield grant


def give_places(dispatcher: Dispatcher) -> None:
    """Give places that are free to those who asked for them before taking locomotives."""
    waiting = []
    for train, grant in dispatcher.places:
        yard = dispatcher.destination[train.service]
        if dispatcher.in_yard[yard] >= dispatcher.yard_limit[yard]:
            waiting.append((train, grant))
            continue
        train.has_place = True
        dispatcher.in_yard[yard] += 1
        grant.succeed()
    dispatcher.places = waiting
