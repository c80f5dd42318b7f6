"""Chainage along a route: geodesic lengths, scaling to stated lengths, fast look-up of positions.

Degrees are never treated as kilometres: lengths are geodesics on WGS84, positions between two
vertices at most 2 km apart are interpolated on their unit vectors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]

GEOD = Geod(ellps="WGS84")
MAX_PIECE_M = 2000.0


def geodesic_chainage_m(lon: ArrayLike, lat: ArrayLike) -> FloatArray:
    """Return the distance of each vertex from the first, along the drawn line.

    Parameters
    ----------
    lon, lat : array of shape (n_vertices,)
        Positions on WGS84. [degree]

    Returns
    -------
    chainage_m : array of shape (n_vertices,)
        Sum of the geodesics up to each vertex; the first is 0. [m]

    Raises
    ------
    ValueError
        If the two arrays differ in shape, are not one-dimensional or are empty.

    Examples
    --------
    >>> geodesic_chainage_m([0.0, 1.0, 1.0], [0.0, 0.0, 0.0]).round()
    array([     0., 111319., 111319.])
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or x.size == 0:
        text = f"lon and lat must be one-dimensional, equal, not empty; got {x.shape} and {y.shape}"
        raise ValueError(text)
    if x.size == 1:
        return np.zeros(1)
    pieces_m = np.asarray(GEOD.line_lengths(x, y), dtype=np.float64)
    return np.concatenate(([0.0], np.cumsum(pieces_m)))


def scaled_chainage_m(
    chainage_m: ArrayLike, at_vertex_idx: ArrayLike, stated_m: ArrayLike
) -> FloatArray:
    """Stretch a chainage piece by piece so that each piece has its stated length.

    A drawn line is shorter than the track; tariffs and running times use the stated length.
    Between two anchors every piece is stretched by the same factor.

    Parameters
    ----------
    chainage_m : array of shape (n_vertices,)
        Chainage along the drawn line, non-decreasing. [m]
    at_vertex_idx : array of shape (n_anchors,)
        Vertices whose distance is stated, increasing, from the first vertex to the last.
    stated_m : array of shape (n_anchors - 1,)
        Stated length between one anchor and the next, positive. [m]

    Returns
    -------
    chainage_m : array of shape (n_vertices,)
        Stretched chainage; exactly the sums of ``stated_m`` at the anchors. [m]

    Raises
    ------
    ValueError
        If the anchors are out of order, do not span the line, or a drawn or stated length between
        two of them is not positive.

    Examples
    --------
    >>> scaled_chainage_m([0.0, 10.0, 20.0, 25.0], [0, 2, 3], [30.0, 5.0])
    array([ 0., 15., 30., 35.])
    """
    drawn = np.asarray(chainage_m, dtype=np.float64)
    anchor = np.asarray(at_vertex_idx, dtype=np.intp)
    stated = np.asarray(stated_m, dtype=np.float64)
    if anchor.size != stated.size + 1:
        text = f"{anchor.size} anchors need {anchor.size - 1} stated lengths; got {stated.size}"
        raise ValueError(text)
    if anchor[0] != 0 or anchor[-1] != drawn.size - 1:
        text = "anchors must begin at the first vertex and end at the last"
        raise ValueError(text)
    if not ((np.diff(anchor) > 0).all() and (stated > 0).all()):
        text = "anchors must increase and stated lengths be positive"
        raise ValueError(text)
    if not (np.diff(drawn[anchor]) > 0).all():
        text = "the line drawn between two anchors must have a length"
        raise ValueError(text)
    total = np.concatenate(([0.0], np.cumsum(stated)))
    return np.interp(drawn, drawn[anchor], total)


