"""Shifts by the calendar and gaps between bans, as instants."""

from itertools import pairwise

import numpy as np
from lines import make

from sim.units import DAY_MS, HOUR_MS

WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def spans(made, gate):
    """Return the open spans of a gate in hours, those of the run from its first instant."""
    arrays = made.arrays
    g = arrays.names.gates.index(gate)
    rows = slice(arrays.gates.hours_ptr[g], arrays.gates.hours_ptr[g + 1])
    both = zip(arrays.gates.opens_ms[rows], arrays.gates.closes_ms[rows], strict=True)
    return [(int(a) / HOUR_MS, int(b) / HOUR_MS) for a, b in both if b > 0]


def at_mill(calendar, hours=None):
    """Return spans of a terminal with a calendar; the run begins on Friday, 1 January 2027."""
    given = {"calendar": "days"} | ({"hours": hours} if hours else {})
    made = make(duration_d=4, run_out_d=0, terminals={"mill": given}, calendars={"days": calendar})
    return spans(made, "terminal:mill")


def test_rest_days_of_hours_and_calendar_are_united_2_5():
    hours = {"opens": "08:00", "closes": "17:00", "rest_days": ["saturday"]}
    found = at_mill({"rest_days": ["friday"]}, hours)
    # shut on Friday and Saturday; Sunday is the third day
    assert found[0] == (56.0, 65.0)
    assert found[1] == (80.0, 89.0)


def test_without_hours_a_place_is_open_round_the_clock_but_for_the_calendar_2_5():
    found = at_mill({"holidays": {"feast": {"first": "2027-01-02"}}})
    assert found[0][1] == 24.0
    assert found[1][0] == 48.0
    assert found[1][1] > 4 * 24


def test_short_hours_stand_in_the_place_of_the_hours_2_5():
    short = {"first": "2027-01-02", "last": "2027-01-02", "opens": "09:00", "closes": "12:00"}
    calendar = {"short_hours": {"ramadan": short}}
    found = at_mill(calendar, {"opens": "07:00", "closes": "19:00"})
    assert found[:3] == [(7.0, 19.0), (33.0, 36.0), (55.0, 67.0)]
    assert at_mill(calendar)[1] == (33.0, 36.0)


def test_a_night_shift_goes_on_into_a_holiday_and_none_opens_on_it_2_5():
    calendar = {"holidays": {"feast": {"month_day": "01-02", "lasts_d": 2}}}
    found = at_mill(calendar, {"opens": "20:00", "closes": "04:00"})
    assert found[:3] == [(-4.0, 4.0), (20.0, 28.0), (92.0, 100.0)]


def test_a_place_without_a_working_day_in_the_run_is_shut_throughout_2_5():
    found = at_mill({"holidays": {"long": {"first": "2026-12-01", "last": "2027-02-01"}}})
    assert all(opens >= 4 * 24 for opens, _ in found)
    assert found


def test_a_yearly_holiday_may_run_over_new_year_2_5():
    found = at_mill({"holidays": {"year": {"month_day": "12-31", "lasts_d": 2}}})
    assert found[0][0] == 24.0


def test_bans_that_touch_are_one_and_begin_in_their_own_time_zone_2_6():
    made = make(
        (30.0,),
        duration_d=3,
        run_out_d=0,
        no_running={
            "night": {"lines": ["line"], "begins": "22:00", "ends": "03:00"},
            # 08:00 to 10:00 in Almaty, five hours ahead of UTC
            "track": {
                "sections": ["s0-s1"],
                "begins": "08:00",
                "ends": "10:00",
                "time_zone": "Asia/Almaty",
            },
        },
    )
    found = spans(made, "section:s0-s1")
    assert found[:3] == [(5.0, 22.0), (29.0, 46.0), (53.0, 70.0)]
    assert spans(made, "section:home-s0") == []


def test_a_ban_with_days_and_a_calendar_holds_on_working_days_only_2_6():
    made = make(
        (30.0,),
        duration_d=8,
        run_out_d=0,
        calendars={"days": {"holidays": {"feast": {"first": "2027-01-04"}}}},
        no_running={
            "track": {
                "lines": ["line"],
                "begins": "00:00",
                "ends": "24:00",
                "days": ["sunday", "monday"],
                "calendar": "days",
            }
        },
    )
    # Sunday the third; Monday the fourth is a feast; the next Sunday is the tenth
    found = spans(made, "section:s0-s1")
    assert [b for _, b in found][:1] == [48.0]
    assert found[1] == (72.0, 216.0)


def test_spans_rise_and_do_not_touch_over_a_year_with_summer_time():
    made = make(
        (30.0,),
        duration_d=400,
        time_zone="Europe/Berlin",
        no_running={"night": {"lines": ["line"], "begins": "02:00", "ends": "03:00"}},
        terminals={"mill": {"calendar": "days"}},
        calendars={"days": {"rest_days": ["sunday"]}},
    )
    for gate in ("section:s0-s1", "terminal:mill"):
        flat = np.array(spans(made, gate)).ravel()
        assert all(b > a for a, b in pairwise(flat))
    shut = [b - a for (_, a), (b, _) in pairwise(spans(made, "section:s0-s1"))]
    # the last Sundays of March have no such hour, those of October two
    assert set(shut) == {1.0, 2.0}


def test_maps_left_out_change_no_gate():
    made = make((30.0,), calendars={"days": {"rest_days": WEEK[:5]}})
    assert len(made.arrays.gates.opens_ms) == 0
    assert made.arrays.end_ms == 60 * DAY_MS
