"""What the checks let pass and what not, where freight may divert and wagons are shared."""

import json

import pytest
from specimens import SOUND, context

from sim.scenario import check_scenario, has_errors, read_scenario

FLOUR = {"commodity": "flour", "tonnes_per_year": 900}


def codes(tmp_path, changes):
    (tmp_path / "sound.yaml").write_text(SOUND, encoding="utf-8")
    path = tmp_path / "drawn.yaml"
    path.write_text(json.dumps({"extends": "sound.yaml"} | changes), encoding="utf-8")
    reading = read_scenario(path)
    assert reading.scenario is not None
    found = check_scenario(reading, context())
    return [problem.code for problem in found if has_errors((problem,))]


def test_return_freight_may_ride_trains_whose_lots_may_divert(tmp_path):
    changes = {
        "terminals": {"mill": {"tracks": 2}},
        "services": {"second-train": {
            "origin": "mill", "destination": "town", "fleet": "mill-wagons", "rake_wagons": 10,
            "departs": {"rule": "when-full", "longest_wait_h": 20},
        }},
        "flows": {
            "flour": {"divert": {"queue_lots": 3, "legs": ["second-train", "town-village"]}},
            "back": FLOUR | {"origin": "town", "destination": "mill", "legs": ["flour-train"]},
        },
    }  # fmt: skip
    assert codes(tmp_path, changes) == []


def test_a_train_ridden_home_only_by_a_diversion_never_runs(tmp_path):
    changes = {
        "services": {"second-train": {
            "origin": "mill", "destination": "town", "fleet": "mill-wagons", "rake_wagons": 10,
            "departs": {"rule": "when-full", "longest_wait_h": 20},
        }},
        "flows": {"back": FLOUR | {
            "origin": "town", "destination": "mill", "legs": ["flour-train"],
            "divert": {"queue_lots": 3, "legs": ["second-train"]},
        }},
    }  # fmt: skip
    assert codes(tmp_path, changes) == ["return-only"]


@pytest.mark.parametrize(("wagons", "found"), [(18, ["fleet-stuck"]), (19, [])])
def test_wagons_fill_one_of_two_trains(tmp_path, wagons, found):
    train = {"origin": "mill", "destination": "town", "fleet": "few", "rake_wagons": 10,
             "departs": {"rule": "when-full"}}  # fmt: skip
    changes = {
        "fleets": {"few": {"wagon_type": "covered", "wagons": wagons, "home": "mill"}},
        "services": {"one": train, "other": train},
        "flows": {
            leg: FLOUR | {"origin": "mill", "destination": "town", "legs": [leg]}
            for leg in ("one", "other")
        },
    }
    assert codes(tmp_path, changes) == found
