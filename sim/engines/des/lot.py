"""Lots: offered, carried leg by leg, delivered (docs/semantics.md, 3, 5, 6 and 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.arrays.parts import HAUL, POST, RIDE_OUT
from sim.engines.des.control import Passing, pass_controls
from sim.tables import Code

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy

    from sim.engines.des.train import Seat
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
    leg, end = first, first + world.diversions.n_own_legs[flow]
    while leg < end:
        if leg - first == world.diversions.looks_at[flow] and end < last:
            reason = why_divert(world, flow, leg)
            if reason:
                world.note(Code.DIVERTED, lot=lot, place=flow, unit=reason)
                lot_leg += end - leg
                leg, end = end, last
        kind, arg = flows.leg_kind[leg], flows.leg_arg[leg]
        if kind == HAUL:
            yield from _haul(world, lot, lot_leg, arg, flows.leg_trucks[leg])
        elif kind == RIDE_OUT:
            yield from _ride_out(world, lot, leg, lot_leg)
        else:
            yield from _ride_back(world, lot, (leg, lot_leg), arg)
        leg, lot_leg = leg + 1, lot_leg + 1
    world.note(Code.DELIVERED, lot=lot, place=flows.destination_idx[flow])
    world.books.deliver(flow)


def why_divert(world: World, flow: int, leg: int) -> int:
    """Return why a lot takes other legs: 1 queue, 2 closure, 3 low stock; 0 if it does not."""
    limits = world.diversions
    if _waiting(world, leg) >= limits.queue_lots[flow]:
        return 1
    closed_ms = limits.closed_ms[flow]
    for k in range(limits.gate_ptr[flow], limits.gate_ptr[flow + 1]):
        since_ms = world.gates[limits.gate_idx[k]].closed_since_ms
        if 0 <= since_ms <= world.clock.now - closed_ms:
            return 2
    stock = limits.stock_idx[flow]
    return 3 if stock >= 0 and world.books.is_below(stock, limits.cover_kg[flow]) else 0


def _waiting(world: World, leg: int) -> int:
    """Return how many lots wait for a wagon, a seat or trucks of a leg."""
    kind, arg = world.flows.leg_kind[leg], world.flows.leg_arg[leg]
    if kind == HAUL:
        return len(world.hauls[arg].pool)
    return len(world.bases.of(arg) if kind == RIDE_OUT else world.services[arg].desk)


def _work(
    world: World, terminal: int, lot: int, work_ms: int, codes: tuple[Code, Code]
) -> Generator[simpy.Event, Any, None]:
    """Have a gang or a crane work on the lot's wagon; gangs alone sort."""
    place, flow = world.terminals[terminal], world.flow_of_lot[lot]
    team = place.teams[0 if codes == _SORT else world.by_crane[flow][terminal]]
    number = yield team.servers.ask(priority=world.priority[lot])
    unit = team.first_unit + number
    world.note(codes[0], lot=lot, place=terminal, unit=unit)
    lasts_ms = place.times.lasts_ms(world.clock.now, work_ms)
    yield world.clock.after(lasts_ms, world.slots.gang + team.first_slot + number)
    world.note(codes[1], lot=lot, place=terminal, unit=unit)
    team.servers.free(number)


_LOAD = (Code.LOAD_START, Code.LOAD_END)
_UNLOAD = (Code.UNLOAD_START, Code.UNLOAD_END)
_SORT = (Code.SORT_START, Code.SORT_END)


