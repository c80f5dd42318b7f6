"""Points, ranges, sweeps and sensitivities of a small corridor, beside single runs of the same."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.analysis.metrics import measured_names, metric_names, metric_table
from sim.analysis.outcome import Outcome
from sim.analysis.points import grid_rows, open_origin, open_points, text_of
from sim.analysis.ranges import Range, end_rows, hypercube_rows, saltelli_rows
from sim.analysis.sweep import lever_columns
from sim.errors import RunError, ScenarioError
from sim.kernels.stopping import relative_half_width
from sim.kernels.summary import mean_interval
from sim.runs.replicate import replicate
from sim.scenario.levers import find_lever, short_names
from sim.tables import columns

STARTER = Path(sim.__file__).parent / "scenario" / "starter" / "starter.yaml"
ROOT = Path(__file__).parents[2]
WAGONS, GANGS = "fleets.flour-wagons.wagons", "terminals.torghundi.gangs"
SPEED = "lines.tm-border.commercial_speed_kmh"
PLAIN = """
extends: STARTER
duration_d: 40
run_out_d: 30
replications: 2
posts: { torghundi-customs: { duration_h: 1, servers: 9, hours: null } }
terminals: { torghundi: { tracks: 9, unload_rate_t_per_h: RATE, hours: null } }
fleets: { flour-wagons: { wagons: 2000 } }
trucks: { herat-trucks: { trucks_per_day: 600 } }
flows: { flour: { season: null } }
seasons: { even-but-ramadan: null }
disruptions: { spring-flood: null }
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "small.yaml"
    path.write_text(f"extends: {STARTER}\nduration_d: 8\nrun_out_d: 15\nreplications: 2\n")
    return path


