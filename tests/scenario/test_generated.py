"""Schema and reference page are made from the models and do not drift."""

import json
from copy import deepcopy
from pathlib import Path

import jsonschema
import pytest
from specimens import SOUND

from sim.scenario import read_scenario, reference_page, scenario_schema, schema_text, write_schema
from sim.scenario.loader import load_text
from sim.scenario.nodes import plain
from sim.scenario.vocabulary import blocks

ROOT = Path(__file__).parents[2]
TREE = plain(load_text(SOUND, "sound.yaml").root)


def faults(tree):
    validator = jsonschema.Draft202012Validator(scenario_schema())
    return [error.json_path for error in validator.iter_errors(tree)]


def test_the_schema_of_the_repository_is_that_of_the_models():
    assert (ROOT / "scenarios" / "schema.json").read_text(encoding="utf-8") == schema_text()


def test_the_reference_page_is_that_of_the_models():
    page = (ROOT / "docs" / "reference" / "scenario.md").read_text(encoding="utf-8")
    assert page == reference_page()


def test_the_schema_is_a_schema_without_an_address():
    schema = scenario_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "$id" not in schema
    assert "://" not in schema_text().replace(schema["$schema"], "")


def test_a_sound_scenario_and_a_small_overlay_pass():
    assert faults(TREE) == []
    assert faults({"extends": "sound.yaml", "terminals": {"town": {"gangs": 3}}}) == []
    assert faults({"extends": "a.yaml", "disruptions": {"flood": None}, "duration_d": None}) == []
    assert faults({"extends": "a.yaml", "posts": {"x": {"duration_h": {"mean": 3}}}}) == []


def test_the_starter_passes():
    starter = ROOT / "sim" / "scenario" / "starter" / "starter.yaml"
    reading = read_scenario(starter)
    assert reading.problems == ()
    assert faults(reading.tree) == []
    assert starter.read_text().startswith("# yaml-language-server: $schema=schema.json\n")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("terminals", "town", "gang"), 3),
        (("terminals", "town", "gangs"), 0),
        (("terminals", "town", "gangs"), "3"),
        (("terminals", "Big Town"), {"station": "town"}),
        (("terminals", "town", "hours", "opens"), "8:00"),
        (("lines", "north", "grain"), "agregate"),
        (("lines", "north", "loop_spacing_km"), 8),
        (("posts", "border-rail", "duration_h", "kind"), "normal"),
        (("posts", "border-rail", "mode"), "train"),
        (("seasons", "harvest", "months", "January"), 1),
        (("wagon_types", "covered", "gauge_mm"), 1521),
        (("netwrok",), {}),
    ],
)
def test_a_slip_is_flagged_in_the_editor(path, value):
    tree = deepcopy(TREE)
    at = tree
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    assert faults(tree)


def test_a_missing_key_is_flagged_at_the_top_unless_the_file_extends_another():
    short = {key: value for key, value in TREE.items() if key != "flows"}
    assert faults(short)
    assert not faults({**short, "extends": "base.yaml"})


def test_the_schema_is_written_as_given(tmp_path):
    write_schema(tmp_path / "s.json")
    assert json.loads((tmp_path / "s.json").read_text()) == scenario_schema()


def test_every_key_of_every_block_stands_in_the_reference_with_a_meaning():
    page = reference_page()
    for name, shape in blocks().items():
        assert f"## {name}\n" in page
        for key in shape.keys:
            below = shape.child(key)
            assert key == "sources" or f"| `{key}` |" in page
            assert below.meaning or "const" in below.schema, (name, key)
