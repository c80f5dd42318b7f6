"""Lots: offered, carried leg by leg, delivered (docs/semantics.md, 3, 5, 6 and 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.arrays.parts import HAUL, POST, RIDE_OUT
from sim.tables import Code

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy

    from sim.engines.des.world import World

__all__ = ["carry_lot", "offer_lots"]


def offer_lots(world: World, flow: int) -> Generator[simpy.Event, Any, None]:
    """Offer the lots of a flow, each at its instant."""
    first, last = world.flows.lot_ptr[flow], world.flows.lot_ptr[flow + 1]
    for lot in range(first, last):
        if world.effects.is_withdrawn[lot]:
            continue
        yield world.clock.after(world.offered_ms[lot] - world.clock.now, world.slots.flow + flow)
        world.clock.start(carry_lot(world, flow, lot))


def carry_lot(world: World, flow: int, lot: int) -> Generator[simpy.Event, Any, None]:
    """Carry a lot over its legs."""
    flows = world.flows
    world.note(Code.OFFERED, lot=lot, place=flows.origin_idx[flow])
    first, last = flows.leg_ptr[flow], flows.leg_ptr[flow + 1]
    lot_leg = flows.lot_leg_base[flow] + (lot - flows.lot_ptr[flow]) * (last - first)
    for leg in range(first, last):
        kind, arg = flows.leg_kind[leg], flows.leg_arg[leg]
        if kind == HAUL:
            yield from _haul(world, lot, lot_leg, arg, flows.leg_trucks[leg])
        elif kind == RIDE_OUT:
            yield from _ride_out(world, lot, lot_leg, arg)
        else:
            yield from _ride_back(world, lot, lot_leg, arg)
        lot_leg += 1
    world.note(Code.DELIVERED, lot=lot, place=flows.destination_idx[flow])


def _work(
    world: World, terminal: int, lot: int, work_ms: int, codes: tuple[Code, Code]
) -> Generator[simpy.Event, Any, None]:
    """Have a gang work on the lot's wagon."""
    place = world.terminals[terminal]
    gang = yield place.gangs.ask()
    world.note(codes[0], lot=lot, place=terminal, unit=gang)
    yield world.clock.after(work_ms, world.slots.gang + place.first_gang + gang)
    world.note(codes[1], lot=lot, place=terminal, unit=gang)
    place.gangs.free(gang)


_LOAD = (Code.LOAD_START, Code.LOAD_END)
_UNLOAD = (Code.UNLOAD_START, Code.UNLOAD_END)


def _ride_out(
    world: World, lot: int, lot_leg: int, number: int
) -> Generator[simpy.Event, Any, None]:
    service = world.services[number]
    yield world.fleets[service.fleet].ask(1)
    world.note(Code.WAGON, lot=lot, place=service.origin, unit=number)
    yield from _work(world, service.origin, lot, world.load_ms[lot_leg], _LOAD)
    train = yield service.join(lot)
    yield from _work(world, service.destination, lot, world.unload_ms[lot_leg], _UNLOAD)
    train.unloaded += 1
    if train.unloaded == len(train.seats):
        train.done.succeed()


def _ride_back(
    world: World, lot: int, lot_leg: int, number: int
) -> Generator[simpy.Event, Any, None]:
    service = world.services[number]
    train, seat = yield service.desk.ask()
    at = train.seats.index(seat)
    world.note(Code.WAGON, lot=lot, train=train.number, place=service.destination, unit=at)
    yield from _work(world, service.destination, lot, world.load_ms[lot_leg], _LOAD)
    seat.back_lot, seat.back_lot_leg = lot, lot_leg
    seat.back_arrived = world.clock.env.event()
    world.note(Code.ABOARD, lot=lot, train=train.number, place=number, unit=at)
    service.desk.loaded(train)
    yield seat.back_arrived
    yield from _work(world, service.origin, lot, world.unload_ms[lot_leg], _UNLOAD)
    world.clock.call_after(
        service.cleaning_ms,
        world.slots.clean + lot_leg,
        lambda: world.wagon_is_back(number, seat.lot),
    )


def _haul(
    world: World, lot: int, lot_leg: int, number: int, trucks: int
) -> Generator[simpy.Event, Any, None]:
    haul = world.hauls[number]
    slot = world.slots.lot + lot
    yield haul.pool.ask(trucks)
    world.note(Code.TRUCKS, lot=lot, place=number, unit=trucks)
    yield world.clock.after(world.haul_loading_ms[lot_leg], slot)
    world.note(Code.TRUCKED, lot=lot, place=number, unit=trucks)
    if not haul.queue.gate.is_open:
        yield haul.queue.wait()
    world.note(Code.ROAD, lot=lot, place=number, unit=trucks)
    base = world.haul_base[lot_leg] - haul.first
    for step in range(haul.first, haul.last):
        if haul.op[step] == POST:
            yield from world.pass_post(haul.arg[step], world.haul_ms[base + step], slot, lot=lot)
        else:
            row, part_ms = world.effects.row_of_step[step], world.haul_ms[base + step]
            yield world.clock.after(world.effects.slowed_ms(row, part_ms, lot=lot), slot)
    world.note(Code.HAUL_END, lot=lot, place=number, unit=trucks)
    if not haul.is_market:
        world.clock.call_after(
            world.haul_back_ms[lot_leg],
            world.slots.trucks_back + lot_leg,
            lambda: world.trucks_are_back(number, lot, trucks),
        )
