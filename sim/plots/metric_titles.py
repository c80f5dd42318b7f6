"""What measures are called above charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["metric_title", "short_title"]

_TITLES: Mapping[str, str] = {
    "transit_mean_d": "Transit time, mean",
    "transit_p95_d": "Transit time, 19 of 20 lots were quicker",
    "cost_usd_per_t": "Cost, without duties and traders' margins",
    "delivered_t": "Delivered in the period",
}
_SHORT: Mapping[str, str] = {
    "transit_mean_d": "Transit time, mean",
    "transit_p50_d": "Transit time, P50",
    "transit_p80_d": "Transit time, P80",
    "transit_p95_d": "Transit time, P95",
    "cost_usd_per_t": "Cost",
    "delivered_t": "Delivered",
}
_UNITS: Mapping[str, str] = {"d": "days", "h": "hours", "t": "tonnes"}


def metric_title(metric: str, unit: str) -> str:
    """Return what a chart of a measure is called, with its unit.

    Examples
    --------
    >>> metric_title("transit_mean_d", "d")
    'Transit time, mean [days]'
    """
    return f"{_TITLES.get(metric, metric)} [{_UNITS.get(unit, unit) or '-'}]"


def short_title(key: tuple[str, str, str]) -> str:
    """Return what a small chart of a measure, flow and unit is called.

    Examples
    --------
    >>> short_title(("transit_p95_d", "flour", "d"))
    'Transit time, P95, flour [days]'
    """
    metric, flow, unit = key
    whose = "" if flow == "all" else f", {flow}"
    return f"{_SHORT.get(metric, metric)}{whose} [{_UNITS.get(unit, unit) or '-'}]"
