"""Lines on a map: by gauge, planned or existing, used or not; roads; stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.collections import LineCollection

from sim.plots.map_ground import line_pieces
from sim.plots.style import BLUE, GREEN, PAPER, PURPLE, VERMILLION

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo import Network
    from sim.arrays import CorridorArrays
    from sim.plots.map_ground import View

__all__ = [
    "DASH",
    "ROAD",
    "ROAD_CASING",
    "Badge",
    "Usage",
    "draw_badges",
    "draw_lines",
    "gauge_color",
    "pale",
    "stage_badges",
    "usage",
]

ROAD, ROAD_CASING = "#f6cf77", "#7a5c1e"
DASH = (0, (2.6, 1.1))
_GAUGES = {1520: BLUE, 1524: BLUE, 1435: VERMILLION, 1676: GREEN, 1668: GREEN}
_BADGE_PT = 13.0
_PLACES_ALONG = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)
_PLACES_ASIDE = (0.0, 1.2, -1.2, 2.4, -2.4)


@dataclass(frozen=True, slots=True)
class Usage:
    """Sections of the network by what the scenario does with them, and where its trains stop."""

    rail: gpd.GeoDataFrame
    road: gpd.GeoDataFrame
    rest: gpd.GeoDataFrame
    """Sections not used."""
    terminals: tuple[str, ...]
    posts: tuple[str, ...]

    def lines(self) -> BaseGeometry:
        """Return all lines in use as one geometry."""
        joined: BaseGeometry = shapely.union_all([*self.rail.geometry, *self.road.geometry])
        return joined

    def points(self) -> NDArray[np.float64]:
        """Return points on the used lines, evenly set, shape (n_points, 2)."""
        dense = shapely.segmentize(self.lines(), max_segment_length=0.03)
        return np.asarray(shapely.get_coordinates(dense), dtype=np.float64)

    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north of the used lines, in degrees."""
        west, south, east, north = self.lines().bounds
        return west, south, east, north


def usage(
    network: Network,
    arrays: CorridorArrays,
    *,
    road_ids: Collection[str] = (),
    terminal_ids: Collection[str] = (),
) -> Usage:
    """Return what a scenario uses of a network.

    Parameters
    ----------
    network : Network
        Its tables.
    arrays : CorridorArrays
        The compiled scenario.
    road_ids : collection of str
        Road sections in use.
    terminal_ids : collection of str
        Stations of terminals off the railway; those the network does not have are left out.
    """
    sections, names = network.sections, arrays.names
    rail = sections.index.isin(list(names.parents))
    road = sections.index.isin(list(road_ids)) & ~rail

    more = (s for s in terminal_ids if s in network.stations.index)

    def at(stations: NDArray[np.int64]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(names.stations[k] for k in stations.tolist() if k >= 0))

    return Usage(
        sections[rail],
        sections[road],
        sections[~rail & ~road],
        tuple(dict.fromkeys((*at(arrays.terminals.station_idx), *more))),
        at(arrays.posts.station_idx),
    )


def gauge_color(gauge_mm: int) -> str:
    """Return the colour of a gauge; those the corridor does not know share one."""
    return _GAUGES.get(gauge_mm, PURPLE)


def draw_lines(axes: Axes, used: Usage) -> None:
    """Draw all sections: unused thin, roads cased, rail by gauge, planned dashed."""
    _draw_rest(axes, used.rest)
    for color, width in ((ROAD_CASING, 3.4), (ROAD, 2.0)):
        _add(axes, used.road, color, width, "-", 3.0)
    _add(axes, used.rail, PAPER, 4.6, "-", 3.4)
    for gauge_mm, rows in used.rail.groupby("gauge_mm"):
        color = gauge_color(int(gauge_mm))
        planned = rows["is_planned"].astype(bool)
        _add(axes, rows[~planned], color, 2.6, "-", 3.6)
        _add(axes, rows[planned], color, 2.8, DASH, 3.7)


