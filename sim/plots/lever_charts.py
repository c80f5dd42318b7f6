"""Pictures of sensitivities and of a search: tornado, shares of the variance, what was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import NullFormatter, StrMethodFormatter

from sim.plots.errors import PlotError
from sim.plots.metric_titles import short_title
from sim.plots.panels import head, ruled
from sim.plots.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    SKY,
    VERMILLION,
    figure,
    styled,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Key = tuple[str, str, str]

__all__ = ["draw_search", "draw_sobol", "draw_tornado"]

_MOST = 4
_WIDTH_IN, _HEAD_IN, _ROW_IN, _PANEL_IN = 10.5, 0.85, 0.42, 0.72
_LETTER_IN = 0.075
_FAR = 4.0
_VERDICTS = {"meets": GREEN, "misses": VERMILLION, "undecided": ORANGE}


def _keys(table: pd.DataFrame) -> list[Key]:
    rows = table[["metric", "flow", "unit"]].drop_duplicates()
    return [(str(a), str(b), str(c)) for a, b, c in rows.itertuples(index=False)][:_MOST]


def _panels(
    table: pd.DataFrame,
    draw: Callable[[Axes, pd.DataFrame], None],
    words: tuple[str, str],
    *,
    names: Sequence[str],
) -> Figure:
    """Return a picture with a panel for each measure, levers on the left."""
    keys = _keys(table)
    if not keys:
        message = "no measure has a value, so there is nothing to draw"
        raise PlotError(message)
    panel_in = _PANEL_IN + _ROW_IN * len(names)
    height_in = _HEAD_IN + panel_in * len(keys)
    picture = figure(_WIDTH_IN, height_in)
    panels = picture.subplots(len(keys), 1, squeeze=False).ravel()
    for axes, key in zip(panels, keys, strict=True):
        draw(axes, table[(table["metric"] == key[0]) & (table["flow"] == key[1])])
        axes.set_title(short_title(key), pad=6)
        ruled(axes, "x")
        axes.tick_params(axis="y", length=0)
    head(picture, words, height_in)
    left = 0.03 + _LETTER_IN * max(map(len, names)) / _WIDTH_IN
    picture.subplots_adjust(
        left=min(left, 0.45),
        right=0.96,
        top=1 - _HEAD_IN / height_in,
        bottom=0.4 / height_in,
        hspace=_PANEL_IN / (_ROW_IN * len(names)),
    )
    return picture


def draw_tornado(table: pd.DataFrame, *, title: str = "What each lever moves") -> Figure:
    """Draw how far each lever moves measures between its ends, the widest swing above.

    Parameters
    ----------
    table : DataFrame
        Table `tornado`.
    title : str, optional
        What stands above.

    Returns
    -------
    picture : Figure
        Keep it with `save`.

    Raises
    ------
    PlotError
        If there is nothing to draw.
    """
    note = (
        "paired difference to the scenario as its file states it, lever at its low end (orange) and"
        " high end (blue); bars: 95 % intervals"
    )
    with styled():
        return _panels(table, _tornado, (title, note), names=list(dict.fromkeys(table["lever"])))


def _tornado(axes: Axes, rows: pd.DataFrame) -> None:
    levers = list(dict.fromkeys(rows["lever"]))
    seen = rows[["difference", "difference_low", "difference_high"]].to_numpy(np.float64)
    seen = seen[np.isfinite(seen)]
    least, most = float(seen.min(initial=0.0)), float(seen.max(initial=0.0))
    room = 0.12 * (most - least) or 1.0
    for row in rows.to_dict("records"):
        at = levers.index(row["lever"])
        is_low = row["side"] == "low"
        value, low, high = (row[c] for c in ("difference", "difference_low", "difference_high"))
        at_bar = at - 0.17 if is_low else at + 0.17
        if not np.isfinite(value):
            continue
        axes.barh(at_bar, value, height=0.3, color=ORANGE if is_low else BLUE)
        if np.isfinite(low):
            axes.plot([low, high], [at_bar, at_bar], color=INK, lw=1.1)
        end = max(value, high if np.isfinite(high) else value, 0.0)
        if value < 0:
            end = min(value, low if np.isfinite(low) else value)
        axes.annotate(
            f"{row['at']}", (end, at_bar), (5 if value >= 0 else -5, 0),
            textcoords="offset points", va="center", ha="left" if value >= 0 else "right",
            size=8, color=MUTED,
        )  # fmt: skip
    axes.set_xlim(least - room, most + room)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    _lever_axis(axes, levers)


def _lever_axis(axes: Axes, levers: list[str]) -> None:
    """Name the levers on the left, the first above, and mark zero."""
    axes.axvline(0, color=INK, lw=0.9)
    axes.set_yticks(range(len(levers)), levers)
    axes.set_ylim(len(levers) - 0.45, -0.55)


def draw_sobol(
    table: pd.DataFrame, luck: pd.DataFrame, *, title: str = "Where the variance comes from"
) -> Figure:
    """Draw first and total Sobol indices with their intervals.

    Parameters
    ----------
    table : DataFrame
        Table `sobol`.
    luck : DataFrame
        Table `sobol_luck`: told in each panel.
    title : str, optional
        What stands above.

    Returns
    -------
    picture : Figure
        Keep it with `save`.

    Raises
    ------
    PlotError
        If there is nothing to draw.
    """
    note = (
        "share of the variance between points: alone (blue), alone and with other levers (pale); "
        "bars: 95 % intervals (bootstrap)"
    )

    def panel(axes: Axes, rows: pd.DataFrame) -> None:
        _sobol(axes, rows)
        first = rows.iloc[0]
        of = luck[(luck["metric"] == first["metric"]) & (luck["flow"] == first["flow"])]
        axes.annotate(
            _luck_words(of), (1, 1), (0, 8), xycoords="axes fraction", textcoords="offset points",
            ha="right", va="bottom", size=8, color=MUTED,
        )  # fmt: skip

    with styled():
        return _panels(table, panel, (title, note), names=list(dict.fromkeys(table["lever"])))


def _luck_words(luck: pd.DataFrame) -> str:
    if not len(luck) or not np.isfinite(luck["luck_frac"].iloc[0]):
        return ""
    year, left = luck["luck_frac"].iloc[0], luck["left_frac"].iloc[0]
    return f"luck: {year:.0%} of the variance of one year; {left:.0%} of that between points"


def _sobol(axes: Axes, rows: pd.DataFrame) -> None:
    levers = list(rows["lever"])
    for shift, name, colour in ((-0.17, "first", BLUE), (0.17, "total", SKY)):
        at = np.arange(len(levers)) + shift
        value = rows[f"{name}_frac"].to_numpy()
        low, high = rows[f"{name}_low_frac"].to_numpy(), rows[f"{name}_high_frac"].to_numpy()
        axes.barh(at, np.nan_to_num(value), height=0.3, color=colour)
        axes.hlines(at, low, high, color=INK, lw=1.1)
        for k in range(len(levers)):
            text = f"{round(value[k], 2) + 0.0:.2f}" if np.isfinite(value[k]) else "no value"
            end = np.nanmax([value[k], high[k], 0.0])
            axes.annotate(
                text, (end, at[k]), (5, 0), textcoords="offset points", va="center", size=8,
                color=MUTED,
            )  # fmt: skip
    axes.set_xlim(right=max(1.12, axes.get_xlim()[1] * 1.06))
    _lever_axis(axes, levers)


def draw_search(
    tries: pd.DataFrame, *, lever: str, target: float, words: str, title: str = "What was tried"
) -> Figure:
    """Draw the measure at each value of a lever that was tried, with its bounds and the target.

    Parameters
    ----------
    tries : DataFrame
        Table `tries`.
    lever : str
        The lever.
    target : float
        In the unit of the measure; the share where a share of years is asked for.
    words : str
        The target as it is told.
    title : str, optional
        What stands above.

    Returns
    -------
    picture : Figure
        Keep it with `save`.

    Raises
    ------
    PlotError
        If no try has a value.
    """
    known = tries[np.isfinite(tries["mean"])]
    if not len(known):
        message = "no try has a value, so there is nothing to draw"
        raise PlotError(message)
    height_in = 4.4
    with styled():
        picture = figure(_WIDTH_IN * 0.8, height_in)
        axes = picture.subplots()
        axes.axhline(target, color=INK, lw=1.2, ls="--")
        for k, row in enumerate(known.to_dict("records")):
            colour = _VERDICTS[row["verdict"]]
            if np.isfinite(row["low"]):
                axes.plot([k, k], [row["low"], row["high"]], color=colour, lw=2.2)
            axes.plot(k, row["mean"], "o", color=colour, ms=6, mec=PAPER)
        axes.set_xticks(range(len(known)), [str(value) for value in known["value"]])
        marks = [
            Line2D([], [], marker="o", ls="-", color=colour, label=verdict)
            for verdict, colour in _VERDICTS.items()
            if (known["verdict"] == verdict).any()
        ]
        marks.append(Line2D([], [], color=INK, ls="--", label="target"))
        axes.legend(handles=marks, loc="best")
        axes.set_xlabel(lever)
        ruled(axes, "y")
        _scaled(axes, known["mean"].to_numpy(np.float64), target)
        axes.set_ylabel(short_title(_keys(known)[0]))
        head(picture, (title, f"target: {words}; bars: bounds for all looks together"), height_in)
        picture.subplots_adjust(left=0.12, right=0.97, top=1 - 0.75 / height_in, bottom=0.13)
    return picture


def _scaled(axes: Axes, means: np.ndarray, target: float) -> None:
    """Draw values that lie far apart on a logarithmic scale, so that those near the target show."""
    seen = np.array([*means, target])
    if seen.min() > 0 and seen.max() > _FAR * seen.min():
        axes.set_yscale("log")
        axes.yaxis.set_minor_formatter(NullFormatter())
        ticks = np.unique([float(f"{v:.1g}") for v in np.geomspace(seen.min(), seen.max(), 6)])
        axes.set_yticks(ticks)
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
