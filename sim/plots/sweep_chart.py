"""Pictures of a sweep: a line for one lever, a map of numbers for two, points for more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from sim.plots.errors import PlotError
from sim.plots.metric_titles import short_title
from sim.plots.panels import head, ruled
from sim.plots.style import BLUE, INK, PAPER, VERMILLION, figure, styled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Key = tuple[str, str, str]
    _Draw = Callable[[Axes, pd.DataFrame, list[str]], None]

__all__ = ["draw_sweep"]

BASE = "base"
_MOST = 4
_COLUMNS = 2
_WIDTH_IN, _ROW_IN, _HEAD_IN, _FOOT_IN = 10.5, 3.1, 0.95, 0.55
_SHADES = LinearSegmentedColormap.from_list("shades", ["#f4f7fa", "#8dbbdb", BLUE])
_DARK = 0.62
_MANY = 1000.0
_THREE = 3


def draw_sweep(
    table: pd.DataFrame,
    levers: Sequence[str],
    keys: Sequence[Key],
    *,
    is_grid: bool,
    title: str = "Sweep",
) -> Figure:
    """Draw what levers do to measures.

    Parameters
    ----------
    table : DataFrame
        Table `sweep` with a column for each lever.
    levers : sequence of str
        These columns.
    keys : sequence of (metric, flow, unit)
        Measures to show, four at most.
    is_grid : bool
        Whether the points are a grid; of one lever it is drawn as lines, of two as maps of numbers,
        all else as points against each lever.
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
    shown = [key for key in keys if len(_rows(table, key))][:_MOST]
    if not shown:
        message = "no point has a value of these measures, so there is nothing to draw"
        raise PlotError(message)
    with styled():
        if is_grid and len(levers) <= _COLUMNS:
            draw, note = _panel_kind(len(levers))
            return _in_panels(table, list(levers), shown, draw, (title, note))
        return _cloud(table, list(levers), shown, title)


def _panel_kind(n_levers: int) -> tuple[_Draw, str]:
    if n_levers == 1:
        return _line, "band: 95 % interval of the mean; diamond: the scenario as its file states it"
    return _heat, (
        "mean over replications; below it half its 95 % interval; framed: the scenario as its file "
        "states it"
    )


def _rows(table: pd.DataFrame, key: Key) -> pd.DataFrame:
    is_it = (table["metric"] == key[0]) & (table["flow"] == key[1])
    rows: pd.DataFrame = table[is_it & np.isfinite(table["mean"])]
    return rows


def _in_panels(
    table: pd.DataFrame, levers: list[str], keys: list[Key], draw: _Draw, words: tuple[str, str]
) -> Figure:
    n_columns = min(len(keys), _COLUMNS)
    n_rows = -(-len(keys) // n_columns)
    height_in = _HEAD_IN + n_rows * (_ROW_IN + _FOOT_IN)
    picture = figure(_WIDTH_IN, height_in)
    panels = picture.subplots(n_rows, n_columns, squeeze=False).ravel()
    for axes, key in zip(panels, keys, strict=False):
        draw(axes, _rows(table, key), levers)
        axes.set_title(short_title(key), pad=8)
    for axes in panels[len(keys) :]:
        axes.set_visible(False)
    head(picture, words, height_in)
    picture.subplots_adjust(
        left=0.085,
        right=0.975,
        top=1 - _HEAD_IN / height_in,
        bottom=0.55 / height_in,
        wspace=0.22,
        hspace=(_FOOT_IN + 0.35) / _ROW_IN,
    )
    return picture


def _places(values: pd.Series) -> tuple[np.ndarray, list[Any]]:
    """Return where values lie on an axis: numbers as they are, others side by side."""
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(np.float64), []
    known = list(dict.fromkeys(values))
    return np.array([known.index(v) for v in values], dtype=np.float64), known


def _line(axes: Axes, rows: pd.DataFrame, levers: list[str]) -> None:
    lever = levers[0]
    moved = rows[rows["point"] != BASE]
    at, names = _places(moved[lever])
    order = np.argsort(at, kind="stable")
    mean, low, high = (moved[c].to_numpy(np.float64)[order] for c in ("mean", "low", "high"))
    if not names:
        axes.fill_between(at[order], low, high, color=BLUE, alpha=0.16, lw=0)
        axes.plot(at[order], mean, "o-", color=BLUE, ms=4, lw=1.6)
    else:
        half = np.where(np.isfinite(high), high - mean, 0)
        axes.errorbar(at[order], mean, half, fmt="o", color=BLUE, ms=5, capsize=3)
        axes.set_xticks(range(len(names)), names)
        axes.set_xlim(-0.5, len(names) - 0.5)
    base = rows[rows["point"] == BASE]
    if len(base) and not names and np.isfinite(base[lever].iloc[0]):
        axes.plot(base[lever], base["mean"], "D", color=VERMILLION, ms=6, mfc=PAPER, mew=1.5)
    axes.set_xlabel(lever)
    _ruled(axes, at, names)


def _ruled(axes: Axes, at: np.ndarray, names: list[Any]) -> None:
    """Give axes a grid, thousands parted, and whole numbers where the lever has no others."""
    ruled(axes, "both")
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    known = at[np.isfinite(at)]
    if not names and (known == np.round(known)).all():
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))