def _draw_rest(axes: Axes, rest: gpd.GeoDataFrame) -> None:
    roads = rest["mode"] == "road"
    _add(axes, rest[roads], "#d9cba6", 1.0, "-", 2.2)
    rails = rest[~roads]
    for gauge_mm, rows in rails.groupby("gauge_mm"):
        planned = rows["is_planned"].astype(bool)
        color = pale(gauge_color(int(gauge_mm)))
        _add(axes, rows[~planned], color, 1.1, "-", 2.5)
        _add(axes, rows[planned], color, 1.4, DASH, 2.6)


def pale(color: str) -> tuple[float, float, float]:
    """Return a greyed tint of a colour."""
    rgb = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (0.45 * c + 0.55 * 0.66 for c in rgb)
    return red, green, blue


def _add(
    axes: Axes,
    rows: gpd.GeoDataFrame,
    color: str | tuple[float, float, float],
    width_pt: float,
    style: str | tuple[int, tuple[float, float]],
    zorder: float,
) -> None:
    if len(rows):
        axes.add_collection(
            LineCollection(
                line_pieces(rows.geometry),
                colors=[color],
                linewidths=width_pt,
                linestyles=[style],
                capstyle="butt" if style == DASH else "round",
                zorder=zorder,
            ),
            autolim=False,
        )


@dataclass(frozen=True, slots=True)
class Badge:
    """The number of a planned stage, on its line."""

    number: int
    stage_id: str
    lon: float
    lat: float
    color: str


def stage_badges(
    axes: Axes, network: Network, view: View, places: NDArray[np.float64]
) -> list[Badge]:
    """Return a badge for each stage in view: on its line, or beside it if that is crowded.

    Parameters
    ----------
    axes : Axes
        A map whose limits and place on the figure are final.
    network : Network
        Knows the stages.
    view : View
        What the map shows.
    places : array of shape (n, 2)
        Points to leave free. [degree]
    """
    badges: list[Badge] = []
    kept_px = list(axes.transData.transform(places)) if len(places) else []
    for stage in network.stages.sort_values("order").itertuples():
        rows = network.sections[network.sections["stage_id"] == stage.Index]
        if rows.empty or not bool(stage.is_planned):
            continue
        longest = rows.loc[rows["length_km"].idxmax()]
        at_px = _free_place(axes, longest.geometry, kept_px)
        lon, lat = axes.transData.inverted().transform(at_px)
        if view.holds(lon, lat):
            kept_px.append(at_px)
            color = gauge_color(int(longest["gauge_mm"]))
            badges.append(Badge(int(str(stage.order)), str(stage.Index), lon, lat, color))
    return badges


def _free_place(
    axes: Axes, line: shapely.LineString, kept_px: list[NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return the first place on or beside a line, in pixels, that is away from those kept."""
    least_px = _BADGE_PT * axes.figure.figure.dpi / 72
    for aside in _PLACES_ASIDE:
        for part in _PLACES_ALONG:
            ahead = [line.interpolate(p, normalized=True) for p in (part, part + 0.02)]
            here_px, next_px = axes.transData.transform([(p.x, p.y) for p in ahead])
            along = next_px - here_px
            across = np.array([along[1], -along[0]]) / max(float(np.hypot(*along)), 1e-9)
            at_px = np.asarray(here_px + aside * least_px * across, dtype=np.float64)
            if all(np.hypot(*(at_px - other)) > least_px for other in kept_px):
                return at_px
    return at_px


def draw_badges(axes: Axes, badges: list[Badge], open_stages: Collection[str]) -> None:
    """Draw badges; those of stages open in the scenario are filled."""
    for badge in badges:
        is_open = badge.stage_id in open_stages
        axes.text(
            badge.lon,
            badge.lat,
            str(badge.number),
            fontsize=7,
            fontweight="bold",
            zorder=8,
            ha="center",
            va="center_baseline",
            color=PAPER if is_open else badge.color,
            bbox={
                "boxstyle": "circle,pad=0.22",
                "linewidth": 1.1,
                "edgecolor": badge.color,
                "facecolor": badge.color if is_open else PAPER,
            },
        )
