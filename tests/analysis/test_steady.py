"""Runs declared to be steady: where the beginning ends, and what is told without it."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.analysis.mc_groups import Groups
from sim.analysis.mc_settings import Place, Settings
from sim.analysis.mc_study import conduct
from sim.analysis.mc_transit import transit_tables
from sim.analysis.monte_carlo import Plan
from sim.analysis.samples import read_samples
from sim.analysis.steady import find_steady, study_samples
from sim.errors import RunError
from sim.runs.batch_folder import batch_folder, look_into, note_of
from sim.runs.case import open_case
from sim.runs.shards import Batch, Found, packed
from sim.runs.workers import finished
from sim.tables import columns
from sim.units import DAY_MS

STARTER = Path(sim.__file__).parent / "scenario" / "starter" / "starter.yaml"
ROAD = Path(sim.__file__).parent / "analysis" / "verification" / "road.yaml"
MEAN = ("transit_mean_d", "ore", "d")
LONG, AFTER = 20.0, 5.0


def lots_of(label, transit_d):
    """A lot a day at noon in each of two years; the second takes two days longer than the first."""
    days = [day for day in range(len(transit_d)) if day != 30]
    rows = [
        {
            "scenario": label,
            "replication": year,
            "flow": "ore",
            "transit_ms": round((transit_d[day] + 2 * year - 1) * DAY_MS),
            "offered_ms": day * DAY_MS + DAY_MS // 2,
        }
        for year in (0, 1)
        for day in days
    ]
    lost = {"scenario": label, "replication": 1, "flow": "ore", "transit_ms": -1}
    return pd.DataFrame([*rows, lost | {"offered_ms": 59 * DAY_MS}])


def kept(path, by_label):
    """Keep lots as a study does."""
    flows = {"flows": ["ore"]}
    manifest = {"kind": "mc", "inputs": "x", "command": "again", "batch_size": 5}
    manifest["scenarios"] = [{"label": label} | flows for label in by_label]
    manifest["steady_state"] = True
    with batch_folder(path, manifest) as folder:
        for w, (label, transit_d) in enumerate(by_label.items()):
            batch = Batch(w, w, 0, 2)
            metrics = pd.DataFrame(
                [
                    {"scenario": label, "replication": r, "metric": m, "flow": "ore", "unit": u}
                    | {"value": 1.0}
                    for r in (0, 1)
                    for m, u in (("delivered_t", "t"), ("transit_mean_d", "d"))
                ]
            )
            note = note_of("x", batch, ())
            lots = lots_of(label, transit_d)
            folder.keep(batch, Found(packed(metrics, note), packed(lots, note)))
    return look_into(path)


def begun(days):
    return [LONG] * days + [AFTER] * (60 - days)


def test_a_beginning_worked_by_hand_is_left_out(tmp_path):
    """Ten days of 20 d, then 5 d: two batches of five lie off, all others are the same."""
    folder = kept(tmp_path / "mc", {"a": begun(10)})
    steady = find_steady(folder, 2)
    assert (steady.from_d, steady.found_d, steady.doubts) == (10, {"a": 10}, ())
    samples = study_samples(folder, 2)
    np.testing.assert_array_equal(samples.by_measure[MEAN]["a"], [AFTER - 1, AFTER + 1])
    p95 = ("transit_p95_d", "ore", "d")
    np.testing.assert_array_equal(samples.by_measure[p95]["a"], [AFTER - 1, AFTER + 1])
    delivered = samples.by_measure["delivered_t", "ore", "t"]["a"]
    np.testing.assert_array_equal(delivered, [1, 1], "of the whole run, as it was")
    transit, curve = transit_tables(folder, samples, Groups(), from_ms=steady.from_d * DAY_MS)
    assert transit["shipments"].tolist() == [2 * 49]
    assert transit["mean_d"].tolist() == [AFTER]
    assert transit["p95_d"].tolist() == [AFTER + 1]
    assert curve["transit_d"].max() == AFTER + 1
    whole, _ = transit_tables(folder, samples, Groups())
    assert whole["mean_d"].iloc[0] == pytest.approx((10 * LONG + 49 * AFTER) / 59)


def test_the_daily_means_are_kept(tmp_path):
    daily = find_steady(kept(tmp_path / "mc", {"a": begun(10)}), 2).daily
    assert list(daily.columns) == [c.column for c in columns("mc_daily")]
    assert daily["day"].tolist() == [d for d in range(60) if d != 30], "a day without freight"
    assert set(daily["shipments"]) == {2}
    assert daily["transit_mean_d"].tolist() == [LONG] * 10 + [AFTER] * 49
    assert daily["is_left_out"].tolist() == [True] * 10 + [False] * 49


def test_all_scenarios_are_told_over_the_same_days(tmp_path):
    folder = kept(tmp_path / "mc", {"a": begun(5), "b": begun(15)})
    steady = find_steady(folder, 2)
    assert (steady.from_d, steady.found_d) == (15, {"a": 5, "b": 15})
    assert steady.daily.groupby("scenario")["is_left_out"].sum().tolist() == [15, 15]


def test_a_queue_that_grows_has_no_steady_state(tmp_path):
    growing = (np.linspace(10, 0, 60) ** 3).tolist()
    folder = kept(tmp_path / "mc", {"a": begun(5), "b": growing})
    steady = find_steady(folder, 2)
    assert steady.found_d == {"a": 5, "b": None}
    assert steady.from_d == 5, "of the scenario that has one"
    assert len(steady.doubts) == 1
    assert steady.doubts[0].startswith("b: the beginning seems to last until day ")
    assert "lengthen `duration_d`" in steady.doubts[0]
    few = kept(tmp_path / "few", {"a": [AFTER] * 45})
    found = find_steady(few, 2)
    assert (found.from_d, found.found_d) == (0, {"a": None})
    assert "only 44 days" in found.doubts[0]


def study(case, path, n, *, workers=1, **settings):
    return conduct(
        [case],
        ["one"],
        Settings(Plan(n, **settings.pop("plan", {})), **settings),
        Place(path, "again"),
        finish=partial(finished, workers=workers),
    )


def test_a_study_with_nothing_to_leave_out_is_told_as_ever(tmp_path):
    sets = ("duration_d=50", "run_out_d=12", "flows.flour.tonnes_per_year=30000")
    case = open_case(STARTER, sets=sets)
    found = study(case, tmp_path / "mc", 2, steady_state=True)
    folder = look_into(found.folder)
    raw = read_samples(folder, 2).by_measure
    told = study_samples(folder, 2, steady=found.steady).by_measure
    assert list(raw) == list(told)
    transit = {key for key in raw if key[0].startswith("transit_") and key[0] != "transit_free_d"}
    is_cut = found.steady.from_d > 0
    for key in raw:
        same = np.array_equal(raw[key]["one"], told[key]["one"], equal_nan=True)
        assert same or (is_cut and key in transit), key
    nothing = study_samples(folder, 2, steady=type(found.steady)(0, {}, (), found.daily))
    for key in raw:
        np.testing.assert_array_equal(nothing.by_measure[key]["one"], raw[key]["one"])
    plain = study(case, tmp_path / "plain", 2)
    assert plain.steady is None
    assert not (plain.folder / "daily.csv").exists()
    lots = pd.read_parquet(plain.folder / "lots")
    assert "offered_ms" not in lots, "kept only where it is needed"
    manifest = json.loads((found.folder / "manifest.json").read_text())
    assert manifest["steady_state"] is True
    assert manifest["beginning"]["from_d"] == found.steady.from_d
    with pytest.raises(RunError, match="other inputs"):
        study(case, found.folder, 2)


def test_a_run_too_short_for_a_steady_state_is_refused_before_it_runs(tmp_path):
    case = open_case(STARTER, sets=("duration_d=49",))
    with pytest.raises(ValueError, match="from 50 days on, and a run here lasts 49"):
        sim.monte_carlo({"short": case}, output=tmp_path / "mc", steady_state=True)
    assert not (tmp_path / "mc").exists()


@pytest.mark.slow
def test_a_queue_that_begins_empty_is_told_nearer_its_formula(tmp_path):
    """M/M/1 of load 0.85: 18.9 h in the queue and under control, and two hours of road."""
    load, rate_per_h = 0.85, 0.3
    tonnes = rate_per_h * 24 * 365 * 20 / 0.2
    law = f"{{kind: exponential, mean: {load / rate_per_h}}}"
    sets = (
        f"flows.freight.tonnes_per_year={tonnes:.3f}",
        "posts.customs.stages.first.servers=1",
        f"posts.customs.stages.first.duration_h={law}",
        "duration_d=100",
        "run_out_d=90",
        "seed=1",
    )
    found = study(open_case(ROAD, sets=sets), tmp_path / "mc", 40, workers=2, steady_state=True)
    assert not found.reached.failures, "a road alone is measured too"
    assert 5 <= found.steady.from_d <= 50
    assert not found.steady.doubts
    expected_d = (load / rate_per_h / (1 - load) + 2) / 24
    key = ("transit_mean_d", "freight", "d")
    folder = look_into(found.folder)
    steady, whole = (
        each(folder, 40).by_measure[key]["one"].mean() for each in (study_samples, read_samples)
    )
    assert whole < steady < expected_d * 1.1
    assert abs(steady - expected_d) < abs(whole - expected_d)
    again = study(open_case(ROAD, sets=sets), tmp_path / "one", 40, steady_state=True)
    assert again.digest == found.digest
