"""Pools and fleets never leave trains waiting for each other (docs/deadlock.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.fleet import Timetable
from sim.scenario.checks.registry import register
from sim.scenario.hints import listed
from sim.scenario.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model.fleet import Service
    from sim.scenario.checks.facts import Facts

__all__: list[str] = []


@register("crews go where locomotives go")
def crews_go_where_locomotives_go(facts: Facts) -> Iterator[Problem]:
    """See that crews can come over where locomotives run over without a train."""
    for name, pool in facts.scenario.locomotive_pools.items():
        if pool.light_h is not None and pool.crews is not None and pool.crew_travel_h is None:
            fact = "locomotives run over without a train (`light_h`), its crews never do"
            rule = "all locomotives could end at one station and all crews at the other, for ever"
            way_out = "give `crew_travel_h` as well, or leave `light_h` or `crews` out"
            at = ("locomotive_pools", name, "crews")
            yield Problem("pool-crews-apart", at, fact, rule, way_out)


@register("trains of both ends take as many locomotives")
def both_ends_take_as_many(facts: Facts) -> Iterator[Problem]:
    """See that a pool without light runs, used from both ends, gives all trains one number."""
    for name, pool in facts.scenario.locomotive_pools.items():
        users = list(_users(facts, name)) if pool.light_h is None else []
        numbers = {number: service for service, _, number in users}
        if len(numbers) > 1 and len({start for _, start, _ in users}) > 1:
            few, many = min(numbers), max(numbers)
            fact = f"trains of `{numbers[few]}` take {few}, of `{numbers[many]}` {many}"
            rule = (
                "services start from both its stations, and without `light_h` each could "
                "hold what the other lacks"
            )
            way_out = "give `light_h`, or let all take as many"
            yield Problem("pool-uneven", ("locomotive_pools", name), fact, rule, way_out)


def _users(facts: Facts, pool_id: str) -> Iterator[tuple[str, str, int]]:
    """Yield services in use that name a pool: id, station at which the stretch begins, number."""
    for name in facts.used_services:
        service, way = facts.scenario.services[name], facts.service_way(name)
        start = way.station_ids[0] if way else ""
        for stretch in service.traction:
            if stretch.pool == pool_id:
                number = 1 if service.locomotives is None else service.locomotives.count
                yield name, start, number
            start = stretch.upto or ""


@register("wagons are enough to fill one of several trains")
def wagons_fill_one_train(facts: Facts) -> Iterator[Problem]:
    """See that wagons cannot all stand loaded in trains of several services, none of them full."""
    scenario = facts.scenario
    for name, fleet in scenario.fleets.items():
        sharing = [s for s in facts.used_services if scenario.services[s].fleet == name]
        held = {s: _held(scenario.services[s]) for s in sharing}
        waiting = {s: wagons for s, wagons in held.items() if wagons > 0}
        have, most = fleet.wagons_in_service, sum(waiting.values())
        if len(waiting) > 1 and most >= have and max(waiting.values()) < have:
            fact = f"{have} wagons can all stand loaded for {listed(waiting)}, with no train full"
            rule = "trains that wait without end for a full rake, or `least_wagons`, never leave"
            way_out = f"have more than {most} wagons, or give `longest_wait_h`, or shorter rakes"
            at = ("fleets", name, "wagons")
            yield Problem("fleet-stuck", at, fact, rule, way_out, value=fleet.wagons)


def _held(service: Service) -> int:
    """Return how many loaded wagons may wait for a train for ever."""
    departs = service.departs
    if isinstance(departs, Timetable):
        return departs.least_wagons - 1
    return 0 if departs.longest_wait_h is not None else service.rake_wagons - 1
