"""Reading and writing: round trips, and files of every bad kind."""

import json
import os
import pickle

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings, strategies as st
from network_specimens import fork, sections_of, staged_fork, stations_of
from pandas.testing import assert_frame_equal
from shapely import MultiLineString, MultiPoint

from geo import NetworkError, make_network, read_network, write_network
from geo.geojson import geojson_of_network, tables_of_geojson

FORMATS = ["net.gpkg", "net.geojson", "net.json", "net"]


def assert_same_tables(one, other):
    assert_geodataframe_equal(one.stations, other.stations)
    assert_geodataframe_equal(one.sections, other.sections)
    assert_frame_equal(one.profile, other.profile)
    assert_frame_equal(one.stages, other.stages)
    assert one.credit == other.credit


def problems_of(path, **options):
    with pytest.raises(NetworkError) as caught:
        read_network(path, **options)
    return caught.value.problems


@pytest.mark.parametrize("file_name", FORMATS)
def test_the_corridor_comes_back_equal(corridor, tmp_path, file_name):
    assert_same_tables(corridor, read_network(write_network(corridor, tmp_path / file_name)))


@pytest.mark.parametrize("file_name", FORMATS)
@pytest.mark.parametrize("network", [fork(), staged_fork(), fork(owner=["x", "", "z"])])
def test_small_networks_come_back_equal(network, tmp_path, file_name):
    assert_same_tables(network, read_network(write_network(network, tmp_path / file_name)))


@given(
    names=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
                   min_size=4, max_size=4),
    lengths_km=st.lists(st.floats(92.0, 200.0), min_size=3, max_size=3),
)  # fmt: skip
@settings(max_examples=12, deadline=None)
def test_any_text_and_length_survive_geojson(names, lengths_km):
    stripped = [name.strip() for name in names]
    network = make_network(
        stations_of(name=stripped), sections_of(length_km=lengths_km), name="any"
    )
    tables = tables_of_geojson(geojson_of_network(network).encode(), "any")
    back = make_network(tables["stations"], tables["sections"], name="any")
    assert back.stations["name"].tolist() == stripped
    assert back.sections["length_km"].tolist() == lengths_km


def test_a_name_is_the_one_given_or_kept_or_the_files(tmp_path):
    path = write_network(fork(), tmp_path / "net.gpkg")
    assert read_network(path).name == "fork"
    assert read_network(path, name="mine").name == "mine"
    assert read_network(write_network(fork(), tmp_path / "folder")).name == "folder"


def test_either_parquet_file_stands_for_the_pair(tmp_path):
    folder = write_network(fork(), tmp_path / "net")
    assert_same_tables(fork(), read_network(folder / "sections.parquet"))


def test_exports_carry_the_credit(corridor, tmp_path):
    write_network(corridor, tmp_path / "net.geojson")
    write_network(corridor, tmp_path / "net.gpkg")
    write_network(corridor, tmp_path / "net")
    tree = json.loads((tmp_path / "net.geojson").read_text(encoding="utf-8"))
    credit = pyogrio.read_dataframe(tmp_path / "net.gpkg", layer="credit", read_geometry=False)
    assert tree["attribution"] == corridor.credit
    assert credit["credit"].tolist() == [corridor.credit]
    assert corridor.credit in (tmp_path / "net" / "credit.txt").read_text(encoding="utf-8")


def test_other_programs_can_open_the_exports(tmp_path):
    path = write_network(staged_fork(), tmp_path / "net.geojson")
    assert len(gpd.read_file(path)) == 7
    path = write_network(staged_fork(), tmp_path / "net.gpkg")
    assert len(gpd.read_file(path, layer="sections")) == 3


@pytest.mark.parametrize("file_name", FORMATS)
def test_nothing_is_overwritten_unasked(tmp_path, file_name):
    path = write_network(fork(), tmp_path / file_name)
    with pytest.raises(NetworkError, match="exists already; nothing is overwritten unasked"):
        write_network(staged_fork(), path)
    assert_same_tables(fork(), read_network(path))


@pytest.mark.parametrize("file_name", FORMATS)
def test_replacing_leaves_only_the_new(tmp_path, file_name):
    path = write_network(fork(), tmp_path / file_name)
    write_network(staged_fork(), path, replace=True)
    assert_same_tables(staged_fork(), read_network(path))
    assert [entry.name for entry in tmp_path.iterdir()] == [file_name]


def test_a_folder_with_other_things_is_never_replaced(tmp_path):
    folder = write_network(fork(), tmp_path / "net")
    (folder / "letter.txt").write_text("dear all")
    with pytest.raises(
        NetworkError, match=r"holds other things \(letter.txt\); it is not replaced"
    ):
        write_network(fork(), folder, replace=True)
    assert (folder / "letter.txt").exists()


def test_a_file_is_not_replaced_by_a_folder(tmp_path):
    (tmp_path / "net").write_text("x")
    with pytest.raises(NetworkError, match="a file, where a folder is to be"):
        write_network(fork(), tmp_path / "net", replace=True)


