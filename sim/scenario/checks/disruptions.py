"""Disruptions fit what they hit, fall into the period and leave something open."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sim.model.disruption import FITS, KINDS
from sim.model.laws import Empirical, Exponential, Fixed, Gamma, Lognormal, Pert
from sim.scenario.checks.registry import register
from sim.scenario.problems import WARNING, Problem
from sim.units import YEAR_D

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model.laws import Law
    from sim.scenario.checks.facts import Facts

__all__: list[str] = []

_DOWN_AT_MOST = 0.95
_PERT_WEIGHT = 4


@register("disruptions fall into the period")
def disruptions_fall_into_the_period(facts: Facts) -> Iterator[Problem]:
    """See that none on dates falls before or after all that is simulated."""
    scenario = facts.scenario
    end = scenario.start_date + timedelta(days=scenario.duration_d + scenario.run_out_d - 1)
    for name, disruption in scenario.disruptions.items():
        dates = disruption.dates
        if dates and (dates.last < scenario.start_date or dates.first > end):
            fact = f"it lasts from {dates.first} to {dates.last}"
            rule = f"{scenario.start_date} to {end} is simulated, so it has no effect"
            at, way_out = ("disruptions", name, "dates"), "check the year"
            yield Problem("disruption-outside", at, fact, rule, way_out, WARNING)


@register("closures leave something open")
def closures_leave_something_open(facts: Facts) -> Iterator[Problem]:
    """See that closures by chance do not shut a place nearly always."""
    for name, disruption in facts.scenario.disruptions.items():
        random = disruption.random
        if random is None or not disruption.effect.closed:
            continue
        mean_d = _mean(random.duration_d)
        if random.yearly * mean_d / YEAR_D > _DOWN_AT_MOST:
            fact = (
                f"{random.yearly:g} closures a year of {mean_d:g} d in the mean make "
                f"{random.yearly * mean_d:g} d a year"
            )
            rule = f"closures must take less than {_DOWN_AT_MOST:.0%} of the time"
            way_out = "lower the rate or `duration_d`; for a place shut for good, take it away"
            yield Problem("always-closed", ("disruptions", name, "random"), fact, rule, way_out)


def _mean(law: Law) -> float:
    """Return the mean of a law."""
    if isinstance(law, int | float):
        return float(law)
    if isinstance(law, Fixed):
        return law.value
    if isinstance(law, Lognormal | Gamma | Exponential):
        return law.mean
    if isinstance(law, Empirical):
        weights = law.weights or (1.0,) * len(law.values)
        return sum(v * w for v, w in zip(law.values, weights, strict=True)) / sum(weights)
    weight = _PERT_WEIGHT if isinstance(law, Pert) else 1
    return (law.low + weight * law.mode + law.high) / (weight + 2)


@register("disruptions hit what is used")
def disruptions_hit_what_is_used(facts: Facts) -> Iterator[Problem]:
    """See that somebody passes each section that a disruption hits."""
    passed = facts.passed("rail") | facts.passed("road")
    for name, disruption in facts.scenario.disruptions.items():
        for position, section in enumerate(disruption.hits.sections):
            if section in facts.plan.sections and section not in passed:
                fact = f"no train or truck passes section `{section}`"
                at = ("disruptions", name, "hits", "sections", position)
                rule, way_out = "the disruption has no effect there", "check which section is meant"
                yield Problem("disruption-unused", at, fact, rule, way_out, WARNING)


@register("effects fit what is hit")
def effects_fit_what_is_hit(facts: Facts) -> Iterator[Problem]:
    """See that each effect is one that the things hit can have."""
    for name, disruption in facts.scenario.disruptions.items():
        kind = disruption.effect.kind
        for hit in KINDS:
            if getattr(disruption.hits, hit) and hit not in FITS[kind]:
                fact = f"`{kind}` does not fit `{hit}`"
                rule = f"it fits {_listed(FITS[kind])}"
                fitting = [effect for effect, kinds in FITS.items() if hit in kinds]
                way_out = f"give {_listed(fitting)} in a disruption of its own for `{hit}`"
                at = ("disruptions", name, "hits", hit)
                yield Problem("effect-misfit", at, fact, rule, way_out)


def _listed(words: tuple[str, ...] | list[str]) -> str:
    return " or ".join(f"`{word}`" for word in words)


@register("capacities are there to be cut")
def capacities_are_there(facts: Facts) -> Iterator[Problem]:
    """See that posts and terminals with a share of capacity have servers and gangs."""
    scenario = facts.scenario
    for name, disruption in scenario.disruptions.items():
        if disruption.effect.capacity_frac is None:
            continue
        there: dict[str, dict[str, object]] = {
            "posts": {p: post.servers for p, post in scenario.posts.items()},
            "terminals": {
                t: place.gangs or place.cranes for t, place in scenario.terminals.items()
            },
        }
        for hit, word in (("posts", "servers"), ("terminals", "gangs")):
            numbers = there[hit]
            for position, thing in enumerate(getattr(disruption.hits, hit)):
                if thing in numbers and numbers[thing] is None:
                    fact = f"`{thing}` has no number of {word}"
                    rule = "there is nothing to take a share of"
                    way_out = f"give `{hit}.{thing}.{word}`, or close it with `closed: true`"
                    at = ("disruptions", name, "hits", hit, position)
                    yield Problem("no-capacity", at, fact, rule, way_out)


@register("freight beyond the usual comes on known days")
def surges_are_known(facts: Facts) -> Iterator[Problem]:
    """See that more freight than usual is offered on known days only."""
    for name, disruption in facts.scenario.disruptions.items():
        frac = disruption.effect.demand_frac
        if frac is not None and frac > 1 and not disruption.is_known:
            fact = f"{frac:g} times the usual freight comes by chance"
            rule = "by chance freight can only fall away: at most 1"
            way_out = "give its `dates` or `season`, or raise `tonnes_per_year` and let less come"
            at = ("disruptions", name, "effect", "demand_frac")
            yield Problem("surge-by-chance", at, fact, rule, way_out, value=frac)


@register("nothing follows itself")
def nothing_follows_itself(facts: Facts) -> Iterator[Problem]:
    """See that disruptions that set each other going do not run in a circle."""
    every = facts.scenario.disruptions
    for name, disruption in every.items():
        seen, here = [name], disruption
        while here.after is not None and here.after.disruption in every:
            seen.append(here.after.disruption)
            if seen[-1] in seen[:-1]:
                break
            here = every[seen[-1]]
        if len(seen) > 1 and seen[-1] == name:
            fact = f"it comes after {' after '.join(f'`{s}`' for s in seen[1:])}"
            rule = "no disruption can set itself going"
            way_out = "give one of them `dates`, `season` or `random`"
            at = ("disruptions", name, "after", "disruption")
            yield Problem("after-in-a-circle", at, fact, rule, way_out)


@register("those of a group come alike")
def groups_come_alike(facts: Facts) -> Iterator[Problem]:
    """See that disruptions that begin together have the same rate and months."""
    first: dict[str, str] = {}
    every = facts.scenario.disruptions
    for name, disruption in every.items():
        group, random = disruption.group, disruption.random
        if group is None or random is None:
            continue
        other = first.setdefault(group, name)
        lead = every[other].random
        mine = (random.rate_per_year, random.rate_by_month, set(random.months or ()))
        if lead and mine != (lead.rate_per_year, lead.rate_by_month, set(lead.months or ())):
            fact = f"its rate or months are not those of `{other}` in group `{group}`"
            rule = "those of a group begin together"
            way_out = "give both the same rate and months, or take one out of the group"
            yield Problem("group-differs", ("disruptions", name, "random"), fact, rule, way_out)
