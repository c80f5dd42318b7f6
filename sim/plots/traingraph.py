"""The train graph: time across, distance down, one line a train."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.transforms import blended_transform_factory

from sim.plots.axis_labels import chosen_labels, day_labels, short_name
from sim.plots.errors import PlotError
from sim.plots.string_lines import meets
from sim.plots.style import GRID, INK, MUTED, PALETTE, VERMILLION, figure, halo, styled
from sim.units import DAY_MS, HOURS_PER_DAY, KM_M

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.plots.stretch import Stretch

__all__ = ["draw_train_graph"]

_RIGHT_IN, _TOP_IN, _BOTTOM_IN = 0.75, 1.0, 0.95
_LETTER_IN, _LEAST_LEFT_IN = 0.078, 1.0
_LABEL_PT = 9.5
_MOST_DAYS_WITH_MEETS = 16
_OTHER = "other services"
_HOUR_STEPS = ((1, 1), (2, 2), (4, 3), (9, 6), (16, 12))
"""Most days, and hours between the thin lines of time."""


@dataclass(frozen=True, slots=True)
class _Window:
    """What part of time a picture shows, in days from the start."""

    start_date: date
    first_day: int
    days: int

    @property
    def end_day(self) -> int:
        return self.first_day + self.days

    def holds(self, start_ms: pd.Series[int], end_ms: pd.Series[int]) -> pd.Series[bool]:
        """Return which spans touch the window."""
        return (end_ms > self.first_day * DAY_MS) & (start_ms < self.end_day * DAY_MS)


def draw_train_graph(  # noqa: PLR0913 - what, when, how large
    stretch: Stretch,
    lines: pd.DataFrame,
    *,
    title: str,
    start_date: date,
    first_day: int = 0,
    days: int = 7,
    closed: pd.DataFrame | None = None,
    station_names: Mapping[str, str] | None = None,
    size_in: tuple[float, float] = (15.0, 9.0),
) -> Figure:
    """Draw the trains of a stretch over some days.

    Parameters
    ----------
    stretch : Stretch
        The line, from `find_stretch`.
    lines : DataFrame
        The trains, from `string_lines`.
    title : str
        Name of the scenario.
    start_date : date
        First day of the scenario.
    first_day, days : int
        Days from the start of the scenario, and how many to show. [d]
    closed : DataFrame, optional
        Closures, from `closed_spans`; hatched.
    station_names : mapping of str to str, optional
        Names for people; ids where not given.
    size_in : pair of float
        Width and height. [inch]

    Returns
    -------
    picture : Figure
        Keep it with `save`.

    Raises
    ------
    PlotError
        If the days are fewer than one or begin before the start.
    """
    if days < 1 or first_day < 0:
        message = f"days must be 1 or more from day 0 on; got {days} from day {first_day}"
        raise PlotError(message)
    window = _Window(start_date, first_day, days)
    shown = _within(lines, window)
    names = [short_name((station_names or {}).get(s, s)) for s in stretch.station_ids]
    with styled():
        picture = figure(*size_in)
        axes = _empty_axes(picture, stretch, window, max(map(len, names)))
        _draw_times(axes, window)
        _draw_stations(axes, stretch, names, size_in[1])
        has_closure = closed is not None and _draw_closures(axes, closed, window)
        handles = _draw_trains(axes, shown, _ranked_services(lines))
        if days <= _MOST_DAYS_WITH_MEETS:
            handles += _draw_meets(axes, stretch, shown)
        handles += [_CLOSURE] if has_closure else []
        _draw_aggregate(axes, stretch)
        if shown.empty:
            _say_empty(axes)
        _write_round(picture, stretch, [title, names[0], names[-1]], window)
        _draw_legend(picture, handles)
    return picture


def _within(lines: pd.DataFrame, window: _Window) -> pd.DataFrame:
    """Return the lines of which some part lies in the window."""
    time_ms = lines.groupby("line")["time_ms"]
    touches = window.holds(time_ms.transform("min"), time_ms.transform("max"))
    return lines[touches]


def _empty_axes(picture: Figure, stretch: Stretch, window: _Window, letters: int) -> Axes:
    width_in, height_in = picture.get_size_inches()
    left_in = max(_LEAST_LEFT_IN, 0.35 + _LETTER_IN * letters)
    axes = picture.add_axes(
        (
            left_in / width_in,
            _BOTTOM_IN / height_in,
            1 - (left_in + _RIGHT_IN) / width_in,
            1 - (_TOP_IN + _BOTTOM_IN) / height_in,
        )
    )
    axes.set_xlim(window.first_day, window.end_day)
    axes.set_ylim(stretch.length_m / KM_M, 0)
    axes.spines[:].set_visible(True)
    axes.tick_params(length=0)
    axes.set_yticks([])
    return axes


def _draw_times(axes: Axes, window: _Window) -> None:
    labels = day_labels(window.start_date, window.first_day, window.days)
    axes.set_xticks([at for at, _ in labels], [text for _, text in labels])
    axes.tick_params(axis="x", labeltop=True, labelbottom=True, pad=14 if window.days <= 4 else 4)
    step_h = next((hours for most, hours in _HOUR_STEPS if window.days <= most), HOURS_PER_DAY)
    step_d = step_h / HOURS_PER_DAY
    days = np.arange(window.first_day, window.end_day + step_d / 2, step_d)
    midnight = np.isclose(days, np.rint(days))
    for at in days[~midnight]:
        axes.axvline(at, color=GRID, linewidth=0.45, zorder=0.5)
    for at in days[midnight]:
        axes.axvline(at, color="#9aa3ad", linewidth=0.9, zorder=0.6)
    if window.days > _HOUR_STEPS[2][0]:
        return
    step = 1 if window.days == 1 else 2 if window.days <= 3 else 2
    for at in days[::step]:
        hour = round((at % 1) * HOURS_PER_DAY) % HOURS_PER_DAY
        for y, side in ((1.004, "bottom"), (-0.004, "top")):
            axes.text(
                at, y, f"{hour:02d}", transform=axes.get_xaxis_transform(), fontsize=7,
                color=MUTED, ha="center", va=side,
            )


def _draw_stations(axes: Axes, stretch: Stretch, names: list[str], height_in: float) -> None:
    km = stretch.chainage_m / KM_M
    for at in km[stretch.is_loop]:
        axes.axhline(at, color=GRID, linewidth=0.4, zorder=0.5)
    for at in km[~stretch.is_loop]:
        axes.axhline(at, color="#9aa3ad", linewidth=0.7, zorder=0.6)
    own = np.flatnonzero(~stretch.is_loop)
    is_main = stretch.is_terminal | stretch.is_post
    is_main[[0, -1]] = True
    room_pt = (height_in - _TOP_IN - _BOTTOM_IN) * 72
    per_km = room_pt / km[-1]
    ranks = [0 if is_main[k] else 1 for k in own]
    idx, at_pt = chosen_labels(km[own] * per_km, ranks, _LABEL_PT, room=room_pt)
    blend = blended_transform_factory(axes.transAxes, axes.transData)
    for k, place in zip(own[idx].tolist(), (at_pt / per_km).tolist(), strict=True):
        weight = "bold" if is_main[k] else "normal"
        for x, text, side in ((0.0, names[k], -1), (1.0, f"{km[k]:,.0f}", 1)):
            axes.plot(
                [x, x + side * 0.005, x + side * 0.009], [km[k], place, place],
                transform=blend, color=MUTED, linewidth=0.6, clip_on=False,
            )
            axes.text(
                x + side * 0.011, place, text, transform=blend, fontsize=8, va="center",
                ha="right" if side < 0 else "left", fontweight=weight,
                color=INK if side < 0 else MUTED,
            )
    axes.text(1.011, 1.012, "km", transform=axes.transAxes, fontsize=8, color=MUTED)


_CLOSURE = Patch(
    facecolor="#f7ddd0", edgecolor=VERMILLION, hatch="////", linewidth=0.5, label="line closed"
)


def _draw_closures(axes: Axes, closed: pd.DataFrame, window: _Window) -> bool:
    """Hatch closures; return whether there is one in the window."""
    seen = closed[window.holds(closed["start_ms"], closed["end_ms"])]
    for row in seen.itertuples():
        start_d, end_d = row.start_ms / DAY_MS, row.end_ms / DAY_MS
        low_km, high_km = row.low_m / KM_M, row.high_m / KM_M
        axes.add_patch(
            Rectangle(
                (start_d, low_km), end_d - start_d, high_km - low_km, facecolor="#f7ddd0",
                edgecolor=VERMILLION, hatch="////", linewidth=0.5, alpha=0.55, zorder=0.8,
            )
        )
    for name, rows in seen.groupby("closure", sort=False):
        at_d = max(float(rows["start_ms"].min()) / DAY_MS, window.first_day)
        axes.annotate(
            str(name), (at_d, float(rows["low_m"].min()) / KM_M), (4, -4),
            textcoords="offset points", va="top", fontsize=8, fontweight="bold",
            color="#8f3d00", path_effects=halo(3), zorder=5, annotation_clip=True,
        )
    return not seen.empty


def _ranked_services(lines: pd.DataFrame) -> list[str]:
    """Return the services, those with most trains first: each keeps its colour in any window."""
    most = lines.drop_duplicates("line")["service"].value_counts(sort=False)
    return sorted(map(str, most.index), key=lambda name: (-int(most[name]), name))


def _draw_trains(axes: Axes, lines: pd.DataFrame, ordered: list[str]) -> list[Line2D]:
    """Draw one line a train; return what the legend shows."""
    colors = dict(zip(ordered, PALETTE, strict=False))
    ways = set()
    for (service, is_home, is_laden), rows in lines.groupby(
        ["service", "is_home", "is_laden"], sort=True
    ):
        way = (bool(is_home), bool(is_laden))
        ways.add(way)
        points = np.column_stack((rows["time_ms"] / DAY_MS, rows["chainage_m"] / KM_M))
        starts = np.flatnonzero(np.diff(rows["line"].to_numpy())) + 1
        axes.add_collection(
            LineCollection(
                np.split(points, starts), colors=colors.get(service, MUTED),
                zorder=2.5 if is_home else 3, label=f"_{service}", **_WAYS[way][1],
            ),
            autolim=False,
        )
    present = set(lines["service"])
    shown = {name: color for name, color in colors.items() if name in present}
    if present > set(shown):
        shown[_OTHER] = MUTED
    handles = [Line2D([], [], color=c, linewidth=2.2, label=n) for n, c in shown.items()]
    return handles + [
        Line2D([], [], color=INK, label=label, linewidth=look["linewidths"],
               linestyle=look["linestyles"])
        for way, (label, look) in _WAYS.items()
        if way in ways
    ]


_WAYS = {
    (False, True): ("on the way out", {"linewidths": 1.25, "linestyles": "-"}),
    (True, True): ("home, laden", {"linewidths": 1.1, "linestyles": (0, (6, 1.5))}),
    (True, False): ("home, empty", {"linewidths": 0.75, "linestyles": (0, (3.5, 1.5))}),
}
"""Looks by way: (is home, is laden)."""


def _draw_meets(axes: Axes, stretch: Stretch, lines: pd.DataFrame) -> list[Line2D]:
    """Mark meets and overtakes; return what the legend shows."""
    handles = []
    found = meets(stretch, lines)
    for kind, look in _MARKS.items():
        rows = found[found["kind"] == kind]
        if not rows.empty:
            handles += axes.plot(
                rows["time_ms"] / DAY_MS, rows["chainage_m"] / KM_M, linestyle="", zorder=4,
                label=kind, scalex=False, scaley=False, **look,
            )
    return handles


_MARKS = {
    "meet": {"marker": "o", "markersize": 2.6, "color": INK, "markeredgewidth": 0},
    "overtake": {
        "marker": "D", "markersize": 4, "markerfacecolor": "white", "markeredgecolor": INK,
        "markeredgewidth": 0.8,
    },
}


def _draw_aggregate(axes: Axes, stretch: Stretch) -> None:
    """Veil the sections where no meets are simulated."""
    km = stretch.chainage_m / KM_M
    for k in np.flatnonzero(~stretch.is_meet):
        axes.axhspan(km[k], km[k + 1], color="#f3f4f6", alpha=0.55, linewidth=0, zorder=3.5)


def _say_empty(axes: Axes) -> None:
    axes.text(
        0.5, 0.5, "No train runs here in these days.", transform=axes.transAxes, fontsize=15,
        ha="center", va="center", color=MUTED, path_effects=halo(6), zorder=6,
    )


def _write_round(picture: Figure, stretch: Stretch, words: list[str], window: _Window) -> None:
    width_in, height_in = picture.get_size_inches()
    title, first, last = words
    left, top = 0.25 / width_in, 1 - 0.2 / height_in
    picture.text(left, top, title, fontsize=14, fontweight="bold", va="top")
    until = day_labels(window.start_date, window.end_day - 1, 1)[0][1]
    since = day_labels(window.start_date, window.first_day, 1)[0][1]
    span = since if window.days == 1 else f"{since} to {until}"
    picture.text(
        left, top - 0.27 / height_in, fontsize=10, color=MUTED, va="top",
        s=f"Train graph, {first} to {last}, {stretch.length_m / KM_M:,.0f} km; {span}",
    )
    note = "Thin lines: passing loops. Steeper is faster; level is standing."
    if not stretch.is_meet.all():
        note += (
            " Pale: lines simulated as a whole, at a commercial speed; their meets and other"
            " traffic are not shown."
        )
    picture.text(left, 0.14 / height_in, note, fontsize=7.5, color=MUTED, va="bottom")


def _draw_legend(picture: Figure, handles: list[Line2D | Patch]) -> None:
    if handles:
        picture.legend(
            handles=handles, loc="lower left", fontsize=8.5, ncols=len(handles),
            bbox_to_anchor=(0.1 / picture.get_size_inches()[0], 0.27 / picture.get_size_inches()[1]),
            columnspacing=1.6, handlelength=2.4,
        )
