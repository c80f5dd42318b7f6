"""The same answers by another way: slow, plain, and easy to believe."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from lines import make
from plot_runs import drawn
from properties.strategies import corridors

from sim.plots import crossings, find_stretch, meets
from sim.plots.string_lines import passages
from sim.tables import Code

QUIET = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
NEVER = np.iinfo(np.int64).max


@pytest.fixture(scope="module")
def section():
    """A stretch of one single-track section, `s0-s1`."""
    return find_stretch(make((20.0,)).arrays, ("s0", "s1"))


@pytest.fixture(scope="module")
def double_section():
    return find_stretch(make((20.0,), tracks=(2,)).arrays, ("s0", "s1"))


def lines_of(passed):
    """Return lines over `s0-s1` of trains (direction, enter, leave), numbered from 0."""
    rows = [
        {
            "line": train,
            "train": train,
            "direction": way,
            "section": "s0-s1",
            "station": "",
            "time_ms": at,
            "is_entry": is_entry,
        }
        for train, (way, enter, leave) in enumerate(passed)
        for at, is_entry in ((enter, True), (leave, False))
    ]
    return pd.DataFrame(rows)


TRAIN = st.tuples(st.sampled_from([1, -1]), st.integers(0, 60), st.integers(1, 30)).map(
    lambda drawn: (drawn[0], drawn[1], drawn[1] + drawn[2])
)
TRAINS = st.lists(TRAIN, min_size=1, max_size=8, unique_by=lambda train: train[1])


def wrong_pairs(passed, *, tracks):
    """Return whether any two trains cross or overtake inside the section, by looking at all."""
    kinds = set()
    for (way, enter, leave), (other_way, other_enter, other_leave) in combinations(passed, 2):
        together = enter < other_leave and other_enter < leave
        if way != other_way and together and tracks == 1:
            kinds.add("meet")
        if way == other_way and (enter - other_enter) * (leave - other_leave) < 0:
            kinds.add("overtake")
    return kinds


@given(passed=TRAINS)
def test_crossings_are_found_if_and_only_if_two_trains_cross(section, passed):
    found = crossings(section, lines_of(passed))
    assert set(found["kind"]) == wrong_pairs(passed, tracks=1)


@given(passed=TRAINS)
def test_on_double_track_only_overtakes_are_wrong(double_section, passed):
    found = crossings(double_section, lines_of(passed))
    assert set(found["kind"]) == wrong_pairs(passed, tracks=2)


@given(passed=TRAINS)
def test_passages_are_what_was_put_in(passed):
    table = passages(lines_of(passed))
    columns = ("train", "direction", "enter_ms", "leave_ms")
    found = sorted(zip(*(table[c].tolist() for c in columns), strict=True))
    assert found == [(k, *train) for k, train in enumerate(passed)]


def plain_lines(run):
    """Return the polylines of a run, train by train, event by event."""
    index = {int(k): n for n, k in enumerate(run.stretch.section_idx)}
    made, open_line, home = [], {}, set()
    for time_ms, event, _, train, place, unit, _ in run.events.rows.tolist():
        if event == Code.RETURN:
            home.add(train)
            open_line.pop(train, None)
        if event not in {Code.ENTER, Code.LEAVE}:
            continue
        if place not in index:
            open_line.pop(train, None)
            continue
        piece = index[place]
        along = unit == run.stretch.heading[piece]
        at = piece + int((event == Code.ENTER) != along)
        if train not in open_line:
            open_line[train] = []
            made.append((train, train in home, open_line[train]))
        open_line[train].append((time_ms, float(run.stretch.chainage_m[at])))
    return sorted(made, key=lambda line: (line[0], line[2]))


def table_lines(run):
    found = []
    for _, rows in run.lines.groupby("line"):
        points = list(zip(rows["time_ms"].tolist(), rows["chainage_m"].tolist(), strict=True))
        found.append((int(rows["train"].iloc[0]), bool(rows["is_home"].iloc[0]), points))
    return sorted(found, key=lambda line: (line[0], line[2]))


@QUIET
@given(made=corridors(), data=st.data())
def test_string_lines_are_those_read_event_by_event(made, data):
    stations = [s for s in made.plan.stations if s != "home"]
    n = len(stations)
    start = data.draw(st.integers(0, n - 1))
    end = data.draw(st.integers(0, n - 1).filter(lambda k: k != start))
    run = drawn(made.arrays, (stations[start], stations[end]))
    assert table_lines(run) == plain_lines(run)


def test_string_lines_of_the_busy_line_are_those_read_event_by_event(busy_run):
    assert table_lines(busy_run) == plain_lines(busy_run)


def stays(run):
    """Return (station, train, direction, from, to) of each stay at an inner station."""
    found = []
    for _, rows in run.lines.groupby("line"):
        points = rows.to_dict("records")
        found += [
            (left["station"], left["train"], left["direction"], left["time_ms"], entered["time_ms"])
            for left, entered in zip(points[1::2], points[2::2], strict=False)
        ]
    return found


@QUIET
@given(made=corridors())
def test_meets_are_those_of_all_pairs(made):
    run = drawn(made.arrays, ("s0", [s for s in made.plan.stations if s.startswith("s")][-1]))
    wanted = {
        (a[0], frozenset((a[1], b[1])), max(a[3], b[3]))
        for a, b in combinations(stays(run), 2)
        if a[0] == b[0] and a[2] != b[2] and a[3] <= b[4] and b[3] <= a[4]
    }
    found = meets(run.stretch, run.lines).query("kind == 'meet'")
    columns = ("station", "first_train", "second_train", "time_ms")
    rows = zip(*(found[c].tolist() for c in columns), strict=True)
    assert {(s, frozenset((a, b)), at) for s, a, b, at in rows} == wanted


@pytest.mark.parametrize("stations", [("torghundi", "herat_airport"), ("mary", "kandahar")])
def test_a_stretch_is_the_way_that_geo_finds(busy, stations):
    from geo import find_route, load_corridor

    stretch = find_stretch(busy.arrays, stations)
    route = find_route(load_corridor(), *stations, gauges_mm=(1520,))
    assert tuple(dict.fromkeys(stretch.parent_ids)) == route.section_ids
    assert stretch.length_m == pytest.approx(route.length_m)
    own = [s for s, loop in zip(stretch.station_ids, stretch.is_loop, strict=True) if not loop]
    assert tuple(own) == route.station_ids


def test_a_hand_worked_run():
    """One train of 4 wagons, 20 and 30 km at 60 km/h: 20 and 30 minutes, out and home."""
    made = make((20.0, 30.0), duration_d=1, flows={"out": {"tonnes_per_year": 4 * 60 * 365}})
    run = drawn(made.arrays, ("s0", "s2"))
    columns = ["train", "is_home", "chainage_m", "station", "is_entry"]
    assert run.lines[columns].to_numpy().tolist() == [
        [0, False, 0.0, "s0", True],
        [0, False, 20_000.0, "s1", False],
        [0, False, 20_000.0, "s1", True],
        [0, False, 50_000.0, "s2", False],
        [0, True, 50_000.0, "s2", True],
        [0, True, 20_000.0, "s1", False],
        [0, True, 20_000.0, "s1", True],
        [0, True, 0.0, "s0", False],
    ]
    minutes = (run.lines["time_ms"].diff() / 60_000).tolist()
    assert minutes[1:4] == [20.0, 0.0, 30.0]
    assert minutes[5:] == [30.0, 0.0, 20.0]
