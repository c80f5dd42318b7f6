from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from lines import make
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle
from pictures import said, words
from plot_runs import drawn

from sim.plots import PlotError, closed_spans, draw_train_graph, meets, save
from sim.units import DAY_MS, KM_M

START = date(2027, 1, 1)


def graph(run, **changes):
    wanted = {"title": "Specimen", "start_date": START, "days": 15} | changes
    return draw_train_graph(run.stretch, run.lines, **wanted)


def polylines(picture):
    """Return the points of all lines of trains."""
    found = picture.axes[0].findobj(LineCollection)
    return [segment for collection in found for segment in collection.get_segments()]


@pytest.fixture(scope="module")
def small_picture(small_run):
    closed = closed_spans(small_run.arrays, small_run.events, small_run.stretch)
    return graph(small_run, closed=closed)


def test_each_train_is_one_polyline_a_way(small_run, small_picture):
    assert len(polylines(small_picture)) == small_run.lines["line"].nunique()


def test_polylines_hold_the_points_of_the_events(small_run, small_picture):
    rows = small_run.lines
    drawn_points = np.concatenate(polylines(small_picture))
    wanted = np.column_stack((rows["time_ms"] / DAY_MS, rows["chainage_m"] / KM_M))
    assert sorted(map(tuple, drawn_points.round(9))) == sorted(map(tuple, wanted.round(9)))


def test_stations_are_named_at_their_distance(small_picture):
    axes = small_picture.axes[0]
    for name, km in (("s0", 0), ("s1", 20), ("s2", 50), ("s3", 90)):
        at = [text.get_position()[1] for text in axes.texts if text.get_text() == name]
        assert at == [pytest.approx(km, abs=1.0)]
    assert axes.get_ylim() == (90.0, 0.0)


def test_people_read_names_for_people(small_run):
    names = {"s0": "Torghundi freight terminal", "s3": "Herat airport / industrial park"}
    picture = graph(small_run, station_names=names)
    assert {"Torghundi", "Herat airport", "s1"} <= set(words(picture))
    assert said(picture, "Train graph, Torghundi to Herat airport, 90 km")


def test_loops_are_lines_without_a_name():
    made = make((40.0, 20.0), lines={"line": {"loop_spacing_km": 10}})
    picture = graph(drawn(made.arrays, ("s0", "s2")))
    assert not said(picture, "@")
    lines = picture.axes[0].lines
    levels = {line.get_ydata()[0] for line in lines if len(set(line.get_ydata())) == 1}
    assert {10, 20, 30, 50} <= levels


def test_days_have_dates(small_picture):
    labels = [label.get_text() for label in small_picture.axes[0].get_xticklabels()]
    assert labels[0] == "Fri 1 Jan"
    assert labels[-1] == "Fri 15 Jan"


def test_few_days_have_hours(small_run):
    picture = graph(small_run, first_day=2, days=1)
    assert said(picture, "Sun 3 January 2027")
    assert {"00", "06", "23"} <= set(words(picture))


def test_many_days_are_labelled_by_the_week(small_run):
    picture = graph(small_run, days=50)
    labels = [label.get_text() for label in picture.axes[0].get_xticklabels()]
    assert labels[:3] == ["1 Jan", "8 Jan", "15 Jan"]


def test_the_window_leaves_out_what_is_outside(small_run):
    few = polylines(graph(small_run, first_day=3, days=2))
    assert 0 < len(few) < small_run.lines["line"].nunique()
    assert all(points[:, 0].max() > 3 and points[:, 0].min() < 5 for points in few)


def test_a_window_without_trains_says_so(small_run):
    picture = graph(small_run, first_day=300, days=2)
    assert said(picture, "No train runs here")
    assert polylines(picture) == []


def test_a_window_with_trains_does_not_say_so(small_picture):
    assert not said(small_picture, "No train runs here")


@pytest.mark.parametrize("window", [{"days": 0}, {"days": -3}, {"first_day": -1}])
def test_a_window_that_is_none_is_refused(small_run, window):
    with pytest.raises(PlotError, match="days must be 1 or more from day 0 on"):
        graph(small_run, **window)


