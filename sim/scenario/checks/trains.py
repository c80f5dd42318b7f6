"""Trains fit on the tracks they must stand on."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from sim.model.network import MeetsLine
from sim.scenario.checks.registry import register
from sim.scenario.problems import WARNING, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model.fleet import Service, WagonType
    from sim.scenario.checks.facts import Facts

__all__: list[str] = []


@register("trains fit where they meet")
def trains_fit_where_they_meet(facts: Facts) -> Iterator[Problem]:
    """See that a train fits at least one stopping place on the lines with meets it runs on."""
    for name, service in facts.scenario.services.items():
        wagons = facts.wagon_type(service)
        places = _places(facts, name)
        if wagons is None or not places:
            continue
        place, longest_m = max(places.items(), key=lambda item: item[1])
        if _length_m(service, wagons) > longest_m:
            where = f"where trains meet, the longest track is {longest_m:g} m, at {place}"
            yield _too_long(name, service, wagons, (where, longest_m))


@register("trains fit where they unload")
def trains_fit_where_they_unload(facts: Facts) -> Iterator[Problem]:
    """See that a train fits the tracks of its destination."""
    for name, service in facts.scenario.services.items():
        wagons = facts.wagon_type(service)
        terminal = facts.scenario.terminals.get(service.destination)
        if wagons is None or terminal is None:
            continue
        usable_m = terminal.usable_length_m
        if _length_m(service, wagons) > usable_m:
            where = f"the tracks of terminal `{service.destination}` are {usable_m:g} m"
            yield _too_long(name, service, wagons, (where, usable_m))


@register("a limited yard can hold trains back")
def limited_yards_hold_trains_back(facts: Facts) -> Iterator[Problem]:
    """See that a limited yard has a section with meets before which its trains can wait."""
    for name in facts.used_services:
        service = facts.scenario.services[name]
        terminal = facts.scenario.terminals.get(service.destination)
        way = facts.service_way(name)
        if terminal is None or terminal.receiving_tracks is None or way is None:
            continue
        lines = [facts.scenario.lines.get(s.line_id) for s in facts.sections(way)]
        if not any(isinstance(line, MeetsLine) for line in lines):
            fact = f"trains of service `{name}` pass no line with meets on their way out"
            rule = "only before such a line are trains held until the yard has a place"
            at = ("terminals", service.destination, "receiving_tracks")
            way_out = "give a line on the way `grain: meets`, or leave the limit out"
            yield Problem("yard-limit-unused", at, fact, rule, way_out, WARNING)


def _length_m(service: Service, wagons: WagonType) -> float:
    return service.rake_wagons * wagons.length_m + service.locomotive_length_m


def _too_long(name: str, service: Service, wagons: WagonType, limit: tuple[str, float]) -> Problem:
    where, usable_m = limit
    fact = f"a train of {service.rake_wagons} wagons is {_length_m(service, wagons):g} m long"
    largest = floor((usable_m - service.locomotive_length_m) / wagons.length_m)
    way_out = "longer tracks are needed: not even one wagon fits"
    if largest > 0:
        way_out = f"a rake of {largest} wagons fits; or give the tracks more length"
    at = ("services", name, "rake_wagons")
    return Problem("train-too-long", at, fact, where, way_out, value=service.rake_wagons)


def _places(facts: Facts, service_id: str) -> dict[str, float]:
    """Return the length in metres of each stopping place on lines with meets on a way."""
    way = facts.service_way(service_id)
    sections = facts.sections(way)
    places: dict[str, float] = {}
    for position, section in enumerate(sections):
        line = facts.scenario.lines.get(section.line_id)
        if way is None or not isinstance(line, MeetsLine):
            continue
        spacing_km = line.loop_spacing_km
        if spacing_km is not None and section.length_km > spacing_km:
            places[f"the loops of line `{section.line_id}`"] = line.loop_usable_length_m
        for station in way.station_ids[max(position, 1) : position + 2]:
            if station == way.station_ids[-1]:
                continue
            own = facts.scenario.stations.get(station)
            length_m = own.usable_length_m if own else line.station_usable_length_m
            place = f"station `{station}`"
            places[place] = max(length_m, places.get(place, 0.0))
    return places
