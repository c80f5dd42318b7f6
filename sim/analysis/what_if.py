"""The face for notebooks: vary the figures of a scenario, with the same luck at every point."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sim.analysis.mc_settings import Place
from sim.analysis.mc_study import DEFAULT_METRICS
from sim.analysis.point_study import Manner, PointStudy, study_points
from sim.analysis.points import grid_rows, open_origin, open_points
from sim.analysis.ranges import Range, end_rows, hypercube_rows, saltelli_rows
from sim.analysis.search import Asked, Target
from sim.analysis.search_study import Search, conduct_search
from sim.analysis.sensitivity import luck_table, sobol_table, tornado_table
from sim.analysis.sweep import sweep_table
from sim.runs.replicate import usual_engine
from sim.runs.workers import finished

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from os import PathLike

    import pandas as pd

    from sim.analysis.points import Origin, Row

__all__ = ["search", "sensitivity", "sweep"]

_FIRST, _AT_MOST, _SOBOL_REPS = 20, 320, 4


def sweep(
    path: str | PathLike[str],
    over: Mapping[str, Sequence[object]],
    *,
    output: str | PathLike[str],
    samples: int | None = None,
    replications: int | None = None,
    workers: int | None = None,
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
        Of each point; left out, as the scenario says.
    workers : int, optional
        Processes; left out, one for each core.

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
        If a range does not suit its lever.
    """
    origin = open_origin(path, list(over))
    rows: Sequence[Row]
    if samples is None:
        rows = grid_rows([[_text(value) for value in values] for values in over.values()])
    else:
        rows = hypercube_rows(origin, _ranges(over), samples)
    return _studied(
        ("sweep", origin, rows),
        output,
        replications or origin.case.scenario.replications,
        workers,
        lambda study: {"sweep": sweep_table(study)},
    )


def sensitivity(  # noqa: PLR0913 - one argument an option of the command
    path: str | PathLike[str],
    vary: Mapping[str, Sequence[float]],
    *,
    output: str | PathLike[str],
    method: Literal["tornado", "sobol"] = "tornado",
    metrics: Sequence[str] = (),
    samples: int = 64,
    replications: int | None = None,
    workers: int | None = None,
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
        Of each point; left out, as the scenario says, of Sobol four.
    workers : int, optional
        Processes; left out, one for each core.

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
        If a range does not suit its lever, or a measure is not in the scenario.
    """
    origin, ranges = open_origin(path, list(vary)), _ranges(vary)

    def tables(study: PointStudy) -> dict[str, pd.DataFrame]:
        if method == "tornado":
            return {"tornado": tornado_table(study, metrics, DEFAULT_METRICS)}
        return {
            "sobol": sobol_table(study, metrics, DEFAULT_METRICS),
            "sobol_luck": luck_table(study, metrics, DEFAULT_METRICS),
        }

    if method == "tornado":
        rows, usual = end_rows(origin, ranges), origin.case.scenario.replications
    else:
        rows, usual = saltelli_rows(origin, ranges, samples), _SOBOL_REPS
    return _studied(("sensitivity", origin, rows), output, replications or usual, workers, tables)


def search(  # noqa: PLR0913 - one argument an option of the command
    path: str | PathLike[str],
    lever: str,
    span: tuple[int, int],
    *,
    target: tuple[str, Literal["<=", ">="], float],
    output: str | PathLike[str],
    share_frac: float | None = None,
    confidence: float = 0.95,
    replications: int = _FIRST,
    at_most: int = _AT_MOST,
    workers: int | None = None,
) -> Search:
    """Return the cheapest value of a whole-number lever that meets a target.

    Parameters
    ----------
    path : path
        Scenario file.
    lever : str
        Its place; more of it must serve no worse.
    span : (int, int)
        The least and the largest value.
    target : (str, str, float)
        Measure, ``"<="`` or ``">="``, and number, such as ``("transit_p95_d", "<=", 20)``.
    output : path
        Folder of the search; what was tried there is not done again.
    share_frac : float, optional
        Share of the years that must reach the target; left out, the mean over the years must.
    confidence : float, optional
        With which all verdicts hold together.
    replications, at_most : int, optional
        Of the first look at a value, doubled while undecided, and of the last.
    workers : int, optional
        Processes; left out, one for each core.

    Returns
    -------
    search : Search
        ``search.answer`` (None if no value was shown to meet it), ``search.tries`` and
        ``search.found.doubts``.

    Raises
    ------
    ScenarioError
        If the scenario can't be run with a value.
    RunError
        If the folder holds other things or can't be written.
    ValueError
        If the lever takes no whole numbers, or a measure is not in the scenario.
    """
    if target[1] not in {"<=", ">="}:
        message = f"'{target[1]}' compares nothing; write '<=' or '>='"
        raise ValueError(message)
    origin = open_origin(path, [lever])
    aim = Target(target[0], 1 if target[1] == "<=" else -1, target[2], share_frac)
    return conduct_search(
        origin,
        Asked(*span, aim, replications, at_most, confidence),
        Place(Path(output), "the same call of search"),
        engine=usual_engine([origin.case.arrays])[0],
        finish=partial(finished, workers=workers),
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _ranges(vary: Mapping[str, Sequence[object]]) -> list[Range]:
    ranges = []
    for path, ends in vary.items():
        if len(ends) != 2:  # noqa: PLR2004 - from where to where
            message = f"{path}: give two numbers, from where to where"
            raise ValueError(message)
        ranges.append(Range(path, *(float(str(end)) for end in ends)))
    return ranges


def _studied(
    what: tuple[str, Origin, Sequence[Row]],
    output: str | PathLike[str],
    replications: int,
    workers: int | None,
    tables: Callable[[PointStudy], Mapping[str, pd.DataFrame]],
) -> PointStudy:
    kind, origin, rows = what
    points = open_points(origin, rows, workers=workers)
    engine = usual_engine([case.arrays for case in points.cases])[0]
    return study_points(
        points,
        Manner(kind, replications, engine, (), {}),
        Place(Path(output), f"the same call of {kind}"),
        tables=tables,
        finish=partial(finished, workers=workers),
    )