def test_closures_are_hatched_where_and_when_they_are(small_picture):
    patches = small_picture.axes[0].patches
    hatched = [p for p in patches if isinstance(p, Rectangle) and p.get_hatch()]
    assert [p.get_bbox().bounds for p in hatched] == [pytest.approx((5.0, 20.0, 2.0, 30.0))]
    assert said(small_picture, "flood")
    assert said(small_picture, "line closed")


def test_closures_outside_the_window_are_not_told(small_run):
    closed = closed_spans(small_run.arrays, small_run.events, small_run.stretch)
    picture = graph(small_run, closed=closed, first_day=7, days=3)
    assert not said(picture, "flood")
    assert not said(picture, "line closed")


def test_meets_are_dots(small_run, small_picture):
    found = meets(small_run.stretch, small_run.lines)
    dots = [line for line in small_picture.axes[0].lines if line.get_label() == "meet"]
    assert len(found) > 0
    assert dots[0].get_xdata() * DAY_MS == pytest.approx(found["time_ms"].to_numpy())
    assert dots[0].get_ydata() * KM_M == pytest.approx(found["chainage_m"].to_numpy())


def test_over_many_days_meets_are_not_drawn(busy_run):
    picture = graph(busy_run, days=25)
    assert not said(picture, "meet")


def test_the_legend_tells_services_and_ways(small_picture):
    (legend,) = small_picture.legends
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts == ["train", "on the way out", "home, empty", "meet", "line closed"]


def test_a_service_keeps_its_colour_in_any_window(busy_run):
    def colours(picture):
        (legend,) = picture.legends
        pairs = zip(legend.get_texts(), legend.legend_handles, strict=True)
        return {text.get_text(): handle.get_color() for text, handle in pairs}

    whole, part = (
        colours(graph(busy_run, days=25)),
        colours(graph(busy_run, first_day=20, days=2)),
    )
    services = set(busy_run.lines["service"]) & set(part)
    assert services
    assert all(part[name] == whole[name] for name in services)


def test_more_services_than_colours_are_other_services(small_run):
    lines = small_run.lines.copy()
    lines["service"] = [f"service {line % 9}" for line in lines["line"]]
    picture = draw_train_graph(small_run.stretch, lines, title="Many", start_date=START, days=15)
    assert said(picture, "other services")
    assert len(polylines(picture)) == lines["line"].nunique()


def test_pale_lines_are_explained(busy):
    run = drawn(busy.arrays, ("mary", "torghundi"))
    assert said(graph(run, days=5), "Pale: lines simulated")


def test_where_all_meets_are_simulated_nothing_is_pale(busy_run):
    assert not said(graph(busy_run, days=5), "Pale")


def test_labels_of_stations_do_not_overlap(busy):
    run = drawn(busy.arrays, ("mary", "spin-boldak"))
    picture = graph(run, days=3)
    renderer = FigureCanvasAgg(picture).get_renderer()
    axes = picture.axes[0]
    names = set(run.stretch.station_ids)
    boxes = [t.get_window_extent(renderer) for t in axes.texts if t.get_text() in names]
    ordered = sorted(boxes, key=lambda box: box.y0)
    assert all(low.y1 <= high.y0 + 1.5 for low, high in pairwise(ordered))


def test_svg_is_the_same_twice(small_run, tmp_path):
    for name in ("a.svg", "b.svg"):
        save(graph(small_run), tmp_path / name)
    first = (tmp_path / "a.svg").read_bytes()
    assert first == (tmp_path / "b.svg").read_bytes()
    assert len(first) > 10_000


def test_title_and_span_stand_above(small_run):
    picture = graph(small_run, first_day=1, days=2)
    assert "Specimen" in words(picture)
    assert said(picture, "Sat 2 January 2027 to Sun 3 January 2027")


def test_fourteen_busy_days_are_drawn(busy_run, tmp_path):
    picture = graph(busy_run, first_day=8, days=14)
    assert len(polylines(picture)) > 60
    save(picture, tmp_path / "busy.png")
    assert (tmp_path / "busy.png").stat().st_size > 50_000
