"""The map under the network: land, borders, water, from Natural Earth."""

from __future__ import annotations

from importlib.resources import as_file, files

import geopandas as gpd

BASEMAP_CREDIT = "Basemap: Natural Earth (public domain). Boundaries are de facto, not a position."
LAYERS = ("countries", "borders", "lakes", "ocean", "rivers")


def load_basemap() -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of the basemap around the corridor.

    Returns
    -------
    layers : dict of GeoDataFrame
        ``countries``, ``borders``, ``lakes``, ``ocean``, ``rivers``, in WGS84. Boundaries are de
        facto; show ``BASEMAP_CREDIT`` on the map.

    Examples
    --------
    >>> sorted(load_basemap())
    ['borders', 'countries', 'lakes', 'ocean', 'rivers']
    """
    with as_file(files("geo") / "data" / "basemap") as folder:
        return {layer: gpd.read_parquet(folder / f"{layer}.parquet") for layer in LAYERS}
