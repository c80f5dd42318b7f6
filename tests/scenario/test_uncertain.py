"""Uncertain numbers in scenario files: their laws, their places, what they make."""

import numpy as np
import pytest
from scipy import stats
from specimens import SOUND

from sim.model import uncertain as laws
from sim.scenario import assumptions, explain, read_scenario
from sim.scenario.correlations import correlated_groups
from sim.scenario.figure_laws import law_ends, law_values
from sim.scenario.marks import dotted
from sim.scenario.variants import place_of, targets, unit_of_entry, varied

U = (np.arange(50_000) + 0.5) / 50_000
PERT = {"low": 2.0, "mode": 3.0, "high": 8.0}
LAWS = [
    (laws.UniformFigure(kind="uniform", low=-2.0, high=6.0), stats.uniform(-2, 8)),
    (laws.NormalFigure(kind="normal", mean=5.0, sd=2.0), stats.norm(5, 2)),
    (
        laws.NormalFigure(kind="normal", mean=5.0, sd=2.0, low=3.0, high=10.0),
        stats.truncnorm(-1, 2.5, loc=5, scale=2),
    ),
    (laws.NormalFigure(kind="normal", mean=0.0, sd=1.0, low=0.0), stats.halfnorm()),
    (
        laws.LognormalFigure(kind="lognormal", mean=4.0, cv_frac=0.5),
        stats.lognorm(np.sqrt(np.log1p(0.25)), scale=4 / np.sqrt(1.25)),
    ),
    (laws.TriangularFigure(kind="triangular", **PERT), stats.triang(1 / 6, loc=2, scale=6)),
    (laws.PertFigure(kind="pert", **PERT), stats.beta(1 + 4 / 6, 1 + 20 / 6, loc=2, scale=6)),
]


@pytest.mark.parametrize(("law", "known"), LAWS, ids=lambda x: getattr(x, "kind", ""))
def test_a_law_has_the_moments_and_quantiles_of_scipys(law, known):
    values = law_values(law, U)
    assert values.mean() == pytest.approx(known.mean(), rel=2e-3, abs=1e-3)
    assert values.std() == pytest.approx(known.std(), rel=5e-3)
    at = [0.001, 0.2, 0.5, 0.9, 0.999]
    np.testing.assert_allclose(law_values(law, at), known.ppf(at), rtol=1e-6, atol=1e-9)
    assert (np.diff(values) >= 0).all()
    assert np.isfinite(law_values(law, [0.0, 1.0])).all()


def test_choices_come_as_often_as_their_weights_say():
    law = laws.ChoiceFigure(kind="choice", values=(4.0, 8.0, 6.0), weights=(1.0, 1.0, 2.0))
    values, counts = np.unique(law_values(law, U), return_counts=True)
    assert values.tolist() == [4.0, 6.0, 8.0]
    np.testing.assert_allclose(counts / len(U), [0.25, 0.5, 0.25], atol=1e-4)
    observed = laws.EmpiricalFigure(kind="empirical", values=(1.0, 1.0, 4.0))
    assert law_values(observed, U).mean() == pytest.approx(2.0, abs=1e-3)


def test_a_law_is_held_against_the_scenario_at_its_ends():
    ends = [law_ends(law) for law, _ in LAWS]
    assert ends[0] == {"low": -2.0, "high": 6.0}
    assert list(ends[1]) == ["0.1 % quantile", "99.9 % quantile"]
    assert ends[1]["99.9 % quantile"] == pytest.approx(5 + 2 * 3.0902, abs=1e-3)
    assert ends[2] == {"low": 3.0, "high": 10.0}
    assert list(ends[3]) == ["low", "99.9 % quantile"]
    assert ends[6] == PERT
    many = laws.EmpiricalFigure(kind="empirical", values=(3.0, 1.0, 2.0))
    assert law_ends(many) == {"lowest value": 1.0, "highest value": 3.0}


ENTRIES = """
uncertain:
  demand:
    paths: [flows.flour.tonnes_per_year]
    as: factor
    law: {kind: uniform, low: 0.5, high: 1.5}
    sources: {law: "T02, official: 0.9 to 1.4 Mt"}
  servers:
    path: posts.border-rail.servers
    law: {kind: uniform, low: 1, high: 3}
  growth: {path: flows.flour.growth_frac_per_year, law: {kind: choice, values: [0, 0.1]}}
"""


