"""Freight by the year and by contract: which windows it is offered in, and how much in each."""

from datetime import date
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from lines import make

from sim.arrays.hours import Clock
from sim.arrays.offers import offer_windows
from sim.model.hours import Month
from sim.runs.drawing import draw_luck
from sim.units import DAY_MS

EVEN = dict.fromkeys(get_args(Month), 1.0)


def windows(made, flow="out"):
    clock = Clock(made.scenario)
    found = offer_windows(made.scenario, made.scenario.flows[flow], clock)
    return [(start / DAY_MS, end / DAY_MS, tonnes) for start, end, tonnes in found]


def dealt(first, last, *, tonnes=930, season=None, **changes):
    deal = {"tonnes": tonnes, "first": first, "last": last}
    flow = {"tonnes_per_year": None, "contract": deal, "season": season}
    return make((30.0,), flows={"out": flow}, **changes)


def test_a_contract_is_parted_by_the_days_of_its_months_3_1():
    # 22 of January's 31 days from the 10th on, and 14 of February's 28: weights 22/31 and 1/2
    made = dealt("2027-01-10", "2027-02-14", duration_d=60)
    whole = 22 / 31 + 1 / 2
    assert windows(made) == [
        (9, 31, pytest.approx(930 * 22 / 31 / whole)),
        (31, 45, pytest.approx(930 / 2 / whole)),
    ]
    # 930 t in lots of 60 t: 15.5, rounded half up
    assert made.arrays.n_lots == 16
    offered = draw_luck(made.arrays, 0).offered_ms / DAY_MS
    assert 9 <= offered.min() <= offered.max() < 45


def test_a_contract_follows_its_season_3_1():
    months = EVEN | {"jan": 0.0, "feb": 2.0}
    made = dealt(
        "2027-01-10", "2027-02-28", season="s", seasons={"s": {"months": months}}, duration_d=60
    )
    assert windows(made) == [(9, 31, 0.0), (31, 59, pytest.approx(930))]


def test_what_lies_outside_the_period_is_not_offered_3_1():
    # the whole of December and January, of which the first 11 days fall into the period
    made = dealt("2026-12-01", "2027-01-31", tonnes=1000, duration_d=11)
    assert windows(made) == [(0, 11, pytest.approx(500 * 11 / 31))]
    assert windows(dealt("2026-12-01", "2026-12-31")) == []


def test_a_flow_without_a_window_sets_no_timer_and_runs_3_1():
    made = dealt("2028-12-01", "2028-12-31")
    assert made.arrays.n_lots == 0
    assert len(made.run()) == 0


def test_growth_begins_with_the_second_calendar_year_3_1():
    flow = {"tonnes_per_year": 12_000, "growth_frac_per_year": 0.1}
    made = make((30.0,), start_date="2027-12-01", duration_d=31 + 366 + 31, flows={"out": flow})
    tonnes = [t for *_, t in windows(made)]
    assert tonnes[0] == 1000
    assert tonnes[1:13] == [pytest.approx(1100)] * 12
    assert tonnes[13:] == [pytest.approx(1210)]


def test_no_growth_is_none_to_the_bit():
    made = make((30.0,), duration_d=800, flows={"out": {"tonnes_per_year": 12_345.6}})
    grown = make(
        (30.0,),
        duration_d=800,
        flows={"out": {"tonnes_per_year": 12_345.6, "growth_frac_per_year": 0.0, "priority": 5}},
    )
    assert made.run() == grown.run()


@settings(max_examples=60, deadline=None)
@given(
    st.dates(date(2027, 1, 1), date(2028, 6, 1)),
    st.integers(0, 400),
    st.floats(1, 1e6),
    st.sampled_from([None, "s"]),
)
def test_a_contract_within_the_period_is_offered_whole(first, days, tonnes, season):
    last = date.fromordinal(first.toordinal() + days)
    made = dealt(
        first.isoformat(),
        last.isoformat(),
        tonnes=tonnes,
        season=season,
        seasons={"s": {"months": EVEN | {"jan": 0.5, "feb": 1.5}}},
        duration_d=1000,
    )
    found = windows(made)
    assert sum(t for *_, t in found) == pytest.approx(tonnes)
    assert found[0][0] == (first - date(2027, 1, 1)).days
    assert found[-1][1] == (last - date(2027, 1, 1)).days + 1
    assert all(a[1] == b[0] for a, b in pairwise(found))
    assert abs(made.arrays.n_lots * 60 - tonnes) <= 30 + 1e-6


def test_wagons_in_repair_are_rounded_down():
    def in_service(wagons, share):
        fleet = {"wagons": {"wagons": wagons, "repair_frac": share}}
        return make((30.0,), fleets=fleet).arrays.bases.wagons.tolist()

    assert in_service(100, 0.07) == [93]
    assert in_service(100, 0.079) == [93]
    assert in_service(100, 0.29) == [71]  # 0.29 x 100 is 28.999... in binary
    assert in_service(1, 0.9) == [1]


def test_rates_by_packaging_and_lots_of_a_flow_of_its_own():
    rates = {"rates_by_packaging_t_per_h": {"bulk": 120.0}}
    grain = {"value_usd_per_t": 200, "wagon_load_t": 60, "packaging": "bulk"}
    flow = {"commodity": "grain", "origin": "mill", "destination": "market", "legs": ["train"]}
    made = make(
        (30.0,),
        terminals={"mill": rates},
        commodities={"grain": grain},
        flows={
            "bulk": flow | {"tonnes_per_year": 6000},
            "small": flow | {"tonnes_per_year": 6000, "lot_t": 24},
        },
    )
    flows, draws = made.arrays.flows, draw_luck(made.arrays, 0)
    hours = {}
    for f, name in enumerate(made.arrays.names.flows):
        rows = slice(flows.lot_leg_base[f], flows.lot_leg_base[f + 1])
        loads, unloads = draws.load_ms[rows], draws.unload_ms[rows]
        hours[name] = {*np.unique(loads / 3_600_000), *np.unique(unloads / 3_600_000)}
    # at the mill bulk goes at 120 t/h, flour at 20; at the market all goes at 20
    assert hours == {"bulk": {0.5, 3.0}, "out": {3.0}, "small": {0.2, 1.2}}
    assert flows.lot_t.tolist() == [60, 60, 24]
