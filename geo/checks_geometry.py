"""Checks of shapes and places: what kind of geometry, where on the earth, how far, how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.chainage import GEOD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.network import Network

MAX_END_OFFSET_KM = 5.0
MIN_TO_GEODESIC = 0.95
MAX_TO_DRAWN = 3.0
MAX_LON, MAX_LAT = 180.0, 90.0


def shape_problems(network: Network, place: str) -> Iterator[str]:
    """Yield each geometry that is missing, of another kind, or not on the earth.

    Parameters
    ----------
    network : Network
        The tables.
    place : str
        Beginning of each problem.

    Yields
    ------
    problem : str
        Place, fact, rule, way out.
    """
    layers = (("stations", network.stations, "Point"), ("sections", network.sections, "LineString"))
    for layer, table, kind in layers:
        for row_id, shape in table.geometry.items():
            fault = _fault(shape, kind)
            if fault:
                yield f"{place}, {layer}, `{row_id}`: {fault}"


def _fault(shape: Any, kind: str) -> str:  # noqa: ANN401
    if shape is None or shape.is_empty:
        return f"geometry is empty; it must be a {kind}; draw it or delete the row"
    if shape.geom_type != kind:
        return (
            f"geometry is a {shape.geom_type}; it must be a {kind}; "
            "in QGIS: Vector > Geometry Tools > Multipart to Singleparts, then join the parts"
        )
    lonlat = np.asarray(shape.coords)[:, :2]
    if not np.isfinite(lonlat).all():
        return "a coordinate is not a finite number; it must be longitude and latitude; redraw it"
    beyond = np.abs(lonlat) > (MAX_LON, MAX_LAT)
    if beyond.any():
        lon, lat = lonlat[beyond.any(axis=1)][0]
        return (
            f"a vertex lies at {lon:g}, {lat:g}; longitude must be within 180 and latitude within "
            "90 degrees; if these are metres, set the CRS they are in; if swapped, swap them"
        )
    if not shape.is_valid:
        return "the line has no length; it needs two different vertices; draw it or delete the row"
    return ""


def end_problems(network: Network, place: str) -> Iterator[str]:
    """Yield each section whose ends miss its stations or whose length cannot be.

    Sections with a faulty shape or an unknown station are passed over: they are told of elsewhere.

    Parameters
    ----------
    network : Network
        The tables.
    place : str
        Beginning of each problem.

    Yields
    ------
    problem : str
        Place, fact, rule, way out.
    """
    points = {
        station_id: (shape.x, shape.y)
        for station_id, shape in network.stations.geometry.items()
        if not _fault(shape, "Point")
    }
    for row in network.sections.itertuples():
        where = f"{place}, sections, `{row.Index}`"
        start, end = points.get(row.from_id), points.get(row.to_id)
        if start is None or end is None or _fault(row.geometry, "LineString"):
            continue
        if row.from_id != row.to_id:
            faults = [*_end_faults(row, start, end)] * (start != end) or [
                *_length_faults(row, _km(start, end))
            ]
            yield from (f"{where}: {fault}" for fault in faults)


def _end_faults(
    row: Any,  # noqa: ANN401
    start: tuple[float, float],
    end: tuple[float, float],
) -> Iterator[str]:
    first, last = row.geometry.coords[0][:2], row.geometry.coords[-1][:2]
    offsets = {row.from_id: _km(first, start), row.to_id: _km(last, end)}
    if max(offsets.values()) <= MAX_END_OFFSET_KM:
        return
    if max(_km(first, end), _km(last, start)) <= MAX_END_OFFSET_KM:
        yield (
            f"the line is drawn from `{row.to_id}` to `{row.from_id}`; it must begin at from_id; "
            "reverse the line or swap from_id and to_id"
        )
        return
    for (station_id, offset_km), end_name in zip(offsets.items(), ("begins", "ends"), strict=True):
        if offset_km > MAX_END_OFFSET_KM:
            yield (
                f"the line {end_name} {offset_km:.1f} km from station `{station_id}`; at most "
                f"{MAX_END_OFFSET_KM:g} km; move the end of the line or name another station"
            )


def _length_faults(row: Any, geodesic_km: float) -> Iterator[str]:  # noqa: ANN401
    length_km = row.length_km
    if geodesic_km == 0:
        yield (
            f"stations `{row.from_id}` and `{row.to_id}` stand on the same point; a section needs "
            "a length; move one of them"
        )
    if not length_km > 0:
        yield f"length_km is {length_km:g}; it must be above 0; leave it empty to take the drawn"
    elif length_km < MIN_TO_GEODESIC * geodesic_km:
        yield (
            f"length_km is {length_km:g}, but its stations are {geodesic_km:.1f} km apart; no "
            "track is shorter than the straight line; correct the length (is it miles?) or "
            "the stations"
        )
    elif length_km > MAX_TO_DRAWN * row.drawn_km:
        yield (
            f"length_km is {length_km:g}, more than {MAX_TO_DRAWN:g} times the drawn "
            f"{row.drawn_km:g} km; correct the length (is it metres?) or draw the line in full"
        )


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(GEOD.inv(*one, *other)[2]) / 1000
