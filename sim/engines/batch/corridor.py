"""The numbers and columns of a corridor, which no run changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.disruption_parts import MARKET
from sim.arrays.parts import MEET, NO_LIMIT, TAKE
from sim.engines.base import first_slots
from sim.engines.batch import columns as at, kinds
from sim.policies import RuleCode, dispatch_rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays import CorridorArrays

    Ints = NDArray[np.int64]

__all__ = ["fixed_columns", "numbers"]


def numbers(arrays: CorridorArrays) -> dict[int, int]:
    """Return the numbers of the header that stand alone."""
    names, dispatch = arrays.names, dispatch_rule(arrays.dispatch)
    trains = int(arrays.services.max_trains.sum())
    posts, terminals = len(names.posts), len(names.terminals)
    bases, services, trucks = len(arrays.bases.wagons), len(names.services), len(names.trucks)
    pools, sections = len(names.pools), len(names.sections)
    together = max([1, *arrays.posts.group_size.tolist()])
    ring = (arrays.n_lots + trains) * (together + 1) + 64
    found = {
        at.END_MS: arrays.end_ms,
        at.N_GATES: len(names.gates),
        at.N_EFFECTS: len(names.disruptions),
        at.N_FLOWS: len(names.flows),
        at.N_TRUCKS: trucks,
        at.N_SERVICES: services,
        at.N_TRAINS: trains,
        at.N_LOTS: arrays.n_lots,
        at.N_POOLS: pools,
        at.N_TERMINALS: terminals,
        at.N_BASES: bases,
        at.N_DAYS: arrays.stock_books.eaten_kg.shape[1],
        at.MOST_TOGETHER: together,
        at.RING_MASK: (1 << ring.bit_length()) - 1,
        at.RULE: 0 if dispatch.code == RuleCode.OWN else int(dispatch.code),
        at.DISPATCH_BATCH: arrays.dispatch_batch,
        at.LINE_SEATS: bases,
        at.LINE_TRUCKS: bases + services,
        at.LINE_GANGS: bases + services + trucks,
        at.LINE_ROOM: bases + services + trucks + 2 * terminals,
        at.SERVERS_TRACKS: posts,
        at.SERVERS_GANGS: posts + terminals,
        at.QUEUE_TRACKS: posts,
        at.QUEUE_SEATS: posts + terminals,
        at.QUEUE_POOLS: posts + terminals + services,
        at.QUEUE_PLACES: posts + terminals + services + pools,
        at.QUEUE_SECTIONS: posts + terminals + services + pools + 1,
        at.QUEUE_HAULS: posts + terminals + services + pools + 1 + sections,
    }
    return found | _slots(arrays)


def _slots(arrays: CorridorArrays) -> dict[int, int]:
    """Return where each class of timer begins, and the bits of a slot."""
    first = first_slots(arrays)
    slots = dict(zip(range(at.SLOT_GATE, at.SLOT_END + 1), first, strict=True))
    return slots | {at.SLOT_BITS: first[-1].bit_length()}


def _ptr(sizes: list[int]) -> Ints:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def fixed_columns(arrays: CorridorArrays) -> dict[int, Ints]:
    """Return the columns of the corridor, by their place in the header."""
    return (
        _steps(arrays)
        | _places(arrays)
        | _services(arrays)
        | _roads(arrays)
        | _flows(arrays)
        | _told(arrays)
        | _bearing(arrays)
    )


def _steps(arrays: CorridorArrays) -> dict[int, Ints]:
    programs, sections = arrays.programs, arrays.sections
    over = programs.op == MEET
    section = np.where(over, programs.arg, 0)
    none = np.zeros(len(over), np.int64)
    some = len(sections.n_tracks) > 0
    single = np.where(over, sections.n_tracks[section] == 1, 0) if some else none
    ends = np.where(programs.heading == 0, sections.to_idx[section], sections.from_idx[section])
    return {
        at.PROGRAM_PTR: programs.ptr,
        at.STEP_OP: programs.op,
        at.STEP_ARG: programs.arg,
        at.STEP_HEADING: programs.heading,
        at.STEP_REACH: programs.reach,
        at.STEP_COUNTED: programs.counted,
        at.STEP_STAND: programs.stand_ms,
        at.STEP_STAND_EMPTY: programs.stand_empty_ms,
        at.STEP_STATION: np.where(over, ends, -1),
        at.STEP_TAKES: 2 * section + np.where(single, 0, programs.heading),
        at.STEP_IS_SINGLE: single.astype(np.int64),
        at.SECTION_GATE: sections.gate_idx,
        at.SECTION_CLEARANCE: sections.clearance_ms,
        at.SECTION_HEADWAY: sections.headway_ms,
        at.SECTION_SLOWING: arrays.disruptions.slowing.row_of_section,
        at.STATION_TRACKS: sections.station_tracks,
    }


def _places(arrays: CorridorArrays) -> dict[int, Ints]:
    posts, pools, terminals, teams = arrays.posts, arrays.pools, arrays.terminals, arrays.teams
    units = np.concatenate([posts.servers, terminals.tracks, teams.units])
    few = np.where(units >= NO_LIMIT, 0, units)
    none = np.full(len(terminals.tracks), -1, np.int64)
    return {
        at.POST_PER: posts.per,
        at.POST_BATCH: posts.batch,
        at.POST_TOGETHER: posts.group_size,
        at.POOL_UNITS: pools.units,
        at.POOL_REST: pools.rest_ms,
        at.POOL_MOVE: pools.move_ms,
        at.POOL_PER_WAGON: pools.per_wagon,
        at.POOL_DUTY: pools.duty_ms,
        at.SERVICE_USES_POOL: _pools_used(arrays),
        at.SERVERS_BASE: np.where(units >= NO_LIMIT, -1, np.cumsum(few) - few),
        at.SERVERS_GATE: np.concatenate([posts.gate_idx, none, np.tile(terminals.gate_idx, 2)]),
        at.SERVERS_STANDS: np.concatenate(
            [posts.stands_shut, 0 * none, np.tile(terminals.stands_shut, 2)]
        ),
        at.YARD_LIMIT: terminals.yard_limit,
        at.TEAM_BASE: teams.base,
        at.TEAM_FIRST_UNIT: teams.first_unit,
        at.BY_CRANE: teams.by_crane.ravel(),
    }


def _pools_used(arrays: CorridorArrays) -> Ints:
    """Return by service and pool whether its trains take units of it."""
    programs, pools = arrays.programs, len(arrays.names.pools)
    used = np.zeros((len(arrays.names.services), pools), np.int64)
    for service in range(len(used)):
        steps = slice(programs.ptr[2 * service], programs.ptr[2 * service + 2])
        taken = programs.arg[steps][programs.op[steps] == TAKE]
        used[service, taken] = used[service, taken + pools // 2] = 1
    return used.ravel()


def _services(arrays: CorridorArrays) -> dict[int, Ints]:
    services, bases = arrays.services, arrays.bases
    return {
        at.SERVICE_ORIGIN: services.origin_idx,
        at.SERVICE_DESTINATION: services.destination_idx,
        at.SERVICE_FLEET: services.fleet_idx,
        at.SERVICE_RAKE: services.rake,
        at.SERVICE_LONGEST_WAIT: services.longest_wait_ms,
        at.SERVICE_LEAST_WAGONS: services.least_wagons,
        at.SERVICE_IS_TIMETABLED: services.is_timetabled,
        at.SERVICE_SLOT_PTR: services.slot_ptr,
        at.SERVICE_SLOT_MS: services.slot_ms,
        at.SERVICE_PRIORITY: services.priority,
        at.SERVICE_RETURN_WAIT: services.return_wait_ms,
        at.SERVICE_TAKES_RETURN: services.takes_return,
        at.SERVICE_MOST_TRAINS: services.max_trains,
        at.SERVICE_LOCOMOTIVES: services.locomotives,
        at.SERVICE_BASE: bases.of_service,
        at.BASE_TERMINAL: bases.terminal_idx,
        at.FLEET_BASE_PTR: bases.fleet_ptr,
        at.FLEET_RULE: bases.rule,
        at.MOVE_MS: bases.move_ms.ravel(),
    }


def _roads(arrays: CorridorArrays) -> dict[int, Ints]:
    trucks, hauls = arrays.trucks, arrays.hauls
    return {
        at.TRUCKS_IS_MARKET: trucks.is_market,
        at.TRUCKS_ROTATION: trucks.rotation_ms,
        at.MORNING_PTR: trucks.morning_ptr,
        at.MORNING_MS: trucks.morning_ms,
        at.HAUL_TRUCKS: hauls.trucks_idx,
        at.HAUL_GATE: hauls.gate_idx,
        at.HAUL_PTR: hauls.ptr,
        at.HAUL_OP: hauls.op,
        at.HAUL_ARG: hauls.arg,
        at.HAUL_SLOWING: arrays.disruptions.slowing.row_of_step,
    }


def _flows(arrays: CorridorArrays) -> dict[int, Ints]:
    flows, diversions, books = arrays.flows, arrays.diversions, arrays.stock_books
    sizes = np.diff(flows.lot_ptr)
    return {
        at.LOT_FLOW: np.repeat(np.arange(len(sizes), dtype=np.int64), sizes),
        at.LOT_PTR: flows.lot_ptr,
        at.LEG_PTR: flows.leg_ptr,
        at.LEG_KIND: flows.leg_kind,
        at.LEG_ARG: flows.leg_arg,
        at.LEG_TRUCKS: flows.leg_trucks,
        at.LEG_STORE: arrays.stores.leg_terminal,
        at.FLOW_ORIGIN: flows.origin_idx,
        at.FLOW_DESTINATION: flows.destination_idx,
        at.LOT_LEG_BASE: flows.lot_leg_base,
        at.FLOW_PRIORITY: flows.priority,
        at.FLOW_LOT_KG: arrays.stores.lot_kg,
        at.CLEANING_BACK: arrays.cleanings.before_back_ms.ravel(),
        at.CLEANING_HOME: arrays.cleanings.home_ms,
        at.LEG_YARD: arrays.yards.leg_terminal,
        at.LEG_TAKEN_FOR: arrays.yards.leg_service,
        at.OWN_LEGS: diversions.n_own_legs,
        at.LOOKS_AT: diversions.looks_at,
        at.QUEUE_LIMIT: diversions.queue_lots,
        at.CLOSED_LIMIT: diversions.closed_ms,
        at.WATCHED_STOCK: diversions.stock_idx,
        at.COVER_KG: diversions.cover_kg,
        at.WATCHED_PTR: diversions.gate_ptr,
        at.WATCHED_GATE: diversions.gate_idx,
        at.STOCK_OPENS_DAY: books.opens_day,
        at.STOCK_EATEN: books.eaten_kg.ravel(),
        at.FEEDS_PTR: books.feeds_ptr,
        at.FEEDS_STOCK: books.feeds_idx,
    }


def _told(arrays: CorridorArrays) -> dict[int, Ints]:
    """Return who is told of each gate's changes, in order."""
    told: list[list[tuple[int, int]]] = [[] for _ in arrays.names.gates]
    for gate in dict.fromkeys(arrays.sections.gate_idx.tolist()):
        told[gate].append((kinds.TELL_LINE, 0))
    for kind, gates in (
        (kinds.TELL_SECTION, arrays.sections.gate_idx),
        (kinds.TELL_POST, arrays.posts.gate_idx),
        (kinds.TELL_GANGS, np.tile(arrays.terminals.gate_idx, 2)),
        (kinds.TELL_HAUL, arrays.hauls.gate_idx),
    ):
        for arg, gate in enumerate(gates.tolist()):
            told[gate].append((kind, arg))
    flat = np.array([row for rows in told for row in rows], np.int64).reshape(-1, 2)
    return {
        at.TOLD_PTR: _ptr([len(rows) for rows in told]),
        at.TOLD_KIND: flat[:, 0],
        at.TOLD_ARG: flat[:, 1],
    }


def _bearing(arrays: CorridorArrays) -> dict[int, Ints]:
    """Return by disruption the rows of units that it bears upon, in order."""
    capacity = arrays.disruptions.capacity
    rows: list[list[int]] = [[] for _ in arrays.names.disruptions]
    for row, kind in enumerate(capacity.kind.tolist()):
        if kind != MARKET:
            for k in capacity.cause[capacity.ptr[row] : capacity.ptr[row + 1]].tolist():
                rows[k].append(row)
    return {
        at.EFFECT_ROW_PTR: _ptr([len(found) for found in rows]),
        at.EFFECT_ROW: np.array([row for found in rows for row in found], np.int64),
        at.CAPACITY_KIND: capacity.kind,
        at.CAPACITY_ARG: capacity.arg,
    }
