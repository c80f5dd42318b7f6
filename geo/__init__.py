"""Railway networks: read, check, search, measure and write them; the corridor's own data.

Everything is WGS84 inside; lengths are geodesic, scaled to the lengths railways state.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.basemap import BASEMAP_CREDIT, load_basemap
    from geo.building import make_network
    from geo.chainage import RouteTable, geodesic_chainage_m, position_at, scaled_chainage_m
    from geo.checks import network_problems
    from geo.errors import NetworkError
    from geo.gradients import section_profile
    from geo.grading import graded_elevation_m, graded_section
    from geo.network import Network
    from geo.reading import load_corridor, read_network
    from geo.route import find_route
    from geo.writing import write_network

__all__ = [
    "BASEMAP_CREDIT",
    "Network",
    "NetworkError",
    "RouteTable",
    "find_route",
    "geodesic_chainage_m",
    "graded_elevation_m",
    "graded_section",
    "load_basemap",
    "load_corridor",
    "make_network",
    "network_problems",
    "position_at",
    "read_network",
    "scaled_chainage_m",
    "section_profile",
    "write_network",
]

_WHERE = {
    "BASEMAP_CREDIT": "geo.basemap",
    "Network": "geo.network",
    "NetworkError": "geo.errors",
    "RouteTable": "geo.chainage",
    "find_route": "geo.route",
    "geodesic_chainage_m": "geo.chainage",
    "graded_elevation_m": "geo.grading",
    "graded_section": "geo.grading",
    "load_basemap": "geo.basemap",
    "load_corridor": "geo.reading",
    "make_network": "geo.building",
    "network_problems": "geo.checks",
    "position_at": "geo.chainage",
    "read_network": "geo.reading",
    "scaled_chainage_m": "geo.chainage",
    "section_profile": "geo.gradients",
    "write_network": "geo.writing",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - loaded when asked for, so that commands start fast
    if name not in _WHERE:
        message = f"module 'geo' has no attribute '{name}'"
        raise AttributeError(message)
    return getattr(import_module(_WHERE[name]), name)
