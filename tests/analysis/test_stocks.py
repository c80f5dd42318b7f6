"""Stocks read off a run: figures by hand, conservation, what would have been enough."""

import json
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from lines import make

from sim.analysis.buffers import buffer_table, needed_at
from sim.analysis.metrics import metric_names, metric_table
from sim.analysis.outcome import Outcome
from sim.analysis.stocks import course_table, stock_histories, stock_table
from sim.model import Scenario
from sim.model.hours import Month
from sim.tables import Code

STOCK = {
    "terminal": "market",
    "commodity": "flour",
    "opening_t": 500.0,
    "consumption_t_per_year": 21_900.0,  # 60 t a day in a month of 30.4 days
    "safety_d": 5.0,
}


def outcome_of(made, **stocks):
    """Return a run with stocks; they change nothing in what happens."""
    tree = json.loads(made.scenario.model_dump_json(exclude_defaults=True)) | {"stocks": stocks}
    scenario = Scenario.model_validate_json(json.dumps(tree))
    return Outcome(scenario, made.arrays, made.run())


@pytest.fixture(scope="module")
def small():
    return make((30.0,), duration_d=31, flows={"out": {"tonnes_per_year": 22_000}})


def test_a_stock_of_a_run_is_what_a_daily_count_makes_of_it(small):
    outcome = outcome_of(small, silo=STOCK)
    row = stock_table(outcome).iloc[0]
    done = outcome.of(Code.DELIVERED)
    early = done[done["time_ms"] < outcome.arrays.horizon_ms]
    # January is a twelfth of the year: 21,900 / 12 = 1,825 t wanted, 60 t in each lot
    assert row["wanted_t"] == pytest.approx(1825.0, abs=1e-6)
    assert row["delivered_t"] == 60.0 * len(early)
    gone = row["wanted_t"] - row["short_t"]
    assert row["closing_t"] == pytest.approx(500 + row["delivered_t"] - gone, abs=2e-6)
    # minute by minute, with no kernel: nearly the same
    minutes = np.arange(31 * 1440)
    came = np.bincount(early["time_ms"] // 60_000, minlength=len(minutes)) * 60.0
    level, short, out, below = 500.0, 0.0, 0, 0
    for minute in minutes:
        want = 1825.0 / len(minutes)
        short, out = short + max(want - level, 0), out + (level < want)
        level = max(level - want, 0) + came[minute]
        below += level < 300
    assert row["short_t"] == pytest.approx(short, abs=3)
    assert row["out_d"] == pytest.approx(out / 1440, abs=0.05)
    assert row["below_safety_d"] == pytest.approx(below / 1440, abs=0.05)
    assert row["cover_mean_d"] == pytest.approx(row["mean_t"] / 60)
    # 300 USD/t at 15 % a year over 31 days
    assert row["holding_usd"] == pytest.approx(row["mean_t"] * 300 * 0.15 * 31 / 365)


def test_the_opening_that_is_enough_is_enough_and_no_less(small):
    needed = stock_table(outcome_of(small, silo=STOCK))["needed_opening_t"][0]
    # nothing comes before the first train: the first days live from the opening stock
    assert needed > 0
    for opening, short in ((needed, 0.0), (needed - 1, 1.0)):
        row = stock_table(outcome_of(small, silo=STOCK | {"opening_t": opening})).iloc[0]
        assert row["short_t"] == pytest.approx(short, abs=1e-6)
        assert row["outs"] == (short > 0)
        assert row["needed_opening_t"] == needed


def test_a_stock_opened_later_counts_from_then(small):
    late = stock_histories(outcome_of(small, silo=STOCK | {"opens_d": 10}))["silo"]
    assert late.at_ms[0] == 10 * 86_400_000
    assert late.course.wanted_g.sum() == pytest.approx(1825e6 * 21 / 31, abs=1)
    lots = outcome_of(small).lots
    since = lots["delivered_ms"].between(late.at_ms[0], small.arrays.horizon_ms, inclusive="left")
    assert late.arrived_g.sum() == 60_000_000 * since.sum()


def test_consumption_follows_its_season():
    months = dict.fromkeys(get_args(Month), 1.0) | {"jan": 1.5, "feb": 0.5}
    made = make((30.0,), duration_d=59, seasons={"cold": {"months": months}})
    history = stock_histories(outcome_of(made, silo=STOCK | {"season": "cold"}))["silo"]
    january = history.at_ms[1:] <= 31 * 86_400_000
    assert history.course.wanted_g[january].sum() == 2_737_500_000
    assert history.course.wanted_g[~january].sum() == 912_500_000


def test_flows_feed_by_name_or_by_commodity(small):
    tree = json.loads(small.scenario.model_dump_json(exclude_defaults=True))
    tree["flows"]["more"] = tree["flows"]["out"]
    tree["stocks"] = {"all": STOCK, "one": STOCK | {"commodity": None, "flows": ["more"]}}
    scenario = Scenario.model_validate_json(json.dumps(tree))
    assert scenario.feeding_flows(scenario.stocks["all"]) == ("out", "more")
    assert scenario.feeding_flows(scenario.stocks["one"]) == ("more",)


def test_between_two_rows_of_its_course_a_stock_runs_straight(small):
    outcome = outcome_of(small, silo=STOCK | {"opening_t": 50.0})
    rows, history = course_table(outcome), stock_histories(outcome)["silo"]
    assert rows["time_d"].is_monotonic_increasing
    area = (
        (rows["after_t"] + rows["before_t"].shift(-1)) / 2 * rows["time_d"].diff(-1).abs()
    ).sum()
    table = stock_table(outcome).iloc[0]
    assert area / 31 == pytest.approx(table["mean_t"])
    assert rows["short_t"].sum() == pytest.approx(table["short_t"])
    assert len(rows) > len(history.at_ms), "the instants at which it ran out have rows"


def test_measures_of_stocks_are_those_of_the_table(small):
    outcome = outcome_of(small, silo=STOCK)
    table, metrics = stock_table(outcome).iloc[0], metric_table(outcome)
    own = metrics[metrics["flow"] == "silo"].set_index("metric")["value"]
    assert own["stock_out_d"] == table["out_d"]
    assert own["stock_needed_opening_t"] == table["needed_opening_t"]
    assert set(own.index) <= set(metric_names())
    assert not metric_table(outcome_of(small))["metric"].str.startswith("stock").any()


def test_the_buffer_is_the_quantile_of_what_replications_needed(small):
    scenario = outcome_of(small, silo=STOCK | {"opening_t": 30.0}).scenario
    values = np.arange(1.0, 101.0)
    metrics = pd.DataFrame(
        {
            "scenario": "x",
            "replication": range(100),
            "metric": "stock_needed_opening_t",
            "flow": "silo",
            "value": values[::-1],
        }
    )
    row = buffer_table(metrics, {"x": scenario}).iloc[0]
    assert row["needed_p95_t"] == 95.0
    assert row["needed_p50_t"] == 50.0
    assert row["enough_frac"] == 0.30
    assert (row["needed_p95_low_t"], row["needed_p95_high_t"]) == (90.0, 100.0)
    assert row["needed_p95_d"] == pytest.approx(95 / 60)
    few = buffer_table(metrics.head(8), {"x": scenario}).iloc[0]
    assert few["needed_p95_t"] == 100.0
    assert np.isnan(few["needed_p95_high_t"])


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40), st.sampled_from([0.5, 0.8, 0.95, 1.0]))
def test_what_is_enough_in_a_share_of_runs_is_and_less_is_not(needed, share):
    values = np.array(needed)
    enough = needed_at(values, share)
    assert np.mean(values <= enough) >= share - 1e-12
    assert np.mean(values < enough) < share


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 3000), st.floats(1, 60_000), st.integers(0, 30))
def test_stocks_of_runs_conserve_to_the_gram(small, opening, consumption, opens):
    stock = STOCK | {"opening_t": opening, "consumption_t_per_year": consumption, "opens_d": opens}
    history = stock_histories(outcome_of(small, silo=stock))["silo"]
    course = history.course
    balance = course.begin_g[0] + history.arrived_g.sum() + course.short_g.sum()
    assert balance - course.wanted_g.sum() == course.close_g[-1]
