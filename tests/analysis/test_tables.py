"""Flows, costs, use of places and fleets, against figures worked by hand."""

import numpy as np
import pytest
from invariants import frame_of
from lines import make

from sim.analysis.costs import cost_table
from sim.analysis.fleets import fleet_table
from sim.analysis.flows import flow_table
from sim.analysis.metrics import metric_table
from sim.analysis.outcome import Outcome
from sim.analysis.saving import result_tables
from sim.analysis.tracing import trace_table
from sim.analysis.usage import post_table, section_table, station_table, terminal_table
from sim.tables import EVENTS, Code, columns
from sim.units import DAY_MS


def outcome_of(made, replication=0):
    return Outcome(made.scenario, made.arrays, made.run(replication))


def one_wagon(**changes):
    return make(
        (30.0,),
        duration_d=1,
        flows={"out": {"tonnes_per_year": 60 * 365}},
        services={"train": {"rake_wagons": 1, "departs": {"longest_wait_h": 100}}},
        **changes,
    )


def test_transit_and_throughput_of_one_lot():
    row = flow_table(outcome_of(one_wagon())).iloc[0]
    assert row["offered_t"] == 60
    assert row["transit_mean_d"] == pytest.approx(11.5 / 24)
    assert row["transit_p95_d"] == row["transit_p50_d"] == row["transit_mean_d"]
    assert row["delivered_t"] + row["delivered_late_t"] == 60
    assert row["unfinished_t"] == 0


def test_a_lot_that_cannot_arrive_is_unfinished_and_has_no_time():
    made = one_wagon(run_out_d=0, terminals={"mill": {"load_rate_t_per_h": 0.1}})
    row = flow_table(outcome_of(made)).iloc[0]
    assert row["unfinished_t"] == 60
    assert np.isnan(row["transit_mean_d"])
    assert np.isnan(row["cost_usd_per_t"])


def test_cost_per_tonne_line_by_line():
    made = one_wagon(
        terminals={"mill": {"load_usd_per_t": 2.0}, "market": {"unload_usd_per_t": 3.0}},
        posts={"border": {"station": "s0", "duration_h": 1, "fee_usd_per_t": 7.0}},
        commodities={"flour": {"loss_frac": 0.01}},
    )
    row = cost_table(outcome_of(made)).iloc[0]
    assert row["haul_usd_per_t"] == pytest.approx(100 * 0.01 + 30 * 0.02)
    assert row["empty_usd_per_t"] == pytest.approx(0.3 * 1.6)
    assert row["handling_usd_per_t"] == 5.0
    assert row["border_usd_per_t"] == 7.0
    assert row["truck_usd_per_t"] == 0.0
    # loading 3, out 4.5, border 1, placing 1, unloading 3, home 5.5: 18 h at 20 USD a day
    assert row["wagon_usd_per_t"] == pytest.approx(18 / 24 * 20 / 60)
    assert row["capital_usd_per_t"] == pytest.approx(300 * 0.15 * 12.5 / 24 / 365)
    assert row["loss_usd_per_t"] == 3.0
    items = [c for c in row.index if c not in ("flow", "cost_usd_per_t")]
    assert row["cost_usd_per_t"] == pytest.approx(sum(row[c] for c in items))


def test_a_laden_way_home_is_paid_by_the_freight_that_rides_it():
    back = {
        "commodity": "flour",
        "origin": "market",
        "destination": "mill",
        "tonnes_per_year": 60 * 365,
        "legs": ["train"],
    }
    services = {"train": {"rake_wagons": 1, "return_wait_h": 48}}
    made = make(
        (30.0,),
        duration_d=1,
        services=services,
        flows={"out": {"tonnes_per_year": 60 * 365}, "back": back},
    )
    cost = cost_table(outcome_of(made)).set_index("flow")
    assert cost.loc["out", "empty_usd_per_t"] == 0.0
    assert cost.loc["back", "haul_usd_per_t"] == cost.loc["out", "haul_usd_per_t"]
    assert cost.loc["back", "wagon_usd_per_t"] > 0
    cycle_d = fleet_table(outcome_of(made)).loc[0, "cycle_mean_d"]
    shared = cost["wagon_usd_per_t"].sum() * 60 / 20
    assert shared == pytest.approx(cycle_d), "the two together bear the whole cycle"


def test_sections_stations_posts_and_terminals_add_up():
    made = make(
        (30.0, 30.0),
        flows={"out": {"tonnes_per_year": 60 * 365 * 10}},
        services={"train": {"rake_wagons": 1, "departs": {"longest_wait_h": 5}}},
        posts={"border": {"station": "s0", "servers": 1, "duration_h": 1}},
        terminals={"mill": {"gangs": 20}, "market": {"gangs": 20, "tracks": 9}},
    )
    outcome = outcome_of(made)
    frame = frame_of(outcome.events)
    horizon = made.arrays.horizon_ms
    sections = section_table(outcome).set_index("section")
    enters = frame[(frame["event"] == Code.ENTER) & (frame["time_ms"] < horizon)]
    assert sections["trains"].sum() == len(enters)
    assert sections.loc["s0-s1", "occupied_frac"] == pytest.approx(
        sections.loc["s0-s1", "trains"] * 0.5 / (horizon / DAY_MS * 24), rel=0.02
    )
    stations = station_table(outcome)
    assert stations["occupied_max"].max() <= 2
    posts = post_table(outcome).iloc[0]
    assert posts["service_mean_h"] == 1.0
    assert posts["utilisation_frac"] == pytest.approx(
        posts["passages"] / (horizon / DAY_MS * 24), rel=0.01
    )
    terminals = terminal_table(outcome).set_index("terminal")
    assert terminals.loc["market", "unloaded_t"] <= terminals.loc["mill", "loaded_t"]
    assert 0 < terminals.loc["market", "gang_utilisation_frac"] < 1
    fleets = fleet_table(outcome).iloc[0]
    # Little's law: in use = trips a day times days of a cycle
    per_day = fleets["trips"] / (horizon / DAY_MS)
    assert fleets["in_use_mean"] == pytest.approx(per_day * fleets["cycle_mean_d"], rel=0.1)


def test_every_table_has_the_columns_of_the_manual():
    for name, table in result_tables(outcome_of(make((30.0, 30.0)))).items():
        assert list(table.columns) == [c.column for c in columns(name)], name


def test_the_metrics_are_those_of_the_tables():
    outcome = outcome_of(make((30.0, 30.0)))
    table = metric_table(outcome).set_index(["metric", "flow"])["value"]
    flows = flow_table(outcome).set_index("flow")
    assert table["transit_mean_d", "out"] == flows.loc["out", "transit_mean_d"]
    assert table["fleet_cycle_mean_d", "wagons"] == fleet_table(outcome).loc[0, "cycle_mean_d"]
    assert not table.index.duplicated().any()


def test_the_trace_tells_every_event_in_words():
    outcome = outcome_of(one_wagon())
    trace = trace_table(outcome)
    assert len(trace) == len(outcome.events)
    assert trace["event"].tolist() == [EVENTS[c].event for c in outcome.frame["event"]]
    assert trace.loc[trace["event"] == "delivered", "lot"].tolist() == ["out/0"]
    assert trace.loc[trace["event"] == "formed", "train"].tolist() == ["train/0"]
    assert set(trace.loc[trace["event"] == "enter", "place"]) == {"home-s0", "s0-s1"}
    assert trace["local_time"].iloc[0].startswith("2027-01-01 ")
