"""One replication: luck, then the engine."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from sim.engines.batch import make_ready as compile_machine, why_not
from sim.errors import RunError, SettingError
from sim.runs.drawing import draw_luck

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.arrays import CorridorArrays
    from sim.engines.base import EventTable
    from sim.runs.executors import Progress

__all__ = ["DEFAULT_ENGINE", "ENGINES", "engine_note", "make_ready", "replicate", "usual_engine"]

DEFAULT_ENGINE = "des"
ENGINES = {"des": ("sim.engines.des", "simpy"), "batch": ("sim.engines.batch", "numba")}
"""Where each engine's `simulate` is, and the package it works with."""


def engine_note(engine: str) -> dict[str, str]:
    """Return what a manifest says of an engine: its name and its version.

    Raises
    ------
    ValueError
        If there is none of this name; names the known ones.

    Examples
    --------
    >>> sorted(engine_note("des"))
    ['name', 'version']
    """
    package = _engine(engine)[1]
    own = version("railcorridor")
    return {"name": engine, "version": f"{own} on {package} {version(package)}"}


def usual_engine(many: Iterable[CorridorArrays]) -> tuple[str, str]:
    """Return the engine for many replications of some corridors, and why if it is the slow one.

    Parameters
    ----------
    many : iterable of CorridorArrays
        Compiled scenarios.

    Returns
    -------
    engine, reason : str
        ``"batch"`` and nothing, or ``"des"`` and what the batch engine cannot do.
    """
    reasons = [reason for reason in map(why_not, many) if reason]
    return ("des", reasons[0]) if reasons else ("batch", "")


def make_ready(engine: str, many: Iterable[CorridorArrays]) -> None:
    """Have an engine compiled before the first replication and before workers begin.

    Raises
    ------
    RunError
        If it cannot run one of these corridors; says why.
    ValueError
        If there is no engine of this name.
    """
    _engine(engine)
    if engine != "batch":
        return
    for reason in map(why_not, many):
        if reason:
            raise RunError(reason)
    compile_machine()


def replicate(
    arrays: CorridorArrays,
    replication: int,
    *,
    engine: str = DEFAULT_ENGINE,
    antithetic: bool = False,
    progress: Progress | None = None,
) -> EventTable:
    """Return what happens in one replication of a compiled scenario.

    Parameters
    ----------
    arrays : CorridorArrays
        A compiled scenario.
    replication : int
        Index of the replication, from 0; with the scenario's seed it fixes all luck.
    engine : str, optional
        Which of `ENGINES` carries it out; all give the same events.
    antithetic : bool, optional
        Whether each odd replication has the luck of the even one before it turned over.
    progress : callable, optional
        Told from time to time that so much of so much is simulated.

    Returns
    -------
    events : EventTable
        What happens, in order.

    Raises
    ------
    DeadlockError
        If trains wait for each other for ever.
    ValueError
        If there is no engine of this name.
    """
    simulate: Any = import_module(_engine(engine)[0]).simulate
    draws = draw_luck(arrays, replication, antithetic=antithetic)
    events: EventTable = simulate(arrays, draws, progress=progress)
    return events


def _engine(name: str) -> tuple[str, str]:
    if name not in ENGINES:
        message = f"no engine '{name}' (known: {', '.join(ENGINES)})"
        raise SettingError(message)
    return ENGINES[name]
