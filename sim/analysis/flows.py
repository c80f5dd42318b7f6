"""What became of the freight: throughput, transit time, cost, by flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.costs import cost_rows
from sim.tables import conform
from sim.units import DAY_MS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

__all__ = ["flow_rows", "flow_table", "transit_figures", "unfinished_warnings"]

_MUCH = 0.02
_QUANTILES = {"transit_p50_d": 0.50, "transit_p80_d": 0.80, "transit_p95_d": 0.95}


def unfinished_warnings(flows: pd.DataFrame, *, label: str = "") -> list[str]:
    """Return a warning for each flow of which much never arrived: its times flatter it.

    Parameters
    ----------
    flows : DataFrame
        Columns flow, offered_t and unfinished_t.
    label : str, optional
        Scenario, named in the warning.
    """
    found = []
    for row in flows.to_dict("records"):
        share = row["unfinished_t"] / row["offered_t"] if row["offered_t"] else 0.0
        if row["flow"] == "all" or share < _MUCH:
            continue
        where = f"{label}: " if label else ""
        found.append(
            f"warning: {where}{share:.0%} of flow {row['flow']} never arrives before the end of "
            "the run; times and costs are of the rest, and `all` is of another mix of freight"
        )
    return found


def _freight(outcome: Outcome, lots: NDArray[np.bool_]) -> dict[str, float]:
    lots = lots & (outcome.offered_ms >= 0)  # what a disruption withdraws was never offered
    tonnes, delivered_ms = outcome.tonnes[lots], outcome.delivered_ms[lots]
    done = delivered_ms >= 0
    early = done & (delivered_ms < outcome.arrays.horizon_ms)
    offered = float(tonnes.sum())
    delivered = float(tonnes[early].sum())
    return {
        "offered_t": offered,
        "delivered_t": delivered,
        "delivered_late_t": float(tonnes[done & ~early].sum()),
        "unfinished_t": float(tonnes[~done].sum()),
        "throughput_frac": delivered / offered if offered else np.nan,
        "diverted_t": float(tonnes[outcome.is_diverted[lots]].sum()),
    }


def _transit(outcome: Outcome, lots: NDArray[np.bool_]) -> dict[str, float]:
    done = lots & (outcome.delivered_ms >= 0)
    return transit_figures((outcome.delivered_ms[done] - outcome.offered_ms[done]) / DAY_MS)


def transit_figures(days: NDArray[np.float64]) -> dict[str, float]:
    """Return mean and quantiles of transit times, as table `flows` calls them. [d].

    Examples
    --------
    >>> transit_figures(np.array([4.0, 6.0]))["transit_mean_d"]
    5.0
    """
    if not len(days):
        return dict.fromkeys(["transit_mean_d", *_QUANTILES], np.nan)
    quantiles = np.quantile(days, list(_QUANTILES.values())).tolist()
    return {"transit_mean_d": float(days.mean())} | dict(zip(_QUANTILES, quantiles, strict=True))


def flow_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `flows`: one row a flow and, if there are several, one for `all`.

    The row `all` weighs costs by delivered tonnes and takes quantiles over all lots.
    """
    return conform("flows", flow_rows(outcome))


def flow_rows(outcome: Outcome) -> list[dict[str, object]]:
    """Return the rows of table `flows`."""
    costs = {row["flow"]: row for row in cost_rows(outcome)}
    rows: list[dict[str, object]] = []
    for name, flow in outcome.scenario.flows.items():
        lots = outcome.flow_of_lot == outcome.arrays.names.flows.index(name)
        row: dict[str, object] = {"flow": name, "commodity": flow.commodity}
        rows.append(row | _freight(outcome, lots) | _transit(outcome, lots) | costs[name])
    if len(rows) > 1:
        rows.append(_total(outcome, rows))
    return rows


def _total(outcome: Outcome, flows: list[dict[str, object]]) -> dict[str, object]:
    def column(name: str) -> NDArray[np.float64]:
        return np.array([row[name] for row in flows], np.float64)

    weight = column("delivered_t") + column("delivered_late_t")
    some = weight > 0
    means = {
        name: float(np.average(column(name)[some], weights=weight[some])) if some.any() else np.nan
        for name in flows[0]
        if name.endswith("_usd_per_t")
    }
    every = np.ones(len(outcome.flow_of_lot), np.bool_)
    row: dict[str, object] = {"flow": "all", "commodity": "all"}
    return row | _freight(outcome, every) | _transit(outcome, every) | means