def densified(
    lon: ArrayLike, lat: ArrayLike, *, max_piece_m: float = MAX_PIECE_M
) -> tuple[FloatArray, FloatArray, IndexArray]:
    """Put vertices along the geodesics so that no piece is longer than a limit.

    Parameters
    ----------
    lon, lat : array of shape (n_vertices,)
        Positions on WGS84, at least two. [degree]
    max_piece_m : float
        Longest piece allowed. [m]

    Returns
    -------
    lon, lat : array of shape (n_dense,)
        The old vertices with new ones between them. [degree]
    old_idx : array of shape (n_vertices,)
        Where the old vertices now stand.

    Examples
    --------
    >>> lon, lat, old_idx = densified([0.0, 1.0], [0.0, 0.0], max_piece_m=60_000)
    >>> lon.round(3).tolist(), old_idx.tolist()
    ([0.0, 0.5, 1.0], [0, 2])
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    azimuth, _, piece_m = GEOD.inv(x[:-1], y[:-1], x[1:], y[1:])
    n_parts = np.maximum(1, np.ceil(piece_m / max_piece_m)).astype(np.intp)
    old_idx = np.concatenate(([0], np.cumsum(n_parts)))
    piece = np.repeat(np.arange(n_parts.size), n_parts)
    part = np.arange(piece.size) - old_idx[piece]
    ahead_m = piece_m[piece] * part / n_parts[piece]
    new_lon, new_lat, _ = GEOD.fwd(x[:-1][piece], y[:-1][piece], azimuth[piece], ahead_m)
    dense_lon, dense_lat = np.append(new_lon, x[-1]), np.append(new_lat, y[-1])
    dense_lon[old_idx], dense_lat[old_idx] = x, y
    return dense_lon, dense_lat, old_idx


@dataclass(frozen=True, eq=False)
class RouteTable:
    """A route as arrays: all an engine or a map needs, and nothing to look up again.

    Parameters
    ----------
    station_ids : tuple of str, n_sections + 1
        Stations passed, in order.
    station_chainage_m : array of shape (n_sections + 1,)
        Distance of each from the first, by stated lengths. [m]
    section_ids : tuple of str, n_sections
        Sections run over, in order.
    is_reversed : bool array of shape (n_sections,)
        True where the section is run from its ``to_id`` to its ``from_id``.
    lon, lat : array of shape (n_vertices,)
        The route at most 2 km a piece. [degree]
    vertex_chainage_m : array of shape (n_vertices,)
        Distance of each vertex, strictly increasing. [m]

    Raises
    ------
    ValueError
        If the arrays do not fit each other or the chainage does not increase.
    """

    station_ids: tuple[str, ...]
    station_chainage_m: FloatArray
    section_ids: tuple[str, ...]
    is_reversed: NDArray[np.bool_]
    lon: FloatArray
    lat: FloatArray
    vertex_chainage_m: FloatArray

    def __post_init__(self) -> None:
        n_sections, n_vertices = len(self.section_ids), self.vertex_chainage_m.size
        sizes = (len(self.station_ids), self.station_chainage_m.size, self.is_reversed.size + 1)
        if sizes != (n_sections + 1,) * 3 or {self.lon.size, self.lat.size} != {n_vertices}:
            text = "stations, sections and vertices of a route must fit each other"
            raise ValueError(text)
        if n_vertices < 2 or not (np.diff(self.vertex_chainage_m) > 0).all():  # noqa: PLR2004
            text = "vertex_chainage_m must be strictly increasing"
            raise ValueError(text)
        for array in (
            self.station_chainage_m,
            self.is_reversed,
            self.lon,
            self.lat,
            self.vertex_chainage_m,
        ):
            array.setflags(write=False)

    @property
    def length_m(self) -> float:
        """Stated length of the whole route. [m]"""  # noqa: D400
        return float(self.station_chainage_m[-1])


def position_at(table: RouteTable, chainage_m: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return where on the earth a chainage of the route lies.

    Parameters
    ----------
    table : RouteTable
        The route.
    chainage_m : float or array
        Distance from the route's beginning, 0 to its length. [m]

    Returns
    -------
    lon, lat : array of the shape of ``chainage_m``
        Position on WGS84. [degree]

    Raises
    ------
    ValueError
        If a chainage lies outside the route or is not a number.

    Notes
    -----
    One binary search a position, then a weighted mean of two unit vectors at most 2 km apart; this
    differs from the geodesic by less than a millimetre.

    Examples
    --------
    >>> from geo import find_route, load_corridor
    >>> lon, lat = position_at(find_route(load_corridor(), "torghundi", "sanabar"), 22_000)
    >>> round(float(lon), 3), round(float(lat), 3)
    (62.169, 35.053)
    """
    at_m = np.asarray(chainage_m, dtype=np.float64)
    vertex_m = table.vertex_chainage_m
    if not ((at_m >= vertex_m[0]) & (at_m <= vertex_m[-1])).all():
        text = f"chainage_m must lie between 0 and {vertex_m[-1]:.1f} m"
        raise ValueError(text)
    before = np.clip(np.searchsorted(vertex_m, at_m, side="right") - 1, 0, vertex_m.size - 2)
    share = (at_m - vertex_m[before]) / (vertex_m[before + 1] - vertex_m[before])
    unit = _unit_vectors(table.lon, table.lat)
    x, y, z = unit[:, before] * (1.0 - share) + unit[:, before + 1] * share
    return np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, np.hypot(x, y)))


def _unit_vectors(lon: FloatArray, lat: FloatArray) -> FloatArray:
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
