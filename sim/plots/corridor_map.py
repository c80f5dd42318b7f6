"""The map of a scenario: its lines on land and water, the planned part at a larger scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo import load_basemap
from sim.plots.errors import PlotError
from sim.plots.map_furniture import (
    draw_credits,
    draw_legend,
    draw_north,
    draw_scale,
    draw_stages,
)
from sim.plots.map_ground import View, country_labels, draw_ground, fit_view
from sim.plots.map_labels import clear_of, place_labels
from sim.plots.map_lines import draw_badges, draw_lines, stage_badges, usage
from sim.plots.map_places import draw_places, overview_naming, place_points, zoom_naming
from sim.plots.style import INK, MUTED, figure, styled

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

    from geo import Network
    from sim.arrays import CorridorArrays
    from sim.plots.map_lines import Usage
    from sim.plots.map_places import Naming

__all__ = ["draw_map"]

_TALL_IN, _WIDE_IN, _KEY_IN = 9.35, 7.3, 3.9
_TOP_IN, _BOTTOM_IN, _LEFT_IN, _GAP_IN, _RIGHT_IN = 0.9, 0.75, 0.5, 0.45, 0.25
_OVERVIEW_IN = 5.6
_ZOOM_IN = 6.55
_MOST_ZOOM_FRAC = 0.5
"""A planned part taller than this share of the whole needs no map of its own."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a panel stands on the picture, in inches."""

    left_in: float
    bottom_in: float
    width_in: float
    height_in: float

    def axes(self, picture: Figure) -> Axes:
        width_in, height_in = picture.get_size_inches()
        return picture.add_axes(
            (
                self.left_in / width_in,
                self.bottom_in / height_in,
                self.width_in / width_in,
                self.height_in / height_in,
            )
        )


_KEY_LEFT_IN = _LEFT_IN + _OVERVIEW_IN + _GAP_IN
_TOP_EDGE_IN = _BOTTOM_IN + _TALL_IN
_KEYS = {
    False: (
        _Frame(_KEY_LEFT_IN, _TOP_EDGE_IN - 3.2, _KEY_IN, 3.2),
        _Frame(_KEY_LEFT_IN, _TOP_EDGE_IN - 5.4, _KEY_IN, 2.45),
    ),
    True: (
        _Frame(_KEY_LEFT_IN, _BOTTOM_IN, 2.75, 2.4),
        _Frame(_KEY_LEFT_IN + 2.75, _BOTTOM_IN, _WIDE_IN - 2.75, 2.4),
    ),
}
"""Frames of legend and stages, without and with a second map."""


def draw_map(
    network: Network,
    arrays: CorridorArrays,
    *,
    title: str,
    open_stages: Collection[str] = (),
    road_section_ids: Collection[str] = (),
    road_terminal_ids: Collection[str] = (),
) -> Figure:
    """Draw what a scenario uses of a network, on an offline map.

    Where its trains reach a planned line, a second map shows that part at a larger scale.

    Parameters
    ----------
    network : Network
        With the scenario's gauges.
    arrays : CorridorArrays
        The compiled scenario: sections, terminals and posts in use.
    title : str
        Name of the scenario.
    open_stages : collection of str
        Stages that the scenario has open.
    road_section_ids : collection of str
        Road sections that its trucks use.
    road_terminal_ids : collection of str
        Stations of terminals that only trucks reach; the arrays know those on the railway.

    Returns
    -------
    picture : Figure
        Keep it with `save`.

    Raises
    ------
    PlotError
        If no line is in use.
    """
    used = usage(network, arrays, road_ids=road_section_ids, terminal_ids=road_terminal_ids)
    if used.lines().is_empty:
        message = "no line of the network is in use; for trucks alone, name their road sections"
        raise PlotError(message)
    detail = _detail_bounds(network, used)
    with styled():
        picture = _empty_picture(title, used, has_detail=detail is not None)
        view = fit_view(used.bounds(), _OVERVIEW_IN / _TALL_IN)
        zoom = None if detail is None else fit_view(detail, _WIDE_IN / _ZOOM_IN, margin_frac=0.08)
        sheet = _Sheet(network, used, load_basemap(), open_stages)
        overview = _Frame(_LEFT_IN, _BOTTOM_IN, _OVERVIEW_IN, _TALL_IN)
        sheet.draw_panel(overview.axes(picture), view, overview_naming(network, used), zoom=zoom)
        if zoom is not None:
            larger = _Frame(_KEY_LEFT_IN, _TOP_EDGE_IN - _ZOOM_IN, _WIDE_IN, _ZOOM_IN)
            sheet.draw_panel(larger.axes(picture), zoom, zoom_naming(network, used))
        keys, stages = (frame.axes(picture) for frame in _KEYS[zoom is not None])
        draw_legend(keys, used)
        draw_stages(stages, network, open_stages)
        draw_credits(picture, network, used)
    return picture


