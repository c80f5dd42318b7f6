"""Energy and fuel: by hand, by METHODS 1.4, and in balance."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from sim.kernels.energy import (
    energy_balance,
    fuel_kg,
    fuel_litres,
    kg_per_10000_gross_tkm,
    wheel_energy_j,
)
from sim.kernels.fleet_terms import Trains
from sim.kernels.ptr1520 import ptr1520_train
from sim.kernels.ptr1520_rules import Track
from sim.kernels.resistance import davis_train, resistance_n
from sim.kernels.running_time import running_time_s
from sim.kernels.stall import StallError
from sim.kernels.track_profile import uniform_profile
from sim.kernels.traction import effort_n, power_effort, table_effort
from sim.kernels.train_run import Phase, run_of, time_in_phase_s

KMH = 3.6
NINE = 1e-9
SPEED_KMH = [0, 5, 10, 15, 19.5, 24.2, 30, 40, 50, 58.5, 70, 80, 90, 100]
EFFORT_KN = [813, 737.1, 680.2, 638.6, 608, 506, 416.7, 320, 256.8, 220.8, 183.4, 161, 143.4, 129]
TE116 = table_effort(np.array(SPEED_KMH) / KMH, np.array(EFFORT_KN) * 1000.0)
QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PASSING = {"entry_mps": np.inf, "exit_mps": np.inf}


def goods(**changes):
    numbers = {
        "mass_kg": 5112e3,
        "length_m": 850.0,
        "effort": TE116,
        "resistance": ptr1520_train(276e3, 86e3, 4836 / 86, track=Track.JOINTED),
    }
    return Trains(**(numbers | changes))


def free(**changes):
    numbers = {
        "mass_kg": 1e6,
        "length_m": 200.0,
        "effort": power_effort(1e12, 2e5),
        "resistance": davis_train(0.0, 0.0, 0.0),
        "brake_mps2": 0.2,
        "rotating_factor": 1.0,
    }
    return Trains(**(numbers | changes))


def line(grades=(0.0,), *, piece_m=2000.0, kmh=60.0, cell_m=25.0, **more):
    x = piece_m * np.arange(len(grades) + 1)
    z = np.concatenate([[0.0], np.cumsum(np.array(grades) * piece_m / 1000)])
    limits = more.pop("limits", ([0.0], [kmh / KMH]))
    return uniform_profile(x, z, limits=limits, cell_m=cell_m, **more)


# -- by hand and by METHODS ------------------------------------------------------------------------


def test_a_steady_60_on_the_level_is_that_of_methods():
    # 82.6 kN, 2,295 kWh and 617 kg for 100 km; 12.8 kg for 10,000 gross tkm
    run = run_of(line([0.0] * 50), goods(), **PASSING)
    assert run.force_n == pytest.approx(82.62e3, rel=1e-4)
    energy = wheel_energy_j(run.force_n, 25.0)
    assert float(energy) / 3.6e6 == pytest.approx(2295, abs=1)
    fuel = fuel_kg(energy, 0.0, idle_kg_per_h=10.0)
    assert float(fuel) == pytest.approx(617, abs=0.5)
    assert round(float(kg_per_10000_gross_tkm(fuel, 4836e3, 100e3)), 1) == 12.8


def test_the_empty_return_is_that_of_methods():
    # 497 kg for 100 km; METHODS prints 38.6 kg for 10,000 gross tkm of 1,288 t
    drag = ptr1520_train(276e3, 23e3, 56, track=Track.JOINTED)
    run = run_of(line([0.0] * 50), goods(mass_kg=1564e3, resistance=drag), **PASSING)
    fuel = fuel_kg(wheel_energy_j(run.force_n, 25.0), 0.0, idle_kg_per_h=0.0)
    assert float(fuel) == pytest.approx(497, abs=0.6)
    assert round(float(kg_per_10000_gross_tkm(fuel, 1288e3, 100e3)), 1) == 38.6


def test_force_at_a_limit_is_the_resistance_to_nine_digits():
    drag = float(resistance_n(goods().resistance, 60 / KMH))
    run = run_of(line([0.0] * 3), goods(), **PASSING)
    assert run.force_n == pytest.approx(drag, rel=NINE)
    up = run_of(line([2.0] * 3, kmh=50.0), goods(length_m=10.0), **PASSING)
    drag = float(resistance_n(goods().resistance, 50 / KMH))
    assert up.force_n[2:] == pytest.approx(drag + 9.81 * 5112 * 2.0, rel=NINE)


def test_energy_of_a_start_is_kinetic_to_nine_digits():
    run = run_of(line(kmh=400.0), free(), entry_mps=4.0, exit_mps=np.inf)
    end2 = 16.0 + 2 * 0.2 * 2000
    assert float(run.speed_mps[-1]) ** 2 == pytest.approx(end2, rel=NINE)
    balance = energy_balance(run)
    assert float(balance.wheel_j) == pytest.approx(2e5 * 2000, rel=NINE)
    assert float(balance.kinetic_j) == pytest.approx(1e6 * (end2 - 16.0) / 2, rel=NINE)
    assert float(balance.brake_j) == 0.0


def test_wheel_energy_counts_no_braking():
    assert float(wheel_energy_j([1e5, -1e5, 5e4], [100.0, 100.0, 50.0])) == 1.25e7
    assert wheel_energy_j([[1.0, 2.0], [-1.0, 3.0]], 10.0).tolist() == [30.0, 30.0]
    with pytest.raises(ValueError, match="cell_m"):
        wheel_energy_j([1.0], -1.0)


def test_fuel_by_hand_to_nine_digits():
    # 1,000 kWh at the wheel, 0.8 and 0.215, and 2.5 h idling at 12 kg/h
    by_hand = 1000 / 0.8 * 0.215 + 2.5 * 12.0
    assert float(fuel_kg(3.6e9, 9000.0, idle_kg_per_h=12.0)) == pytest.approx(by_hand, rel=NINE)
    assert float(fuel_litres(by_hand)) == pytest.approx(by_hand / 0.84, rel=NINE)
    rate = kg_per_10000_gross_tkm(by_hand, 4000e3, 50e3)
    assert float(rate) == pytest.approx(by_hand / 200_000 * 10_000, rel=NINE)


@pytest.mark.parametrize(
    "call",
    [
        lambda: fuel_kg(-1.0, 0.0, idle_kg_per_h=1.0),
        lambda: fuel_kg(1.0, -1.0, idle_kg_per_h=1.0),
        lambda: fuel_kg(1.0, 0.0, idle_kg_per_h=np.nan),
        lambda: fuel_kg(1.0, 0.0, idle_kg_per_h=1.0, transmission_frac=0.0),
        lambda: fuel_litres(np.inf),
        lambda: fuel_litres(1.0, density_kg_per_litre=0.0),
        lambda: kg_per_10000_gross_tkm(1.0, 0.0, 1.0),
        lambda: kg_per_10000_gross_tkm(1.0, 1.0, 0.0),
    ],
)
def test_fuel_of_numbers_out_of_bounds_is_refused(call):
    with pytest.raises(ValueError, match=r"positive|not negative"):
        call()


# -- the run, cell by cell -------------------------------------------------------------------------


def test_a_run_ends_at_its_running_time():
    profile = line([3.0, -2.0, 0.0])
    for ends in ({}, PASSING, {"entry_mps": 3.0}):
        run = run_of(profile, goods(), **ends)
        assert float(run.passed_s[-1]) == pytest.approx(
            float(running_time_s(profile, goods(), **ends)), rel=1e-12
        )
        assert (np.diff(run.passed_s) > 0).all()


def test_phases_come_in_their_order_on_the_level():
    run = run_of(line([0.0] * 4), goods())
    phases = [Phase(x).name for x in run.phase[np.append(True, np.diff(run.phase) != 0)]]
    assert phases[0] == "ACCELERATE"
    assert phases[-1] == "BRAKE"
    assert "CRUISE" in phases
    total = sum(float(time_in_phase_s(run, phase)) for phase in Phase)
    assert total == pytest.approx(float(run.passed_s[-1]), rel=1e-12)


def test_downhill_the_brakes_hold_the_limit_and_on_the_balance_the_train_coasts():
    drag = float(resistance_n(goods().resistance, 60 / KMH))
    balance = drag / (9.81 * 5112)
    for grade, phase in ((-balance, "COAST"), (-9.0, "BRAKE"), (-0.5 * balance, "CRUISE")):
        run = run_of(line([grade] * 3), goods(length_m=10.0), **PASSING)
        assert Phase(run.phase[-5]).name == phase
    assert (run.effort_used_n >= 0).all()


def test_force_never_passes_the_effort_but_by_the_error_of_the_step():
    run = run_of(line([4.0, -2.0, 6.0, 0.0], kmh=90.0, cell_m=10.0), goods())
    middle = np.sqrt((run.speed_mps[1:] ** 2 + run.speed_mps[:-1] ** 2) / 2)
    share = run.force_n / effort_n(TE116, middle)
    assert share.max() < 1.02
    full = run.phase == Phase.ACCELERATE
    assert share[full][3:] == pytest.approx(1.0, abs=5e-3)


def test_several_trains_run_as_each_alone():
    profile = line([3.0, -2.0])
    mass = np.array([3000e3, 4000e3, 5112e3])
    together = run_of(profile, goods(mass_kg=mass))
    assert together.force_n.shape == (3, profile.n_cells)
    assert together.speed_mps.shape == (3, profile.n_cells + 1)
    for j in range(3):
        alone = run_of(profile, goods(mass_kg=mass[j]))
        assert alone.force_n.shape == (profile.n_cells,)
        assert alone.moved_kg.shape == ()
        for name in ("passed_s", "speed_mps", "force_n", "climb_n", "resistance_n", "phase"):
            assert getattr(together, name)[j] == pytest.approx(getattr(alone, name), rel=1e-12)


def test_a_stall_is_raised_from_a_run_too():
    with pytest.raises(StallError):
        run_of(line([30.0] * 3), goods())


def test_no_length_is_an_empty_run():
    nothing = uniform_profile([0.0], [0.0], limits=([0], [20.0]))
    run = run_of(nothing, goods())
    assert run.force_n.shape == (0,)
    assert run.passed_s.tolist() == [0.0]
    assert float(energy_balance(run).wheel_j) == 0.0


# -- balance ---------------------------------------------------------------------------------------

GRADES = st.lists(st.integers(-8, 8), min_size=2, max_size=6)


@QUICK
@given(GRADES, st.sampled_from([{}, PASSING]), st.floats(40, 90))
def test_the_balance_closes_within_a_thousandth(grades, ends, kmh):
    run = run_of(line(grades, kmh=kmh, cell_m=10.0), goods(), **ends)
    balance = energy_balance(run)
    largest = max(float(balance.wheel_j), float(balance.brake_j), 1.0)
    assert abs(float(balance.open_frac)) * float(balance.wheel_j) / largest < 1e-3


@QUICK
@given(GRADES, st.floats(100.0, 900.0))
def test_climbing_is_the_rise_of_the_middle_of_the_train(grades, length_m):
    run = run_of(line(grades), goods(length_m=length_m), **PASSING)
    x = 2000.0 * np.arange(len(grades) + 1)
    z = np.concatenate([[0.0], np.cumsum(np.array(grades) * 2.0)])
    under = np.linspace(x[-1] - length_m, x[-1], 4001)
    rise = np.interp((under[1:] + under[:-1]) / 2, x, z).mean()
    work = 9.81 * 5112e3 * rise
    assert float(energy_balance(run).climb_j) == pytest.approx(work, rel=2e-3, abs=2e6)


@QUICK
@given(GRADES, st.floats(1.05, 1.5))
def test_a_heavier_train_never_takes_less_on_the_level_or_up(grades, more):
    grades = np.abs(grades) / 2.0
    profile = line(grades, cell_m=10.0)
    light, heavy = (
        run_of(
            profile,
            goods(
                mass_kg=276e3 + wagons,
                resistance=ptr1520_train(276e3, wagons / 50, 50, track=Track.WELDED),
            ),
        )
        for wagons in (3000e3, 3000e3 * more)
    )
    used = [float(energy_balance(run).wheel_j) for run in (light, heavy)]
    assert used[0] < used[1]


def test_curves_cost_and_are_in_the_balance():
    straight = energy_balance(run_of(line([0.0] * 5), goods(), **PASSING))
    bends = ([2000.0, 6000.0], [1.17, 0.0])
    bent = energy_balance(run_of(line([0.0] * 5, curves=bends), goods(), **PASSING))
    more = 9.81 * 5112 * 1.17 * 4000
    assert float(bent.climb_j) == pytest.approx(more, rel=1e-6)
    assert float(bent.wheel_j - straight.wheel_j) == pytest.approx(more, rel=1e-2)


def test_stops_cost_fuel():
    passing = energy_balance(run_of(line([0.0] * 5), goods(), **PASSING))
    stopping = energy_balance(run_of(line([0.0] * 5), goods()))
    assert float(stopping.wheel_j) > float(passing.wheel_j)
    assert float(stopping.brake_j) > 0.0
    assert float(stopping.kinetic_j) == pytest.approx(0.0, abs=1.0)
