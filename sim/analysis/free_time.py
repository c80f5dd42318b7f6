"""Transit time without waits: running, work and control alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.blame import lot_pieces, train_pieces
from sim.units import HOUR_MS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

__all__ = ["free_hours"]


def free_hours(outcome: Outcome) -> NDArray[np.float64]:
    """Return mean hours per delivered lot that are not waiting, shape (n_flows,).

    NaN for a flow of which nothing was delivered. They are the rows of table `waits` but for
    those of group `waiting`, without parting the waits.

    Parameters
    ----------
    outcome : Outcome
        The replication.
    """
    n = len(outcome.arrays.names.flows)
    is_done = (outcome.lots["delivered_ms"] >= 0).to_numpy()
    delivered = np.bincount(outcome.flow_of_lot[is_done], minlength=n)
    total_ms = np.zeros(n)
    if is_done.any():
        pieces = lot_pieces(outcome, with_waits=False)
        is_ride = (pieces["cause"] == "aboard").to_numpy()
        rides = pieces[is_ride]
        total_ms += _by_flow(outcome, pieces[~is_ride & (pieces["group"] != "waiting").to_numpy()])
        total_ms += _by_flow(outcome, rides.assign(length_ms=_of_trains(outcome, rides)))
    found: NDArray[np.float64] = np.full(n, np.nan)
    np.divide(total_ms / HOUR_MS, delivered, out=found, where=delivered > 0)
    return found


def _by_flow(outcome: Outcome, pieces: pd.DataFrame) -> NDArray[np.float64]:
    flow = outcome.flow_of_lot[pieces["lot"].to_numpy(np.int64)]
    return _sums(flow, pieces, len(outcome.arrays.names.flows))


def _of_trains(outcome: Outcome, rides: pd.DataFrame) -> NDArray[np.float64]:
    """Return of each ride how long its train ran and was worked. [ms]."""
    if not len(rides):
        return np.zeros(0)  # where no train runs there are no pieces of trains either
    made = train_pieces(outcome, with_waits=False)
    made = made[made["group"] != "waiting"]
    way, ride = (
        2 * f["train"].to_numpy(np.int64) + f["direction"].to_numpy(np.int64) for f in (made, rides)
    )
    most = max(way.max(initial=0), ride.max(initial=0)) + 1
    of_way = _sums(way, made, int(most))
    found: NDArray[np.float64] = of_way[ride]
    return found


def _sums(key: NDArray[np.int64], pieces: pd.DataFrame, n: int) -> NDArray[np.float64]:
    """Return the summed length of pieces by a number below n. [ms]."""
    length_ms = pieces["length_ms"].to_numpy(np.float64)
    found: NDArray[np.float64] = np.asarray(np.bincount(key, length_ms, n), np.float64)
    return found
