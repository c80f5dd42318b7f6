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
from sim.arrays.faults import AbruptTrainError, CannotClimbError
from sim.arrays.parts import MEET
from sim.arrays.performance import Ground, stretch_times, whole_profile
from sim.arrays.reaches import service_reaches
from sim.arrays.resistances import train_resistance
from sim.errors import ScenarioError
from sim.kernels.curves import curve_sum_permille_m
from sim.kernels.resistance import resistance_n
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


def level(*place_m):
    return Ground(
        chainage_m=(0.0, place_m[-1]),
        elevation_m=(0.0, 0.0),
        limit_from_m=(0.0,),
        limit_mps=(80 / 3.6,),
        curve_from_m=(0.0,),
        curve_permille=(0.3,),
        place_m=(0.0, *place_m),
    )


def advised(told):
    """Return the rake that an error advises."""
    return int(told.split("a rake of ")[1].split(maxsplit=1)[0])


def minutes(made, *, empty=False, row=0):
    programs = made.arrays.programs
    steps = slice(programs.ptr[row], programs.ptr[row + 1])
    base = programs.base_empty_ms if empty else programs.base_ms
    return base[steps][programs.op[steps] == MEET] / 60_000


def test_the_programs_hold_what_the_kernel_says():
    made = physical((30.0,), lines={"line": {"loop_spacing_km": None}})
    consist = Consist(made.scenario, "train", is_laden=True)
    physics = made.scenario.lines["line"].physics
    ground = level(30_000.0)
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
    half = level(20_000.0)
    through = level(20_000.0, 40_000.0)
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
    rake = advised(told)
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


# -- tables of resistance, and the 1520 mm rules where they have no row ----------------------------

FINE_KMH = np.arange(0.0, 101.0, 2.0)


def table(loaded, empty):
    """Return tables of the 1520 mm rules on jointed track, every 2 km/h."""

    def of(w0, w1, w2):
        permille = w0 + w1 * FINE_KMH + w2 * FINE_KMH**2
        return {"speed_kmh": FINE_KMH.tolist(), "specific_permille": permille.tolist()}

    return {"resistance_table": of(*loaded), "resistance_table_empty": of(*empty)}


RULES = table(
    (0.7 + 3 / 20.75, 0.1 / 20.75, 0.0025 / 20.75), (1.0, 0.044, 0.00024)
)  # 83 t on 4 axles


def test_tables_of_the_rules_run_as_the_rules():
    engine = table((1.9, 0.01, 0.0003), (1.9, 0.01, 0.0003))["resistance_table"]
    ruled = physical()
    tabled = physical(
        lines={"line": {"physics": {"resistance": "table"}}},
        wagon_types={"covered": RULES},
        locomotive_types={"big": {"resistance_table": engine}},
    )
    for empty in (False, True):
        assert minutes(tabled, empty=empty) == pytest.approx(minutes(ruled, empty=empty), rel=5e-4)


def test_tables_in_newton_and_in_permille_are_the_same_trains():
    wagon, engine = [1.0, 1.5, 3.0], [2.0, 3.0, 5.0]
    speed = {"speed_kmh": [0.0, 40.0, 100.0]}
    in_n = {
        "wagon_types": {
            "covered": {
                "resistance_table": {**speed, "force_n": [9.81 * 83 * w for w in wagon]},
                "resistance_table_empty": {**speed, "force_n": [9.81 * 23 * w for w in wagon]},
            }
        },
        "locomotive_types": {
            "big": {"resistance_table": {**speed, "force_n": [9.81 * 138 * w for w in engine]}}
        },
    }
    in_permille = {
        "wagon_types": {
            "covered": {
                "resistance_table": {**speed, "specific_permille": wagon},
                "resistance_table_empty": {**speed, "specific_permille": wagon},
            }
        },
        "locomotive_types": {"big": {"resistance_table": {**speed, "specific_permille": engine}}},
    }
    asks = {"lines": {"line": {"physics": {"resistance": "table"}}}}
    one, other = (physical(**merged(asks, given)) for given in (in_n, in_permille))
    for made in (one, other):
        train = train_resistance(
            Consist(made.scenario, "train", is_laden=True), made.scenario.lines["line"].physics
        )
        # by hand at 40 km/h: 40 x 83 t x 1.5 + 138 t x 3.0
        by_hand = 9.81 * (40 * 83 * 1.5 + 138 * 3.0)
        assert float(resistance_n(train, 40 / 3.6)) == pytest.approx(by_hand, rel=1e-9)
    assert minutes(one) == pytest.approx(minutes(other), abs=1e-3)
    assert minutes(one, empty=True) == pytest.approx(minutes(other, empty=True), abs=1e-3)


