"""A study is the same on any number of workers, unbroken or not; what fails is told."""

import dataclasses
import errno
import json
import os
import shutil
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.analysis import batch_work
from sim.analysis.mc_groups import Groups
from sim.analysis.mc_settings import Place, Settings
from sim.analysis.mc_study import conduct
from sim.analysis.mc_summary import summary_table
from sim.analysis.monte_carlo import Plan, wanted
from sim.analysis.samples import Samples, read_samples, study_digest
from sim.errors import RunError
from sim.kernels.summary import mean_interval, paired_interval
from sim.runs import shards
from sim.runs.batch_folder import batch_folder, look_into
from sim.runs.case import open_case
from sim.runs.luck import Luck
from sim.runs.workers import finished
from sim.tables import columns

STARTER = Path(sim.__file__).parent / "scenario" / "starter" / "starter.yaml"
SMALL = ("duration_d=10", "run_out_d=20")


@pytest.fixture(scope="module")
def cases():
    return [open_case(STARTER, sets=SMALL), open_case(STARTER, sets=(*SMALL, SLOWER))]


SLOWER = "name=another"
LABELS = ["plain", "other"]
ALL = 7


def study(cases, path, n, *, workers=1, plan=None, finish=None, **settings):
    return conduct(
        cases,
        LABELS[: len(cases)],
        Settings(plan or Plan(n), **settings),
        Place(path, "the same again"),
        finish=finish or partial(finished, workers=workers),
    )


@pytest.fixture(scope="module")
def whole(cases, tmp_path_factory):
    return study(cases, tmp_path_factory.mktemp("mc") / "whole", ALL)


@pytest.mark.parametrize("workers", [2, pytest.param(7, marks=pytest.mark.slow)])
def test_the_result_does_not_depend_on_the_workers(cases, whole, tmp_path, workers):
    found = study(cases, tmp_path / "mc", ALL, workers=workers)
    assert found.digest == whole.digest
    pd.testing.assert_frame_equal(found.metrics, whole.metrics, check_exact=True)
    pd.testing.assert_frame_equal(found.transit, whole.transit, check_exact=True)


def test_a_study_is_added_to_and_never_dealt_anew(cases, whole, tmp_path):
    small = study(cases, tmp_path / "mc", 6)
    folder = look_into(whole.folder)
    assert study_digest(folder, 6).text == small.digest
    before = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "mc" / "batches").iterdir()}
    assert study(cases, tmp_path / "mc", ALL).digest == whole.digest
    after = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "mc" / "batches").iterdir()}
    assert {name for name, at in before.items() if after[name] == at} == {
        "b000000.parquet",
        "b000001.parquet",
    }, "full batches stay as they are"


def test_lost_damaged_and_half_written_batches_are_done_again(cases, whole, tmp_path):
    shutil.copytree(whole.folder, tmp_path / "mc")
    (tmp_path / "mc" / "batches" / "b000001.parquet").unlink()
    (tmp_path / "mc" / "lots" / "b000002.parquet").unlink()
    damaged = tmp_path / "mc" / "batches" / "b000003.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-9])
    (tmp_path / "mc" / "lots" / ".b000003.parquet.part").write_bytes(b"half")
    assert study(cases, tmp_path / "mc", ALL).digest == whole.digest
    assert not list((tmp_path / "mc").glob("*/.*.part"))


def test_the_digest_sees_every_value(whole, tmp_path):
    shutil.copytree(whole.folder, tmp_path / "mc")
    folder = look_into(tmp_path / "mc")
    path = tmp_path / "mc" / "lots" / "b000000.parquet"
    frame, note = pd.read_parquet(path), shards.read_note(path)
    frame.loc[3, "transit_ms"] += 1
    path.write_bytes(shards.packed(frame, note))
    assert study_digest(folder, ALL).text != whole.digest


def test_the_tables_are_those_of_the_manual_and_of_the_kernels(cases, whole):
    for name in ("metrics", "transit", "curve"):
        table = pd.read_csv(whole.folder / f"{name}.csv")
        assert list(table.columns) == [c.column for c in columns(f"mc_{name}")]
    samples = read_samples(look_into(whole.folder), ALL)
    key = next(key for key in samples.by_measure if key[0] == "transit_mean_d")
    plain, other = (samples.by_measure[key][label] for label in LABELS)
    rows = whole.metrics[(whole.metrics["metric"] == key[0]) & (whole.metrics["flow"] == key[1])]
    row = rows.iloc[1]
    assert (row["mean"], row["low"], row["high"]) == mean_interval(other)
    assert row["difference"] == paired_interval(other, plain)[0] == 0
    assert rows["best_frac"].tolist() == [0.5, 0.5]
    single = sim.compare({"a": cases[0]}, replications=ALL, workers=1).table
    same = single[(single["metric"] == key[0]) & (single["flow"] == key[1])].iloc[0]
    assert same["value"] == rows.iloc[0]["mean"]


