"""Uncertain numbers are drawn each from a stream of its own, and shift nobody else's luck."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import sim
from sim.arrays.layout import content_hash
from sim.errors import ScenarioError
from sim.runs.case import inspect, open_case
from sim.runs.drawing import draw_luck
from sim.runs.variants import variants_of
from sim.scenario import has_errors, read_scenario

STARTER = Path(sim.__file__).parent / "scenario" / "starter" / "starter.yaml"
SHORT = ("duration_d=10", "run_out_d=20")
UNIFORM = "law: {kind: uniform, low: 0.5, high: 1.5}"
ENTRIES = {
    "demand": f"{{path: flows.flour.tonnes_per_year, as: factor, {UNIFORM}}}",
    "customs": f"{{path: posts.torghundi-customs.duration_h.mean, as: factor, {UNIFORM}}}",
    "gangs": "{path: terminals.torghundi.gangs, law: {kind: choice, values: [4, 6, 8]}}",
    "hire": f"{{path: fleets.flour-wagons.hire_usd_per_wagon_day, as: factor, {UNIFORM}}}",
}
TOGETHER = "rank_correlations:\n  busy: {between: [demand, customs], is: 0.8}\n"


def written(path, names, *, more=""):
    entries = "".join(f"  {name}: {ENTRIES[name]}\n" for name in names)
    path.write_text(f"extends: {STARTER}\nuncertain:\n{entries}{more}", encoding="utf-8")
    return path


@pytest.fixture
def made(tmp_path):
    def make(*names, more="", **how):
        path = written(tmp_path / f"{'-'.join(names)}.yaml", names, more=more)
        return variants_of(open_case(path, sets=SHORT).reading, **how)

    return make


def test_a_new_number_or_another_order_shifts_no_draw(made):
    few, many = made("demand", "gangs"), made("hire", "gangs", "customs", "demand")
    for sample in range(20):
        one, other = few.drawn(sample), many.drawn(sample)
        assert {name: other[name] for name in one} == one


def test_numbers_that_go_together_shift_no_others(made):
    apart = made("demand", "customs", "gangs", "hire")
    together = made("hire", "demand", "gangs", "customs", more=TOGETHER)
    for sample in range(20):
        one, other = apart.drawn(sample), together.drawn(sample)
        assert {one[name] == other[name] for name in ("gangs", "hire")} == {True}
        assert one["customs"] == pytest.approx(other["customs"]), "the first of its group"
    draws = np.array([list(together.drawn(s).values()) for s in range(3000)])
    found = stats.spearmanr(draws).statistic
    assert found[1, 3] == pytest.approx(0.8, abs=0.03)
    assert abs(found[0, 1]) < 0.05


def test_the_luck_of_operations_does_not_know_of_uncertain_numbers(made):
    case = open_case(STARTER, sets=SHORT)
    variants = made("hire")
    _, arrays = variants.at(3)
    assert content_hash(arrays) == content_hash(case.arrays), "hire is no part of the arrays"
    _, arrays = made("customs").at(3)
    ours, theirs = draw_luck(arrays, 5), draw_luck(case.arrays, 5)
    assert (ours.offered_ms == theirs.offered_ms).all()
    assert (ours.unload_ms == theirs.unload_ms).all()
    assert (ours.step_ms != theirs.step_ms).any()


def test_scenarios_share_the_draws_of_their_numbers(made, tmp_path):
    path = written(tmp_path / "other.yaml", ["demand"], more="name: Another\n")
    other = variants_of(open_case(path, sets=(*SHORT, "fleets.flour-wagons.wagons=90")).reading)
    assert other.drawn(4)["demand"] == made("demand", "gangs").drawn(4)["demand"]
    seeded = variants_of(open_case(path, sets=(*SHORT, "seed=9")).reading)
    assert seeded.drawn(4) != other.drawn(4)


def test_each_sample_has_its_replications(made):
    variants = made("demand", reps_per_sample=3)
    assert [variants.sample_of(r) for r in range(7)] == [0, 0, 0, 1, 1, 1, 2]
    assert variants.drawn(1) == made("demand").drawn(1), "whatever their number"


def test_pairs_of_opposite_luck_have_opposite_numbers(made):
    variants = made("demand", "customs", more=TOGETHER, antithetic=True)
    even, odd = variants.uniform(6), variants.uniform(7)
    for name, value in even.items():
        assert value + odd[name] == pytest.approx(1.0, abs=1e-12)
    assert even == made("demand", "customs", more=TOGETHER).uniform(6)


def test_a_sample_is_the_scenario_with_its_numbers_set(made, tmp_path):
    variants = made("demand", "customs", "gangs")
    scenario, arrays = variants.at(2)
    sets = variants.sets(2)
    same = open_case(tmp_path / "demand-customs-gangs.yaml", sets=(*SHORT, *sets, "uncertain="))
    assert same.scenario == scenario
    assert content_hash(same.arrays) == content_hash(arrays)
    assert arrays.teams.units[1] in {4, 6, 8}


def test_variants_go_to_workers(made):
    variants = made("demand", "customs", more=TOGETHER)
    variants.at(0)
    other = pickle.loads(pickle.dumps(variants))  # noqa: S301
    assert other.drawn(3) == variants.drawn(3)
    assert content_hash(other.at(3)[1]) == content_hash(variants.at(3)[1])


def test_numbers_that_do_not_go_together_are_told_as_drawn(made):
    low, high = (f"law: {{kind: choice, values: [{x}, {x + 1}]}}" for x in (39, 60))
    more = (
        f"  payload: {{path: wagon_types.covered.payload_t, {high}}}\n"
        f"  load: {{path: commodities.flour.wagon_load_t, {low}}}\n"
    )
    # each alone is sound: a load of 40 t in 68 t, and 66 t would not ride in 60 t
    text = (
        f"extends: {STARTER}\ncommodities: {{flour: {{wagon_load_t: 40}}}}\nuncertain:\n"
        + more.replace("values: [39, 40]", "values: [62, 40]").replace("[60, 61]", "[68, 61]")
    )
    path = made("demand").reading.path.with_name("both.yaml")
    path.write_text(text, encoding="utf-8")
    variants = variants_of(open_case(path, sets=SHORT).reading)
    found = {}
    for sample in range(30):
        try:
            variants.at(sample)
        except ScenarioError as error:
            found[tuple(variants.drawn(sample).values())] = str(error)
        else:
            found[tuple(variants.drawn(sample).values())] = ""
    assert [key for key, text in found.items() if text] == [(61.0, 62.0)]
    words = found[61.0, 62.0]
    assert "drawn together: wagon_types.covered.payload_t=61.0" in words
    assert "commodities.flour.wagon_load_t=62.0" in words
    assert "at most 61 t" in words


def test_a_train_that_stalls_at_the_end_of_a_range_is_told(tmp_path):
    path = tmp_path / "steep.yaml"
    herat = Path(__file__).parents[2] / "scenarios" / "herat.yaml"
    law = "law: {kind: uniform, low: 30, high: 56}"
    path.write_text(
        f"extends: {herat}\nlocomotive_types: {{te33a: {{}}}}\nuncertain:\n"
        "  grade: {path: lines.af-torghundi-herat.physics.curve_permille, "
        "law: {kind: uniform, low: 0.1, high: 18}}\n"
        f"  rake: {{path: services.flour-herat.rake_wagons, {law}}}\n",
        encoding="utf-8",
    )
    problems, case = inspect(read_scenario(path))
    assert case is None
    found = [p for p in problems if has_errors((p,))]
    assert {p.code for p in found} == {"uncertain-beyond"}
    assert [p.key for p in found] == ["uncertain.grade.law"]
    assert found[0].fact.startswith("at its high no train could run: services.")
    assert found[0].way_out.startswith("narrow the law; or: ")
    assert found[0].mark.line == 4


def test_numbers_of_the_network_open_it_anew(tmp_path):
    herat = Path(__file__).parents[2] / "scenarios" / "herat.yaml"
    path = tmp_path / "graded.yaml"
    own = "lines.af-torghundi-herat.physics.ruling_grade_permille"
    graded = "{af-torghundi-herat: {physics: {ruling_grade_permille: 15}}}"
    path.write_text(
        f"extends: {herat}\nlines: {graded}\n"
        f"uncertain:\n  grade: {{path: {own}, law: {{kind: choice, values: [15, 18]}}}}\n",
        encoding="utf-8",
    )
    variants = variants_of(open_case(path).reading)
    seen = {variants.drawn(sample)["grade"]: sample for sample in range(8)}
    assert set(seen) == {15.0, 18.0}
    for grade, sample in seen.items():
        same = open_case(path, sets=(f"{own}={grade}", "uncertain="))
        assert content_hash(variants.at(sample)[1]) == content_hash(same.arrays)
