"""Railway networks: read, check, search, measure and write them; the corridor's own data.

Everything is WGS84 inside; lengths are geodesic, scaled to the lengths railways state.
"""

from geo.basemap import BASEMAP_CREDIT, load_basemap
from geo.building import make_network
from geo.chainage import (
    RouteTable,
    geodesic_chainage_m,
    position_at,
    scaled_chainage_m,
)
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
