"""Trains that can never move again: found, and told as a circle (docs/semantics.md, 8.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.errors import DeadlockError
from sim.tables import CAUSES, Cause
from sim.units import DAY_MS, HOUR_MS, MINUTE_MS

if TYPE_CHECKING:
    from sim.engines.des.dispatcher import Ask, Dispatcher
    from sim.engines.des.world import World

__all__ = ["refuse_circle", "refuse_standstill", "told_when"]


def refuse_circle(dispatcher: Dispatcher) -> None:
    """Raise if some trains wait for tracks that only they hold.

    Raises
    ------
    DeadlockError
        Names a circle of trains, each of which holds what the one before it waits for.
    """
    holders = _stuck(dispatcher)
    if not holders:
        return
    circle = _circle(holders)
    first, *others = [(_who(dispatcher, ask), _waits(dispatcher, ask)) for ask in circle]
    lines = [" ".join(first), *(", which ".join(other) for other in others), first[0]]
    told = ",\n  held by ".join(lines)
    message = f"{told_when(dispatcher)} trains block each other for ever:\n  {told}"
    raise DeadlockError(message)


def refuse_standstill(world: World) -> None:
    """Raise if, at the end, trains block each other, or all that are under way wait for ever.

    Raises
    ------
    DeadlockError
        Names the trains and what each waits for.
    """
    dispatcher = world.dispatcher
    refuse_circle(dispatcher)
    asks = dispatcher.asks
    waiting = {ask.train.number for ask in asks}
    if not asks or dispatcher.timers or set(world.under_way) != waiting:
        return
    found = [dispatcher.obstacle(ask) for ask in asks]
    if any(cause == Cause.SECTION_CLOSED for cause, _ in found):
        return
    lines = [
        f"{_who(dispatcher, ask)} before {dispatcher.names.sections[dispatcher.arg[ask.step]]}: "
        f"{CAUSES[cause] or 'could go, but the rule does not look at it'}"
        for ask, (cause, _) in zip(asks, found, strict=True)
    ]
    raise DeadlockError("\n  ".join([f"{told_when(dispatcher)} no train moves any more:", *lines]))


def _stuck(dispatcher: Dispatcher) -> dict[int, tuple[Ask, list[Ask]]]:
    """Return trains that wait for each other only, by number, each with those it waits for.

    Begins with all that wait for a track, and drops those for which a train outside may make
    room, until none is left to drop.
    """
    asks = {
        ask.train.number: ask
        for ask in dispatcher.asks
        if dispatcher.obstacle(ask)[0] in (Cause.STATION_FULL, Cause.YARD_FULL)
    }
    while True:
        found = {
            n: (ask, _holders(dispatcher, ask, list(asks.values()))) for n, ask in asks.items()
        }
        kept = {n: asks[n] for n, (_, holders) in found.items() if holders}
        if len(kept) == len(asks):
            return found
        asks = kept


def _holders(dispatcher: Dispatcher, ask: Ask, stuck: list[Ask]) -> list[Ask]:
    """Return the stuck trains that hold all a train waits for; none if others hold some of it."""
    cause, unit = dispatcher.obstacle(ask)
    if cause == Cause.YARD_FULL:
        own = dispatcher.destination
        here = [a for a in stuck if a.train.has_place and own[a.train.service] == unit]
        return here if len(here) == dispatcher.in_yard[unit] else []
    here = [a for a in stuck if a.train.standing is not None and a.train.standing[0] == unit]
    full = dispatcher.standing[unit] >= dispatcher.tracks[unit]
    if full and len(here) == dispatcher.standing[unit]:
        return here
    group = next(
        dispatcher.counted[k] for k in range(ask.step, ask.last) if dispatcher.end(k) == unit
    )
    alike = [a for a in here if a.train.standing == (unit, group)]
    count = dispatcher.of_class[unit][group]
    limit = dispatcher.tracks[unit] - dispatcher.kept
    return alike if count >= limit and len(alike) == count else []


def _circle(stuck: dict[int, tuple[Ask, list[Ask]]]) -> list[Ask]:
    """Return trains in a circle: each waits for the next, the last for the first."""
    seen: list[int] = []
    number = min(stuck)
    while number not in seen:
        seen.append(number)
        number = min(holder.train.number for holder in stuck[number][1])
    return [stuck[n][0] for n in seen[seen.index(number) :]]


def _who(dispatcher: Dispatcher, ask: Ask) -> str:
    return f"train {ask.train.ordinal} of {dispatcher.names.services[ask.train.service]}"


def _waits(dispatcher: Dispatcher, ask: Ask) -> str:
    names, (cause, unit) = dispatcher.names, dispatcher.obstacle(ask)
    held = []
    if ask.train.standing is not None:
        held.append(f"a track of {names.stations[ask.train.standing[0]]}")
    if ask.train.has_place:
        yard = names.terminals[dispatcher.destination[ask.train.service]]
        held.append(f"a place in the yard of {yard}")
    wanted = (
        f"a track of {names.stations[unit]}"
        if cause == Cause.STATION_FULL
        else f"a place in the yard of {names.terminals[unit]}"
    )
    before = names.sections[dispatcher.arg[ask.step]]
    return f"holds {' and '.join(held) or 'nothing'} and waits before {before} for {wanted}"


def told_when(dispatcher: Dispatcher) -> str:
    """Return the day, the time and the dispatch rule, as a message begins."""
    now = dispatcher.clock.now
    hour, minute = now % DAY_MS // HOUR_MS, now % HOUR_MS // MINUTE_MS
    when = f"on day {now // DAY_MS + 1} at {hour:02}:{minute:02}"
    return f"{when}, under dispatch rule '{dispatcher.rule.name}',"
