"""The distribution of transit times of a Monte Carlo study, with P50, P80 and P95."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from sim.plots.errors import PlotError
from sim.plots.style import GRID, INK, MUTED, PALETTE, figure, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_spread"]

_MARKS = {"p50": 0.50, "p80": 0.80, "p95": 0.95}
_MOST = 6
_COLUMNS = 2
_WIDTH_IN, _ROW_IN, _HEAD_IN, _LEGEND_IN = 9.0, 3.1, 0.95, 0.24
_APART = 0.011
_TICKS = (0.05, 0.25, 0.50, 0.80, 0.95)


def draw_spread(
    transit: pd.DataFrame, curve: pd.DataFrame, *, title: str = "Transit time of all shipments"
) -> Figure:
    """Draw which share of shipments takes no longer than so many days, a panel for each flow.

    Parameters
    ----------
    transit : DataFrame
        Table `mc_transit`: quantiles with their intervals, drawn as bars.
    curve : DataFrame
        Table `mc_curve`, drawn as lines.
    title : str, optional
        What stands above.

    Returns
    -------
    picture : Figure
        Keep it with `save`. Of more than six flows the first five and all freight are shown.

    Raises
    ------
    PlotError
        If nothing arrived.
    """
    if not len(transit):
        message = "no shipment arrived, so there is no transit time to draw"
        raise PlotError(message)
    flows = list(dict.fromkeys(transit["flow"]))
    if len(flows) > _MOST:
        flows = [*flows[: _MOST - 1], flows[-1]]
    labels = list(dict.fromkeys(transit["scenario"]))
    columns = min(len(flows), _COLUMNS)
    n_rows = -(-len(flows) // columns)
    head_in = _HEAD_IN + _LEGEND_IN * -(-len(labels) // 4)
    height_in = head_in + _ROW_IN * n_rows
    with styled():
        picture = figure(_WIDTH_IN, height_in)
        panels = picture.subplots(n_rows, columns, squeeze=False).ravel()
        for axes, flow in zip(panels, flows, strict=False):
            _panel(axes, transit[transit["flow"] == flow], curve[curve["flow"] == flow], labels)
            axes.set_title("All freight" if flow == "all" else str(flow))
        for axes in panels[len(flows) :]:
            axes.set_visible(False)
        for axes in panels[::columns]:
            axes.set_ylabel("share that takes no longer")
        for axes in panels[max(len(flows) - columns, 0) : len(flows)]:
            axes.set_xlabel("days from offer to delivery")
        _head(picture, panels[0], title, height_in)
        top = 1 - head_in / height_in
        picture.subplots_adjust(
            left=0.085, right=0.975, top=top, bottom=0.5 / height_in, wspace=0.16, hspace=0.34
        )
    return picture


def _head(picture: Figure, axes: Axes, title: str, height_in: float) -> None:
    picture.text(0.012, 1 - 0.12 / height_in, title, weight="bold", size=12, color=INK, va="top")
    note = (
        "dots: P50, P80 and P95; bars: their 95 % intervals, the shipments of a year as one cluster"
    )
    picture.text(0.012, 1 - 0.36 / height_in, note, size=8.5, color=MUTED, va="top")
    lines, names = axes.get_legend_handles_labels()
    picture.legend(
        lines,
        names,
        loc="upper left",
        bbox_to_anchor=(0.004, 1 - 0.52 / height_in),
        ncols=4,
        handlelength=1.4,
        columnspacing=1.6,
    )


def _panel(axes: Axes, transit: pd.DataFrame, curve: pd.DataFrame, labels: list[str]) -> None:
    for k, label in enumerate(labels):
        colour = PALETTE[k % len(PALETTE)]
        line = curve[curve["scenario"] == label]
        style = "-" if k < len(PALETTE) else "--"
        axes.plot(line["transit_d"], line["share_frac"], style, color=colour, lw=1.6, label=label)
        shift = (k - (len(labels) - 1) / 2) * _APART
        for row in transit[transit["scenario"] == label].to_dict("records"):
            for name, share in _MARKS.items():
                value, low = row[f"{name}_d"], row[f"{name}_low_d"]
                at = share + shift
                axes.plot([value], [at], "o", color=colour, ms=4.2, zorder=4)
                if np.isfinite(low):
                    high = row[f"{name}_high_d"]
                    axes.plot([low, high], [at, at], color=colour, lw=3.2, alpha=0.45, zorder=3)
    axes.set_ylim(0, 1)
    axes.set_yticks(_TICKS, [f"{tick:.0%}" for tick in _TICKS])
    axes.grid(visible=True, color=GRID, lw=0.6)
    axes.set_axisbelow(True)
    axes.set_xlim(left=np.floor(curve["transit_d"].min()))
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
