import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from lines import make
from plot_runs import drawn
from properties.strategies import corridors

from sim.engines.base import EventTable
from sim.plots import closed_spans, crossings, find_stretch, meets, string_lines
from sim.plots.string_lines import passages
from sim.tables import Code
from sim.units import DAY_MS, HOUR_MS

NEVER = np.iinfo(np.int64).max


def line_rows(run):
    """Return (train, time, section, heading) of all entries and exits on a run's stretch."""
    on = set(run.stretch.section_idx.tolist())
    moves = (int(Code.ENTER), int(Code.LEAVE))
    rows = run.events.rows.tolist()
    return [row for row in rows if row[1] in moves and row[4] in on]


def test_each_entry_and_exit_is_a_point(small_run):
    wanted = sorted((row[3], row[0], row[1] == Code.ENTER) for row in line_rows(small_run))
    columns = ("train", "time_ms", "is_entry")
    made = zip(*(small_run.lines[c].tolist() for c in columns), strict=True)
    assert sorted(made) == wanted


def test_lines_start_and_end_where_the_events_say(small_run):
    lines, stretch = small_run.lines, small_run.stretch
    for _, rows in lines.groupby("line"):
        first, last = rows.iloc[0], rows.iloc[-1]
        ends = ["s0", "s3"] if first["direction"] == 1 else ["s3", "s0"]
        assert [first["station"], last["station"]] == ends
        assert abs(last["chainage_m"] - first["chainage_m"]) == stretch.length_m


def test_a_train_goes_out_and_home_on_two_lines(small_run):
    by_line = small_run.lines.drop_duplicates("line")
    for _, rows in by_line.groupby("train"):
        assert rows["is_home"].tolist() == [False, True][: len(rows)]
        assert rows["direction"].tolist() == [1, -1][: len(rows)]


def test_a_train_out_is_laden_and_home_without_freight_empty(small_run):
    lines = small_run.lines
    assert lines.loc[~lines["is_home"], "is_laden"].all()
    assert not lines.loc[lines["is_home"], "is_laden"].any()


def test_return_freight_makes_the_way_home_laden():
    back = {
        "commodity": "flour",
        "origin": "market",
        "destination": "mill",
        "tonnes_per_year": 20000,
        "legs": ["train"],
    }
    made = make(
        (20.0, 30.0), flows={"back": back}, services={"train": {"return_wait_h": 48}}
    ).arrays
    lines = drawn(made, ("s0", "s2")).lines
    assert lines.loc[lines["is_home"], "is_laden"].any()


def test_time_never_runs_back_and_standing_is_level(small_run):
    lines = small_run.lines
    same = lines["line"].diff() == 0
    assert (lines["time_ms"].diff()[same] >= 0).all()
    stands = same & lines["is_entry"]
    assert (lines["chainage_m"].diff()[stands] == 0).all()


def test_slopes_are_length_over_time(busy_run):
    lines, stretch = busy_run.lines, busy_run.stretch
    length_m = dict(zip(stretch.section_ids, np.diff(stretch.chainage_m), strict=True))
    left = ~lines["is_entry"]
    run_m = lines["chainage_m"].diff()[left] * lines["direction"][left]
    assert np.allclose(run_m, lines.loc[left, "section"].map(length_m))
    run_h = lines["time_ms"].diff()[left] / HOUR_MS
    speed_kmh = run_m / 1000 / run_h
    assert 60 < speed_kmh.median() < 80 / 1.05  # the limit of the line, less the supplement


def test_without_spread_a_train_runs_at_its_speed(small_run):
    table = passages(small_run.lines)
    table = table[table["leave_ms"] < NEVER]
    hours = (table["leave_ms"] - table["enter_ms"]) / HOUR_MS
    wanted = table["section"].map({"s0-s1": 20 / 60, "s1-s2": 30 / 60, "s2-s3": 40 / 60})
    assert np.allclose(hours, wanted)


def test_stations_match_the_chainage(busy_run):
    stretch = busy_run.stretch
    where = dict(zip(stretch.station_ids, stretch.chainage_m, strict=True))
    assert np.allclose(busy_run.lines["chainage_m"], busy_run.lines["station"].map(where))


def test_the_mirror_stretch_has_the_mirrored_lines(small_run):
    mirrored = find_stretch(small_run.arrays, ("s3", "s0"))
    lines = string_lines(small_run.arrays, small_run.events, mirrored)
    assert (lines["direction"] == -small_run.lines["direction"]).all()
    assert np.allclose(lines["chainage_m"], mirrored.length_m - small_run.lines["chainage_m"])
    assert (lines["station"] == small_run.lines["station"]).all()


def test_a_train_that_leaves_the_stretch_and_returns_begins_anew(small_run):
    inner = find_stretch(small_run.arrays, ("s1", "s2"))
    lines = string_lines(small_run.arrays, small_run.events, inner)
    assert (lines.groupby("line").size() <= 2).all()
    assert lines["line"].nunique() == small_run.lines["line"].nunique()


