"""Resistance of trains: worked by hand from the formulas of METHODS 1.1, and its invariants."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sim.kernels.ptr1520 import ptr1520_locomotives, ptr1520_train, ptr1520_wagons
from sim.kernels.ptr1520_rules import (
    Locomotive,
    Track,
    Wagon,
    has_row,
    locomotive_permille,
    wagon_kind,
    wagon_permille,
)
from sim.kernels.ptr1520_start import starting_resistance_permille
from sim.kernels.resistance import (
    Resistance,
    davis_train,
    resistance_n,
    strahl_train,
    sum_of_resistances,
    table_resistance,
)
from sim.kernels.track_forces import curve_resistance_permille, force_of_permille_n

KMH = 3.6
NINE = 1e-9

BY_HAND = [  # kind, track, t an axle, km/h, N/kN: each row of METHODS 1.1 once
    (Wagon.FOUR_AXLE, Track.JOINTED, 23.0, 50.0, 0.7 + 14.25 / 23.0),
    (Wagon.FOUR_AXLE, Track.WELDED, 23.0, 50.0, 0.7 + 12.5 / 23.0),
    (Wagon.SIX_AXLE, Track.JOINTED, 20.0, 60.0, 0.7 + 23.0 / 20.0),
    (Wagon.SIX_AXLE, Track.WELDED, 20.0, 60.0, 0.7 + 20.0 / 20.0),
    (Wagon.EIGHT_AXLE, Track.JOINTED, 20.0, 50.0, 0.7 + 13.15 / 20.0),
    (Wagon.EIGHT_AXLE, Track.WELDED, 20.0, 50.0, 0.7 + 11.55 / 20.0),
    (Wagon.FOUR_AXLE_PLAIN, Track.JOINTED, 20.0, 40.0, 0.7 + 16.0 / 20.0),
    (Wagon.FOUR_AXLE_PLAIN, Track.WELDED, 20.0, 40.0, 0.7 + 14.4 / 20.0),
    (Wagon.FOUR_AXLE, Track.JOINTED, 6.0, 50.0, 3.8),
    (Wagon.FOUR_AXLE, Track.WELDED, 5.75, 50.0, 3.5),
    (Wagon.SIX_AXLE, Track.WELDED, 5.0, 100.0, 6.8),
]


@pytest.mark.parametrize(("kind", "track", "axle_t", "kmh", "by_hand"), BY_HAND)
def test_each_row_of_the_wagon_rules_to_nine_digits(kind, track, axle_t, kmh, by_hand):
    found = wagon_permille(kmh / KMH, axle_t * 1000, kind=kind, track=track)
    assert float(found) == pytest.approx(by_hand, rel=NINE)


@pytest.mark.parametrize(
    ("state", "track", "by_hand"),
    [
        (Locomotive.POWERED, Track.JOINTED, 3.15),
        (Locomotive.POWERED, Track.WELDED, 2.925),
        (Locomotive.COASTING, Track.JOINTED, 3.825),
        (Locomotive.COASTING, Track.WELDED, 3.725),
    ],
)
def test_each_row_of_the_locomotive_rules_at_50_kmh(state, track, by_hand):
    found = locomotive_permille(50 / KMH, state=state, track=track)
    assert float(found) == pytest.approx(by_hand, rel=NINE)
    engine = ptr1520_locomotives(276e3, track=track, state=state)
    assert float(resistance_n(engine, 50 / KMH)) == pytest.approx(276 * 9.81 * by_hand, rel=NINE)


def test_the_worked_values_of_methods_as_printed():
    at = {"speed_mps": 50 / KMH, "axle_kg": 23e3}
    assert round(float(wagon_permille(**at, track=Track.JOINTED)), 3) == 1.320
    assert round(float(wagon_permille(**at, track=Track.WELDED)), 3) == 1.243
    assert round(float(wagon_permille(50 / KMH, 5.75e3, track=Track.JOINTED)), 2) == 3.80
    assert round(float(curve_resistance_permille(600.0)), 2) == 1.17


def test_56_wagons_empty_and_loaded_at_60_kmh():
    empty = ptr1520_train(276e3, 23e3, 56, track=Track.JOINTED)
    by_hand = 9.81 * (1288 * 4.504 + 276 * 3.58)
    assert float(resistance_n(empty, 60 / KMH)) == pytest.approx(by_hand, rel=NINE)
    assert by_hand == pytest.approx(66.6e3, abs=50)
    # METHODS prints 82.6 kN, which is 21.5 t an axle; the exact axle load gives 82.46 kN
    exact = ptr1520_train(276e3, 4836e3 / 56, 56, track=Track.JOINTED)
    q0 = 4836 / 224
    by_hand = 9.81 * (4836 * (0.7 + 18.0 / q0) + 276 * 3.58)
    assert float(resistance_n(exact, 60 / KMH)) == pytest.approx(by_hand, rel=NINE)
    rounded = ptr1520_train(276e3, 86e3, 4836 / 86, track=Track.JOINTED)
    assert float(resistance_n(rounded, 60 / KMH)) == pytest.approx(82.6e3, abs=50)


def test_groups_of_wagons_add_up():
    groups = ptr1520_train(
        276e3,
        [92e3, 126e3, 23e3],
        [10, 5, 3],
        kinds=(Wagon.FOUR_AXLE, Wagon.SIX_AXLE, Wagon.FOUR_AXLE),
        track=Track.WELDED,
    )
    parts = (
        ptr1520_locomotives(276e3, track=Track.WELDED),
        ptr1520_wagons(92e3, 10, track=Track.WELDED),
        ptr1520_wagons(126e3, 5, kind=Wagon.SIX_AXLE, track=Track.WELDED),
        ptr1520_wagons(23e3, 3, track=Track.WELDED),
    )
    v = np.linspace(0, 30, 7)
    apart = sum(resistance_n(part, v) for part in parts)
    assert resistance_n(groups, v) == pytest.approx(apart, rel=NINE)
    assert resistance_n(sum_of_resistances(*parts), v) == pytest.approx(apart, rel=NINE)


def test_an_array_of_trains_is_each_train_by_itself():
    mass, count = np.array([[92e3, 23e3], [80e3, 24e3], [20e3, 90e3]]), np.array([[10, 5]])
    together = resistance_n(ptr1520_train([138e3, 276e3, 0.0], mass, count, track=Track.JOINTED), 9)
    for i, engine in enumerate([138e3, 276e3, 0.0]):
        alone = resistance_n(ptr1520_train(engine, mass[i], count[0], track=Track.JOINTED), 9.0)
        assert alone.shape == ()
        assert together[i] == alone


def test_empty_wagons_without_a_row_are_refused_with_a_way_out():
    for kind in (Wagon.EIGHT_AXLE, Wagon.FOUR_AXLE_PLAIN):
        with pytest.raises(ValueError, match=r"no row for an empty wagon.*`davis` or as a table"):
            ptr1520_wagons(24e3, 10, kind=kind, track=Track.JOINTED)


def test_kinds_and_groups_must_be_as_many():
    with pytest.raises(ValueError, match="2 kinds of wagon for 1 groups"):
        ptr1520_train(138e3, 92e3, 3, kinds=(Wagon.FOUR_AXLE, Wagon.SIX_AXLE), track=Track.JOINTED)


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_wagons_need_a_mass(bad):
    with pytest.raises(ValueError, match="mass"):
        ptr1520_wagons(bad, 10, track=Track.JOINTED)


def test_starting_resistance_goes_by_axle_load_and_bearings():
    assert float(starting_resistance_permille(23e3)) == pytest.approx(28 / 30, rel=NINE)
    plain = starting_resistance_permille(23e3, kind=Wagon.FOUR_AXLE_PLAIN)
    assert float(plain) == pytest.approx(142 / 30, rel=NINE)
    assert starting_resistance_permille([21e3, 7e3]).tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="positive"):
        starting_resistance_permille(0.0)


def test_davis_per_vehicle_is_davis_per_train():
    v = np.linspace(0, 40, 9)
    one = davis_train(600.0, 12.0, 3.0, n_vehicles=40)
    assert resistance_n(one, v) == pytest.approx(40 * (600 + 12 * v + 3 * v * v), rel=NINE)
    whole = davis_train(24_000.0, 480.0, 120.0)
    assert (resistance_n(one, v) == resistance_n(whole, v)).all()


def test_strahl_by_hand():
    train = strahl_train([1e6, 2e6], 1.4, 6.0)
    assert resistance_n(train, 50 / KMH).tolist() == pytest.approx(
        [9.81e3 * 2.9, 2 * 9.81e3 * 2.9], rel=NINE
    )


def test_a_table_is_itself_at_its_points_and_straight_between():
    speed, force = [0.0, 5.0, 12.0, 25.0], [30e3, 34e3, 44e3, 80e3]
    train = table_resistance(speed, force)
    assert resistance_n(train, speed) == pytest.approx(force, rel=NINE)
    v = np.linspace(0, 25, 101)
    assert resistance_n(train, v) == pytest.approx(np.interp(v, speed, force), rel=NINE)
    assert float(resistance_n(train, 38.0)) == pytest.approx(116e3, rel=NINE), "last slope goes on"


def test_a_table_of_several_trains():
    trains = table_resistance([0.0, 10.0], [[1e3, 2e3], [3e3, 7e3]])
    assert resistance_n(trains, 5.0).tolist() == [1500.0, 5000.0]


@pytest.mark.parametrize("speed", [[0.0], [1.0, 2.0], [0.0, 2.0, 2.0], [0.0, 3.0, 1.0]])
def test_tables_that_do_not_rise_from_0_are_refused(speed):
    with pytest.raises(ValueError, match="rise from 0"):
        table_resistance(speed, [1e3] * len(speed))


def test_two_tables_add_up_at_the_points_of_both():
    wagons = table_resistance([0.0, 10.0, 20.0], [10e3, 14e3, 24e3])
    locomotive = table_resistance([0.0, 5.0, 20.0], [2e3, 3e3, 9e3])
    both = sum_of_resistances(wagons, locomotive)
    assert both.from_mps.tolist() == [0.0, 5.0, 10.0]
    # by hand: at 5 m/s 12 + 3, at 10 m/s 14 + 5, at 15 m/s 19 + 7, beyond 20 m/s 1.4 a m/s on
    assert resistance_n(both, [5.0, 10.0, 15.0, 25.0]) == pytest.approx(
        [15e3, 19e3, 26e3, 40e3], rel=NINE
    )


def test_a_table_and_davis_terms_keep_the_square():
    table = table_resistance([0.0, 5.0, 10.0], [1e3, 2e3, 4e3])
    both = sum_of_resistances(table, davis_train(100.0, 10.0, 3.0))
    v = np.linspace(0, 14, 29)
    apart = resistance_n(table, v) + 100 + 10 * v + 3 * v * v
    assert resistance_n(both, v) == pytest.approx(apart, rel=NINE)


def test_a_sum_of_nothing_is_refused():
    with pytest.raises(ValueError, match="one resistance or more"):
        sum_of_resistances()


TABLES = st.lists(
    st.tuples(st.floats(0.5, 8.0), st.floats(0.0, 5e4)), min_size=1, max_size=6
).map(lambda rows: table_resistance(
    [0.0, *np.cumsum([step for step, _ in rows])], [1e3, *(force for _, force in rows)]
))  # fmt: skip


@given(st.lists(TABLES, min_size=1, max_size=4))
def test_a_sum_is_everywhere_the_sum_of_its_parts(parts):
    both = sum_of_resistances(*parts)
    assert (np.diff(both.from_mps) > 0).all()
    v = np.linspace(0.0, 60.0, 121)
    apart = sum(resistance_n(part, v) for part in parts)
    assert resistance_n(both, v) == pytest.approx(apart, rel=1e-7, abs=1e-4)
    again = sum_of_resistances(*parts[::-1])
    assert resistance_n(again, v) == pytest.approx(apart, rel=1e-7, abs=1e-4)


def test_trains_that_break_at_different_speeds_add_up_each_by_itself():
    low, high = ([0.0, 4.0], [0.0, 8.0])
    trains = Resistance(
        np.array([low, high]),
        np.array([[1e3, 5e2], [2e3, 1e3]]),
        np.array([[0.0, 125.0], [0.0, 125.0]]),
        np.zeros(2),
    )
    one = table_resistance([0.0, 6.0, 12.0], [3e3, 9e3, 9e3])
    both = sum_of_resistances(trains, one)
    for v in (0.0, 3.0, 5.0, 7.0, 9.0, 20.0):
        apart = resistance_n(trains, v) + resistance_n(one, v)
        assert resistance_n(both, v) == pytest.approx(apart, rel=NINE)


def test_which_wagons_have_a_row():
    assert wagon_kind(4, "roller") is Wagon.FOUR_AXLE
    assert wagon_kind(6, "plain") is Wagon.SIX_AXLE
    assert wagon_kind(8, "plain") is Wagon.EIGHT_AXLE
    assert has_row([24e3, 24.1e3], Wagon.FOUR_AXLE_PLAIN).tolist() == [False, True]
    assert has_row([48e3, 49e3], Wagon.EIGHT_AXLE).tolist() == [False, True]
    assert has_row(24e3, Wagon.FOUR_AXLE)
    with pytest.raises(ValueError, match="no wagon of 5 axles"):
        wagon_kind(5, "roller")


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_davis_numbers_must_be_amounts(bad):
    for numbers in ((bad, 0, 0), (0, bad, 0), (0, 0, bad)):
        with pytest.raises(ValueError, match="finite and not negative"):
            davis_train(*numbers)
    with pytest.raises(ValueError, match="n_vehicles"):
        davis_train(1, 1, 1, n_vehicles=bad)


def test_a_curve_resists_by_radius_and_by_its_share_of_the_train():
    assert curve_resistance_permille([350.0, 700.0, np.inf]).tolist() == [2.0, 1.0, 0.0]
    half = curve_resistance_permille(350.0, curve_m=400.0, train_m=800.0)
    assert float(half) == pytest.approx(1.0, rel=NINE)
    whole = curve_resistance_permille(350.0, curve_m=900.0, train_m=800.0)
    assert float(whole) == pytest.approx(2.0, rel=NINE)
    for bad in ({"radius_m": 0.0}, {"radius_m": 300.0, "train_m": -1.0}):
        with pytest.raises(ValueError, match="radii"):
            curve_resistance_permille(**bad)


def test_a_gradient_is_a_force():
    assert float(force_of_permille_n(4836e3, 9.0)) == pytest.approx(9.81 * 4836 * 9, rel=NINE)
    assert float(force_of_permille_n(1e3, -10.0)) == pytest.approx(-98.1, rel=NINE)


SPEEDS = st.floats(0.0, 35.0)


@given(SPEEDS, st.floats(0.0, 10.0), st.sampled_from(Track), st.floats(6.1, 25.0))
def test_faster_is_never_easier(v, more, track, axle_t):
    assert wagon_permille(v + more, axle_t * 1e3, track=track) >= wagon_permille(
        v, axle_t * 1e3, track=track
    )


@given(SPEEDS, st.floats(6.1, 24.0), st.sampled_from(Wagon))
def test_a_heavier_wagon_pulls_harder_but_easier_by_the_tonne(v, axle_t, kind):
    light = float(wagon_permille(v, axle_t * 1e3, kind=kind, track=Track.JOINTED))
    heavy = float(wagon_permille(v, axle_t * 1.04e3, kind=kind, track=Track.JOINTED))
    assert heavy < light
    assert heavy * 1.04 > light


@given(SPEEDS, st.sampled_from(Wagon), st.floats(6.1, 25.0))
def test_welded_track_is_never_harder_than_jointed(v, kind, axle_t):
    welded = wagon_permille(v, axle_t * 1e3, kind=kind, track=Track.WELDED)
    assert welded <= wagon_permille(v, axle_t * 1e3, kind=kind, track=Track.JOINTED)


@given(st.lists(st.floats(0.5, 5.0), min_size=2, max_size=8), SPEEDS)
def test_a_table_of_many_points_follows_the_polynomial(steps, v):
    speed = np.concatenate([[0.0], np.cumsum(steps)])
    exact = davis_train(2e4, 300.0, 60.0)
    table = table_resistance(speed, resistance_n(exact, speed))
    if v <= speed[-1]:
        sag = 60.0 * max(steps) ** 2 / 4  # of a chord of a parabola
        assert 0.0 <= float(resistance_n(table, v) - resistance_n(exact, v)) + 1e-6 <= sag + 1e-5
