"""Closures fall into the period and leave something open."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sim.model.laws import Exponential, Fixed, Gamma, Lognormal, Pert
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


@register("closures fall into the period")
def closures_fall_into_the_period(facts: Facts) -> Iterator[Problem]:
    """See that no closure falls before or after all that is simulated."""
    scenario = facts.scenario
    end = scenario.start_date + timedelta(days=scenario.duration_d + scenario.run_out_d - 1)
    for name, closure in scenario.closures.items():
        dates = closure.dates
        if dates and (dates.last < scenario.start_date or dates.first > end):
            fact = f"it is shut from {dates.first} to {dates.last}"
            rule = f"{scenario.start_date} to {end} is simulated, so it has no effect"
            at, way_out = ("closures", name, "dates"), "check the year"
            yield Problem("closure-outside", at, fact, rule, way_out, WARNING)


@register("closures leave something open")
def closures_leave_something_open(facts: Facts) -> Iterator[Problem]:
    """See that random closures do not shut a place nearly always."""
    for name, closure in facts.scenario.closures.items():
        random = closure.random
        if random is None:
            continue
        mean_d = _mean(random.duration_d)
        down = random.rate_per_year * mean_d / YEAR_D
        if down > _DOWN_AT_MOST:
            fact = (
                f"{random.rate_per_year:g} closures a year of {mean_d:g} d in the mean make "
                f"{random.rate_per_year * mean_d:g} d a year"
            )
            rule = f"closures must take less than {_DOWN_AT_MOST:.0%} of the time"
            way_out = (
                "lower `rate_per_year` or `duration_d`; for a place shut for good, take it away"
            )
            yield Problem("always-closed", ("closures", name, "random"), fact, rule, way_out)


def _mean(law: Law) -> float:
    """Return the mean of a law."""
    if isinstance(law, int | float):
        return float(law)
    if isinstance(law, Fixed):
        return law.value
    if isinstance(law, Lognormal | Gamma | Exponential):
        return law.mean
    weight = _PERT_WEIGHT if isinstance(law, Pert) else 1
    return (law.low + weight * law.mode + law.high) / (weight + 2)


@register("closures hit what is used")
def closures_hit_what_is_used(facts: Facts) -> Iterator[Problem]:
    """See that somebody passes each section that a closure shuts."""
    passed = facts.passed("rail") | facts.passed("road")
    for name, closure in facts.scenario.closures.items():
        for position, section in enumerate(closure.hits.sections):
            if section in facts.plan.sections and section not in passed:
                fact = f"no train or truck passes section `{section}`"
                at = ("closures", name, "hits", "sections", position)
                rule, way_out = "closing it has no effect", "check which section is meant"
                yield Problem("closure-unused", at, fact, rule, way_out, WARNING)
