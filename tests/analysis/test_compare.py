"""Comparisons: paired, common luck, the same on any number of workers and in any order."""

import numpy as np
import pandas as pd
import pytest
from lines import make, merged, reseeded

from sim.analysis.compare import compare_scenarios, paired_table
from sim.kernels.summary import mean_interval, paired_interval


def work(**changes):
    base = {"duration_d": 8, "lines": {"far": {"spread_frac": 0.4}}}
    made = make((30.0, 30.0), **merged(base, changes))
    return made.scenario, made.arrays


def two():
    return [work(), work(lines={"far": {"commercial_speed_kmh": 20}})]


def test_both_engines_give_the_same_table():
    batch, des = (
        compare_scenarios(two(), ["a", "b"], replications=2, workers=1, engine=engine)
        for engine in ("batch", "des")
    )
    for name in ("table", "metrics", "waits"):
        pd.testing.assert_frame_equal(getattr(batch, name), getattr(des, name))


def test_one_worker_and_two_give_the_same_table():
    one = compare_scenarios(two(), ["a", "b"], replications=3, workers=1)
    both = compare_scenarios(two(), ["a", "b"], replications=3, workers=2)
    pd.testing.assert_frame_equal(one.table, both.table)
    pd.testing.assert_frame_equal(one.metrics, both.metrics)
    pd.testing.assert_frame_equal(one.waits, both.waits)


def test_the_order_of_scenarios_changes_only_who_is_the_base():
    ahead = compare_scenarios(two(), ["a", "b"], replications=3, workers=1).table
    behind = compare_scenarios(two()[::-1], ["b", "a"], replications=3, workers=1).table
    keys = ["scenario", "metric", "flow"]
    merged = ahead.merge(behind, on=keys, suffixes=("", "_other"))
    assert np.allclose(merged["value"], merged["value_other"], equal_nan=True)
    b = merged[merged["scenario"] == "b"].set_index(["metric", "flow"])["difference"]
    a = merged[merged["scenario"] == "a"].set_index(["metric", "flow"])["difference_other"]
    assert np.allclose(b, -a.reindex(b.index), equal_nan=True)


def test_common_luck_makes_differences_sharper_than_the_values():
    found = compare_scenarios(two(), ["a", "b"], replications=8, workers=1)
    values = found.metrics[found.metrics["metric"] == "transit_mean_d"]
    wide = values.pivot_table(index="replication", columns="scenario", values="value")
    assert (wide["b"] - wide["a"]).var() < 0.5 * wide.var().sum()
    row = found.table[
        (found.table["scenario"] == "b") & (found.table["metric"] == "transit_mean_d")
    ]
    assert row["difference_low"].iloc[0] > 0, "a slower line is slower"


def test_a_scenario_compared_with_itself_differs_by_nothing():
    found = compare_scenarios([work(), work()], ["a", "b"], replications=3, workers=1)
    assert (found.table["difference"].fillna(0) == 0).all()


def test_different_seeds_and_doubled_names_are_refused():
    made = make((30.0,), duration_d=2)
    other = reseeded(made, 9)
    works = [(made.scenario, made.arrays), (other.scenario, other.arrays)]
    with pytest.raises(ValueError, match="different seeds"):
        compare_scenarios(works, ["a", "b"], replications=1, workers=1)
    with pytest.raises(ValueError, match="called alike"):
        compare_scenarios([works[0]] * 2, ["a", "a"], replications=1, workers=1)


def test_intervals_are_students_and_missing_measures_stay_missing():
    metrics = pd.DataFrame(
        [
            {"scenario": s, "replication": r, "metric": "m", "flow": "f", "unit": "d", "value": v}
            for s, values in {"a": [1.0, 2.0, 4.0], "b": [2.0, 4.0, 9.0]}.items()
            for r, v in enumerate(values)
        ]
        + [
            {
                "scenario": "b",
                "replication": 0,
                "metric": "own",
                "flow": "f",
                "unit": "",
                "value": 1,
            }
        ]
    )
    table = paired_table(metrics, ["a", "b"]).set_index(["scenario", "metric"])
    b = table.loc[("b", "m")]
    assert (b["value"], b["low"], b["high"]) == mean_interval([2.0, 4.0, 9.0])
    expected = paired_interval([2.0, 4.0, 9.0], [1.0, 2.0, 4.0])
    assert (b["difference"], b["difference_low"], b["difference_high"]) == expected
    assert np.isnan(table.loc[("b", "own"), "difference"])
