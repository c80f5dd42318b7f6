"""Effort, adhesion, balancing speed and trailing mass, by hand and by METHODS 1.2."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sim.kernels.adhesion import adhesion_effort, adhesion_frac, check_power
from sim.kernels.haulage import balancing_speed_mps, block_brake_mps2, trailing_mass_kg
from sim.kernels.ptr1520 import ptr1520_train
from sim.kernels.ptr1520_rules import Track, locomotive_permille, wagon_permille
from sim.kernels.resistance import davis_train, resistance_n
from sim.kernels.track_forces import force_of_permille_n
from sim.kernels.traction import effort_n, power_effort, several_trains, table_effort

KMH = 3.6
NINE = 1e-9
SPEED_KMH = np.array([0, 5, 10, 15, 19.5, 24.2, 30, 40, 50, 58.5, 70, 80, 90, 100])
EFFORT_KN = np.array(
    [813, 737.1, 680.2, 638.6, 608, 506, 416.7, 320, 256.8, 220.8, 183.4, 161, 143.4, 129]
)
TE116 = table_effort(SPEED_KMH / KMH, EFFORT_KN * 1000)
LOADED = ptr1520_train(276e3, 4836e3 / 56, 56, track=Track.JOINTED)
EMPTY = ptr1520_train(276e3, 23e3, 56, track=Track.JOINTED)


def test_a_table_is_itself_at_its_points_and_straight_between():
    assert effort_n(TE116, SPEED_KMH / KMH) == pytest.approx(EFFORT_KN * 1000, rel=NINE)
    v = np.linspace(0, 100, 997)
    by_numpy = np.interp(v, SPEED_KMH, EFFORT_KN * 1000)
    assert effort_n(TE116, v / KMH) == pytest.approx(by_numpy, rel=NINE)


def test_past_its_last_point_a_table_keeps_the_power():
    assert float(effort_n(TE116, 200 / KMH)) == pytest.approx(129e3 / 2, rel=NINE)


def test_locomotives_add_up():
    several = table_effort(SPEED_KMH / KMH, EFFORT_KN * 1000, n_locomotives=[1, 2, 3])
    found = effort_n(several, 24.2 / KMH)
    assert found == pytest.approx([506e3, 1012e3, 1518e3], rel=NINE)
    by_power = effort_n(power_effort(3e6, 5e5, n_locomotives=2), [1.0, 6.0, 20.0])
    assert by_power == pytest.approx([1e6, 1e6, 3e5], rel=NINE)


def test_power_meets_its_limit_without_a_step():
    effort = power_effort([3e6, 2e6], [6e5, 5e5])
    meet = np.array([5.0, 4.0])
    assert effort_n(effort, meet) == pytest.approx([6e5, 5e5], rel=NINE)
    assert effort_n(effort, meet - 1e-9) == pytest.approx([6e5, 5e5], rel=1e-8)


def test_trains_with_different_pieces_stand_side_by_side():
    one, other = power_effort(3e6, 6e5), TE116
    both = several_trains([one, other, one])
    for v in (0.0, 3.0, 7.0, 20.0, 60.0):
        assert effort_n(both, v).tolist() == [
            float(effort_n(one, v)),
            float(effort_n(other, v)),
            float(effort_n(one, v)),
        ]
    with pytest.raises(ValueError, match="no train"):
        several_trains([])


@pytest.mark.parametrize(
    ("speed", "force", "text"),
    [
        ([0.0], [1e5], "two points"),
        ([0.0, 1.0], [1e5], "two points"),
        ([1.0, 2.0], [1e5, 1e4], "rise from 0"),
        ([0.0, 2.0, 1.0], [1e5, 1e4, 1e3], "rise from 0"),
        ([0.0, 2.0], [1e5, -1.0], "not negative"),
        ([0.0, np.nan], [1e5, 1.0], "finite"),
    ],
)
def test_bad_tables_are_refused(speed, force, text):
    with pytest.raises(ValueError, match=text):
        table_effort(speed, force)


def test_power_without_a_limit_at_rest_is_refused():
    with pytest.raises(ValueError, match="start_n"):
        power_effort(3e6, 0.0)
    assert float(effort_n(power_effort(0.0, 0.0), 5.0)) == 0.0, "a dead engine is no error"


def test_adhesion_by_hand():
    assert float(adhesion_frac(0.0)) == pytest.approx(0.118 + 5 / 27.5, rel=NINE)
    assert float(adhesion_frac(22.5 / KMH)) == pytest.approx(0.218, rel=NINE)


@given(st.floats(0.0, 30.0), st.integers(1, 3))
def test_adhesion_and_power_both_bind(v, n):
    effort = adhesion_effort(4.4e6, 276e3, n_locomotives=n)
    exact = n * min(276e3 * 9.81 * float(adhesion_frac(v)), 4.4e6 / max(v, 1e-6))
    assert float(effort_n(effort, v)) == pytest.approx(exact, rel=1.5e-3)


def test_adhesion_needs_power_and_mass():
    for bad in ((0.0, 1e5), (1e6, 0.0), (np.nan, 1e5)):
        with pytest.raises(ValueError, match="positive"):
            adhesion_effort(*bad)


def test_the_curve_of_the_2te116_has_the_power_methods_says():
    power_mw = SPEED_KMH[5:] / KMH * EFFORT_KN[5:] / 1000
    assert power_mw.min() == pytest.approx(3.40, abs=0.005)
    assert power_mw.max() < 3.595
    check_power(SPEED_KMH / KMH, EFFORT_KN * 1000, 3.4e6)


def test_a_curve_in_the_wrong_unit_is_found_by_its_power():
    with pytest.raises(ValueError, match=r"at 18\.0 km/h the curve needs 368\d kW .* 3400 kW"):
        check_power(SPEED_KMH, EFFORT_KN * 1000, 3.4e6)


@pytest.mark.parametrize(
    ("track", "n", "printed_t"),
    [(Track.JOINTED, 1, 4380), (Track.WELDED, 1, 4392), (Track.JOINTED, 2, 8761)],
)
def test_trailing_mass_on_10_permille_is_that_of_methods(track, n, printed_t):
    at = 24.2 / KMH
    found = trailing_mass_kg(
        n * 506e3,
        n * 276e3,
        10.0,
        locomotive_permille=locomotive_permille(at, track=track),
        wagon_permille=wagon_permille(at, 23e3, track=track),
    )
    assert round(float(found) / 1000) == printed_t


def test_trailing_mass_by_hand_to_nine_digits():
    w_loco, w_wagon = 1.9 + 0.242 + 0.0003 * 24.2**2, 0.7 + (3 + 2.42 + 0.0025 * 24.2**2) / 23
    by_hand = (506e3 / 9.81 - 276 * (w_loco + 10)) / (w_wagon + 10)
    found = trailing_mass_kg(506e3, 276e3, 10.0, locomotive_permille=w_loco, wagon_permille=w_wagon)
    assert float(found) / 1000 == pytest.approx(by_hand, rel=NINE)


def test_a_grade_too_steep_for_the_engine_alone_leaves_no_wagon():
    found = trailing_mass_kg(1e5, 2e5, 60.0, locomotive_permille=2.0, wagon_permille=1.0)
    assert float(found) == 0.0
    with pytest.raises(ValueError, match="must be positive"):
        trailing_mass_kg(1e5, 2e5, -5.0, locomotive_permille=2.0, wagon_permille=1.0)


@given(st.floats(1.0, 30.0), st.floats(0.1, 10.0))
def test_a_steeper_ruling_grade_never_takes_more(grade, more):
    at = {"locomotive_permille": 2.3, "wagon_permille": 1.0}
    gentle = trailing_mass_kg(506e3, 276e3, grade, **at)
    assert trailing_mass_kg(506e3, 276e3, grade + more, **at) < gentle


# METHODS prints 47.2 and 35.3 km/h on 4 and 6 permille, between what the table straight between
# its points gives (47.7, 35.6) and what smooth curves through them give (47.3, 35.1).
@pytest.mark.parametrize(
    ("grade", "printed", "linear"),
    [(0, 98.6, 98.7), (2, 67.7, 67.7), (4, 47.2, 47.7), (6, 35.3, 35.6), (9, 24.2, 24.2)],
)
def test_balancing_speeds_of_the_loaded_train(grade, printed, linear):
    kmh = float(balancing_speed_mps(TE116, LOADED, 5112e3, grade)) * KMH
    assert round(kmh, 1) == linear
    assert kmh == pytest.approx(printed, abs=0.5)


@pytest.mark.parametrize(("grade", "printed"), [(0, 100.0), (4, 83.6), (9, 62.6)])
def test_balancing_speeds_of_the_empty_train(grade, printed):
    kmh = float(balancing_speed_mps(TE116, EMPTY, 1564e3, grade)) * KMH
    assert round(kmh, 1) == printed


@settings(max_examples=20, deadline=None)
@given(st.floats(0.5, 9.0))
def test_at_the_balance_force_and_resistance_are_one(grade):
    v = balancing_speed_mps(TE116, LOADED, 5112e3, grade)
    spare = effort_n(TE116, v) - resistance_n(LOADED, v) - force_of_permille_n(5112e3, grade)
    assert abs(float(spare)) < 1e-3


def test_the_largest_of_several_balances_is_taken():
    dip = table_effort([0.0, 5.0, 10.0, 15.0, 20.0], [3e5, 5e4, 2e5, 2e5, 0.0])
    flat = davis_train(1e5, 0.0, 0.0)
    assert float(balancing_speed_mps(dip, flat, 1e6, 0.0)) == pytest.approx(17.5, rel=NINE)
    under = balancing_speed_mps(dip, flat, 1e6, 0.0, limit_mps=8.0)
    assert float(under) == 8.0, "there is force to spare at the limit"
    below = balancing_speed_mps(dip, flat, 1e6, 0.0, limit_mps=6.0)
    assert float(below) == pytest.approx(4.0, rel=NINE)


def test_no_balance_is_a_stand():
    assert float(balancing_speed_mps(TE116, LOADED, 5112e3, 30.0)) == 0.0
    with pytest.raises(ValueError, match="limit_mps"):
        balancing_speed_mps(TE116, LOADED, 5112e3, 0.0, limit_mps=0.0)


def test_balances_of_an_array_are_those_of_each():
    grades = np.array([0.0, 3.0, 6.0, 30.0])
    together = balancing_speed_mps(TE116, LOADED, 5112e3, grades)
    alone = [float(balancing_speed_mps(TE116, LOADED, 5112e3, g)) for g in grades]
    assert together.tolist() == alone


def test_block_brakes_by_hand():
    friction = 0.27 * 160 / 400
    by_hand = 9.81 * 0.33 * 0.5 * friction / 1.06
    assert float(block_brake_mps2(60 / KMH)) == pytest.approx(by_hand, rel=NINE)
    slow, fast = block_brake_mps2([10 / KMH, 80 / KMH])
    assert slow > fast, "cast iron grips better when slow"
    assert 0.14 < fast < slow < 0.4, "about what METHODS plans with"
