"""A case: a scenario read, checked and compiled, with its network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.arrays.compiler import compile_corridor
from sim.arrays.faults import AbruptTrainError, CannotClimbError, ShortHoursError
from sim.arrays.network import open_network
from sim.arrays.programs import CircleError
from sim.errors import ScenarioError
from sim.policies import DISPATCH
from sim.scenario import (
    CheckContext,
    Problem,
    check_scenario,
    has_errors,
    read_scenario,
    render,
)
from sim.scenario.problems import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from pathlib import Path

    from sim.arrays import CorridorArrays
    from sim.model import NetworkPlan, Scenario
    from sim.scenario import Reading

__all__ = ["Case", "inspect", "open_case", "open_cases"]

_CODES = {
    CircleError: "meets-in-a-circle",
    CannotClimbError: "train-stalls",
    AbruptTrainError: "train-too-abrupt",
    ShortHoursError: "crew-hours-too-short",
}


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
    checked = check_scenario(reading, CheckContext(plan, ways, tuple(DISPATCH)))
    problems = in_order([*reading.problems, *checked])
    if has_errors(problems):
        return problems, None
    try:
        arrays = compile_corridor(scenario, plan, ways)
    except (CircleError, CannotClimbError, AbruptTrainError, ShortHoursError) as error:
        code = _CODES[type(error)]
        told = (error, *error.others) if isinstance(error, CannotClimbError) else (error,)
        found = [Problem(code, e.path, e.fact, e.rule, e.way_out) for e in told]
        return in_order([*problems, *reading.placed(found)]), None
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
