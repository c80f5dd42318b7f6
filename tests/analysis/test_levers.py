"""Points, ranges, sweeps and sensitivities of a small corridor, beside single runs of the same."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.analysis.metrics import metric_table
from sim.analysis.points import grid_rows, open_origin, open_points, text_of
from sim.analysis.ranges import Range, end_rows, hypercube_rows, saltelli_rows
from sim.analysis.sweep import lever_columns
from sim.errors import RunError, ScenarioError
from sim.scenario.levers import find_lever, short_names
from sim.tables import columns

STARTER = Path(sim.__file__).parent / "scenario" / "starter" / "starter.yaml"
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
