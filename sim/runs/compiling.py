"""From a reading and its network to arrays, or every problem why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.compiler import compile_corridor
from sim.arrays.faults import AbruptTrainError, CannotClimbError, ShortHoursError
from sim.arrays.programs import CircleError
from sim.policies import DISPATCH
from sim.scenario import CheckContext, Problem, check_scenario, has_errors
from sim.scenario.problems import in_order

if TYPE_CHECKING:
    from sim.arrays import CorridorArrays
    from sim.model import NetworkPlan
    from sim.model.network import WayFinder
    from sim.scenario import Reading

__all__ = ["checked", "compiled"]

_CODES = {
    CircleError: "meets-in-a-circle",
    CannotClimbError: "train-stalls",
    AbruptTrainError: "train-too-abrupt",
    ShortHoursError: "crew-hours-too-short",
}


def checked(
    reading: Reading, plan: NetworkPlan, ways: WayFinder
) -> tuple[tuple[Problem, ...], CorridorArrays | None]:
    """Return every problem of a scenario that was read, and its arrays if there is no error.

    Parameters
    ----------
    reading : Reading
        With a scenario.
    plan : NetworkPlan
        Its network.
    ways : WayFinder
        Finds ways on it.

    Returns
    -------
    problems : tuple of Problem
        Errors and warnings, in order of file and line.
    arrays : CorridorArrays or None
        Compiled, unless there are errors.
    """
    found = check_scenario(reading, CheckContext(plan, ways, tuple(DISPATCH)))
    problems = in_order([*reading.problems, *found])
    if has_errors(problems):
        return problems, None
    slips, arrays = compiled(reading, plan, ways)
    return in_order([*problems, *reading.placed(slips)]), arrays


def compiled(
    reading: Reading, plan: NetworkPlan, ways: WayFinder
) -> tuple[tuple[Problem, ...], CorridorArrays | None]:
    """Return what compiling a scenario finds, and its arrays if that is nothing.

    Parameters
    ----------
    reading : Reading
        With a scenario whose checks found no error.
    plan : NetworkPlan
        Its network.
    ways : WayFinder
        Finds ways on it.

    Returns
    -------
    problems : tuple of Problem
        Without their places.
    arrays : CorridorArrays or None
        Compiled, unless there are problems.
    """
    try:
        return (), compile_corridor(reading.require(), plan, ways)
    except (CircleError, CannotClimbError, AbruptTrainError, ShortHoursError) as error:
        code = _CODES[type(error)]
        told = (error, *error.others) if isinstance(error, CannotClimbError) else (error,)
        return tuple(Problem(code, e.path, e.fact, e.rule, e.way_out) for e in told), None
