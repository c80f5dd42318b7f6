from datetime import date

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sim.plots.axis_labels import chosen_labels, day_labels, short_name, spread
from sim.plots.map_labels import Label, clear_of, place_labels
from sim.plots.style import figure

PLACES = st.lists(st.floats(0, 100), min_size=1, max_size=15).map(sorted)


@given(PLACES, st.floats(0.5, 20))
def test_spread_labels_keep_their_gap_and_order_within_the_room(places, gap):
    at = spread(places, gap, low=0.0, high=100.0)
    least = min(gap, 100.0 / max(len(places) - 1, 1))
    assert (np.diff(at) >= least - 1e-9).all()
    assert at.min() >= -1e-9
    assert at.max() <= 100 + 1e-9


@given(st.lists(st.integers(0, 10), min_size=1, max_size=10, unique=True).map(sorted))
def test_labels_far_enough_apart_stay(places):
    wanted = [10.0 * place for place in places]
    assert spread(wanted, 10.0, low=0.0, high=100.0).tolist() == pytest.approx(wanted)


def test_no_labels_need_no_room():
    assert spread([], 10.0, low=0.0, high=100.0).size == 0


@given(PLACES, st.data())
def test_chosen_labels_hold_the_important_and_keep_their_gap(places, data):
    ranks = data.draw(st.lists(st.integers(0, 2), min_size=len(places), max_size=len(places)))
    ranks[0] = 0
    idx, at = chosen_labels(places, ranks, 4.0, room=100.0)
    assert {k for k, rank in enumerate(ranks) if rank == 0} <= set(idx.tolist())
    assert (np.diff(np.sort(at)) >= 4.0 - 1e-9).all()


def test_labels_that_need_not_be_written_stand_at_their_place():
    idx, at = chosen_labels([0.0, 40.0, 41.0, 100.0], [0, 1, 1, 0], 5.0, room=100.0)
    assert idx.tolist() == [0, 1, 3]
    assert at.tolist() == [0.0, 40.0, 100.0]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Kostanay", "Kostanay"),
        ("Sanabar (planned, 22 km from Torghundi)", "Sanabar"),
        ("Herat airport / industrial park terminal", "Herat airport"),
        ("Torghundi freight terminal", "Torghundi"),
        ("", ""),
    ],
)
def test_names_are_cut_to_what_fits(name, short):
    assert short_name(name) == short


def test_a_day_is_named_in_its_middle():
    assert day_labels(date(2027, 2, 28), 0, 2) == [
        (0.5, "Sun 28 February 2027"),
        (1.5, "Mon 1 March 2027"),
    ]


def test_a_week_has_short_names():
    assert day_labels(date(2028, 2, 26), 3, 7)[0] == (3.5, "Tue 29 Feb")


@pytest.mark.parametrize("days", [17, 60, 90, 180, 365, 3000])
def test_a_long_time_has_few_labels(days):
    labels = day_labels(date(2027, 1, 1), 0, days)
    assert 2 < len(labels) <= 15


# --- labels on maps ------------------------------------------------------------------------------


@pytest.fixture
def axes():
    made = figure(4.0, 4.0).add_axes((0, 0, 1, 1))
    made.set_xlim(0, 10)
    made.set_ylim(0, 10)
    return made


NO_LINES = np.zeros((0, 2))


def test_a_label_stands_right_of_its_point_if_it_can(axes):
    place_labels(axes, [Label("Herat", 5.0, 5.0)], NO_LINES, [])
    (text,) = axes.texts
    assert text.get_horizontalalignment() == "left"
    assert text.get_verticalalignment() == "center"


def test_a_label_at_the_edge_turns_inwards(axes):
    place_labels(axes, [Label("Spin Boldak", 9.5, 5.0)], NO_LINES, [])
    (text,) = axes.texts
    assert text.get_horizontalalignment() == "right"


def test_labels_of_one_place_do_not_cover_each_other(axes):
    labels = [Label(f"town {k}", 5.0, 5.0) for k in range(6)]
    boxes = place_labels(axes, labels, NO_LINES, [])
    assert len(boxes) == len(axes.texts) > 3
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])


def test_where_there_is_no_room_the_last_are_left_out(axes):
    labels = [Label(f"town {k}", 5.0, 5.0) for k in range(60)]
    place_labels(axes, labels, NO_LINES, [])
    written = [text.get_text() for text in axes.texts]
    assert written == [f"town {k}" for k in range(len(written))]
    assert len(written) < 60


def test_a_label_keeps_off_a_line(axes):
    line = np.column_stack((np.linspace(5, 10, 200), np.full(200, 5.0)))
    (box,) = place_labels(axes, [Label("Farah", 5.0, 5.0)], line, [])
    px = axes.transData.transform(line)
    inside = (px[:, 0] > box.x0) & (px[:, 0] < box.x1) & (px[:, 1] > box.y0) & (px[:, 1] < box.y1)
    assert not inside.any()


def test_a_label_keeps_off_what_is_taken(axes):
    taken = clear_of(axes, np.array([[6.0, 5.0]]), 20.0)
    boxes = place_labels(axes, [Label("Farah", 5.0, 5.0)], NO_LINES, taken)
    assert boxes[0] is taken[0]
    assert not boxes[1].overlaps(taken[0])


def test_clear_boxes_are_in_pixels_about_their_points(axes):
    (box,) = clear_of(axes, np.array([[5.0, 5.0]]), 7.2)
    assert box.bounds == pytest.approx((190.0, 190.0, 20.0, 20.0))
