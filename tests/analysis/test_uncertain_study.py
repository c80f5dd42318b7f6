"""A study of uncertain numbers: what was drawn, what it drives, whose the spread is."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.analysis.batch_work import metric_rows
from sim.analysis.mc_groups import Groups
from sim.analysis.mc_numbers import driver_table, variance_table
from sim.analysis.mc_settings import Place, Settings
from sim.analysis.mc_study import conduct, rerun_command
from sim.analysis.mc_summary import summary_table
from sim.analysis.monte_carlo import Plan
from sim.analysis.samples import Samples, read_samples, study_digest
from sim.errors import RunError
from sim.kernels.association import rank_correlation
from sim.kernels.summary import mean_interval
from sim.kernels.variance_split import group_means, split_variance
from sim.runs.batch_folder import look_into
from sim.runs.case import open_case
from sim.runs.shards import Failure
from sim.runs.variants import variants_of
from sim.runs.workers import finished
from sim.tables import columns

STARTER = Path(sim.__file__).parent / "scenario" / "starter" / "starter.yaml"
SMALL = ("duration_d=10", "run_out_d=20")
TEXT = f"""extends: {STARTER}
uncertain:
  demand:
    path: flows.flour.tonnes_per_year
    as: factor
    law: {{kind: pert, low: 0.5, mode: 1, high: 1.8}}
  customs:
    path: posts.torghundi-customs.duration_h.mean
    law: {{kind: lognormal, mean: 12, cv_frac: 0.5}}
rank_correlations:
  busy: {{between: [demand, customs], is: 0.6}}
