"""Running times from physics in the programs of trains, and what is said of those that stall."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lines import make, merged, tree_of

from sim import load
from sim.arrays.compiler import compile_corridor
from sim.arrays.consist import Consist, train_of
from sim.arrays.parts import MEET
from sim.arrays.performance import Ground, stretch_times, whole_profile
from sim.arrays.physics import CannotClimbError
from sim.errors import ScenarioError
from sim.kernels.running_time import running_time_s
from sim.model import Scenario

ROOT = Path(__file__).parents[2]
LOCOMOTIVE = {
    "gauge_mm": 1520,
    "mass_t": 138,
    "length_m": 22,
    "max_speed_kmh": 100,
    "effort": {"kind": "power", "power_kw": 2800, "start_kn": 534},
}
PHYSICS = {
    "lines": {"line": {"physics": {"speed_limit_kmh": 80}, "loop_spacing_km": 15}},
    "locomotive_types": {"big": LOCOMOTIVE},
    "services": {
        "train": {"rake_wagons": 40, "locomotives": {"type": "big"}},
    },
    "stations": {},
    "fleets": {"wagons": {"wagons": 400}},
}


def physical(lengths_km=(30.0, 30.0), **changes):
    return make(lengths_km, **merged(PHYSICS, changes))


def minutes(made, *, empty=False, row=0):
    programs = made.arrays.programs
    steps = slice(programs.ptr[row], programs.ptr[row + 1])
    base = programs.base_empty_ms if empty else programs.base_ms
    return base[steps][programs.op[steps] == MEET] / 60_000


def test_the_programs_hold_what_the_kernel_says():
    made = physical((30.0,), lines={"line": {"loop_spacing_km": None}})
    consist = Consist(made.scenario, "train", is_laden=True)
    physics = made.scenario.lines["line"].physics
    ground = Ground((0.0, 30_000.0), (0.0, 0.0), (0.0,), (80 / 3.6,), (0.3,), (0.0, 30_000.0))
    kernel_s = float(running_time_s(whole_profile(ground), train_of(consist, physics)))
    assert minutes(made).sum() * 60 == pytest.approx(kernel_s, abs=0.01)


def test_pieces_between_loops_add_up_to_the_whole():
    whole = physical(lines={"line": {"loop_spacing_km": None}})
    pieces = physical(lines={"line": {"loop_spacing_km": 6}})
    assert len(minutes(pieces)) == 10
    assert minutes(pieces).sum() == pytest.approx(minutes(whole).sum(), rel=1e-4)


def test_the_supplement_comes_on_top():
    plain, padded = physical(), physical(lines={"line": {"supplement_frac": 0.07}})
    assert minutes(padded) == pytest.approx(minutes(plain) * 1.07, rel=1e-5)


def test_empty_is_quicker_than_loaded_and_two_locomotives_than_one():
    one = physical()
    two = physical(services={"train": {"locomotives": {"count": 2}}})
    assert (minutes(one, empty=True) < minutes(one) + 1e-9).all()
    assert minutes(two).sum() < minutes(one).sum()


@pytest.mark.parametrize("resistance", ["ptr1520", "strahl", "davis"])
def test_every_model_of_resistance_serves(resistance):
    davis = {"a_n": 1200.0, "b_n_per_mps": 40.0, "c_n_per_mps2": 3.0}
    made = physical(
        lines={"line": {"physics": {"resistance": resistance}}},
        locomotive_types={"big": {"davis": davis}},
        wagon_types={"covered": {"davis": davis}},
    )
    assert 20 < minutes(made).sum() * 60 / 60 < 120


def test_a_stop_between_costs_more_than_nothing_and_the_first_step_costs_none():
    made = physical()
    programs = made.arrays.programs
    lost = programs.stand_ms[programs.op == MEET].reshape(2, -1)
    assert (lost[:, 0] == 0).all()
    assert (lost[:, 1:] > 20_000).all()
    assert (lost[:, 1:] < 600_000).all()


def test_a_stop_costs_what_two_runs_differ_by():
    made = physical((20.0, 20.0), lines={"line": {"loop_spacing_km": None}})
    consist = Consist(made.scenario, "train", is_laden=True)
    physics = made.scenario.lines["line"].physics
    train = train_of(consist, physics)
    half = Ground((0.0, 20_000.0), (0.0, 0.0), (0.0,), (80 / 3.6,), (0.3,), (0.0, 20_000.0))
    through = Ground(
        (0.0, 40_000.0), (0.0, 0.0), (0.0,), (80 / 3.6,), (0.3,), (0.0, 20_000.0, 40_000.0)
    )
    stopped_s = 2 * stretch_times(half, train, grade_under="train").running_s[0]
    passed = stretch_times(through, train, grade_under="train")
    assert sum(passed.running_s) + passed.stand_s[1] == pytest.approx(stopped_s, rel=2e-3)


def test_services_without_locomotives_keep_the_speed_of_the_line():
    made = physical(services={"train": {"locomotives": None}})
    assert minutes(made).sum() == pytest.approx(60.0)


def test_a_train_that_cannot_climb_is_refused_with_place_force_and_the_rake_that_goes():
    made = physical()

    def steep(_):
        return (0.0, 10_000.0, 30_000.0), (0.0, 200.0, 200.0)

    plan = replace(made.plan, profile=steep)
    with pytest.raises(CannotClimbError) as caught:
        compile_corridor(made.scenario, plan, made.ways)
    told = str(caught.value)
    assert "20.3 permille" in told or "20.0 permille" in told
    assert "kN are missing" in told
    rake = int(told.split("a rake of ")[1].split(maxsplit=1)[0])
    assert 1 <= rake < 40
    tree = merged(tree_of(), merged(PHYSICS, {"services": {"train": {"rake_wagons": rake}}}))
    tree["terminals"]["market"]["station"] = "s2"
    smaller = Scenario.model_validate_json(json.dumps(tree))
    compile_corridor(smaller, plan, made.ways)
    tree["services"]["train"]["rake_wagons"] = rake + 1
    with pytest.raises(CannotClimbError):
        compile_corridor(Scenario.model_validate_json(json.dumps(tree)), plan, made.ways)


def test_the_check_of_the_scenario_finds_it_before_anything_runs():
    sets = ["services.flour-spin-boldak.locomotives.count=1"]
    with pytest.raises(ScenarioError) as caught:
        load(ROOT / "scenarios" / "full-line.yaml", sets=sets)
    told = str(caught.value)
    assert "services.flour-spin-boldak.rake_wagons" in told
    assert "a rake of" in told


def test_a_gentler_line_is_longer_over_the_pass_and_its_trains_are_heavier():
    rulings = {r: load(ROOT / "scenarios" / f"ruling-grade-{r}.yaml") for r in (12, 18)}
    length_km = {
        r: sum(
            case.plan.sections[s].length_km for s in ("torghundi-sanabar", "sanabar-rabat_paryan")
        )
        for r, case in rulings.items()
    }
    assert length_km[12] == pytest.approx(177.0)
    assert length_km[18] == pytest.approx(112.0)
    for ruling, case in rulings.items():
        _, z = case.plan.profile("sanabar-rabat_paryan")
        x, _ = case.plan.profile("sanabar-rabat_paryan")
        slopes = np.abs(np.diff(z) / np.diff(x)) * 1000
        assert slopes.max() <= ruling * 1.0001
