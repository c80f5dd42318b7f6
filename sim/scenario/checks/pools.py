"""Locomotive pools exist, suit the trains, and stand where trains take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.checks.registry import register
from sim.scenario.hints import did_you_mean
from sim.scenario.problems import WARNING, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model.fleet import Service
    from sim.scenario.checks.facts import Facts
    from sim.scenario.marks import KeyPath

__all__: list[str] = []


@register("locomotive pools are of known types and stand at known stations")
def pools_are_known(facts: Facts) -> Iterator[Problem]:
    """See that the type and both stations of each pool exist, and that some service uses it."""
    scenario = facts.scenario
    used = {s.pool for name in facts.used_services for s in scenario.services[name].traction}
    for name, pool in scenario.locomotive_pools.items():
        at: KeyPath = ("locomotive_pools", name)
        if pool.type not in scenario.locomotive_types:
            hint = did_you_mean(pool.type, scenario.locomotive_types)
            fact, rule = f"got `{pool.type}`", "no locomotive type has this id"
            yield Problem(
                "unknown-locomotive-type", (*at, "type"), fact, rule, hint, value=pool.type
            )
        for position, station in enumerate(pool.between):
            if station not in facts.plan.stations:
                fact, rule = f"got `{station}`", "no station of the network has this id"
                hint = did_you_mean(station, facts.plan.stations)
                where = (*at, "between", position)
                yield Problem("unknown-id", where, fact, rule, hint, value=station)
        if name not in used:
            fact, rule = "no service in use names it", "the pool has no effect"
            way_out = "name it in the `traction` of a service, or let it be"
            yield Problem("pool-unused", at, fact, rule, way_out, WARNING)


@register("pools draw the trains that name them")
def pools_draw_trains(facts: Facts) -> Iterator[Problem]:
    """See that stretches follow the way, end where their pools do, and have enough locomotives."""
    for name, service in facts.scenario.services.items():
        way = facts.service_way(name) or facts.possible_way(name)
        if way is None:
            continue
        start, last = 0, len(way.station_ids) - 1
        for position, stretch in enumerate(service.traction):
            at: KeyPath = ("services", name, "traction", position)
            if stretch.upto is not None and stretch.upto not in way.station_ids[start + 1 :]:
                yield _off_the_way(at, stretch.upto, way.station_ids[start + 1 :])
                break
            stop = last if stretch.upto is None else way.station_ids.index(stretch.upto)
            if stretch.pool is not None:
                ends = (way.station_ids[start], way.station_ids[stop])
                yield from _fits(facts, (at, service), stretch.pool, ends)
                yield from _starts(facts, (at, service), stretch.pool, ends[0])
            start = stop
            if stop == last and position + 1 < len(service.traction):
                fact = f"stretch {position + 1} already ends at the destination"
                rule = "stretches follow one another along the way out"
                way_out = "give it `upto`, or take the stretches after it away"
                yield Problem("stretch-too-many", at, fact, rule, way_out)
                break


def _starts(
    facts: Facts, who: tuple[KeyPath, Service], pool_id: str, start: str
) -> Iterator[Problem]:
    """See that the first train has its locomotives and crew, where none come over."""
    at, service = who
    pool = facts.scenario.locomotive_pools.get(pool_id)
    if pool is None or start not in pool.between:
        return
    is_first = start == pool.between[0]
    first = pool.locomotives if pool.first_locomotives is None else pool.first_locomotives
    needed = 1 if service.locomotives is None else service.locomotives.count
    there = first if is_first else pool.locomotives - first
    rule = f"without `{{}}` none comes over from the other end, and no train leaves `{start}`"
    if pool.light_h is None and there < needed <= pool.locomotives:
        fact = f"{there} locomotives of pool `{pool_id}` stand at `{start}`, a train takes {needed}"
        way_out = "give the pool `light_h`, or `first_locomotives` so that enough stand there"
        yield Problem("pool-far-away", at, fact, rule.format("light_h"), way_out)
    if pool.crews is not None and pool.crew_travel_h is None and not is_first and pool.crews < 2:  # noqa: PLR2004
        fact = f"the one crew of pool `{pool_id}` is at `{pool.between[0]}` at the start"
        way_out = "give the pool `crew_travel_h`, or another crew"
        yield Problem("pool-far-away", at, fact, rule.format("crew_travel_h"), way_out)


def _off_the_way(at: KeyPath, upto: str, ahead: tuple[str, ...]) -> Problem:
    fact = f"`{upto}` does not lie ahead on the way of its trains"
    rule = "a stretch ends at a station further on"
    hint = did_you_mean(upto, ahead)
    if not hint.startswith("did"):
        hint = "name one of: " + ", ".join(ahead)
    return Problem("stretch-off-the-way", (*at, "upto"), fact, rule, hint, value=upto)


def _fits(
    facts: Facts, who: tuple[KeyPath, Service], pool_id: str, ends: tuple[str, str]
) -> Iterator[Problem]:
    at, service = who
    scenario, pool = facts.scenario, facts.scenario.locomotive_pools.get(pool_id)
    if pool is None:
        fact, rule = f"got `{pool_id}`", "no locomotive pool has this id"
        hint = did_you_mean(pool_id, scenario.locomotive_pools)
        yield Problem("unknown-id", (*at, "pool"), fact, rule, hint, value=pool_id)
        return
    if set(ends) != set(pool.between):
        fact = f"here trains run from `{ends[0]}` to `{ends[1]}`"
        rule = f"pool `{pool_id}` draws trains between `{pool.between[0]}` and `{pool.between[1]}`"
        way_out = "end the stretches at these stations (`upto`), or give the pool others"
        yield Problem("pool-elsewhere", at, fact, rule, way_out)
    needed = 1 if service.locomotives is None else service.locomotives.count
    if needed > pool.locomotives:
        fact = f"a train takes {needed} locomotives, the pool has {pool.locomotives}"
        rule = "a train that can never have its locomotives never runs"
        yield Problem("pool-too-small", at, fact, rule, "give the pool more locomotives")
    if service.locomotives is not None and service.locomotives.type != pool.type:
        fact = f"its trains are drawn by `{service.locomotives.type}`, the pool has `{pool.type}`"
        rule = "running times are those of the locomotives that a service names"
        yield Problem("pool-of-other-type", at, fact, rule, "name the same type in both", WARNING)
    own, wagons = scenario.locomotive_types.get(pool.type), facts.wagon_type(service)
    if (
        own is not None
        and wagons is not None
        and own.gauge_mm
        not in (
            wagons.gauge_mm,
            *wagons.other_gauges_mm,
        )
    ):
        fact = f"`{pool.type}` is of {own.gauge_mm} mm, the wagons are of {wagons.gauge_mm} mm"
        rule = "locomotives and wagons of a train have one gauge"
        yield Problem("other-gauge", at, fact, rule, "choose a pool of that gauge")
