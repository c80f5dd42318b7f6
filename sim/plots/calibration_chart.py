"""Published figures and simulated ones, as ratios on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from sim.plots.errors import PlotError
from sim.plots.style import BLUE, GRID, INK, MUTED, VERMILLION, figure, styled

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_calibration"]

_TITLES: Mapping[str, str] = {
    "independent": "independent: not used to set the scenario",
    "series": "series: set from other years or members",
    "input": "input: set to this figure, no test",
}
_ROW_IN, _HEAD_IN, _FOOT_IN, _GAP_ROWS = 0.235, 0.75, 1.05, 1.4
_BAND, _LEFT = "#b9c0c8", 0.27
_WHOLE = 100
_TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def draw_calibration(table: pd.DataFrame, *, title: str = "Simulated over published") -> Figure:
    """Draw each simulated mean with its interval, beside the published band, as ratios.

    Parameters
    ----------
    table : DataFrame
        From `sim.analysis.calibration.beside`.
    title : str
        What stands above.

    Returns
    -------
    picture : Figure
        One row a figure, by role; 1 is the middle of what is published. A bound with an open
        end fades out to the edge. Rows without a simulated figure are left out.

    Raises
    ------
    PlotError
        If no row has a simulated figure.
    """
    shown = table[table["mean"] > 0]
    if not len(shown):
        message = "no published figure has a simulated counterpart to draw"
        raise PlotError(message)
    roles = list(dict.fromkeys(shown["role"]))
    height_in = _HEAD_IN + _FOOT_IN + _ROW_IN * (len(shown) + _GAP_ROWS * len(roles))
    with styled():
        picture = figure(9.5, height_in)
        picture.text(0.02, 1 - 0.15 / height_in, title, fontsize=13, fontweight="bold", va="top")
        axes = picture.add_axes(
            (_LEFT, _FOOT_IN / height_in, 0.55, 1 - (_HEAD_IN + _FOOT_IN) / height_in)
        )
        _draw_rows(axes, shown, roles)
        picture.legend(handles=_handles(), loc="lower left", bbox_to_anchor=(0.015, 0.0), ncols=4,
                       fontsize=8.5, columnspacing=1.4)  # fmt: skip
    return picture


def _draw_rows(axes: Axes, shown: pd.DataFrame, roles: list[str]) -> None:
    axes.set_xscale("log")
    axes.set_xlim(0.09, 11)
    at, ticks, names = 0.0, [], []
    for role in roles:
        axes.text(0.09, at, _TITLES.get(role, role), fontsize=9, fontweight="bold", va="center",
                  ha="left", color=INK)  # fmt: skip
        at += _GAP_ROWS - 0.4
        for row in shown[shown["role"] == role].to_dict("records"):
            _draw_row(axes, at, {str(k): v for k, v in row.items()})
            ticks.append(at)
            names.append(str(row["id"]).replace("-", " "))
            at += 1
        at += 0.4
    axes.set_ylim(at - 0.4, -0.8)
    axes.set_yticks(ticks, names)
    axes.xaxis.set_major_locator(FixedLocator(_TICKS))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.set_xlabel("times the middle of what is published", color=MUTED)
    axes.tick_params(axis="y", length=0, labelsize=8.5)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.axvline(1.0, color=MUTED, linewidth=0.9)
    axes.set_axisbelow(True)


def _draw_row(axes: Axes, at: float, row: Mapping[str, object]) -> None:
    low, high = float(str(row["low"])), float(str(row["high"]))
    middle = float(np.nanmean([low, high]))
    left = 0.05 if np.isnan(low) else low / middle
    right = 20.0 if np.isnan(high) else high / middle
    axes.plot([left, right], [at, at], color=_BAND, linewidth=6.5, solid_capstyle="butt", zorder=1)
    if left == right:
        axes.plot([left], [at], marker="|", color=INK, markersize=10, zorder=2)
    mean, ends = float(str(row["mean"])), (row["mean_low"], row["mean_high"])
    color = BLUE if row["verdict"] == "fits" else VERMILLION
    span = [float(str(end)) / middle for end in ends]
    axes.plot(span, [at, at], color=color, linewidth=1.6, zorder=3)
    axes.plot([mean / middle], [at], marker="o", color=color, markersize=4.5, zorder=4)
    unit = f" {row['unit']}" if row["unit"] else ""
    axes.annotate(f"{_short(mean)}{unit}", (1.01, at), xycoords=("axes fraction", "data"),
                  fontsize=8, va="center", color=color)  # fmt: skip


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= _WHOLE else f"{value:.3g}"


def _handles() -> list[Line2D | Patch]:
    return [
        Patch(facecolor=_BAND, label="published (none drawn: a point, at 1)"),
        Line2D([], [], color=BLUE, marker="o", markersize=4.5, label="simulated, 95 %: fits"),
        Line2D([], [], color=VERMILLION, marker="o", markersize=4.5, label="does not fit"),
    ]
