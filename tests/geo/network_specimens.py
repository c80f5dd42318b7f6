"""One named small network of each kind."""

import geopandas as gpd
import pandas as pd
from shapely import LineString, Point

from geo import make_network

PLACES = {"a": (60.0, 50.0), "b": (61.0, 50.0), "c": (62.0, 50.5), "d": (62.0, 49.5)}


def stations_of(ids="abcd", **columns):
    ids = list(ids)
    shapes = [Point(PLACES[station_id]) for station_id in ids]
    return gpd.GeoDataFrame({"station_id": ids, **columns}, geometry=shapes, crs=4326)


def sections_of(*pairs, **columns):
    pairs = pairs or (("a", "b"), ("b", "c"), ("b", "d"))
    table = {
        "section_id": [f"{start}-{end}" for start, end in pairs],
        "from_id": [start for start, _ in pairs],
        "to_id": [end for _, end in pairs],
        "gauge_mm": [1520] * len(pairs),
    }
    shapes = [LineString([PLACES[start], PLACES[end]]) for start, end in pairs]
    return gpd.GeoDataFrame(table | columns, geometry=shapes, crs=4326)


def fork(**columns):
    """Three sections that meet at b."""
    return make_network(stations_of(), sections_of(**columns), name="fork")


def staged_fork():
    """The fork with one stage a branch; the one to d has another gauge."""
    stages = pd.DataFrame({"stage_id": ["one", "two"], "order": [1, 2]})
    sections = sections_of(stage_id=["existing", "one", "two"], gauge_mm=[1520, 1520, 1435])
    return make_network(stations_of(), sections, name="fork", stages=stages)