def test_services_are_named(busy_run):
    assert set(busy_run.lines["service"]) <= set(busy_run.arrays.names.services)
    assert busy_run.lines.groupby("train")["service"].nunique().max() == 1


def test_a_train_still_inside_at_the_end_leaves_never():
    arrays = make((600.0,), duration_d=20, run_out_d=0, flows={"out": {"tonnes_per_year": 60000}})
    run = drawn(arrays.arrays, ("s0", "s1"))
    open_ended = passages(run.lines).query("leave_ms == @NEVER")
    assert len(open_ended) == 1
    assert run.lines[run.lines["line"] == open_ended["line"].iloc[0]]["is_entry"].tolist() == [True]


def test_no_train_makes_no_line(small):
    stretch = find_stretch(small.arrays, ("s0", "s1"))
    nothing = EventTable(np.zeros((0, 7), np.int64))
    lines = string_lines(small.arrays, nothing, stretch)
    assert lines.empty
    assert crossings(stretch, lines).empty
    assert meets(stretch, lines).empty
    assert closed_spans(small.arrays, nothing, stretch).empty


# --- crossings -----------------------------------------------------------------------------------


def test_on_the_busy_line_no_lines_cross_between_stations(busy_run):
    assert busy_run.lines["line"].nunique() > 100
    assert crossings(busy_run.stretch, busy_run.lines).empty


@pytest.mark.parametrize("spacing_km", [5, 12, None])
@pytest.mark.parametrize("tonnes", [20_000, 90_000])
def test_no_lines_cross_whatever_loops_and_traffic(spacing_km, tonnes):
    made = make(
        (40.0, 25.0, 60.0),
        lines={"line": {"loop_spacing_km": spacing_km, "spread_frac": 0.3, "clearance_min": 5}},
        flows={"out": {"tonnes_per_year": tonnes}},
        services={"train": {"rake_wagons": 2}},
        terminals={"market": {"tracks": 6, "gangs": 20}, "mill": {"gangs": 20}},
    )
    run = drawn(made.arrays, ("s0", "s3"))
    assert crossings(run.stretch, run.lines).empty


def test_double_track_lets_opposing_lines_cross_but_not_overtake():
    made = make(
        (60.0, 60.0),
        tracks=(2, 2),
        lines={"line": {"spread_frac": 0.4}},
        flows={"out": {"tonnes_per_year": 150_000}},
        services={"train": {"rake_wagons": 2}},
        terminals={"market": {"tracks": 6, "gangs": 20}, "mill": {"gangs": 20}},
    )
    run = drawn(made.arrays, ("s0", "s2"))
    assert crossings(run.stretch, run.lines).empty
    rows = passages(run.lines).to_dict("records")
    assert any(
        a["section"] == b["section"]
        and a["direction"] != b["direction"]
        and a["enter_ms"] < b["enter_ms"] < a["leave_ms"]
        for a in rows
        for b in rows
    )


