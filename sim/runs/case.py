"""A case: a scenario read, checked and compiled, with its network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.arrays.network import open_network
from sim.errors import ScenarioError
from sim.runs.compiling import checked
from sim.runs.variants import beyond
from sim.scenario import Problem, has_errors, read_scenario, render
from sim.scenario.problems import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from pathlib import Path

    from sim.arrays import CorridorArrays
    from sim.model import NetworkPlan, Scenario
    from sim.scenario import Reading

__all__ = ["Case", "inspect", "open_case", "open_cases"]


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario that can be run.

    Parameters
    ----------
    scenario : Scenario
        In human units.
    plan : NetworkPlan
        Its network in plain values.
    arrays : CorridorArrays
        Compiled.
    base_dir : Path
        Folder that a relative network path starts from.
    reading : Reading
        Files, places and sources of every figure.
    warnings : tuple of str
        What the checks remarked without refusing.
    """

    scenario: Scenario
    plan: NetworkPlan
    arrays: CorridorArrays
    base_dir: Path
    reading: Reading
    warnings: tuple[str, ...]

    @property
    def tree(self) -> dict[str, Any]:
        """The merged scenario as plain maps."""
        return self.reading.tree


def open_case(path: str | PathLike[str], *, sets: Sequence[str] = ()) -> Case:
    """Return a scenario file read, checked and compiled.

    Parameters
    ----------
    path : path
        The file.
    sets : sequence of str, optional
        Settings ``path=value`` laid upon it, in order.

    Returns
    -------
    case : Case
        Ready to run.

    Raises
    ------
    ScenarioError
        If anything is wrong; carries every problem.
    """
    return open_cases([path], sets=sets)[0]


def open_cases(
    paths: Sequence[str | PathLike[str]], *, sets: Sequence[str] = ()
) -> tuple[Case, ...]:
    """Return several scenario files read, checked and compiled.

    Raises
    ------
    ScenarioError
        If anything is wrong in any of them; carries every problem of all.
    """
    cases, problems = [], []
    for path in paths:
        try:
            cases.append(_open(path, sets))
        except ScenarioError as error:
            problems += [p for p in error.problems if p not in problems]
    if problems:
        raise ScenarioError(tuple(problems))
    return tuple(cases)


def inspect(reading: Reading) -> tuple[tuple[Problem, ...], Case | None]:
    """Return every problem of a scenario, those against its network too, and the case if none.

    Parameters
    ----------
    reading : Reading
        A scenario as read.

    Returns
    -------
    problems : tuple of Problem
        Errors and warnings, in order of file and line.
    case : Case or None
        Compiled, unless there are errors.
    """
    scenario = reading.scenario
    if scenario is None:
        return reading.problems, None
    try:
        plan, ways = open_network(scenario, reading.base_dir)
    except ScenarioError as error:
        found = [_unreadable(text) for text in error.problems]
        return in_order([*reading.problems, *reading.placed(found)]), None
    problems, arrays = checked(reading, plan, ways)
    if arrays is not None:
        problems = in_order([*problems, *reading.placed(beyond(reading, plan, ways))])
    if arrays is None or has_errors(problems):
        return problems, None
    warnings = tuple(render((p,)) for p in problems)
    return problems, Case(scenario, plan, arrays, reading.base_dir, reading, warnings)


def _unreadable(text: str) -> Problem:
    """Return a problem of a network, told as place and fact; rule; ways out."""
    fact, *rest = text.removeprefix("network.source: ").split("; ")
    rule = rest.pop(0) if len(rest) > 1 else ""
    return Problem("network-unreadable", ("network", "source"), fact, rule, "; ".join(rest))


def _open(path: str | PathLike[str], sets: Sequence[str]) -> Case:
    problems, case = inspect(read_scenario(path, sets=sets))
    if case is None:
        raise ScenarioError(tuple(render((p,)) for p in problems if has_errors((p,))))
    return case