def test_an_empty_wagon_without_a_row_runs_by_its_own_terms_and_a_loaded_one_by_the_rules():
    davis = {"a_n": 400.0, "b_n_per_mps": 10.0, "c_n_per_mps2": 1.5}
    eight = {"axles": 8, "tare_t": 46, "payload_t": 68}
    made = physical(wagon_types={"covered": {**eight, "davis_empty": davis}})
    physics = made.scenario.lines["line"].physics
    empty = train_resistance(Consist(made.scenario, "train", is_laden=False), physics)
    # 40 x (400 + 10 x 10 + 1.5 x 100) and 138 t of locomotive at 36 km/h, jointed
    engine_n = 9.81 * 138 * (1.9 + 0.01 * 36 + 0.0003 * 36**2)
    assert float(resistance_n(empty, 10.0)) == pytest.approx(40 * 650 + engine_n, rel=1e-9)
    loaded = train_resistance(Consist(made.scenario, "train", is_laden=True), physics)
    q0 = (46 + 60) / 8
    rake_n = 9.81 * 40 * 106 * (0.7 + (6 + 0.038 * 36 + 0.0021 * 36**2) / q0)
    assert float(resistance_n(loaded, 10.0)) == pytest.approx(rake_n + engine_n, rel=1e-9)


def test_where_both_are_given_the_table_of_the_empty_wagon_is_taken():
    davis = {"a_n": 400.0, "b_n_per_mps": 10.0, "c_n_per_mps2": 1.5}
    force = {"speed_kmh": [0.0, 100.0], "force_n": [500.0, 500.0]}
    own = {"bearings": "plain", "davis_empty": davis, "resistance_table_empty": force}
    made = physical(wagon_types={"covered": own})
    physics = made.scenario.lines["line"].physics
    empty = train_resistance(Consist(made.scenario, "train", is_laden=False), physics)
    assert float(resistance_n(empty, 0.0)) == pytest.approx(40 * 500 + 9.81 * 138 * 1.9, rel=1e-9)


# -- starting --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "permille"), [(None, 28 / (83 / 4 + 7)), (0.0, 0.0), (5.5, 5.5)])
def test_the_starting_resistance_is_the_rule_or_the_number_given(given, permille):
    made = physical(lines={"line": {"physics": {"start_resistance_permille": given}}})
    consist = Consist(made.scenario, "train", is_laden=True)
    train = train_of(consist, made.scenario.lines["line"].physics)
    assert train.start_n == pytest.approx(9.81 * 40 * 83 * permille, rel=1e-9)


def test_a_train_that_cannot_start_is_told_of_and_the_advice_holds():
    changes = {"lines": {"line": {"physics": {"start_resistance_permille": 20.0}}}}
    with pytest.raises(CannotClimbError) as caught:
        physical(**changes)
    rake = advised(str(caught.value))
    # 534 kN start 40 x 83 t at 20 permille no more: 534 / (9.81 x 83 x 0.02) = 32.8 wagons, less
    # what the curves' 0.3 permille take of wagons and locomotive
    assert rake == int((534e3 / 9.81 - 138e3 * 0.0003) / (83e3 * 0.0203))
    physical(**merged(changes, {"services": {"train": {"rake_wagons": rake}}}))


# -- curves ----------------------------------------------------------------------------------------


def curved(curves, *, spacing_km=None, mean_permille=0.0):
    physics = {"curves": curves, "curve_permille": mean_permille}
    return physical(lines={"line": {"physics": physics, "loop_spacing_km": spacing_km}})


LISTED = {
    "s0-s1": [
        {"from_km": 12.0, "length_km": 0.35, "radius_m": 350.0},
        {"from_km": 3.0, "length_km": 1.5, "radius_m": 500.0},
        {"from_km": 28.9, "length_km": 1.1, "radius_m": 400.0},
    ],
    "s1-s2": [{"from_km": 0.0, "length_km": 0.5, "radius_m": 400.0}],
}


def reach_of(made, direction=0):
    ((reach, _),) = service_reaches(made.scenario, made.plan, made.arrays, "train", direction)
    return reach


@pytest.mark.parametrize("spacing_km", [None, 15, 4, 3.1])
def test_listed_curves_lie_where_they_are_listed_both_ways_and_over_any_loops(spacing_km):
    made = curved(LISTED, spacing_km=spacing_km)
    work = 700 * (0.35 / 350 + 1.5 / 500 + 1.1 / 400 + 0.5 / 400) * 1000
    out, home = (reach_of(made, d).ground for d in (0, 1))
    assert out.mean_curve_permille * 60_000 == pytest.approx(work, rel=1e-9)
    assert home.mean_curve_permille * 60_000 == pytest.approx(work, rel=1e-9)
    at = np.array([2999.0, 3001.0, 4499.0, 4501.0, 12_340.0, 28_950.0, 30_400.0, 30_600.0])
    felt = [0.0, 1.4, 1.4, 0.0, 2.0, 1.75, 1.75, 0.0]
    for ground, places in ((out, at), (home, 60_000 - at)):
        summed = [
            curve_sum_permille_m(ground.curve_from_m, ground.curve_permille, places + h)
            for h in (-0.5, 0.5)
        ]
        assert summed[1] - summed[0] == pytest.approx(felt, abs=1e-6)


