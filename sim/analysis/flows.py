"""What became of the freight: throughput, transit time, cost, by flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.costs import cost_table
from sim.tables import conform
from sim.units import DAY_MS

if TYPE_CHECKING:
    from sim.analysis.outcome import Outcome

__all__ = ["flow_table", "transit_days", "transit_figures", "unfinished_warnings"]

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


def transit_days(outcome: Outcome) -> pd.DataFrame:
    """Return delivered lots with flow, tonnes and transit time. [d]."""
    lots = outcome.lots[outcome.lots["delivered_ms"] >= 0]
    return lots.assign(transit_d=(lots["delivered_ms"] - lots["offered_ms"]) / DAY_MS)


def _freight(lots: pd.DataFrame, horizon_ms: int) -> dict[str, float]:
    lots = lots[lots["offered_ms"] >= 0]  # what a disruption withdraws was never offered
    done = lots["delivered_ms"] >= 0
    early = done & (lots["delivered_ms"] < horizon_ms)
    tonnes = lots["tonnes"]
    offered = float(tonnes.sum())
    delivered = float(tonnes[early].sum())
    return {
        "offered_t": offered,
        "delivered_t": delivered,
        "delivered_late_t": float(tonnes[done & ~early].sum()),
        "unfinished_t": float(tonnes[~done].sum()),
        "throughput_frac": delivered / offered if offered else np.nan,
        "diverted_t": float(tonnes[lots["is_diverted"]].sum()),
    }


def transit_figures(days: pd.Series[float]) -> dict[str, float]:
    """Return mean and quantiles of transit times, as table `flows` calls them. [d].

    Examples
    --------
    >>> transit_figures(pd.Series([4.0, 6.0]))["transit_mean_d"]
    5.0
    """
    if not len(days):
        return dict.fromkeys(["transit_mean_d", *_QUANTILES], np.nan)
    return {"transit_mean_d": float(days.mean())} | {
        name: float(days.quantile(share)) for name, share in _QUANTILES.items()
    }


def flow_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `flows`: one row a flow and, if there are several, one for `all`.

    The row `all` weighs costs by delivered tonnes and takes quantiles over all lots.
    """
    transit = transit_days(outcome)
    cost = cost_table(outcome).set_index("flow")
    rows: list[dict[str, object]] = []
    for name, flow in outcome.scenario.flows.items():
        f = outcome.arrays.names.flows.index(name)
        lots = outcome.lots[outcome.lots["flow"] == f]
        row: dict[str, object] = {"flow": name, "commodity": flow.commodity}
        row |= _freight(lots, outcome.arrays.horizon_ms)
        row |= transit_figures(transit.loc[transit["flow"] == f, "transit_d"])
        row |= {str(item): usd for item, usd in cost.loc[name].items()}
        rows.append(row)
    if len(rows) > 1:
        rows.append(_total(outcome, pd.DataFrame(rows), transit))
    return conform("flows", rows)


def _total(outcome: Outcome, flows: pd.DataFrame, transit: pd.DataFrame) -> dict[str, object]:
    weight = (flows["delivered_t"] + flows["delivered_late_t"]).to_numpy()
    usd = [c for c in flows.columns if c.endswith("_usd_per_t")]
    some = weight > 0
    means = {
        c: float(np.average(flows[c].to_numpy()[some], weights=weight[some]))
        if some.any()
        else np.nan
        for c in usd
    }
    row: dict[str, object] = {"flow": "all", "commodity": "all"}
    return (
        row
        | _freight(outcome.lots, outcome.arrays.horizon_ms)
        | transit_figures(transit["transit_d"])
        | means
    )
