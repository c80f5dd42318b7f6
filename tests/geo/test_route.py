import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from network_specimens import PLACES, fork, sections_of, staged_fork, stations_of
from numpy.testing import assert_allclose
from scipy.sparse.csgraph import csgraph_from_dense, dijkstra
from shapely import LineString

from geo import NetworkError, find_route, geodesic_chainage_m, load_corridor, make_network
from geo.graph import Choice, SectionGraph

CORRIDOR = load_corridor()
RAIL_STATIONS = sorted(
    set(CORRIDOR.sections.query("mode == 'rail'")[["from_id", "to_id"]].to_numpy().ravel())
)


def problems_of(call):
    with pytest.raises(NetworkError) as caught:
        call()
    return caught.value.problems


def test_a_route_names_its_stations_and_sections_in_order():
    route = find_route(fork(), "a", "c")
    assert route.station_ids == ("a", "b", "c")
    assert route.section_ids == ("a-b", "b-c")
    assert route.is_reversed.tolist() == [False, False]


def test_a_route_run_backwards_says_so():
    route = find_route(fork(), "c", "a")
    assert route.section_ids == ("b-c", "a-b")
    assert route.is_reversed.all()
    assert_allclose([route.lon[0], route.lat[0]], PLACES["c"])


def test_chainage_follows_stated_lengths_not_drawn_ones():
    route = find_route(fork(length_km=[100.0, 200.0, 100.0]), "a", "c")
    assert route.station_chainage_m.tolist() == [0.0, 100_000.0, 300_000.0]
    assert_allclose(route.vertex_chainage_m[-1], 300_000.0)


def test_no_piece_of_a_route_is_longer_than_two_kilometres():
    route = find_route(fork(), "a", "d")
    assert np.diff(geodesic_chainage_m(route.lon, route.lat)).max() <= 2000.001


def test_a_route_goes_through_its_via_stations_and_back():
    route = find_route(fork(), "a", "d", via=["c"])
    assert route.station_ids == ("a", "b", "c", "b", "d")
    assert route.is_reversed.tolist() == [False, False, True, False]


def test_of_two_sections_beside_each_other_the_shorter_is_taken():
    sections = sections_of(("a", "b"), ("a", "b"), length_km=[120.0, 80.0])
    sections["section_id"] = ["long", "short"]
    network = make_network(stations_of("ab"), sections, name="pair")
    assert find_route(network, "a", "b").section_ids == ("short",)
    assert find_route(network, "b", "a").section_ids == ("short",)


def test_the_way_round_is_taken_if_shorter():
    sections = sections_of(("a", "b"), ("b", "c"), ("a", "c"), length_km=[72.0, 91.0, 400.0])
    network = make_network(stations_of("abc"), sections, name="ring")
    assert find_route(network, "a", "c").section_ids == ("a-b", "b-c")


def test_a_gauge_chooses_between_parallel_lines(corridor):
    wide = find_route(corridor, "rabat_paryan", "herat_airport", gauges_mm={1520})
    standard = find_route(corridor, "rabat_paryan", "herat_airport", gauges_mm={1435})
    assert wide.section_ids == ("rabat_paryan-herat_airport",)
    assert standard.section_ids == ("rabat_paryan-herat_airport-1435",)


def test_ends_drawn_beside_the_station_are_drawn_to_it():
    sections = sections_of(("a", "b"))
    sections.geometry = [LineString([(60.0, 50.02), (60.5, 50.0), (61.02, 50.0)])]
    network = make_network(stations_of("ab"), sections, name="off")
    route = find_route(network, "a", "b")
    assert_allclose([route.lon[0], route.lat[0]], PLACES["a"])
    assert_allclose([route.lon[-1], route.lat[-1]], PLACES["b"])


def test_a_vertex_drawn_twice_does_no_harm():
    sections = sections_of(("a", "b"))
    sections.geometry = [LineString([(60, 50), (60.5, 50), (60.5, 50), (61, 50)])]
    route = find_route(make_network(stations_of("ab"), sections, name="twice"), "a", "b")
    assert (np.diff(route.vertex_chainage_m) > 0).all()


def test_a_closed_stage_is_named_with_the_section_it_would_open():
    (problem,) = problems_of(lambda: find_route(staged_fork(), "a", "c", stages={"two"}))
    assert problem == (
        "fork: no way from `a` to `c` by rail with stages open: two; "
        "the way there has stages not open: one; open them (sections b-c)"
    )