def _heat(axes: Axes, rows: pd.DataFrame, levers: list[str]) -> None:
    moved = rows[rows["point"] != BASE]
    across, up = (sorted(dict.fromkeys(moved[lever])) for lever in levers)
    means = np.full((len(up), len(across)), np.nan)
    halves = means.copy()
    for row in moved.to_dict("records"):
        at = up.index(row[levers[1]]), across.index(row[levers[0]])
        means[at], halves[at] = row["mean"], (row["high"] - row["low"]) / 2
    axes.imshow(means, cmap=_SHADES, aspect="auto", origin="lower")
    least, most = np.nanmin(means), np.nanmax(means)
    size = 9 if len(across) <= 8 and len(up) <= 8 else 6.5  # noqa: PLR2004 - as many fit
    for (k, j), mean in np.ndenumerate(means):
        is_dark = most > least and (mean - least) / (most - least) > _DARK
        colour = PAPER if is_dark else INK
        text = _number(float(mean)) if np.isfinite(mean) else "-"
        axes.text(j, k + 0.08, text, ha="center", va="center", size=size, color=colour)
        if np.isfinite(halves[k, j]):
            half = f"±{_number(float(halves[k, j]))}"
            axes.text(j, k - 0.24, half, ha="center", va="center", size=size - 2, color=colour)
    axes.set_xticks(range(len(across)), [_tick(v) for v in across])
    axes.set_yticks(range(len(up)), [_tick(v) for v in up])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel(levers[0])
    axes.set_ylabel(levers[1])
    _frame_base(axes, rows, levers, (across, up))


def _frame_base(
    axes: Axes, rows: pd.DataFrame, levers: list[str], known: tuple[list[Any], list[Any]]
) -> None:
    base = rows[rows["point"] == BASE]
    if not len(base):
        return
    at = []
    for lever, values in zip(levers, known, strict=True):
        value = base[lever].iloc[0]
        if value not in values:
            return
        at.append(values.index(value))
    corner = at[0] - 0.5, at[1] - 0.5
    axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=VERMILLION, lw=2, zorder=5))


def _cloud(table: pd.DataFrame, levers: list[str], keys: list[Key], title: str) -> Figure:
    height_in = _HEAD_IN + len(keys) * 2.35 + _FOOT_IN
    picture = figure(max(_WIDTH_IN, 2.6 * len(levers) + 1), height_in)
    grid = picture.subplots(len(keys), len(levers), squeeze=False, sharex="col", sharey="row")
    for k, key in enumerate(keys):
        rows = _rows(table, key)
        for axes, lever in zip(grid[k], levers, strict=True):
            _scatter(axes, rows, lever)
        grid[k][0].set_title(short_title(key))
    for axes, lever in zip(grid[-1], levers, strict=True):
        axes.set_xlabel(lever)
    note = "bars: 95 % interval of the mean; diamond: the scenario as its file states it"
    head(picture, (title, note), height_in)
    picture.subplots_adjust(
        left=0.075,
        right=0.98,
        top=1 - _HEAD_IN / height_in,
        bottom=_FOOT_IN / height_in,
        wspace=0.08,
        hspace=0.3,
    )
    return picture


def _scatter(axes: Axes, rows: pd.DataFrame, lever: str) -> None:
    at, names = _places(rows[lever])
    is_base = (rows["point"] == BASE).to_numpy()
    mean, low, high = (rows[c].to_numpy(np.float64) for c in ("mean", "low", "high"))
    half = np.where(np.isfinite(low), (high - low) / 2, 0)
    axes.errorbar(
        at[~is_base], mean[~is_base], half[~is_base],
        fmt="o", color=BLUE, ecolor="#a9c9e0", ms=3.5, elinewidth=1, zorder=2,
    )  # fmt: skip
    axes.plot(at[is_base], mean[is_base], "D", color=VERMILLION, ms=6, mfc=PAPER, mew=1.5, zorder=4)
    if names:
        axes.set_xticks(range(len(names)), names)
    _ruled(axes, at, names)


def _tick(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    """Return a figure with about three digits."""
    if abs(value) >= _MANY:
        return f"{value:,.0f}"
    return f"{value:.{_THREE}g}"
