"""Lots that take several legs: wagons, trucks, hours and money are kept apart, none is lost."""

import numpy as np
import pytest
from lines import make, merged

from sim.analysis.blame import wait_table
from sim.analysis.compare import compare_scenarios
from sim.analysis.costs import cost_table
from sim.analysis.fleets import fleet_table
from sim.analysis.flows import flow_table
from sim.analysis.outcome import Outcome
from sim.analysis.saving import result_tables
from sim.analysis.usage import terminal_table
from sim.analysis.wagons import return_rides, wagon_trips
from sim.arrays.compiler import compile_corridor
from sim.errors import DeadlockError
from sim.runs.replicate import replicate
from sim.tables import Code
from sim.units import HOUR_MS


def outcome_of(made, replication=0):
    return Outcome(made.scenario, made.arrays, made.run(replication))


def two_rails(**changes):
    """A line of two services that meet at a terminal half way, by different fleets."""
    base = {
        "duration_d": 6,
        "terminals": {
            "a-last-by-name": {"station": "s2", "tracks": 2, "gangs": 4, "work_cv_frac": 0.0},
            "market": {"station": "s1", "tracks": 2, "gangs": 4, "work_cv_frac": 0.0},
        },
        "fleets": {
            "second": {
                "wagon_type": "covered",
                "wagons": 60,
                "home": "market",
                "hire_usd_per_wagon_day": 50,
            }
        },
        "services": {
            "second": {
                "origin": "market",
                "destination": "a-last-by-name",
                "fleet": "second",
                "rake_wagons": 2,
                "departs": {"rule": "when-full", "longest_wait_h": 24},
                "return_wait_h": 12,
            },
        },
        "flows": {
            "out": {"destination": "a-last-by-name", "legs": ["train", "second"]},
            "home": {
                "commodity": "flour",
                "origin": "a-last-by-name",
                "destination": "mill",
                "tonnes_per_year": 8000,
                "legs": ["second", "train"],
            },
        },
    }
    return make((30.0, 30.0), **merged(base, changes))


def test_the_hours_of_every_flow_add_up_in_the_table():
    outcome = outcome_of(two_rails())
    hours = wait_table(outcome).groupby("flow")["hours_per_lot"].sum()
    flows = flow_table(outcome).set_index("flow")
    for flow in ("out", "home"):
        assert hours[flow] == pytest.approx(flows.loc[flow, "transit_mean_d"] * 24)


def test_the_road_beyond_a_post_is_on_the_road():
    made = make(
        (30.0,),
        terminals={"far": {"station": "home"}},
        posts={"control": {"station": "home", "mode": "road", "duration_h": 2}},
        trucks={"own": {"kind": "fleet", "trucks": 30, "payload_t": 20}},
        hauls={
            "road": {
                "origin": "market",
                "destination": "far",
                "trucks": "own",
                "speed_kmh": 25,
                "rate_usd_per_tkm": 0.1,
            }
        },
        flows={"out": {"destination": "far", "legs": ["train", "road"]}},
    )
    outcome = outcome_of(made)
    table = wait_table(outcome)
    expected = flow_table(outcome)["transit_mean_d"].iloc[0] * 24
    assert table["hours_per_lot"].sum() == pytest.approx(expected)
    assert set(table["place"]) <= {"mill", "market", "train", "far", "line", "road", "control"}


def test_each_wagon_is_matched_with_its_own_return():
    outcome = outcome_of(two_rails())
    trips = wagon_trips(outcome)
    assert not trips.duplicated(["lot", "service"]).any()
    back = trips.dropna(subset=["back_ms"])
    assert (back["back_ms"] > back["taken_ms"]).all()
    assert len(back) == (outcome.frame["event"] == Code.WAGON_BACK).sum()
    rides = return_rides(outcome)
    assert rides["trip"].notna().all()
    assert not rides.duplicated("trip").any(), "a wagon carries one lot home"


def test_the_hire_of_all_wagons_is_borne_by_the_lots_and_by_no_one_twice():
    made = two_rails()
    outcome = outcome_of(made)
    trips = wagon_trips(outcome)
    assert trips["back_ms"].notna().all()
    rates = np.array([{"train": 20, "second": 50}[s] for s in made.arrays.names.services])
    days = (trips["back_ms"] - trips["taken_ms"]) / (24 * HOUR_MS)
    total = float((days * rates[trips["service"]]).sum())
    cost = cost_table(outcome).set_index("flow")["wagon_usd_per_t"]
    lots = outcome.lots.groupby("flow").size()
    borne = sum(
        cost[name] * 60 * lots[f] for f, name in enumerate(made.arrays.names.flows) if f in lots
    )
    rode = set(return_rides(outcome)["lot"]) | set(trips["lot"])
    assert len(rode) == len(outcome.lots)
    assert borne == pytest.approx(total)