def test_times_of_the_programs_with_curves_do_not_hang_on_the_loops():
    whole = curved(LISTED)
    pieces = curved(LISTED, spacing_km=6)
    assert minutes(pieces).sum() == pytest.approx(minutes(whole).sum(), rel=1e-4)
    straight = curved({"s0-s1": [], "s1-s2": []})
    assert minutes(whole).sum() > minutes(straight).sum()
    nothing = physical(
        lines={"line": {"physics": {"curve_permille": 0.0}, "loop_spacing_km": None}}
    )
    assert minutes(straight) == pytest.approx(minutes(nothing), abs=1e-3)


def test_sections_without_a_list_keep_the_mean():
    made = curved({"s0-s1": []}, mean_permille=0.8)
    assert reach_of(made).ground.mean_curve_permille == pytest.approx(0.4, rel=1e-9)


def test_a_radius_and_a_share_are_their_mean():
    share = {"curve_radius_m": 350.0, "curve_share_frac": 0.3, "curve_permille": 9.0}
    made = physical(lines={"line": {"physics": share}})
    assert reach_of(made).ground.mean_curve_permille == pytest.approx(0.6, rel=1e-9)
    same = physical(lines={"line": {"physics": {"curve_permille": 0.6}}})
    assert minutes(made) == pytest.approx(minutes(same), abs=1e-3)


# -- the advice ------------------------------------------------------------------------------------


def on_heights(made, heights_m):
    """Return the plan with sections of these heights, by section."""

    def profile(section_id):
        x, z = heights_m.get(section_id, ((0.0, 30_000.0), (0.0, 0.0)))
        return tuple(x), tuple(z)

    return replace(made.plan, profile=profile)


@pytest.mark.parametrize("post", [False, True])
def test_the_advice_holds_for_all_stretches_both_ways_and_loaded_and_empty(post):
    changes = {}
    if post:  # a stop between: two stretches each way
        changes = {"posts": {"gate": {"station": "s1", "duration_h": 1}}}
    made = physical(lines={"line": {"loop_spacing_km": 10}}, **changes)
    heights = {
        "s0-s1": ((0.0, 10_000.0, 30_000.0), (0.0, 110.0, 110.0)),  # 11 permille out
        "s1-s2": ((0.0, 12_000.0, 24_000.0, 30_000.0), (110.0, 278.0, 86.0, 86.0)),  # 14, 16 home
    }
    plan = on_heights(made, heights)

    def compiled(rake):
        scenario = made.scenario
        service = scenario.services["train"].model_copy(update={"rake_wagons": rake})
        scenario = scenario.model_copy(update={"services": {"train": service}})
        return compile_corridor(scenario, plan, made.ways)

    with pytest.raises(CannotClimbError) as caught:
        compiled(60)
    rake = advised(str(caught.value))
    compiled(rake)
    with pytest.raises(CannotClimbError) as again:
        compiled(rake + 1)
    assert advised(str(again.value)) == rake


@pytest.mark.slow
def test_every_service_that_stalls_is_told_at_once_and_all_advice_together_is_valid():
    file = ROOT / "scenarios" / "full-line.yaml"
    services = ("flour-herat", "flour-kandahar", "flour-spin-boldak", "general-herat")
    one = [f"services.{s}.locomotives.count=1" for s in services]
    with pytest.raises(ScenarioError) as caught:
        load(file, sets=one)
    assert len(caught.value.problems) > 1
    advice = [
        f"services.{told.split('services.')[1].split('.')[0]}.rake_wagons={advised(told)}"
        for told in caught.value.problems
    ]
    load(file, sets=[*one, *advice])


def test_a_timetable_that_asks_for_more_wagons_is_told_of():
    changes = {
        "lines": {"line": {"physics": {"start_resistance_permille": 20.0}}},
        "services": {
            "train": {"departs": {"rule": "timetable", "times": ["06:00"], "least_wagons": 35}}
        },
    }
    with pytest.raises(CannotClimbError, match="with no more for `least_wagons`"):
        physical(**changes)


def test_a_train_that_jumps_from_one_resistance_to_another_is_refused():
    jump = {"speed_kmh": [0.0, 30.0, 30.01, 100.0], "force_n": [900.0, 900.0, 9e4, 9e4]}
    with pytest.raises(AbruptTrainError, match="jumps between two speeds"):
        physical(
            lines={"line": {"physics": {"resistance": "table"}}},
            wagon_types={"covered": {"resistance_table": jump}},
            locomotive_types={"big": {"resistance_table": {**jump, "force_n": [1e3] * 4}}},
        )