def test_existing_sections_are_always_open():
    assert find_route(staged_fork(), "a", "b", stages=set()).section_ids == ("a-b",)


def test_another_gauge_is_named():
    (problem,) = problems_of(lambda: find_route(staged_fork(), "a", "d", gauges_mm={1520}))
    assert problem == (
        "fork: no way from `a` to `d` by rail on gauge 1520 mm; the way there has "
        "other gauges: 1435 mm; allow them (a break of gauge) (sections b-d)"
    )


def test_a_stage_and_a_gauge_may_both_stand_in_the_way():
    (problem,) = problems_of(
        lambda: find_route(staged_fork(), "a", "d", gauges_mm={1520}, stages={"one"})
    )
    assert "stages not open: two" in problem
    assert "other gauges: 1435 mm" in problem


def test_another_mode_is_named(corridor):
    (problem,) = problems_of(lambda: find_route(corridor, "mazar", "kabul"))
    assert "by rail; the way there has another mode: road; allow it" in problem


def test_islands_have_no_way_of_any_kind():
    network = make_network(
        stations_of(), sections_of(("a", "b"), ("c", "d")), name="two", allow_islands=True
    )
    (problem,) = problems_of(lambda: find_route(network, "a", "d"))
    assert problem.endswith("no section of any kind joins them; add the missing section")


def test_all_slips_of_a_request_are_told_at_once():
    problems = problems_of(
        lambda: find_route(
            CORRIDOR,
            "kostanai",
            "herat",
            via=["xyz"],
            mode="rial",
            gauges_mm={1500},
            stages={"kandahr"},
        )
    )
    assert len(problems) == 5
    text = "\n".join(problems)
    for hint in (
        "did you mean `kostanay`?",
        "no station `xyz`; known: ",
        "did you mean `rail`?",
        "no section has gauge 1500 mm; there are 1435, 1520, 1676",
        "did you mean `kandahar`?",
    ):
        assert hint in text


@pytest.mark.parametrize("via", [(), ("a",)])
def test_a_route_that_stands_still_is_refused(via):
    (problem, *_) = problems_of(lambda: find_route(fork(), "a", "a", via=via))
    assert "goes from `a` to the same station" in problem


@given(st.sampled_from(RAIL_STATIONS), st.sampled_from(RAIL_STATIONS))
@settings(max_examples=25, deadline=None)
def test_there_and_back_are_the_same_length_and_no_longer_than_by_any_station(start, end):
    if start == end:
        return
    there = find_route(CORRIDOR, start, end)
    back = find_route(CORRIDOR, end, start)
    assert_allclose(there.length_m, back.length_m)
    middle = RAIL_STATIONS[len(RAIL_STATIONS) // 2]
    if middle not in (start, end):
        assert there.length_m <= find_route(CORRIDOR, start, end, via=[middle]).length_m + 1e-6


@given(st.sampled_from(RAIL_STATIONS), st.sampled_from(RAIL_STATIONS))
@settings(max_examples=15, deadline=None)
def test_routes_are_as_short_as_the_matrix_says(start, end):
    if start == end:
        return
    rail = CORRIDOR.sections[Choice(mode="rail").mask(CORRIDOR.sections)]
    graph = SectionGraph(list(CORRIDOR.stations.index), rail)
    pairs = [graph.number[name] for name in (start, end)]
    ends = [[graph.number[name] for name in rail[column]] for column in ("from_id", "to_id")]
    lengths = np.full((len(graph.number),) * 2, np.inf)
    np.minimum.at(lengths, tuple(ends), rail["length_km"].to_numpy())
    length_km = dijkstra(csgraph_from_dense(lengths, np.inf), directed=False, indices=pairs[0])
    assert_allclose(find_route(CORRIDOR, start, end).length_m / 1000, length_km[pairs[1]])


def test_sections_of_a_route_hang_together(corridor):
    route = find_route(corridor, "kostanay", "quetta")
    rows = corridor.sections.loc[list(route.section_ids)]
    for place, (_, row) in enumerate(rows.iterrows()):
        ends = [row["from_id"], row["to_id"]]
        wanted = list(route.station_ids[place : place + 2])
        assert (ends[::-1] if route.is_reversed[place] else ends) == wanted
