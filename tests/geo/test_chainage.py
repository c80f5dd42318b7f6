import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.testing import assert_allclose
from pyproj import Geod

from geo import find_route, geodesic_chainage_m, position_at, scaled_chainage_m
from geo.chainage import RouteTable, densified

GEOD = Geod(ellps="WGS84")
DEGREE_ON_EQUATOR_M = 6378137.0 * np.pi / 180

lengths = st.floats(1.0, 1e6)
lons = st.floats(-179.0, 179.0)
lats = st.floats(-80.0, 80.0)


def route_along(lon, lat, *, stated_m=None):
    """Return a route of one section through the given vertices."""
    lon, lat, _ = densified(lon, lat)
    drawn = geodesic_chainage_m(lon, lat)
    chainage = scaled_chainage_m(drawn, [0, len(lon) - 1], [stated_m or drawn[-1]])
    return RouteTable(
        station_ids=("a", "b"),
        station_chainage_m=np.array([0.0, chainage[-1]]),
        section_ids=("a-b",),
        is_reversed=np.array([False]),
        lon=lon,
        lat=lat,
        vertex_chainage_m=chainage,
    )


def test_a_degree_on_the_equator_is_its_arc():
    assert_allclose(geodesic_chainage_m([0.0, 1.0], [0.0, 0.0])[-1], DEGREE_ON_EQUATOR_M)


def test_a_degree_of_longitude_shrinks_with_latitude():
    at_60 = geodesic_chainage_m([0.0, 1.0], [60.0, 60.0])[-1]
    assert 0.49 < at_60 / DEGREE_ON_EQUATOR_M < 0.51


def test_one_vertex_has_no_length():
    assert geodesic_chainage_m([60.0], [50.0]).tolist() == [0.0]


def test_the_date_line_is_no_way_round_the_world():
    assert geodesic_chainage_m([179.5, -179.5], [0.0, 0.0])[-1] < 112_000


@pytest.mark.parametrize(
    ("lon", "lat"),
    [([0.0, 1.0], [0.0]), ([], []), ([[0.0, 1.0]], [[0.0, 1.0]])],
    ids=["unequal", "empty", "two-dimensional"],
)
def test_chainage_refuses_shapes_that_are_no_line(lon, lat):
    with pytest.raises(ValueError, match="one-dimensional, equal, not empty"):
        geodesic_chainage_m(lon, lat)


@given(st.lists(st.tuples(lons, lats), min_size=2, max_size=12))
def test_chainage_never_decreases_and_equals_a_loop(vertices):
    lon, lat = map(list, zip(*vertices, strict=True))
    chainage = geodesic_chainage_m(lon, lat)
    loop = 0.0
    for place in range(1, len(lon)):
        loop += GEOD.inv(lon[place - 1], lat[place - 1], lon[place], lat[place])[2]
        assert_allclose(chainage[place], loop, rtol=1e-9, atol=1e-6)
    assert (np.diff(chainage) >= 0).all()


@given(st.lists(st.tuples(lons, lats), min_size=2, max_size=12))
def test_a_line_run_backwards_is_as_long(vertices):
    lon, lat = map(np.array, zip(*vertices, strict=True))
    there = geodesic_chainage_m(lon, lat)[-1]
    back = geodesic_chainage_m(lon[::-1], lat[::-1])[-1]
    assert_allclose(there, back, rtol=1e-9, atol=1e-6)


@st.composite
def stretched(draw):
    """Return a chainage with anchors and stated lengths."""
    pieces = draw(st.lists(lengths, min_size=1, max_size=20))
    drawn = np.concatenate(([0.0], np.cumsum(pieces)))
    inner = draw(st.sets(st.integers(1, max(1, len(pieces) - 1)), max_size=6))
    anchors = sorted({0, len(pieces)} | {place for place in inner if place < len(pieces)})
    stated = draw(st.lists(lengths, min_size=len(anchors) - 1, max_size=len(anchors) - 1))
    return drawn, anchors, stated


@given(stretched())
def test_scaling_keeps_order(case):
    drawn, anchors, stated = case
    assert (np.diff(scaled_chainage_m(drawn, anchors, stated)) > 0).all()


@given(stretched())
def test_scaling_meets_each_stated_length(case):
    drawn, anchors, stated = case
    scaled = scaled_chainage_m(drawn, anchors, stated)
    assert_allclose(scaled[anchors], np.concatenate(([0.0], np.cumsum(stated))), rtol=1e-12)


@given(stretched())
def test_scaling_stretches_a_piece_evenly(case):
    drawn, anchors, stated = case
    scaled = scaled_chainage_m(drawn, anchors, stated)
    for start, end, length in zip(anchors, anchors[1:], stated, strict=False):
        factor = length / (drawn[end] - drawn[start])
        assert_allclose(
            np.diff(scaled[start : end + 1]),
            np.diff(drawn[start : end + 1]) * factor,
            rtol=1e-6,
            atol=1e-6,
        )


@given(stretched(), st.floats(0.1, 10.0))
def test_longer_statements_lengthen_everything_alike(case, factor):
    drawn, anchors, stated = case
    once = scaled_chainage_m(drawn, anchors, stated)
    more = scaled_chainage_m(drawn, anchors, np.array(stated) * factor)
    assert_allclose(more, once * factor, rtol=1e-9)


