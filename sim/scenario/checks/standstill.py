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


@register("pools used from both ends make light runs")
def pools_of_both_ends_run_light(facts: Facts) -> Iterator[Problem]:
    """See that locomotives can run over where services start from both stations of a pool."""
    for name, pool in facts.scenario.locomotive_pools.items():
        starts = _starts(facts, name) if pool.light_h is None else {}
        if len(starts) > 1:
            ends = " and ".join(f"`{service}` from `{start}`" for start, service in starts.items())
            fact = f"it draws trains of {ends} and makes no runs without a train"
            rule = (
                "trains of one side could take away the locomotives that those of the other "
                "brought and need to come home"
            )
            way_out = "give `light_h`, or each side a pool of its own"
            yield Problem("pool-of-both-ends", ("locomotive_pools", name), fact, rule, way_out)


def _starts(facts: Facts, pool_id: str) -> dict[str, str]:
    """Return stations at which stretches of a pool begin, each with a service that does so."""
    found: dict[str, str] = {}
    for name in facts.used_services:
        way = facts.service_way(name)
        start = way.station_ids[0] if way else ""
        for stretch in facts.scenario.services[name].traction:
            if stretch.pool == pool_id:
                found.setdefault(start, name)
            start = stretch.upto or ""
    return found


@register("wagons are enough to fill one of several trains")
def wagons_fill_one_train(facts: Facts) -> Iterator[Problem]:
    """See that wagons cannot all stand loaded in trains of several services, none of them full."""
    scenario = facts.scenario
    for name, fleet in scenario.fleets.items():
        sharing = [s for s in facts.used_services if scenario.services[s].fleet == name]
        held = {s: _held(scenario.services[s]) for s in sharing}
        for base, have in fleet.in_service_by_base.items():
            own = [s for s in sharing if scenario.services[s].wagons == "own"]
            starts = [s for s in own if scenario.services[s].origin == base]
            fed = [s for s in sharing if s not in own and starts]
            waiting = {s: held[s] for s in (*starts, *fed) if held[s] > 0}
            most = sum(waiting.values())
            alone = len(waiting) == 1 and not fed
            if not waiting or alone or most < have or max(held[s] for s in starts) >= have:
                continue
            where = f" of `{base}`" if fleet.bases else ""
            wagons = f"{have} wagons{where}"
            fact = f"{wagons} can all stand loaded for {listed(waiting)}, with no train full"
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
