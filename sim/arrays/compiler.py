"""From a checked scenario to CorridorArrays: the one door where units change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.effects import disruption_arrays, effect_arrays
from sim.arrays.gates import gate_arrays, gate_names
from sim.arrays.hours import Clock
from sim.arrays.laws import LawTable
from sim.arrays.layout import CorridorArrays, freeze
from sim.arrays.parts import HAUL, RIDE_OUT, Laws, Names
from sim.arrays.places import post_arrays, terminal_arrays, truck_arrays
from sim.arrays.programs import ProgramTable
from sim.arrays.sections import cut, section_arrays
from sim.arrays.traffic import flow_arrays, haul_arrays, service_arrays, train_length_m
from sim.arrays.used import leg_kinds, trace_used

if TYPE_CHECKING:
    from sim.arrays.parts import Sections
    from sim.arrays.sections import Pieces
    from sim.arrays.used import Used
    from sim.model import NetworkPlan, Scenario
    from sim.model.network import WayFinder

__all__ = ["compile_corridor"]


def _work(scenario: Scenario, table: LawTable, flow_id: str, *, unload: bool) -> list[int]:
    """Return the law of loading or unloading of each leg of a flow; -1 for hauls."""
    rows = []
    lot_t = scenario.commodities[scenario.flows[flow_id].commodity].wagon_load_t
    for kind, leg in leg_kinds(scenario, flow_id):
        if kind == HAUL:
            rows.append(-1)
            continue
        service = scenario.services[leg]
        at_origin = (kind == RIDE_OUT) != unload
        terminal = scenario.terminals[service.origin if at_origin else service.destination]
        rate = terminal.unload_rate_t_per_h if unload else terminal.load_rate_t_per_h
        rows.append(table.add_gamma(lot_t / rate, terminal.work_cv_frac))
    return rows


def _law_arrays(scenario: Scenario, used: Used, table: LawTable) -> Laws:
    posts = scenario.posts.values()
    loaded = [table.add(post.duration_h) for post in posts]
    empty = [
        table.add(post.duration_h if post.empty_duration_h is None else post.empty_duration_h)
        for post in posts
    ]
    ends = [scenario.services[s].destination for s in used.services]
    placing = [table.add(scenario.terminals[t].placing_h) for t in ends]
    load = [r for f in scenario.flows for r in _work(scenario, table, f, unload=False)]
    unload = [r for f in scenario.flows for r in _work(scenario, table, f, unload=True)]
    loading = [table.add(scenario.hauls[h].loading_h) for h in used.hauls]
    kind, parameters = table.columns()
    observed_h, upto_frac = table.observed()
    return Laws(
        kind=kind,
        parameters=parameters,
        post_loaded=np.array(loaded, np.int64),
        post_empty=np.array(empty, np.int64),
        placing=np.array(placing, np.int64),
        load=np.array(load, np.int64),
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
        posts=tuple(scenario.posts),
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
        factors=tuple(factors),
    )


def _programs(
    scenario: Scenario, plan: NetworkPlan, used: Used, cutting: Pieces, sections: Sections
) -> ProgramTable:
    usable_m = dict(zip(cutting.stations, sections.station_length_m.tolist(), strict=True))
    table = ProgramTable(scenario, cutting, tuple(scenario.posts), usable_m, plan)
    for name in used.services:
        table.add(name, used.rail_ways[name], train_length_m(scenario, scenario.services[name]))
    return table


_MAPS = (
    "lines",
    "posts",
    "terminals",
    "fleets",
    "services",
    "trucks",
    "hauls",
    "flows",
    "disruptions",
)


def _in_order_of_ids(scenario: Scenario) -> Scenario:
    """Return a scenario with its maps sorted, so that the order of keys in a file is nothing."""
    maps = {name: dict(sorted(getattr(scenario, name).items())) for name in _MAPS}
    return scenario.model_copy(update=maps)


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
    NoWayError
        If a service or haul has no way; the checks find that first.
    """
    scenario = _in_order_of_ids(scenario)
    clock = Clock(scenario)
    used = trace_used(scenario, plan, ways)
    cutting = cut(scenario, plan, used.sections)
    gates = gate_names(scenario, plan, used)
    gate_at = {name: i for i, name in enumerate(gates)}
    sections = section_arrays(scenario, cutting, used.lines, gate_at)
    table = _programs(scenario, plan, used, cutting, sections)
    flows = flow_arrays(scenario, used, clock)
    hauls = haul_arrays(scenario, plan, used, gate_at)
    laws = LawTable()
    fleets = [scenario.fleets[f] for f in used.fleets]
    effects = effect_arrays(scenario, plan, used, cutting, hauls, flows)
    disruptions = disruption_arrays(scenario, laws, effects)
    return freeze(
        CorridorArrays(
            names=_names(scenario, used, cutting, gates, table.factor_names),
            sections=sections,
            posts=post_arrays(scenario, cutting.stations, gate_at),
            terminals=terminal_arrays(scenario, used, cutting.stations, gate_at),
            fleet_wagons=np.array([f.wagons for f in fleets], np.int64),
            fleet_home_idx=np.array([used.terminals.index(f.home) for f in fleets], np.int64),
            programs=table.arrays(),
            services=service_arrays(scenario, used, flows, clock),
            trucks=truck_arrays(scenario, used, clock),
            hauls=hauls,
            flows=flows,
            laws=_law_arrays(scenario, used, laws),
            gates=gate_arrays(scenario, used, gates, clock),
            disruptions=disruptions,
            dispatch=scenario.dispatch,
            horizon_ms=clock.horizon_ms,
            end_ms=clock.end_ms,
            seed=scenario.seed,
        )
    )
