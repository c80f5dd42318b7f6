"""The train graph: time across, distance down, one line a train."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.plots.axis_labels import day_labels, short_name
from sim.plots.errors import PlotError
from sim.plots.graph_grid import Window, draw_aggregate, draw_stations, draw_times, empty_axes
from sim.plots.graph_trains import (
    CLOSURE,
    draw_closures,
    draw_meets,
    draw_trains,
    ranked_services,
)
from sim.plots.style import MUTED, figure, halo, styled
from sim.units import KM_M

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.plots.stretch import Stretch

__all__ = ["draw_train_graph"]

_MOST_DAYS_WITH_MEETS = 16


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
    window = Window(start_date, first_day, days)
    shown = _within(lines, window)
    names = [short_name((station_names or {}).get(s, s)) for s in stretch.station_ids]
    with styled():
        picture = figure(*size_in)
        axes = empty_axes(picture, stretch, window, _longest(names, stretch))
        draw_times(axes, window)
        draw_stations(axes, stretch, names, size_in[1])
        has_closure = closed is not None and draw_closures(axes, closed, window)
        handles: list[Artist] = [*draw_trains(axes, shown, ranked_services(lines))]
        if days <= _MOST_DAYS_WITH_MEETS:
            handles += draw_meets(axes, stretch, shown)
        handles += [CLOSURE] if has_closure else []
        draw_aggregate(axes, stretch)
        if shown.empty:
            _say_empty(axes)
        _write_round(picture, stretch, [title, names[0], names[-1]], window)
        _draw_legend(picture, handles)
    return picture


def _longest(names: list[str], stretch: Stretch) -> int:
    """Return the letters of the longest name; loops have none."""
    return max(len(name) for name, loop in zip(names, stretch.is_loop, strict=True) if not loop)


def _within(lines: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return the lines of which some part lies in the window."""
    time_ms = lines.groupby("line")["time_ms"]
    touches = window.holds(time_ms.transform("min"), time_ms.transform("max"))
    return lines[touches]


def _say_empty(axes: Axes) -> None:
    axes.text(
        0.5,
        0.5,
        "No train runs here in these days.",
        transform=axes.transAxes,
        fontsize=15,
        ha="center",
        va="center",
        color=MUTED,
        path_effects=halo(width_pt=6),
        zorder=6,
    )


def _write_round(picture: Figure, stretch: Stretch, words: list[str], window: Window) -> None:
    width_in, height_in = picture.get_size_inches()
    title, first, last = words
    left, top = 0.25 / width_in, 1 - 0.2 / height_in
    picture.text(left, top, title, fontsize=14, fontweight="bold", va="top")
    until = day_labels(window.start_date, window.end_day - 1, 1)[0][1]
    since = day_labels(window.start_date, window.first_day, 1)[0][1]
    span = since if window.days == 1 else f"{since} to {until}"
    picture.text(
        left,
        top - 0.27 / height_in,
        fontsize=10,
        color=MUTED,
        va="top",
        s=f"Train graph, {first} to {last}, {stretch.length_m / KM_M:,.0f} km; {span}",
    )
    note = "Thin lines: passing loops. Steeper is faster; level is standing."
    if not stretch.is_meet.all():
        note += (
            " Pale: lines simulated as a whole, at a commercial speed; their meets and other"
            " traffic are not shown."
        )
    picture.text(left, 0.14 / height_in, note, fontsize=7.5, color=MUTED, va="bottom")


def _draw_legend(picture: Figure, handles: list[Artist]) -> None:
    if handles:
        picture.legend(
            handles=handles,
            loc="lower left",
            fontsize=8.5,
            ncols=len(handles),
            bbox_to_anchor=(
                0.1 / picture.get_size_inches()[0],
                0.27 / picture.get_size_inches()[1],
            ),
            columnspacing=1.6,
            handlelength=2.4,
        )
