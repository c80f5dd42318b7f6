"""Speed, force and height of a train along a stretch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.plots.style import MUTED, PALETTE, figure, styled
from sim.units import KM_M, KMH_PER_MPS, KN_N

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["DrawnRun", "draw_train_runs"]


class DrawnRun(NamedTuple):
    """What is drawn of a run: arrays along the way, and words for the legend."""

    chainage_m: Floats
    elevation_m: Floats
    speed_mps: Floats
    force_n: Floats
    label: str


def draw_train_runs(runs: list[DrawnRun], *, title: str, ends: tuple[str, str]) -> Figure:
    """Draw runs over one stretch below each other: height, speed, force at the wheel.

    Parameters
    ----------
    runs : list of DrawnRun
        Over the same stretch; those home run from its end to its beginning.
    title : str
        Stands above.
    ends : (str, str)
        Names of the ends, left and right.

    Returns
    -------
    picture : Figure
        Three panels; distance runs from left to right, also for trains on the way home.
    """
    with styled():
        picture = figure(13.0, 9.0)
        panels = picture.subplots(3, 1, sharex=True, height_ratios=(1, 2, 2))
        first = runs[0]
        _draw_height(panels[0], first)
        for run, color in zip(runs, PALETTE, strict=False):
            km = run.chainage_m / KM_M
            panels[1].plot(km, run.speed_mps * KMH_PER_MPS, color=color, label=run.label)
            middle = (km[1:] + km[:-1]) / 2
            panels[2].plot(middle, run.force_n / KN_N, color=color, linewidth=1.2)
        panels[1].set_ylabel("speed, km/h")
        panels[1].set_ylim(bottom=0)
        panels[2].set_ylabel("force at the wheel, kN")
        panels[2].axhline(0, color=MUTED, linewidth=0.8)
        panels[2].set_xlabel("km")
        panels[2].set_xlim(0, first.chainage_m[-1] / KM_M)
        picture.legend(
            *panels[1].get_legend_handles_labels(),
            loc="lower left",
            bbox_to_anchor=(0.07, 0.005),
            ncols=2,
            fontsize=9.5,
        )
        picture.text(0.015, 0.985, title, fontsize=14, fontweight="bold", va="top")
        picture.text(0.075, 0.925, ends[0], fontsize=10, va="top")
        picture.text(0.985, 0.925, ends[1], fontsize=10, va="top", ha="right")
        picture.text(
            0.985,
            0.02,
            "Pulling above zero, braking below. Heights are the network's: derived, an assumption, "
            "where a line is only planned.",
            fontsize=8,
            color=MUTED,
            ha="right",
        )
        picture.subplots_adjust(left=0.075, right=0.985, top=0.895, bottom=0.135, hspace=0.1)
    return picture


def _draw_height(axes: Axes, run: DrawnRun) -> None:
    km = run.chainage_m / KM_M
    axes.fill_between(km, run.elevation_m, run.elevation_m.min() - 30, color="#e3ddd0")
    axes.plot(km, run.elevation_m, color="#8a7f68", linewidth=1.2)
    axes.set_ylabel("height, m")
    axes.set_ylim(run.elevation_m.min() - 30, run.elevation_m.max() + 30)
