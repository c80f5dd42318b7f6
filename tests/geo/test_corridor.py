"""The corridor's own data: published sums, sources, marks of what is planned."""

import json
import re
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from geo import BASEMAP_CREDIT, find_route, load_basemap, network_problems, section_profile
from geo.columns import GAUGES_MM, LENGTH_BASES, STATUSES

DATA = files("geo") / "data"
FACT_WORDS = {"measured", "official", "reported", "estimate"}
GRADES = {"A", "B", "C"}

# Lengths between the main stations, as the sources state them (from, to, km).
KOSTANAY_TORGHUNDI = [
    ("kostanay", "tobyl", 94.5),
    ("tobyl", "altynsarin", 120.7),
    ("altynsarin", "khromtau", 402.5),
    ("khromtau", "kandyagash", 155.5),
    ("kandyagash", "makat", 396.4),
    ("makat", "beyneu", 312.7),
    ("beyneu", "mangystau", 404.0),
    ("mangystau", "uzen", 140.0),
    ("uzen", "bolashak", 146.0),
    ("bolashak", "bereket", 449.2),
    ("bereket", "ashgabat", 300.0),
    ("ashgabat", "mary", 345.6),
    ("mary", "serhetabat", 316.0),
    ("serhetabat", "torghundi", 13.0),
]
PLANNED = [
    ("torghundi", "rabat_paryan", 112.0),
    ("rabat_paryan", "herat_airport", 47.0),
    ("herat_airport", "kandahar", 737.5),
    ("kandahar", "spin_boldak", 96.0),
    ("spin_boldak", "chaman", 10.3),
]
OTHERS = [
    ("kandyagash", "aktobe", 98.6),
    ("yasga", "bereket", 72.0),
    ("chaman", "quetta", 142.2),
    ("kandyagash", "aral", 484.2),
    ("aral", "kyzylorda", 448.7),
    ("kyzylorda", "arys", 414.8),
    ("arys", "saryagash", 131.7),
    ("saryagash", "tashkent", 24.2),
    ("tashkent", "samarkand", 331.7),
    ("samarkand", "karshi", 152.1),
    ("karshi", "tashguzar", 30.7),
    ("tashguzar", "kumkurgan", 223.0),
    ("kumkurgan", "termez", 72.9),
    ("termez", "hairatan", 16.9),
    ("hairatan", "mazar", 75.0),
    ("khaf", "shamtigh_ir", 77.5),
    ("shamtigh_ir", "rozanak", 62.0),
    ("rozanak", "rabat_paryan", 43.0),
]
LINES = {
    "kz-north", "kz-west", "tm", "tm-border", "af-torghundi-herat", "af-herat-kandahar",
    "af-kandahar-spin-boldak", "af-spin-boldak-chaman", "pk", "kz-south", "uz", "af-hairatan",
    "khaf-herat", "kz-aktobe", "road-af", "road-pk",
}  # fmt: skip
ROADS = {
    "road-torghundi-herat": 109.8,
    "road-herat-kandahar": 557.0,
    "road-kandahar-spin_boldak": 99.8,
    "road-spin_boldak-chaman": 11.0,
    "road-chaman-quetta": 119.0,
    "road-hairatan-mazar": 85.0,
    "road-mazar-kabul": 425.0,
    "road-kabul-kandahar": 483.0,
}


@pytest.mark.parametrize(("start", "end", "length_km"), KOSTANAY_TORGHUNDI + PLANNED + OTHERS)
def test_sections_add_up_to_the_length_between_main_stations(corridor, start, end, length_km):
    assert_allclose(find_route(corridor, start, end).length_m / 1000, length_km, atol=1e-6)


def test_kostanay_torghundi_is_the_sum_of_its_parts(corridor):
    wanted = sum(length_km for *_, length_km in KOSTANAY_TORGHUNDI)
    route = find_route(corridor, "kostanay", "torghundi")
    assert_allclose(route.length_m / 1000, wanted, atol=0.1)
    assert set(corridor.sections.loc[list(route.section_ids), "gauge_mm"]) == {1520}


def test_the_planned_line_is_1003_km(corridor):
    route = find_route(corridor, "torghundi", "chaman")
    assert_allclose(route.length_m / 1000, 1003, atol=1)
    assert corridor.sections.loc[list(route.section_ids), "is_planned"].all()


def test_todays_way_by_hairatan_exists(corridor):
    route = find_route(corridor, "kostanay", "mazar", stages=set())
    assert {"kandyagash", "tashkent", "termez", "hairatan"} <= set(route.station_ids)