def _ride_out(world: World, lot: int, leg: int, lot_leg: int) -> Generator[simpy.Event, Any, None]:
    number, taken_for = world.flows.leg_arg[leg], world.yards.leg_service[leg]
    service = world.services[number]
    if taken_for == number:
        yield world.bases.of(number).ask(1, priority=world.priority[lot])
        world.note(Code.WAGON, lot=lot, place=service.origin, unit=number)
        yield from _work(world, service.origin, lot, world.load_ms[lot_leg], _LOAD)
        world.stores.leave(lot)
    train = yield service.join(lot, leg, lot_leg)
    if world.yards.leg_terminal[leg] >= 0:
        yield from _work(world, service.destination, lot, world.sorting_ms[lot_leg], _SORT)
        train.pass_on(lot)
    else:
        store = world.stores.leg_terminal[leg]
        if store >= 0:
            yield from world.stores.enter(lot, store)
        yield from _work(world, service.destination, lot, world.unload_ms[lot_leg], _UNLOAD)
    train.is_unloaded()


def _ride_back(
    world: World, lot: int, at: tuple[int, int], number: int
) -> Generator[simpy.Event, Any, None]:
    leg, lot_leg = at
    service = world.services[number]
    train, seat = yield service.desk.ask(priority=world.priority[lot])
    unit = train.seats.index(seat)
    world.note(Code.WAGON, lot=lot, train=train.number, place=service.destination, unit=unit)
    yield from _clean(world, (lot, train.number), service.destination, (leg, lot_leg), seat)
    yield from _work(world, service.destination, lot, world.load_ms[lot_leg], _LOAD)
    world.stores.leave(lot)
    seat.back_lot = lot
    seat.back_arrived = world.clock.env.event()
    world.note(Code.ABOARD, lot=lot, train=train.number, place=number, unit=unit)
    service.desk.loaded(train)
    yield seat.back_arrived
    yield from _work(world, service.origin, lot, world.unload_ms[lot_leg], _UNLOAD)
    world.clean_at_home(number, seat, leg, lot_leg)


def _clean(
    world: World, who: tuple[int, int], terminal: int, at: tuple[int, int], seat: Seat
) -> Generator[simpy.Event, Any, None]:
    """Have the wagon cleaned of what it brought, if the lot that rides home needs it."""
    (lot, train), (leg, lot_leg) = who, at
    clean_ms = world.cleanings.before_back_ms[leg][world.flow_of_lot[seat.lot]]
    if clean_ms > 0:
        world.note(Code.CLEAN_START, lot=lot, train=train, place=terminal)
        yield world.clock.after(clean_ms, world.slots.clean + lot_leg)
        world.note(Code.CLEAN_END, lot=lot, train=train, place=terminal)


def _haul(
    world: World, lot: int, lot_leg: int, number: int, trucks: int
) -> Generator[simpy.Event, Any, None]:
    haul = world.hauls[number]
    slot = world.slots.lot + lot
    yield haul.pool.ask(trucks, priority=world.priority[lot])
    world.note(Code.TRUCKS, lot=lot, place=number, unit=trucks)
    turn_ms = world.clock.now + haul.rotation_ms
    yield world.clock.after(world.haul_loading_ms[lot_leg], slot)
    world.note(Code.TRUCKED, lot=lot, place=number, unit=trucks)
    world.stores.leave(lot)
    if not haul.queue.gate.is_open:
        yield haul.queue.wait()
    world.note(Code.ROAD, lot=lot, place=number, unit=trucks)
    base, step = world.haul_base[lot_leg] - haul.first, haul.first
    who = Passing(slot, (1, trucks, 1), lot=lot)
    while step < haul.last:
        until = step + (world.group_size[haul.arg[step]] if haul.op[step] == POST else 1)
        times_ms = world.haul_ms[base + step : base + until]
        if haul.op[step] == POST:
            yield from pass_controls(world, who, haul.arg[step:until], times_ms)
        else:
            row = world.effects.row_of_step[step]
            yield world.clock.after(world.effects.slowed_ms(row, times_ms[0], lot=lot), slot)
        step = until
    world.note(Code.HAUL_END, lot=lot, place=number, unit=trucks)
    if not haul.is_market:
        world.clock.call_after(
            max(world.haul_back_ms[lot_leg], turn_ms - world.clock.now),
            world.slots.trucks_back + lot_leg,
            lambda: world.trucks_are_back(number, lot, trucks),
        )
