"""The ground of a map: land, water, borders, countries, a frame with degrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path
from shapely.affinity import scale

from sim.plots.style import MUTED, halo

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["View", "country_labels", "draw_ground", "fit_view", "line_pieces"]

LAND, WATER, RIVER, BORDER = "#f5f2ea", "#cfe2ee", "#b4d2e6", "#a795a8"
_LEASE = "Lease limit"
_CASPIAN = ("Caspian\nSea", 50.7, 41.3)
_WIDER = 0.4
_LEAST_ROOM_FRAC = 0.024
_SMALLEST_PT, _MOST_COVERED_FRAC = 6.5, 0.08
_STEPS_DEG = (0.5, 1.0, 2.0, 5.0, 10.0)
_MOST_MERIDIANS = 6


@dataclass(frozen=True, slots=True)
class View:
    """What a map shows, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def middle_lat(self) -> float:
        """Latitude, in degrees, at which the scale is true."""
        return (self.south + self.north) / 2

    @property
    def stretch(self) -> float:
        """Length of a degree of latitude over one of longitude, in the middle."""
        return float(1 / np.cos(np.radians(self.middle_lat)))

    def holds(self, lon: float, lat: float) -> bool:
        """Return whether a point lies within."""
        return self.west < lon < self.east and self.south < lat < self.north


def fit_view(
    bounds: tuple[float, float, float, float],
    width_over_height: float,
    *,
    margin_frac: float = 0.06,
) -> View:
    """Return the view that fills a frame of this shape with bounds and a margin.

    Parameters
    ----------
    bounds : (west, south, east, north)
        What must be seen. [degree]
    width_over_height : float
        Shape of the frame.
    margin_frac : float
        Room left on each side, as share of what must be seen.

    Examples
    --------
    >>> view = fit_view((60.0, -1.0, 62.0, 1.0), 2.0)
    >>> round(view.east - view.west, 2), round(view.north - view.south, 2)
    (4.48, 2.24)
    """
    west, south, east, north = bounds
    middle_lon, middle_lat = (west + east) / 2, (south + north) / 2
    stretch = 1 / np.cos(np.radians(middle_lat))
    least_deg = 0.2
    height = max((north - south), least_deg) * (1 + 2 * margin_frac)
    width = max((east - west), least_deg) * (1 + 2 * margin_frac)
    height = max(height, width / stretch / width_over_height)
    width = height * stretch * width_over_height
    return View(
        float(middle_lon - width / 2),
        float(middle_lat - height / 2),
        float(middle_lon + width / 2),
        float(middle_lat + height / 2),
    )


def line_pieces(lines: gpd.GeoSeries) -> list[NDArray[np.float64]]:
    """Return the vertices of each line, shape (n_vertices, 2); parts of a multi-line apart."""
    parts = shapely.get_parts(np.asarray(lines.array))
    return [shapely.get_coordinates(part) for part in parts if not part.is_empty]


def _polygon_paths(areas: gpd.GeoSeries) -> list[Path]:
    paths = []
    for polygon in shapely.get_parts(np.asarray(areas.array)):
        rings = [polygon.exterior, *polygon.interiors]
        closed = [Path(shapely.get_coordinates(ring), closed=True) for ring in rings]
        paths.append(Path.make_compound_path(*closed))
    return paths


