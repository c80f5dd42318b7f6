"""Small corridors worked by hand, to the millisecond (docs/semantics.md, paragraph in each)."""

from dataclasses import replace

import numpy as np
import pytest
from lines import make, merged, rows_of, times

from sim.analysis.fleets import fleet_table
from sim.analysis.outcome import Outcome
from sim.runs.replicate import replicate
from sim.tables import Code
from sim.units import HOUR_MS


def one_train(**changes):
    base = {
        "duration_d": 1,
        "flows": {"out": {"tonnes_per_year": 60 * 2 * 365}},
        "services": {"train": {"rake_wagons": 2, "departs": {"longest_wait_h": 100}}},
    }
    return make((30.0,), **merged(base, changes))


def test_a_train_of_two_wagons_takes_the_sum_of_its_steps_4_1_to_5_2():
    events = one_train().run()
    formed = times(events, Code.FORMED)[0]
    # 100 km at 25 km/h and 30 km at 60 km/h, an hour of placing, 3 h of unloading by two gangs
    assert times(events, Code.YARD)[0] - formed == 4.5 * HOUR_MS
    assert times(events, Code.PLACED)[0] - formed == 5.5 * HOUR_MS
    assert times(events, Code.EMPTIED)[0] - formed == 8.5 * HOUR_MS
    assert times(events, Code.HOME)[0] - formed == 13 * HOUR_MS


def test_a_full_train_leaves_when_its_last_wagon_is_loaded_3_4():
    events = one_train().run()
    assert times(events, Code.FORMED)[0] == times(events, Code.LOAD_END)[1]


def test_a_short_train_leaves_at_the_longest_wait_3_4():
    made = one_train(services={"train": {"rake_wagons": 9, "departs": {"longest_wait_h": 30}}})
    events = made.run()
    loaded = times(events, Code.LOAD_END)
    assert times(events, Code.FORMED) == [loaded[0] + 30 * HOUR_MS]


def test_a_timetabled_train_takes_what_is_loaded_3_5():
    departs = {"rule": "timetable", "times": ["06:00"]}
    events = one_train(services={"train": {"rake_wagons": 9, "departs": departs}}).run()
    assert times(events, Code.FORMED)[0] % (24 * HOUR_MS) == 6 * HOUR_MS


def test_a_wagon_is_back_in_the_pool_when_its_train_is_home_6_4():
    events = one_train().run()
    assert times(events, Code.WAGON_BACK) == [times(events, Code.HOME)[0]] * 2


def test_a_lot_waits_for_a_wagon_when_the_pool_is_empty_3_3():
    made = one_train(fleets={"wagons": {"wagons": 1}}, services={"train": {"rake_wagons": 1}})
    events = made.run()
    assert times(events, Code.WAGON)[1] == times(events, Code.WAGON_BACK)[0]


def test_an_opposing_train_waits_at_the_loop_for_the_section_4_4():
    made = make(
        (30.0, 30.0),
        duration_d=2,
        flows={"out": {"tonnes_per_year": 60 * 365 * 12}},
        services={"train": {"rake_wagons": 1, "departs": {"longest_wait_h": 1}}},
    )
    events = made.run()
    waits = times(events, Code.WAITS)
    assert waits, "so many trains must meet"
    sections = made.arrays.names.sections
    for section in range(1, len(sections)):
        enters = times(events, Code.ENTER, place=section)
        leaves = times(events, Code.LEAVE, place=section)
        assert all(b >= a for a, b in zip(leaves, enters[1:], strict=False))


def test_clearance_keeps_a_section_blocked_4_7():
    changes = {
        "duration_d": 2,
        "flows": {"out": {"tonnes_per_year": 60 * 365 * 24}},
        "services": {"train": {"rake_wagons": 1, "departs": {"longest_wait_h": 1}}},
    }
    events = make((30.0, 30.0), lines={"line": {"clearance_min": 10}}, **changes).run()
    enters = times(events, Code.ENTER, place=1)
    leaves = times(events, Code.LEAVE, place=1)
    gaps = [b - a for a, b in zip(leaves, enters[1:], strict=False)]
    assert min(gaps) == 10 * 60_000


def test_a_train_that_stood_loses_its_stop_and_start_4_8():
    changes = {
        "duration_d": 2,
        "flows": {"out": {"tonnes_per_year": 60 * 365 * 12}},
        "services": {"train": {"rake_wagons": 1, "departs": {"longest_wait_h": 1}}},
    }
    made = make((30.0, 30.0), **changes)
    programs = made.arrays.programs
    lost_ms = np.full(len(programs.op), 7 * 60_000)
    slow = replace(
        made.arrays, programs=replace(programs, stand_ms=lost_ms, stand_empty_ms=lost_ms)
    )
    rows = rows_of(replicate(slow, 0))
    last, took = {}, {True: set(), False: set()}
    for row in rows:
        if row["event"] == Code.ENTER and row["place"] > 0:
            before = last.get(row["train"])
            stood = before is not None and before[0] > 0 and before[1] < row["time_ms"]
            entered = (row["time_ms"], stood and before[2] == row["unit"])
            last[row["train"]] = (row["place"], entered, row["unit"])
        elif row["event"] == Code.LEAVE and row["place"] > 0:
            _, (began, stood), unit = last[row["train"]]
            took[stood].add(row["time_ms"] - began)
            last[row["train"]] = (row["place"], row["time_ms"], unit)
    assert took == {True: {37 * 60_000}, False: {30 * 60_000}}


