"""The dispatch rules worked by hand, to the minute (docs/semantics.md, 4.6 and 4.10)."""

from dataclasses import replace

import numpy as np
import pytest
from effort import LONG
from invariants import check_all, frame_of
from lines import make, merged

from sim.analysis.blame import train_pieces
from sim.analysis.outcome import Outcome
from sim.runs.replicate import replicate
from sim.tables import CAUSES, Cause, Code
from sim.units import DAY_MS, HOUR_MS, MINUTE_MS

OUTWARD, HOMEWARD = 0, 1


def service(at, priority, **more):
    return {
        "origin": "mill",
        "destination": "market",
        "fleet": "wagons",
        "rake_wagons": 1,
        "priority": priority,
        "departs": {"rule": "timetable", "times": [at]},
        **more,
    }


def flow(name, lots_per_day=6):
    return {
        "commodity": "flour",
        "origin": "mill",
        "destination": "market",
        "tonnes_per_year": 60 * 365 * lots_per_day,
        "legs": [name],
    }


def meet(rule, *, slow_leaves="11:20", **changes):
    """A slow train out and a fast one home, which want s0-s1 at about one time, each day.

    Aggregate line 4 h, two sections of 30 min. The fast train leaves at 06:00: s0 at 10:00, market
    (s2) 11:00, placed 12:00, emptied 15:00, in s2-s1 until 15:30, where it asks for s1-s0.
    """
    base = {
        "duration_d": 5,
        "dispatch": rule,
        "services": {
            "train": None,
            "slow": service(slow_leaves, 9),
            "fast": service("06:00", 1),
        },
        "flows": {"out": None, "a": flow("slow"), "b": flow("fast")},
        "terminals": {"mill": {"gangs": 20}},
    }
    return make((30.0, 30.0), **merged(base, changes))


