"""Which parts of a scenario its flows use: the rest is not compiled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.arrays.parts import HAUL, RIDE_BACK, RIDE_OUT

if TYPE_CHECKING:
    from sim.model import NetworkPlan, Scenario
    from sim.model.network import Way, WayFinder

__all__ = ["Used", "leg_kinds", "trace_used"]


@dataclass(frozen=True, slots=True)
class Used:
    """What the flows use, in the order of the scenario, and the ways taken."""

    services: tuple[str, ...]
    hauls: tuple[str, ...]
    fleets: tuple[str, ...]
    trucks: tuple[str, ...]
    terminals: tuple[str, ...]
    lines: tuple[str, ...]
    sections: frozenset[str]
    """Rail sections."""
    rail_ways: dict[str, Way]
    road_ways: dict[str, Way]


def leg_kinds(scenario: Scenario, flow_id: str) -> tuple[tuple[int, str], ...]:
    """Return kind and id of each leg of a flow in order of travel, then of its diversion."""
    flow = scenario.flows[flow_id]
    own = _kinds(scenario, flow.origin, flow.legs)
    if flow.divert is None:
        return own
    at = 0 if flow.divert.before is None else flow.legs.index(flow.divert.before)
    here = flow.origin
    for kind, leg in own[:at]:
        taken = scenario.hauls[leg] if kind == HAUL else scenario.services[leg]
        here = taken.origin if kind == RIDE_BACK else taken.destination
    return (*own, *_kinds(scenario, here, flow.divert.legs))


def _kinds(scenario: Scenario, here: str, legs: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Return kind and id of legs taken one after the other from a terminal."""
    kinds = []
    for leg in legs:
        if leg in scenario.hauls:
            kinds.append((HAUL, leg))
            here = scenario.hauls[leg].destination
        else:
            service = scenario.services[leg]
            out = here == service.origin
            kinds.append((RIDE_OUT if out else RIDE_BACK, leg))
            here = service.destination if out else service.origin
    return tuple(kinds)


def _open_stages(scenario: Scenario) -> frozenset[str]:
    stages = scenario.network.stages
    return frozenset(s for s, opens in stages.items() if opens <= scenario.start_date)


def _stops(scenario: Scenario, origin: str, via: tuple[str, ...], end: str) -> tuple[str, ...]:
    at = scenario.terminals
    return (at[origin].station, *via, at[end].station)


def trace_used(scenario: Scenario, plan: NetworkPlan, ways: WayFinder) -> Used:
    """Return what the flows of a scenario use, and by which ways.

    Raises
    ------
    NoWayError
        If a service or haul has no way; the scenario's checks find that first.
    """
    kinds = {leg for f in scenario.flows for leg in leg_kinds(scenario, f)}
    riders = {leg for kind, leg in kinds if kind != HAUL}
    services = tuple(s for s in scenario.services if s in riders)
    hauls = tuple(h for h in scenario.hauls if (HAUL, h) in kinds)
    stages = _open_stages(scenario)
    rail, road = {}, {}
    for name in services:
        service = scenario.services[name]
        wagons = scenario.wagon_types[scenario.fleets[service.fleet].wagon_type]
        stops = _stops(scenario, service.origin, service.via, service.destination)
        rail[name] = ways(stops, mode="rail", gauge_mm=wagons.way_gauge_mm, open_stages=stages)
    for name in hauls:
        haul = scenario.hauls[name]
        stops = _stops(scenario, haul.origin, haul.via, haul.destination)
        road[name] = ways(stops, mode="road")
    sections = frozenset(s for way in rail.values() for s in way.section_ids)
    on_lines = {plan.sections[s].line_id for s in sections}
    return Used(
        services,
        hauls,
        tuple(f for f in scenario.fleets if f in {scenario.services[s].fleet for s in services}),
        tuple(t for t in scenario.trucks if t in {scenario.hauls[h].trucks for h in hauls}),
        tuple(t for t in scenario.terminals if t in _places(scenario, services, hauls)),
        tuple(line for line in scenario.lines if line in on_lines),
        sections,
        rail,
        road,
    )


def _places(
    scenario: Scenario, services: tuple[str, ...], hauls: tuple[str, ...]
) -> frozenset[str]:
    legs = [scenario.services[s] for s in services] + [scenario.hauls[h] for h in hauls]
    ends = {end for leg in legs for end in (leg.origin, leg.destination)}
    return frozenset(ends | {flow.destination for flow in scenario.flows.values()})