def test_trucks_of_two_fleets_keep_their_own_cycles():
    trucks = {"kind": "fleet", "trucks": 60, "payload_t": 20, "turnaround_h": 2}
    haul = {"speed_kmh": 25, "rate_usd_per_tkm": 0.1, "spread_frac": 0.0}
    made = make(
        (30.0,),
        terminals={"half": {"station": "home"}, "far": {"station": "s0"}},
        trucks={"one": trucks, "two": trucks | {"turnaround_h": 200}},
        hauls={
            "first": {"origin": "market", "destination": "half", "trucks": "one", **haul},
            "later": {"origin": "half", "destination": "far", "trucks": "two", **haul},
        },
        flows={"out": {"destination": "far", "legs": ["train", "first", "later"]}},
        run_out_d=60,
    )
    cycle_d = fleet_table(outcome_of(made)).set_index("fleet")["cycle_mean_d"]
    assert cycle_d["one"] == pytest.approx(6 / 24)
    assert cycle_d["two"] == pytest.approx(204 / 24)


def test_lots_that_never_get_a_wagon_wait_to_the_end():
    made = make(
        (30.0,),
        fleets={"wagons": {"wagons": 4}},
        run_out_d=0,
        flows={"out": {"tonnes_per_year": 90_000}},
        lines={"far": {"commercial_speed_kmh": 3}},
    )
    outcome = outcome_of(made)
    lots = outcome.frame[outcome.frame["lot"] >= 0]
    first = lots[lots["event"] == Code.OFFERED].set_index("lot")["time_ms"]
    served = lots[lots["event"] == Code.WAGON].set_index("lot")["time_ms"]
    waits = served.reindex(first.index).fillna(made.arrays.end_ms) - first
    assert served.reindex(first.index).isna().any()
    assert fleet_table(outcome)["wait_mean_h"].iloc[0] == pytest.approx(waits.mean() / HOUR_MS)


def test_nothing_delivered_gives_empty_waits_and_no_crash():
    made = make((30.0,), duration_d=1, run_out_d=0)
    tables = result_tables(outcome_of(made))
    assert tables["waits"].empty
    works = [(made.scenario, made.arrays)] * 2
    found = compare_scenarios(works, ["a", "b"], replications=2, workers=1)
    assert found.waits.empty


def test_a_terminal_shut_all_the_time_has_no_share_of_its_shift():
    hours = {"opens": "08:00", "closes": "16:00", "rest_days": ["friday"]}
    made = make((30.0,), duration_d=1, run_out_d=9, terminals={"mill": {"hours": hours}})
    table = terminal_table(outcome_of(made)).set_index("terminal")
    assert made.scenario.start_date.strftime("%A") == "Friday"
    assert np.isnan(table.loc["mill", "gang_shift_utilisation_frac"])


def test_hours_that_open_on_no_day_of_the_run_are_shut_not_open():
    hours = {
        "opens": "08:00",
        "closes": "16:00",
        "rest_days": ["tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    }
    made = make((30.0,), duration_d=2, run_out_d=0, terminals={"mill": {"hours": hours}})
    assert not (made.run().column("event") == Code.LOAD_START).any()


def test_a_timetable_without_a_departure_in_the_run_forms_no_train():
    departs = {"rule": "timetable", "times": ["06:00"], "days": ["thursday"]}
    made = make(
        (30.0,),
        duration_d=4,
        run_out_d=1,
        services={"train": {"departs": departs, "rake_wagons": 1}},
    )
    events = made.run()
    assert (events.column("event") == Code.LOAD_END).any()
    assert not (events.column("event") == Code.FORMED).any()


def test_a_section_shut_to_the_end_is_a_closure_not_a_deadlock():
    made = make(
        (30.0, 30.0),
        stations={"s1": {"tracks": 2, "usable_length_m": 60}},
        duration_d=5,
        run_out_d=5,
        disruptions={
            "slip": {
                "hits": {"sections": ["s1-s2"]},
                "effect": {"closed": True},
                "dates": {"first": "2027-01-01", "last": "2027-03-01"},
            }
        },
    )
    try:
        events = made.run()
    except DeadlockError as error:
        pytest.fail(f"no deadlock: {error}")
    assert not (events.column("event") == Code.YARD).any()


def test_the_order_of_services_fleets_and_terminals_in_a_file_is_nothing():
    made = two_rails()
    blocks = made.scenario.model_dump()
    turned = {k: dict(reversed(v.items())) if isinstance(v, dict) else v for k, v in blocks.items()}
    other = type(made.scenario).model_validate(turned, strict=False)
    assert list(other.services) == list(reversed(made.scenario.services))
    again = compile_corridor(other, made.plan, made.ways)
    assert replicate(again, 0) == made.run()
