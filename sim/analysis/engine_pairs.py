"""Both engines on the same scenario and luck, row by row."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.analysis.equality import first_difference, told_difference
from sim.engines import batch, des
from sim.engines.base import EventTable
from sim.errors import DeadlockError, RunError
from sim.runs.drawing import draw_luck

if TYPE_CHECKING:
    from sim.arrays import Draws
    from sim.engines.base import Engine
    from sim.runs.case import Case

__all__ = ["Pairing", "pair_engines"]


@dataclass(frozen=True, slots=True)
class Pairing:
    """How two engines did on one replication.

    Parameters
    ----------
    replication : int
        Which.
    rows : int
        Of the SimPy engine's table; 0 where it ended in an error.
    des_s, batch_s : float
        Time of each engine, without drawing. [s]
    ends_in : str
        The error in which both engines ended, in the same words; nothing if there was none.
    difference : dict
        The first difference in words; empty if there is none.
    """

    replication: int
    rows: int
    des_s: float
    batch_s: float
    ends_in: str = ""
    difference: dict[str, str] = field(default_factory=dict)

    @property
    def is_equal(self) -> bool:
        """Whether there is no difference."""
        return not self.difference

    @property
    def ratio(self) -> float:
        """How many times faster the batch engine is."""
        return self.des_s / self.batch_s if self.batch_s else float("nan")


def pair_engines(case: Case, replication: int) -> Pairing:
    """Return how the SimPy engine (first) and the batch engine (second) compare.

    Parameters
    ----------
    case : Case
        A scenario that the batch engine can run.
    replication : int
        Index of the replication, from 0.

    Returns
    -------
    pairing : Pairing
        Rows, times and the first difference.
    """
    draws = draw_luck(case.arrays, replication)
    one, des_s = _timed(des.simulate, case, draws)
    other, batch_s = _timed(batch.simulate, case, draws)
    if isinstance(one, EventTable) and isinstance(other, EventTable):
        found = first_difference(one, other)
        told = {} if found is None else told_difference(found, case.scenario, case.arrays, one)
        return Pairing(replication, len(one), des_s, batch_s, difference=told)
    if isinstance(one, str) and one == other:
        return Pairing(replication, 0, des_s, batch_s, ends_in=one)
    ends = {
        name: end if isinstance(end, str) else "runs to its end"
        for name, end in (("one", one), ("other", other))
    }
    how = "the engines end in different ways"
    return Pairing(replication, 0, des_s, batch_s, difference={"how": how, **ends})


def _timed(engine: Engine, case: Case, draws: Draws) -> tuple[EventTable | str, float]:
    """Return a table, or the words of the error in its place, and how long it took. [s]."""
    began = time.perf_counter()
    try:
        result: EventTable | str = engine(case.arrays, draws)
    except (DeadlockError, RunError) as error:
        result = str(error)
    return result, time.perf_counter() - began