def test_the_road_goes_all_the_way(corridor):
    route = find_route(corridor, "hairatan", "quetta", mode="road")
    assert {"kabul", "kandahar", "spin_boldak", "chaman"} <= set(route.station_ids)
    assert find_route(corridor, "torghundi", "kandahar", mode="road").length_m == 666_800


@pytest.mark.parametrize(("section_id", "length_km"), ROADS.items())
def test_roads_have_their_lengths(corridor, section_id, length_km):
    road = corridor.sections.loc[section_id]
    assert (road["mode"], road["gauge_mm"], road["length_km"]) == ("road", 0, length_km)


@pytest.mark.parametrize("section_id", ["road-herat_airport-herat", "road-rabat_paryan-herat"])
def test_short_roads_into_herat_are_derived(corridor, section_id):
    road = corridor.sections.loc[section_id]
    assert road["length_basis"] == "derived"
    assert_allclose(road["length_km"], 1.2 * road["drawn_km"], atol=0.06)


def test_the_lines_are_the_known_ones(corridor):
    assert set(corridor.sections["line_id"]) == LINES


def test_all_stations_are_there(corridor):
    assert len(corridor.stations) == 135
    assert {"kostanay", "torghundi", "herat", "kabul", "quetta"} <= set(corridor.stations.index)


def test_names_on_the_map_without_a_section_are_marked(corridor):
    reached = set(corridor.sections[["from_id", "to_id"]].to_numpy().ravel())
    left = set(corridor.stations.index) - reached
    assert left == set(corridor.stations.index[corridor.stations["role"] == "place"])


def test_the_corridor_has_no_problem(corridor):
    assert network_problems(corridor) == ()


@pytest.mark.parametrize("table", ["stations", "sections", "profile", "stages"])
def test_every_row_has_a_source_and_a_confidence(corridor, table):
    rows = getattr(corridor, table)
    assert (rows["source"].str.len() > 0).all()
    assert (rows["confidence"].str.len() > 0).all()


@pytest.mark.parametrize(
    ("table", "words"),
    [("stations", GRADES), ("sections", FACT_WORDS), ("profile", GRADES), ("stages", FACT_WORDS)],
)
def test_a_table_keeps_one_vocabulary_of_confidence(corridor, table, words):
    assert set(getattr(corridor, table)["confidence"]) <= words


def test_words_of_sections_are_the_known_ones(corridor):
    sections = corridor.sections
    assert set(sections["status"]) <= set(STATUSES)
    assert set(sections["length_basis"]) <= set(LENGTH_BASES) - {""}
    assert set(sections["geometry_basis"]) == {"observed", "derived", "straight"}
    assert set(sections.loc[sections["mode"] == "rail", "gauge_mm"]) <= set(GAUGES_MM)


def test_planned_sections_say_planned_and_derived(corridor):
    planned = corridor.sections[corridor.sections["is_planned"]]
    own = planned[planned["line_id"].str.startswith("af-")]
    assert set(own["geometry_basis"]) == {"derived"}
    assert own["note"].str.startswith("planned; the alignment is derived").all()
    assert own["source"].str.contains("derived").all()
    assert (planned["stage_id"] != "existing").all()
    assert (corridor.sections[~corridor.sections["is_planned"]]["stage_id"] == "existing").all()


def test_planned_stations_and_heights_say_planned_and_derived(corridor):
    stations = corridor.stations
    planned = stations[stations["role"].str.startswith("planned")]
    assert planned["source"].str.startswith("planned and derived").all()
    assert corridor.profile["source"].str.startswith("planned and derived").all()
    assert corridor.profile["is_planned"].all()


def test_memory_is_called_memory(corridor):
    assert corridor.stations.loc["kabul", "source"] == "M0: from memory"


def test_every_section_has_a_speed_and_says_from_where(corridor):
    assert corridor.sections["speed_kmh"].between(15, 80).all()
    assert corridor.sections["note"].str.contains("speed, ").all()


def test_low_length_high_are_in_order(corridor):
    known = corridor.sections.dropna(subset=["length_low_km", "length_high_km"])
    assert len(known) > 100
    assert (known["length_low_km"] <= known["length_km"] + 1e-9).all()
    assert (known["length_km"] <= known["length_high_km"] + 1e-9).all()


def test_the_stages_open_the_line_in_order(corridor):
    order = ["existing", "sanabar", "rabat-paryan", "herat", "kandahar", "spin-boldak", "chaman"]
    assert list(corridor.stages.sort_values("order").index[:7]) == order
    assert corridor.stages["order"].is_unique


