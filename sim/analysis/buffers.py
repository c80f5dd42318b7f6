"""The stock that bears a closure: the opening stock that is enough, over all replications."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.summary import quantile_ranks
from sim.tables import conform
from sim.units import YEAR_D

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from sim.model import Scenario

__all__ = ["buffer_table", "needed_at"]

_HIGH = 0.95
_NEEDED = "stock_needed_opening_t"


def needed_at(needed_t: NDArray[np.float64], share: float) -> float:
    """Return the least opening stock that is enough in a share of replications at the least. [t].

    Parameters
    ----------
    needed_t : array of shape (n_replications,)
        The opening stock each replication needed. [t]
    share : float
        In (0, 1].

    Notes
    -----
    The quantile of what is needed under the simulated distribution, an order statistic and not
    between two: with 8 replications the P95 is the largest.

    Examples
    --------
    >>> needed_at(np.array([40.0, 10.0, 30.0, 20.0]), 0.5)
    20.0
    """
    return float(np.quantile(needed_t, share, method="inverted_cdf"))


def buffer_table(metrics: pd.DataFrame, scenarios: Mapping[str, Scenario]) -> pd.DataFrame:
    """Return table `buffers`: a row for each stock of each scenario.

    Parameters
    ----------
    metrics : DataFrame
        Table `metrics` with columns scenario and replication, as `Comparison.metrics` is.
    scenarios : mapping of str to Scenario
        By label.
    """
    needed = metrics[metrics["metric"] == _NEEDED]
    return conform(
        "buffers",
        [
            {"scenario": label, "stock": name}
            | _row(values["value"].to_numpy(np.float64), scenarios[label], str(name))
            for label in scenarios
            for name, values in needed[needed["scenario"] == label].groupby("flow", sort=False)
        ],
    )


def _row(needed_t: NDArray[np.float64], scenario: Scenario, name: str) -> dict[str, object]:
    stock, n = scenario.stocks[name], len(needed_t)
    high = needed_at(needed_t, _HIGH)
    ranks, ordered = quantile_ranks(n, _HIGH), np.sort(needed_t)
    low_t, high_t = (ordered[r - 1] for r in ranks) if ranks else (np.nan, np.nan)
    return {
        "replications": n,
        "opening_t": stock.opening_t,
        "enough_frac": float(np.mean(needed_t <= stock.opening_t)),
        "needed_mean_t": float(needed_t.mean()),
        "needed_p50_t": needed_at(needed_t, 0.5),
        "needed_p95_t": high,
        "needed_p95_low_t": low_t,
        "needed_p95_high_t": high_t,
        "needed_p95_d": high / (stock.consumption_t_per_year / YEAR_D),
    }
