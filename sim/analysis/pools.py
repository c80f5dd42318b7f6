"""Locomotives and crews: runs, how many were in use, how long trains waited for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.parts import NO_LIMIT
from sim.kernels.grouping import last_of_runs, stable_order
from sim.kernels.intervals import filled, most_at_once
from sim.tables import Code
from sim.units import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

__all__ = ["pool_kind", "pool_rows"]


def pool_rows(outcome: Outcome) -> list[dict[str, object]]:
    """Return rows of table `fleets`: locomotives of each pool, and crews where they are counted.

    A unit is in use from being taken until it has rested; runs to the other end without a train
    are counted with that.
    """
    pools = outcome.arrays.pools
    return [
        _row(outcome, k)
        for k in range(len(outcome.arrays.names.pools))
        if pools.units[k] < NO_LIMIT
    ]


def pool_kind(outcome: Outcome, k: int) -> str:
    """Return whether a pool is of locomotives, crews or bogies."""
    if outcome.arrays.pools.per_wagon[k]:
        return "bogies"
    return "crews" if k >= len(outcome.arrays.names.pools) // 2 else "locomotives"


def _row(outcome: Outcome, k: int) -> dict[str, object]:
    arrays, end = outcome.arrays, outcome.arrays.end_ms
    rows = outcome.rows(Code.POOL_ASK, Code.POOL_TAKEN, Code.POOL_GIVEN)
    rows = rows.where(rows["place"] == k)
    rows = rows.where(stable_order(rows["train"]))
    time_ms, is_open = rows["time_ms"], last_of_runs(rows["train"])
    length = np.where(is_open, end, np.append(time_ms[1:], time_ms[:1])) - time_ms
    asked, taken = (rows["event"] == code for code in (Code.POOL_ASK, Code.POOL_TAKEN))
    start, weight, has_ended = time_ms[taken], rows["unit"][taken], ~is_open[taken]
    rest = np.where(has_ended, arrays.pools.rest_ms[k], 0)
    until = np.minimum(start + length[taken] + rest, end)
    sent = outcome.rows(Code.POOL_SENT)
    sent = sent.where(sent["place"] == k)
    over = sent["time_ms"]
    begin = np.concatenate([np.repeat(start, weight), np.repeat(over, sent["unit"])])
    there = np.minimum(over + arrays.pools.move_ms[k], end)
    finish = np.concatenate([np.repeat(until, weight), np.repeat(there, sent["unit"])])
    duty = _spells(outcome, k) if k >= len(arrays.names.pools) // 2 else np.zeros(0, np.int64)
    horizon, units = arrays.horizon_ms, float(arrays.pools.units[k])
    early = start < horizon
    cycle, wait = (until - start)[early & has_ended], length[asked]
    mean = filled(begin, finish, 0, horizon) / horizon
    return {
        "fleet": arrays.names.pools[k],
        "kind": pool_kind(outcome, k),
        "units": units,
        "trips": int(early.sum()),
        "cycle_mean_d": float(cycle.mean()) / DAY_MS if len(cycle) else np.nan,
        "in_use_mean": mean,
        "in_use_max": most_at_once(begin, finish),
        "utilisation_frac": mean / units,
        "wait_mean_h": float(wait.mean()) / HOUR_MS if len(wait) else np.nan,
        "duty_mean_h": float(np.mean(duty)) / HOUR_MS if len(duty) else np.nan,
        "duty_max_h": float(np.max(duty)) / HOUR_MS if len(duty) else np.nan,
    }


def _spells(outcome: Outcome, k: int) -> NDArray[np.int64]:
    """Return how long crews of a pool were on duty, from being taken or rested to a rest or end.

    Of those given up by the end of the run. [ms]
    """
    rows = outcome.rows(Code.POOL_TAKEN, Code.POOL_GIVEN, Code.CREW_RESTS)
    rows = rows.where(np.where(rows["event"] == Code.CREW_RESTS, rows["unit"], rows["place"]) == k)
    rows = rows.where(stable_order(rows["train"]))
    event, time_ms = rows["event"], rows["time_ms"]
    begin = time_ms + np.where(event == Code.CREW_RESTS, outcome.arrays.pools.rest_ms[k], 0)
    whole = ~last_of_runs(rows["train"]) & (event != Code.POOL_GIVEN)
    lengths: NDArray[np.int64] = (np.append(time_ms[1:], time_ms[:1]) - begin)[whole]
    return lengths
