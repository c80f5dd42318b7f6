"""Trains that hold their ceiling, and ceilings by blocks: to the last bit what NumPy gives."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from sim.kernels import lanes
from sim.kernels.course import course_numpy, course_of
from sim.kernels.fleet_terms import Trains
from sim.kernels.ptr1520 import ptr1520_train
from sim.kernels.ptr1520_rules import Track
from sim.kernels.running_time import Keep
from sim.kernels.track_profile import GradeUnder, uniform_profile
from sim.kernels.traction import power_effort

QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TILE_M = 25.0 * lanes.TILE


def rakes(n_trains, *, most=50.0, **changes):
    """Return trains of 50 wagons and less, of one length."""
    wagons = np.linspace(most - 2.0, most, n_trains)
    drag = ptr1520_train(276e3, 86e3, wagons[:, None], track=Track.JOINTED)
    numbers = {
        "mass_kg": 276e3 + 86e3 * wagons,
        "length_m": 736.0,
        "effort": power_effort(3.45e6, 800e3),
        "resistance": drag,
        "max_mps": 25.0,
    }
    return Trains(**(numbers | changes))


def hills(seed, *, steepest, piece_m, n_pieces, limit_every_m=3100.0):
    """Return a line of pieces of one length, and limits that change now and then."""
    luck = np.random.Generator(np.random.SFC64(seed))
    rise = luck.uniform(-steepest, steepest, n_pieces) * piece_m / 1000.0
    starts = np.arange(0.0, piece_m * n_pieces, limit_every_m)
    limits = (starts, luck.choice([30.0, 50.0, 60.0], len(starts)) / 3.6)
    x = np.arange(n_pieces + 1) * piece_m
    return uniform_profile(x, np.append(0.0, np.cumsum(rise)), limits=limits, cell_m=25.0)


def is_the_oracle(profile, trains, **ends):
    """Tell whether times, and speeds and ceilings where kept, are those of NumPy."""
    ends = {"entry_mps": 0.0, "exit_mps": 0.0, "under": GradeUnder.TRAIN} | ends
    oracle = course_numpy(profile, trains, **ends).march
    kept = course_of(profile, trains, keep=Keep.SPEEDS, **ends).march
    bare = course_of(profile, trains, **ends).march
    pairs = [(bare.time_s, oracle.time_s), *zip(kept, oracle, strict=True)]
    return all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)


@QUICK
@given(
    st.integers(0, 10_000),
    st.sampled_from([0.0, 1.0, 2.5, 6.0, 9.0]),
    st.sampled_from([25.0, 75.0, TILE_M, TILE_M + 25.0, 1000.0]),
    st.sampled_from([1, 8, 9, 65]),
)
def test_trains_that_hold_their_ceiling_now_and_then(seed, steepest, piece_m, n_trains):
    n_pieces = int(6000.0 // piece_m)
    profile = hills(seed, steepest=steepest, piece_m=piece_m, n_pieces=n_pieces)
    assert is_the_oracle(profile, rakes(n_trains))


@QUICK
@given(
    st.integers(0, 10_000),
    st.sampled_from([1, 2, 3, 7]),
    st.sampled_from([0.02, 0.1, 0.3, 5.0]),
    st.sampled_from([300.0, 1210.0, 9000.0]),
    st.sampled_from([{}, {"entry_mps": np.inf, "exit_mps": np.inf}]),
)
def test_blocks_of_any_size_are_one_line(seed, size, brake, every_m, ends):
    profile = hills(seed, steepest=4.0, piece_m=1000.0, n_pieces=30, limit_every_m=every_m)
    trains = rakes(9, brake_mps2=brake)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lanes, "BLOCK", size)
        patch.setattr(lanes, "LOOKS_PER_BLOCK", 1)
        assert is_the_oracle(profile, trains, **ends)


def test_a_train_brakes_at_the_end_of_a_block_for_what_lies_in_the_next():
    at = 1.0 + 25.0 * lanes.BLOCK * lanes.TILE
    for limit_m in (at - 30.0, at, at + 20.0, at + 140.0, at + 400.0):
        x, limits = [0.0, at + 3000.0], ([0.0, limit_m], [20.0, 5.0])
        assert is_the_oracle(uniform_profile(x, [0.0, 0.0], limits=limits, cell_m=25.0), rakes(8))


def test_one_weak_train_among_strong_ones_is_not_held():
    profile = hills(3, steepest=5.0, piece_m=600.0, n_pieces=20)
    trains = rakes(16)
    mass = trains.mass_kg.copy()
    mass[11] *= 2.0
    assert is_the_oracle(profile, rakes(16, mass_kg=mass))
