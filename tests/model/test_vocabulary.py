"""The models: closed, frozen, and every figure with a unit in its name."""

import pytest
from specimens import SOUND

from sim.model import Scenario
from sim.model.validation import validate
from sim.scenario.loader import load_text
from sim.scenario.nodes import plain
from sim.scenario.unit_words import unit_of
from sim.scenario.vocabulary import NUMBER, blocks, root_shape, shape_at

TREE = plain(load_text(SOUND, "sound.yaml").root)
IN_THE_UNIT_ABOVE = {"mean", "low", "mode", "high", "sd", "value", "months"}
BARE = {"is", "seed", "replications", "priority", "dispatch_batch", "order"}


def test_a_sound_tree_is_a_scenario_and_frozen():
    scenario = validate(TREE)
    assert isinstance(scenario, Scenario)
    with pytest.raises(ValueError, match="frozen"):
        scenario.seed = 3


def test_a_bad_tree_gives_every_refusal_with_its_place():
    refusals = validate({**TREE, "seed": -1, "nmae": 1})
    assert {(r.kind, r.place) for r in refusals} == {
        ("greater_than_equal", ("seed",)),
        ("extra_forbidden", ("nmae",)),
    }


@pytest.mark.parametrize(("name", "shape"), blocks().items())
def test_every_figure_bears_its_unit(name, shape):
    for key in shape.keys:
        below = shape.child(key)
        is_figure = below.is_number or below.is_law
        if is_figure and key not in IN_THE_UNIT_ABOVE | BARE:
            assert unit_of(key) or key.endswith("_frac"), (name, key)


@pytest.mark.parametrize(("name", "shape"), blocks().items())
def test_every_block_and_key_says_what_it_is(name, shape):
    assert shape.schema["about"].endswith("."), name
    for key in shape.keys:
        below = shape.child(key)
        is_tag = "const" in below.schema
        assert is_tag or below.meaning, (name, key)


def test_blocks_are_closed():
    for name, shape in blocks().items():
        assert shape.schema["additionalProperties"] is False, name


def test_shapes_follow_the_kind_of_a_block():
    assert "loop_tracks" in shape_at(("lines", "south"), TREE).keys
    assert "loop_tracks" not in shape_at(("lines", "north"), TREE).keys
    law = root_shape().child("posts").child("x").child("duration_h")
    assert law.is_law
    assert law.discriminator == "kind"
    assert law.of(3) == law.variants[NUMBER]
    assert law.of({"kind": "pert"}).name == "Pert"
    assert law.of("x") == law
    assert shape_at(("lines", "south", "nothing"), TREE) is None
    assert shape_at(("flows", "flour", "legs", 0), TREE).schema["type"] == "string"
