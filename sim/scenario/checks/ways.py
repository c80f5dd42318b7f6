"""Trains and trucks have a way, on open track of their gauge."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from sim.model.network import NoWayError
from sim.scenario.checks.registry import register
from sim.scenario.hints import listed
from sim.scenario.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model.network import Way
    from sim.scenario.checks.facts import Facts

__all__: list[str] = []

EXISTING = "existing"


@register("services have a way")
def services_have_a_way(facts: Facts) -> Iterator[Problem]:
    """See that a service has a way on the gauge of its wagons, and open if it is used."""
    for name, service in facts.scenario.services.items():
        wagons = facts.wagon_type(service)
        stops = facts.stops(service.origin, service.via, service.destination)
        is_known = wagons is not None and stops and service.origin != service.destination
        way = facts.service_way if name in facts.used_services else facts.possible_way
        if not wagons or not is_known:
            continue
        if stops[0] == stops[-1] and not service.via:
            yield _same_station(facts, name, stops[0])
        elif way(name) is None:
            yield _no_way(facts, name, stops, wagons.gauge_mm)


def _same_station(facts: Facts, name: str, station: str) -> Problem:
    service = facts.scenario.services[name]
    fact = f"`{service.origin}` and `{service.destination}` are both at station `{station}`"
    rule = "trains run between two stations"
    return Problem("no-way", ("services", name), fact, rule, "put one terminal elsewhere")


def _no_way(facts: Facts, name: str, stops: tuple[str, ...], gauge_mm: int) -> Problem:
    """Return why a service has no way: stages, gauge, both, or no track at all."""
    on_gauge = facts.way(stops, mode="rail", gauge_mm=gauge_mm)
    if on_gauge:
        return _closed_stages(facts, name, on_gauge)
    open_way = facts.way(stops, mode="rail", open_stages=facts.open_stages)
    any_way = open_way or facts.way(stops, mode="rail")
    if any_way:
        return _gauge_gap(facts, name, any_way, gauge_mm)
    try:
        facts.context.ways(stops, mode="rail")
        reason = "there is no way"
    except NoWayError as error:
        reason = str(error)
    fact = f"no railway joins {' - '.join(f'`{stop}`' for stop in stops)}"
    way_out = "end the rail leg earlier and go on by `hauls`, or add the missing sections"
    return Problem("no-way", ("services", name), fact, reason, way_out)


def _closed_stages(facts: Facts, name: str, way: Way) -> Problem:
    stages = facts.scenario.network.stages
    start = facts.scenario.start_date
    needed = {section.stage_id for section in facts.sections(way)} - facts.open_stages - {EXISTING}
    ordered = [stage for stage in facts.plan.stages if stage in needed]
    late = [stage for stage in ordered if stage in stages]
    if late and len(late) == len(ordered):
        stage = late[0]
        fact = f"stage `{stage}` opens on {stages[stage]}, after the first day, {start}"
        rule = "the track of a service must be open from the first day"
        way_out = f"let it open by {start} or start later, or end the rail leg before it"
        return Problem("stage-opens-late", ("services", name), fact, rule, way_out)
    fact = f"its way needs {_stages(ordered)}, not open on {start}"
    way_out = "add under `network.stages` when they open, or end the rail leg earlier"
    return Problem(
        "stages-missing", ("services", name), fact, "trains run on track that is built", way_out
    )


def _stages(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names)
    return f"stage {shown}" if len(names) == 1 else f"the stages {shown}"


def _gauge_gap(facts: Facts, name: str, way: Way, gauge_mm: int) -> Problem:
    sections = facts.sections(way)
    changes = [
        f"`{station}` ({before.gauge_mm} and {after.gauge_mm} mm)"
        for station, (before, after) in zip(way.station_ids[1:-1], pairwise(sections), strict=True)
        if before.gauge_mm != after.gauge_mm
    ]
    closed = {s.stage_id for s in sections} - facts.open_stages - {EXISTING}
    also = f"; it also needs {_stages(sorted(closed))}, not open yet" if closed else ""
    rule = f"its wagons are of {gauge_mm} mm and need a way of that gauge all along"
    if not changes:
        fact = f"the way is of {sections[0].gauge_mm} mm throughout"
        way_out = "choose a fleet of that gauge, or end the service before it"
    else:
        fact = f"the gauge changes on the way at {', '.join(changes)}"
        way_out = (
            "split the service there, at a terminal with `gauge_change: transshipment`, and run "
            "a second service with wagons of the other gauge"
        )
    return Problem("gauge-gap", ("services", name), fact, rule, way_out + also)


@register("hauls have a way")
def hauls_have_a_way(facts: Facts) -> Iterator[Problem]:
    """See that a haul has a road through the towns it names."""
    for name, haul in facts.scenario.hauls.items():
        stops = facts.stops(haul.origin, haul.via, haul.destination)
        if not stops or haul.origin == haul.destination or facts.haul_way(name):
            continue
        try:
            facts.context.ways(stops, mode="road")
            reason = "there is no way"
        except NoWayError as error:
            reason = str(error)
        fact = f"no road joins {' - '.join(f'`{stop}`' for stop in stops)}"
        way_out = "choose towns that roads of the network join, or add the missing road"
        yield Problem("no-way", ("hauls", name), fact, reason, way_out)


@register("used lines are described")
def used_lines_are_described(facts: Facts) -> Iterator[Problem]:
    """See that every section that a used service passes lies on a line that `lines` describes."""
    lines = facts.scenario.lines
    users: dict[str, list[str]] = {}
    for name in facts.used_services:
        for section in facts.sections(facts.service_way(name)):
            if section.line_id not in lines and name not in users.setdefault(section.line_id, []):
                users[section.line_id].append(name)
    for line, names in users.items():
        fact = f"line `{line}` is missing; the trains of {listed(names)} pass it"
        rule = "every line in use must be described"
        way_out = f"add `{line}: {{grain: aggregate, ...}}` or `{{grain: meets, ...}}`"
        yield Problem("line-missing", ("lines", line), fact, rule, way_out)
