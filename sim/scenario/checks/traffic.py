"""Flows, services and hauls fit together."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from sim.model.fleet import Timetable, WhenFull
from sim.scenario.checks.registry import register
from sim.scenario.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model.fleet import Service, WagonFleet
    from sim.scenario.checks.facts import Facts, Leg

__all__: list[str] = []


@register("ends differ")
def ends_differ(facts: Facts) -> Iterator[Problem]:
    """See that a service, haul or flow does not end where it begins."""
    scenario = facts.scenario
    blocks = (("services", scenario.services), ("hauls", scenario.hauls), ("flows", scenario.flows))
    for block, legs in blocks:
        for name, leg in legs.items():
            if leg.origin == leg.destination:
                fact, rule = f"it begins and ends at `{leg.origin}`", "the two ends must differ"
                at = (block, name, "destination")
                yield Problem("same-ends", at, fact, rule, "name another terminal")


@register("services start where their wagons are at home")
def services_start_at_home(facts: Facts) -> Iterator[Problem]:
    """See that the origin of a service is the home, or another base, of its fleet."""
    for name, service in facts.scenario.services.items():
        fleet = facts.scenario.fleets.get(service.fleet)
        if fleet is None or service.wagons == "passed-on":
            continue
        bases = {fleet.home, *fleet.bases}
        if service.origin not in bases and bases <= {*facts.scenario.terminals}:
            home = f"fleet `{service.fleet}` is at home at `{fleet.home}`"
            fact = f"it starts at `{service.origin}`, and {home}"
            rule = "trains are formed where the empty wagons stand"
            way_out = (
                f"choose a fleet at home at `{service.origin}`, change the fleet's `home`, or give "
                f"it `bases: {{{service.origin}: <wagons>}}`"
            )
            yield Problem("not-at-home", ("services", name, "origin"), fact, rule, way_out)


@register("wagons can be worked")
def wagons_can_be_worked(facts: Facts) -> Iterator[Problem]:
    """See that the origin of a service has gangs, its destination gangs and tracks."""
    told: set[tuple[str, str]] = set()
    for name, service in facts.scenario.services.items():
        for end, keys in (("origin", ("gangs",)), ("destination", ("gangs", "tracks"))):
            terminal_id = getattr(service, end)
            terminal = facts.scenario.terminals.get(terminal_id)
            for key in keys:
                at = ("terminals", terminal_id, key)
                if terminal is None or getattr(terminal, key) is not None or at[1:] in told:
                    continue
                if key == "tracks" or not _cranes_do(facts, name, terminal_id):
                    told.add((terminal_id, key))
                    work = "loads" if end == "origin" else "unloads"
                    yield _unfit(facts, at, f"service `{name}` {work} there")


def _unfit(facts: Facts, at: tuple[str, str, str], work: str) -> Problem:
    _, terminal_id, key = at
    rule, way_out = "trains are worked on tracks", f"add `{key}: <whole number>`"
    if key == "gangs":
        rule = "gangs work on wagons"
        if _sorts(facts, terminal_id):
            work, rule = "wagons are passed on there", "gangs alone sort wagons"
        elif facts.scenario.terminals[terminal_id].cranes is not None:
            way_out += ", or name the freight's packaging in its `cranes`"
    fact = f"terminal `{terminal_id}` has no `{key}`, and {work}"
    return Problem("terminal-unfit", at, fact, rule, way_out)


def _sorts(facts: Facts, terminal_id: str) -> bool:
    """Return whether loaded wagons are passed on at a terminal."""
    services = facts.scenario.services.values()
    return any(s.wagons == "passed-on" and s.origin == terminal_id for s in services)


def _cranes_do(facts: Facts, service_id: str, terminal_id: str) -> bool:
    """Return whether a terminal needs no gangs for a service: cranes work all its freight."""
    scenario, cranes = facts.scenario, facts.scenario.terminals[terminal_id].cranes
    if cranes is None or _sorts(facts, terminal_id):
        return False
    goods = [
        scenario.commodities.get(flow.commodity)
        for flow in scenario.flows.values()
        if service_id in flow.all_legs
    ]
    return bool(goods) and all(good and good.packaging in cranes.packaging for good in goods)


@register("legs join")
def legs_join(facts: Facts) -> Iterator[Problem]:
    """See that the legs of a flow lead from its origin to its destination without a break."""
    for name, flow in facts.scenario.flows.items():
        legs = facts.legs(name)
        if len(legs) < len(flow.legs):
            continue
        here = flow.origin
        for leg in legs:
            if leg.start != here:
                yield _gap(facts, name, leg, here)
            here = leg.end
        if here != flow.destination and flow.destination in facts.scenario.terminals:
            fact = f"the last leg, `{legs[-1].id}`, ends at `{here}`"
            rule = f"the flow goes to `{flow.destination}`"
            way_out = f"add a leg from `{here}` to `{flow.destination}`, or change `destination`"
            yield Problem("legs-broken", ("flows", name, "legs"), fact, rule, way_out)


def _gap(facts: Facts, name: str, leg: Leg, here: str) -> Problem:
    at = ("flows", name, "legs", leg.position)
    if not leg.is_rail and facts.scenario.hauls[leg.id].destination == here:
        fact = f"haul `{leg.id}` goes from `{leg.start}` to `{leg.end}`, not back"
        rule = "only a service can be taken the way back"
        return Problem("legs-broken", at, fact, rule, "add a haul for this way")
    ends = f"`{leg.start}`" + (f" or `{leg.end}`" if leg.is_rail else "")
    fact = f"the freight is at `{here}` when leg `{leg.id}` is to start from {ends}"
    rule = "each leg must start where the one before ended"
    way_out = "put the legs in order of travel, or add the one between"
    return Problem("legs-broken", at, fact, rule, way_out)


@register("no leg is taken twice")
def no_leg_is_taken_twice(facts: Facts) -> Iterator[Problem]:
    """See that a flow takes each leg once."""
    for name, flow in facts.scenario.flows.items():
        for position, leg in enumerate(flow.legs):
            if leg in flow.legs[:position]:
                fact, rule = f"leg `{leg}` is taken twice", "a flow takes each leg once"
                at = ("flows", name, "legs", position)
                yield Problem("leg-twice", at, fact, rule, "remove one of the two")


@register("freight can change gauge")
def freight_can_change_gauge(facts: Facts) -> Iterator[Problem]:
    """See that where a flow passes between wagons of two gauges, the terminal transships."""
    for name in facts.scenario.flows:
        for before, after in pairwise(facts.legs(name)):
            if not (before.is_rail and after.is_rail) or before.end != after.start:
                continue
            kinds = [facts.wagon_type(facts.scenario.services[leg.id]) for leg in (before, after)]
            terminal = facts.scenario.terminals.get(after.start)
            first, second = kinds
            if first is None or second is None or terminal is None:
                continue
            if first.gauge_mm != second.gauge_mm and terminal.gauge_change != "transshipment":
                fact = (
                    f"at `{after.start}` it goes from wagons of {first.gauge_mm} mm to wagons of "
                    f"{second.gauge_mm} mm with no way across"
                )
                rule = "freight crosses a break of gauge by transshipment"
                way_out = f"add `gauge_change: transshipment` to terminal `{after.start}`"
                at = ("flows", name, "legs", after.position)
                yield Problem("no-transshipment", at, fact, rule, way_out)


@register("lots fit in wagons")
def lots_fit_in_wagons(facts: Facts) -> Iterator[Problem]:
    """See that the load of a commodity fits every wagon type it rides."""
    told: set[tuple[str, str]] = set()
    for name, flow in facts.scenario.flows.items():
        commodity = facts.scenario.commodities.get(flow.commodity)
        for leg in facts.legs(name) if flow.lot_t is None else ():
            service = facts.scenario.services.get(leg.id)
            wagons = facts.wagon_type(service) if service and leg.is_rail else None
            if commodity is None or service is None or wagons is None:
                continue
            kind = facts.scenario.fleets[service.fleet].wagon_type
            if commodity.wagon_load_t <= wagons.payload_t or (flow.commodity, kind) in told:
                continue
            told.add((flow.commodity, kind))
            fact = (
                f"got {commodity.wagon_load_t:g} t, and flow `{name}` rides wagons of type `{kind}`"
            )
            rule = f"such a wagon carries at most {wagons.payload_t:g} t"
            way_out = f"lower it to {wagons.payload_t:g}, or choose another wagon type"
            at = ("commodities", flow.commodity, "wagon_load_t")
            yield Problem("lot-too-heavy", at, fact, rule, way_out)


@register("services run out laden")
def services_run_out_laden(facts: Facts) -> Iterator[Problem]:
    """See that no service is used by return freight only; it would never run."""
    out: set[str] = set()
    back: dict[str, tuple[str, int]] = {}
    for name in facts.scenario.flows:
        for leg in facts.legs(name):
            if leg.is_return:
                back.setdefault(leg.id, (name, leg.position))
            else:
                out.add(leg.id)
    for service, (flow, position) in back.items():
        if service not in out:
            fact = f"service `{service}` is only taken the way back"
            rule = "its trains leave home with freight, so they never run"
            way_out = "add a flow the way out, or a service that starts where this freight does"
            at = ("flows", flow, "legs", position)
            yield Problem("return-only", at, fact, rule, way_out)


def _wagons_for(fleet: WagonFleet, service: Service) -> int:
    """Return how many wagons a service can have: those of its base, or any passed on to it."""
    if service.wagons == "passed-on":
        return fleet.wagons_in_service
    at_bases = fleet.in_service_by_base
    # a service that starts elsewhere is told so; what it has is then of no matter
    return at_bases.get(service.origin, fleet.wagons_in_service)


@register("trains can be filled")
def trains_can_be_filled(facts: Facts) -> Iterator[Problem]:
    """See that the fleet and the rake are large enough for a train ever to leave."""
    for name, service in facts.scenario.services.items():
        fleet = facts.scenario.fleets.get(service.fleet)
        departs, at = service.departs, ("services", name)
        waits_for_ever = isinstance(departs, WhenFull) and departs.longest_wait_h is None
        have = _wagons_for(fleet, service) if fleet else service.rake_wagons
        if fleet and waits_for_ever and have < service.rake_wagons:
            where = f" at `{service.origin}`" if fleet.bases and service.wagons == "own" else ""
            fact = f"fleet `{service.fleet}` has {have} wagons{where}, a rake {service.rake_wagons}"
            rule = "a train that leaves when full, with no longest wait, then never leaves"
            way_out = f"lower `rake_wagons` to {have}, add wagons, or give `longest_wait_h`"
            yield Problem("never-full", (*at, "rake_wagons"), fact, rule, way_out)
        if not isinstance(departs, Timetable):
            continue
        most = min(service.rake_wagons, have)
        if departs.least_wagons > most:
            fact = f"got {departs.least_wagons} wagons, and there are never more than {most}"
            rule = "every departure would be cancelled"
            path = (*at, "departs", "least_wagons")
            yield Problem("never-full", path, fact, rule, f"lower it to {most} or less")
