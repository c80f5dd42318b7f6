"""Every measure of a study over its years: mean, quantiles, differences, which is best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.ranking import holm, paired_p, probability_best
from sim.kernels.reliability import quantile_interval
from sim.kernels.summary import mean_interval, paired_interval
from sim.tables import conform

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from sim.analysis.mc_groups import Groups
    from sim.analysis.samples import Samples

    Floats = NDArray[np.float64]
    ByLabel = dict[str, Floats]

__all__ = ["best_is", "summary_table"]

SHARES = {"p50": 0.50, "p80": 0.80, "p95": 0.95}
_MORE = {"delivered_t", "throughput_frac", "stock_cover_mean_d", "stock_cover_least_d"}
_LESS = {
    "unfinished_t",
    "delivered_late_t",
    "fleet_cycle_mean_d",
    "stock_out_d",
    "stock_outs",
    "stock_short_t",
    "stock_below_safety_d",
    "stock_needed_opening_t",
    "stock_needed_opening_d",
}
_LESS_ENDS = ("_usd_per_t", "_wait_mean_h", "_total_mean_h", "_hours_mean_h", "_hours_p95_h")


def best_is(metric: str) -> int:
    """Return 1 if less of a measure is better, -1 if more is, 0 if it depends.

    Examples
    --------
    >>> best_is("transit_p95_d"), best_is("delivered_t"), best_is("fleet_utilisation_frac")
    (1, -1, 0)
    """
    if metric in _MORE:
        return -1
    is_less = metric in _LESS or metric.startswith("transit_") or metric.endswith(_LESS_ENDS)
    return int(is_less)


def summary_table(samples: Samples, labels: Sequence[str], groups: Groups) -> pd.DataFrame:
    """Return table `mc_metrics`: a row for each measure of each scenario.

    Parameters
    ----------
    samples : Samples
        One value a replication.
    labels : sequence of str
        Scenarios, the base first.
    groups : Groups
        Replications that are one observation together: pairs with opposite luck, or those that
        share their uncertain numbers. Quantiles are of the first of each.
    """
    rows: dict[tuple[str, tuple[str, str, str]], dict[str, object]] = {}
    for key, by_label in samples.by_measure.items():
        known = {label: by_label[label] for label in labels if label in by_label}
        seen = {k: groups.means(x) for k, x in known.items()}
        compared = _compared(seen, labels, key[0])
        for label, values in known.items():
            if np.isnan(values).all():
                continue
            row: dict[str, object] = {"scenario": label, "metric": key[0], "flow": key[1]}
            row |= {"unit": key[2]} | _alone(values, seen[label], groups)
            row |= {"year_sd": groups.year_sd(label, values), "all_sd": groups.all_sd(values)}
            rows[label, key] = row | compared[label]
    order = sorted(rows, key=lambda at: labels.index(at[0]))
    return conform("mc_metrics", [rows[at] for at in order])


def _alone(values: Floats, seen: Floats, groups: Groups) -> dict[str, object]:
    mean, low, high = mean_interval(seen)
    row: dict[str, object] = {
        "observations": int(np.isfinite(seen).sum()),
        "mean": mean,
        "low": low,
        "high": high,
    }
    for name, share in SHARES.items():
        found = quantile_interval(groups.firsts(values), share)
        row |= dict(zip((name, f"{name}_low", f"{name}_high"), found, strict=True))
    return row


def _compared(seen: ByLabel, labels: Sequence[str], metric: str) -> dict[str, dict[str, object]]:
    """Return paired differences to the first scenario, and how often each is the best."""
    base = seen.get(labels[0])
    found: dict[str, dict[str, object]] = {}
    p_values, best = [], _best(seen, labels, metric)
    for label, values in seen.items():
        difference = (np.nan, np.nan, np.nan)
        p = np.nan
        if base is values:
            difference = (0.0, 0.0, 0.0)
        elif base is not None:
            difference, p = paired_interval(values, base), paired_p(values, base)
        p_values.append(p)
        found[label] = {
            "difference": difference[0],
            "difference_low": difference[1],
            "difference_high": difference[2],
            "p_value": p,
            "best_frac": best.get(label, np.nan),
        }
    for label, p in zip(seen, holm(p_values).tolist(), strict=True):
        found[label]["p_holm"] = p
    return found


def _best(seen: ByLabel, labels: Sequence[str], metric: str) -> dict[str, float]:
    sign = best_is(metric)
    if not sign or len(seen) < len(labels) or len(labels) == 1:
        return {}
    shares = probability_best(sign * np.array(list(seen.values())))
    return dict(zip(seen, shares.tolist(), strict=True))
