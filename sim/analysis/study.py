"""The face for notebooks: run a scenario, compare several, study their luck."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.compare import Comparison, compare_scenarios
from sim.analysis.mc_settings import Place, Settings
from sim.analysis.mc_study import DEFAULT_METRICS, MonteCarlo, conduct
from sim.analysis.monte_carlo import MOST, Plan
from sim.analysis.outcome import Outcome
from sim.runs.case import Case, open_cases
from sim.runs.finishing import finish_on
from sim.runs.replicate import replicate, usual_engine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    from sim.analysis.mc_settings import Noise

__all__ = ["compare", "monte_carlo", "run"]


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
    found = _opened(cases)
    return compare_scenarios(
        [(case.scenario, case.arrays) for case in found],
        list(cases),
        replications=replications or found[0].scenario.replications,
        workers=workers,
    )


def monte_carlo(  # noqa: PLR0913 - one argument an option of the command
    cases: Mapping[str, Case | str | PathLike[str]],
    *,
    output: str | PathLike[str],
    replications: int | None = None,
    until_frac: float | None = None,
    metrics: Sequence[str] = DEFAULT_METRICS,
    workers: int | None = None,
    scheduler: str | None = None,
    insecure: bool = False,
    antithetic: bool = False,
    reps_per_sample: int = 1,
    fixed: bool = False,
    noise: Noise = "all",
    steady_state: bool = False,
) -> MonteCarlo:
    """Return a Monte Carlo study of cases with the same luck, the first as base.

    Parameters
    ----------
    cases : mapping of str to Case or path
        What each is called, and the case or its file.
    output : path
        Folder of the study. If it holds a part of it, or fewer replications, the study goes on.
    replications : int, optional
        Replications of each; left out, as the first scenario says. Where a precision is asked for,
        the most of them; left out, 5000.
    until_frac : float, optional
        Half the interval of each measure as a share of its mean, at which to stop.
    metrics : sequence of str, optional
        Measures that must be so precise, by name or as `name:flow`.
    workers : int, optional
        Processes; left out, one for each core.
    scheduler : str, optional
        Address of a Dask scheduler in place of them, such as ``tls://host:8786``.
    insecure : bool, optional
        Whether a scheduler on the network may be without TLS.
    antithetic : bool, optional
        Whether each odd replication has the luck of the even one before it turned over.
    reps_per_sample : int, optional
        Replications that share one draw of the uncertain numbers; from two on the spread is told
        apart into that by numbers and that by luck.
    fixed : bool, optional
        Whether uncertain numbers stand at the file's own figures.
    noise : str, optional
        What differs between replications: ``"all"``; ``"operations"``, luck alone, uncertain
        numbers at the medians of their laws; ``"parameters"``, uncertain numbers alone, with the
        luck of replication 0.
    steady_state : bool, optional
        Whether runs have a steady state; transit times are then told without the beginning, whose
        end is found by MSER-5.

    Returns
    -------
    study : MonteCarlo
        Tables of measures, transit times and their distribution.

    Raises
    ------
    ScenarioError
        If a file can't be run; carries every problem of all.
    RunError
        If the folder holds other things or can't be written.
    ValueError
        If seeds differ, a measure is in no scenario, or settings contradict each other.
    """
    found = _opened(cases)
    most = MOST if until_frac is not None else found[0].scenario.replications
    plan = Plan(replications or most, until_frac, tuple(metrics))
    return conduct(
        found,
        list(cases),
        Settings(
            plan,
            usual_engine([case.arrays for case in found])[0],
            antithetic,
            reps_per_sample=reps_per_sample,
            fixed=fixed,
            noise=noise,
            steady_state=steady_state,
        ),
        Place(Path(output), "the same call of monte_carlo"),
        finish=finish_on(workers=workers, scheduler=scheduler, insecure=insecure),
    )


def _opened(cases: Mapping[str, Case | str | PathLike[str]]) -> list[Case]:
    paths = [case for case in cases.values() if not isinstance(case, Case)]
    opened = iter(open_cases(paths))
    return [case if isinstance(case, Case) else next(opened) for case in cases.values()]
