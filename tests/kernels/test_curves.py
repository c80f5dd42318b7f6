"""Curves by radius: what a train feels is 700/R, or its share of the train, worked by hand."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sim.kernels.curves import curve_steps, curve_sum_permille_m
from sim.kernels.fleet_terms import Trains, fleet_of
from sim.kernels.march_terms import line_of, pull_of
from sim.kernels.resistance import davis_train
from sim.kernels.track_forces import curve_resistance_permille
from sim.kernels.track_profile import GradeUnder, uniform_profile
from sim.kernels.traction import power_effort

CELL_M = 25.0


def felt_permille(curves, train_m, *, under=GradeUnder.TRAIN, length_m=10_000.0):
    """Return the resistance of level curved track under a train, cell by cell, as marched."""
    profile = uniform_profile(
        [0.0, length_m], [0.0, 0.0], limits=([0.0], [20.0]), curves=curves, cell_m=CELL_M
    )
    train = Trains(
        mass_kg=1e6,
        length_m=train_m,
        effort=power_effort(1e6, 2e5),
        resistance=davis_train(0.0, 0.0, 0.0),
        rotating_factor=1.0,
    )
    line = line_of(profile, under=under, longest_m=train_m)
    fleet = fleet_of(profile, train, entry_mps=0.0, exit_mps=np.inf, under=under)
    lost = np.array([float(pull_of(line, fleet, i)[0]) for i in range(profile.n_cells)])
    return lost / (2.0 * CELL_M * 9.81) * 1000.0


@pytest.mark.parametrize(
    ("radius_m", "curve_m", "train_m"),
    [
        (400.0, 300.0, 800.0),  # the train is longer: 700/400 x 300/800
        (400.0, 900.0, 800.0),  # the curve is longer: 700/400
        (350.0, 500.0, 500.0),
        (600.0, 140.0, 782.5),  # neither fits the cells
        (300.0, 20.0, 300.0),  # shorter than a cell
    ],
)
def test_the_mean_under_the_train_is_the_rule(radius_m, curve_m, train_m):
    felt = felt_permille(curve_steps([3010.0], [curve_m], [radius_m]), train_m)
    rule = float(curve_resistance_permille(radius_m, curve_m=curve_m, train_m=train_m))
    head_m = (np.arange(len(felt)) + 0.5) * CELL_M
    # while the whole of the shorter of the two lies in the other, a cell from the edges
    first, last = sorted((3010.0 + curve_m, 3010.0 + train_m))
    inside = (head_m > first + CELL_M) & (head_m < last - CELL_M)
    if not inside.any():
        assert felt.max() <= rule * (1 + 1e-9)
        return
    assert felt[inside] == pytest.approx(rule, rel=1e-9)
    clear = (head_m < 3010.0 - CELL_M) | (head_m > 3010.0 + curve_m + train_m + CELL_M)
    assert felt[clear] == pytest.approx(0.0, abs=1e-9)


@given(
    st.floats(100.0, 3000.0),
    st.floats(1.0, 2000.0),
    st.floats(0.0, 1200.0),
    st.floats(0.0, 4000.0),
)
def test_a_curve_costs_the_same_work_whatever_the_train(radius_m, curve_m, train_m, from_m):
    felt = felt_permille(curve_steps([from_m], [curve_m], [radius_m]), train_m)
    work = 700.0 / radius_m * curve_m
    hair_m = 1e-3  # a curve that begins within it of the line's beginning begins there
    assert felt.sum() * CELL_M == pytest.approx(work, rel=1e-6, abs=700.0 / radius_m * hair_m)
    rule = float(curve_resistance_permille(radius_m, curve_m=curve_m, train_m=train_m))
    assert felt.max() <= max(rule, 700.0 / radius_m * min(1.0, curve_m / CELL_M)) * (1 + 1e-9)


def test_under_the_head_a_curve_is_felt_over_its_own_length():
    felt = felt_permille(curve_steps([3000.0], [500.0], [700.0]), 800.0, under=GradeUnder.HEAD)
    assert np.flatnonzero(felt > 1e-9).tolist() == list(range(120, 140))
    assert felt[120:140] == pytest.approx(1.0, rel=1e-9)


def test_steps_by_hand():
    step, permille = curve_steps([900.0, 0.0, 500.0], [100.0, 200.0, 400.0], [700.0, 350.0, 1400.0])
    assert step.tolist() == [0.0, 200.0, 500.0, 900.0, 1000.0]
    assert permille.tolist() == [2.0, 0.0, 0.5, 1.0, 0.0]
    assert curve_sum_permille_m(step, permille, [0.0, 200.0, 900.0, 2000.0]).tolist() == [
        0.0,
        400.0,
        600.0,
        700.0,
    ]


def test_no_curve_is_straight():
    step, permille = curve_steps([], [], [])
    assert (step.tolist(), permille.tolist()) == ([0.0], [0.0])
    assert curve_sum_permille_m([], [], [5.0]).tolist() == [0.0]


@pytest.mark.parametrize(
    ("from_m", "length_m"), [([0.0, 50.0], [60.0, 10.0]), ([0.0], [0.0]), ([-5.0], [10.0])]
)
def test_curves_that_overlap_or_have_no_length_are_refused(from_m, length_m):
    with pytest.raises(ValueError, match=r"curves must|not negative"):
        curve_steps(from_m, length_m, [500.0] * len(from_m))


def test_curves_before_the_line_and_without_radius_are_refused():
    with pytest.raises(ValueError, match="lie on the line"):
        curve_steps([100.0], [50.0], [500.0], start_m=120.0)
    with pytest.raises(ValueError, match="radii"):
        curve_steps([100.0], [50.0], [0.0])
