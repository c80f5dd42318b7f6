"""Wagons that go on over another gauge, worked by hand (docs/semantics.md, 4.14)."""

import json
from dataclasses import replace

import pytest
from effort import examples
from hypothesis import given, settings, strategies as st
from invariants import check_all, frame_of
from lines import Made, make, merged, plan_of, tree_of, ways_on

from sim.analysis.blame import train_pieces
from sim.analysis.fleets import fleet_table
from sim.analysis.flows import flow_table
from sim.analysis.outcome import Outcome
from sim.arrays.compiler import compile_corridor
from sim.model import Scenario
from sim.tables import Code
from sim.units import HOUR_MS


def over_the_break(**changes):
    """Return a line of two sections, the second of 1435 mm, with bogies exchanged at s1."""
    base = {
        "duration_d": 1,
        "terminals": {
            "break": {
                "station": "s1",
                "gauge_change": "bogie-exchange",
                "exchange": {
                    "trains": 1,
                    "wagons_at_once": 2,
                    "wagon_h": 1.0,
                    "empty_wagon_h": 0.5,
                    "bogie_sets": 3,
                },
            },
            "market": {"station": "s2"},
        },
        "wagon_types": {"covered": {"other_gauges_mm": [1435]}},
        "flows": {"out": {"tonnes_per_year": 60 * 3 * 365}},
        "services": {"train": {"rake_wagons": 3, "departs": {"longest_wait_h": 100}}},
    }
    tree = merged(tree_of(), merged(base, changes))
    plan = plan_of((30.0, 30.0))
    far = replace(plan.sections["s1-s2"], gauge_mm=1435)
    plan = replace(plan, sections={**plan.sections, "s1-s2": far})
    scenario = Scenario.model_validate_json(json.dumps(tree))
    return Made(scenario, plan, ways_on(plan), compile_corridor(scenario, plan, ways_on(plan)))


def instants(frame, code):
    return (frame.loc[frame["event"] == code, "time_ms"] / HOUR_MS).tolist()


def test_bogies_are_exchanged_two_wagons_at_once_out_and_home_4_14():
    made = over_the_break()
    assert made.arrays.names.posts == ("gauge at break",)
    assert made.arrays.names.pools == ("break bogies", "break bogies crews")
    frame = frame_of(made.run())
    formed, yard = instants(frame, Code.FORMED)[0], instants(frame, Code.YARD)[0]
    # 4 h + 0.5 h of line, three wagons in two goes of an hour, 0.5 h of line
    assert yard - formed == 4.5 + 2 + 0.5
    ready, home = instants(frame, Code.RETURN)[0], instants(frame, Code.HOME)[0]
    assert home - ready == 0.5 + 2 * 0.5 + 4.5
    taken, given = instants(frame, Code.POOL_TAKEN), instants(frame, Code.POOL_GIVEN)
    assert taken == [formed + 4.5]
    assert given == [ready + 1.5]


def test_a_second_train_waits_for_the_bogies_of_the_first_4_14():
    made = over_the_break(duration_d=2)
    outcome = Outcome(made.scenario, made.arrays, made.run())
    taken, given = (instants(outcome.frame, c) for c in (Code.POOL_TAKEN, Code.POOL_GIVEN))
    assert len(taken) == 2
    assert taken[1] >= given[0]
    pieces = train_pieces(outcome)
    waited = pieces[pieces["cause"] == "bogie shortage"]
    assert set(waited["place"]) == {"break bogies"}
    work = pieces[pieces["cause"] == "change of gauge"]
    assert set(work["group"]) == {"work"}
    hours = (work.groupby("direction")["length_ms"].unique() / HOUR_MS).to_dict()
    assert hours == {0: [2.0], 1: [1.0]}
    asked = instants(outcome.frame, Code.POOL_ASK)
    assert waited["length_ms"].sum() / HOUR_MS == taken[1] - asked[1]
    row = fleet_table(outcome).set_index("kind").loc["bogies"]
    assert (row["fleet"], row["units"], row["in_use_max"]) == ("break bogies", 3, 3)