@pytest.fixture(scope="module")
def swept(small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep") / "study"
    over = {WAGONS: [40, 160], GANGS: [1, 6]}
    return sim.sweep(small, over, output=folder, workers=1)


def test_what_a_lever_is():
    tree = sim.load(STARTER).tree
    lever = find_lever(tree, WAGONS)
    assert (lever.is_whole, lever.is_number, lever.value) == (True, True, 160)
    assert not find_lever(tree, SPEED).is_whole
    assert find_lever(tree, SPEED).unit == "km/h"
    assert find_lever(tree, "posts.torghundi-customs.duration_h.mean").value == 12
    assert find_lever(tree, "posts.torghundi-customs.duration_h").is_number
    assert not find_lever(tree, "name").is_number
    assert find_lever(tree, "fleets.nowhere.wagns").value is None


def test_short_names_tell_levers_apart():
    assert short_names(["a.wagons", "b.wagons"]) == ["a.wagons", "b.wagons"]
    assert short_names(["a.c.wagons", "a.c.gangs"]) == ["wagons", "gangs"]
    assert short_names(["wagons", "a.wagons"]) == ["wagons", "a.wagons"]


@pytest.mark.parametrize(
    ("value", "text"), [(1e-5, "0.00001"), (123456.7, "123457"), (0.1 + 0.2, "0.3"), (-2.5, "-2.5")]
)
def test_numbers_are_written_as_a_scenario_takes_them(value, text):
    assert text_of(value, is_whole=False) == text


def test_points_that_are_alike_are_carried_out_once(small):
    origin = open_origin(small, [WAGONS])
    points = open_points(origin, [("40",), ("160",), ("40",), (None,)])
    assert points.labels == ("base", "wagons=40")
    assert points.case_of == (1, 0, 1, 0)
    assert points.sets[1] == (f"{WAGONS}=40",)


def test_a_point_that_cannot_be_run_is_told_with_its_values(small):
    origin = open_origin(small, [WAGONS])
    with pytest.raises(ScenarioError) as told:
        open_points(origin, [("40",), ("-3",), ("-4",)])
    assert told.value.problems[0] == f"at {WAGONS}=-3:"
    assert "--set" in told.value.problems[1]
    assert told.value.problems[-1].startswith("1 more of 3 points")


def test_bad_ranges_are_refused(small):
    origin = open_origin(small, [WAGONS])
    for low, high, words in ((5, 5, "lower end first"), (1.5, 9, "takes whole numbers")):
        with pytest.raises(ValueError, match=words):
            end_rows(origin, [Range(WAGONS, low, high)])
    with pytest.raises(ValueError, match="takes no number"):
        end_rows(open_origin(small, ["name"]), [Range("name", 1, 2)])
    with pytest.raises(ValueError, match="varied twice"):
        open_origin(small, [WAGONS, WAGONS])
    with pytest.raises(ValueError, match="at most 5,000"):
        hypercube_rows(origin, [Range(WAGONS, 1, 9)], 5001)
    with pytest.raises(ValueError, match="at most 5,000"):
        grid_rows([[str(k) for k in range(100)]] * 3)


def test_rows_of_a_hypercube_and_of_saltelli_are_the_same_each_time(small):
    origin = open_origin(small, [WAGONS, SPEED])
    spans = [Range(WAGONS, 40, 160), Range(SPEED, 10, 20)]
    rows = hypercube_rows(origin, spans, 9)
    assert rows == hypercube_rows(origin, spans, 9)
    assert len(rows) == 9
    assert all(value.isdigit() for value, _ in rows)
    assert len(saltelli_rows(origin, spans, 4)) == 16


def test_a_sweep_holds_what_single_runs_of_each_point_give(small, swept):
    table = swept.tables["sweep"]
    case = sim.load(small, sets=[f"{WAGONS}=40", f"{GANGS}=1"])
    one = table[(table["point"] == "wagons=40, gangs=1") & (table["metric"] == "transit_mean_d")]
    values = []
    for replication in range(2):
        found = metric_table(sim.run(case, replication=replication))
        is_it = (found["metric"] == "transit_mean_d") & (found["flow"] == "flour")
        values.append(float(found.loc[is_it, "value"].iloc[0]))
    assert one["mean"].iloc[0] == pytest.approx(np.mean(values))
    base = table[(table["point"] == "base") & (table["metric"] == "transit_mean_d")]
    assert one["difference"].iloc[0] == pytest.approx(np.mean(values) - base["mean"].iloc[0])


def test_a_sweep_has_a_column_for_each_lever_and_the_base_first(swept):
    table = swept.tables["sweep"]
    assert list(table)[:3] == ["point", WAGONS, GANGS]
    assert [c for c in table if c not in {WAGONS, GANGS}] == [c.column for c in columns("sweep")]
    points = table.drop_duplicates("point")
    assert points[[WAGONS, GANGS]].to_numpy().tolist() == [
        [160, 6],
        [40, 1],
        [40, 6],
        [160, 1],
        [160, 6],
    ]
    kept = pd.read_parquet(swept.folder / "sweep.parquet")
    pd.testing.assert_frame_equal(kept, table)
    same = table[table["point"] == "wagons=160, gangs=6"]
    assert (same["difference"].dropna() == 0).all(), "the base itself"


def test_more_replications_add_and_other_points_are_refused(small, swept, tmp_path):
    over = {WAGONS: [40, 160], GANGS: [1, 6]}
    one = sim.sweep(small, over, output=tmp_path / "a", replications=1, workers=1)
    both = sim.sweep(small, over, output=tmp_path / "a", replications=2, workers=2)
    assert one.digest != both.digest == swept.digest
    with pytest.raises(RunError, match="other inputs"):
        sim.sweep(small, {WAGONS: [41]}, output=tmp_path / "a", workers=1)
    with pytest.raises(ValueError, match="seed is no lever"):
        sim.sweep(small, {"seed": [1, 2]}, output=tmp_path / "b", workers=1)


def test_settings_are_laid_upon_every_point(small, tmp_path):
    sets = ["duration_d=6", f"{GANGS}=2"]
    found = sim.sweep(
        small, {WAGONS: [40]}, output=tmp_path / "s", replications=1, workers=1, sets=sets
    )
    point = sim.load(small, sets=[*sets, f"{WAGONS}=40"])
    assert found.points.cases[1].scenario == point.scenario
    assert found.points.cases[0].scenario == sim.load(small, sets=sets).scenario
    moved = sim.sensitivity(
        small, {GANGS: (1, 6)}, output=tmp_path / "t", replications=1, workers=1, sets=sets[:1]
    )
    assert {case.scenario.duration_d for case in moved.points.cases} == {6}
    target = ("transit_mean_d", "<=", 900.0)
    sought = sim.search(
        small, GANGS, (5, 5), target=target, output=tmp_path / "u", replications=2, sets=sets[:1]
    )
    assert json.loads((sought.folder / "manifest.json").read_text())["set"] == sets[:1]


def test_pairs_of_opposite_luck_are_one_observation(small, tmp_path):
    def swept_with(n, **how):
        folder = tmp_path / "-".join(map(str, (n, *how.values())))
        return sim.sweep(small, {GANGS: [2]}, output=folder, replications=n, workers=1, **how)

    found = swept_with(6, antithetic=True)
    alone = sim.load(small, sets=[f"{GANGS}=2"])
    key = ("transit_mean_d", "flour", "d")
    raw = found.samples.by_measure[key]["gangs=2"]
    turned = replicate(alone.arrays, 3, antithetic=True)
    rows = metric_table(Outcome(alone.scenario, alone.arrays, turned)).set_index("metric")
    assert raw[3] == rows.loc["transit_mean_d", "value"]
    np.testing.assert_array_equal(found.values(key)[0], raw.reshape(3, 2).mean(axis=1))
    table = found.tables["sweep"]
    row = table[(table["point"] == "gangs=2") & (table["metric"] == key[0])].iloc[0]
    assert row["observations"] == 3
    assert (row["mean"], row["low"], row["high"]) == mean_interval(found.values(key)[0])
    assert swept_with(6).digest != found.digest
    with pytest.raises(ValueError, match="not whole pairs of opposite luck; give 6"):
        swept_with(5, antithetic=True)


def test_a_precision_ends_a_sweep_at_a_look_whatever_the_workers(small, tmp_path):
    def swept_on(name, **how):
        asked = {"metrics": ["delivered_t"], "until_frac": 0.5}
        return sim.sweep(small, {GANGS: [2]}, output=tmp_path / name, **asked, **how)

    found = swept_on("one", workers=1)
    assert found.reached.replications == 30
    assert found.reached.is_precise
    assert found.samples.replications == 30
    assert swept_on("two", workers=2).digest == found.digest
    values = np.concatenate((found.base(DELIVERED), found.values(DELIVERED)[0])).reshape(2, -1)
    expected = max(relative_half_width(row, looks=2) for row in values)
    assert found.reached.widest == expected


DELIVERED = ("delivered_t", "flour", "t")


def test_what_does_not_go_with_sobol_or_a_share_of_years_is_refused(small, tmp_path):
    vary = {GANGS: (1, 6), SPEED: (14, 16)}
    for how, words in (({"antithetic": True}, "independent"), ({"until_frac": 0.1}, "samples")):
        with pytest.raises(ValueError, match=words):
            sim.sensitivity(small, vary, output=tmp_path / "s", method="sobol", **how)
        target = ("transit_mean_d", "<=", 9.0)
        with pytest.raises(ValueError, match="leave one of the two out"):
            sim.search(
                small, GANGS, (1, 2), target=target, output=tmp_path / "s", share_frac=0.9, **how
            )
    with pytest.raises(ValueError, match="did you mean 'flour'"):
        sim.sensitivity(small, vary, output=tmp_path / "s", metrics=["transit_mean_d:flur"])
    with pytest.raises(ValueError, match="open to everyone"):
        sim.sweep(small, {GANGS: [1]}, output=tmp_path / "s", scheduler="tcp://192.0.2.1:1")
    assert not (tmp_path / "s").exists()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_sweep_and_a_search_on_a_cluster_are_those_of_one_process(small, tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        at = {"scheduler": cluster.scheduler_address}
        swept_with = [
            sim.sweep(small, {GANGS: [2]}, output=tmp_path / f"sweep{k}", **how).digest
            for k, how in enumerate((at, {"workers": 1}))
        ]
        tries = [
            sim.search(
                small, GANGS, (5, 6), target=("transit_mean_d", "<=", 900.0), replications=2,
                output=tmp_path / f"search{k}", **how,
            ).tries
            for k, how in enumerate((at, {"workers": 1}))
        ]  # fmt: skip
    assert swept_with[0] == swept_with[1]
    pd.testing.assert_frame_equal(*tries, check_exact=True)


def test_values_that_are_words_make_columns_of_words(small):
    origin = open_origin(small, ["dispatch", WAGONS])
    points = open_points(origin, [("first-come", "40"), ("priority", "40")])
    found = lever_columns(points)
    assert found["dispatch"].tolist()[1:] == ["first-come", "priority"]
    assert found[WAGONS].tolist() == [160.0, 40.0, 40.0]


def test_a_tornado_is_made_of_paired_differences_widest_first(small, swept, tmp_path):
    vary = {SPEED: (14, 16), GANGS: (1, 6)}
    found = sim.sensitivity(small, vary, output=tmp_path / "t", workers=1, metrics=["delivered_t"])
    table = found.tables["tornado"]
    assert list(table) == [c.column for c in columns("tornado")]
    assert table["lever"].tolist() == [GANGS, GANGS, SPEED, SPEED]
    assert table["side"].tolist() == ["low", "high"] * 2
    row = table.iloc[0]
    of = swept.tables["sweep"]
    known = of[(of["point"] == "wagons=160, gangs=1") & (of["metric"] == "delivered_t")].iloc[0]
    for name in ("mean", "difference", "difference_low", "difference_high"):
        assert row[name] == pytest.approx(known[name])
    assert row["swing"] == pytest.approx(-known["difference"])
    assert table["difference"].iloc[1] == 0
    with pytest.raises(ValueError, match="two numbers"):
        sim.sensitivity(small, {GANGS: (1,)}, output=tmp_path / "u")


@pytest.mark.slow
def test_sobol_finds_the_lever_that_moves_everything(small, tmp_path):
    vary = {GANGS: (1, 6), SPEED: (14.9, 15.1)}
    found = sim.sensitivity(
        small, vary, output=tmp_path / "s", method="sobol", samples=4, replications=2, workers=1
    )
    table, luck = found.tables["sobol"], found.tables["sobol_luck"]
    assert list(table) == [c.column for c in columns("sobol")]
    first = table[table["metric"] == "transit_mean_d"].set_index("lever")
    assert first.loc[GANGS, "total_frac"] > 0.5
    assert first.loc[SPEED, "total_frac"] < 0.1
    assert (table["first_low_frac"] <= table["first_high_frac"]).all()
    assert (luck["points"] == 8).all()
    assert luck["luck_frac"].between(0, 1).all()
    manifest = json.loads((found.folder / "manifest.json").read_text())
    assert manifest["kind"] == "sensitivity"


@pytest.mark.slow
def test_a_search_finds_the_hand_known_number_of_gangs(tmp_path):
    """250,000 t a year are 685 t a day; a gang unloads 8 t/h for 24 h: 192 t; so 3.6 gangs."""
    path = tmp_path / "plain.yaml"
    path.write_text(PLAIN.replace("STARTER", str(STARTER)).replace("RATE", "8"))
    target = ("delivered_t", ">=", 0.9 * 250_000 * 40 / 365)
    found = sim.search(
        path, GANGS, (2, 6), target=target, output=tmp_path / "s", replications=2, workers=1
    )
    assert found.answer == 4
    assert not found.found.doubts
    tries = found.tries.set_index("value")
    assert tries.loc[3, "verdict"] == "misses"
    assert tries.loc[3, "mean"] == pytest.approx(3 * 192 * 40, rel=0.15)
    assert list(found.tries) == [c.column for c in columns("tries")]
    manifest = json.loads((tmp_path / "s" / "manifest.json").read_text())
    assert (manifest["kind"], manifest["answer"]) == ("search", 4)
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "s").rglob("b*.parquet")}
    lower = ("delivered_t", ">=", 0.6 * 250_000 * 40 / 365)
    again = sim.search(
        path, GANGS, (2, 6), target=lower, output=tmp_path / "s", replications=2, workers=1
    )
    assert again.answer == 3
    after = {p: p.stat().st_mtime_ns for p in (tmp_path / "s").rglob("b*.parquet")}
    assert before.items() <= after.items(), "what was tried is not done again"


