"""What a railway network is made of: stations, sections, a profile, stages, a credit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Network:
    """A railway (and its road legs) as tables; read-only by agreement, change a copy.

    Make one with `load_corridor`, `read_network` or `make_network`: they check it.

    Parameters
    ----------
    name : str
        What the network is called in messages and titles.
    stations : GeoDataFrame
        Indexed by ``station_id``; points in WGS84; columns as in `geo.columns.STATIONS`.
    sections : GeoDataFrame
        Indexed by ``section_id``; lines in WGS84; columns as in `geo.columns.SECTIONS`.
    profile : DataFrame
        Heights along sections, columns as in `geo.columns.PROFILE`; may be empty.
    stages : DataFrame
        Indexed by ``stage_id``; columns as in `geo.columns.STAGES`.
    credit : str
        Whom to name wherever the geometry is drawn or exported.

    Examples
    --------
    >>> from geo import load_corridor
    >>> load_corridor().sections.at["torghundi-sanabar", "length_km"]
    np.float64(22.0)
    """

    name: str
    stations: gpd.GeoDataFrame
    sections: gpd.GeoDataFrame
    profile: pd.DataFrame
    stages: pd.DataFrame
    credit: str
