"""One replication: luck, then the engine."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from sim.runs.drawing import draw_luck

if TYPE_CHECKING:
    from sim.arrays import CorridorArrays
    from sim.engines.base import EventTable
    from sim.runs.executors import Progress

__all__ = ["DEFAULT_ENGINE", "ENGINES", "engine_note", "replicate"]

DEFAULT_ENGINE = "des"
ENGINES = {"des": ("sim.engines.des", "simpy")}
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
        raise ValueError(message)
    return ENGINES[name]
