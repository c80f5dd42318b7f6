"""Stocks over time: the saw of deliveries, the safety level, days without stock."""

from __future__ import annotations

from datetime import timedelta
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.plots.style import BLUE, GRID, MUTED, ORANGE, VERMILLION, figure, styled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

__all__ = ["draw_stocks", "empty_spans"]

_PANEL_IN, _HEAD_IN, _FOOT_IN = 2.3, 0.75, 1.0
_FEW_TICKS, _MOST_TICKS = 3, 14


def empty_spans(course: pd.DataFrame) -> list[tuple[float, float]]:
    """Return the spans of days in which a stock was empty and something was short.

    Parameters
    ----------
    course : DataFrame
        Rows of table `stock_course` of one stock.

    Examples
    --------
    >>> import pandas as pd
    >>> empty_spans(pd.DataFrame({"time_d": [0.0, 4.0, 6.0], "short_t": [0.0, 0.0, 3.0]}))
    [(4.0, 6.0)]
    """
    at, short = course["time_d"].to_numpy(), course["short_t"].to_numpy()
    return [(float(at[k - 1]), float(at[k])) for k in np.flatnonzero(short > 0)]


def draw_stocks(
    course: pd.DataFrame,
    *,
    safety_t: Mapping[str, float],
    consumption_t_per_d: Mapping[str, float],
    start_date: date,
    title: str,
) -> Figure:
    """Draw every stock over time, each in a panel.

    Parameters
    ----------
    course : DataFrame
        Table `stock_course`.
    safety_t : mapping of str to float
        Safety level of each stock; 0 draws none. [t]
    consumption_t_per_d : mapping of str to float
        Mean consumption, for the scale of days of cover on the right. [t/d]
    start_date : date
        Day 0.
    title : str
        What stands above.

    Returns
    -------
    picture : Figure
        Keep it with `save`.
    """
    groups = list(course.groupby("stock", sort=False))
    height = _HEAD_IN + _PANEL_IN * max(len(groups), 1) + _FOOT_IN
    with styled():
        picture = figure(12.5, height)
        picture.text(0.02, 1 - 0.16 / height, title, fontsize=14, fontweight="bold", va="top")
        panels = picture.subplots(max(len(groups), 1), 1, sharex=True, squeeze=False)[:, 0]
        for axes, (name, rows) in zip(panels, groups, strict=False):
            axes.set_title(str(name))
            _draw_course(axes, rows, safety_t.get(str(name), 0.0))
            _draw_cover_scale(axes, consumption_t_per_d[str(name)])
        _draw_dates(panels[-1], course, start_date)
        picture.subplots_adjust(
            left=0.075, right=0.925, top=1 - _HEAD_IN / height, bottom=_FOOT_IN / height, hspace=0.3
        )
        _draw_legend(picture)
    return picture


def _draw_dates(axes: Axes, course: pd.DataFrame, start_date: date) -> None:
    """Label the months, or the days of a span without a first of a month or with one."""
    first = float(course["time_d"].min()) if len(course) else 0.0
    last = max(float(course["time_d"].max()), first + 1) if len(course) else 1.0
    days = range(ceil(first), floor(last) + 1)
    dates = {day: start_date + timedelta(days=day) for day in days}
    ticks = [day for day in days if dates[day].day == 1]
    if len(ticks) < _FEW_TICKS:
        ticks = [*days][:: max(len(days) // _MOST_TICKS, 1)]
    ticks = ticks[:: max(len(ticks) // _MOST_TICKS, 1)]
    axes.set_xlim(first, last)
    axes.set_xticks(ticks, [f"{dates[d].day} {dates[d]:%b}\n{dates[d].year}" for d in ticks])


def _draw_course(axes: Axes, rows: pd.DataFrame, safety_t: float) -> None:
    at = rows["time_d"].to_numpy()
    level = rows[["before_t", "after_t"]].to_numpy().ravel()
    axes.plot(np.repeat(at, 2), level, color=BLUE, linewidth=1.1, zorder=3)
    axes.fill_between(np.repeat(at, 2), level, color=BLUE, alpha=0.12, linewidth=0)
    for first, last in empty_spans(rows):
        axes.axvspan(first, last, color=VERMILLION, alpha=0.3, linewidth=0)
    if safety_t > 0:
        axes.axhline(safety_t, color=ORANGE, linewidth=1.2, linestyle="--", zorder=2)
    top = max(float(level.max()), safety_t) or 1.0
    axes.set_ylim(0, top * 1.06)
    axes.set_ylabel("stock, t")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.grid(axis="y", color=GRID, linewidth=0.6)


def _draw_cover_scale(axes: Axes, daily_t: float) -> None:
    def cover(stock_t: ArrayLike) -> NDArray[np.float64]:
        return np.asarray(stock_t, np.float64) / daily_t

    def stock(cover_d: ArrayLike) -> NDArray[np.float64]:
        return np.asarray(cover_d, np.float64) * daily_t

    scale = axes.secondary_yaxis("right", functions=(cover, stock))
    scale.set_ylabel("days of cover", color=MUTED)


def _draw_legend(picture: Figure) -> None:
    handles = [
        Line2D([], [], color=BLUE, label="stock"),
        Line2D([], [], color=ORANGE, linestyle="--", label="safety level"),
        Patch(facecolor=VERMILLION, alpha=0.3, label="nothing left: consumption is not met"),
    ]
    picture.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.06, 0.0), ncols=3)