def test_shipments_of_all_years_are_those_of_single_runs(cases, whole):
    lots = pd.concat(
        batch_work.lot_rows(sim.run(cases[0], replication=r)).assign(year=r) for r in range(ALL)
    )
    lots = lots[lots["transit_ms"] >= 0]
    days = lots["transit_ms"] / 86_400_000
    row = whole.transit[whole.transit["scenario"] == "plain"].iloc[-1]
    assert row["shipments"] == len(days)
    assert row["mean_d"] == pytest.approx(days.mean())
    exact = np.quantile(days, 0.95, method="inverted_cdf")
    assert exact <= row["p95_d"] < exact + 1 / 1440 + 1e-9, "to the minute, rounded up"
    assert row["p95_low_d"] <= row["p95_d"] <= row["p95_high_d"]
    assert row["year_sd_d"] == pytest.approx(days.groupby(lots["year"]).mean().std())
    assert 0 < row["free_d"] < row["mean_d"]
    assert row["planning_time_index"] == pytest.approx(row["p95_d"] / row["free_d"])


def test_other_inputs_and_other_folders_are_refused(cases, whole, tmp_path):
    with pytest.raises(RunError, match="other inputs"):
        study(cases, whole.folder, ALL, antithetic=True)
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(RunError, match="holds other files"):
        study(cases, tmp_path, ALL)
    with pytest.raises(ValueError, match="different seeds"):
        study([cases[0], open_case(STARTER, sets=(*SMALL, "seed=5"))], tmp_path / "mc", 2)


def test_a_folder_that_is_worked_in_is_refused(cases, whole):
    manifest = look_into(whole.folder).manifest
    with batch_folder(whole.folder, manifest), pytest.raises(RunError, match="another process"):
        study(cases, whole.folder, ALL)
    assert study(cases, whole.folder, ALL).digest == whole.digest


def test_a_study_ended_before_its_manifest_is_no_obstacle(cases, tmp_path):
    (tmp_path / ".lock").touch()
    (tmp_path / ".manifest.json.part").write_text("{")
    assert study(cases[:1], tmp_path, 2).reached.replications == 2


def test_a_full_disk_is_told_with_the_way_out_and_loses_nothing(
    cases, whole, tmp_path, monkeypatch
):
    real, calls = os.fsync, []

    def full(handle):
        calls.append(handle)
        if len(calls) == 14:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(shards.os, "fsync", full)
    words = "No space left.*are kept; make room and go on with: the same again"
    with pytest.raises(RunError, match=words):
        study(cases, tmp_path / "mc", ALL)
    monkeypatch.undo()
    kept = len(list((tmp_path / "mc" / "batches").iterdir()))
    assert 0 < kept < 4
    assert not list((tmp_path / "mc").rglob("*.part"))
    assert study(cases, tmp_path / "mc", ALL).digest == whole.digest


def poisoned(shared, batch):
    """Measure a batch in a world in which replication 4 fails."""
    real = batch_work.replicate

    def replicate(arrays, replication, **how):
        if replication == 4:
            message = "the poison works"
            raise RuntimeError(message)
        return real(arrays, replication, **how)

    batch_work.replicate = replicate
    try:
        return batch_work.measure_batch(shared, batch)
    finally:
        batch_work.replicate = real


def deadly(shared, batch, flag=None):
    """Measure a batch, but die of number 2: always, or unless a file tells that it was once."""
    if batch.number == 2 and not (flag and flag.exists()):
        if flag:
            flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return batch_work.measure_batch(shared, batch)


def instead(work, *, workers):
    return lambda _work, shared, jobs: finished(work, shared, jobs, workers=workers)


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_poisoned_replication_is_noted_and_the_rest_is_as_ever(cases, whole, tmp_path, workers):
    found = study(cases, tmp_path / "mc", ALL, finish=instead(poisoned, workers=workers))
    failures = [(w, f.replication, f.error, f.message) for w, f in found.reached.failures]
    assert failures == [(w, 4, "RuntimeError", "the poison works") for w in (0, 1)]
    assert "Traceback" in found.reached.failures[0][1].trace
    ours, theirs = (read_samples(look_into(x.folder), ALL) for x in (found, whole))
    for key, by_label in theirs.by_measure.items():
        for label, values in by_label.items():
            expected = values.copy()
            expected[4] = np.nan
            np.testing.assert_array_equal(ours.by_measure[key][label], expected)
    again = study(cases, tmp_path / "mc", ALL)
    assert again.digest == found.digest, "an error comes again, so it is not tried again"