@pytest.fixture
def read(tmp_path):
    def make(text, name="x.yaml"):
        (tmp_path / name).write_text(SOUND + text, encoding="utf-8")
        return read_scenario(tmp_path / name)

    return make


def test_a_path_leads_to_a_number_given_or_left_at_its_default(read):
    reading = read(ENTRIES)
    place = place_of(reading, "flows.flour.tonnes_per_year")
    assert (place.number, place.is_whole) == (20000, False)
    assert place_of(reading, "posts.border-rail.servers").is_whole
    assert place_of(reading, "flows.flour.growth_frac_per_year").number == 0.0
    assert place_of(reading, "posts.border-road.duration_h").number == 3
    assert not place_of(reading, "flows.nothing.tonnes_per_year").is_known
    assert place_of(reading, "flows.flour.season").number is None


def test_drawn_values_take_the_place_of_numbers_or_multiply_them(read):
    reading = read(ENTRIES)
    found = {t.entry: t for t in targets(reading)}
    assert found["demand"].number(1.25) == 25000.0
    assert found["servers"].number(2.4) == 2
    assert isinstance(found["servers"].number(2.6), int)
    numbers = {t.path: t.number(v) for t, v in zip(targets(reading), (1.25, 2.6, 0.1), strict=True)}
    other = varied(reading, numbers).require()
    assert other.flows["flour"].tonnes_per_year == 25000
    assert other.posts["border-rail"].servers == 3
    assert other.flows["flour"].growth_frac_per_year == 0.1
    assert not other.uncertain
    own = reading.require()
    assert own.flows["flour"].tonnes_per_year == 20000, "the file's own number stays"
    assert reading.tree["posts"]["border-rail"]["servers"] == 1


def test_what_comes_of_drawn_numbers_is_what_settings_make(read, tmp_path):
    reading = read(ENTRIES)
    numbers = {t.path: t.number(v) for t, v in zip(targets(reading), (0.7, 2, 0.1), strict=True)}
    sets = [f"{dotted(path)}={number!r}" for path, number in numbers.items()]
    same = read_scenario(tmp_path / "x.yaml", sets=[*sets, "uncertain="]).require()
    assert varied(reading, numbers).require() == same


def test_numbers_the_models_refuse_give_problems_with_their_place(read):
    reading = read(ENTRIES)
    found = varied(reading, {("posts", "border-rail", "servers"): 0})
    assert found.scenario is None
    assert found.problems[0].key == "posts.border-rail.servers"
    assert found.problems[0].mark.line == reading.marks["posts", "border-rail", "servers"].line


def test_a_law_is_one_figure_with_its_source(read):
    reading = read(ENTRIES)
    figures = {f.path: f for f in assumptions(reading)}
    assert figures["uncertain.demand.law"].value == "uniform: low 0.5, high 1.5"
    assert figures["uncertain.demand.law"].source.startswith("T02")
    assert not figures["uncertain.demand.law"].is_assumed
    assert figures["uncertain.growth.law"].value == "choice: values 0 0.1"
    assert "T02" in explain(reading, "uncertain.demand.law")


def test_a_factor_has_no_unit(read):
    reading = read(ENTRIES)
    assert unit_of_entry(reading, "demand") == ""
    assert unit_of_entry(reading, "servers") == "servers"


def test_numbers_that_go_together_form_groups_whatever_the_order(read):
    entries = "".join(
        f"  {name}: {{path: {path}, law: {{kind: uniform, low: 1, high: 2}}}}\n"
        for name, path in (
            ("d", "flows.flour.tonnes_per_year"),
            ("c", "commodities.flour.value_usd_per_t"),
            ("b", "posts.border-rail.servers"),
            ("a", "terminals.mill.gangs"),
            ("e", "terminals.town.gangs"),
        )
    )
    together = """rank_correlations:
  one: {between: [d, a], is: 0.5}
  two: {between: [c, b], is: -0.5}
  three: {between: [d, b], is: 0.1}
"""
    groups = correlated_groups(read(f"uncertain:\n{entries}{together}").require())
    assert [group.names for group in groups] == [("a", "b", "c", "d")]
    assert not groups[0].was_repaired
    assert groups[0].asked[0].tolist() == [1.0, 0.0, 0.0, 0.5]
    assert groups[0].used is groups[0].asked