def by_road(trucks, **haul):
    """One train, and trucks from the market on: 50 km in two hours, three trucks a lot."""
    road = {"origin": "market", "destination": "far-market", "trucks": "own", "speed_kmh": 25}
    return one_train(
        terminals={"far-market": {"station": "home"}},
        trucks={"own": {"payload_t": 20} | trucks},
        hauls={"road": road | {"spread_frac": 0.0, "rate_usd_per_tkm": 0.1} | haul},
        flows={"out": {"destination": "far-market", "legs": ["train", "road"]}},
    )


def test_a_haul_takes_trucks_there_and_back_7():
    events = by_road({"kind": "fleet", "trucks": 3, "turnaround_h": 2}, loading_h=1).run()
    hired, delivered = times(events, Code.TRUCKS), times(events, Code.DELIVERED)
    # three trucks a lot, three in all: the second lot waits for the way back of the first
    assert delivered[0] - hired[0] == 3 * HOUR_MS
    assert times(events, Code.TRUCKS_BACK)[0] - delivered[0] == 4 * HOUR_MS
    assert hired[1] == times(events, Code.TRUCKS_BACK)[0]


@pytest.mark.parametrize(("rotation_h", "apart_h"), [(0, 7), (5, 7), (20, 20)])
def test_a_truck_waits_for_its_turn_after_a_load_7_4(rotation_h, apart_h):
    # three of four trucks are available, three a lot: an hour of loading, two out, two of
    # turnaround and two back are seven hours from one load to the next, or the rotation's
    rule = {"availability_frac": 0.8, "rotation_h": rotation_h}
    made = by_road({"kind": "fleet", "trucks": 4, "turnaround_h": 2} | rule, loading_h=1)
    events = made.run()
    hired, back = times(events, Code.TRUCKS), times(events, Code.TRUCKS_BACK)
    assert hired[1] == back[0] == hired[0] + apart_h * HOUR_MS
    assert times(events, Code.DELIVERED)[0] == hired[0] + 3 * HOUR_MS
    fleets = fleet_table(Outcome(made.scenario, made.arrays, events)).set_index("fleet")
    assert fleets.loc["own", "units"] == 3


def test_a_market_offers_those_that_are_available_7_4():
    made = by_road({"kind": "market", "trucks_per_day": 5, "availability_frac": 0.7})
    # 3.5 a day: three and four in turn
    assert made.arrays.trucks.morning_trucks.tolist()[:4] == [3, 4, 3, 4]


def test_a_post_serves_one_after_the_other_and_rests_at_night_2_and_4_9():
    made = make(
        (30.0,),
        duration_d=3,
        posts={
            "control": {
                "station": "s0",
                "servers": 1,
                "duration_h": 2,
                "hours": {"opens": "08:00", "closes": "16:00"},
            }
        },
        flows={"out": {"tonnes_per_year": 60 * 365 * 8}},
        services={"train": {"rake_wagons": 1, "departs": {"longest_wait_h": 1}}},
    )
    events = made.run()
    starts, ends = times(events, Code.POST_START), times(events, Code.POST_END)
    assert all(8 * HOUR_MS <= t % (24 * HOUR_MS) < 16 * HOUR_MS for t in starts)
    assert all(b - a == 2 * HOUR_MS for a, b in zip(starts, ends, strict=True))
    assert all(b >= a for a, b in zip(ends, starts[1:], strict=False))
    assert 8 * HOUR_MS in {t % (24 * HOUR_MS) for t in starts}


def test_return_freight_rides_home_in_the_emptied_wagons_6_2():
    made = one_train(
        services={"train": {"return_wait_h": 12, "cleaning_h": 3}},
        flows={
            "back": {
                "commodity": "flour",
                "origin": "market",
                "destination": "mill",
                "tonnes_per_year": 60 * 365,
                "legs": ["train"],
            }
        },
    )
    events = made.run()
    back = made.arrays.flows.lot_ptr[made.arrays.names.flows.index("back")]
    seat = [r for r in events.rows.tolist() if r[1] == Code.WAGON and r[2] == back]
    assert seat, "the drinks got a wagon"
    home, unloaded = times(events, Code.HOME)[0], times(events, Code.UNLOAD_END, lot=back)[0]
    assert unloaded > home
    # the other wagon is free at once, this one after three hours of cleaning
    assert sorted(times(events, Code.WAGON_BACK)) == [home, unloaded + 3 * HOUR_MS]
