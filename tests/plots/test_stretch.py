import numpy as np
import pytest
from lines import make

from sim.errors import CorridorError
from sim.plots import PlotError, find_stretch


@pytest.fixture(scope="module")
def looped():
    return make((20.0, 30.0, 40.0), lines={"line": {"loop_spacing_km": 10}}).arrays


def test_a_stretch_holds_stations_and_loops_in_order(looped):
    stretch = find_stretch(looped, ("s0", "s2"))
    assert stretch.station_ids == ("s0", "s0-s1@1", "s1", "s1-s2@1", "s1-s2@2", "s2")
    assert stretch.is_loop.tolist() == [False, True, False, True, True, False]
    assert stretch.parent_ids == ("s0-s1", "s0-s1", "s1-s2", "s1-s2", "s1-s2")


def test_distances_add_up_to_the_sections(looped):
    stretch = find_stretch(looped, ("home", "s3"))
    assert np.allclose(np.diff(stretch.chainage_m), looped.sections.length_m[stretch.section_idx])
    assert stretch.length_m == pytest.approx(190_000)
    assert stretch.chainage_m[0] == 0


def test_a_stretch_backwards_is_the_mirror(looped):
    there = find_stretch(looped, ("home", "s3"))
    back = find_stretch(looped, ("s3", "home"))
    assert back.station_ids == there.station_ids[::-1]
    assert back.section_ids == there.section_ids[::-1]
    assert np.allclose(back.chainage_m, there.length_m - there.chainage_m[::-1])
    assert set(there.heading.tolist()) == {0}
    assert set(back.heading.tolist()) == {1}


def test_grain_is_known_by_section(looped):
    stretch = find_stretch(looped, ("home", "s1"))
    assert stretch.is_meet.tolist() == [False, True, True]
    assert stretch.n_tracks.tolist() == [1, 1, 1]


def test_a_terminal_stands_for_its_station(looped):
    by_terminal = find_stretch(looped, ("mill", "market"))
    assert by_terminal.station_ids == find_stretch(looped, ("home", "s3")).station_ids
    assert by_terminal.is_terminal.tolist() == [
        s in {"home", "s3"} for s in by_terminal.station_ids
    ]


def test_a_loop_may_be_an_end(looped):
    assert find_stretch(looped, ("s0-s1@1", "s1")).station_ids == ("s0-s1@1", "s1")


def test_stations_on_the_way_may_be_named(looped):
    assert (
        find_stretch(looped, ("s0", "s1", "s3")).section_ids
        == find_stretch(looped, ("s0", "s3")).section_ids
    )


def test_posts_are_known():
    arrays = make(
        (20.0, 30.0), posts={"control": {"station": "s1", "servers": 1, "duration_h": 2}}
    ).arrays
    assert find_stretch(arrays, ("s0", "s2")).is_post.tolist() == [False, True, False]


def test_an_unknown_station_is_told_with_the_nearest(busy):
    with pytest.raises(PlotError) as caught:
        find_stretch(busy.arrays, ("torgundi", "kandahar"))
    assert str(caught.value) == (
        "no train of this scenario passes a station `torgundi`; did you mean `torghundi`?"
    )


def test_with_nothing_near_the_known_ones_are_told(looped):
    with pytest.raises(PlotError, match="known: home, s0, s1, s2, s3, market, mill"):
        find_stretch(looped, ("nowhere", "s1"))


def test_a_picture_error_is_an_error_of_the_package(looped):
    with pytest.raises(CorridorError):
        find_stretch(looped, ("nowhere", "s1"))


@pytest.mark.parametrize("stations", [(), ("s0",)])
def test_a_stretch_needs_two_stations(looped, stations):
    with pytest.raises(PlotError, match="two stations"):
        find_stretch(looped, stations)


def test_a_stretch_of_no_length_is_refused(looped):
    with pytest.raises(PlotError, match="the same station"):
        find_stretch(looped, ("s3", "market"))


def test_a_stretch_that_comes_back_is_refused(looped):
    with pytest.raises(PlotError, match="`s0-s1@1` twice"):
        find_stretch(looped, ("s0", "s1", "s0-s1@1"))


def test_the_way_through_the_corridor_is_the_shortest(busy):
    stretch = find_stretch(busy.arrays, ("torghundi", "spin_boldak"))
    assert stretch.length_m == pytest.approx(992_500)
    assert stretch.station_ids[0] == "torghundi"
    assert stretch.is_meet.all()
    assert stretch.is_loop.any()
