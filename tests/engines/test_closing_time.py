"""Calendars, bans and work that stands still, worked by hand (docs/semantics.md, 2.5 to 2.7)."""

from itertools import pairwise

import pytest
from effort import examples
from engines.test_hand_worked import one_train, times
from hypothesis import HealthCheck, given, settings
from lines import make
from properties.strategies import corridors

from sim.analysis.blame import lot_pieces, wait_table
from sim.analysis.outcome import Outcome
from sim.analysis.usage import terminal_table
from sim.kernels.gates import shut_time
from sim.runs.drawing import draw_luck
from sim.tables import Cause, Code
from sim.units import HOUR_MS

DAY_H = 24


def hours(events, code, **where):
    return [ms / HOUR_MS for ms in times(events, code, **where)]


def booked(made, events):
    table = wait_table(Outcome(made.scenario, made.arrays, events))
    return table.set_index(["cause", "place"])["hours_per_lot"]


def one_lot_at_a_time(**mill):
    """Lots through the year, each loaded in 3 h by the one gang of the mill as the gate allows."""
    hours = {"opens": "08:00", "closes": "16:00", "at_closing": "interrupt"}
    return one_train(
        duration_d=4,
        terminals={"mill": {"gangs": 1, "hours": hours, **mill}},
        flows={"out": {"tonnes_per_year": 60 * 365 * 6}},
        services={"train": {"rake_wagons": 1}},
    )


def test_a_gang_stands_still_at_night_and_goes_on_in_the_morning_2_7():
    events = one_lot_at_a_time().run()
    starts, ends = hours(events, Code.LOAD_START), hours(events, Code.LOAD_END)
    # 3 h a lot, 8 h a day, always one in the queue: 08-11, 11-14, then 14-16 and 08-09 of the
    # next day (hour 33); the one that begins at 13:00 of the third day ends at its closing, 64
    assert starts[:9] == [8, 11, 14, 33, 36, 39, 58, 61, 80]
    assert ends[:9] == [11, 14, 33, 36, 39, 58, 61, 64, 83]


def test_work_done_at_the_closing_ends_at_it_after_the_gates_row_2_7():
    # 4 h a lot from 08:00: the second ends at 16:00, the instant of closing
    made = one_lot_at_a_time(load_rate_t_per_h=15)
    events = made.run()
    ends = hours(events, Code.LOAD_END)
    assert ends[:4] == [12, 16, 36, 40]
    gate = made.arrays.names.gates.index("terminal:mill")
    rows = events.rows.tolist()
    for at, row in enumerate(rows):
        if row[1] == Code.LOAD_END and row[0] % (DAY_H * HOUR_MS) == 16 * HOUR_MS:
            before = [r[5] for r in rows[:at] if r[1] == Code.GATE and r[4] == gate]
            assert before[-1] == 1


