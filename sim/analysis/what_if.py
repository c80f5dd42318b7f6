"""The face for notebooks: vary the figures of a scenario, with the same luck at every point."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.mc_settings import Place
from sim.analysis.mc_study import DEFAULT_METRICS
from sim.analysis.monte_carlo import MOST, Plan
from sim.analysis.point_study import Manner, PointStudy, study_points
from sim.analysis.points import grid_rows, open_origin, open_points
from sim.analysis.ranges import Range, hypercube_rows
from sim.analysis.sensitivity import (
    SAMPLES,
    Method,
    refuse_for_sobol,
    sensitivity_rows,
    sensitivity_tables,
    usual_replications,
)
from sim.analysis.sweep import sweep_table
from sim.errors import SettingError
from sim.runs.finishing import finish_on
from sim.runs.replicate import usual_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from os import PathLike

    import pandas as pd

    from sim.analysis.points import Points, Row
    from sim.runs.workers import Finish

__all__ = ["sensitivity", "sweep"]


def sweep(  # noqa: PLR0913 - one argument an option of the command
    path: str | PathLike[str],
    over: Mapping[str, Sequence[object]],
    *,
    output: str | PathLike[str],
    samples: int | None = None,
    replications: int | None = None,
    until_frac: float | None = None,
    metrics: Sequence[str] = (),
    workers: int | None = None,
    scheduler: str | None = None,
    insecure: bool = False,
    antithetic: bool = False,
    sets: Sequence[str] = (),
) -> PointStudy:
    """Return what happens at points of a grid, or spread over ranges, with the same luck at each.

    Parameters
    ----------
    path : path
        Scenario file.
    over : mapping of str to sequence
        Levers by their places, such as ``"fleets.cars.wagons"``, and the values of each; with
        ``samples`` two numbers, from where to where.
    output : path
        Folder of the study; if it holds a part of it, the study goes on.
    samples : int, optional
        Points of a Latin hypercube; left out, the grid of all combinations.
    replications : int, optional
        Of each point; left out, as the scenario says. Where a precision is asked for, the most
        of them; left out, 5000.
    until_frac : float, optional
        Half the interval of each measure at each point as a share of its mean, at which to stop.
    metrics : sequence of str, optional
        Measures that must be so precise, by name or as `name:flow`; left out, the usual ones.
    workers : int, optional
        Processes; left out, one for each core.
    scheduler : str, optional
        Address of a Dask scheduler in place of them, such as ``tls://host:8786``.
    insecure : bool, optional
        Whether a scheduler on the network may be without TLS.
    antithetic : bool, optional
        Whether each odd replication has the luck of the even one before it turned over.
    sets : sequence of str, optional
        Settings laid upon the scenario at every point, such as ``"duration_d=90"``.

    Returns
    -------
    study : PointStudy
        ``study.tables["sweep"]`` holds means, intervals and paired differences to the scenario as
        its file states it.

    Raises
    ------
    ScenarioError
        If a point can't be run; carries every problem.
    RunError
        If the folder holds other things or can't be written.
    ValueError
        If a range does not suit its lever, a measure is not in the scenario, or settings
        contradict each other.
    """
    finish = finish_on(workers=workers, scheduler=scheduler, insecure=insecure)
    origin = open_origin(path, list(over), sets=sets)
    rows: Sequence[Row]
    if samples is None:
        rows = grid_rows([[_text(value) for value in values] for values in over.values()])
    else:
        rows = hypercube_rows(origin, _ranges(over), samples)
    most = MOST if until_frac is not None else origin.case.scenario.replications
    plan = Plan(replications or most, until_frac, tuple(metrics) or DEFAULT_METRICS)
    return _studied(
        ("sweep", open_points(origin, rows, workers=workers), plan),
        output,
        lambda study: {"sweep": sweep_table(study)},
        antithetic=antithetic,
        finish=finish,
    )


def sensitivity(  # noqa: PLR0913 - one argument an option of the command
    path: str | PathLike[str],
    vary: Mapping[str, Sequence[float]],
    *,
    output: str | PathLike[str],
    method: Method = "tornado",
    metrics: Sequence[str] = (),
    samples: int = SAMPLES,
    replications: int | None = None,
    until_frac: float | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    insecure: bool = False,
    antithetic: bool = False,
    sets: Sequence[str] = (),
) -> PointStudy:
    """Return which levers matter most: from end to end, or by shares of the variance.

    Parameters
    ----------
    path : path
        Scenario file.
    vary : mapping of str to (low, high)
        Levers by their places, and from where to where.
    output : path
        Folder of the study; if it holds a part of it, the study goes on.
    method : str, optional
        ``"tornado"`` or ``"sobol"``.
    metrics : sequence of str, optional
        Measures, by name or as `name:flow`; left out, the usual ones.
    samples : int, optional
        Of Sobol, a power of two; each needs as many points as there are levers and two more.
    replications : int, optional
        Of each point; left out, as the scenario says, of Sobol four. Where a precision is asked
        for, the most of them; left out, 5000.
    until_frac : float, optional
        Half the interval of each measure at each point as a share of its mean, at which to stop.
    workers : int, optional
        Processes; left out, one for each core.
    scheduler : str, optional
        Address of a Dask scheduler in place of them, such as ``tls://host:8786``.
    insecure : bool, optional
        Whether a scheduler on the network may be without TLS.
    antithetic : bool, optional
        Whether each odd replication has the luck of the even one before it turned over.
    sets : sequence of str, optional
        Settings laid upon the scenario at every point, such as ``"duration_d=90"``.

    Returns
    -------
    study : PointStudy
        Tables ``tornado``, or ``sobol`` and ``sobol_luck``.

    Raises
    ------
    ScenarioError
        If a point can't be run; carries every problem.
    RunError
        If the folder holds other things or can't be written.
    ValueError
        If a range does not suit its lever, a measure is not in the scenario, or settings
        contradict each other.
    """
    refuse_for_sobol(method, until_frac=until_frac, antithetic=antithetic)
    finish = finish_on(workers=workers, scheduler=scheduler, insecure=insecure)
    origin = open_origin(path, list(vary), sets=sets)
    rows = sensitivity_rows(origin, _ranges(vary), samples if method == "sobol" else None)
    most = MOST if until_frac is not None else usual_replications(origin, method)
    plan = Plan(replications or most, until_frac, tuple(metrics) or DEFAULT_METRICS)
    return _studied(
        ("sensitivity", open_points(origin, rows, workers=workers), plan),
        output,
        lambda study: sensitivity_tables(study, method, metrics),
        antithetic=antithetic,
        finish=finish,
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _ranges(vary: Mapping[str, Sequence[object]]) -> list[Range]:
    ranges = []
    for path, ends in vary.items():
        if len(ends) != 2:  # noqa: PLR2004 - from where to where
            message = f"{path}: give two numbers, from where to where"
            raise SettingError(message)
        ranges.append(Range(path, *(float(str(end)) for end in ends)))
    return ranges


def _studied(
    what: tuple[str, Points, Plan],
    output: str | PathLike[str],
    tables: Callable[[PointStudy], Mapping[str, pd.DataFrame]],
    *,
    antithetic: bool,
    finish: Finish,
) -> PointStudy:
    kind, points, plan = what
    engine = usual_engine([case.arrays for case in points.cases])[0]
    return study_points(
        points,
        Manner(kind, plan, engine, antithetic),
        Place(Path(output), f"the same call of {kind}"),
        tables=tables,
        finish=finish,
    )