@settings(
    max_examples=examples(25),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(made=corridors())
def test_on_no_random_corridor_do_lines_cross(made):
    stations = made.plan.stations
    run = drawn(made.arrays, ("s0", [s for s in stations if s.startswith("s")][-1]))
    assert crossings(run.stretch, run.lines).empty


def lines_of(*passed):
    """Return hand-made lines over section `s0-s1`: (train, direction, enter, leave)."""
    rows = [
        {"line": train, "train": train, "direction": way, "section": "s0-s1", "station": "",
         "time_ms": at, "is_entry": is_entry}
        for train, way, enter, leave in passed
        for at, is_entry in ((enter, True), (leave, False))
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("passed", "found"),
    [
        ([(1, 1, 0, 10), (2, -1, 10, 20)], []),
        ([(1, 1, 0, 10), (2, -1, 9, 20)], [("meet", 1, 2)]),
        ([(1, 1, 0, 10), (2, 1, 5, 12)], []),
        ([(1, 1, 0, 10), (2, 1, 5, 9)], [("overtake", 1, 2)]),
        ([(1, 1, 0, 99), (2, 1, 5, 100), (3, -1, 50, 60)], [("meet", 2, 3)]),
        ([(1, -1, 0, 99), (2, -1, 5, 100), (3, -1, 120, 150)], []),
    ],
)
def test_crossings_are_found_by_hand(small_run, passed, found):
    table = crossings(small_run.stretch, lines_of(*passed))
    columns = ("kind", "first_train", "second_train")
    assert list(zip(*(table[c].tolist() for c in columns), strict=True)) == found


def test_a_crossing_put_into_a_run_is_found(small_run):
    lines = small_run.lines.copy()
    first, second = lines["line"].unique()[:2]
    start_ms = lines.loc[lines["line"] == first, "time_ms"].min()
    moved = lines["line"] == second
    lines.loc[moved, "time_ms"] += start_ms + 60_000 - lines.loc[moved, "time_ms"].min()
    lines.loc[moved, "direction"] = -lines.loc[lines["line"] == first, "direction"].iloc[0]
    assert "meet" in set(crossings(small_run.stretch, lines)["kind"])


# --- meets and closures --------------------------------------------------------------------------


def test_meets_are_where_both_trains_are(busy_run):
    found = meets(busy_run.stretch, busy_run.lines)
    lines = busy_run.lines
    assert len(found) > 50
    for row in found.head(40).itertuples():
        for train in (row.first_train, row.second_train):
            there = lines[(lines["train"] == train) & (lines["station"] == row.station)]
            assert there["time_ms"].min() <= row.time_ms <= there["time_ms"].max()


def test_meets_are_at_inner_stations_of_lines_with_meets(busy_run):
    stretch = busy_run.stretch
    found = meets(stretch, busy_run.lines)
    assert set(found["station"]) <= set(stretch.station_ids[1:-1])


def test_opposing_trains_meet_once_at_most_on_a_straight_line(busy_run):
    found = meets(busy_run.stretch, busy_run.lines)
    pairs = found.apply(lambda r: frozenset((r["first_train"], r["second_train"])), axis=1)
    lines_each = busy_run.lines.drop_duplicates("line").groupby("train").size()
    assert pairs.value_counts().max() <= lines_each.max()


def test_no_meets_where_they_are_not_simulated(busy):
    run = drawn(busy.arrays, ("mary", "torghundi"))
    assert not run.stretch.is_meet.any()
    assert len(run.lines) > 0
    assert meets(run.stretch, run.lines).empty


def test_an_overtake_is_told_apart():
    made = make(
        (20.0, 20.0, 20.0),
        flows={
            "out": {"tonnes_per_year": 60_000},
            "quick": {"commodity": "flour", "origin": "mill", "destination": "market",
                      "tonnes_per_year": 30_000, "legs": ["fast"]},
        },
        services={"fast": {"origin": "mill", "destination": "market", "fleet": "wagons",
                           "rake_wagons": 1, "priority": 1,
                           "departs": {"rule": "when-full", "longest_wait_h": 12}}},
        dispatch="priority",
        disruptions={"shut": {"hits": {"sections": ["s2-s3"]}, "effect": {"closed": True},
                           "dates": {"first": "2027-01-04", "last": "2027-01-05"}}},
        stations={"s2": {"tracks": 4}, "s1": {"tracks": 4}},
    )  # fmt: skip
    run = drawn(made.arrays, ("s0", "s3"))
    kinds = set(meets(run.stretch, run.lines)["kind"])
    assert kinds <= {"meet", "overtake"}
    assert "meet" in kinds


def test_closures_lie_on_their_section_and_dates(small_run):
    found = closed_spans(small_run.arrays, small_run.events, small_run.stretch)
    assert found.to_dict("records") == [
        {
            "closure": "flood",
            "section": "s1-s2",
            "start_ms": 5 * DAY_MS,
            "end_ms": 7 * DAY_MS,
            "low_m": 20_000.0,
            "high_m": 50_000.0,
        }
    ]


def test_no_train_enters_a_closed_section(small_run):
    closed = closed_spans(small_run.arrays, small_run.events, small_run.stretch).iloc[0]
    entries = passages(small_run.lines).query("section == 's1-s2'")["enter_ms"]
    assert not entries.between(closed["start_ms"], closed["end_ms"] - 1).any()


def test_a_closure_that_lasts_ends_with_the_run():
    made = make(
        (20.0,),
        run_out_d=0,
        disruptions={"war": {"hits": {"sections": ["s0-s1"]}, "effect": {"closed": True},
                          "dates": {"first": "2027-01-01", "last": "2028-01-01"}}},
    )  # fmt: skip
    run = drawn(made.arrays, ("home", "s1"))
    found = closed_spans(run.arrays, run.events, run.stretch)
    assert found[["start_ms", "end_ms"]].to_numpy().tolist() == [[0, made.arrays.end_ms]]


def test_a_closure_covers_all_pieces_of_its_section():
    made = make(
        (40.0, 20.0),
        lines={"line": {"loop_spacing_km": 10}},
        disruptions={"flood": {"hits": {"sections": ["s0-s1"]}, "effect": {"closed": True},
                            "dates": {"first": "2027-01-03", "last": "2027-01-03"}}},
    )  # fmt: skip
    run = drawn(made.arrays, ("s2", "s0"))
    found = closed_spans(run.arrays, run.events, run.stretch)
    assert found[["low_m", "high_m"]].to_numpy().tolist() == [[20_000.0, 60_000.0]]


def test_without_closures_nothing_is_closed(busy_run):
    assert closed_spans(busy_run.arrays, busy_run.events, busy_run.stretch).empty
