"""Forces and running times: numbers worked by hand, and what can never be otherwise."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from sim.kernels.fleet_terms import Trains
from sim.kernels.haulage import balancing_speed_mps, trailing_mass_kg
from sim.kernels.ptr1520 import ptr1520_train
from sim.kernels.ptr1520_rules import (
    Locomotive,
    Track,
    Wagon,
    locomotive_permille,
    wagon_permille,
)
from sim.kernels.ptr1520_start import starting_resistance_permille
from sim.kernels.resistance import davis_train, resistance_n, strahl_train, table_resistance
from sim.kernels.running_time import (
    both_ways_s,
    first_stall_cell,
    running_time_numpy_s,
    running_time_s,
)
from sim.kernels.stall import StallError
from sim.kernels.track_profile import GradeUnder, turned, uniform_profile
from sim.kernels.traction import power_effort, table_effort
from sim.kernels.train_run import run_of

KMH = 3.6
SPEED_KMH = [0, 5, 10, 15, 19.5, 24.2, 30, 40, 50, 58.5, 70, 80, 90, 100]
EFFORT_KN = [813, 737.1, 680.2, 638.6, 608, 506, 416.7, 320, 256.8, 220.8, 183.4, 161, 143.4, 129]
TE116 = table_effort(np.array(SPEED_KMH) / KMH, np.array(EFFORT_KN) * 1000.0)
LOADED = ptr1520_train(276e3, 4560e3 / 50, 50, track=Track.JOINTED)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def train(**changes):
    numbers = {
        "mass_kg": 4836e3,
        "length_m": 800.0,
        "effort": TE116,
        "resistance": LOADED,
        "brake_mps2": 0.225,
        "max_mps": 100 / KMH,
        "rotating_factor": 1.06,
    }
    return Trains(**(numbers | changes))


def line(grades_permille, *, cell_m=25.0, limit_kmh=80.0, piece_m=2000.0, limits=None):
    x = piece_m * np.arange(len(grades_permille) + 1)
    z = np.concatenate(([500.0], 500.0 + np.cumsum(np.array(grades_permille) * piece_m / 1000)))
    return uniform_profile(x, z, limits=limits or ([0.0], [limit_kmh / KMH]), cell_m=cell_m)


def test_specific_resistances_of_the_1520_mm_rules_by_hand():
    def wagon(track, mass_t=92.0, v=50.0):
        return float(wagon_permille(v / KMH, mass_t * 250, kind=Wagon.FOUR_AXLE, track=track))

    assert wagon(Track.JOINTED) == pytest.approx(0.7 + (3 + 5 + 6.25) / 23, rel=1e-9)
    assert wagon(Track.WELDED) == pytest.approx(0.7 + (3 + 4.5 + 5.0) / 23, rel=1e-9)
    assert wagon(Track.JOINTED, mass_t=23.0) == pytest.approx(1.0 + 2.2 + 0.6, rel=1e-9)
    powered = float(locomotive_permille(50 / KMH, state=Locomotive.POWERED, track=Track.JOINTED))
    assert powered == pytest.approx(1.9 + 0.5 + 0.75, rel=1e-9)
    assert float(starting_resistance_permille(23e3)) == pytest.approx(28 / 30, rel=1e-9)
    plain = starting_resistance_permille(23e3, kind=Wagon.FOUR_AXLE_PLAIN)
    assert float(plain) == pytest.approx(142 / 30, rel=1e-9)


def test_a_whole_train_on_the_level_pulls_what_the_methods_say():
    # 56 wagons behind a 2TE116: 4,836 t loaded 82.6 kN, 1,288 t empty 66.6 kN at 60 km/h
    loaded = ptr1520_train(276e3, 4836e3 / 56, 56, track=Track.JOINTED)
    empty = ptr1520_train(276e3, 23e3, 56, track=Track.JOINTED)
    assert float(resistance_n(loaded, 60 / KMH)) == pytest.approx(82.6e3, rel=3e-3)
    assert float(resistance_n(empty, 60 / KMH)) == pytest.approx(66.6e3, rel=3e-3)
    by_hand = 9.81 * (1288 * (1.0 + 2.64 + 0.864) + 276 * (1.9 + 0.6 + 1.08))
    assert float(resistance_n(empty, 60 / KMH)) == pytest.approx(by_hand, rel=1e-9)


def test_trailing_mass_on_the_ruling_grade_is_that_of_the_worked_example():
    locomotive = float(
        locomotive_permille(24.2 / KMH, state=Locomotive.POWERED, track=Track.JOINTED)
    )
    wagon = float(wagon_permille(24.2 / KMH, 23e3, kind=Wagon.FOUR_AXLE, track=Track.JOINTED))
    mass = trailing_mass_kg(
        506e3, 276e3, 10.0, locomotive_permille=locomotive, wagon_permille=wagon
    )
    assert float(mass) / 1000 == pytest.approx(4380, abs=6)


@pytest.mark.parametrize(("grade", "kmh"), [(2, 67.7), (4, 47.2), (6, 35.3), (9, 24.2)])
def test_balancing_speeds_are_those_of_the_methods(grade, kmh):
    drag = ptr1520_train(276e3, 4836e3 / 56, 56, track=Track.JOINTED)
    found = float(balancing_speed_mps(TE116, drag, 5112e3, grade)) * KMH
    assert found == pytest.approx(kmh, abs=0.5)


def test_the_product_of_an_imported_curve_is_near_constant_power():
    power_mw = np.array(SPEED_KMH[5:]) / KMH * np.array(EFFORT_KN[5:]) / 1000
    assert ((power_mw > 3.35) & (power_mw < 3.65)).all()


def test_from_stand_to_stand_without_resistance_by_hand():
    # 0.2 m/s2 both ways over 1 km: v = sqrt(200), t = 2 v / 0.2
    level = line([0.0], piece_m=1000.0, limit_kmh=200)
    free = train(
        mass_kg=1e6,
        length_m=200.0,
        effort=power_effort(1e10, 2e5),
        resistance=davis_train(0.0, 0.0, 0.0),
        brake_mps2=0.2,
        rotating_factor=1.0,
    )
    assert float(running_time_s(level, free)) == pytest.approx(2 * 200**0.5 / 0.2, rel=1e-7)


def test_a_lower_limit_binds_until_the_tail_is_clear():
    limits = ([0.0, 4000.0, 5000.0], np.array([60.0, 25.0, 60.0]) / KMH)
    slow = line([0.0] * 5, limits=limits)
    free = line([0.0] * 5, limit_kmh=60)

    def lost_min(length_m):
        one = train(length_m=length_m)
        return float(running_time_s(slow, one) - running_time_s(free, one)) / 60

    assert lost_min(0.0) == pytest.approx(2.5, abs=0.35)
    assert lost_min(850.0) == pytest.approx(3.7, abs=0.4)


def test_the_step_is_converged_at_25_m():
    grades = [0, 6, -4, 8, 3, -9, 0, 5]
    fine = float(running_time_s(line(grades, cell_m=1.0), train()))
    for cell_m, share in ((25.0, 5e-4), (12.5, 2.5e-4)):
        assert float(running_time_s(line(grades, cell_m=cell_m), train())) == pytest.approx(
            fine, rel=share
        )


GRADES = st.lists(st.integers(-8, 8), min_size=1, max_size=8)


@QUICK
@given(GRADES, st.floats(1.0, 1.3))
def test_heavier_steeper_slower_limited_and_longer_is_never_quicker(grades, more):
    base = float(running_time_s(line(grades), train()))
    heavy = train(
        mass_kg=4836e3 * more,
        resistance=ptr1520_train(276e3, 4560e3 / 50 * more, 50, track=Track.JOINTED),
    )
    if int(first_stall_cell(line(grades), heavy)) < 0:
        # a heavier train is quicker downhill where nothing limits it: the climb decides
        rising = line([abs(g) for g in grades])
        if int(first_stall_cell(rising, heavy)) < 0 and int(first_stall_cell(rising, train())) < 0:
            quick = float(running_time_s(rising, train()))
            assert float(running_time_s(rising, heavy)) >= quick * (1 - 1e-9)
    assert float(running_time_s(line(grades, limit_kmh=60), train())) >= base * (1 - 1e-9)
    weak = train(effort=table_effort(np.array(SPEED_KMH) / KMH, np.array(EFFORT_KN) * 850.0))
    if int(first_stall_cell(line(grades), weak)) < 0:
        assert float(running_time_s(line(grades), weak)) >= base * (1 - 1e-9)


@QUICK
@given(GRADES)
def test_the_line_turned_round_twice_is_the_line(grades):
    profile = line(grades)
    there, back = both_ways_s(profile, train())
    again = turned(profile)
    assert float(running_time_s(again, train())) == float(back)
    assert float(running_time_s(turned(again), train())) == float(there)


@QUICK
@given(GRADES, st.integers(1, 4))
def test_compiled_is_plain_numpy_to_the_last_bit(grades, n):
    profile = line(grades, cell_m=100.0)
    masses = 3000e3 + 400e3 * np.arange(n)
    several = train(
        mass_kg=masses,
        resistance=ptr1520_train(276e3, (masses[:, None] - 276e3) / 50, [50], track=Track.JOINTED),
    )
    ours, oracle = running_time_s(profile, several), running_time_numpy_s(profile, several)
    assert np.array_equal(ours, oracle)


def test_many_trains_are_each_as_if_alone():
    profile = line([0, 5, -3, 2])
    masses = np.array([2000e3, 3500e3, 4836e3])
    drag = ptr1520_train(276e3, (masses[:, None] - 276e3) / 50, [50], track=Track.JOINTED)
    several = running_time_s(profile, train(mass_kg=masses, resistance=drag))
    for k, mass in enumerate(masses):
        own = ptr1520_train(276e3, (mass - 276e3) / 50, 50, track=Track.JOINTED)
        assert float(running_time_s(profile, train(mass_kg=mass, resistance=own))) == several[k]


def test_a_train_that_cannot_climb_tells_where_and_what_is_missing():
    with pytest.raises(StallError) as caught:
        running_time_s(line([0, 0, 25, 25, 25]), train())
    error = caught.value
    assert 4000 <= error.chainage_m <= 10_000
    assert error.missing_n > 0
    assert error.mass_kg < 4836e3
    assert error.grade_permille == pytest.approx(25.0, abs=6)
    assert "permille" in str(error)


def test_head_and_whole_train_differ_a_little():
    profile = line([0, 8, -6, 4, 0, -8, 8, 2])
    whole = float(running_time_s(profile, train(), under=GradeUnder.TRAIN))
    head = float(running_time_s(profile, train(), under=GradeUnder.HEAD))
    assert whole != head
    assert head == pytest.approx(whole, rel=0.05)


def test_energy_closes_from_speeds_alone():
    grades = [0, 5, -3, 6, 0]
    profile = line(grades, cell_m=5.0)
    one = train(length_m=0.0)
    speed = run_of(profile, one).speed_mps
    assert max(speed[0], speed[-1]) < 1e-5
    middle = (speed[1:] + speed[:-1]) / 2
    climb_j = 4836e3 * 9.81 * np.diff(profile.elevation_m[0]).sum()
    drag_j = (resistance_n(LOADED, middle) * profile.cell_m).sum()
    inertia = 4836e3 * 1.06 * np.diff(speed**2) / 2
    force_j = inertia + resistance_n(LOADED, middle) * profile.cell_m
    force_j += 4836e3 * 9.81 * np.diff(profile.elevation_m[0])
    pulled, braked = force_j[force_j > 0].sum(), -force_j[force_j < 0].sum()
    assert pulled - braked == pytest.approx(climb_j + drag_j, rel=1e-9)
    assert pulled > climb_j + drag_j


def test_other_models_of_resistance_by_hand():
    davis = davis_train(1000.0, 10.0, 2.0, n_vehicles=3)
    assert float(resistance_n(davis, 10.0)) == pytest.approx(3 * (1000 + 100 + 200))
    strahl = strahl_train(1e6, 1.4, 2.5)
    assert float(resistance_n(strahl, 100 / KMH)) == pytest.approx(9.81 * 1000 * 3.9, rel=1e-6)
    table = table_resistance([0.0, 10.0, 20.0], [1000.0, 2000.0, 5000.0])
    assert resistance_n(table, np.array([0.0, 5.0, 15.0])).tolist() == [1000.0, 1500.0, 3500.0]


@pytest.mark.parametrize(
    "bad", [{"mass_kg": 0.0}, {"mass_kg": np.nan}, {"brake_mps2": -1.0}, {"length_m": -5.0}]
)
def test_numbers_that_are_none_are_refused(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        running_time_s(line([0.0]), train(**bad))
