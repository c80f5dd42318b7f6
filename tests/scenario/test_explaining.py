"""Where a figure is from, what it means, which source speaks for it."""

import re

import numpy as np
import pytest
from scipy.stats import lognorm
from specimens import SOUND

from sim.scenario import assumptions, explain, read_scenario
from sim.scenario.sourcing import is_assumed


@pytest.fixture
def reading(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sound.yaml").write_text(SOUND)

    def read(text="", **kwargs):
        (tmp_path / "top.yaml").write_text("extends: sound.yaml\n" + text)
        return read_scenario("top.yaml", **kwargs)

    return read


def figures(reading):
    return {figure.path: figure for figure in assumptions(reading)}


def test_a_source_is_named_with_its_place(reading):
    told = explain(reading(), "lines.south.running_speed_kmh").splitlines()
    assert told[0] == "lines.south.running_speed_kmh: 50 km/h"
    assert told[-1] == "  source: L01: published (sound.yaml:18:15)"


def test_a_default_is_told_as_one(reading):
    told = explain(reading(), "lines.south.loop_tracks")
    assert "lines.south.loop_tracks: 2 tracks\n  from the defaults" in told
    assert told.endswith("source: the default of this program")
    assert explain(reading(), "terminals.town.receiving_tracks").startswith(
        "terminals.town.receiving_tracks: not given"
    )


def test_lists_laws_and_blocks_are_shown(reading):
    r = reading()
    assert explain(r, "flows.flour.legs").startswith(
        "flows.flour.legs: [flour-train, town-village]"
    )
    assert explain(r, "flows.flour.legs[1]").startswith("flows.flour.legs[1]: town-village")
    law = explain(r, "posts.border-rail.duration_h")
    assert "{kind: lognormal, mean: 12 h, cv_frac: 0.7}" in law
    assert "a map of 4 keys" in explain(r, "terminals")


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("terminals.tonw.gangs", "`terminals` has no `tonw`; did you mean `town`?"),
        ("terminals.town.gang", "`terminals.town` has no `gang`; did you mean `gangs`?"),
        ("terminls", "a scenario has no `terminls`; did you mean `terminals`?"),
        ("name.x", "`name` has no `x`"),
        ("flows.flour.legs[9]", "`flows.flour.legs[9]` is not given"),
    ],
)
def test_a_path_that_is_not_there_is_told_with_a_hint(reading, path, hint):
    assert explain(reading(), path) == hint


def test_sources_are_inherited_from_the_enclosing_blocks(reading):
    found = figures(reading())
    assert found["lines.south.loop_spacing_km"].source == "E0, estimate 2026"
    assert found["lines.south.running_speed_kmh"].source == "L01: published"
    assert found["terminals.mill.gangs"].source == "assumed: a specimen"
    assert found["posts.border-rail.duration_h"].value == "lognormal: mean 12, cv_frac 0.7 [h]"
    assert found["lines.south.loop_tracks"].file == ""
    assert found["lines.south.loop_tracks"].is_assumed
    assert (
        found["lines.south.loop_spacing_km"].file,
        found["lines.south.loop_spacing_km"].line,
    ) == (
        "sound.yaml",
        14,
    )


def test_a_source_below_does_not_speak_for_a_new_figure(reading):
    text = "lines: {south: {running_speed_kmh: 80}}\n"
    assert figures(reading(text))["lines.south.running_speed_kmh"].source == ""
    text = "lines: {south: {running_speed_kmh: 80, sources: {running_speed_kmh: L02}}}\n"
    assert figures(reading(text))["lines.south.running_speed_kmh"].source == "L02"
    text = "lines: {south: {running_speed_kmh: 80}}\nsources: {lines: 'L03: tender'}\n"
    assert figures(reading(text))["lines.south.running_speed_kmh"].source == "L03: tender"


def test_settings_are_no_figures(reading):
    found = figures(reading())
    assert not {"seed", "replications", "duration_d", "run_out_d"} & set(found)
    assert not any(path.endswith("priority") for path in found)
    assert "seasons.harvest.months.jan" in found


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("assumed", True),
        ("Assumed: as elsewhere", True),
        ("E0, estimate 2024: 6 to 72 h", True),
        ("K01 (confidence: estimate)", False),
        ("L01, reported: an estimate of 2019", False),
        ("assumedly", False),
        ("", False),
    ],
)
def test_what_counts_as_assumed(text, verdict):
    assert is_assumed(text) is verdict


UNSURE = """
uncertain:
  demand:
    paths: [flows.flour.tonnes_per_year]
    as: factor
    law: { kind: pert, low: 0.5, mode: 1, high: 1.5 }
    sources: { law: "L01: a guess" }
  border-h:
    path: posts.border-rail.duration_h.mean
    law: { kind: lognormal, mean: 12, cv_frac: 0.5 }
  crews:
    path: terminals.town.gangs
    law: { kind: choice, values: [2, 3], weights: [1, 2] }
rank_correlations:
  busy: { between: [demand, border-h], is: 0.4 }
"""


def test_an_uncertain_number_is_told_with_law_range_and_what_it_goes_with(reading):
    r = reading(UNSURE)
    own = r.require().flows["flour"].tonnes_per_year
    told = explain(r, "flows.flour.tonnes_per_year").splitlines()
    at = next(k for k, line in enumerate(told) if line.startswith("  uncertain"))
    assert told[at:] == [
        "  uncertain: multiplied by `demand`: pert, low 0.5, mode 1, high 1.5 (top.yaml:4:3)",
        f"  so it is: low {own / 2:g} t a year, mode {own:g} t a year, high {own * 1.5:g} t a year",
        "  source of its law: L01: a guess (top.yaml:8:16)",
        "  goes with: `border-h`, rank correlation 0.4",
    ]
    told = explain(r, "posts.border-rail.duration_h.mean")
    assert "  uncertain: drawn from `border-h`: lognormal, mean 12 h, cv_frac 0.5, " in told
    low, high = lognorm(s=np.log(1.25) ** 0.5, scale=12 / 1.25**0.5).ppf([0.001, 0.999])
    assert f"0.1 % quantile {low:.4g} h, 99.9 % quantile {high:.4g} h (top.yaml:9:3)" in told
    assert told.endswith("  goes with: `demand`, rank correlation 0.4")
    assert "its `mean` is drawn from `border-h`" in explain(r, "posts.border-rail.duration_h")
    told = explain(r, "terminals.town.gangs")
    assert "drawn from `crews`: choice, values 2, 3 gangs, weights 1, 2 (top" in told
    assert "goes with" not in told
    assert "uncertain" not in explain(r, "lines.south.running_speed_kmh")


def test_rank_correlations_that_cannot_be_are_told_as_they_are_used(reading):
    text = UNSURE + "  more: { between: [border-h, crews], is: 0.9 }\n"
    told = explain(
        reading(text + "  less: { between: [demand, crews], is: -0.9 }\n"),
        "terminals.town.gangs",
    )
    line = r"goes with: `(.+)`, rank correlation (-?0\.9), used as (-?[\d.]+): not all"
    used = {name: (asked, float(size)) for name, asked, size in re.findall(line, told)}
    assert {name: asked for name, (asked, _) in used.items()} == {
        "border-h": "0.9",
        "demand": "-0.9",
    }
    assert 0 < used["border-h"][1] < 0.9
    assert -0.9 < used["demand"][1] < 0


def test_a_file_with_faults_is_explained_without_its_laws(reading):
    assert "uncertain" not in explain(
        reading("duration_d: many\n" + UNSURE), "terminals.town.gangs"
    )