"""
MEAN = ("transit_mean_d", "flour", "d")


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "unknown.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return [open_case(STARTER, sets=SMALL), open_case(path, sets=SMALL)]


LABELS = ["plain", "unknown"]
ALL = 12


def study(cases, path, n=ALL, *, workers=1, plan=None, **settings):
    return conduct(
        cases,
        LABELS[-len(cases) :],
        Settings(plan or Plan(n, metrics=("transit_mean_d",)), **settings),
        Place(path, "the same again"),
        finish=partial(finished, workers=workers),
    )


@pytest.fixture(scope="module")
def whole(cases, tmp_path_factory):
    return study(cases, tmp_path_factory.mktemp("mc") / "whole", reps_per_sample=3)


def test_each_replication_is_the_scenario_with_its_numbers_set(cases, whole, tmp_path):
    variants = variants_of(cases[1].reading, reps_per_sample=3)
    (tmp_path / "unknown.yaml").write_text(TEXT, encoding="utf-8")
    samples = read_samples(look_into(whole.folder), ALL)
    for replication in (0, 4, 11):
        sets = (*SMALL, *variants.sets(replication))
        alone = sim.run(open_case(tmp_path / "unknown.yaml", sets=sets), replication=replication)
        for row in metric_rows(alone):
            found = samples.by_measure.get((row["metric"], row["flow"], row["unit"]))
            if found is not None:
                np.testing.assert_equal(found["unknown"][replication], row["value"])


def test_what_was_drawn_is_kept_with_its_unit(cases, whole):
    table = pd.read_parquet(whole.folder / "parameters.parquet")
    assert list(table.columns) == [c.column for c in columns("mc_parameters")]
    assert len(table) == 2 * ALL
    assert set(table["scenario"]) == {"unknown"}
    assert dict(zip(table["name"], table["unit"], strict=True)) == {"demand": "", "customs": "h"}
    variants = variants_of(cases[1].reading, reps_per_sample=3)
    for row in table.itertuples():
        assert row.sample == row.replication // 3
        assert row.value == variants.drawn(row.sample)[row.name]
    measures = {key[0] for key in read_samples(look_into(whole.folder), ALL).by_measure}
    assert "uncertain" not in measures


def test_a_scenario_without_uncertain_numbers_is_as_ever(cases, whole, tmp_path):
    usual = study(cases[:1], tmp_path / "mc")
    ours, theirs = (read_samples(look_into(x.folder), ALL).by_measure for x in (whole, usual))
    np.testing.assert_array_equal(ours[MEAN]["plain"], theirs[MEAN]["unknown"])
    assert not (usual.folder / "parameters.csv").exists()
    assert not len(usual.parameters)
    assert usual.metrics["year_sd"].equals(usual.metrics["all_sd"])


def test_fixed_numbers_leave_luck_alone(cases, tmp_path):
    fixed = study(cases, tmp_path / "mc", 6, fixed=True)
    found = read_samples(look_into(fixed.folder), 6)
    for by_label in found.by_measure.values():
        np.testing.assert_array_equal(by_label["plain"], by_label["unknown"])
    assert not found.by_number
    assert not len(fixed.drivers)


def test_the_tables_are_those_of_the_kernels(whole):
    samples = read_samples(look_into(whole.folder), ALL)
    values = samples.by_measure[MEAN]["unknown"]
    row = whole.variance[(whole.variance["metric"] == MEAN[0])].iloc[0]
    split = split_variance(values, 3)
    assert (row["parameter_sd"], row["year_sd"]) == (split.between_sd, split.within_sd)
    assert (row["parameter_share_frac"], row["low"], row["high"]) == split[3:]
    assert row["samples"] == 4
    drawn = samples.by_number["customs", "h"]["unknown"]
    row = whole.drivers[whole.drivers["name"] == "customs"].iloc[0]
    expected = rank_correlation(drawn[::3], group_means(values, 3))
    assert (row["rank_correlation"], row["low"], row["high"]) == expected
    assert set(whole.drivers["metric"]) == {"transit_mean_d"}, "only what was asked for"
    years = whole.metrics[(whole.metrics["metric"] == MEAN[0])].set_index("scenario")
    found = tuple(years.loc["unknown", ["mean", "low", "high"]])
    assert found == mean_interval(group_means(values, 3)), "a sample is one observation"
    assert years.loc["unknown", "observations"] == 4
    assert years.loc["unknown", "year_sd"] == split.within_sd
    assert years.loc["unknown", "all_sd"] == values.std(ddof=1)
    assert years.loc["plain", "year_sd"] == years.loc["plain", "all_sd"]
    row = whole.transit[whole.transit["scenario"] == "unknown"].iloc[0]
    assert row["year_sd_d"] < row["all_sd_d"]
    row = whole.correlations.iloc[0]
    assert (row["one"], row["other"], row["asked"], row["used"]) == ("customs", "demand", 0.6, 0.6)
    assert row["samples"] == 4
    for name in ("drivers", "variance", "correlations"):
        table = pd.read_csv(whole.folder / f"{name}.csv")
        assert list(table.columns) == [c.column for c in columns(f"mc_{name}")]


def test_the_manifest_says_what_was_drawn(whole):
    manifest = json.loads((whole.folder / "manifest.json").read_text())
    assert [s["uncertain"] for s in manifest["scenarios"]] == [[], ["demand", "customs"]]
    assert (manifest["reps_per_sample"], manifest["fixed"]) == (3, False)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 3])
def test_a_study_does_not_depend_on_its_workers(cases, whole, tmp_path, workers):
    found = study(cases, tmp_path / "mc", workers=workers, reps_per_sample=3)
    assert found.digest == whole.digest
    for name in ("parameters", "variance", "drivers", "metrics"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(whole, name), check_exact=True)


def test_a_study_is_added_to_and_the_digest_sees_what_was_drawn(cases, whole, tmp_path):
    small = study(cases, tmp_path / "mc", 6, reps_per_sample=3)
    assert study_digest(look_into(whole.folder), 6).text == small.digest
    assert study(cases, tmp_path / "mc", reps_per_sample=3).digest == whole.digest


def test_numbers_are_drawn_anew_for_each_replication_unless_they_are_shared(cases, tmp_path):
    found = study(cases[1:], tmp_path / "mc", 4)
    assert found.parameters[found.parameters["name"] == "demand"]["value"].nunique() == 4
    assert not len(found.variance), "not claimed with one replication a sample"
    assert found.metrics["year_sd"].isna().all()
    assert found.metrics["all_sd"].notna().any()


def test_settings_that_contradict_each_other_are_refused(cases, tmp_path):
    def refused(words, which=cases, **settings):
        with pytest.raises(ValueError, match=words):
            study(which, tmp_path / "mc", **settings)

    refused("no scenario has uncertain numbers", cases[:1], fixed=True)
    refused("no scenario has uncertain numbers", cases[:1], reps_per_sample=2)
    refused("no samples", fixed=True, reps_per_sample=2)
    refused("antithetic pairs", antithetic=True, reps_per_sample=2)
    for noise in ("operations", "parameters"):
        refused("no scenario has uncertain numbers", cases[:1], noise=noise)
        refused("leave it or the noise out", fixed=True, noise=noise)
    refused("no numbers are drawn", noise="operations", reps_per_sample=2)
    refused("would be the same", noise="parameters", reps_per_sample=2)
    refused("12 replications are not whole samples of 5; give 15", reps_per_sample=5)
    refused("not a precision", plan=Plan(30, 0.1), reps_per_sample=3)


def test_parameters_alone_differ_where_luck_is_held(cases, tmp_path):
    found = study(cases, tmp_path / "mc", 4, noise="parameters")
    samples = read_samples(look_into(found.folder), 4)
    variants = variants_of(cases[1].reading)
    (tmp_path / "unknown.yaml").write_text(TEXT, encoding="utf-8")
    for replication in (0, 3):
        sets = (*SMALL, *variants.sets(replication))
        alone = sim.run(open_case(tmp_path / "unknown.yaml", sets=sets), replication=0)
        row = pd.DataFrame(metric_rows(alone)).set_index(["metric", "flow", "unit"]).loc[MEAN]
        assert samples.by_measure[MEAN]["unknown"][replication] == row["value"]
    plain = samples.by_measure[MEAN]["plain"]
    assert len(set(plain)) == 1, "nothing differs where nothing is uncertain"
    assert len(set(samples.by_measure[MEAN]["unknown"])) == 4
    both = study(cases, tmp_path / "all", 4)
    assert both.parameters.equals(found.parameters), "the draws are those of all noise"
    assert both.digest != found.digest
    years = found.metrics[found.metrics["metric"] == MEAN[0]].set_index("scenario")
    assert np.isnan(years.loc["unknown", "year_sd"]), "luck was held, so nothing is told of it"
    assert study(cases, tmp_path / "two", 4, noise="parameters", workers=2).digest == found.digest
    by_face = sim.monte_carlo(
        dict(zip(LABELS, cases, strict=True)),
        output=tmp_path / "face",
        replications=4,
        workers=1,
        noise="parameters",
    )
    assert by_face.digest == found.digest, "by the other engine too"
    manifest = json.loads((found.folder / "manifest.json").read_text())
    assert manifest["noise"] == "parameters"
    with pytest.raises(RunError, match="other inputs"):
        study(cases, found.folder, 4)


def test_operations_alone_differ_where_numbers_stand_at_their_medians(cases, tmp_path):
    found = study(cases, tmp_path / "mc", 3, noise="operations")
    variants = variants_of(cases[1].reading, is_middle=True)
    middle = variants.drawn(0)
    assert middle["customs"] == pytest.approx(12 / 1.25**0.5), "median of a lognormal law"
    assert 1.0 < middle["demand"] < 1.1, "the median of 0.5, 1, 1.8 lies above the mode"
    assert variants.drawn(7) == middle
    (tmp_path / "unknown.yaml").write_text(TEXT, encoding="utf-8")
    case = open_case(tmp_path / "unknown.yaml", sets=(*SMALL, *variants.sets(0)))
    samples = read_samples(look_into(found.folder), 3)
    for replication in range(3):
        rows = pd.DataFrame(metric_rows(sim.run(case, replication=replication)))
        row = rows.set_index(["metric", "flow", "unit"]).loc[MEAN]
        assert samples.by_measure[MEAN]["unknown"][replication] == row["value"]
    assert not len(found.parameters)
    assert not len(found.drivers)
    years = found.metrics[found.metrics["metric"] == MEAN[0]].set_index("scenario")
    assert years.loc["unknown", "year_sd"] == years.loc["unknown", "all_sd"]
    assert found.digest != study(cases, tmp_path / "fixed", 3, fixed=True).digest


def test_a_failure_of_held_luck_is_run_again_with_that_luck(cases, tmp_path):
    found = study(cases, tmp_path / "mc", 2, noise="parameters")
    failure = Failure(1, "ScenarioError", "", sets=("posts.torghundi-customs.servers=1",))
    command = rerun_command(look_into(found.folder), 1, failure)
    assert "--replication 0 " in command
    assert "--set posts.torghundi-customs.servers=1" in command


def test_a_replication_whose_numbers_do_not_go_together_fails_alone(tmp_path):
    path = tmp_path / "narrow.yaml"
    path.write_text(
        f"extends: {STARTER}\ncommodities: {{flour: {{wagon_load_t: 40}}}}\nuncertain:\n"
        "  payload: {path: wagon_types.covered.payload_t, law: {kind: choice, values: [68, 61]}}\n"
        "  load: {path: commodities.flour.wagon_load_t, law: {kind: choice, values: [62, 40]}}\n",
        encoding="utf-8",
    )
    case = open_case(path, sets=SMALL)
    found = study([case], tmp_path / "mc", 8)
    failures = [failure for _, failure in found.reached.failures]
    variants = variants_of(case.reading)
    bad = [r for r in range(8) if tuple(variants.drawn(r).values()) == (61.0, 62.0)]
    assert bad
    assert [failure.replication for failure in failures] == bad
    assert {failure.error for failure in failures} == {"ScenarioError"}
    assert failures[0].sets == variants.sets(bad[0])
    command = rerun_command(look_into(found.folder), 0, failures[0])
    assert "--set wagon_types.covered.payload_t=61.0" in command
    assert study([case], tmp_path / "mc", 8).digest == found.digest


def samples_of(n, size, seed=1):
    rng = np.random.default_rng(seed)
    x = np.repeat(rng.random(n), size)
    y = 10 * x + rng.standard_normal(n * size)
    return Samples(n * size, {MEAN: {"a": y}}, {("x", "h"): {"a": x}})


def test_tables_find_what_was_put_in():
    groups = Groups(reps_per_sample=4, varied=frozenset({"a"}))
    samples = samples_of(300, 4)
    row = variance_table(samples, ["a"], groups).iloc[0]
    assert row["low"] < 100 / 12 / (100 / 12 + 1) < row["high"]
    assert row["year_sd"] == pytest.approx(1, rel=0.1)
    row = driver_table(samples, ["a"], [MEAN], groups).iloc[0]
    assert row["rank_correlation"] > 0.95
    assert row["observations"] == 300
    row = summary_table(samples, ["a"], groups).iloc[0]
    assert row["all_sd"] == pytest.approx((100 / 12 + 1) ** 0.5, rel=0.1)
    single = Groups(varied=frozenset({"a"}))
    assert not len(variance_table(samples, ["a"], single))
    assert np.isnan(summary_table(samples, ["a"], single).iloc[0]["year_sd"])


def test_pairs_of_opposite_luck_take_the_first_of_each():
    samples = samples_of(40, 1)
    row = driver_table(samples, ["a"], [MEAN], Groups(antithetic=True)).iloc[0]
    assert row["observations"] == 20
