"""Bases of wagon fleets exist, are used, and empty wagons find their way to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.checks.references import unknown
from sim.scenario.checks.registry import register
from sim.scenario.checks.yards import passes_on
from sim.scenario.hints import listed
from sim.scenario.problems import WARNING, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario.checks.facts import Facts

__all__: list[str] = []


@register("bases exist")
def bases_exist(facts: Facts) -> Iterator[Problem]:
    """See that bases are terminals, and moves of empties lead from terminals to bases."""
    terminals = facts.scenario.terminals
    for name, fleet in facts.scenario.fleets.items():
        at = ("fleets", name)
        for base in fleet.bases:
            yield from unknown((*at, "bases", base), base, terminals, "terminal")
        for place, hours in fleet.empties.move_h.items() if fleet.empties else ():
            path = (*at, "empties", "move_h", place)
            yield from unknown(path, place, terminals, "terminal")
            for base in hours:
                known = (fleet.home, *fleet.bases)
                yield from unknown((*path, base), base, known, f"base of fleet `{name}`")


@register("wagons of bases are taken")
def bases_are_used(facts: Facts) -> Iterator[Problem]:
    """See that some service takes the wagons of each base."""
    for name, fleet in facts.scenario.fleets.items():
        used = _bases_in_use(facts, name)
        for base in fleet.bases:
            if used and base not in used and base in facts.scenario.terminals:
                fact = f"no service of fleet `{name}` that freight rides takes wagons there"
                rule = "its wagons are left out of the run"
                way_out = "leave the base out, or let a service start there"
                at = ("fleets", name, "bases", base)
                yield Problem("base-unused", at, fact, rule, way_out, WARNING)


def _bases_in_use(facts: Facts, fleet: str) -> list[str]:
    """Return the bases of a fleet from which services in use take wagons."""
    every = [facts.scenario.services[s] for s in facts.used_services]
    starts = {s.origin for s in every if s.fleet == fleet and s.wagons == "own"}
    own = facts.scenario.fleets[fleet]
    return [base for base in (own.home, *sorted(own.bases)) if base in starts]


@register("empty wagons find a base")
def empties_find_a_base(facts: Facts) -> Iterator[Problem]:
    """See that a move is stated wherever a wagon may be empty away from its base."""
    for name, fleet in facts.scenario.fleets.items():
        bases, empties = _bases_in_use(facts, name), fleet.empties
        any_base = empties is not None and empties.rule != "origin"
        moves = empties.move_h if empties else {}
        for place, origins in _empty_at(facts, name).items():
            wanted = bases if any_base else [base for base in bases if base in origins]
            lacking = [b for b in wanted if b != place and b not in moves.get(place, {})]
            if lacking:
                fact = (
                    f"wagons come home empty to `{place}`, and no move leads to {listed(lacking)}"
                )
                rule = "an empty wagon goes to a base of its fleet"
                way_out = f"add `empties: {{move_h: {{{place}: {{{lacking[0]}: <hours>}}}}}}`"
                yield Problem("empties-no-way", ("fleets", name, "empties"), fact, rule, way_out)


def _empty_at(facts: Facts, fleet: str) -> dict[str, set[str]]:
    """Return where wagons come home empty, with the bases from which their lots took them."""
    found: dict[str, set[str]] = {}
    services = facts.scenario.services
    for name in facts.scenario.flows:
        base = ""
        legs = [*facts.legs(name), None]
        for before, leg, after in zip([None, *legs], legs, legs[1:], strict=False):
            if leg is None or not leg.is_rail or leg.is_return or services[leg.id].fleet != fleet:
                continue
            if before is None or not passes_on(facts, before, leg):
                base = services[leg.id].origin
            if after is None or not passes_on(facts, leg, after):
                found.setdefault(services[leg.id].origin, set()).add(base)
    return found
