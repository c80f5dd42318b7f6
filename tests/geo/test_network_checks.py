"""Each fault of a network with the text that tells of it."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from network_specimens import PLACES, fork, sections_of, stations_of
from shapely import LineString, MultiLineString, Point, Polygon

from geo import NetworkError, make_network, network_problems
from geo.islands import islands


def problems_of(stations=None, sections=None, **others):
    """Return the problems of the fork with tables exchanged."""
    with pytest.raises(NetworkError) as caught:
        make_network(
            stations_of() if stations is None else stations,
            sections_of() if sections is None else sections,
            name="fork",
            **others,
        )
    return caught.value.problems


def redrawn(section_id, shape):
    sections = sections_of()
    sections.loc[sections["section_id"] == section_id, "geometry"] = shape
    return sections


def test_a_sound_network_has_no_problem():
    assert network_problems(fork()) == ()


def test_few_columns_are_enough_and_defaults_are_said():
    row = fork().sections.loc["a-b"]
    assert row["mode"] == "rail"
    assert row["n_tracks"] == 1
    assert row["length_km"] == row["drawn_km"] == 71.695
    assert row["length_basis"] == "derived"
    assert row["stage_id"] == "existing"
    assert row["line_id"] == "main"
    assert np.isnan(row["speed_kmh"])
    assert row["source"] == row["confidence"] == row["note"] == ""


def test_a_length_given_is_kept_and_its_basis_left_unsaid():
    rows = fork(length_km=[80.0, np.nan, np.nan]).sections
    assert rows["length_km"].iloc[0] == 80.0
    assert rows["length_basis"].tolist() == ["", "derived", "derived"]


def test_a_drawn_length_given_is_computed_anew():
    assert fork(drawn_km=[1.0, 1.0, 1.0]).sections["drawn_km"].min() > 70


def test_ids_may_be_numbers():
    stations = stations_of("ab").assign(station_id=[1, 2])
    sections = sections_of(("a", "b")).assign(section_id=[7.0], from_id=[1.0], to_id=["2"])
    network = make_network(stations, sections, name="numbers")
    assert network.sections.loc["7", "from_id"] == "1"


def test_ids_may_be_the_index_already():
    network = make_network(
        stations_of().set_index("station_id"), sections_of().set_index("section_id"), name="x"
    )
    assert list(network.stations.index) == list("abcd")


def test_columns_of_the_users_own_are_kept():
    assert fork(owner=["x", "y", "z"]).sections["owner"].tolist() == ["x", "y", "z"]


def test_tables_given_are_not_changed():
    stations, sections = stations_of(), sections_of()
    make_network(stations, sections, name="fork")
    assert list(stations.columns) == ["station_id", "geometry"]
    assert "length_km" not in sections


def test_another_geometry_column_is_taken():
    stations = stations_of().rename_geometry("geom")
    assert make_network(stations, sections_of(), name="x").stations.geometry.name == "geometry"


@pytest.mark.parametrize("column", ["section_id", "from_id", "to_id", "gauge_mm"])
def test_a_missing_column_is_named(column):
    (problem,) = problems_of(sections=sections_of().drop(columns=column))
    assert problem.startswith(f"fork, sections: column `{column}` is missing; it must be given; ")


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("gauge_m", "gauge_mm"),
        ("From_ID", "from_id"),
        ("lenght_km", "length_km"),
        ("speed kmh", "speed_kmh"),
        ("statoin_id", "station_id"),
    ],
)
def test_a_column_with_a_slip_leads_to_the_one_meant(slip, meant):
    stations, sections = stations_of(), sections_of(length_km=80.0, speed_kmh=40.0)
    stations, sections = (table.rename(columns={meant: slip}) for table in (stations, sections))
    (problem,) = problems_of(stations, sections)
    assert f"unknown column `{slip}`; did you mean `{meant}`? rename it" in problem


FAULTY_CELLS = [
    (
        {"gauge_mm": [1520, 1520, 1525]},
        (
            "fork, sections, `b-d`: gauge_mm is 1525; a railway needs one of 1000, 1067, 1435, "
            "1520, 1524, 1600, 1668, 1676; correct it, or set mode to road with gauge 0"
        ),
    ),
    ({"gauge_mm": [1520, 1520, 0]}, "`b-d`: gauge_mm is 0; a railway needs one of"),
    (
        {"mode": ["rail", "rail", "road"]},
        "`b-d`: gauge_mm is 1520; a road has gauge 0; set 0 or mode to rail",
    ),
    (
        {"mode": ["rail", "rail", "rial"]},
        "`b-d`: mode is `rial`; no such word; did you mean `rail`?",
    ),
    (
        {"status": "opened"},
        "status is `opened`; no such word; known: operating, under_construction",
    ),
    ({"status": "operatng"}, "status is `operatng`; no such word; did you mean `operating`?"),
    ({"length_basis": "guess", "length_km": 90.0}, "length_basis is `guess`; no such word"),
    ({"stage_id": "exist"}, "stage_id is `exist`; no stage has this id; did you mean `existing`?"),
    ({"n_tracks": [1, 2, 0]}, "`b-d`: n_tracks is 0; it must be 1 or more; count the tracks"),
    ({"n_tracks": 1.5}, "`n_tracks` is 1.5; it must be a whole number"),
    ({"n_tracks": "two"}, "`n_tracks` is `two`; it must be a finite number"),
    ({"speed_kmh": -5.0}, "speed_kmh is -5; it must be above 0; leave it empty"),
    ({"speed_kmh": np.inf}, "`speed_kmh` is `inf`; it must be a finite number"),
    ({"is_planned": "perhaps"}, "`is_planned` is `perhaps`; it must be true or false"),
    ({"length_km": 0.0}, "length_km is 0; it must be above 0; leave it empty to take the drawn"),
    ({"length_km": [-1.0, 91.0, 91.0]}, "`a-b`: length_km is -1; it must be above 0"),
    (
        {"length_km": [44.5, 91.0, 91.0]},
        (
            "`a-b`: length_km is 44.5, but its stations are 71.7 km apart; no track is shorter "
            "than the straight line; correct the length (is it miles?) or the stations"
        ),
    ),
    (
        {"length_km": [71_700.0, 91.0, 91.0]},
        (
            "`a-b`: length_km is 71700, more than 3 times the drawn 71.695 km; correct the "
            "length (is it metres?) or draw the line in full"
        ),
    ),
    (
        {"to_id": ["b", "c", "D"]},
        "fork, sections, `b-d`: to_id is `D`; no station has this id; did you mean `d`?",
    ),
    (
        {"from_id": ["a", "b", "nowhere"]},
        "from_id is `nowhere`; no station has this id; known: a, b",
    ),
    (
        {"to_id": ["b", "c", "b"]},
        "`b-d`: begins and ends at `b`; a section joins two stations; put a station in between",
    ),
    (
        {"section_id": ["x", "x", "b-d"]},
        "fork, sections, `x`: 2 rows have this id; ids must be unique; rename all but one",
    ),
    ({"section_id": ["", "b-c", "b-d"]}, "a row has an empty id; every row needs one"),
    ({"from_id": ["a", None, "b"]}, "`b-c`: `from_id` is empty; it must be given"),
    ({"gauge_mm": [1520, None, 1520]}, "`b-c`: `gauge_mm` is empty; it must be given"),
]


@pytest.mark.parametrize(("columns", "text"), FAULTY_CELLS, ids=lambda case: str(case)[:40])
def test_a_faulty_cell_is_told_with_place_rule_and_way_out(columns, text):
    problems = problems_of(sections=sections_of().assign(**columns))
    assert any(text in problem for problem in problems), problems


def odd_line(lon):
    with np.errstate(invalid="ignore"):
        return LineString([(60, 50), (lon, 50)])


FAULTY_SHAPES = [
    (None, "geometry is empty; it must be a LineString; draw it or delete the row"),
    (LineString(), "geometry is empty; it must be a LineString"),
    (Point(60, 50), "geometry is a Point; it must be a LineString"),
    (Polygon([(60, 50), (61, 50), (61, 51)]), "geometry is a Polygon; it must be a LineString"),
    (
        MultiLineString([[(60, 50), (60.5, 50)], [(60.6, 50), (61, 50)]]),
        "geometry is a MultiLineString; it must be a LineString; in QGIS: Vector > Geometry Tools",
    ),
    (LineString([(60, 50), (60, 50)]), "the line has no length; it needs two different vertices"),
    (odd_line(np.nan), "a coordinate is not a finite number"),
    (odd_line(np.inf), "a coordinate is not a finite number"),
    (
        LineString([(6_000_000, 5_000_000), (61, 50)]),
        (
            "a vertex lies at 6e+06, 5e+06; longitude must be within 180 and latitude "
            "within 90 degrees; if these are metres, set the CRS they are in; if swapped, swap them"
        ),
    ),
    (LineString([(60, 50), (60, 95)]), "a vertex lies at 60, 95"),
    (
        LineString([(61, 50), (60, 50)]),
        "the line is drawn from `b` to `a`; it must begin at from_id; reverse the line or swap",
    ),
    (
        LineString([(60, 50), (60.9, 50)]),
        "the line ends 7.2 km from station `b`; at most 5 km; move the end of the line or name",
    ),
    (LineString([(60, 50.1), (61, 50)]), "the line begins 11.1 km from station `a`; at most 5 km"),
]


@pytest.mark.parametrize(("shape", "text"), FAULTY_SHAPES, ids=lambda case: str(case)[:40])
def test_a_faulty_line_is_told(shape, text):
    (problem,) = problems_of(sections=redrawn("a-b", shape))
    assert problem.startswith("fork, sections, `a-b`: ")
    assert text in problem


def test_an_end_five_kilometres_off_is_let_pass():
    off = LineString([(60, 50.04), (61, 50)])
    assert make_network(stations_of(), redrawn("a-b", off), name="fork").sections is not None


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        (None, "geometry is empty; it must be a Point"),
        (Point(), "geometry is empty; it must be a Point"),
        (LineString([(60, 50), (61, 50)]), "geometry is a LineString; it must be a Point"),
        (Point(60, np.inf), "a coordinate is not a finite number"),
        (Point(50, 160), "a vertex lies at 50, 160"),
    ],
)
def test_a_faulty_station_is_told(shape, text):
    stations = stations_of()
    stations.loc[stations["station_id"] == "d", "geometry"] = shape
    (problem,) = problems_of(stations)
    assert problem.startswith("fork, stations, `d`: ")
    assert text in problem


def test_two_stations_on_one_point_are_told():
    stations = stations_of()
    stations.loc[0, "geometry"] = Point(PLACES["b"])
    assert any("stand on the same point" in problem for problem in problems_of(stations))


def test_a_doubled_station_is_told():
    stations = pd.concat([stations_of(), stations_of("a")])
    (problem,) = problems_of(stations)
    assert problem == (
        "fork, stations, `a`: 2 rows have this id; ids must be unique; rename all but one"
    )


@pytest.mark.parametrize("layer", ["stations", "sections"])
def test_a_layer_without_rows_is_told(layer):
    tables = {"stations": stations_of(), "sections": sections_of()}
    problems = problems_of(**(tables | {layer: tables[layer].iloc[:0]}))
    assert f"fork, {layer}: no rows; a network needs some; add them" in problems


@pytest.mark.parametrize("layer", ["stations", "sections"])
def test_a_table_without_geometry_is_told(layer):
    tables = {"stations": stations_of(), "sections": sections_of()}
    tables[layer] = pd.DataFrame(tables[layer].drop(columns="geometry"))
    (problem,) = problems_of(**tables)
    assert problem.startswith(f"fork, {layer}: no geometry; every row needs one; ")


def test_a_missing_crs_is_an_error_with_way_out():
    (problem,) = problems_of(stations_of().set_crs(None, allow_override=True))
    assert problem == (
        "fork, stations: no coordinate system (CRS); positions mean nothing without it; set it in "
        "QGIS (Layer > Set CRS) or with GeoDataFrame.set_crs, WGS84 is EPSG:4326"
    )


def test_metres_called_degrees_are_told():
    metres = stations_of().to_crs(32641).set_crs(4326, allow_override=True)
    problems = problems_of(metres)
    assert all("if these are metres, set the CRS they are in" in problem for problem in problems)
    assert len(problems) == 4


def test_another_crs_is_brought_to_wgs84():
    network = make_network(stations_of().to_crs(32641), sections_of().to_crs(3857), name="metres")
    for station_id, (lon, lat) in PLACES.items():
        point = network.stations.geometry.loc[station_id]
        assert point.distance(Point(lon, lat)) < 1e-7
    assert network.sections.crs.to_epsg() == 4326


def test_a_station_no_section_reaches_is_an_island():
    (problem,) = problems_of(sections=sections_of(("a", "b"), ("b", "c")))
    assert problem == (
        "fork, stations, `d`: no section reaches this station; every station must be joined to the "
        "rest; add a section, or set its role to `place`"
    )


def test_a_part_apart_is_an_island_with_its_stations_named():
    (problem,) = problems_of(stations_of("abcd"), sections_of(("a", "b"), ("c", "d")))
    assert "2 stations (c, d) are an island" in problem
    assert "add the missing section, or check the spelling of from_id and to_id" in problem


def test_islands_may_be_allowed():
    sections = sections_of(("a", "b"), ("c", "d"))
    network = make_network(stations_of(), sections, name="x", allow_islands=True)
    assert islands(network) == [["c", "d"]]
    assert len(network_problems(network)) == 1
    assert network_problems(network, allow_islands=True) == ()


def test_a_place_on_the_map_is_no_island():
    stations = stations_of(role=["", "", "", "place"])
    assert islands(make_network(stations, sections_of(("a", "b"), ("b", "c")), name="x")) == []


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([("x-y", 0.0), ("x-y", 5.0)], "`x-y`: no section has this id"),
        ([("a-b", 0.0), ("a-b", 5.0)], "chainage_km goes from 0 to 5; it must increase from 0 to"),
        ([("a-b", 1.0), ("a-b", 71.695)], "chainage_km goes from 1 to 71.695"),
        ([("a-b", 0.0)], "chainage_km goes from 0 to 0"),
        ([("a-b", 0.0), ("a-b", 9.0), ("a-b", 8.0), ("a-b", 71.695)], "it must increase"),
    ],
)
def test_a_profile_that_does_not_fit_is_told(rows, text):
    profile = pd.DataFrame(rows, columns=["section_id", "chainage_km"]).assign(elevation_m=5.0)
    (problem,) = problems_of(profile=profile)
    assert text in problem


def test_all_problems_come_at_once():
    sections = sections_of(n_tracks=[0, 1, 1], to_id=["b", "cc", "d"], speed_kmh=[40.0, 40.0, -1.0])
    sections.loc[1, "geometry"] = None
    with pytest.raises(NetworkError) as caught:
        make_network(stations_of(), sections, name="fork")
    assert len(caught.value.problems) == 4
    assert str(caught.value).startswith("4 problems\n  fork, ")


def test_a_network_changed_in_memory_can_be_checked_again():
    network = fork()
    network.sections.loc["a-b", "length_km"] = 1.0
    (problem,) = network_problems(network)
    assert "length_km is 1" in problem


def test_frames_of_one_kind_come_back():
    assert isinstance(fork().stations, gpd.GeoDataFrame)
    assert isinstance(fork().sections, gpd.GeoDataFrame)


ODD_CELLS = [None, True, -1, 1.5, 10**400, -(10**30), "x", "", [], [1, 2], {}, {"a": 1}, "1e999"]


@pytest.mark.parametrize("cell", ODD_CELLS, ids=lambda cell: str(cell)[:12])
@pytest.mark.parametrize("column", ["from_id", "n_tracks", "note"])
def test_whatever_a_cell_holds_the_error_is_ours(column, cell):
    sections = sections_of(n_tracks=1, is_planned=False, note="")
    sections[column] = pd.Series([cell, *sections[column].iloc[1:]], dtype="object")
    problems = ()
    try:
        make_network(stations_of(), sections, name="odd")
    except NetworkError as error:
        problems = error.problems
    assert all(text.startswith("odd, sections") for text in problems)


def test_a_list_in_a_cell_is_told():
    sections = sections_of(note=[["x", "y"], "", ""])
    (problem,) = problems_of(sections=sections)
    assert problem == (
        "fork, sections, `a-b`: `note` holds a list; it must be one value; write it as text"
    )
