"""One replication: luck, then the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.des import simulate
from sim.runs.drawing import draw_luck

if TYPE_CHECKING:
    from sim.arrays import CorridorArrays
    from sim.engines.base import EventTable
    from sim.runs.executors import Progress

__all__ = ["replicate"]


def replicate(
    arrays: CorridorArrays, replication: int, *, progress: Progress | None = None
) -> EventTable:
    """Return what happens in one replication of a compiled scenario.

    Parameters
    ----------
    arrays : CorridorArrays
        A compiled scenario.
    replication : int
        Index of the replication, from 0; with the scenario's seed it fixes all luck.
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
    """
    return simulate(arrays, draw_luck(arrays, replication), progress=progress)