def entries(made, section, *, day=3):
    """Return (minute of the day, service, heading) of entries into a section on a day."""
    frame = frame_of(made.run())
    check_all(made.arrays, made.run(), finished=True)
    names = made.arrays.names
    formed = frame[frame["event"] == Code.FORMED].set_index("train")["place"]
    place = names.sections.index(section)
    rows = frame[(frame["event"] == Code.ENTER) & (frame["place"] == place)]
    rows = rows[rows["time_ms"] // DAY_MS == day]
    return [
        (
            row.time_ms % DAY_MS // MINUTE_MS,
            names.services[formed[row.train]],
            row.unit,
        )
        for row in rows.itertuples()
    ]


def clock(hour, minute=0):
    return hour * 60 + minute


def test_first_come_lets_the_slow_train_go_and_the_fast_one_wait_4_6():
    # the slow train is at s0 at 15:20 and has the section until 15:50; the fast one waits 20 min
    # of weight 9: 180 against 40
    assert entries(meet("first-come"), "s0-s1") == [
        (clock(10), "fast", OUTWARD),
        (clock(15, 20), "slow", OUTWARD),
        (clock(15, 50), "fast", HOMEWARD),
        (clock(20, 50), "slow", HOMEWARD),
    ]


def test_least_delay_holds_the_slow_train_for_the_fast_one_on_its_way_4_10():
    # slow first: clears at 15:50, the fast one is ready at 15:30: 20 min of weight 9 = 180.
    # fast first: clears at 15:30 + 30 = 16:00, the slow one waits 40 min of weight 1 = 40.
    # Home: the slow train (placed 18:00, emptied 21:00) is at s1 at 21:30
    assert entries(meet("least-delay"), "s0-s1") == [
        (clock(10), "fast", OUTWARD),
        (clock(15, 30), "fast", HOMEWARD),
        (clock(16), "slow", OUTWARD),
        (clock(21, 30), "slow", HOMEWARD),
    ]


def test_priority_holds_nobody_4_6():
    assert entries(meet("priority"), "s0-s1") == entries(meet("first-come"), "s0-s1")


def test_least_delay_lets_the_first_go_where_that_costs_less_4_10():
    # at 15:00 the slow train clears at 15:30, as the fast one comes: no cost either way round
    assert entries(meet("least-delay", slow_leaves="11:00"), "s0-s1")[1:3] == [
        (clock(15), "slow", OUTWARD),
        (clock(15, 30), "fast", HOMEWARD),
    ]
    # at 15:04 it costs 4 min x 9 = 36 to let it go, 56 min x 1 to hold it
    assert entries(meet("least-delay", slow_leaves="11:04"), "s0-s1")[1:3] == [
        (clock(15, 4), "slow", OUTWARD),
        (clock(15, 34), "fast", HOMEWARD),
    ]
    # at 15:07: 7 x 9 = 63 against 53
    assert entries(meet("least-delay", slow_leaves="11:07"), "s0-s1")[1:3] == [
        (clock(15, 30), "fast", HOMEWARD),
        (clock(16), "slow", OUTWARD),
    ]


def test_clearance_counts_on_both_sides_4_10():
    # with 8 min of clearance, at 15:04: slow first 12 x 9 = 108, fast first 64
    changes = {"lines": {"line": {"clearance_min": 8}}}
    made = meet("least-delay", slow_leaves="11:04", **changes)
    assert entries(made, "s0-s1")[1:3] == [
        (clock(15, 30), "fast", HOMEWARD),
        (clock(16, 8), "slow", OUTWARD),
    ]


def test_a_held_train_tells_so_and_its_wait_is_booked_4_10():
    made = meet("least-delay")
    events = made.run()
    frame = frame_of(events)
    here = frame[(frame["event"] == Code.WAITS) & (frame["time_ms"] // DAY_MS == 3)]
    section = made.arrays.names.sections.index("s0-s1")
    told = here[["time_ms", "place", "cause", "unit"]].to_numpy().tolist()
    held, meets = 3 * DAY_MS + 15 * HOUR_MS + 20 * MINUTE_MS, 10 * MINUTE_MS
    assert told == [
        [held, section, Cause.HELD, section],
        [held + meets, section, Cause.MEET, section],
    ]
    pieces = train_pieces(Outcome(made.scenario, made.arrays, events))
    booked = pieces[pieces["cause"] == CAUSES[Cause.HELD]]["length_ms"]
    assert set(booked) == {10 * MINUTE_MS}


def test_a_waiting_train_goes_before_the_one_that_asked_first_4_10():
    # a third train of class 5 has s0-s1 from 15:05 to 15:35 (5 min x 9 against 55 min x 5);
    # the slow one asks at 15:10, the fast one at 15:30. At 15:35 both could go, as s1 has three
    # tracks: 30 min x 9 against 30 x 1
    third = {
        "services": {"mid": service("11:05", 5)},
        "flows": {"c": flow("mid")},
        "stations": {"s1": {"tracks": 3, "usable_length_m": 900}},
    }
    mid = (clock(15, 5), "mid", OUTWARD)
    rows = entries(meet("first-come", slow_leaves="11:10", **third), "s0-s1")
    assert rows[1:4] == [mid, (clock(15, 35), "slow", OUTWARD), (clock(16, 5), "fast", HOMEWARD)]
    rows = entries(meet("least-delay", slow_leaves="11:10", **third), "s0-s1")
    assert rows[1:4] == [mid, (clock(15, 35), "fast", HOMEWARD), (clock(16, 5), "slow", OUTWARD)]


def test_a_train_that_ends_at_a_post_is_expected_at_the_end_of_its_control_4_10():
    # a post at s1 takes 20 min: the fast train asks for s1-s0 at 15:50 (after 10 min out of 11:00)
    posts = {"control": {"station": "s1", "servers": 2, "duration_h": 20 / 60}}
    rows = entries(meet("least-delay", slow_leaves="11:40", posts=posts), "s0-s1")
    # fast out: s1 10:30, control to 10:50, market 11:20, emptied 15:20, s1 15:50, asks at 16:10.
    # slow at s0 15:40, would clear at 16:10, as the fast one is ready: it goes
    assert rows[1] == (clock(15, 40), "slow", OUTWARD)
    rows = entries(meet("least-delay", slow_leaves="11:50", posts=posts), "s0-s1")
    # slow at 15:50: clears at 16:20, 10 min x 9 = 90; fast first clears at 16:40: 50 min x 1
    assert rows[1:3] == [(clock(16, 10), "fast", HOMEWARD), (clock(16, 40), "slow", OUTWARD)]


def shuttle(rule, batch=3):
    """One section of 5 h, a train out each hour: both ends wait all the time."""
    made = make(
        (300.0,),
        duration_d=6,
        run_out_d=60,
        services={"train": {"rake_wagons": 1, "departs": {"longest_wait_h": 1}}},
        flows={"out": {"tonnes_per_year": 60 * 365 * 24}},
        terminals={"mill": {"gangs": 60}, "market": {"tracks": 200, "gangs": 200}},
    )
    return replace(made, arrays=replace(made.arrays, dispatch=rule, dispatch_batch=batch))


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_fleeting_sends_a_batch_one_way_and_then_the_other_4_11(batch):
    made = shuttle("fleeting", batch)
    frame = frame_of(made.run())
    headings = frame[(frame["event"] == Code.ENTER) & (frame["place"] == 1)]["unit"].tolist()
    # the first train back (5 h out, 1 h placing, 3 h work) asks 4 h after it arrived, so the second
    # outward train goes in any case; from then on both ends have trains that wait
    n = 1 if batch == 1 else 0
    expected = [OUTWARD] * n + ([OUTWARD] * batch + [HOMEWARD] * batch) * 4
    assert headings[: len(expected)] == expected
    check_all(made.arrays, made.run(), finished=True)


def test_fleeting_never_waits_for_a_train_that_is_not_there_4_11():
    # a single train a day: nothing to batch, the rule changes nothing
    made = make((30.0, 30.0), duration_d=4)
    other = replace(made.arrays, dispatch="fleeting", dispatch_batch=50)
    assert made.run() == replicate(other, 0)


def weighted_delay(arrays, events):
    """Return hours waited on lines with meets, each times its train's weight."""
    frame = frame_of(events)
    rows = frame[(frame["train"] >= 0) & (frame["lot"] < 0)].sort_values("train", kind="stable")
    lasts = rows["time_ms"].shift(-1) - rows["time_ms"]
    causes = [Cause.MEET, Cause.FOLLOW, Cause.STATION_FULL, Cause.HELD]
    waits = (rows["event"] == Code.WAITS) & rows["cause"].isin(causes)
    formed = frame[frame["event"] == Code.FORMED].set_index("train")["place"]
    priority = arrays.services.priority[formed.reindex(rows["train"][waits]).to_numpy()]
    return float((lasts[waits].to_numpy() * (10 - priority)).sum() / HOUR_MS)


def test_least_delay_costs_no_more_than_first_come_on_average():
    from properties.test_engine import random_line

    shares = []
    for seed in range(30 if LONG else 10):
        arrays = random_line(seed).arrays
        costs = [
            weighted_delay(a, replicate(a, 0))
            for a in (replace(arrays, dispatch=rule) for rule in ("first-come", "least-delay"))
        ]
        if costs[0] > 0:
            shares.append(costs[1] / costs[0])
    assert len(shares) > (20 if LONG else 6)
    assert np.mean(shares) < 1
