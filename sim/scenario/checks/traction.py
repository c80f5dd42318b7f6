"""Trains have locomotives that suit them, or lines that need none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.kernels.ptr1520_rules import has_row, wagon_kind
from sim.model.fleet import WagonType
from sim.model.network import MeetsLine
from sim.scenario.checks.registry import register
from sim.scenario.hints import did_you_mean
from sim.scenario.problems import Problem
from sim.units import TONNE_KG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model.traction import LocomotiveType
    from sim.scenario.checks.facts import Facts

__all__: list[str] = []


@register("locomotives exist and suit the wagons")
def locomotives_suit(facts: Facts) -> Iterator[Problem]:
    """See that the locomotives of a service exist and have the gauge of its wagons."""
    scenario = facts.scenario
    for name, service in scenario.services.items():
        if service.locomotives is None:
            continue
        at = ("services", name, "locomotives", "type")
        kind = service.locomotives.type
        locomotive, wagons = scenario.locomotive_types.get(kind), facts.wagon_type(service)
        if locomotive is None:
            fact, rule = f"got `{kind}`", "no locomotive type has this id"
            hint = did_you_mean(kind, scenario.locomotive_types)
            yield Problem("unknown-locomotive-type", at, fact, rule, hint, value=kind)
        elif wagons is not None and locomotive.gauge_mm not in (
            wagons.gauge_mm,
            *wagons.other_gauges_mm,
        ):
            fact = (
                f"`{kind}` is of {locomotive.gauge_mm} mm, the wagons are of {wagons.gauge_mm} mm"
            )
            rule = "locomotives and wagons of a train have one gauge"
            yield Problem("other-gauge", at, fact, rule, "choose a locomotive of that gauge")


@register("running times can be had")
def running_times_can_be_had(facts: Facts) -> Iterator[Problem]:
    """See that a line without a speed is run by trains with locomotives only."""
    for name in facts.used_services:
        service = facts.scenario.services[name]
        if service.locomotives is not None:
            continue
        for line_id in {s.line_id for s in facts.sections(facts.service_way(name))}:
            line = facts.scenario.lines.get(line_id)
            if isinstance(line, MeetsLine) and line.running_speed_kmh is None:
                fact = f"line `{line_id}` gives no `running_speed_kmh`, only `physics`"
                rule = "physics needs the locomotives of the train"
                way_out = "add `locomotives: {type: ..., count: 1}`, or a speed to the line"
                yield Problem("no-running-time", ("services", name), fact, rule, way_out)
                break


def _asks(facts: Facts, service_id: str, resistance: str) -> bool:
    """Return whether a line on the way of a service takes this model of resistance."""
    lines = [
        facts.scenario.lines.get(s.line_id) for s in facts.sections(facts.service_way(service_id))
    ]
    return any(
        isinstance(line, MeetsLine) and line.physics and line.physics.resistance == resistance
        for line in lines
    )


@register("the 1520 mm rules know the empty wagon")
def rules_know_the_empty_wagon(facts: Facts) -> Iterator[Problem]:
    """See that `resistance: ptr1520` has a row for empty wagons, or these have their own."""
    scenario = facts.scenario
    for name in facts.used_services:
        service = scenario.services[name]
        wagons = facts.wagon_type(service)
        if service.locomotives is None or wagons is None or not _asks(facts, name, "ptr1520"):
            continue
        kind = wagon_kind(wagons.axles, wagons.bearings)
        own = wagons.resistance_table_empty or wagons.davis_empty
        if own is None and not has_row(wagons.tare_t * TONNE_KG, kind):
            at = ("wagon_types", scenario.fleets[service.fleet].wagon_type)
            fact = f"empty it is {wagons.axles} axles of {wagons.tare_t / wagons.axles:g} t"
            fact += ", bearings " + wagons.bearings
            rule = f"`ptr1520`, by which service `{name}` runs, has no row for such a wagon"
            way_out = (
                "give `davis_empty` or `resistance_table_empty`, taken where there is no row; "
            )
            way_out += "or choose roller bearings on 4 or 6 axles, or another `resistance`"
            yield Problem("no-row-for-wagon", at, fact, rule, way_out)


@register("davis terms are there where they are asked for")
def davis_terms_are_there(facts: Facts) -> Iterator[Problem]:
    """See that wagons and locomotives have Davis terms on lines that take `resistance: davis`."""
    for name, vehicle in _vehicles(facts, "davis"):
        if vehicle.own.davis is None:
            fact = "it has no `davis` terms"
            rule = f"service `{name}` runs it on a line with `resistance: davis`"
            way_out = "add `davis: {a_n: ..., b_n_per_mps: ..., c_n_per_mps2: ...}`"
            yield Problem("no-davis-terms", vehicle.at, fact, rule, way_out)


@register("tables of resistance are there where they are asked for")
def tables_are_there(facts: Facts) -> Iterator[Problem]:
    """See that vehicles have tables, empty ones too, on lines that take `resistance: table`."""
    for name, (at, own) in _vehicles(facts, "table"):
        rule = f"service `{name}` runs it on a line with `resistance: table`"
        table = own.resistance_table
        if table is None:
            fact = "it has no `resistance_table`"
            way_out = "add `resistance_table: {speed_kmh: [0, ...], force_n: [...]}`"
            way_out += ", or `specific_permille` in place of `force_n`"
            yield Problem("no-resistance-table", at, fact, rule, way_out)
        elif (
            isinstance(own, WagonType)
            and table.specific_permille is not None
            and own.resistance_table_empty is None
        ):
            fact = "its `resistance_table` is in permille, which are not those of an empty wagon"
            way_out = "add `resistance_table_empty`, of the same form"
            yield Problem("no-resistance-table", at, fact, rule, way_out)


class _Vehicle(NamedTuple):
    at: tuple[str, str]
    own: WagonType | LocomotiveType


def _vehicles(facts: Facts, resistance: str) -> Iterator[tuple[str, _Vehicle]]:
    """Yield services that meet a model of resistance on their way, with each type they run."""
    scenario = facts.scenario
    for name in facts.used_services:
        service = scenario.services[name]
        wagons = facts.wagon_type(service)
        if service.locomotives is None or wagons is None or not _asks(facts, name, resistance):
            continue
        yield name, _Vehicle(("wagon_types", scenario.fleets[service.fleet].wagon_type), wagons)
        locomotive = scenario.locomotive_types.get(service.locomotives.type)
        if locomotive is not None:
            at = ("locomotive_types", service.locomotives.type)
            yield name, _Vehicle(at, locomotive)
