"""Points: variants of a scenario that differ in the values of levers, opened and told apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import ScenarioError, SettingError
from sim.runs.case import open_case
from sim.runs.executors import do_jobs
from sim.scenario.levers import find_lever, short_names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from sim.arrays import CorridorArrays
    from sim.model import Scenario
    from sim.runs.case import Case
    from sim.runs.executors import Progress
    from sim.scenario.levers import Lever

Row = tuple["str | None", ...]

__all__ = [
    "BASE",
    "Origin",
    "Points",
    "grid_rows",
    "label_of",
    "open_origin",
    "open_points",
    "text_of",
]

BASE = "base"
"""What the scenario as its file states it is called among the points."""

MOST_POINTS = 5000
_ALONE = 12
_DIGITS = 6


@dataclass(frozen=True)
class Origin:
    """The scenario that is varied.

    Parameters
    ----------
    path : str
        Its file.
    sets : tuple of str
        Settings laid upon it at every point.
    case : Case
        As it is without any lever moved.
    levers : tuple of Lever
        What is varied.
    names : tuple of str
        Short names of the levers.
    """

    path: str
    sets: tuple[str, ...]
    case: Case
    levers: tuple[Lever, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """A scenario and its arrays, without the files it was read from."""

    scenario: Scenario
    arrays: CorridorArrays


@dataclass(frozen=True)
class Points:
    """Variants of a scenario, those that are alike carried out once.

    Parameters
    ----------
    origin : Origin
        What they are variants of.
    rows : tuple of tuple of (str or None)
        The value of each lever at each point, as `--set` takes it; None leaves it as it is.
    cases : tuple of Variant
        The scenarios that differ, the origin first.
    labels : tuple of str
        What each of these is called.
    sets : tuple of tuple of str
        What must be set for each of these.
    case_of : tuple of int
        Which of these each point is.
    """

    origin: Origin
    rows: tuple[Row, ...]
    cases: tuple[Variant, ...]
    labels: tuple[str, ...]
    sets: tuple[tuple[str, ...], ...]
    case_of: tuple[int, ...]


def text_of(value: float, *, is_whole: bool) -> str:
    """Return a number as a scenario takes it, with six digits at most and no exponent.

    Examples
    --------
    >>> text_of(0.0180432199, is_whole=False), text_of(200.0, is_whole=True)
    ('0.0180432', '200')
    """
    if is_whole:
        return str(round(value))
    return np.format_float_positional(
        value, precision=_DIGITS, unique=False, fractional=False, trim="-"
    )


def grid_rows(values: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return every combination of the values of several levers, the last changing fastest.

    Raises
    ------
    ValueError
        If there are too many.

    Examples
    --------
    >>> grid_rows([["1", "2"], ["a", "b"]])
    [('1', 'a'), ('1', 'b'), ('2', 'a'), ('2', 'b')]
    """
    size = int(np.prod([len(each) for each in values], dtype=np.float64))
    if size > MOST_POINTS:
        message = f"the grid has {size:,} points; at most {MOST_POINTS:,}: take fewer values"
        raise SettingError(message)
    return list(product(*values))


def open_origin(
    path: str | PathLike[str], paths: Sequence[str], *, sets: Sequence[str] = ()
) -> Origin:
    """Return a scenario with what it says of its levers.

    Parameters
    ----------
    path : path
        The file.
    paths : sequence of str
        Places of the levers.
    sets : sequence of str, optional
        Settings laid upon it at every point.

    Raises
    ------
    ScenarioError
        If the scenario can't be run; carries every problem.
    ValueError
        If a lever is named twice.
    """
    twice = [name for k, name in enumerate(paths) if name in paths[:k]]
    if twice:
        message = f"'{twice[0]}' is varied twice; name each lever once"
        raise SettingError(message)
    case = open_case(path, sets=sets)
    levers = tuple(find_lever(case.tree, name) for name in paths)
    return Origin(str(path), tuple(sets), case, levers, tuple(short_names(paths)))


def open_points(
    origin: Origin,
    rows: Sequence[Row],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Points:
    """Return the points of a study, read, checked and compiled.

    Parameters
    ----------
    origin : Origin
        What is varied.
    rows : sequence of tuple of (str or None)
        The value of each lever at each point; None leaves it as it is.
    workers : int, optional
        Processes; left out, one for each core where there are many points.
    progress : callable, optional
        Told how many are opened.

    Returns
    -------
    points : Points
        Points whose scenarios are equal share one case.

    Raises
    ------
    ScenarioError
        If a point can't be run; carries the problems of the first, and how many more there are.
    """
    paths = [lever.path for lever in origin.levers]
    wanted = list(dict.fromkeys(rows))
    jobs = [
        tuple(
            f"{path}={value}" for path, value in zip(paths, row, strict=True) if value is not None
        )
        for row in wanted
    ]
    n_workers = 1 if len(jobs) <= _ALONE else workers
    shared = (origin.path, origin.sets)
    found = do_jobs(_opened, shared, jobs, workers=n_workers, progress=progress)
    _refuse_bad(found, jobs)
    base = Variant(origin.case.scenario, origin.case.arrays)
    known = {_content(base): 0}
    cases, labels = [base], [BASE]
    sets: list[tuple[str, ...]] = [()]
    of_row: dict[Row, int] = {}
    for row, case, job in zip(wanted, found, jobs, strict=True):
        k = of_row[row] = known.setdefault(_content(case), len(cases))
        if k == len(cases):
            cases.append(case)
            labels.append(label_of(origin.names, row))
            sets.append(job)
    case_of = tuple(of_row[row] for row in rows)
    return Points(origin, tuple(rows), tuple(cases), tuple(labels), tuple(sets), case_of)


def label_of(names: Sequence[str], row: Row) -> str:
    """Return what a point is called.

    Examples
    --------
    >>> label_of(["wagons", "servers"], ("200", "2"))
    'wagons=200, servers=2'
    """
    moved = [(n, value) for n, value in zip(names, row, strict=True) if value is not None]
    return ", ".join(f"{name}={value}" for name, value in moved) or BASE


def _content(case: Variant) -> str:
    return case.scenario.model_dump_json()


def _opened(shared: tuple[str, tuple[str, ...]], job: tuple[str, ...]) -> Variant | tuple[str, ...]:
    """Return a point opened, or its problems."""
    path, sets = shared
    try:
        case = open_case(path, sets=(*sets, *job))
    except ScenarioError as error:
        return error.problems
    return Variant(case.scenario, case.arrays)


def _refuse_bad(
    found: Sequence[Variant | tuple[str, ...]], jobs: Sequence[tuple[str, ...]]
) -> None:
    bad = [k for k, one in enumerate(found) if isinstance(one, tuple)]
    if not bad:
        return
    problems = found[bad[0]]
    told = [f"at {' '.join(jobs[bad[0]])}:", *(problems if isinstance(problems, tuple) else ())]
    if len(bad) > 1:
        told.append(f"{len(bad) - 1} more of {len(jobs)} points can't be run either")
    raise ScenarioError(tuple(told))