def draw_ground(axes: Axes, basemap: dict[str, gpd.GeoDataFrame], view: View) -> None:
    """Draw land, water and borders, and the frame.

    Parameters
    ----------
    axes : Axes
        The map.
    basemap : dict of GeoDataFrame
        From `geo.load_basemap`.
    view : View
        What the map shows.
    """
    borders = basemap["borders"]
    layers = {
        name: layer.geometry.clip_by_rect(view.west, view.south, view.east, view.north)
        for name, layer in basemap.items()
        if name != "countries"
    }
    layers["borders"] = layers["borders"][borders["FEATURECLA"] != _LEASE]
    layers = {name: layer[~layer.is_empty] for name, layer in layers.items()}
    axes.set_xlim(view.west, view.east)
    axes.set_ylim(view.south, view.north)
    axes.set_facecolor(LAND)
    for name in ("ocean", "lakes"):
        areas = layers[name][layers[name].geom_type.isin(["Polygon", "MultiPolygon"])]
        axes.add_collection(
            PathCollection(
                _polygon_paths(areas), facecolor=WATER, edgecolor=RIVER, linewidth=0.4, zorder=1
            ),
            autolim=False,
        )
    looks = (("rivers", RIVER, 0.7, "-"), ("borders", BORDER, 1.0, (0, (7, 1.5, 1.5, 1.5))))
    for name, color, width, style in looks:
        axes.add_collection(
            LineCollection(
                line_pieces(layers[name]),
                colors=color,
                linewidths=width,
                linestyles=style,
                zorder=1.5,
            ),
            autolim=False,
        )
    text, lon, lat = _CASPIAN
    if view.holds(lon - 0.06 * (view.east - view.west), lat):
        axes.text(
            lon, lat, text, fontsize=8, style="italic", color="#6f9bb8", ha="center",
            va="center", zorder=2, clip_on=True,
        )  # fmt: skip
    _draw_degrees(axes, view)


def _draw_degrees(axes: Axes, view: View) -> None:
    width = view.east - view.west
    step = next((s for s in _STEPS_DEG if width / s <= _MOST_MERIDIANS), _STEPS_DEG[-1])
    lons = np.arange(np.ceil(view.west / step) * step, view.east, step)
    lats = np.arange(np.ceil(view.south / step) * step, view.north, step)
    axes.set_xticks(lons, [f"{abs(x):g}°{'E' if x >= 0 else 'W'}" for x in lons])
    axes.set_yticks(lats, [f"{abs(y):g}°{'N' if y >= 0 else 'S'}" for y in lats])
    axes.tick_params(labelsize=7, labelcolor=MUTED, length=2.5, width=0.6, pad=2)
    for label in axes.get_yticklabels():
        label.set(rotation=90, va="center")
    axes.grid(color="#ffffff", linewidth=0.7, alpha=0.8, zorder=1.2)
    axes.set_axisbelow(False)
    axes.spines[:].set_visible(True)


def country_labels(
    axes: Axes, countries: gpd.GeoDataFrame, view: View, taken: shapely.Geometry
) -> None:
    """Write each country where there is most room for a wide word.

    Parameters
    ----------
    axes : Axes
        The map.
    countries : GeoDataFrame
        Layer of the basemap.
    view : View
        What the map shows.
    taken : Geometry
        Lines and labels to keep away from.
    """
    height = view.north - view.south
    frame = shapely.box(view.west, view.south + 0.08 * height, view.east, view.north)
    for name, area in zip(countries["NAME"], countries.geometry, strict=True):
        room = area.intersection(frame).difference(taken)
        if room.is_empty:
            continue
        narrow = scale(room, xfact=_WIDER, origin=(0, 0))
        circle = shapely.maximum_inscribed_circle(narrow, tolerance=height / 300)
        if circle.length < height * _LEAST_ROOM_FRAC:
            continue
        lon, lat = circle.coords[0]
        is_wide = circle.length > 2.2 * height * _LEAST_ROOM_FRAC
        _write_country(axes, str(name), (lon / _WIDER, lat), 9.5 if is_wide else 7.5, taken)


def _write_country(
    axes: Axes, name: str, place: tuple[float, float], size_pt: float, taken: shapely.Geometry
) -> None:
    """Write a country's name, smaller if it would cover what is taken, or not at all."""
    renderer = FigureCanvasAgg(axes.figure.figure).get_renderer()  # type: ignore[no-untyped-call]
    text = axes.text(
        *place, " ".join(name.upper()).replace("   ", "\n"), color="#8b8177", ha="center",
        va="center", zorder=2, path_effects=halo(width_pt=2, color=LAND), clip_on=True,
        linespacing=1.3,
    )  # fmt: skip
    for size in (size_pt, _SMALLEST_PT):
        text.set_fontsize(size)
        corners_px = np.reshape(text.get_window_extent(renderer).extents, (2, 2))
        box = shapely.box(*axes.transData.inverted().transform(corners_px).ravel())
        if shapely.area(shapely.intersection(box, taken)) <= _MOST_COVERED_FRAC * box.area:
            return
    text.remove()
