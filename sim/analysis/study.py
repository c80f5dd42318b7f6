"""The face for notebooks: run a scenario, compare several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.compare import Comparison, compare_scenarios
from sim.analysis.outcome import Outcome
from sim.runs.case import Case, open_cases
from sim.runs.replicate import replicate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

__all__ = ["compare", "run"]


def run(case: Case, *, replication: int = 0) -> Outcome:
    """Return what happens in one replication of a case.

    Parameters
    ----------
    case : Case
        From `load`.
    replication : int, optional
        Which luck, from 0.

    Returns
    -------
    outcome : Outcome
        Events; tables by the functions of `sim.analysis`.

    Raises
    ------
    DeadlockError
        If trains wait for each other for ever.
    """
    return Outcome(case.scenario, case.arrays, replicate(case.arrays, replication))


def compare(
    cases: Mapping[str, Case | str | PathLike[str]],
    *,
    replications: int | None = None,
    workers: int | None = None,
) -> Comparison:
    """Return several cases side by side, with the same luck, the first as base.

    Parameters
    ----------
    cases : mapping of str to Case or path
        What each is called, and the case or its file.
    replications : int, optional
        Replications of each; left out, as the first scenario says.
    workers : int, optional
        Processes; left out, one for each core.

    Returns
    -------
    comparison : Comparison
        Tables of means, intervals and paired differences.

    Raises
    ------
    ScenarioError
        If a file can't be run; carries every problem of all.
    """
    paths = [case for case in cases.values() if not isinstance(case, Case)]
    opened = iter(open_cases(paths))
    found = [case if isinstance(case, Case) else next(opened) for case in cases.values()]
    return compare_scenarios(
        [(case.scenario, case.arrays) for case in found],
        list(cases),
        replications=replications or found[0].scenario.replications,
        workers=workers,
    )
