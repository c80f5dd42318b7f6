"""From a checked scenario to CorridorArrays: the one door where units change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.bases import base_arrays, passes_on, yard_arrays
from sim.arrays.cleaning import cleaning_arrays
from sim.arrays.controls import border_ids, control_laws, controls_of, post_arrays
from sim.arrays.crew_hours import refuse_short_hours
from sim.arrays.diversions import diversion_arrays
from sim.arrays.effects import disruption_arrays, effect_arrays
from sim.arrays.faults import CannotClimbError
from sim.arrays.gates import gate_arrays, gate_names
from sim.arrays.hours import Clock
from sim.arrays.laws import LawTable
from sim.arrays.layout import CorridorArrays, freeze
from sim.arrays.parts import HAUL, RIDE_OUT, Laws, Names
from sim.arrays.places import terminal_arrays, truck_arrays
from sim.arrays.pools import pool_arrays, pool_names
from sim.arrays.programs import ProgramTable
from sim.arrays.sections import cut, section_arrays
from sim.arrays.stock_books import stock_books
from sim.arrays.stores import store_arrays
from sim.arrays.teams import team_arrays
from sim.arrays.traffic import flow_arrays, haul_arrays, service_arrays, train_length_m
from sim.arrays.used import leg_kinds, trace_used

if TYPE_CHECKING:
    from sim.arrays.parts import Programs, Sections
    from sim.arrays.post_parts import Pools
    from sim.arrays.sections import Pieces
    from sim.arrays.used import Used
    from sim.model import NetworkPlan, Scenario
    from sim.model.network import WayFinder

__all__ = ["compile_corridor"]


def _work(scenario: Scenario, table: LawTable, flow_id: str, *, unload: bool) -> list[int]:
    """Return the law of loading or unloading of each leg of a flow; -1 where there is none."""
    rows = []
    lot_t = scenario.lot_t(flow_id)
    packaging = scenario.commodities[scenario.flows[flow_id].commodity].packaging
    for (kind, leg), is_sorted, is_fed in _rides(scenario, flow_id):
        if kind == HAUL or (is_sorted if unload else is_fed):
            rows.append(-1)
            continue
        service = scenario.services[leg]
        at_origin = (kind == RIDE_OUT) != unload
        terminal = scenario.terminals[service.origin if at_origin else service.destination]
        rate = terminal.rate_t_per_h(packaging, unload=unload)
        rows.append(table.add_gamma(lot_t / rate, terminal.work_cv_frac))
    return rows


def _rides(scenario: Scenario, flow_id: str) -> list[tuple[tuple[int, str], bool, bool]]:
    """Return the legs of a flow: whether its wagon is sorted at their end, and at their begin."""
    legs, own = leg_kinds(scenario, flow_id), len(scenario.flows[flow_id].legs)
    joins = [
        k + 1 != own and passes_on(scenario, legs[k], legs[k + 1]) for k in range(len(legs) - 1)
    ]
    return list(zip(legs, [*joins, False], [False, *joins], strict=True))


def _sorting(scenario: Scenario, table: LawTable, flow_id: str) -> list[int]:
    """Return the law of sorting at the end of each leg of a flow; -1 where there is none."""
    return [
        table.add(scenario.terminals[scenario.services[leg].destination].sorting_h or 0.0)
        if is_sorted
        else -1
        for (_, leg), is_sorted, _ in _rides(scenario, flow_id)
    ]


def _law_arrays(scenario: Scenario, used: Used, table: LawTable) -> Laws:
    loaded, empty, early = control_laws(scenario, table)
    ends = [scenario.services[s].destination for s in used.services]
    placing = [table.add(scenario.terminals[t].placing_h) for t in ends]
    load = [r for f in scenario.flows for r in _work(scenario, table, f, unload=False)]
    unload = [r for f in scenario.flows for r in _work(scenario, table, f, unload=True)]
    loading = [table.add(scenario.hauls[h].loading_h) for h in used.hauls]
    sorting = [r for f in scenario.flows for r in _sorting(scenario, table, f)]
    kind, parameters = table.columns()
    observed_h, upto_frac = table.observed()
    return Laws(
        kind=kind,
        parameters=parameters,
        post_loaded=np.array(loaded, np.int64),
        post_empty=np.array(empty, np.int64),
        post_early=np.array(early, np.int64),
        placing=np.array(placing, np.int64),
        load=np.array(load, np.int64),
        sorting=np.array(sorting, np.int64),
        unload=np.array(unload, np.int64),
        haul_loading=np.array(loading, np.int64),
        empirical_h=observed_h,
        empirical_upto_frac=upto_frac,
    )


def _names(
    scenario: Scenario, used: Used, cutting: Pieces, gates: tuple[str, ...], factors: list[str]
) -> Names:
    return Names(
        stations=cutting.stations,
        sections=tuple(piece.id for piece in cutting.pieces),
        parents=tuple(piece.parent.id for piece in cutting.pieces),
        lines=used.lines,
        posts=tuple(c.name for c in controls_of(scenario)),
        borders=tuple(name for name, _ in border_ids(scenario)),
        terminals=used.terminals,
        fleets=used.fleets,
        services=used.services,
        trucks=used.trucks,
        hauls=used.hauls,
        flows=tuple(scenario.flows),
        disruptions=tuple(scenario.disruptions),
        groups=tuple(d.group or "" for d in scenario.disruptions.values()),
        gates=gates,
        roads=tuple(dict.fromkeys(s for way in used.road_ways.values() for s in way.section_ids)),
        pools=pool_names(scenario),
        factors=tuple(factors),
    )


def _programs(
    scenario: Scenario, plan: NetworkPlan, used: Used, cutting: Pieces, sections: Sections
) -> ProgramTable:
    usable_m = dict(zip(cutting.stations, sections.station_length_m.tolist(), strict=True))
    table = ProgramTable(scenario, cutting, controls_of(scenario), usable_m, plan)
    _add_programs(table, used)
    return table


def _pools(scenario: Scenario, used: Used, cutting: Pieces, programs: Programs) -> Pools:
    pools = pool_arrays(scenario)
    pieces = tuple(piece.id for piece in cutting.pieces)
    refuse_short_hours(programs, pools, used.services, pool_names(scenario), pieces)
    return pools


_MAPS = (
    "lines",
    "posts",
    "terminals",
    "fleets",
    "locomotive_pools",
    "services",
    "trucks",
    "hauls",
    "flows",
    "disruptions",
    "stocks",
)


def _in_order_of_ids(scenario: Scenario) -> Scenario:
    """Return a scenario with its maps sorted, so that the order of keys in a file is nothing."""
    maps = {name: dict(sorted(getattr(scenario, name).items())) for name in _MAPS}
    return scenario.model_copy(update=maps)


def _add_programs(table: ProgramTable, used: Used) -> None:
    """Add the programs of all services, or tell of every service whose trains stall."""
    stalled: list[CannotClimbError] = []
    for name in used.services:
        length_m = train_length_m(table.scenario, table.scenario.services[name])
        try:
            table.add(name, used.rail_ways[name], length_m)
        except CannotClimbError as error:
            stalled.append(error)
    if stalled:
        raise stalled[0].with_others(stalled[1:])


def compile_corridor(scenario: Scenario, plan: NetworkPlan, ways: WayFinder) -> CorridorArrays:
    """Return the arrays of a scenario: SI units, whole milliseconds, read-only.

    Parameters
    ----------
    scenario : Scenario
        Read and checked.
    plan : NetworkPlan
        The network it uses.
    ways : WayFinder
        Finds ways on that network.

    Returns
    -------
    arrays : CorridorArrays
        All that luck does not touch.

    Raises
    ------
    ScenarioError
        If lines with meets run in a circle.
    CannotClimbError
        If trains of a service stall; carries those of other services too.
    ShortHoursError
        If the hours of a crew are shorter than a run during which its train cannot stand.
    NoWayError
        If a service or haul has no way; the checks find that first.
    """
    scenario = _in_order_of_ids(scenario)
    clock, used = Clock(scenario), trace_used(scenario, plan, ways)
    cutting = cut(scenario, plan, used.sections)
    gate_at = {name: i for i, name in enumerate(gate_names(scenario, plan, used))}
    sections = section_arrays(scenario, cutting, used.lines, gate_at)
    table = _programs(scenario, plan, used, cutting, sections)
    flows, programs = flow_arrays(scenario, used, clock), table.arrays()
    hauls, laws = haul_arrays(scenario, plan, used, gate_at), LawTable()
    effects = effect_arrays(scenario, plan, used, cutting, hauls, flows)
    return freeze(
        CorridorArrays(
            names=_names(scenario, used, cutting, tuple(gate_at), table.factor_names),
            sections=sections,
            posts=post_arrays(scenario, cutting.stations, gate_at),
            terminals=terminal_arrays(scenario, used, cutting.stations, gate_at),
            teams=team_arrays(scenario, used),
            bases=base_arrays(scenario, used),
            yards=yard_arrays(scenario, used),
            pools=_pools(scenario, used, cutting, programs),
            programs=programs,
            services=service_arrays(scenario, used, flows, clock),
            trucks=truck_arrays(scenario, used, clock),
            hauls=hauls,
            flows=flows,
            diversions=diversion_arrays(scenario, used, controls_of(scenario), gate_at),
            stores=store_arrays(scenario, used),
            cleanings=cleaning_arrays(scenario),
            stock_books=stock_books(scenario, clock),
            disruptions=disruption_arrays(scenario, laws, effects),
            laws=_law_arrays(scenario, used, laws),
            gates=gate_arrays(scenario, plan, used, tuple(gate_at), clock),
            dispatch=scenario.dispatch,
            dispatch_batch=scenario.dispatch_batch,
            horizon_ms=clock.horizon_ms,
            end_ms=clock.end_ms,
            seed=scenario.seed,
        )
    )
