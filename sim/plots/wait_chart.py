"""Where the days go: mean time of a lot by what it was spent on or waited for."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.patches import Patch

from sim.plots.style import INK, MUTED, PAPER, figure, styled
from sim.units import HOURS_PER_DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_where_the_days_go", "spent_days"]

_SHADES: Mapping[str, tuple[str, ...]] = {
    "moving": ("#0072B2", "#56B4E9", "#9fd3f2"),
    "work": ("#009E73", "#66c7aa", "#a9dfce"),
    "border": ("#8e5ea2", "#b795c6", "#d8c4e0"),
    "waiting": ("#D55E00", "#E69F00", "#f0c265", "#f6dca8", "#b34700", "#fbeed3"),
}
"""Colours by group, the largest cause first."""
_STRANGE = ("#7f7f7f", "#a3a3a3", "#c7c7c7")
_OTHER, _OTHER_COLOR = "other", "#d5d9de"
_LEAST_LABEL_FRAC = 0.045
_LONGEST = 34
_DARK_BELOW = 0.45
_ROW_IN, _HEAD_IN, _FOOT_IN = 0.62, 0.8, 1.25


@dataclass(frozen=True, slots=True)
class _Spent:
    """Days by row of the chart, in the order in which they are stacked."""

    days: pd.DataFrame
    colors: tuple[str, ...]
    is_light: tuple[bool, ...]


def draw_where_the_days_go(
    waits: pd.DataFrame,
    *,
    weights: Mapping[tuple[str, str], float] | None = None,
    title: str = "Where the days go",
    most_causes: int = 8,
) -> Figure:
    """Draw the mean time of a lot on its way, by what it was spent on.

    Parameters
    ----------
    waits : DataFrame
        Table `waits` with a column `scenario`.
    weights : mapping of (scenario, flow) to float, optional
        Weights of the flows, from `flow_weights`; with them each scenario is one bar. Left out,
        each flow of each scenario is a bar of its own.
    title : str
        What stands above.
    most_causes : int
        How many causes are told apart; the rest is `other`.

    Returns
    -------
    picture : Figure
        Keep it with `save`.
    """
    spent = _coloured(spent_days(waits, weights).rename(index=_wrapped), most_causes)
    height_in = _HEAD_IN + _ROW_IN * max(len(spent.days), 1) + _FOOT_IN
    longest = max((len(line) for row in spent.days.index for line in row.split("\n")), default=8)
    with styled():
        picture = figure(12.5, height_in)
        picture.text(0.02, 1 - 0.16 / height_in, title, fontsize=14, fontweight="bold", va="top")
        left = 0.03 + 0.0062 * min(longest, _LONGEST)
        axes = picture.add_axes(
            (left, _FOOT_IN / height_in, 0.955 - left, 1 - (_HEAD_IN + _FOOT_IN) / height_in)
        )
        _draw_stack(axes, spent)
        handles = [
            Patch(facecolor=color, label=str(name))
            for name, color in zip(spent.days.columns, spent.colors, strict=True)
        ]
        if handles:
            picture.legend(
                handles=handles, loc="lower left", bbox_to_anchor=(0.012, 0.0), ncols=5,
                fontsize=8.5, columnspacing=1.6,
            )  # fmt: skip
    return picture


def spent_days(
    waits: pd.DataFrame, weights: Mapping[tuple[str, str], float] | None
) -> pd.DataFrame:
    """Return mean days by row of the chart, group and cause.

    Parameters
    ----------
    waits : DataFrame
        Table `waits` with a column `scenario`.
    weights : mapping of (scenario, flow) to float or None
        Weights of the flows; None keeps flows apart.

    Returns
    -------
    table : DataFrame
        Index: scenario (and flow below it, if kept apart; flow alone of a scenario that is the only
        one), in the order of ``waits``. Columns: (group, cause).
    """
    rows = waits.assign(days=waits["hours_per_lot"] / HOURS_PER_DAY)
    scenario, flow = rows["scenario"].astype(str), rows["flow"].astype(str)
    several = flow.groupby(scenario).nunique().gt(1)
    if weights is None:
        both = scenario + ("\n" + flow).where(scenario.map(several).astype(bool), "")
        rows["bar"] = flow if len(several) == 1 and several.all() else both
    else:
        keys = pd.Series(list(zip(scenario, flow, strict=True)), index=rows.index, dtype=object)
        weight = keys.map(lambda key: weights.get(key, 0.0)).astype(float)
        total = weight.where(~keys.duplicated(), 0.0).groupby(scenario).transform("sum")
        rows["days"] *= weight / total
        rows["bar"] = scenario
    table = rows.pivot_table(
        index="bar", columns=["group", "cause"], values="days", aggfunc="sum", sort=False
    )
    return table.fillna(0.0)


def _coloured(table: pd.DataFrame, most_causes: int) -> _Spent:
    """Return the chosen causes by group, the largest first, and the rest as one."""
    weight = table.sum().sort_values(ascending=False, kind="stable")
    chosen = list(weight.index[:most_causes])
    groups = [*_SHADES, *sorted({str(g) for g, _ in chosen} - set(_SHADES))]
    ordered = [key for group in groups for key in chosen if key[0] == group]
    days: dict[tuple[str, str], pd.Series[float]] = {}
    colors: list[str] = []
    for group, cause in ordered:
        shades = _SHADES.get(group, _STRANGE)
        before = sum(1 for name in days if name[0] == group)
        days[(group, cause)] = table[(group, cause)]
        colors.append(shades[before % len(shades)])
    rest = table.drop(columns=ordered).sum(axis=1)
    made = pd.DataFrame({_named(key): column for key, column in days.items()}, index=table.index)
    if (rest > 0).any():
        made[_OTHER] = rest
        colors.append(_OTHER_COLOR)
    return _Spent(made, tuple(colors), tuple(map(_is_light, colors)))


def _wrapped(label: str) -> str:
    """Return the label of a bar in lines that fit beside it."""
    return "\n".join(part for line in label.split("\n") for part in wrap(line, _LONGEST))


def _named(key: tuple[str, str]) -> str:
    group, cause = key
    return cause if group in cause else f"{group}: {cause}"


def _is_light(color: str) -> bool:
    """Return whether dark text is the more legible on a colour."""
    red, green, blue = (int(color[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > _DARK_BELOW


def _draw_stack(axes: Axes, spent: _Spent) -> None:
    table = spent.days.to_numpy(np.float64)
    room = float(table.sum(axis=1).max(initial=0.0)) or 1.0
    at, left = np.arange(len(table)), np.zeros(len(table))
    for k in range(table.shape[1]):
        axes.barh(at, table[:, k], left=left, height=0.62, color=spent.colors[k],
                  edgecolor=PAPER, linewidth=0.6)  # fmt: skip
        for row in np.flatnonzero(table[:, k] > _LEAST_LABEL_FRAC * room).tolist():
            axes.text(
                left[row] + table[row, k] / 2, row, f"{table[row, k]:.1f}", ha="center",
                va="center", fontsize=8, color=INK if spent.is_light[k] else PAPER,
            )  # fmt: skip
        left += table[:, k]
    for row in at.tolist():
        axes.annotate(
            f"{left[row]:.1f} d", (left[row], row), (6, 0), textcoords="offset points",
            va="center", fontsize=10, fontweight="bold",
        )  # fmt: skip
    axes.set_yticks(at, list(spent.days.index))
    axes.set_ylim(len(table) - 0.45, -0.55)
    axes.set_xlim(0, room * 1.07)
    axes.set_xlabel("mean days of a lot from offer to delivery", color=MUTED)
    axes.tick_params(axis="y", length=0, labelsize=9)
    axes.grid(axis="x", color="#e3e6ea", linewidth=0.6)
    axes.set_axisbelow(True)
