"""Wagons that go on over another gauge find where, with bogies enough."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from sim.scenario.checks.registry import register
from sim.scenario.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model.fleet import Service, WagonType
    from sim.model.network import Way
    from sim.scenario.checks.facts import Facts

__all__: list[str] = []


def _changes(facts: Facts, way: Way) -> list[tuple[int, str, int, int]]:
    """Return position, station and gauges where the gauge of a way changes."""
    sections = facts.sections(way)
    return [
        (n, way.station_ids[n], a.gauge_mm, b.gauge_mm)
        for n, (a, b) in enumerate(pairwise(sections), start=1)
        if a.gauge_mm != b.gauge_mm
    ]


@register("wagons change gauge where they can")
def wagons_change_gauge_where_they_can(facts: Facts) -> Iterator[Problem]:
    """See that the way of wagons of several gauges has only these, and a terminal at the break."""
    for name in facts.used_services:
        service = facts.scenario.services[name]
        wagons, way = facts.wagon_type(service), facts.service_way(name)
        if wagons is None or way is None or not wagons.other_gauges_mm:
            continue
        at = ("services", name)
        sections = facts.sections(way)
        known = (wagons.gauge_mm, *wagons.other_gauges_mm)
        odd = [s for s in sections if s.gauge_mm not in known]
        if odd or sections[0].gauge_mm != wagons.gauge_mm:
            first = odd[0] if odd else sections[0]
            fact = f"section `{first.id}` of its way is of {first.gauge_mm} mm"
            rule = f"its wagons begin on {wagons.gauge_mm} mm and go over {known} mm only"
            way_out = "lead it by another `via`, or name the gauge in `other_gauges_mm`"
            yield Problem("gauge-gap", at, fact, rule, way_out)
            continue
        changes = _changes(facts, way)
        if len(changes) > 1:
            places = ", ".join(f"`{station}`" for _, station, _, _ in changes)
            fact = f"the gauge of its way changes at {places}"
            rule = "wagons change gauge once on a way"
            way_out = "split the service, with transshipment at one of them"
            yield Problem("gauge-gap", at, fact, rule, way_out)
        for change in changes[:1]:
            yield from _at_the_break(facts, (name, service, wagons), way, change)


@register("tracks of terminals have the gauge of what comes")
def tracks_of_terminals_have_the_gauge(facts: Facts) -> Iterator[Problem]:
    """See that trains stand on tracks of their gauge at both ends of their way."""
    told: set[tuple[str, int]] = set()
    for name in facts.used_services:
        service, way = facts.scenario.services[name], facts.service_way(name)
        if way is None:
            continue
        sections = facts.sections(way)
        for place, section in ((service.origin, sections[0]), (service.destination, sections[-1])):
            who = f"trains of service `{name}` stand there"
            if (place, section.gauge_mm) not in told:
                told.add((place, section.gauge_mm))
                yield from _tracks_of(facts, place, (section.gauge_mm,), who)


def _tracks_of(facts: Facts, place: str, gauges_mm: tuple[int, ...], who: str) -> Iterator[Problem]:
    """See that a terminal that states its gauges has these."""
    stated = facts.scenario.terminals[place].gauges_mm
    lacking = [gauge for gauge in gauges_mm if stated is not None and gauge not in stated]
    if stated is not None and lacking:
        has = ", ".join(f"{gauge} mm" for gauge in stated)
        fact = f"it has tracks of {has}, and {who} on {lacking[0]} mm"
        rule = "trains stand on tracks of their gauge"
        way_out = f"add {lacking[0]} to `gauges_mm`, or take the key away: then the lines there say"
        yield Problem("other-gauge", ("terminals", place, "gauges_mm"), fact, rule, way_out)


def _at_the_break(
    facts: Facts, who: tuple[str, Service, WagonType], way: Way, change: tuple[int, str, int, int]
) -> Iterator[Problem]:
    name, service, _ = who
    position, station, before, after = change
    terminals = facts.scenario.terminals.items()
    here = [(t, terminal) for t, terminal in terminals if terminal.station == station]
    able = [(t, terminal) for t, terminal in here if terminal.exchange is not None]
    if not able:
        fact = f"at `{station}` its way goes from {before} to {after} mm with no way across"
        rule = "wagons go on where a terminal exchanges bogies or lets them through"
        where = f"terminal `{here[0][0]}`" if here else "a terminal at this station"
        way_out = f"give {where} `gauge_change: bogie-exchange` and `exchange`"
        yield Problem("no-exchange", ("services", name), fact, rule, way_out)
        return
    place, terminal = able[0]
    changed = f"wagons of service `{name}` change gauge there"
    yield from _tracks_of(facts, place, (before, after), changed)
    sets = terminal.exchange.bogie_sets if terminal.exchange else None
    rake = service.rake_wagons
    if sets is not None and sets < rake:
        fact = f"it has {sets} sets of bogies, a train of service `{name}` {rake} wagons"
        rule = "a train goes on when all its wagons can"
        at = ("terminals", place, "exchange", "bogie_sets")
        yield Problem("too-few-bogies", at, fact, rule, "give it more sets, or shorten the rake")
    start = 0
    for k, stretch in enumerate(service.traction):
        ahead = stretch.upto in way.station_ids
        stop = way.station_ids.index(stretch.upto or "") if ahead else len(way.station_ids) - 1
        if stretch.pool is not None and start < position < stop:
            fact = f"its locomotives are to run through `{station}`, where the gauge changes"
            rule = "locomotives do not change gauge; waiting for bogies they would bar the line"
            way_out = f"end the stretch there: `upto: {station}`"
            yield Problem("pool-over-gauge", ("services", name, "traction", k), fact, rule, way_out)
        start = stop