def test_a_control_stands_still_over_a_holiday_2_7():
    posts = {
        "control": {
            "station": "s0",
            "servers": 1,
            "duration_h": 30,
            "hours": {
                "opens": "00:00",
                "closes": "24:00",
                "calendar": "days",
                "at_closing": "interrupt",
            },
        }
    }
    feasts = {f"d{k}": {"first": f"2027-01-{k:02d}"} for k in (3, 5, 7)}
    events = one_train(posts=posts, calendars={"days": {"holidays": feasts}}).run()
    start, end = hours(events, Code.POST_START)[0], hours(events, Code.POST_END)[0]
    # open on the 1st, 2nd, 4th, 6th and from the 8th: 30 h from any hour of an open day
    opened = [h for h in range(24 * 12) if h // DAY_H + 1 not in (3, 5, 7)]
    assert int(start) in opened
    left = start - int(start)
    assert end == opened[opened.index(int(start)) + 30] + left


def test_a_closure_stops_work_too_2_7_and_blame_names_it():
    closures = {
        "strike": {
            "hits": {"terminals": ["mill"]},
            "effect": {"closed": True},
            "dates": {"first": "2027-01-03", "last": "2027-01-03"},
        }
    }
    made = one_train(
        duration_d=3,
        terminals={
            "mill": {
                "gangs": 1,
                "load_rate_t_per_h": 2,
                "hours": {"opens": "00:00", "closes": "24:00", "at_closing": "interrupt"},
            }
        },
        disruptions=closures,
        services={"train": {"rake_wagons": 1}},
    )
    events = made.run()
    # 30 h a lot: one that begins before the 3rd and does not end before it takes 54
    taken = {
        round(b - a, 6)
        for a, b in zip(hours(events, Code.LOAD_START), hours(events, Code.LOAD_END), strict=True)
    }
    assert taken == {30, 54}
    outcome = Outcome(made.scenario, made.arrays, events)
    pieces = lot_pieces(outcome)
    work = pieces[pieces["cause"] == "loading"]
    assert set(work["length_ms"]) == {30 * HOUR_MS}
    strikes = pieces[pieces["cause"] == "closure strike"]
    assert set(strikes["group"]) == {"waiting"}


def test_work_that_is_finished_after_closing_is_work_2_2():
    made = one_lot_at_a_time(hours={"opens": "08:00", "closes": "16:00"})
    events = made.run()
    starts, ends = hours(events, Code.LOAD_START), hours(events, Code.LOAD_END)
    assert {round(b - a, 6) for a, b in zip(starts, ends, strict=True)} == {3}
    assert booked(made, events)["loading", "mill"] == pytest.approx(3)


def test_standing_still_is_no_use_of_the_shift_2_7():
    made = one_lot_at_a_time()
    table = terminal_table(Outcome(made.scenario, made.arrays, made.run())).set_index("terminal")
    assert 0.5 < table.loc["mill", "gang_shift_utilisation_frac"] <= 1


def test_a_gate_shut_to_the_end_of_the_run_ends_no_work_2_7():
    closures = {
        "war": {
            "hits": {"terminals": ["mill"]},
            "effect": {"closed": True},
            "dates": {"first": "2027-01-02", "last": "2028-01-01"},
        }
    }
    made = one_train(
        terminals={
            "mill": {
                "load_rate_t_per_h": 2,
                "hours": {"opens": "00:00", "closes": "24:00", "at_closing": "interrupt"},
            }
        },
        disruptions=closures,
    )
    events = made.run()
    assert hours(events, Code.LOAD_START)
    assert hours(events, Code.LOAD_END) == []


def with_ban(ban, **changes):
    return make(
        (30.0, 30.0),
        duration_d=6,
        flows={"out": {"tonnes_per_year": 60 * 365 * 8}},
        services={"train": {"rake_wagons": 1, "departs": {"longest_wait_h": 1}}},
        no_running={"night": {"begins": "22:00", "ends": "05:00"} | ban},
        **changes,
    )


@pytest.mark.parametrize(
    ("ban", "sections"), [({"lines": ["line"]}, (1, 2)), ({"sections": ["home-s0"]}, (0,))]
)
def test_nothing_enters_at_night_and_what_is_inside_finishes_2_6(ban, sections):
    made = with_ban(ban)
    events = made.run()
    enters = [t % DAY_H for s in sections for t in hours(events, Code.ENTER, place=s)]
    # a run through two sections of 0.5 h each may enter the second up to half an hour later
    assert all(5 <= t < 22.5 for t in enters)
    assert 5 in enters
    leaves = [t % DAY_H for s in sections for t in hours(events, Code.LEAVE, place=s)]
    assert any(t >= 22 or t < 5 for t in leaves)
    waits = times(events, Code.WAITS, cause=Cause.SECTION_CLOSED)
    assert waits


def test_waits_for_a_ban_are_opening_hours_and_those_for_a_closure_its_own_2_6():
    closures = {
        "flood": {
            "hits": {"sections": ["s0-s1"]},
            "effect": {"closed": True},
            "dates": {"first": "2027-01-03", "last": "2027-01-03"},
        }
    }
    made = with_ban({"lines": ["line"]}, disruptions=closures)
    waits = booked(made, made.run())
    assert waits["opening hours", "line"] > 0
    assert waits["closure flood", "line"] > 0
    assert "section closed" not in {cause for cause, _ in waits.index}


def test_a_single_train_before_a_ban_waits_to_the_minute_2_6():
    made = one_train(no_running={"all": {"lines": ["line"], "begins": "00:01", "ends": "24:00"}})
    events = made.run()
    # the line opens for a minute at each midnight; the train then takes its half hour
    asked, entered = times(events, Code.WAITS)[0], times(events, Code.ENTER, place=1)[0]
    assert entered % (DAY_H * HOUR_MS) == 0
    waits = booked(made, events)
    assert waits["opening hours", "line"] == pytest.approx((entered - asked) / HOUR_MS)


def test_a_ban_on_a_road_holds_trucks_back_2_6():
    made = one_train(
        terminals={"shop": {"station": "home"}},
        trucks={"own": {"kind": "fleet", "trucks": 30, "payload_t": 20}},
        hauls={
            "road": {
                "origin": "market",
                "destination": "shop",
                "trucks": "own",
                "speed_kmh": 25,
                "rate_usd_per_tkm": 0.1,
                "loading_h": 1,
            }
        },
        flows={"out": {"destination": "shop", "legs": ["train", "road"]}},
        no_running={"dark": {"sections": ["road"], "begins": "00:01", "ends": "24:00"}},
    )
    events = made.run()
    assert {t % DAY_H for t in hours(events, Code.ROAD)} == {0.0}
    assert booked(made, events)["opening hours", "road"] > 0


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(corridors())
def test_the_open_time_of_work_that_stands_still_is_its_drawn_work_2_7(made):
    draws, outcome = draw_luck(made.arrays, 0), Outcome(made.scenario, made.arrays, made.run())
    flows, names = made.arrays.flows, made.arrays.names
    frame = outcome.of(Code.LOAD_START, Code.LOAD_END)
    for (lot, place), rows in frame.groupby(["lot", "place"]):
        if len(rows) != 2:
            continue
        start, end = rows["time_ms"]
        flow = outcome.flow_of_lot[lot]
        if flows.leg_ptr[flow + 1] - flows.leg_ptr[flow] != 1:
            continue
        work = draws.load_ms[flows.lot_leg_base[flow] + lot - flows.lot_ptr[flow]]
        changes = outcome.gate_changes[names.gates.index(f"terminal:{names.terminals[place]}")]
        shut = shut_time(*changes, [start], [end], range(1, 9))[0]
        stands = made.arrays.terminals.stands_shut[place]
        assert end - start == work + (shut if stands else 0)


def test_no_two_lots_are_worked_by_one_gang_at_once_though_it_stands_still_2_7():
    events = one_lot_at_a_time().run()
    starts, ends = times(events, Code.LOAD_START), times(events, Code.LOAD_END)
    assert all(a <= b for a, (b, _) in zip(ends, pairwise(starts[1:]), strict=False))
