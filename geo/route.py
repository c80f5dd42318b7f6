"""Find a route through a network and lay it out as arrays."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from geo.chainage import (
    FloatArray,
    RouteTable,
    densified,
    geodesic_chainage_m,
    scaled_chainage_m,
)
from geo.columns import EXISTING
from geo.errors import raise_if_any
from geo.gaps import why_apart
from geo.graph import Choice, SectionGraph
from geo.hints import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from shapely import LineString, Point

    from geo.network import Network


def find_route(  # noqa: PLR0913 - three ends and three choices
    network: Network,
    from_id: str,
    to_id: str,
    *,
    via: Sequence[str] = (),
    mode: str | None = "rail",
    gauges_mm: Collection[int] | None = None,
    stages: Collection[str] | None = None,
) -> RouteTable:
    """Return the shortest route by stated length, as arrays.

    Parameters
    ----------
    network : Network
        Where to search.
    from_id, to_id : str
        Stations where the route begins and ends.
    via : sequence of str
        Stations to pass, in order.
    mode : {'rail', 'road'} or None
        What to run on; None for either.
    gauges_mm : collection of int, optional
        Gauges allowed [mm]; all if not given.
    stages : collection of str, optional
        Stages open, besides ``existing``; all if not given.

    Returns
    -------
    table : RouteTable
        Stations, sections and vertices with their chainage.

    Raises
    ------
    NetworkError
        If a station, mode, gauge or stage is unknown, or there is no way: then it says which closed
        stage or other gauge would make one.

    Examples
    --------
    >>> from geo import load_corridor
    >>> route = find_route(load_corridor(), "torghundi", "chaman")
    >>> round(route.length_m / 1000, 1), route.section_ids[0]
    (1002.8, 'torghundi-sanabar')
    """
    stops = [from_id, *via, to_id]
    choice = Choice(mode=mode, gauges_mm=gauges_mm, stages=stages)
    raise_if_any([*_unknown(network, stops, choice), *_standing(network, stops)])
    graph = SectionGraph(
        list(network.stations.index), network.sections[choice.mask(network.sections)]
    )
    station_ids, section_ids, problems = [from_id], [], []
    for start, end in pairwise(stops):
        way = graph.shortest(start, end)
        if way is None:
            problems.append(why_apart(network, start, end, choice))
            continue
        station_ids += way[1:]
        section_ids += graph.sections_along(way)
    raise_if_any(problems)
    return _laid_out(network, tuple(station_ids), tuple(section_ids))


def _unknown(network: Network, stops: list[str], choice: Choice) -> list[str]:
    sections = network.sections
    modes = sorted(set(sections["mode"]))
    gauges = sorted({int(gauge) for gauge in sections["gauge_mm"]} - {0})
    stages = [EXISTING, *(stage for stage in network.stages.index if stage != EXISTING)]
    place = network.name
    problems = [
        f"{place}, stations: no station `{stop}`; {did_you_mean(stop, network.stations.index)}"
        for stop in stops
        if stop not in network.stations.index
    ]
    if choice.mode is not None and choice.mode not in modes:
        problems.append(f"{place}: no mode `{choice.mode}`; {did_you_mean(choice.mode, modes)}")
    problems += [
        f"{place}: no section has gauge {gauge} mm; there are {', '.join(map(str, gauges))}"
        for gauge in choice.gauges_mm or ()
        if gauge not in gauges and gauge != 0
    ]
    problems += [
        f"{place}, stages: no stage `{stage}`; {did_you_mean(stage, stages)}"
        for stage in choice.stages or ()
        if stage not in stages
    ]
    return problems


def _standing(network: Network, stops: list[str]) -> list[str]:
    return [
        f"{network.name}: the route goes from `{start}` to the same station; name another"
        for start, end in pairwise(stops)
        if start == end
    ]


def _laid_out(
    network: Network, station_ids: tuple[str, ...], section_ids: tuple[str, ...]
) -> RouteTable:
    rows = network.sections.loc[list(section_ids)]
    is_reversed = rows["from_id"].to_numpy() != np.array(station_ids[:-1], dtype=object)
    point = network.stations.geometry
    pieces = [
        _drawn(line, backwards=bool(backwards), ends=(point[start], point[end]))
        for line, backwards, (start, end) in zip(
            rows.geometry, is_reversed, pairwise(station_ids), strict=True
        )
    ]
    lonlat = np.concatenate([pieces[0][:1], *(piece[1:] for piece in pieces)])
    joint_idx = np.concatenate(([0], np.cumsum([len(piece) - 1 for piece in pieces])))
    lon, lat, old_idx = densified(lonlat[:, 0], lonlat[:, 1])
    length_m = rows["length_km"].to_numpy(dtype=np.float64) * 1000
    chainage_m = scaled_chainage_m(geodesic_chainage_m(lon, lat), old_idx[joint_idx], length_m)
    return RouteTable(
        station_ids=station_ids,
        station_chainage_m=np.concatenate(([0.0], np.cumsum(length_m))),
        section_ids=section_ids,
        is_reversed=np.asarray(is_reversed, dtype=bool),
        lon=lon,
        lat=lat,
        vertex_chainage_m=chainage_m,
    )


def _drawn(line: LineString, *, backwards: bool, ends: tuple[Point, Point]) -> FloatArray:
    """Return the vertices in running order, first and last drawn to the stations."""
    lonlat = np.array(line.coords, dtype=np.float64)[:, :2]
    lonlat = lonlat[::-1].copy() if backwards else lonlat
    lonlat[0], lonlat[-1] = ([point.x, point.y] for point in ends)
    moves = np.append(True, (np.diff(lonlat, axis=0) != 0).any(axis=1))
    kept: FloatArray = lonlat[moves]
    return kept
