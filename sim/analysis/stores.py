"""How full the stores of terminals were, and how long wagons waited for room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.parts import NO_LIMIT
from sim.kernels.grouping import last_of_runs, stable_order
from sim.tables import Code
from sim.units import HOUR_MS, TONNE_KG

if TYPE_CHECKING:
    from sim.analysis.outcome import Outcome

__all__ = ["store_use"]

_LEAVES = (Code.LOAD_END, Code.TRUCKED)


def store_use(outcome: Outcome, terminal: int) -> dict[str, object]:
    """Return the store's columns of table `terminals`; NaN where it has no limit."""
    names = ("store_mean_t", "store_max_t", "store_wait_mean_h")
    if outcome.arrays.stores.room_kg[terminal] >= NO_LIMIT:
        return dict.fromkeys(names, np.nan)
    rows = outcome.rows(Code.STORE_WAIT, Code.STORED, *_LEAVES)
    rows = rows.where(stable_order(rows["lot"]))
    event, time_ms, end_ms = rows["event"], rows["time_ms"], outcome.arrays.end_ms
    until = np.where(last_of_runs(rows["lot"]), end_ms, np.append(time_ms[1:], time_ms[:1]))
    here = rows["place"] == terminal
    stored, waits = here & (event == Code.STORED), here & (event == Code.STORE_WAIT)
    kg = outcome.arrays.stores.lot_kg[outcome.flow_of_lot[rows["lot"][stored]]]
    start, end = time_ms[stored], until[stored].astype(np.float64)
    wait_ms = float((until - time_ms)[waits].sum())
    total = max(int(stored.sum()), 1)
    return dict(
        zip(names, (*_level(outcome, start, end, kg), wait_ms / HOUR_MS / total), strict=True)
    )


def _level(
    outcome: Outcome,
    start: np.ndarray[tuple[int], np.dtype[np.int64]],
    end: np.ndarray[tuple[int], np.dtype[np.float64]],
    kg: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> tuple[float, float]:
    """Return the mean level before the horizon and the highest of the run. [t]."""
    horizon = outcome.arrays.horizon_ms
    inside = np.minimum(end, horizon) - np.minimum(start, horizon)
    mean = float((inside * kg).sum()) / horizon / TONNE_KG
    at = np.concatenate((start, end))
    change = np.concatenate((kg, -kg))
    # at one instant what leaves goes first
    order = np.lexsort((change, at))
    level = np.cumsum(change[order])
    return mean, float(level.max(initial=0)) / TONNE_KG
