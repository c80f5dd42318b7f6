"""Locomotive pools never leave trains waiting for each other (docs/deadlock.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.checks.registry import register
from sim.scenario.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

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
