"""What `corridor physics` tells: the models that were taken, and curves on a part of the way."""

from pathlib import Path

import pytest

from sim import load
from sim.analysis.train_runs import MOST_WAGONS, heaviest_rakes, train_run

ROOT = Path(__file__).parents[2]
FILE = ROOT / "scenarios" / "own-resistance.yaml"
PHYSICS = "lines.af-torghundi-herat.physics"


@pytest.fixture(scope="module")
def own():
    return load(FILE)


def figures(case, **choice):
    return train_run(case, "flour-herat", **choice).figures


def test_the_models_that_were_taken_are_told(own):
    told = figures(own)
    assert told["resistance"] == "table of each vehicle"
    assert told["curves"] == (
        "torghundi-sanabar: 4 listed, tightest 400 m; "
        "elsewhere 600 m on 25% of the length, mean 0.29 permille"
    )
    assert (told["start"], told["start_permille"]) == ("given", pytest.approx(2.0))
    # by hand: 22 km with 4 curves, 137 km of 700/600 x 0.25
    listed = 700 * (450 / 500 + 300 / 400 + 1100 / 800 + 600 / 500)
    mean = (listed + 700 / 600 * 0.25 * 137_000) / 159_000
    assert told["curve_permille"] == pytest.approx(mean, rel=1e-6)


def test_a_part_of_the_way_has_its_own_curves(own):
    part = figures(own, ends=("torghundi", "sanabar"))
    assert part["curves"] == "torghundi-sanabar: 4 listed, tightest 400 m"
    listed = 700 * (450 / 500 + 300 / 400 + 1100 / 800 + 600 / 500)
    assert part["curve_permille"] == pytest.approx(listed / 22_000, rel=1e-6)
    home = figures(own, ends=("torghundi", "sanabar"), home=True)
    assert home["curve_permille"] == pytest.approx(part["curve_permille"], rel=1e-9)
    rest = figures(own, ends=("sanabar", "herat_airport"))
    assert rest["curves"] == "600 m on 25% of the length, mean 0.29 permille"


def test_defaults_are_told_too():
    told = figures(load(ROOT / "scenarios" / "herat.yaml"), is_laden=False)
    assert told["resistance"] == "ptr1520, welded track"
    assert told["curves"] == "mean 0.3 permille"
    # 28/(q+7), 23 t on four axles
    assert told["start"] == "by the 1520 mm rules"
    assert told["start_permille"] == pytest.approx(28 / 12.75)


@pytest.mark.parametrize(
    ("sets", "words"),
    [
        ([f"{PHYSICS}.resistance=strahl"], "strahl, 1.4 and 2.5 permille"),
        (
            [
                f"{PHYSICS}.resistance=ptr1520",
                "wagon_types.covered-1520.bearings=plain",
                "wagon_types.covered-1520.resistance_table_empty.speed_kmh=[0, 60, 120]",
                "wagon_types.covered-1520.resistance_table_empty.specific_permille=[1, 4, 8]",
            ],
            "ptr1520, welded track; wagons by `resistance_table_empty`",
        ),
    ],
)
def test_other_models_are_told(sets, words):
    assert figures(load(FILE, sets=sets), is_laden=False)["resistance"] == words


def test_the_example_runs_as_the_rules_it_is_made_of(own):
    ruled = load(FILE, sets=[f"{PHYSICS}.resistance=ptr1520"])
    for laden in (True, False):
        by_table = figures(own, is_laden=laden)["minimum_min"]
        assert by_table == pytest.approx(figures(ruled, is_laden=laden)["minimum_min"], rel=2e-3)


def test_more_starting_resistance_pulls_fewer_wagons(own):
    free = load(FILE, sets=[f"{PHYSICS}.start_resistance_permille=0"])
    both = zip(heaviest_rakes(own, "flour-herat"), heaviest_rakes(free, "flour-herat"), strict=True)
    assert all(less["wagons"] <= more["wagons"] for less, more in both)
    assert heaviest_rakes(own, "flour-herat")[0]["wagons"] < MOST_WAGONS
