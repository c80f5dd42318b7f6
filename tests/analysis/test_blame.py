"""Every hour of every trip has one cause, and they add up to the millisecond."""

import numpy as np
import pytest
from hypothesis import given
from lines import make
from properties.strategies import corridors
from properties.test_engine import SLOW

from sim.analysis.blame import lot_pieces, train_pieces, wait_table
from sim.analysis.free_time import free_hours
from sim.analysis.outcome import Outcome
from sim.units import HOUR_MS


def outcome_of(made, replication=0):
    return Outcome(made.scenario, made.arrays, made.run(replication))


@SLOW
@given(corridors())
def test_the_pieces_of_every_lot_add_up_to_its_transit_time(made):
    outcome = outcome_of(made)
    lots = outcome.lots[outcome.lots["delivered_ms"] >= 0]
    pieces = lot_pieces(outcome)
    total = pieces.groupby("lot")["length_ms"].sum().reindex(lots.index).fillna(0)
    assert (total == lots["delivered_ms"] - lots["offered_ms"]).all()
    assert (pieces["length_ms"] >= 0).all()


@SLOW
@given(corridors())
def test_time_without_waits_is_what_is_left_of_the_table_of_waits(made):
    outcome = outcome_of(made)
    table = wait_table(outcome)
    worked = table[table["group"] != "waiting"].groupby("flow")["hours_per_lot"].sum()
    for name, hours in zip(outcome.arrays.names.flows, free_hours(outcome), strict=True):
        if np.isnan(hours):
            assert name not in set(table["flow"])
        else:
            assert hours == pytest.approx(worked.get(name, 0.0), abs=1e-9)


@SLOW
@given(corridors())
def test_the_pieces_of_every_ride_add_up_to_the_ride(made):
    outcome = outcome_of(made)
    pieces = lot_pieces(outcome)
    rides = pieces[pieces["cause"] == "aboard"].drop_duplicates(["train", "direction"])
    made_of = train_pieces(outcome).groupby(["train", "direction"])["length_ms"].sum()
    for ride in rides.itertuples():
        assert made_of[(ride.train, ride.direction)] == ride.length_ms


def test_hours_by_cause_are_those_worked_by_hand():
    made = make(
        (30.0,),
        duration_d=1,
        flows={"out": {"tonnes_per_year": 60 * 365}},
        services={"train": {"rake_wagons": 1, "departs": {"longest_wait_h": 100}}},
    )
    hours = wait_table(outcome_of(made)).set_index(["cause", "place"])["hours_per_lot"]
    assert hours["running", "far"] == 4.0
    assert hours["running", "line"] == 0.5
    assert hours["loading", "mill"] == 3.0
    assert hours["unloading", "market"] == 3.0
    assert hours["placing", "market"] == 1.0
    assert hours.sum() == 11.5


def test_a_wait_at_a_shut_gate_is_booked_to_the_hours_and_one_at_a_closure_to_the_closure():
    made = make(
        (30.0,),
        duration_d=6,
        terminals={"market": {"hours": {"opens": "10:00", "closes": "12:00"}}},
        disruptions={
            "strike": {
                "hits": {"terminals": ["mill"]},
                "effect": {"closed": True},
                "dates": {"first": "2027-01-02", "last": "2027-01-03"},
            }
        },
    )
    waits = wait_table(outcome_of(made)).set_index(["cause", "place"])["hours_per_lot"]
    assert waits["opening hours", "market"] > 5
    assert waits["closure strike", "mill"] > 1
    assert ("opening hours", "mill") not in waits.index


def test_the_shares_of_each_flow_are_one():
    made = make((30.0, 30.0))
    table = wait_table(outcome_of(made))
    assert table["share_frac"].sum() == pytest.approx(1.0)
    lots = outcome_of(made).lots
    mean_h = np.mean(lots["delivered_ms"] - lots["offered_ms"]) / HOUR_MS
    assert table["hours_per_lot"].sum() == pytest.approx(mean_h)


def test_where_nothing_is_delivered_there_are_no_pieces():
    nothing = {"hits": {"flows": ["out"]}, "effect": {"demand_frac": 0.0},
               "dates": {"first": "2027-01-01", "last": "2027-12-31"}}  # fmt: skip
    made = make(disruptions={"nothing": nothing})
    assert lot_pieces(Outcome(made.scenario, made.arrays, made.run())).empty
