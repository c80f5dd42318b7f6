"""From raw tables to a checked network: columns, defaults, kinds, then every check at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.chainage import geodesic_chainage_m
from geo.checks import network_problems
from geo.columns import PROFILE, SECTIONS, STAGES, STATIONS
from geo.errors import NetworkError, raise_if_any
from geo.filling import filled_table
from geo.network import Network

if TYPE_CHECKING:
    from typing import Any

    from geo.columns import Table

WGS84 = "EPSG:4326"


def make_network(  # noqa: PLR0913 - one argument a table
    stations: gpd.GeoDataFrame,
    sections: gpd.GeoDataFrame,
    *,
    name: str,
    profile: pd.DataFrame | None = None,
    stages: pd.DataFrame | None = None,
    credit: str = "",
    place: str = "",
    allow_islands: bool = False,
) -> Network:
    """Build a network from tables in memory, with every default filled in and every rule checked.

    Parameters
    ----------
    stations : GeoDataFrame
        Points with ``station_id`` (column or index); the other columns may be absent.
    sections : GeoDataFrame
        Lines with ``section_id``, ``from_id``, ``to_id``, ``gauge_mm``; others may be absent.
    name : str
        What to call the network.
    profile, stages : DataFrame, optional
        Heights along sections; stages of construction.
    credit : str
        Whom to name wherever the geometry is shown.
    place : str
        Where the tables come from, to begin each problem with; ``name`` if empty.
    allow_islands : bool
        Accept parts of the network that no section joins to the rest.

    Returns
    -------
    network : Network
        Complete tables in WGS84, columns in the order of `geo.columns`, extra columns kept.

    Raises
    ------
    NetworkError
        With all problems: columns first, since the rest cannot be judged without them.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, Point
    >>> stations = gpd.GeoDataFrame(
    ...     {"station_id": ["a", "b"]}, geometry=[Point(60, 50), Point(61, 50)], crs=4326)
    >>> sections = gpd.GeoDataFrame(
    ...     {"section_id": ["a-b"], "from_id": ["a"], "to_id": ["b"], "gauge_mm": [1520]},
    ...     geometry=[LineString([(60, 50), (61, 50)])], crs=4326)
    >>> make_network(stations, sections, name="two").sections.at["a-b", "length_km"].round(3)
    np.float64(71.695)
    """
    place = place or name
    problems: list[str] = []
    station_table = _in_wgs84(
        filled_table(stations, STATIONS, place, problems), "stations", place, problems
    )
    section_table = _in_wgs84(
        filled_table(sections, SECTIONS, place, problems), "sections", place, problems
    )
    profile_table = _side_table(profile, PROFILE, place, problems)
    stage_table = _side_table(stages, STAGES, place, problems)
    raise_if_any(problems)
    network = Network(
        name=name,
        stations=station_table,
        sections=_with_lengths(section_table),
        profile=profile_table.reset_index(),
        stages=stage_table,
        credit=credit,
    )
    found = network_problems(network, place=place, allow_islands=allow_islands)
    if found:
        raise NetworkError(found)
    return network


def _side_table(raw: pd.DataFrame | None, known: Table, place: str, problems: list[str]) -> Any:  # noqa: ANN401
    if raw is None or raw.empty:
        return _empty_table(known).copy()
    return filled_table(raw, known, place, problems)


@cache
def _empty_table(known: Table) -> Any:  # noqa: ANN401
    bare = pd.DataFrame({name: [] for name in (known.key, *known.names)})
    return filled_table(bare, known, "", [])


def _in_wgs84(table: Any, layer: str, place: str, problems: list[str]) -> Any:  # noqa: ANN401
    if table is None:
        return None
    if not isinstance(table, gpd.GeoDataFrame):
        problems.append(
            f"{place}, {layer}: no geometry; every row needs one; "
            "add a geometry column (points for stations, lines for sections)"
        )
        return None
    if table.crs is None:
        problems.append(
            f"{place}, {layer}: no coordinate system (CRS); positions mean nothing without it; "
            "set it in QGIS (Layer > Set CRS) or with GeoDataFrame.set_crs, WGS84 is EPSG:4326"
        )
        return None
    return table if table.crs.equals(WGS84) else table.to_crs(WGS84)


def _with_lengths(sections: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    table = sections.copy()
    table["drawn_km"] = [_drawn_km(line) for line in table.geometry]
    is_unsaid = table["length_km"].isna()
    table.loc[is_unsaid, "length_km"] = table.loc[is_unsaid, "drawn_km"]
    table.loc[is_unsaid, "length_basis"] = "derived"
    return table


def _drawn_km(line: Any) -> float:  # noqa: ANN401
    if line is None or line.geom_type != "LineString" or line.is_empty:
        return float("nan")
    lon, lat = np.asarray(line.coords)[:, :2].T
    is_on_earth = np.isfinite(lon).all() and np.isfinite(lat).all() and (np.abs(lat) <= 90).all()  # noqa: PLR2004
    return (
        round(float(geodesic_chainage_m(lon, lat)[-1]) / 1000, 3) if is_on_earth else float("nan")
    )
