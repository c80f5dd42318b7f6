"""Rules that hold between the fields of a scenario: one registered function each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.checks import (
    bases,
    calendars,
    curves,
    disruptions,
    diversions,
    gauges,
    goods,
    network,
    pools,
    references,
    standstill,
    stocks,
    stores,
    traction,
    traffic,
    trains,
    trucks,
    ways,
    yards,
)
from sim.scenario.checks.diversions import diverted_problems
from sim.scenario.checks.facts import Facts
from sim.scenario.checks.registry import CHECKS
from sim.scenario.checks.uncertain import uncertain_problems
from sim.scenario.problems import WARNING

if TYPE_CHECKING:
    from sim.scenario.context import CheckContext
    from sim.scenario.problems import Problem
    from sim.scenario.reading import Reading

__all__ = ["CHECKS", "check_scenario"]

IDLE = {"post-unused", "disruption-unused", "yard-limit-unused", "pool-unused"}
IDLE |= {"calendar-unused", "ban-unused", "batch-unused", "store-unused", "base-unused"}
"""Codes of warnings that something has no effect; told only where the file itself gives it."""

MODULES = (
    references,
    network,
    ways,
    traffic,
    trains,
    trucks,
    traction,
    curves,
    pools,
    standstill,
    disruptions,
    diversions,
    calendars,
    stocks,
    goods,
    stores,
    gauges,
    bases,
    yards,
)
"""Where the checks stand; imported, they are registered in this order."""


def check_scenario(reading: Reading, context: CheckContext) -> tuple[Problem, ...]:
    """Return what is wrong between the fields of a scenario.

    Parameters
    ----------
    reading : Reading
        A scenario as read; one that could not be read has nothing to check.
    context : CheckContext
        The network it runs on, and the rules it may name.

    Returns
    -------
    problems : tuple of Problem
        All problems of all checks, in order of file and line. What hangs on an id that leads
        nowhere is passed over, everything else is told.
    """
    if reading.scenario is None:
        return ()
    facts = Facts(reading.scenario, context)
    plain = [problem for check in CHECKS.values() for problem in check(facts)]
    plain = [*plain, *diverted_problems(facts, plain)]
    found = reading.placed([*plain, *uncertain_problems(reading, context, plain)])
    return tuple(problem for problem in found if not _is_inherited(problem, reading))


def _is_inherited(problem: Problem, reading: Reading) -> bool:
    """Return whether something idle comes from a file below, which may serve other scenarios."""
    is_idle = problem.code in IDLE and problem.severity == WARNING
    return is_idle and reading.layer_of(problem.path) < len(reading.files) - 1