def _empty_picture(title: str, used: Usage, *, has_detail: bool) -> Figure:
    right_in = _WIDE_IN if has_detail else _KEY_IN
    width_in = _LEFT_IN + _OVERVIEW_IN + _GAP_IN + right_in + _RIGHT_IN
    height_in = _TOP_IN + _TALL_IN + _BOTTOM_IN
    picture = figure(width_in, height_in)
    left, top = 0.35 / width_in, 1 - 0.16 / height_in
    picture.text(left, top, title, fontsize=16, fontweight="bold", va="top")
    parts = [f"{used.rail['length_km'].sum():,.0f} km of railway"]
    if len(used.road):
        parts.append(f"{used.road['length_km'].sum():,.0f} km of road")
    picture.text(
        left,
        top - 0.33 / height_in,
        "In use: " + ", ".join(parts),
        fontsize=10,
        color=MUTED,
        va="top",
    )
    return picture


def _detail_bounds(network: Network, used: Usage) -> tuple[float, float, float, float] | None:
    """Return bounds of the planned lines and roads in use, if trains reach them and it is small."""
    planned = network.sections[network.sections["is_planned"].astype(bool)]
    reached = {*used.rail["from_id"], *used.rail["to_id"]}
    if not reached & {*planned["from_id"], *planned["to_id"]}:
        return None
    bounds = np.vstack((planned.bounds, used.road.bounds)) if len(used.road) else planned.bounds
    table = np.asarray(bounds, dtype=np.float64)
    west, south = table[:, :2].min(axis=0)
    east, north = table[:, 2:].max(axis=0)
    whole = used.bounds()
    if north - south > _MOST_ZOOM_FRAC * (whole[3] - whole[1]):
        return None
    return float(west), float(south), float(east), float(north)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What both maps of a picture show."""

    network: Network
    used: Usage
    basemap: dict[str, gpd.GeoDataFrame]
    open_stages: Collection[str]

    def draw_panel(
        self, axes: Axes, view: View, naming: Naming, *, zoom: View | None = None
    ) -> None:
        """Draw one map; the part that a larger map shows is framed, and its stages left to it."""
        draw_ground(axes, self.basemap, view)
        draw_lines(axes, self.used)
        draw_places(axes, self.network, self.used, naming.station_ids)
        draw_scale(axes, view)
        draw_north(axes)
        main = place_points(self.network, sorted(naming.main))
        badges = [] if zoom is not None else stage_badges(axes, self.network, view, main)
        draw_badges(axes, badges, self.open_stages)
        numbers = np.array([(badge.lon, badge.lat) for badge in badges]).reshape(-1, 2)
        taken = [*clear_of(axes, main, 3.0), *clear_of(axes, numbers, 6.5)]
        labels = naming.labels(self.network, view, hidden=zoom)
        taken = place_labels(axes, labels, self.used.points(), taken)
        kept = [_on_the_ground(axes, box) for box in taken]
        height = view.north - view.south
        kept.append(self.used.lines().simplify(height / 300).buffer(height * 0.02, quad_segs=2))
        if zoom is not None:
            kept.append(_draw_frame(axes, zoom))
        country_labels(axes, self.basemap["countries"], view, shapely.union_all(kept))


def _on_the_ground(axes: Axes, box: Bbox) -> shapely.Polygon:
    """Return a box of pixels in degrees."""
    west, south, east, north = axes.transData.inverted().transform(box.padded(4)).ravel().tolist()
    return shapely.Polygon([(west, south), (east, south), (east, north), (west, north)])


def _draw_frame(axes: Axes, view: View) -> shapely.Polygon:
    """Frame what a larger map shows; return the frame."""
    outline = shapely.box(view.west, view.south, view.east, view.north)
    axes.plot(*outline.exterior.xy, color=INK, linewidth=1.2, zorder=7, scalex=False, scaley=False)
    return outline
