"""What runs and what stops on a train graph: trains, meets, closures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sim.plots.string_lines import meets
from sim.plots.style import INK, MUTED, PALETTE, VERMILLION, halo
from sim.units import DAY_MS, KM_M

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.plots.graph_grid import Window
    from sim.plots.stretch import Stretch

__all__ = ["CLOSURE", "draw_closures", "draw_meets", "draw_trains", "ranked_services"]

_OTHER = "other services"

_WAYS: dict[tuple[bool, bool], tuple[str, dict[str, Any]]] = {
    (False, True): ("on the way out", {"linewidths": 1.25, "linestyles": "-"}),
    (True, True): ("home, laden", {"linewidths": 1.1, "linestyles": (0, (6, 1.5))}),
    (True, False): ("home, empty", {"linewidths": 0.75, "linestyles": (0, (3.5, 1.5))}),
}
"""Looks by way: (is home, is laden)."""


_MARKS: dict[str, dict[str, Any]] = {
    "meet": {"marker": "o", "markersize": 2.6, "color": INK, "markeredgewidth": 0},
    "overtake": {
        "marker": "D",
        "markersize": 4,
        "markerfacecolor": "white",
        "markeredgecolor": INK,
        "markeredgewidth": 0.8,
    },
}


_CLOSED_LOOK: dict[str, Any] = {
    "facecolor": "#f7ddd0",
    "edgecolor": VERMILLION,
    "hatch": "////",
    "linewidth": 0.5,
}
CLOSURE = Patch(label="line closed", **_CLOSED_LOOK)
"""How the legend shows closures."""


def draw_closures(axes: Axes, closed: pd.DataFrame, window: Window) -> bool:
    """Hatch closures; return whether there is one in the window."""
    seen = closed[window.holds(closed["start_ms"], closed["end_ms"])]
    start_d, end_d = (seen[c].to_numpy(np.float64) / DAY_MS for c in ("start_ms", "end_ms"))
    low_km, high_km = (seen[c].to_numpy(np.float64) / KM_M for c in ("low_m", "high_m"))
    for k in range(len(seen)):
        axes.add_patch(
            Rectangle(
                (start_d[k], low_km[k]),
                end_d[k] - start_d[k],
                high_km[k] - low_km[k],
                alpha=0.55,
                zorder=0.8,
                **_CLOSED_LOOK,
            )
        )
    for name, rows in seen.groupby("closure", sort=False):
        at_d = max(float(rows["start_ms"].min()) / DAY_MS, window.first_day)
        axes.annotate(
            str(name),
            (at_d, float(rows["low_m"].min()) / KM_M),
            (4, -4),
            textcoords="offset points",
            va="top",
            fontsize=8,
            fontweight="bold",
            color="#8f3d00",
            path_effects=halo(width_pt=3),
            zorder=5,
            annotation_clip=True,
        )
    return not seen.empty


def ranked_services(lines: pd.DataFrame) -> list[str]:
    """Return the services, those with most trains first: each keeps its colour in any window."""
    most = lines.drop_duplicates("line")["service"].value_counts(sort=False)
    return sorted(map(str, most.index), key=lambda name: (-int(most[name]), name))


def draw_trains(axes: Axes, lines: pd.DataFrame, ordered: list[str]) -> list[Line2D]:
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
                np.split(points, starts),
                colors=colors.get(str(service), MUTED),
                zorder=2.5 if is_home else 3,
                label=f"_{service}",
                **_WAYS[way][1],
            ),
            autolim=False,
        )
    present = set(lines["service"])
    shown = {name: color for name, color in colors.items() if name in present}
    if present > set(shown):
        shown[_OTHER] = MUTED
    handles = [Line2D([], [], color=c, linewidth=2.2, label=n) for n, c in shown.items()]
    return handles + [
        Line2D(
            [],
            [],
            color=INK,
            label=label,
            linewidth=look["linewidths"],
            linestyle=look["linestyles"],
        )
        for way, (label, look) in _WAYS.items()
        if way in ways
    ]


def draw_meets(axes: Axes, stretch: Stretch, lines: pd.DataFrame) -> list[Line2D]:
    """Mark meets and overtakes; return what the legend shows."""
    handles = []
    found = meets(stretch, lines)
    for kind, look in _MARKS.items():
        rows = found[found["kind"] == kind]
        if not rows.empty:
            handles += axes.plot(
                rows["time_ms"] / DAY_MS,
                rows["chainage_m"] / KM_M,
                linestyle="",
                zorder=4,
                label=kind,
                scalex=False,
                scaley=False,
                **look,
            )
    return handles
