"""Trains: out, at the destination, home (docs/semantics.md, 4 to 6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.arrays.parts import BACK, GIVE, LINE, MEET, OUT, POST, TAKE
from sim.engines.des.control import Passing, pass_controls
from sim.engines.des.crews import rest_if_due
from sim.engines.des.places import place_for
from sim.tables import Cause, Code

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy

    from sim.engines.des.world import World

__all__ = ["Seat", "Train", "run_train"]


@dataclass(slots=True)
class Seat:
    """A wagon of a train: the lot that took it from a base, and who is in it."""

    lot: int
    leg: int
    lot_leg: int
    taken_for: int
    """The service for which that lot took it."""
    arrived: simpy.Event
    """The lot may be unloaded."""
    back_lot: int = -1
    back_arrived: simpy.Event | None = None


@dataclass(slots=True)
class Train:
    """A train, from the moment it forms until it is home."""

    number: int
    service: int
    ordinal: int
    seats: list[Seat]
    wagons: int
    """Wagons with which it formed; some may be passed on at its destination."""
    is_laden: bool = True
    laden_back: int = -1
    """Wagons laden on the way home; -1 before."""
    standing: tuple[int, int] | None = None
    """Station and class under which it holds a track there."""
    has_place: bool = False
    """Whether it holds a place in the yard of its destination."""
    crew: int = -1
    """Pool of its crew, if that has hours."""
    duty_ms: int = -1
    """Since when its crew is on duty. [ms]"""
    asks_track: bool = False
    """Whether it waits for a working track."""
    track: int = -1
    is_moving: bool = False
    left_ms: int = -1
    """When it left the section with meets before; -1 if it came by anything else."""
    unloaded: int = 0
    given: int = 0
    loading: int = 0
    wait_is_over: bool = False
    done: simpy.Event | None = field(default=None)
    """The event its process waits for at the destination."""

    def pass_on(self, lot: int) -> None:
        """Let the wagon of a lot go, which another train takes."""
        self.seats = [seat for seat in self.seats if seat.lot != lot]

    def is_unloaded(self) -> None:
        """Take note that one wagon more is unloaded, or passed on; tell the train of the last."""
        self.unloaded += 1
        if self.unloaded == self.wagons and self.done is not None:
            self.done.succeed()


def run_train(world: World, train: Train) -> Generator[simpy.Event, Any, None]:
    """Run a train out, have it unloaded, fill it if freight rides home, and run it home."""
    service = world.services[train.service]
    yield from _travel(world, train, OUT)
    terminal = service.destination
    yard = world.terminals[terminal]
    world.note(Code.YARD, train=train.number, place=terminal)
    train.asks_track = True
    train.track = yield yard.tracks.ask()
    train.asks_track = False
    world.note(Code.TRACK, train=train.number, place=terminal, unit=train.track)
    placing = world.placing_ms[world.placing_base[train.service] + train.ordinal]
    yield world.clock.after(placing, world.slots.train + train.number)
    world.note(Code.PLACED, train=train.number, place=terminal, unit=train.track)
    train.done = world.clock.env.event()
    for seat in train.seats:
        seat.arrived.succeed(train)
    yield train.done
    world.note(Code.EMPTIED, train=train.number, place=terminal, unit=train.track)
    if service.takes_return:
        yield service.desk.offer(train)
    laden = sum(seat.back_lot >= 0 for seat in train.seats)
    train.laden_back, train.is_laden = laden, laden > 0
    world.note(Code.RETURN, train=train.number, place=terminal, unit=laden)
    yield from _travel(world, train, BACK)
    world.note(Code.HOME, train=train.number, place=service.origin, unit=laden)
    for seat in train.seats:
        if seat.back_lot < 0:
            world.clean_at_home(train.service, seat, seat.leg, seat.lot_leg)
    for seat in train.seats:
        if seat.back_arrived is not None:
            seat.back_arrived.succeed(seat)
    del world.under_way[train.number]


def _travel(world: World, train: Train, direction: int) -> Generator[simpy.Event, Any, None]:
    programs = world.programs
    row = 2 * train.service + direction
    step, last = programs.ptr[row], programs.ptr[row + 1]
    table = world.step_ms if train.is_laden else world.step_empty_ms
    stand_ms = programs.stand_ms if train.is_laden else programs.stand_empty_ms
    train.left_ms = -1
    base = world.step_base[row] + train.ordinal * (last - step) - step
    while step < last:
        op = programs.op[step]
        if op == POST:
            n = world.group_size[programs.arg[step]]
            until = step + n
            controls, times_ms = programs.arg[step:until], table[base + step : base + until]
            yield from pass_controls(world, _passing(world, train, step), controls, times_ms)
            train.left_ms = -1
            step = until
        elif op == TAKE:
            yield from _take_locomotives(world, train, direction, step)
            train.left_ms = -1
            step += 1
        elif op == GIVE:
            _give_locomotives(world, train, step)
            step += 1
        elif op == LINE:
            yield from rest_if_due(world, train, step)
            yield from _pass_line(world, train, step, table[base + step])
            train.left_ms = -1
            step += 1
        else:
            reach = programs.reach[step]
            yield from rest_if_due(world, train, step)
            yield world.dispatcher.ask(train, direction, step, reach)
            for _ in range(reach):
                stood = 0 <= train.left_ms < world.clock.now
                run_ms = table[base + step] + (stand_ms[step] if stood else 0)
                yield from _pass_meet(world, train, step, run_ms)
                step += 1


def _take_locomotives(
    world: World, train: Train, direction: int, step: int
) -> Generator[simpy.Event, Any, None]:
    """Take locomotives, then a crew; before that the place in the yard, where it will be asked."""
    pool, end = world.programs.arg[step], world.programs.heading[step]
    if world.programs.reach[step] and direction == OUT:
        first = world.programs.op.index(MEET, step)
        yield from place_for(world.dispatcher, train, world.programs.arg[first])
    for number, units in _taken_from(world, train, pool):
        if world.pools[number].is_short:
            world.note(Code.POOL_ASK, train=train.number, place=number, unit=end)
            yield world.pools[number].ask(end, units, train.number)
            world.note(Code.POOL_TAKEN, train=train.number, place=number, unit=units)
            world.dispatcher.crews.take(train, number, world.clock.now)


def _taken_from(world: World, train: Train, pool: int) -> tuple[tuple[int, int], ...]:
    """Return pools and numbers that a train takes together: locomotives, or bogies; a crew."""
    units = len(train.seats) if world.per_wagon[pool] else world.locomotives[train.service]
    return (pool, units), (pool + len(world.pools) // 2, 1)


def _give_locomotives(world: World, train: Train, step: int) -> None:
    """Give up the locomotives, then the crew."""
    pool, end = world.programs.arg[step], world.programs.heading[step]
    for number, units in _taken_from(world, train, pool):
        if world.pools[number].is_short:
            world.note(Code.POOL_GIVEN, train=train.number, place=number, unit=units)
            world.dispatcher.crews.give(train, number)
            world.pools[number].give(end, units, train.number)


def _passing(world: World, train: Train, step: int) -> Passing:
    wagons = len(train.seats)
    going_home = train.laden_back >= 0
    lots = train.laden_back if going_home else wagons
    return Passing(
        world.slots.train + train.number,
        (1, wagons, lots),
        train=train.number,
        begun=partial(world.dispatcher.expect, train, step),
    )


def _pass_line(
    world: World, train: Train, step: int, run_ms: int
) -> Generator[simpy.Event, Any, None]:
    section, heading = world.programs.arg[step], world.programs.heading[step]
    queue = world.line_queues[section]
    if not queue.gate.is_open:
        world.note(
            Code.WAITS,
            train=train.number,
            place=section,
            unit=section,
            cause=Cause.SECTION_CLOSED,
        )
        yield queue.wait()
    run_ms = _slowed_ms(world, train, section, run_ms)
    _note_entry(world, train, section, heading)
    world.dispatcher.expect(train, step, world.clock.now + run_ms)
    yield from _move(world, train, run_ms)
    world.note(Code.LEAVE, train=train.number, place=section, unit=heading)


def _pass_meet(
    world: World, train: Train, step: int, run_ms: int
) -> Generator[simpy.Event, Any, None]:
    section, heading = world.programs.arg[step], world.programs.heading[step]
    run_ms = _slowed_ms(world, train, section, run_ms)
    _note_entry(world, train, section, heading)
    leaves_ms = world.dispatcher.enter(train, step, run_ms)
    yield from _move(world, train, leaves_ms - world.clock.now)
    world.note(Code.LEAVE, train=train.number, place=section, unit=heading)
    train.left_ms = world.clock.now
    world.dispatcher.leave(train, step)


def _slowed_ms(world: World, train: Train, section: int, run_ms: int) -> int:
    row = world.effects.row_of_section[section]
    return world.effects.slowed_ms(row, run_ms, train=train.number)


def _note_entry(world: World, train: Train, section: int, heading: int) -> None:
    """Write the entry into a section; the first on the way home frees the working track."""
    world.note(Code.ENTER, train=train.number, place=section, unit=heading)
    if train.track >= 0:
        yard = world.terminals[world.services[train.service].destination]
        unit, train.track = train.track, -1
        yard.tracks.free(unit)
        world.dispatcher.leave_yard(train)


def _move(world: World, train: Train, run_ms: int) -> Generator[simpy.Event, Any, None]:
    train.is_moving = True
    yield world.clock.after(run_ms, world.slots.train + train.number)
    train.is_moving = False