@pytest.mark.slow
def test_a_worker_that_dies_once_changes_nothing(cases, whole, tmp_path):
    flag = tmp_path / "flag"
    finish = instead(partial(deadly, flag=flag), workers=2)
    found = study(cases, tmp_path / "mc", ALL, finish=finish)
    assert flag.exists()
    assert found.digest == whole.digest


@pytest.mark.slow
def test_a_batch_that_kills_its_worker_fails_alone_and_is_tried_again(cases, whole, tmp_path):
    found = study(cases, tmp_path / "mc", ALL, finish=instead(deadly, workers=2))
    assert [(w, f.replication) for w, f in found.reached.failures] == [
        (0, r) for r in range(5, ALL)
    ]
    assert {f.error for _, f in found.reached.failures} == {"worker died"}
    manifest = json.loads((found.folder / "manifest.json").read_text())
    assert manifest["counts"] == {"done": 12, "failed": 2}
    assert study(cases, tmp_path / "mc", ALL).digest == whole.digest


@pytest.mark.slow
def test_a_precision_is_reached_at_a_fixed_size(cases, tmp_path):
    plan = Plan(400, 0.05, ("transit_mean_d",))
    found = [study(cases[:1], tmp_path / str(n), 0, plan=plan, workers=n).reached for n in (1, 2)]
    assert found[0] == found[1]
    assert found[0].is_precise
    assert found[0].widest <= 0.05
    assert found[0].replications in {30, 50, 70, 100, 150, 200, 300}
    log = [json.loads(line) for line in (tmp_path / "1" / "log.jsonl").read_text().splitlines()]
    looks = [line["replications"] for line in log if line["event"] == "look"]
    assert looks[-1] == found[0].replications


@pytest.mark.slow
def test_a_precision_out_of_reach_is_told(cases, tmp_path):
    plan = Plan(30, 1e-9, ("transit_mean_d",))
    reached = study(cases[:1], tmp_path / "mc", 0, plan=plan).reached
    assert not reached.is_precise
    assert reached.widest > 1e-9
    with pytest.raises(ValueError, match=r"no measure .*nowhere.*known: all"):
        wanted("transit_mean_d:nowhere", [("transit_mean_d", "all", "d")])


def test_opposite_luck_is_exactly_opposite(cases):
    arrays = cases[0].arrays
    even, odd = (Luck(arrays, r, antithetic=True).uniform("x", 1000) for r in (6, 7))
    assert ((even + odd) == 1 - 2.0**-53).all()
    assert (odd >= 0).all()
    assert (odd < 1).all()
    assert (Luck(arrays, 6).uniform("x", 1000) == even).all()


def test_pairs_of_opposite_luck_count_once():
    values = np.arange(8.0)
    samples = Samples(8, {("transit_mean_d", "all", "d"): {"a": values, "b": values + 1}})
    row = summary_table(samples, ["a", "b"], Groups(antithetic=True)).iloc[1]
    assert row["observations"] == 4
    assert (row["mean"], row["low"], row["high"]) == mean_interval([1.5, 3.5, 5.5, 7.5])
    assert row["p50"] == 3.0, "of replications 0, 2, 4, 6"


@pytest.mark.slow
def test_pairs_of_opposite_luck_are_kept_by_the_study(cases, tmp_path):
    found = study(cases[:1], tmp_path / "mc", 8, antithetic=True)
    usual = study(cases[:1], tmp_path / "usual", 8)
    ours, theirs = (read_samples(look_into(x.folder), 8).by_measure for x in (found, usual))
    key = next(key for key in theirs if key[0] == "transit_mean_d")
    assert (ours[key]["plain"][::2] == theirs[key]["plain"][::2]).all()
    assert (ours[key]["plain"][1::2] != theirs[key]["plain"][1::2]).all()
    assert found.metrics["observations"].max() == 4


def test_the_parent_holds_no_batch_longer_than_it_takes_to_keep_it(cases, tmp_path):
    held = []

    def watching(work, shared, jobs):
        for job, found in finished(work, shared, jobs, workers=1):
            held.append(len(found.metrics) + len(found.lots))
            yield job, found

    study(cases, tmp_path / "mc", ALL, finish=watching)
    assert max(held) < 200_000


def test_the_face_makes_a_study(tmp_path):
    case = open_case(STARTER, sets=SMALL)
    found = sim.monte_carlo({"plain": case}, output=tmp_path / "mc", replications=3, workers=1)
    assert isinstance(found, sim.MonteCarlo)
    assert found.reached.replications == 3
    assert dataclasses.asdict(found.reached)["failures"] == ()
    assert (tmp_path / "mc" / "metrics.parquet").exists()


def test_nothing_is_pickled_on_disk(whole):
    ends = {p.suffix or p.name for p in whole.folder.rglob("*") if p.is_file()}
    assert ends == {".parquet", ".csv", ".json", ".jsonl", ".yaml", ".lock"}
