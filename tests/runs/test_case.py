"""Cases: read, checked, compiled; every fault of every file at once."""

from dataclasses import replace
from pathlib import Path

import pytest
from effort import part_of
from lines import make

from sim.arrays.compiler import compile_corridor
from sim.arrays.programs import CircleError
from sim.errors import ScenarioError
from sim.model import PlannedSection
from sim.model.network import Way
from sim.runs.case import open_case, open_cases
from sim.scenario import assumptions, read_scenario

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path for path in (ROOT / "scenarios").glob("*.yaml") if path.name != "base.yaml")


@pytest.mark.parametrize("path", part_of(SHIPPED, usual=20), ids=lambda path: path.stem)
def test_a_shipped_scenario_opens_without_a_warning(path):
    case = open_case(path)
    assert case.warnings == ()
    assert case.arrays.n_lots > 0


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_figure_of_a_shipped_scenario_has_a_source_or_says_it_is_assumed(path):
    bare = [f.path for f in assumptions(read_scenario(path)) if not f.source]
    assert not bare


def test_faults_of_all_files_are_told_at_once(tmp_path):
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("name: a\n")
    second.write_text("nam: b\n")
    with pytest.raises(ScenarioError) as caught:
        open_cases([first, second])
    text = str(caught.value)
    assert "a.yaml" in text
    assert "b.yaml" in text
    assert "did you mean `name`" in text


def test_an_unreadable_network_is_told_at_its_place(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(f"extends: {ROOT}/scenarios/today.yaml\nnetwork:\n  source: none.gpkg\n")
    with pytest.raises(ScenarioError, match=r"x.yaml:3:3 +network.source"):
        open_case(path)


def test_a_fault_of_a_network_is_told_with_its_way_out(tmp_path):
    stations = '{"type":"Feature","properties":{"id":"%s"},"geometry":{"type":"Point"}}'
    text = '{"type":"FeatureCollection","features":[' + stations % "a" + "]}"
    (tmp_path / "net.geojson").write_text(text)
    path = tmp_path / "x.yaml"
    path.write_text(f"extends: {ROOT}/scenarios/today.yaml\nnetwork:\n  source: net.geojson\n")
    with pytest.raises(ScenarioError) as caught:
        open_case(path)
    told = str(caught.value).splitlines()
    assert "net.geojson, feature 1: malformed" in told[-2]
    assert told[-1].strip() == "way out: redraw it or delete it"


def test_a_set_value_reaches_the_arrays():
    case = open_case(SHIPPED[0], sets=["duration_d=10", "seed=5"])
    assert case.arrays.horizon_ms == 10 * 86_400_000
    assert case.arrays.seed == 5


def test_lines_with_meets_in_a_circle_are_refused():
    made = make((30.0, 30.0))
    back = PlannedSection("s2-s0", "s2", "s0", "rail", 1520, 1, 30.0, "existing", "line")
    plan = replace(made.plan, sections={**made.plan.sections, back.id: back})

    def around(*_, **__):
        ids = ("home-s0", "s0-s1", "s1-s2", "s2-s0")
        return Way(("home", "s0", "s1", "s2", "s0"), ids, (False,) * 4)

    with pytest.raises(CircleError, match="runs in a circle"):
        compile_corridor(made.scenario, plan, around)


def test_hours_too_short_to_reach_a_place_of_rest_are_told_with_place_and_way_out():
    setting = "locomotive_pools.afghan-line.crew_hours_h=0.5"
    with pytest.raises(ScenarioError) as told:
        open_case(ROOT / "scenarios" / "locomotives.yaml", sets=(setting,))
    assert "sanabar-rabat_paryan" in str(told.value)
    assert "give 0.75 h or more" in str(told.value)