def test_an_unknown_ending_is_not_written(tmp_path):
    with pytest.raises(NetworkError, match=r"unknown format `.shp`; write one of .gpkg, .geojson"):
        write_network(fork(), tmp_path / "net.shp")


def test_a_failed_write_leaves_nothing_behind(tmp_path, monkeypatch):
    def fails(*_args):
        text = "disk full"
        raise OSError(text)

    monkeypatch.setattr("geo.writing.geojson_of_network", fails)
    with pytest.raises(
        NetworkError, match=r"cannot be written \(disk full\); choose another place"
    ):
        write_network(fork(), tmp_path / "net.geojson")
    assert list(tmp_path.iterdir()) == []


def test_folders_on_the_way_are_made(tmp_path):
    assert write_network(fork(), tmp_path / "one" / "two" / "net.gpkg").exists()


CONTENTS = {
    "text": b"dear all",
    "cut": b'{"type": "FeatureCollection", "features": [',
    "binary": bytes(range(256)) * 20,
    "zeros": bytes(4096),
    "sqlite head": b"SQLite format 3\0" + bytes(200),
    "parquet head": b"PAR1" + bytes(50) + b"PAR1",
    "nested": b"[" * 100_000,
    "array": b"[1, 2]",
    "null": b"null",
    "not a list": b'{"features": 5}',
    "odd features": b'{"features": [1, null, "x", {}]}',
    "null geometry": b'{"features": [{"properties": {}, "geometry": null}]}',
    "odd geometry": b'{"features": [{"properties": {}, "geometry": {"type": "Blob"}}]}',
    "no coordinates": b'{"features": [{"properties": {}, "geometry": {"type": "Point"}}]}',
    "words for numbers":
        b'{"features": [{"properties": {}, "geometry": {"type": "Point", "coordinates": ["a"]}}]}',
    "not a number":
        b'{"features": [{"properties": {"station_id": "a"}, "geometry": {"type": "LineString", '
        b'"coordinates": [[1, 2], [NaN, 3]]}}]}',
    "no properties":
        b'{"features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
    "odd crs": b'{"features": [], "crs": {"properties": {"name": "EPSG:99999"}}}',
    "odd stages": b'{"features": [], "stages": 5}',
    "odd profile": b'{"features": [], "profile": ["x"]}',
    "no features": b'{"features": []}',
}  # fmt: skip


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson"])
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_whatever_a_file_holds_the_error_is_ours_and_names_it(tmp_path, suffix, content):
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(content)
    problems = problems_of(path)
    assert all(problem.startswith(f"bad{suffix}") for problem in problems)


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_bad_parquet_file_is_told(tmp_path, content):
    folder = write_network(fork(), tmp_path / "net")
    (folder / "sections.parquet").write_bytes(content)
    assert problems_of(folder)[0].startswith("net: cannot be read (")


@given(content=st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_bytes_bring_down_the_geojson_reader(content):
    with pytest.raises(NetworkError):
        tables_of_geojson(content, "x.json")


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".parquet"])
def test_an_empty_file_is_told(tmp_path, suffix):
    path = tmp_path / f"empty{suffix}"
    path.touch()
    if suffix != ".parquet":
        assert problems_of(path) == (f"empty{suffix}: the file is empty; export it again",)


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "huge.geojson"
    with path.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    (problem,) = problems_of(path)
    assert problem.startswith("huge.geojson: 300 MiB; a network has at most 256; leave out")


@pytest.mark.parametrize("suffix", [".shp", ".txt", ""])
def test_an_unknown_format_names_the_known(tmp_path, suffix):
    path = tmp_path / f"net{suffix}"
    path.write_text("x")
    (problem,) = problems_of(path)
    assert f"unknown format `{suffix}`; known: .gpkg, .geojson, .json, .parquet" in problem


def test_a_path_to_nothing_is_told(tmp_path):
    (problem,) = problems_of(tmp_path / "none.gpkg")
    assert problem.endswith("none.gpkg: no such file or folder; check the path")


def test_a_folder_without_network_is_told(tmp_path):
    (problem,) = problems_of(tmp_path)
    assert "a folder without network; it must hold stations.parquet and sections.parquet" in problem


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_leave_to_read_is_told(tmp_path):
    path = write_network(fork(), tmp_path / "net.geojson")
    path.chmod(0)
    assert "cannot be read" in problems_of(path)[0]


def test_a_geopackage_without_sections_leads_to_the_layer_meant(tmp_path):
    path = tmp_path / "net.gpkg"
    stations_of().to_file(path, layer="stations", driver="GPKG")
    sections_of().to_file(path, layer="section", driver="GPKG")
    (problem,) = problems_of(path)
    assert problem == (
        "net.gpkg: no layer `sections`; a network needs it; rename a layer; did you mean `section`?"
    )