@pytest.mark.parametrize(
    ("chainage", "anchors", "stated", "message"),
    [
        ([0.0, 1.0], [0, 1], [1.0, 2.0], "2 anchors need 1 stated lengths; got 2"),
        ([0.0, 1.0, 2.0], [0, 1], [1.0], "end at the last"),
        ([0.0, 1.0, 2.0], [1, 2], [1.0], "begin at the first vertex"),
        ([0.0, 1.0, 2.0], [0, 2, 2], [1.0, 1.0], "anchors must increase"),
        ([0.0, 1.0], [0, 1], [0.0], "stated lengths be positive"),
        ([0.0, 1.0], [0, 1], [-5.0], "stated lengths be positive"),
        ([0.0, 0.0], [0, 1], [5.0], "must have a length"),
    ],
)
def test_scaling_refuses_what_cannot_be(chainage, anchors, stated, message):
    with pytest.raises(ValueError, match=message):
        scaled_chainage_m(chainage, anchors, stated)


@given(
    st.lists(st.tuples(st.floats(50, 70), st.floats(30, 55)), min_size=2, max_size=6),
    st.floats(500, 50_000),
)
@settings(max_examples=40)
def test_densified_pieces_are_short_and_keep_the_length(vertices, max_piece_m):
    lon, lat = map(np.array, zip(*vertices, strict=True))
    dense_lon, dense_lat, old_idx = densified(lon, lat, max_piece_m=max_piece_m)
    drawn = geodesic_chainage_m(dense_lon, dense_lat)
    assert np.diff(drawn).max() <= max_piece_m * (1 + 1e-6)
    assert_allclose(drawn[-1], geodesic_chainage_m(lon, lat)[-1], rtol=1e-7, atol=1e-3)
    assert_allclose(dense_lon[old_idx], lon)
    assert_allclose(dense_lat[old_idx], lat)


@given(lons, lats, st.floats(0, 360), st.floats(100, 3e6), st.floats(0, 1))
@settings(max_examples=60)
def test_a_position_lies_on_the_geodesic_within_a_metre(lon, lat, azimuth, length_m, share):
    end_lon, end_lat, _ = GEOD.fwd(lon, lat, azimuth, length_m)
    table = route_along([lon, end_lon], [lat, end_lat])
    wanted = GEOD.fwd(lon, lat, azimuth, share * table.length_m)
    found = position_at(table, share * table.length_m)
    assert GEOD.inv(*wanted[:2], *map(float, found))[2] < 1.0


@given(st.floats(0, 1))
@settings(max_examples=30)
def test_half_the_chainage_is_half_the_way(share):
    table = route_along([60.0, 62.0], [50.0, 51.0], stated_m=500_000.0)
    lon, lat = position_at(table, share * 500_000.0)
    from_start = GEOD.inv(60.0, 50.0, float(lon), float(lat))[2]
    whole = GEOD.inv(60.0, 50.0, 62.0, 51.0)[2]
    assert_allclose(from_start, share * whole, atol=1.0)


def test_positions_come_in_the_shape_asked_for():
    table = route_along([60.0, 62.0], [50.0, 51.0])
    assert position_at(table, 5.0)[0].shape == ()
    assert position_at(table, [5.0, 6.0])[1].shape == (2,)
    assert position_at(table, np.ones((3, 4)))[0].shape == (3, 4)
    assert position_at(table, [])[0].shape == (0,)


@pytest.mark.parametrize("chainage_m", [-0.1, 1e9, float("nan"), [0.0, -1.0]])
def test_a_chainage_off_the_route_is_refused(chainage_m):
    table = route_along([60.0, 62.0], [50.0, 51.0])
    with pytest.raises(ValueError, match="chainage_m must lie between 0 and"):
        position_at(table, chainage_m)


def test_stations_are_found_where_they_stand(corridor):
    table = find_route(corridor, "kostanay", "quetta")
    lon, lat = position_at(table, table.station_chainage_m)
    points = corridor.stations.geometry.loc[list(table.station_ids)]
    _, _, off_m = GEOD.inv(lon, lat, points.x.to_numpy(), points.y.to_numpy())
    assert off_m.max() < 1.0


def test_routes_cannot_be_written_to(corridor):
    table = find_route(corridor, "torghundi", "sanabar")
    with pytest.raises(ValueError, match="read-only"):
        table.vertex_chainage_m[0] = 5.0


def test_a_route_whose_chainage_stands_still_is_refused():
    with pytest.raises(ValueError, match="strictly increasing"):
        RouteTable(
            ("a", "b"),
            np.array([0.0, 1.0]),
            ("a-b",),
            np.array([False]),
            np.zeros(3),
            np.zeros(3),
            np.array([0.0, 1.0, 1.0]),
        )


def test_a_route_whose_arrays_do_not_fit_is_refused():
    with pytest.raises(ValueError, match="must fit each other"):
        RouteTable(
            ("a",),
            np.array([0.0, 1.0]),
            ("a-b",),
            np.array([False]),
            np.zeros(2),
            np.zeros(2),
            np.array([0.0, 1.0]),
        )
