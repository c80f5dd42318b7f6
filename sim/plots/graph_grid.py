"""The grid of a train graph: times across, stations down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.transforms import blended_transform_factory

from sim.plots.axis_labels import chosen_labels, day_labels
from sim.plots.style import GRID, INK, MUTED
from sim.units import DAY_MS, HOURS_PER_DAY, KM_M

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from sim.plots.stretch import Stretch

__all__ = ["Window", "draw_aggregate", "draw_stations", "draw_times", "empty_axes"]

_RIGHT_IN, _TOP_IN, _BOTTOM_IN = 0.75, 1.0, 0.95
_LETTER_IN, _LEAST_LEFT_IN = 0.068, 1.0
_LABEL_PT, _POINTS_PER_IN = 9.5, 72
_LINE = "#9aa3ad"
_HOUR_STEPS = ((1, 1), (2, 2), (4, 3), (9, 6), (16, 12))
"""Most days, and hours between the thin lines of time."""
_MOST_DAYS_WITH_HOURS = 4


@dataclass(frozen=True, slots=True)
class Window:
    """What part of time a picture shows, in days from the start."""

    start_date: date
    first_day: int
    days: int

    @property
    def end_day(self) -> int:
        """First day after it."""
        return self.first_day + self.days

    def holds(self, start_ms: pd.Series[int], end_ms: pd.Series[int]) -> pd.Series[bool]:
        """Return which spans touch the window."""
        return (end_ms > self.first_day * DAY_MS) & (start_ms < self.end_day * DAY_MS)


def empty_axes(picture: Figure, stretch: Stretch, window: Window, letters: int) -> Axes:
    """Return axes of a picture, distance rising downwards, with room for the longest name."""
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


def draw_times(axes: Axes, window: Window) -> None:
    """Draw lines of time, and write days (and hours if there are few)."""
    with_hours = window.days <= _MOST_DAYS_WITH_HOURS
    labels = day_labels(window.start_date, window.first_day, window.days)
    axes.set_xticks([at for at, _ in labels], [text for _, text in labels])
    axes.tick_params(axis="x", labeltop=True, labelbottom=True, pad=14 if with_hours else 4)
    step_h = next((hours for most, hours in _HOUR_STEPS if window.days <= most), HOURS_PER_DAY)
    n_steps = window.days * HOURS_PER_DAY // step_h
    days = window.first_day + np.arange(n_steps + 1) * step_h / HOURS_PER_DAY
    midnight = np.arange(n_steps + 1) % (HOURS_PER_DAY // step_h) == 0
    for at in days[~midnight]:
        axes.axvline(at, color=GRID, linewidth=0.45, zorder=0.5)
    for at in days[midnight]:
        axes.axvline(at, color=_LINE, linewidth=0.9, zorder=0.6)
    if with_hours:
        every = 1 if window.days == 1 else 2
        _write_hours(axes, days[::every], np.arange(0, n_steps + 1, every) * step_h)


def _write_hours(axes: Axes, days: NDArray[np.float64], hours: NDArray[np.int64]) -> None:
    """Write the hour at the lines of time, above and below."""
    for at, hour in zip(days.tolist(), (hours % HOURS_PER_DAY).tolist(), strict=True):
        for y, side in ((1.004, "bottom"), (-0.004, "top")):
            axes.text(
                at,
                y,
                f"{hour:02d}",
                transform=axes.get_xaxis_transform(),
                fontsize=7,
                color=MUTED,
                ha="center",
                va=side,
            )


def draw_stations(axes: Axes, stretch: Stretch, names: list[str], height_in: float) -> None:
    """Draw stations and loops at their distance, and write names that do not overlap."""
    km = stretch.chainage_m / KM_M
    for at in km[stretch.is_loop]:
        axes.axhline(at, color=GRID, linewidth=0.4, zorder=0.5)
    for at in km[~stretch.is_loop]:
        axes.axhline(at, color=_LINE, linewidth=0.7, zorder=0.6)
    own = np.flatnonzero(~stretch.is_loop)
    is_main = stretch.is_terminal | stretch.is_post
    is_main[[0, -1]] = True
    room_pt = (height_in - _TOP_IN - _BOTTOM_IN) * _POINTS_PER_IN
    per_km = room_pt / km[-1]
    ranks = [0 if is_main[k] else 1 for k in own]
    idx, at_pt = chosen_labels(km[own] * per_km, ranks, _LABEL_PT, room=room_pt)
    blend = blended_transform_factory(axes.transAxes, axes.transData)
    for k, place in zip(own[idx].tolist(), (at_pt / per_km).tolist(), strict=True):
        weight = "bold" if is_main[k] else "normal"
        for x, text, side in ((0.0, names[k], -1), (1.0, f"{km[k]:,.0f}", 1)):
            axes.plot(
                [x, x + side * 0.005, x + side * 0.009],
                [km[k], place, place],
                transform=blend,
                color=MUTED,
                linewidth=0.6,
                clip_on=False,
            )
            axes.text(
                x + side * 0.011,
                place,
                text,
                transform=blend,
                fontsize=8,
                va="center",
                ha="right" if side < 0 else "left",
                fontweight=weight,
                color=INK if side < 0 else MUTED,
            )
    axes.text(1.011, 1.018, "km", transform=axes.transAxes, fontsize=8, color=MUTED)


def draw_aggregate(axes: Axes, stretch: Stretch) -> None:
    """Veil the sections where no meets are simulated."""
    km = stretch.chainage_m / KM_M
    for k in np.flatnonzero(~stretch.is_meet):
        axes.axhspan(km[k], km[k + 1], color="#f3f4f6", alpha=0.55, linewidth=0, zorder=3.5)
