"""Queues by priority, worked by hand (docs/semantics.md, 1.6)."""

from dataclasses import replace

import numpy as np
import pytest
from effort import examples
from hypothesis import given, settings, strategies as st
from invariants import check_all
from lines import make, merged

from sim.analysis.blame import lot_pieces, train_pieces
from sim.analysis.outcome import Outcome
from sim.engines.des import simulate
from sim.engines.des.waiting import WaitingLine
from sim.runs.drawing import draw_luck
from sim.tables import Code
from sim.units import HOUR_MS

FLOW = {"commodity": "flour", "origin": "mill", "destination": "market", "legs": ["train"]}
ROAD = {
    "terminals": {"shop": {"station": "home"}},
    "trucks": {"own": {"kind": "fleet", "trucks": 3, "payload_t": 20, "turnaround_h": 0}},
    "hauls": {
        "road": {
            "origin": "mill",
            "destination": "shop",
            "trucks": "own",
            "speed_kmh": 25,
            "spread_frac": 0.0,
            "rate_usd_per_tkm": 0.1,
        }
    },
}


def three_flows(last_priority, **changes):
    """Return three lots: `a` asks first, then `b`, then `c`."""
    flow = FLOW | {"tonnes_per_year": 60 * 365}
    base = {
        "duration_d": 1,
        "flows": {"out": None, "a": flow, "b": flow, "c": flow | {"priority": last_priority}},
        "services": {"train": {"rake_wagons": 1}},
    }
    return make((30.0,), **merged(base, changes))


def order(made, code, *, offered_h=(1, 2, 3)):
    """Return the flows in the order in which something happens to their lots."""
    at = np.array(offered_h, np.int64) * HOUR_MS
    events = simulate(made.arrays, replace(draw_luck(made.arrays, 0), offered_ms=at))
    check_all(made.arrays, events, finished=True)
    rows = events.rows[events.rows[:, 1] == code]
    flow = np.repeat(range(len(made.arrays.names.flows)), np.diff(made.arrays.flows.lot_ptr))
    return "".join(made.arrays.names.flows[flow[lot]] for lot in rows[:, 2])


@pytest.mark.parametrize(("priority", "expected"), [(5, "abc"), (1, "acb"), (9, "abc")])
def test_a_wagon_goes_to_the_lot_of_the_lower_number_1_6(priority, expected):
    # one wagon: `a` has it when the others ask
    made = three_flows(priority, fleets={"wagons": {"wagons": 1}})
    assert order(made, Code.WAGON) == expected


@pytest.mark.parametrize(("priority", "expected"), [(5, "abc"), (1, "acb")])
def test_a_gang_works_first_on_the_lot_of_the_lower_number_1_6(priority, expected):
    # one gang, three hours a wagon: it is at work on `a` when the others ask
    made = three_flows(priority, terminals={"mill": {"gangs": 1}})
    assert order(made, Code.LOAD_START) == expected


@pytest.mark.parametrize(("priority", "expected"), [(5, "abc"), (1, "acb")])
def test_trucks_go_to_the_lot_of_the_lower_number_1_6(priority, expected):
    # three trucks, three a lot, two hours a trip
    legs = {"legs": ["road"], "destination": "shop"}
    made = three_flows(priority, **ROAD, flows={"a": legs, "b": legs, "c": legs})
    assert order(made, Code.TRUCKS) == expected


@pytest.mark.parametrize(("priority", "expected"), [(5, "bc"), (1, "cb")])
def test_seats_for_the_way_home_go_to_the_lower_number_1_6(priority, expected):
    # `a` brings one wagon; `b` and `c` wait for its seat, and then for that of the next trip
    back = {"origin": "market", "destination": "mill"}
    made = three_flows(
        priority,
        flows={"a": {"tonnes_per_year": 120 * 365}, "b": back, "c": back},
        services={"train": {"return_wait_h": 1}},
    )
    found = order(made, Code.WAGON, offered_h=(1, 9, 2, 3))
    assert [f for f in found if f != "a"] == list(expected)


def test_a_lot_of_low_number_comes_first_even_if_it_needs_more_trucks_1_6():
    # 40 t and 60 t lots need two and three of three trucks; `c` blocks `b` until all three are free
    small = {"legs": ["road"], "destination": "shop", "lot_t": 40.0, "tonnes_per_year": 40 * 365}
    large = {"legs": ["road"], "destination": "shop"}
    made = three_flows(1, **ROAD, flows={"a": small, "b": small, "c": large})
    assert order(made, Code.TRUCKS) == "acb"
    assert order(made, Code.TRUCKS, offered_h=(1, 9, 2)) == "acb"


@settings(max_examples=examples(25), deadline=None)
@given(st.sampled_from([1, 4, 9]), st.integers(0, 1000))
def test_one_priority_for_all_is_the_same_as_none(priority, seed):
    made = {
        p: make(
            (30.0, 20.0),
            seed=seed,
            flows={"out": {"priority": p, "tonnes_per_year": 40_000}},
            fleets={"wagons": {"wagons": 9}},
        ).run()
        for p in (5, priority)
    }
    assert made[5] == made[priority]


@settings(max_examples=examples(20), deadline=None)
@given(st.integers(1, 9), st.integers(0, 1000))
def test_the_hours_of_a_lot_still_add_up_to_its_time(priority, seed):
    made = three_flows(
        priority, seed=seed, fleets={"wagons": {"wagons": 1}}, terminals={"mill": {"gangs": 1}}
    )
    outcome = Outcome(made.scenario, made.arrays, made.run())
    pieces, trains = lot_pieces(outcome), train_pieces(outcome)
    own = pieces[pieces["cause"] != "aboard"].groupby("lot")["length_ms"].sum()
    rides = pieces[pieces["cause"] == "aboard"]
    out = trains.loc[trains["direction"] == 0, "length_ms"]
    assert out.sum() == rides["length_ms"].sum(), "one lot a train"
    total = own.add(rides.groupby("lot")["length_ms"].sum(), fill_value=0)
    lots = outcome.lots
    assert np.array_equal(total.to_numpy(), (lots["delivered_ms"] - lots["offered_ms"]).to_numpy())


@given(st.lists(st.integers(1, 9), max_size=40))
def test_a_waiting_line_is_a_stable_sort(priorities):
    line = WaitingLine()
    for number, priority in enumerate(priorities):
        line.join((priority, number), priority)
    left = [line.leave() for _ in range(len(line))]
    assert left == sorted(((p, k) for k, p in enumerate(priorities)), key=lambda one: one[0])
