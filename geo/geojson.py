"""One GeoJSON FeatureCollection to tables and back: points are stations, lines are sections."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
from shapely import get_coordinates
from shapely.errors import ShapelyError
from shapely.geometry import shape

from geo.errors import NetworkError, raise_if_any

if TYPE_CHECKING:
    from geo.network import Network

MALFORMED = (TypeError, ValueError, KeyError, AttributeError, OverflowError)
LAYER_OF = {"Point": "stations", "MultiPoint": "stations"}


def tables_of_geojson(content: bytes, place: str) -> dict[str, Any]:
    """Return the raw tables in a GeoJSON text.

    Parameters
    ----------
    content : bytes
        The file.
    place : str
        Its name, to begin each problem with.

    Returns
    -------
    tables : dict
        ``stations``, ``sections``, and what else there is of ``profile``, ``stages``, ``credit``,
        ``name``.

    Raises
    ------
    NetworkError
        If it is no FeatureCollection, or features are malformed.

    Examples
    --------
    >>> tables_of_geojson(b"[1]", "x.json")
    Traceback (most recent call last):
    geo.errors.NetworkError: x.json: no FeatureCollection; export the layer as GeoJSON again
    """
    try:
        tree = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        text = f"{place}: no JSON ({error}); is it damaged, or another format?"
        raise NetworkError((text,)) from error
    features = tree.get("features") if isinstance(tree, dict) else None
    if not isinstance(features, list):
        raise NetworkError((f"{place}: no FeatureCollection; export the layer as GeoJSON again",))
    crs = _crs(tree, place)
    rows: dict[str, list[dict[str, Any]]] = {"stations": [], "sections": []}
    problems: list[str] = []
    for number, feature in enumerate(features, start=1):
        try:
            with np.errstate(invalid="ignore"):
                geometry = shape(feature["geometry"])
            layer = LAYER_OF.get(geometry.geom_type, "sections")
            rows[layer].append({**feature["properties"], "geometry": _unwrapped(geometry)})
        except (*MALFORMED, ShapelyError) as error:
            problems.append(
                f"{place}, feature {number}: malformed{_detail(error)}; it needs properties and a "
                "geometry of type Point or LineString; redraw it or delete it"
            )
    raise_if_any(problems)
    tables: dict[str, Any] = {layer: _frame(found, crs) for layer, found in rows.items()}
    return tables | _members(tree, place)


def _detail(error: Exception) -> str:
    """Return what is wrong with a feature, where the error says it in a reader's terms."""
    if isinstance(error, KeyError):
        return f" (no {error})"
    if isinstance(error, (ShapelyError, ValueError)):
        return f" ({' '.join(str(error).split()).rpartition('Exception: ')[2]})"
    return ""


def _frame(rows: list[dict[str, Any]], crs: Any) -> gpd.GeoDataFrame:  # noqa: ANN401
    if not rows:
        return gpd.GeoDataFrame({"geometry": []}, geometry="geometry", crs=crs)
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=crs)


def _unwrapped(geometry: Any) -> Any:  # noqa: ANN401
    parts: Any = getattr(geometry, "geoms", ())
    return parts[0] if len(parts) == 1 else geometry


def _crs(tree: dict[str, Any], place: str) -> pyproj.CRS:
    """Return WGS84, which GeoJSON means, unless the old ``crs`` member says otherwise."""
    member = tree.get("crs")
    if member is None:
        return pyproj.CRS("EPSG:4326")
    try:
        name = member["properties"]["name"]
        return pyproj.CRS("EPSG:4326" if "CRS84" in name else name)
    except (TypeError, KeyError, pyproj.exceptions.CRSError) as error:
        text = f"{place}: its crs member names no known CRS; remove it or export as EPSG:4326"
        raise NetworkError((text,)) from error


def _members(tree: dict[str, Any], place: str) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for layer in ("profile", "stages"):
        if tree.get(layer):
            records = tree[layer]
            if not isinstance(records, list) or not all(isinstance(row, dict) for row in records):
                text = f"{place}, {layer}: not a list of records; write one object a row"
                raise NetworkError((text,))
            members[layer] = pd.DataFrame.from_records(records)
    if isinstance(tree.get("attribution"), str):
        members["credit"] = tree["attribution"]
    if isinstance(tree.get("name"), str):
        members["name"] = tree["name"]
    return members


def geojson_of_network(network: Network) -> str:
    """Return the network as one GeoJSON text, one feature a line.

    Parameters
    ----------
    network : Network
        What to write.

    Returns
    -------
    text : str
        A FeatureCollection with ``name`` and ``attribution``; ``stages`` and ``profile`` are
        further members, which other programs pass over.
    """
    head = {"type": "FeatureCollection", "name": network.name, "attribution": network.credit}
    lines = [f"{json.dumps(key)}: {_json(value)}" for key, value in head.items()]
    for layer, table in (("stages", network.stages.reset_index()), ("profile", network.profile)):
        records = [_json(record) for record in table.to_dict("records")]
        lines.append(f'"{layer}": [\n' + ",\n".join(records) + "\n]")
    features = [
        feature for table in (network.stations, network.sections) for feature in _features(table)
    ]
    lines.append('"features": [\n' + ",\n".join(features) + "\n]")
    return "{" + ",\n".join(lines) + "}\n"


def _features(table: gpd.GeoDataFrame) -> list[str]:
    records = table.drop(columns="geometry").reset_index().to_dict("records")
    return [
        _json({"type": "Feature", "properties": record, "geometry": _geometry(line)})
        for record, line in zip(records, table.geometry, strict=True)
    ]


def _geometry(line: Any) -> dict[str, Any]:  # noqa: ANN401
    coordinates = get_coordinates(line, include_z=line.has_z).tolist()
    is_point = line.geom_type == "Point"
    return {"type": line.geom_type, "coordinates": coordinates[0] if is_point else coordinates}


def _json(value: object) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, default=str)


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Return the value as JSON knows it: plain numbers, and null for what is no number."""
    if isinstance(value, dict):
        return {key: _plain(cell) for key, cell in value.items()}
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