def test_variable_gauge_wagons_need_no_bogies_4_14():
    made = over_the_break(
        terminals={
            "break": {
                "gauge_change": "variable-gauge",
                "exchange": {"bogie_sets": None, "wagons_at_once": 3, "wagon_h": 0.2},
            }
        }
    )
    frame = frame_of(made.run())
    assert not instants(frame, Code.POOL_ASK)
    assert round(instants(frame, Code.YARD)[0] - instants(frame, Code.FORMED)[0], 6) == 5.2


def test_trains_of_one_gauge_pass_by_4_14():
    made = make(
        (30.0, 30.0),
        terminals={
            "break": {
                "station": "s1",
                "gauge_change": "bogie-exchange",
                "exchange": {"trains": 1, "wagon_h": 1.0},
            }
        },
        flows={"out": {"tonnes_per_year": 60 * 3 * 365}},
    )
    assert not instants(frame_of(made.run()), Code.POST_QUEUE)


@settings(max_examples=examples(40), deadline=None)
@given(
    st.integers(0, 500),
    st.sampled_from([3, 4, 7, None]),
    st.integers(1, 2),
    st.sampled_from([None, 0]),
    st.booleans(),
)
def test_every_train_comes_home_and_bogies_are_conserved(seed, sets, trains, receiving, drawn):
    pools, stretches, kinds = {}, [], {}
    if drawn:
        effort = {"kind": "power", "power_kw": 2800, "start_kn": 500}
        figures = {"mass_t": 138, "length_m": 22, "max_speed_kmh": 100, "effort": effort}
        kinds = {"broad": {"gauge_mm": 1520, **figures}, "standard": {"gauge_mm": 1435, **figures}}
        pools = {
            "north": {"type": "broad", "between": ["home", "s1"], "locomotives": 1},
            "south": {"type": "standard", "between": ["s1", "s2"], "locomotives": 1},
        }
        stretches = [{"pool": "north", "upto": "s1"}, {"pool": "south"}]
    made = over_the_break(
        seed=seed,
        duration_d=6,
        run_out_d=200,
        lines={"line": {"spread_frac": 0.3}},
        locomotive_types=kinds,
        locomotive_pools=pools,
        terminals={
            "break": {"exchange": {"trains": trains, "bogie_sets": sets}},
            "market": {"tracks": 1, "receiving_tracks": receiving},
        },
        services={"train": {"return_wait_h": 5.0, "traction": stretches}},
        flows={"out": {"tonnes_per_year": 60 * 6 * 365}},
    )
    events = made.run()
    check_all(made.arrays, events, finished=True)
    frame = frame_of(events)
    name = "break bogies"
    pool = made.arrays.names.pools.index(name)
    here = frame[frame["place"] == pool]
    free = (here["event"].isin([Code.POOL_READY]) * here["unit"]).cumsum() - (
        here["event"].isin([Code.POOL_TAKEN]) * here["unit"]
    ).cumsum()
    if sets is not None:
        assert len(free)
        assert free.min() >= -sets
        assert free.iloc[-1] == 0


def test_a_wagon_pays_for_its_bogies_each_time_it_passes():
    exchange = {"terminals": {"break": {"exchange": {"charge_usd_per_wagon": 30}}}}
    made = over_the_break(**exchange)
    cost = flow_table(Outcome(made.scenario, made.arrays, made.run())).iloc[0]
    # a lot of 60 t pays 30 USD out and, its wagon going home empty, 30 USD home
    assert cost["exchange_usd_per_t"] == pytest.approx(1.0)
    back = {
        "commodity": "flour", "origin": "market", "destination": "mill", "lot_t": 50,
        "tonnes_per_year": 50 * 3 * 365, "legs": ["train"],
    }  # fmt: skip
    laden = over_the_break(
        **exchange, flows={"back": back}, services={"train": {"return_wait_h": 200}}
    )
    table = flow_table(Outcome(laden.scenario, laden.arrays, laden.run())).set_index("flow")
    assert table.loc["out", "exchange_usd_per_t"] == pytest.approx(0.5)
    assert table.loc["back", "exchange_usd_per_t"] == pytest.approx(30 / 50)