def test_a_geopackage_in_metres_is_brought_to_wgs84(tmp_path):
    path = tmp_path / "net.gpkg"
    stations_of().to_crs(32641).to_file(path, layer="stations", driver="GPKG")
    sections_of().to_crs(32641).to_file(path, layer="sections", driver="GPKG")
    point = read_network(path).stations.geometry.loc["a"]
    assert (round(point.x, 6), round(point.y, 6)) == (60.0, 50.0)


def test_parquet_without_crs_is_told(tmp_path):
    folder = write_network(fork(), tmp_path / "net")
    stations = stations_of().set_crs(None, allow_override=True)
    stations.to_parquet(folder / "stations.parquet")
    assert problems_of(folder)[0].startswith("net, stations: no coordinate system (CRS)")


def test_collections_of_one_part_are_unwrapped(tmp_path):
    stations, sections = stations_of(), sections_of()
    stations.geometry = [MultiPoint([point]) for point in stations.geometry]
    sections.geometry = [MultiLineString([line]) for line in sections.geometry]
    path = tmp_path / "net.gpkg"
    stations.to_file(path, layer="stations", driver="GPKG")
    sections.to_file(path, layer="sections", driver="GPKG")
    assert_geodataframe_equal(read_network(path).sections, fork().sections)


def test_geojson_of_other_programs_is_read(tmp_path):
    both = pd.concat([stations_of(), sections_of()]).drop(columns="gauge_mm")
    both["gauge_mm"] = 1520
    path = tmp_path / "net.geojson"
    gpd.GeoDataFrame(both, crs=4326).to_file(path, driver="GeoJSON")
    assert list(read_network(path).sections.index) == ["a-b", "b-c", "b-d"]


def test_old_geojson_in_metres_is_brought_to_wgs84(tmp_path):
    network = fork()
    tree = json.loads(geojson_of_network(network))
    for feature, shape in zip(
        tree["features"],
        [*network.stations.to_crs(3857).geometry, *network.sections.to_crs(3857).geometry],
        strict=True,
    ):
        feature["geometry"] = json.loads(json.dumps(shape.__geo_interface__))
    tree["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    path = tmp_path / "old.geojson"
    path.write_text(json.dumps(tree))
    point = read_network(path).stations.geometry.loc["a"]
    assert (round(point.x, 6), round(point.y, 6)) == (60.0, 50.0)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "net.geojson"
    path.write_text(geojson_of_network(fork()), encoding="utf-8-sig")
    assert len(read_network(path).stations) == 4


def test_malformed_features_are_all_told_by_number(tmp_path):
    tree = json.loads(geojson_of_network(fork()))
    tree["features"][1] = None
    tree["features"][2]["geometry"] = {"type": "Point"}
    path = tmp_path / "net.geojson"
    path.write_text(json.dumps(tree))
    problems = problems_of(path)
    assert [problem.split(":")[0] for problem in problems] == [
        "net.geojson, feature 2",
        "net.geojson, feature 3",
    ]


def test_problems_of_a_file_begin_with_its_name(tmp_path):
    network = fork()
    network.sections.loc["a-b", "n_tracks"] = 0
    (problem,) = problems_of(write_network(network, tmp_path / "net.geojson"))
    assert problem.startswith("net.geojson, sections, `a-b`: n_tracks is 0")


def test_islands_of_a_file_may_be_allowed(tmp_path):
    sections = sections_of(("a", "b"), ("c", "d"))
    network = make_network(stations_of(), sections, name="x", allow_islands=True)
    path = write_network(network, tmp_path / "net.gpkg")
    assert "are an island" in problems_of(path)[0]
    assert len(read_network(path, allow_islands=True).sections) == 2


def test_a_folder_of_csv_and_geojson_is_read(tmp_path):
    stations = fork().stations
    table = pd.DataFrame(stations.drop(columns="geometry"))
    table.assign(lon=stations.geometry.x, lat=stations.geometry.y).to_csv(tmp_path / "stations.csv")
    fork().sections.to_file(tmp_path / "sections.geojson", driver="GeoJSON", index=True)
    network = read_network(tmp_path)
    assert_geodataframe_equal(network.sections, fork().sections)
    assert_geodataframe_equal(network.stations, stations)


def test_csv_stations_without_lon_are_told(tmp_path):
    (tmp_path / "stations.csv").write_text("station_id,lat\na,50\n")
    (tmp_path / "sections.geojson").write_text('{"features": []}')
    assert problems_of(tmp_path) == (
        "stations.csv: column `lon` is missing; it must be given in degrees",
    )


def test_the_error_survives_a_process_border():
    error = NetworkError(("one", "two"))
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert again.problems == ("one", "two")
    assert str(again) == "2 problems\n  one\n  two"


def test_a_column_no_format_can_hold_is_told(tmp_path):
    network = fork(owner=[10**400, 1, 2])
    with pytest.raises(NetworkError, match=r"cannot be written \(.*drop odd columns"):
        write_network(network, tmp_path / "net")
    assert list(tmp_path.iterdir()) == []
