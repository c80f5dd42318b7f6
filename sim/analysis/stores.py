"""How full the stores of terminals were, and how long wagons waited for room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.parts import NO_LIMIT
from sim.tables import Code
from sim.units import HOUR_MS, TONNE_KG

if TYPE_CHECKING:
    from sim.analysis.outcome import Outcome

__all__ = ["store_use"]

_LEAVES = (Code.LOAD_END, Code.TRUCKED)


def store_use(outcome: Outcome, terminal: int) -> dict[str, float]:
    """Return the store's columns of table `terminals`; NaN where it has no limit."""
    names = ("store_mean_t", "store_max_t", "store_wait_mean_h")
    if outcome.arrays.stores.room_kg[terminal] >= NO_LIMIT:
        return dict.fromkeys(names, np.nan)
    rows = outcome.of(Code.STORE_WAIT, Code.STORED, *_LEAVES).sort_values("lot", kind="stable")
    same = rows["lot"].eq(rows["lot"].shift(-1))
    end_ms = outcome.arrays.end_ms
    until = rows["time_ms"].shift(-1).where(same, end_ms)
    here = rows["place"] == terminal
    stored = here & (rows["event"] == int(Code.STORED))
    waits = here & (rows["event"] == int(Code.STORE_WAIT))
    kg = outcome.arrays.stores.lot_kg[outcome.flow_of_lot[rows["lot"][stored].to_numpy()]]
    start, end = rows["time_ms"][stored].to_numpy(), until[stored].to_numpy()
    wait_ms = float((until - rows["time_ms"])[waits].sum())
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
