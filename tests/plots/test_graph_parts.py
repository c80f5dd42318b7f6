from datetime import date

import pandas as pd
import pytest
from lines import make

from sim.plots import find_stretch
from sim.plots.graph_grid import Window, draw_aggregate, draw_stations, draw_times, empty_axes
from sim.plots.graph_trains import draw_closures, draw_trains, ranked_services
from sim.plots.style import PALETTE, figure
from sim.units import DAY_MS

START = date(2027, 1, 1)


@pytest.fixture(scope="module")
def stretch():
    return find_stretch(make((20.0, 30.0)).arrays, ("home", "s2"))


@pytest.fixture
def picture():
    return figure(12.0, 8.0)


def window(first_day, days):
    return Window(START, first_day, days)


def uprights(axes):
    """Return the instants of the lines of time."""
    return [line.get_xdata()[0] for line in axes.lines if len(set(line.get_xdata())) == 1]


@pytest.mark.parametrize(
    ("start_d", "end_d", "held"),
    [(0, 1, False), (0, 2, False), (0, 2.1, True), (3, 4, True), (5, 6, False), (1, 9, True)],
)
def test_a_window_holds_what_touches_its_inside(start_d, end_d, held):
    spans = [pd.Series([int(day * DAY_MS)]) for day in (start_d, end_d)]
    assert window(2, 3).holds(*spans).tolist() == [held]
    assert window(2, 3).end_day == 5


def test_distance_rises_downwards(picture, stretch):
    axes = empty_axes(picture, stretch, window(0, 2), 10)
    assert axes.get_ylim() == (150.0, 0.0)
    assert axes.get_xlim() == (0.0, 2.0)


def test_longer_names_take_more_room(picture, stretch):
    few, many = (empty_axes(picture, stretch, window(0, 2), n).get_position() for n in (4, 40))
    assert many.x0 > few.x0
    assert many.x1 == few.x1


@pytest.mark.parametrize(("days", "n_lines"), [(1, 25), (2, 25), (4, 33), (7, 29), (14, 29)])
def test_lines_of_time_are_legible(picture, stretch, days, n_lines):
    axes = empty_axes(picture, stretch, window(3, days), 4)
    draw_times(axes, window(3, days))
    assert len(uprights(axes)) == n_lines
    assert min(uprights(axes)) == 3.0
    assert max(uprights(axes)) == pytest.approx(3.0 + days)


def test_midnights_are_stronger(picture, stretch):
    axes = empty_axes(picture, stretch, window(0, 2), 4)
    draw_times(axes, window(0, 2))
    strong = [line.get_xdata()[0] for line in axes.lines if line.get_linewidth() > 0.8]
    assert strong == [0.0, 1.0, 2.0]


def test_hours_are_whole_and_of_the_day(picture, stretch):
    axes = empty_axes(picture, stretch, window(0, 2), 4)
    draw_times(axes, window(0, 2))
    hours = [text.get_text() for text in axes.texts][::2]
    assert hours == [f"{hour % 24:02d}" for hour in range(0, 49, 4)]


def test_a_week_has_no_hours(picture, stretch):
    axes = empty_axes(picture, stretch, window(0, 7), 4)
    draw_times(axes, window(0, 7))
    assert len(axes.texts) == 0


def test_kilometres_stand_on_the_right(picture, stretch):
    axes = empty_axes(picture, stretch, window(0, 2), 4)
    draw_stations(axes, stretch, list(stretch.station_ids), 8.0)
    texts = [text.get_text() for text in axes.texts]
    assert texts == ["home", "0", "s0", "100", "s1", "120", "s2", "150", "km"]


def test_ends_and_terminals_are_bold(picture, stretch):
    axes = empty_axes(picture, stretch, window(0, 2), 4)
    draw_stations(axes, stretch, list(stretch.station_ids), 8.0)
    bold = {t.get_text() for t in axes.texts if t.get_fontweight() == "bold"}
    assert {"home", "s2"} <= bold
    assert "s1" not in bold


def test_drawing_stations_changes_no_stretch(picture, stretch):
    before = stretch.is_terminal.tolist()
    axes = empty_axes(picture, stretch, window(0, 2), 4)
    draw_stations(axes, stretch, list(stretch.station_ids), 8.0)
    assert stretch.is_terminal.tolist() == before


def test_only_aggregate_sections_are_veiled(picture, stretch):
    axes = empty_axes(picture, stretch, window(0, 2), 4)
    draw_aggregate(axes, stretch)
    (veil,) = axes.patches
    assert veil.get_y() == 0.0
    assert veil.get_height() == 100.0


def test_a_closure_is_named_once(picture, stretch):
    axes = empty_axes(picture, stretch, window(0, 9), 4)
    rows = [("flood", "s0-s1", 1, 3, 100, 120), ("flood", "s1-s2", 1, 3, 120, 150)]
    closed = pd.DataFrame(
        [(c, s, a * DAY_MS, b * DAY_MS, low * 1e3, high * 1e3) for c, s, a, b, low, high in rows],
        columns=["closure", "section", "start_ms", "end_ms", "low_m", "high_m"],
    )
    assert draw_closures(axes, closed, window(0, 9))
    assert [text.get_text() for text in axes.texts] == ["flood"]
    assert len(axes.patches) == 2
    assert not draw_closures(axes, closed, window(5, 2))


def lines_of(*trains):
    """Return lines of trains (service, is_home, is_laden) from 0 to 10 km in an hour."""
    rows = [
        {"line": k, "service": service, "is_home": is_home, "is_laden": is_laden,
         "time_ms": at, "chainage_m": at / 360.0}
        for k, (service, is_home, is_laden) in enumerate(trains)
        for at in (0, 3_600_000)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_services_are_ranked_by_trains_then_by_name():
    lines = lines_of(("b", False, True), ("c", False, True), ("c", True, False), ("a", False, True))
    assert ranked_services(lines) == ["c", "a", "b"]


def test_ways_have_their_own_look(picture, stretch):
    axes = empty_axes(picture, stretch, window(0, 2), 4)
    lines = lines_of(("a", False, True), ("a", True, True), ("a", True, False))
    handles = draw_trains(axes, lines, ["a"])
    assert [handle.get_label() for handle in handles] == [
        "a", "on the way out", "home, laden", "home, empty",
    ]  # fmt: skip
    widths = sorted(float(c.get_linewidth()[0]) for c in axes.collections)
    assert widths == [0.75, 1.1, 1.25]
    solid = [c for c in axes.collections if c.get_linestyle()[0][1] is None]
    assert len(solid) == 1


def test_colours_follow_the_rank(picture, stretch):
    axes = empty_axes(picture, stretch, window(0, 2), 4)
    lines = lines_of(("a", False, True), ("b", False, True))
    handles = draw_trains(axes, lines, ["b", "a"])
    shown = {handle.get_label(): handle.get_color() for handle in handles}
    assert (shown["b"], shown["a"]) == PALETTE[:2]
