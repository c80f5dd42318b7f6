"""Charts of a comparison: measures with their intervals, and where the days go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.plots.errors import PlotError
from sim.plots.metric_titles import metric_title
from sim.plots.style import BLUE, INK, MUTED, figure, styled
from sim.plots.wait_chart import draw_where_the_days_go

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["METRICS", "draw_comparison", "draw_where_the_days_go", "flow_weights"]

METRICS = ("transit_mean_d", "transit_p95_d", "cost_usd_per_t", "delivered_t")
"""Measures that a comparison shows unless others are asked for."""

_ALL = "all"
_BASE = "#8f98a3"
_ROW_IN, _HEAD_IN, _FOOT_IN = 0.52, 0.85, 0.45
_LARGE = 100


def draw_comparison(
    table: pd.DataFrame, *, title: str = "Scenarios compared", metrics: Sequence[str] = METRICS
) -> Figure:
    """Draw measures of several scenarios as bars with their 95 % intervals.

    Parameters
    ----------
    table : DataFrame
        Table `comparison`; the first scenario is the base.
    title : str
        What stands above.
    metrics : sequence of str
        Measures to show, each in a panel.

    Returns
    -------
    picture : Figure
        Keep it with `save`.

    Raises
    ------
    PlotError
        If the table has none of the measures.
    """
    shown = [metric for metric in metrics if (table["metric"] == metric).any()]
    if not shown:
        known = ", ".join(dict.fromkeys(table["metric"].astype(str))) or "none"
        message = f"the comparison has no {', '.join(metrics)}; it has: {known}"
        raise PlotError(message)
    labels = [str(label) for label in dict.fromkeys(table["scenario"])]
    n_rows = -(-len(shown) // 2)
    panel_in = _ROW_IN * len(labels) + 0.75
    height_in = _HEAD_IN + n_rows * panel_in + _FOOT_IN
    with styled():
        picture = figure(12.5, height_in)
        picture.text(0.02, 1 - 0.16 / height_in, title, fontsize=14, fontweight="bold", va="top")
        grid = picture.subplots(
            n_rows,
            min(len(shown), 2),
            squeeze=False,
            gridspec_kw={
                "left": 0.03 + 0.0062 * min(max(map(len, labels)), 28),
                "right": 0.965,
                "top": 1 - _HEAD_IN / height_in,
                "bottom": (_FOOT_IN + 0.1) / height_in,
                "wspace": 0.08,
                "hspace": 0.75 / (panel_in - 0.75),
            },
        )
        for axes in grid.ravel()[len(shown) :]:
            axes.set_axis_off()
        for k, metric in enumerate(shown):
            rows = _whole(table[table["metric"] == metric], labels)
            _draw_bars(grid.flat[k], metric, rows, labels if k % 2 == 0 else None)
        note = (
            "Whiskers: 95 % interval of the mean over replications."
            f" Below the values: paired difference to {labels[0]}, with its interval."
        )
        picture.text(0.02, 0.12 / height_in, note, fontsize=7.5, color=MUTED, va="bottom")
    return picture


def _whole(rows: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """Return one row a scenario: all flows together, or the only flow there is."""
    ordered = rows.assign(is_part=rows["flow"] != _ALL).sort_values("is_part", kind="stable")
    return ordered.drop_duplicates("scenario").set_index("scenario").reindex(labels)


def _draw_bars(axes: Axes, metric: str, rows: pd.DataFrame, labels: list[str] | None) -> None:
    values, low, high = (rows[c].to_numpy(np.float64) for c in ("value", "low", "high"))
    at = np.arange(len(rows))
    known = np.isfinite(values)
    axes.barh(at[known], values[known], height=0.56, color=[_BASE, *[BLUE] * len(at)][: len(at)])
    has_interval = known & np.isfinite(low) & np.isfinite(high)
    spread = np.abs(np.vstack((values - low, high - values)))[:, has_interval]
    axes.errorbar(
        values[has_interval], at[has_interval], xerr=spread, fmt="none", ecolor=INK, capsize=3,
        elinewidth=1.1,
    )  # fmt: skip
    ends = np.fmax(values, np.where(np.isfinite(high), high, values))
    room = float(np.nanmax(ends, initial=0.0)) or 1.0
    axes.set_xlim(0, room * 1.42)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    for k, row in enumerate(rows.itertuples()):
        text = _number(values[k]) if known[k] else "no value"
        end = ends[k] if known[k] else 0.0
        axes.annotate(
            text, (end, k), (7, 0), textcoords="offset points", va="center", fontsize=9.5,
            fontweight="bold", color=INK if known[k] else MUTED,
        )  # fmt: skip
        change = _change(rows.iloc[k]) if k else ""
        if change and row:
            axes.annotate(
                change, (end, k), (7, -11), textcoords="offset points", va="center",
                fontsize=7.5, color=MUTED,
            )  # fmt: skip
    unit = str(rows["unit"].dropna().iloc[0])
    axes.set_title(metric_title(metric, unit), pad=8)
    axes.set_yticks(at, labels if labels is not None else [""] * len(at))
    axes.tick_params(axis="y", length=0, labelsize=9.5)
    axes.tick_params(axis="x", labelsize=8)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:,.10g}")
    axes.locator_params(axis="x", nbins=6)
    axes.grid(axis="x", color="#e3e6ea", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_color(MUTED)


def _number(value: float, *, like: float | None = None) -> str:
    """Return a number with as many digits as a reader needs.

    Parameters
    ----------
    value : float
        The number.
    like : float, optional
        Number whose size decides on the digits; itself if left out.

    Examples
    --------
    >>> _number(16.38), _number(202519.75), _number(967.2, like=46.0)
    ('16.4', '202,520', '967.2')
    """
    is_large = abs(value if like is None else like) >= _LARGE
    text = f"{abs(value):,.0f}" if is_large else f"{abs(value):,.1f}"
    return f"\u2212{text}" if value < 0 else text


def _change(row: pd.Series[float]) -> str:
    value, low, high = (float(row[c]) for c in ("difference", "difference_low", "difference_high"))
    if not np.isfinite(value):
        return ""
    text = ("+" if value >= 0 else "") + _number(value)
    if np.isfinite(low) and np.isfinite(high):
        text += f" ({_number(low, like=value)} to {_number(high, like=value)})"
    return text


def flow_weights(
    table: pd.DataFrame, *, lot_t: Mapping[tuple[str, str], float] | None = None
) -> dict[tuple[str, str], float]:
    """Return lots delivered, early and late, by scenario and flow: weights for the days.

    Parameters
    ----------
    table : DataFrame
        Table `comparison`.
    lot_t : mapping of (scenario, flow) to float, optional
        Lot size of each flow; left out, or where missing, a tonne: weights are tonnes. [t]
    """
    sizes = lot_t or {}
    rows = table[table["metric"].isin(["delivered_t", "delivered_late_t"])]
    sums = rows[rows["flow"] != _ALL].groupby(["scenario", "flow"])["value"].sum()
    keys = [(str(scenario), str(flow)) for scenario, flow in sums.index]
    return {
        key: tonnes / sizes.get(key, 1.0) for key, tonnes in zip(keys, sums.tolist(), strict=True)
    }