@pytest.mark.parametrize(
    ("stages", "reached", "beyond"),
    [
        ((), "torghundi", "sanabar"),
        (("sanabar",), "sanabar", "rabat_paryan"),
        (("sanabar", "rabat-paryan"), "rabat_paryan", "herat_airport"),
        (("sanabar", "rabat-paryan", "herat"), "herat_airport", "shindand"),
        (("sanabar", "rabat-paryan", "herat", "kandahar"), "kandahar", "spin_boldak"),
    ],
)
def test_a_stage_carries_the_line_as_far_as_it_says(corridor, stages, reached, beyond):
    def reaches(station_id):
        try:
            find_route(corridor, "mary", station_id, stages=stages, gauges_mm={1520})
        except Exception as error:  # noqa: BLE001 - the text is what counts
            return str(error)
        return ""

    assert reaches(reached) == ""
    assert "stages not open" in reaches(beyond)


@pytest.mark.parametrize("stage_id", ["sanabar", "kandahar", "chaman", "khaf-herat"])
def test_a_stage_is_as_long_as_its_sections(corridor, stage_id):
    rows = corridor.sections[corridor.sections["stage_id"] == stage_id]
    assert_allclose(corridor.stages.loc[stage_id, "length_km"], rows["length_km"].sum(), atol=1e-6)


def test_the_profile_covers_the_planned_line_and_is_graded(corridor):
    planned = corridor.sections.query("is_planned and gauge_mm == 1520").index
    assert set(corridor.profile["section_id"]) == set(planned)
    for section_id in planned:
        chainage_m, _, gradient = section_profile(corridor, section_id)
        assert_allclose(chainage_m[-1], corridor.sections.loc[section_id, "length_km"] * 1000)
        assert np.abs(gradient).max() < 16


def test_gradients_written_are_gradients_computed(corridor):
    for section_id, rows in corridor.profile.groupby("section_id"):
        _, _, gradient = section_profile(corridor, section_id)
        assert_allclose(rows["gradient_permille"].iloc[:-1], gradient, atol=0.006)


def test_neighbouring_profiles_meet_at_the_same_height(corridor):
    route = find_route(corridor, "torghundi", "chaman")
    heights = [section_profile(corridor, section_id)[1] for section_id in route.section_ids]
    for before, after in pairwise(heights):
        assert before[-1] == after[0]


def test_the_credit_is_that_of_the_licence(corridor):
    assert "(c) OpenStreetMap contributors, ODbL 1.0" in corridor.credit
    notice = (DATA / "LICENSE").read_text(encoding="utf-8")
    assert "SPDX-License-Identifier: ODbL-1.0" in notice
    assert corridor.credit in notice


def test_each_data_file_has_a_row_in_sources():
    rows = pd.read_csv(DATA / "SOURCES.csv")
    found = {entry.name for entry in DATA.iterdir() if entry.is_file()}
    found |= {f"basemap/{entry.name}" for entry in (DATA / "basemap").iterdir()}
    assert set(rows["file"]) == found
    assert rows[["origin", "licence", "date"]].notna().all().all()


def test_codes_of_sources_are_explained(corridor):
    known = set(pd.read_csv(DATA / "references.csv")["id"])
    texts = [*corridor.sections["source"], *corridor.stages["source"]]
    codes = {code for text in texts for code in re.findall(r"\b[A-Z]\d{1,2}\b", text)}
    assert codes
    assert codes <= known


def test_coordinates_have_at_most_five_decimals():
    tree = json.loads((DATA / "sections.geojson").read_text(encoding="utf-8"))
    vertices = [xy for feature in tree["features"] for xy in feature["geometry"]["coordinates"]]
    assert all(round(value, 5) == value for xy in vertices for value in xy)


def test_drawn_lengths_in_the_file_are_the_computed_ones(corridor):
    tree = json.loads((DATA / "sections.geojson").read_text(encoding="utf-8"))
    for feature in tree["features"]:
        row = feature["properties"]
        assert_allclose(corridor.sections.loc[row["section_id"], "drawn_km"], row["drawn_km"])


def test_the_basemap_has_its_layers_around_the_corridor(corridor):
    layers = load_basemap()
    assert set(layers) == {"countries", "borders", "lakes", "ocean", "rivers"}
    west, south, east, north = layers["countries"].total_bounds
    assert corridor.stations.geometry.x.between(west, east).all()
    assert corridor.stations.geometry.y.between(south, north).all()
    assert all(layer.crs.to_epsg() == 4326 for layer in layers.values())


def test_the_basemap_says_that_boundaries_are_de_facto():
    assert "Natural Earth" in BASEMAP_CREDIT
    assert "de facto" in BASEMAP_CREDIT
