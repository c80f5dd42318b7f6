"""Places on a map: terminals, border posts, stations, and which of them are named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots.axis_labels import short_name
from sim.plots.map_labels import Label
from sim.plots.style import INK, MUTED, PAPER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from geo import Network
    from sim.plots.map_ground import View
    from sim.plots.map_lines import Usage

__all__ = ["MARKS", "Naming", "draw_places", "overview_naming", "place_points", "zoom_naming"]

MARKS: dict[str, dict[str, Any]] = {
    "terminal": {"marker": "s", "markersize": 6.5, "markeredgewidth": 1.3},
    "border post": {"marker": "D", "markersize": 5.6, "markeredgewidth": 1.3},
    "station": {"marker": "o", "markersize": 3.2, "markeredgewidth": 0.8},
}
"""Looks of places."""

_MAJOR = frozenset(
    {
        "aktobe",
        "ashgabat",
        "beyneu",
        "herat",
        "kabul",
        "kandahar",
        "kostanay",
        "kyzylorda",
        "mary",
        "mazar",
        "quetta",
        "samarkand",
        "tashkent",
        "khromtau",
        "arys",
        "bereket",
    }
)
"""Cities and junctions that help a reader to find the way, where the network has them."""


def _ends(rows: Iterable[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(end for row in rows for end in row))


def _stations_of(used: Usage) -> list[str]:
    return _ends(zip(used.rail["from_id"], used.rail["to_id"], strict=True))


def _road_places(used: Usage) -> list[str]:
    return _ends(zip(used.road["from_id"], used.road["to_id"], strict=True))


def place_points(network: Network, ids: Iterable[str]) -> NDArray[np.float64]:
    """Return where stations are, in degrees, shape (n, 2)."""
    points = network.stations.geometry.loc[list(ids)]
    return np.column_stack((points.x.to_numpy(), points.y.to_numpy()))


def draw_places(axes: Axes, network: Network, used: Usage, minor: Iterable[str]) -> None:
    """Draw stations as dots, border posts as diamonds, terminals as squares.

    Parameters
    ----------
    axes : Axes
        The map.
    network : Network
        Knows where they are.
    used : Usage
        What the scenario uses.
    minor : iterable of str
        Stations that the scenario does not use but the map names.
    """
    main = {*used.terminals, *used.posts}
    others = [s for s in [*_stations_of(used), *_road_places(used)] if s not in main]
    unused = [s for s in minor if s not in main and s not in others]
    kinds = (
        ("station", unused, MUTED),
        ("station", others, INK),
        ("border post", used.posts, INK),
        ("terminal", used.terminals, INK),
    )
    for order, (kind, ids, color) in enumerate(kinds):
        lonlat = place_points(network, ids)
        axes.plot(
            lonlat[:, 0],
            lonlat[:, 1],
            linestyle="",
            markerfacecolor=PAPER,
            markeredgecolor=color,
            zorder=6 + 0.1 * order,
            scalex=False,
            scaley=False,
            **MARKS[kind],
        )


@dataclass(frozen=True, slots=True)
class Naming:
    """What a map names: stations, the most important first, and which of them stand out."""

    station_ids: tuple[str, ...]
    main: frozenset[str]

    def labels(self, network: Network, view: View, *, hidden: View | None = None) -> list[Label]:
        """Return the labels in view, none where ``hidden`` is shown on a larger map."""
        made = [self._label(network, station_id) for station_id in self.station_ids]
        return [
            label
            for label in made
            if view.holds(label.lon, label.lat)
            and (hidden is None or not hidden.holds(label.lon, label.lat))
        ]

    def _label(self, network: Network, station_id: str) -> Label:
        row = network.stations.loc[station_id]
        is_main = station_id in self.main
        return Label(
            short_name(str(row["name"])),
            float(row.geometry.x),
            float(row.geometry.y),
            size_pt=8.8 if is_main else 7.6,
            weight="bold" if is_main else "normal",
            color=INK if is_main else "#4a515a",
        )


def _naming(used: Usage, more: Iterable[str]) -> Naming:
    main = (*used.terminals, *used.posts)
    return Naming(tuple(dict.fromkeys((*main, *more))), frozenset(main))


def overview_naming(network: Network, used: Usage) -> Naming:
    """Return what the overview names: terminals, posts, major cities, those in use first."""
    on_the_way = [s for s in [*_stations_of(used), *_road_places(used)] if s in _MAJOR]
    return _naming(used, [*on_the_way, *(s for s in network.stations.index if s in _MAJOR)])


def zoom_naming(network: Network, used: Usage) -> Naming:
    """Return what the larger map names: also ends of planned sections and all stations in use."""
    planned = network.sections[network.sections["is_planned"].astype(bool)]
    ends = _ends(zip(planned["from_id"], planned["to_id"], strict=True))
    return _naming(used, [*_road_places(used), *ends, *_stations_of(used)])
