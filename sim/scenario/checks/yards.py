"""Loaded wagons that are passed on in yards come by train, of one fleet and one gauge."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from sim.scenario.checks.registry import register
from sim.scenario.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario.checks.facts import Facts, Leg

__all__ = ["feeders", "is_fed", "passes_on"]


def is_fed(facts: Facts, leg: Leg) -> bool:
    """Return whether a leg is a ride out in wagons that other services bring loaded."""
    if not leg.is_rail or leg.is_return:
        return False
    return facts.scenario.services[leg.id].wagons == "passed-on"


def passes_on(facts: Facts, before: Leg, after: Leg) -> bool:
    """Return whether a lot's wagon goes on loaded from one leg in the next."""
    return is_fed(facts, after) and before.is_rail and not before.is_return


def feeders(facts: Facts) -> dict[str, str]:
    """Return services whose wagons are passed on at their destination, each with a flow."""
    return {
        before.id: name
        for name in facts.scenario.flows
        for before, after in pairwise(facts.legs(name))
        if passes_on(facts, before, after)
    }


@register("passed-on wagons come by train")
def passed_on_wagons_come_by_train(facts: Facts) -> Iterator[Problem]:
    """See that freight comes to a service with passed-on wagons in wagons of its fleet."""
    services = facts.scenario.services
    for name in facts.scenario.flows:
        legs = facts.legs(name)
        for before, leg in pairwise([None, *legs]):
            if leg is None or not is_fed(facts, leg):
                continue
            at = ("flows", name, "legs", leg.position)
            if before is None or not passes_on(facts, before, leg):
                came = (
                    "is offered there" if before is None else f"comes unloaded from `{before.id}`"
                )
                fact = f"the freight {came}, and service `{leg.id}` has passed-on wagons"
                rule = "it takes no empty wagons: other services must bring it loaded ones"
                way_out = "put a service that leads there before it, or write `wagons: own`"
                yield Problem("not-passed-on", at, fact, rule, way_out)
            elif services[before.id].fleet != services[leg.id].fleet:
                fact = (
                    f"`{before.id}` runs wagons of fleet `{services[before.id].fleet}`, "
                    f"`{leg.id}` of `{services[leg.id].fleet}`"
                )
                rule = "the wagon goes on with its load, so both must name one fleet"
                way_out = "name the same fleet, with `bases` at each place where it is loaded"
                yield Problem("other-fleet", at, fact, rule, way_out)


@register("yards can sort")
def yards_can_sort(facts: Facts) -> Iterator[Problem]:
    """See that a yard where wagons are passed on has a sorting time."""
    told: set[str] = set()
    for name, service in facts.scenario.services.items():
        terminal = facts.scenario.terminals.get(service.origin)
        if service.wagons == "own" or terminal is None or service.origin in told:
            continue
        if terminal.sorting_h is None:
            told.add(service.origin)
            fact = f"terminal `{service.origin}` has no `sorting_h`, and `{name}` starts there"
            rule = "its wagons are sorted from the trains that bring them"
            at = ("terminals", service.origin, "sorting_h")
            yield Problem("terminal-unfit", at, fact, rule, "add `sorting_h: <hours a wagon>`")


@register("trains that go home without wagons carry nothing")
def feeders_carry_nothing_home(facts: Facts) -> Iterator[Problem]:
    """See that no freight rides home on a service whose wagons are passed on."""
    feeding = feeders(facts)
    for name in facts.scenario.flows:
        for leg in facts.legs(name):
            if leg.is_return and leg.id in feeding:
                fact = f"it rides `{leg.id}` home from `{leg.start}`"
                rule = f"its wagons go on from there with freight of flow `{feeding[leg.id]}`"
                way_out = "give this freight a service of its own from there"
                at = ("flows", name, "legs", leg.position)
                yield Problem("return-passed-on", at, fact, rule, way_out)


@register("wagons that are passed on keep their bogies")
def passed_on_wagons_keep_their_bogies(facts: Facts) -> Iterator[Problem]:
    """See that no gauge changes on the way of a service whose wagons are passed on."""
    for service, flow in feeders(facts).items():
        sections = facts.sections(facts.service_way(service))
        if len({section.gauge_mm for section in sections}) > 1:
            fact = f"the gauge changes on its way, and wagons of flow `{flow}` go on at its end"
            rule = "sets of bogies are counted by the train that brings them back"
            way_out = "let the wagons change gauge on the way of the last service"
            yield Problem("passed-over-gauge", ("services", service), fact, rule, way_out)


@register("loaded wagons in a yard do not divert")
def loaded_wagons_do_not_divert(facts: Facts) -> Iterator[Problem]:
    """See that no flow turns to or from a leg on which its wagon is passed on."""
    services = facts.scenario.services
    fed = {name for name, service in services.items() if service.wagons == "passed-on"}
    for name, flow in facts.scenario.flows.items():
        if flow.divert is None:
            continue
        at = ("flows", name, "divert")
        rule = "what stands loaded in a yard goes on as it was to"
        way_out = "let it look before the service that loads it"
        if flow.divert.before in fed:
            fact = f"it looks before `{flow.divert.before}`, when it is in a wagon passed on to it"
            yield Problem("divert-passed-on", (*at, "before"), fact, rule, way_out)
        if flow.divert.legs[0] in fed:
            fact = f"its first leg, `{flow.divert.legs[0]}`, has passed-on wagons"
            yield Problem("divert-passed-on", (*at, "legs", 0), fact, rule, way_out)