def test_a_search_refuses_what_it_cannot_halve(small, tmp_path):
    target = ("transit_mean_d", "<=", 9.0)
    for lever, span, words in (
        (SPEED, (10, 20), "other than whole numbers"),
        (WAGONS, (20, 10), "lower end first"),
    ):
        with pytest.raises(ValueError, match=words):
            sim.search(small, lever, span, target=target, output=tmp_path / "s")
    with pytest.raises(ValueError, match="compares nothing"):
        sim.search(small, WAGONS, (1, 2), target=("a", "=", 1), output=tmp_path / "s")
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("name", ["full-line", "gauge-1435-store", "locomotives"])
def test_everything_measured_is_known_before_anything_runs(name):
    """The measures of a replication are among those that the scenario alone tells."""
    case = sim.load(ROOT / "scenarios" / f"{name}.yaml", sets=["duration_d=4", "run_out_d=4"])
    known = measured_names(case.scenario, case.arrays)
    assert set(known) == set(metric_names())
    for row in metric_table(sim.run(case)).itertuples():
        assert row.flow in known[row.metric] or row.metric == "section_occupied_frac"


def test_stocks_are_known_by_name():
    case = sim.load(ROOT / "scenarios" / "questions" / "06-closure-stock.yaml")
    known = measured_names(case.scenario, case.arrays)
    assert known["stock_out_d"] == tuple(sorted(case.scenario.stocks))
    assert known["stock_out_d"]
