"""What a map needs beside the map: scale, north, legend, stages, credits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import Stroke, withStroke

from geo import BASEMAP_CREDIT, geodesic_chainage_m
from sim.plots.map_lines import DASH, ROAD, ROAD_CASING, gauge_color, pale
from sim.plots.map_places import MARKS
from sim.plots.style import INK, MUTED, PAPER, halo

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geo import Network
    from sim.plots.map_ground import View
    from sim.plots.map_lines import Usage

__all__ = [
    "ASSUMPTION",
    "draw_credits",
    "draw_legend",
    "draw_north",
    "draw_scale",
    "draw_stages",
    "scale_km",
]

ASSUMPTION = "The planned alignment is derived, an assumption; so are its stations."
_STRAIGHT = "Roads are drawn straight between towns; their lengths are those of the road."
_ROUND_KM = (500, 400, 200, 100, 50, 20, 10, 5, 2, 1)
_BAR_FRAC = 0.28
_M_PER_KM = 1000
_LOOKS: tuple[tuple[bool, Any, str], ...] = ((False, "-", "existing"), (True, DASH, "planned"))


def scale_km(view: View) -> tuple[int, float]:
    """Return a round length of about a quarter of the map, and its width in the middle.

    Returns
    -------
    length_km : int
        Length. [km]
    width_deg : float
        Degrees of longitude it takes at the middle latitude.
    """
    lat = view.middle_lat
    width_deg = view.east - view.west
    per_degree_km = float(geodesic_chainage_m([0.0, 1.0], [lat, lat])[-1]) / _M_PER_KM
    room_km = width_deg * _BAR_FRAC * per_degree_km
    length_km = next((km for km in _ROUND_KM if km <= room_km), 1)
    return length_km, length_km / per_degree_km


def draw_scale(axes: Axes, view: View) -> None:
    """Draw a bar of a round length, true at the middle latitude, bottom left."""
    length_km, width_deg = scale_km(view)
    height = view.north - view.south
    x, y, thick = view.west + 0.035 * height, view.south + 0.03 * height, 0.007 * height
    for k in range(4):
        axes.add_patch(
            Rectangle(
                (x + k * width_deg / 4, y),
                width_deg / 4,
                thick,
                linewidth=0.8,
                edgecolor=INK,
                facecolor=PAPER if k % 2 else INK,
                zorder=8,
            )
        )
    lat = view.middle_lat
    for part, text in ((0.0, "0"), (0.5, f"{length_km / 2:g}"), (1.0, f"{length_km:g} km")):
        axes.text(
            x + part * width_deg,
            y + 1.7 * thick,
            text,
            fontsize=7.5,
            ha="center",
            va="bottom",
            zorder=8,
            path_effects=halo(),
        )
    axes.text(
        x,
        y - 0.6 * thick,
        f"true at {abs(lat):.0f}° {'N' if lat >= 0 else 'S'}",
        fontsize=6.5,
        color=MUTED,
        va="top",
        zorder=8,
        path_effects=halo(),
    )


def draw_north(axes: Axes) -> None:
    """Draw an arrow to the north, top right."""
    axes.annotate(
        "N",
        (0.955, 0.975),
        (0.955, 0.915),
        xycoords="axes fraction",
        fontsize=10,
        fontweight="bold",
        ha="center",
        va="center",
        zorder=8,
        path_effects=halo(),
        arrowprops={
            "arrowstyle": "-|>,head_width=0.35,head_length=0.7",
            "color": INK,
            "linewidth": 1.6,
        },
    )


def draw_legend(axes: Axes, used: Usage) -> None:
    """Write what lines and marks mean."""
    axes.set_axis_off()
    axes.legend(
        handles=[*_line_handles(used), *_mark_handles(used)],
        loc="upper left",
        fontsize=8.5,
        handlelength=3.2,
        columnspacing=2.0,
        labelspacing=0.62,
        borderpad=0,
        borderaxespad=0,
    )


def _line_handles(used: Usage) -> list[Line2D]:
    handles = []
    for gauge_mm in sorted({int(g) for g in used.rail["gauge_mm"]}):
        color = gauge_color(gauge_mm)
        planned = used.rail[used.rail["gauge_mm"] == gauge_mm]["is_planned"].astype(bool)
        for wanted, look, text in _LOOKS:
            if (planned == wanted).any():
                handles.append(
                    Line2D(
                        [],
                        [],
                        color=color,
                        linewidth=2.8,
                        linestyle=look,
                        label=f"Railway {gauge_mm} mm, {text}",
                    )
                )
    if len(used.road):
        casing = [Stroke(linewidth=4.2, foreground=ROAD_CASING), withStroke(linewidth=0)]
        handles.append(
            Line2D([], [], color=ROAD, linewidth=2.4, label="Road, by truck", path_effects=casing)
        )
    return handles + _rest_handles(used.rest[used.rest["mode"] == "rail"])


def _rest_handles(rest: gpd.GeoDataFrame) -> list[Line2D]:
    gauges = sorted({int(g) for g in rest["gauge_mm"]})
    handles = [
        Line2D(
            [],
            [],
            color=pale(gauge_color(gauge_mm)),
            linewidth=1.4,
            label=f"Not used here, {gauge_mm} mm",
        )
        for gauge_mm in gauges
    ]
    if rest["is_planned"].any():
        handles.append(
            Line2D([], [], color=MUTED, linewidth=1.4, linestyle=DASH, label="Planned, not used")
        )
    return handles


def _mark_handles(used: Usage) -> list[Line2D]:
    names = ["terminal"] if used.terminals else []
    names += ["border post"] if used.posts else []
    return [
        Line2D(
            [],
            [],
            linestyle="",
            markerfacecolor=PAPER,
            markeredgecolor=INK,
            label=name.capitalize(),
            **MARKS[name],
        )
        for name in (*names, "station")
    ]


def draw_stages(axes: Axes, network: Network, open_stages: Collection[str]) -> None:
    """List the planned stages: number, name, length, and whether the scenario opens them."""
    axes.set_axis_off()
    stages = network.stages[network.stages["is_planned"].astype(bool)].sort_values("order")
    if stages.empty:
        return
    axes.text(0, 1, "Planned stages", fontsize=9, fontweight="bold", va="top")
    step = min(0.105, 0.9 / len(stages))
    for row, stage in enumerate(stages.itertuples(), start=1):
        is_open = stage.Index in open_stages
        y = 1 - 0.045 - row * step
        rows = network.sections[network.sections["stage_id"] == stage.Index]
        color = gauge_color(int(rows["gauge_mm"].iloc[0])) if len(rows) else MUTED
        axes.text(
            0.014,
            y,
            str(stage.order),
            fontsize=7,
            fontweight="bold",
            ha="center",
            va="center_baseline",
            color=PAPER if is_open else color,
            bbox={
                "boxstyle": "circle,pad=0.2",
                "linewidth": 1.0,
                "edgecolor": color,
                "facecolor": color if is_open else PAPER,
            },
        )
        status = "open in this scenario" if is_open else str(stage.status).replace("_", " ")
        axes.text(
            0.045,
            y,
            f"{stage.title}, {stage.length_km:g} km; {status}",
            fontsize=8,
            va="center_baseline",
            color=INK if is_open else MUTED,
        )


def draw_credits(picture: Figure, network: Network, used: Usage) -> None:
    """Write whom to name, and what is assumed."""
    width_in, height_in = picture.get_size_inches()
    text = f"Network: {network.credit}. {BASEMAP_CREDIT}"
    planned = network.sections[network.sections["is_planned"].astype(bool)]
    notes = [ASSUMPTION] if (planned["geometry_basis"] == "derived").any() else []
    notes += [_STRAIGHT] if (used.road["geometry_basis"] == "straight").any() else []
    text += "\n" + " ".join(notes) if notes else ""
    picture.text(
        0.35 / width_in,
        0.12 / height_in,
        text,
        fontsize=7,
        color=MUTED,
        va="bottom",
        linespacing=1.4,
    )
