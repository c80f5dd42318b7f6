"""Running time from forces: by hand, against a plain loop, and what can never be otherwise."""

import copy
import math
import pickle

import numpy as np
import pytest
from effort import examples, part_of
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from sim.kernels import _compiled, _compiled_ceiling, march_terms
from sim.kernels.course import course_numpy, course_of
from sim.kernels.fleet_terms import Trains, coarsest_cell_m, fleet_of
from sim.kernels.march_terms import (
    B2,
    CC,
    ENTRY2,
    EXIT2,
    LEAST_SQUARE,
    LENGTH,
    Q_HEAD,
    Q_HIGH,
    SLOWEST,
    TOP2,
    line_of,
)
from sim.kernels.ptr1520 import ptr1520_train
from sim.kernels.ptr1520_rules import Track
from sim.kernels.resistance import davis_train, table_resistance
from sim.kernels.running_time import (
    Keep,
    both_ways_s,
    first_stall_cell,
    march,
    running_time_numpy_s,
    running_time_s,
)
from sim.kernels.stall import StallError
from sim.kernels.track_profile import GradeUnder, stacked, turned, uniform_profile
from sim.kernels.traction import power_effort, several_trains, table_effort
from sim.kernels.uniform_motion import supplemented_s, uniform_running_time_s

KMH = 3.6
SPEED_KMH = [0, 5, 10, 15, 19.5, 24.2, 30, 40, 50, 58.5, 70, 80, 90, 100]
EFFORT_KN = [813, 737.1, 680.2, 638.6, 608, 506, 416.7, 320, 256.8, 220.8, 183.4, 161, 143.4, 129]
TE116 = table_effort(np.array(SPEED_KMH) / KMH, np.array(EFFORT_KN) * 1000.0)
QUICK = settings(
    max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
PASSING = {"entry_mps": np.inf, "exit_mps": np.inf}


def goods(wagon_t=86.36, n=56, **changes):
    """Return the train of METHODS: 4,836 t behind a 2TE116."""
    numbers = {
        "mass_kg": 276e3 + n * wagon_t * 1e3,
        "length_m": 850.0,
        "effort": TE116,
        "resistance": ptr1520_train(276e3, wagon_t * 1e3, n, track=Track.JOINTED),
        "brake_mps2": 0.225,
    }
    return Trains(**(numbers | changes))


def rakes(n_trains=40, **changes):
    """Return trains of 5 to 56 wagons, of many lengths."""
    n = np.linspace(5, 56, n_trains).round()
    drag = ptr1520_train(276e3, np.full((n_trains, 1), 86e3), n[:, None], track=Track.WELDED)
    numbers = {"mass_kg": 276e3 + n * 86e3, "length_m": 36 + 14 * n, "resistance": drag}
    return goods(**(numbers | changes))


def free(**changes):
    """Return a train without resistance, of constant force up to any speed."""
    numbers = {
        "mass_kg": 1e6,
        "length_m": 200.0,
        "effort": power_effort(1e12, 2e5),
        "resistance": davis_train(0.0, 0.0, 0.0),
        "brake_mps2": 0.25,
        "rotating_factor": 1.0,
    }
    return Trains(**(numbers | changes))


def line(grades=(0.0,), *, piece_m=2000.0, kmh=80.0, cell_m=25.0, limits=None, **more):
    """Return a line of gradients, one for each piece."""
    x = piece_m * np.arange(len(grades) + 1)
    z = 500.0 + np.concatenate([[0.0], np.cumsum(np.array(grades) * piece_m / 1000)])
    limits = limits or ([0.0], [kmh / KMH])
    return uniform_profile(x, z, limits=limits, cell_m=cell_m, **more)


def restless(cell_m, seed=1, km=20):
    """Return a line of hills with limits that change anywhere in a cell."""
    luck = np.random.Generator(np.random.SFC64(seed))
    grades = luck.normal(0.0, 3e-3, km).clip(-8e-3, 8e-3) * 1000
    at = np.concatenate([[0.0], np.sort(luck.uniform(0, km * 1000, km // 2))])
    limits = (at, luck.choice([40, 50, 60, 70, 80], len(at)) / KMH)
    bends = (np.arange(0, km * 1000, 700.0), luck.choice([0.0, 0.0, 1.17], math.ceil(km / 0.7)))
    return line(grades, piece_m=1000.0, cell_m=cell_m, limits=limits, curves=bends)


class Loop:
    """One train by plain loops over floats, ceilings and all."""

    def __init__(self, profile, trains, entry_mps, exit_mps, under):
        there = line_of(profile, under=under, longest_m=float(trains.length_m))
        fleet = fleet_of(profile, trains, entry_mps=entry_mps, exit_mps=exit_mps, under=under)
        self.terms = fleet.terms[:, 0].tolist()
        self.pieces, self.behind = fleet.pieces[:, :, 0].tolist(), int(fleet.tail_idx[0])
        self.head, self.tail = there.head_m[0].tolist(), there.tail_m[0].tolist()
        self.cell, self.n = there.cell_m, len(self.head)
        self.starts, self.limits = there.limit_from_m[0].tolist(), there.limit_mps[0].tolist()
        self.top = [min(x, self.terms[TOP2]) for x in there.base[0].tolist()]

    def lost(self, i):
        low, high = self.tail[i + self.behind], self.tail[i + self.behind + 1]
        return (self.head[i] - low) * self.terms[Q_HEAD] - (high - low) * self.terms[Q_HIGH]

    def piece(self, v):
        return next(p for p in reversed(self.pieces) if v >= p[3])

    def lower(self, i, square):
        self.top[i] = min(self.top[i], square)

    def hold(self, z, place):
        v, clear = self.limits[z], (self.starts[z + 1] + self.terms[LENGTH]) / self.cell
        i = math.ceil(clear)
        for held in range(max(math.floor(place) + 1, 0), min(i, self.n + 1)):
            self.lower(held, v * v)
        if 1 <= i <= self.n:
            c0, c1, p, _ = self.piece(v)
            gain = ((c0 - self.lost(i - 1)) + (c1 - self.terms[CC] * v) * v) + p / v
            self.lower(i, v * v + (i - clear) * max(gain, 0.0))

    def fill(self):
        for z in range(len(self.limits) - 1):
            after, place = self.limits[z + 1], self.starts[z + 1] / self.cell
            if after > self.limits[z]:
                self.hold(z, place)
            elif after < self.limits[z] and 0 < place <= self.n:
                i = math.ceil(place) - 1
                self.lower(i, after * after + self.terms[B2] * (place - i))
        self.lower(self.n, self.terms[EXIT2])
        for i in range(self.n - 1, -1, -1):
            self.lower(i, self.top[i + 1] + self.terms[B2])

    def step(self, i, share, cap, slow):
        c0, c1, p, _ = self.piece(self.v)
        drag, power = self.terms[CC] * self.v, p * self.rv
        gain = ((c0 - self.lost(i)) + (c1 - drag) * self.v) + power
        turn = (((c1 - drag) - drag) - power * self.rv) * share * min(self.rv, slow)
        part = max(turn + 4.0, 0.0)
        u1 = self.u + gain * share * ((part * part + 16.0) / 32.0)
        self.u = max(min(u1, cap), LEAST_SQUARE)
        seed = float(np.float32(1.0) / np.sqrt(np.float32(self.u)))
        self.rv = seed * (1.5 - (0.5 * self.u) * (seed * seed))
        both = self.v + self.u * self.rv
        self.v = self.u * self.rv
        return both

    def time_s(self):
        self.fill()
        self.u = max(min(self.terms[ENTRY2], self.top[0]), LEAST_SQUARE)
        self.v, total = math.sqrt(self.u), 0.0
        self.rv = 1.0 / self.v
        for k in range(8):
            cap = self.top[0] + (self.top[1] - self.top[0]) * ((k + 1) ** 2 / 64)
            share = (2 * k + 1) / 64
            total += share / self.step(0, share, cap, self.terms[SLOWEST] * 8)
        both = [self.step(i, 1.0, self.top[i + 1], self.terms[SLOWEST]) for i in range(1, self.n)]
        for k in range(0, len(both) // 4 * 4, 4):
            a, b, c, d = both[k : k + 4]
            total += ((a + b) * (c * d) + (c + d) * (a * b)) / ((a * b) * (c * d))
        for rest in both[len(both) // 4 * 4 :]:
            total += 1.0 / rest
        return total * (2.0 * self.cell)


def looped(profile, trains, *, entry_mps=0.0, exit_mps=0.0, under=GradeUnder.TRAIN):
    return Loop(profile, trains, entry_mps, exit_mps, under).time_s()


# -- by hand ---------------------------------------------------------------------------------------


def test_from_stand_to_stand_with_constant_force_to_nine_digits():
    # a = 0.2 m/s2, b = 0.25: v^2 = 2 d a b / (a + b), t = v/a + v/b
    peak = math.sqrt(2 * 2000 * 0.2 * 0.25 / 0.45)
    by_hand = peak / 0.2 + peak / 0.25
    for cell_m in (10.0, 8.0):
        found = float(running_time_s(line(kmh=400, cell_m=cell_m), free()))
        at_peak = 2 * 0.25 * cell_m / (8 * peak**3) * cell_m  # the peak falls inside a cell
        assert found == pytest.approx(by_hand, abs=10 * at_peak + 1e-6)
    aligned = line(piece_m=1800.0, kmh=400, cell_m=10.0)  # the peak is the end of a cell
    peak = math.sqrt(2 * 1000 * 0.2)
    found = float(running_time_s(aligned, free()))
    assert found == pytest.approx(peak / 0.2 + peak / 0.25, rel=1e-7)


def test_at_a_limit_time_is_length_by_speed_to_nine_digits():
    run = running_time_s(line(kmh=72.0), free(), entry_mps=20.0, exit_mps=np.inf)
    assert float(run) == pytest.approx(100.0, rel=1e-9)


def test_uphill_with_constant_force_to_nine_digits():
    # 2e5 N less 1e6 kg x 9.81 x 0.008 under the head: 0.12152 m/s2 from 10 m/s over 2 km
    end = math.sqrt(100.0 + 2 * 0.12152 * 2000)
    run = running_time_s(
        line((8.0,), kmh=400),
        free(),
        entry_mps=10.0,
        exit_mps=np.inf,
        under=GradeUnder.HEAD,
    )
    assert float(run) == pytest.approx((end - 10.0) / 0.12152, rel=1e-9)


def test_under_the_train_the_gradient_comes_in_by_its_length():
    # level, then 8 permille: the mean under 800 m of train rises over 800 m; work is the same as
    # lifting the centre, so v^2 at the end is 100 + 2 a d - 2 g h of the middle of the train
    end2 = 100.0 + 2 * 0.2 * 4000 - 2 * 9.81 * (0.008 * 1200 + 0.008 * 800 / 2)
    up = line((0.0, 8.0), kmh=400, cell_m=10.0)
    train = free(length_m=800.0)
    run = march(up, train, entry_mps=10.0, exit_mps=np.inf, keep=Keep.SPEEDS)
    assert float(run.speed_mps[-1, 0]) ** 2 == pytest.approx(end2, rel=1e-4)


def test_rotating_mass_slows_in_proportion():
    a = running_time_s(line(kmh=400), free(rotating_factor=1.21), exit_mps=np.inf)
    b = running_time_s(line(kmh=400), free(), exit_mps=np.inf)
    assert float(a / b) == pytest.approx(1.1, rel=1e-9)


def test_the_slow_order_of_methods():
    # 1 km at 25 km/h on a 60 km/h line: 2.5 min for a point, 3.7 min with 850 m of train
    slow = line([0.0] * 20, limits=([0, 20e3, 21e3], np.array([60.0, 25.0, 60.0]) / KMH))
    even = line([0.0] * 20, kmh=60.0)

    def lost_min(length_m):
        train = goods(length_m=length_m)
        cost = running_time_s(slow, train, **PASSING) - running_time_s(even, train, **PASSING)
        return float(cost) / 60

    assert round(lost_min(0.0), 1) == 2.5
    assert round(lost_min(850.0), 1) == 3.7


def test_the_way_back_to_60_kmh_of_methods():
    # 25 to 60 km/h: 235 s and 3.0 km
    run = march(
        line([0.0] * 4, kmh=60.0, cell_m=5.0),
        goods(),
        entry_mps=25 / KMH,
        exit_mps=np.inf,
        keep=Keep.SPEEDS,
    )
    speed = run.speed_mps[:, 0]
    there = int(np.argmax(speed >= 60 / KMH * (1 - 1e-12)))
    time_s = (2 * 5.0 / (speed[1:] + speed[:-1]))[:there].sum()
    assert there * 5.0 == pytest.approx(3000, abs=50)
    assert time_s == pytest.approx(235, abs=2)


def test_a_limit_is_left_when_the_tail_is_clear_wherever_that_is_in_a_cell():
    # constant force: 2 km at 10 m/s, 437.3 m of train, then as fast as it goes
    slow = ([0.0, 1013.7], [10.0, 100.0])
    end = math.sqrt(100.0 + 2 * 0.2 * (4000 - 1451.0))
    by_hand = 1451.0 / 10.0 + (end - 10.0) / 0.2
    for cell_m in (25.0, 10.0, 100.0):
        profile = line((0.0, 0.0), limits=slow, cell_m=cell_m)
        found = running_time_s(profile, free(length_m=437.3), entry_mps=10.0, exit_mps=np.inf)
        assert float(found) == pytest.approx(by_hand, abs=cell_m**2 * 1e-4)


def test_braking_ends_where_the_limit_begins_wherever_that_is_in_a_cell():
    # 25 m/s down to 10 m/s at 0.25 m/s2 is 1,050 m before 3013.7 m
    limits = ([0.0, 3013.7], [25.0, 10.0])
    by_hand = (3013.7 - 1050.0) / 25.0 + 15.0 / 0.25 + (4000 - 3013.7) / 10.0
    for cell_m in (25.0, 10.0):
        profile = line((0.0, 0.0), limits=limits, cell_m=cell_m)
        found = running_time_s(profile, free(), entry_mps=25.0, exit_mps=np.inf)
        assert float(found) == pytest.approx(by_hand, abs=cell_m**2 * 1e-4)


def test_the_tail_may_stand_behind_the_start():
    # a limit of 10 m/s that ended 100 m before the start binds a train of 300 m for 200 m
    whole = uniform_profile(
        [0, 5000], [0, 0], limits=([0, 900], [10.0, 30.0]), span_m=(1000, 5000), cell_m=10.0
    )
    found = march(whole, free(length_m=300.0), keep=Keep.SPEEDS, **PASSING)
    assert found.speed_mps[:21, 0] == pytest.approx(10.0, rel=1e-12)
    assert found.speed_mps[22, 0] > 10.0


def test_the_hill_behind_the_start_pulls_at_the_tail():
    x, z = [0, 1000, 5000], [10.0, 0.0, 0.0]
    limits = ([0], [100.0])
    whole = uniform_profile(x, z, limits=limits, span_m=(1000, 5000))
    bare = uniform_profile(x[1:], z[1:], limits=limits)
    assert whole.n_before == 40
    train = free(length_m=800.0)
    assert running_time_s(whole, train, **PASSING | {"entry_mps": 5.0}) < running_time_s(
        bare, train, **PASSING | {"entry_mps": 5.0}
    )


# -- the step converges ----------------------------------------------------------------------------


@pytest.mark.parametrize("ends", [{}, PASSING, {"entry_mps": 5.0}, {"exit_mps": np.inf}])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cells_of_25_m_are_within_a_twentieth_of_a_percent(seed, ends):
    fine = running_time_s(restless(0.5, seed), rakes(6), **ends)
    for cell_m, share in ((25.0, 5e-4), (20.0, 4e-4), (12.5, 2e-4), (10.0, 1.5e-4)):
        coarse = running_time_s(restless(cell_m, seed), rakes(6), **ends)
        assert coarse == pytest.approx(fine, rel=share), cell_m


def test_a_start_from_rest_is_within_a_twentieth_of_a_percent_over_a_short_section():
    fine = running_time_s(line([0.0, 3.0], cell_m=0.1), goods())
    for cell_m in (25.0, 10.0):
        found = running_time_s(line([0.0, 3.0], cell_m=cell_m), goods())
        assert float(found) == pytest.approx(float(fine), rel=5e-4)


def errors(profile_of, cells, **ends):
    """Return the relative errors against cells of half a metre."""
    fine = float(running_time_s(profile_of(0.5), goods(), **ends))
    return [abs(float(running_time_s(profile_of(c), goods(), **ends)) / fine - 1) for c in cells]


def test_passing_the_error_falls_with_the_square_of_the_cell():
    ends = {"entry_mps": 40 / KMH, "exit_mps": np.inf}
    found = errors(lambda c: line([0.0] * 10, kmh=95.0, cell_m=c), (100, 50, 25), **ends)
    assert found[0] > 3 * found[1] > 9 * found[2] > 0
    assert found[2] < 1e-5


def test_over_hills_the_error_stays_far_below_the_bound():
    ends = {"entry_mps": 40 / KMH, "exit_mps": np.inf}
    hills = [6, -2, 4, -7, 5]
    found = errors(lambda c: line(hills, cell_m=c), (100, 50, 25, 12.5), **ends)
    assert max(found) < 5e-4
    assert found[2] < 5e-5
    assert found[3] < 2e-5


@QUICK
@given(st.integers(0, 10_000), st.sampled_from([{}, PASSING]))
def test_halving_the_cell_changes_nothing_beyond_tolerance(seed, ends):
    trains = rakes(4)
    coarse, half = (running_time_s(restless(c, seed, km=10), trains, **ends) for c in (25.0, 12.5))
    assert coarse == pytest.approx(half, rel=1e-3)


# -- the compiled march, NumPy and a plain loop are one --------------------------------------------


@pytest.mark.parametrize("under", GradeUnder)
@pytest.mark.parametrize("ends", part_of([{"entry_mps": 3.0}, {}, PASSING], usual=1))
def test_compiled_equals_numpy_to_the_last_bit(under, ends):
    for seed in range(4):
        for cell_m in (17.0, 25.0, 100.0):
            profile = restless(cell_m, seed)
            for effort in (TE116, power_effort(3.4e6, 8e5)):
                trains = rakes(effort=effort)
                ours = course_of(profile, trains, keep=Keep.SPEEDS, under=under, **FILL | ends)
                oracle = course_numpy(profile, trains, under=under, **FILL | ends)
                assert (ours.march.time_s == oracle.march.time_s).all()
                assert (ours.march.speed_mps == oracle.march.speed_mps).all()
                assert (ours.march.ceiling == oracle.march.ceiling).all()


FILL = {"entry_mps": 0.0, "exit_mps": 0.0}


@QUICK
@given(
    st.integers(0, 10_000),
    st.sampled_from([12.5, 25.0, 40.0]),
    st.sampled_from(list(GradeUnder)),
    st.sampled_from([{}, PASSING, {"entry_mps": 2.0, "exit_mps": 4.0}]),
    st.integers(5, 56),
)
def test_compiled_equals_a_plain_loop_to_the_last_bit(seed, cell_m, under, ends, n):
    profile, train = restless(cell_m, seed, km=8), goods(n=n, length_m=36.0 + 13.9 * n)
    assert float(running_time_s(profile, train, under=under, **ends)) == looped(
        profile, train, under=under, **ends
    )


def test_a_train_runs_alike_alone_and_in_any_company():
    profile, trains = restless(25.0), rakes(70)
    together = running_time_s(profile, trains)
    for j in (0, 1, 31, 32, 69):
        n = float(np.linspace(5, 56, 70).round()[j])
        alone = running_time_s(profile, goods(86.0, n, length_m=36 + 14 * n,
            mass_kg=276e3 + n * 86e3,
            resistance=ptr1520_train(276e3, 86e3, n, track=Track.WELDED)))  # fmt: skip
        assert alone.shape == ()
        assert together[j] == alone


EDGES = st.sampled_from([0, 1, 2, 15, 16, 17, 18, 31, 32, 33, 34, 49, 65, 90])


def same_to_the_last_bit(profile, trains, **ends):
    """Tell whether times, speeds and ceilings are those of NumPy, kept or not."""
    ends = {"under": GradeUnder.TRAIN} | FILL | ends
    oracle = course_numpy(profile, trains, **ends).march
    kept = course_of(profile, trains, keep=Keep.SPEEDS, **ends).march
    bare = course_of(profile, trains, **ends).march
    pairs = [(bare.time_s, oracle.time_s), (bare.stall_cell, oracle.stall_cell)]
    pairs += list(zip(kept, oracle, strict=True))
    return all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)


@QUICK
@given(
    EDGES.filter(lambda cells: cells > 1),
    st.lists(st.tuples(EDGES, st.sampled_from([0.0, 0.3, 24.9])), max_size=6),
    st.integers(0, 10_000),
    st.sampled_from([{}, PASSING, {"entry_mps": 1.0}]),
    st.sampled_from([1, 8, 9, 70]),
)
def test_limits_that_change_at_the_ends_of_tiles(cells, at, seed, ends, n_trains):
    luck = np.random.Generator(np.random.SFC64(seed))
    starts = np.unique([0.0, *(25.0 * (cell + 1) + more for cell, more in at)])
    limits = (starts, luck.choice([20, 40, 60, 80], len(starts)) / KMH)
    profile = line([luck.uniform(-6, 6)], piece_m=25.0 * cells, limits=limits)
    assert same_to_the_last_bit(profile, rakes(n_trains), **ends)


@QUICK
@given(st.integers(0, 10_000), st.integers(2, 9), st.sampled_from([{}, PASSING]))
def test_lines_of_different_limits_side_by_side(seed, n_lines, ends):
    lines = stacked([restless(25.0, seed + k, km=3) for k in range(n_lines)])
    assert same_to_the_last_bit(lines, rakes(n_lines), **ends)


def test_trains_of_one_length_and_of_many_go_side_by_side():
    n = np.concatenate([np.full(100, 40.0), np.linspace(5, 56, 30).round()])
    drag = ptr1520_train(276e3, np.full((130, 1), 86e3), n[:, None], track=Track.WELDED)
    trains = goods(mass_kg=276e3 + n * 86e3, length_m=36 + 14 * n, resistance=drag)
    for seed in range(3):
        assert same_to_the_last_bit(restless(25.0, seed, km=9), trains)


def test_a_limit_beyond_all_speeds_is_as_good_as_none():
    fast = running_time_s(line(kmh=1e30), free(), **PASSING | {"entry_mps": 10.0})
    slower = running_time_s(line(kmh=1e4), free(), **PASSING | {"entry_mps": 10.0})
    assert float(fast) == float(slower)
    assert same_to_the_last_bit(line(kmh=1e30), free(), **PASSING)


def test_a_line_for_each_train_is_each_train_on_its_line():
    lines = [restless(25.0, seed) for seed in range(40)]
    trains = rakes(40)
    together = running_time_s(stacked(lines), trains)
    assert (together == running_time_numpy_s(stacked(lines), trains)).all()
    for j in (0, 7, 33):
        assert together[j] == running_time_s(lines[j], trains)[j]
    one = running_time_s(stacked(lines), goods())
    assert one.shape == (40,)
    assert one[5] == running_time_s(lines[5], goods())


def test_different_locomotives_run_side_by_side():
    efforts = several_trains([TE116, power_effort(3.4e6, 8e5)])
    both = running_time_s(restless(25.0), goods(effort=efforts))
    assert both[0] == running_time_s(restless(25.0), goods())
    assert both[1] == running_time_s(restless(25.0), goods(effort=power_effort(3.4e6, 8e5)))


def test_a_table_of_resistance_runs_like_its_formula():
    v = np.linspace(0, 30, 121)
    exact = goods(resistance=davis_train(4e4, 500.0, 250.0))
    table = goods(resistance=table_resistance(v, 4e4 + 500.0 * v + 250.0 * v * v))
    a, b = (float(running_time_s(restless(25.0), train)) for train in (exact, table))
    assert a == pytest.approx(b, rel=1e-4)
    assert b == float(running_time_numpy_s(restless(25.0), table))


# -- what can never be otherwise -------------------------------------------------------------------

GRADES = st.lists(st.integers(-8, 8), min_size=1, max_size=6)
HAIR = 1 + 2e-6


@QUICK
@given(GRADES, st.floats(1.0, 1.4), st.sampled_from([{}, PASSING]))
def test_heavier_is_never_quicker(grades, more, ends):
    # downhill a heavy train runs away: only a train at its limit or climbing is compared
    grades = np.abs(grades)
    light = running_time_s(line(grades), goods(60.0), **ends)
    heavy = running_time_s(line(grades), goods(60.0 * more), **ends)
    assert light <= heavy * HAIR


@QUICK
@given(GRADES, st.integers(0, 5), st.floats(0.1, 3.0))
def test_steeper_is_never_quicker(grades, where, more):
    steeper = list(grades)
    steeper[where % len(grades)] += more
    ends = {"exit_mps": np.inf}
    assert running_time_s(line(grades), goods(), **ends) <= HAIR * running_time_s(
        line(steeper), goods(), **ends
    )


@QUICK
@given(GRADES, st.floats(20.0, 90.0), st.floats(0.3, 1.0))
def test_slower_limited_is_never_quicker(grades, kmh, share):
    fast = running_time_s(line(grades, kmh=kmh), goods())
    assert fast <= HAIR * running_time_s(line(grades, kmh=kmh * share), goods())
    own = running_time_s(line(grades, kmh=kmh), goods(max_mps=kmh * share / KMH))
    limited = running_time_s(line(grades, kmh=kmh * share), goods())
    assert float(own) == pytest.approx(float(limited), rel=1e-12)


@QUICK
@given(st.floats(0.0, 900.0), st.floats(0.0, 300.0), st.floats(20.0, 50.0))
def test_a_longer_train_is_never_quicker_past_a_slow_order(length_m, more, kmh):
    slow = line([0.0] * 4, limits=([0.0, 3000.0, 3500.0], np.array([60.0, kmh, 60.0]) / KMH))
    short = running_time_s(slow, goods(length_m=length_m), **PASSING)
    assert short <= HAIR * running_time_s(slow, goods(length_m=length_m + more), **PASSING)


@QUICK
@given(GRADES, st.floats(0.1, 0.4), st.floats(1.0, 2.0))
def test_better_brakes_and_another_locomotive_are_never_slower(grades, brake, more):
    base = running_time_s(line(grades), goods(brake_mps2=brake))
    assert running_time_s(line(grades), goods(brake_mps2=brake * more)) <= base * HAIR
    two = table_effort(np.array(SPEED_KMH) / KMH, np.array(EFFORT_KN) * 1e3, n_locomotives=2)
    assert running_time_s(line(grades), goods(brake_mps2=brake, effort=two)) <= base * HAIR


@QUICK
@given(st.integers(0, 10_000), st.sampled_from([{}, PASSING]))
def test_the_way_back_is_the_way_there_on_the_line_turned_round(seed, ends):
    profile, trains = restless(25.0, seed, km=8), rakes(5)
    there, back = both_ways_s(profile, trains, **ends)
    assert (there == running_time_s(profile, trains, **ends)).all()
    assert (back == running_time_s(turned(profile), trains, **ends)).all()
    again = running_time_s(turned(turned(profile)), trains, **ends)
    assert again == pytest.approx(there, rel=1e-12)


def test_a_symmetric_line_takes_as_long_both_ways():
    profile = line([3, -2, 0, 2, -3], limits=([0, 4000, 6000], np.array([60, 40, 60]) / KMH))
    there, back = both_ways_s(profile, rakes(5))
    assert there == pytest.approx(back, rel=1e-12)


def test_under_head_and_under_train_differ_little_for_a_short_train():
    profile = restless(25.0)
    head, train = (
        float(running_time_s(profile, goods(length_m=205.0), under=under))
        for under in (GradeUnder.HEAD, GradeUnder.TRAIN)
    )
    assert head == pytest.approx(train, rel=0.01)
    assert head != train


# -- stalls ----------------------------------------------------------------------------------------


def test_a_stall_names_place_gradient_force_and_the_mass_that_would_go():
    hill = line([0.0, 30.0], kmh=40.0)
    with pytest.raises(StallError, match=r"train 0 stalls at km \d\.\d+ on .* permille") as caught:
        running_time_s(hill, goods())
    error = caught.value
    train = goods()
    own = 9.81 * (4836.16 * (0.7 + 3 / 21.59) + 276 * 1.9)
    slope = 9.81 * train.mass_kg * error.grade_permille / 1000
    assert error.train == 0
    assert 2000 < error.chainage_m == error.cell * 25.0 < 4000
    assert 0 < error.grade_permille <= 30.0 + 1e-9
    assert error.missing_n == pytest.approx(own + slope - 813e3, rel=1e-6)
    assert error.mass_kg == pytest.approx(train.mass_kg * 813e3 / (own + slope), rel=1e-6)


def test_the_mass_that_would_go_just_goes():
    up = line([12.0] * 3, kmh=40.0)
    with pytest.raises(StallError) as caught:
        running_time_s(up, goods(120.0, length_m=20.0))
    share = caught.value.mass_kg / goods(120.0).mass_kg
    n = 120.0 * 56

    def scaled(by):
        drag = goods(120.0).resistance
        less = drag._replace(a_n=drag.a_n * by, b_n_per_mps=drag.b_n_per_mps * by,
            c_n_per_mps2=drag.c_n_per_mps2 * by)  # fmt: skip
        return goods(n / 56, length_m=20.0, mass_kg=goods(120.0).mass_kg * by, resistance=less)

    assert int(first_stall_cell(up, scaled(share * 1.02))) >= 0
    assert np.isfinite(float(running_time_s(line([12.0], kmh=10.0), scaled(share * 0.98))))


def test_the_largest_rake_is_found_in_one_call():
    up = line([0.0, 10.0, 10.0, 0.0], kmh=60.0)
    n = np.arange(20, 120)
    drag = ptr1520_train(276e3, np.full((100, 1), 92e3), n[:, None], track=Track.JOINTED)
    trains = goods(mass_kg=276e3 + n * 92e3, length_m=36 + 14.0 * n, resistance=drag)
    cell = first_stall_cell(up, trains)
    assert cell.dtype == np.int64
    goes = cell < 0
    assert goes[0]
    assert not goes[-1]
    assert (np.diff(goes.astype(int)) <= 0).all(), "a longer rake never goes where a shorter stalls"
    with pytest.raises(StallError) as caught:
        running_time_s(up, trains)
    assert caught.value.train == int(np.argmin(goes))


def test_momentum_carries_a_train_over_a_hump_that_it_could_not_start_on():
    hump = line([0.0, 25.0, -25.0], piece_m=1000.0, kmh=80.0)
    assert int(first_stall_cell(hump, goods(length_m=300.0), entry_mps=20.0)) == -1
    assert int(first_stall_cell(line([25.0]), goods(length_m=300.0))) >= 0


def test_a_crawl_is_no_stall():
    # coarse cells and a wall of 16 permille: speed falls within a cell to the balance at a crawl
    wall = line([0.0, 16.0, 0.0], kmh=80.0, cell_m=100.0, piece_m=1000.0)
    train = goods(n=40, length_m=100.0, mass_kg=276e3 + 40 * 86.36e3)
    found = running_time_s(wall, train, entry_mps=20.0, exit_mps=np.inf)
    assert float(found) == float(running_time_numpy_s(wall, train, entry_mps=20.0, exit_mps=np.inf))


def test_the_careful_march_agrees_where_trains_stall():
    hill = line([4.0, 30.0], kmh=60.0)
    trains = rakes(20)
    ours = course_of(hill, trains, under=GradeUnder.TRAIN, keep=Keep.SPEEDS, **FILL)
    oracle = course_numpy(hill, trains, under=GradeUnder.TRAIN, **FILL)
    assert (ours.march.stall_cell == oracle.march.stall_cell).all()
    assert (ours.march.stall_cell >= 0).any()
    assert (ours.march.stall_cell < 0).any()
    assert np.array_equal(ours.march.time_s, oracle.march.time_s, equal_nan=True)
    assert np.array_equal(ours.march.speed_mps, oracle.march.speed_mps, equal_nan=True)
    goes = np.arange(hill.n_cells + 1)[:, None] <= np.where(
        (stall := ours.march.stall_cell) < 0, hill.n_cells, stall
    )
    assert (np.isfinite(ours.march.speed_mps) == goes).all()


def test_starting_resistance_holds_a_train_at_rest_only():
    up = line([9.0])
    heavy = goods(start_n=813e3 - 9.81 * goods().mass_kg * 0.004)
    assert int(first_stall_cell(line([3.0]), heavy)) == -1
    assert int(first_stall_cell(up, heavy, entry_mps=5.0)) == -1
    level_start = line([9.0], piece_m=2000.0)
    assert int(first_stall_cell(level_start, goods(start_n=900e3))) == 0
    with pytest.raises(StallError, match=r"km 0\.000") as caught:
        running_time_s(level_start, goods(start_n=900e3))
    assert caught.value.missing_n == pytest.approx(87e3 + 9.81 * 5112.16 * 9 * 12.5 / 850, rel=1e-3)


def test_a_stall_survives_pickling_and_copying():
    error = StallError(
        train=3, cell=7, chainage_m=175.0, grade_permille=12.5, missing_n=4e4, mass_kg=3e6
    )
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301 - our own
        assert isinstance(again, ValueError)
        assert str(again) == str(error)
        assert vars(again) == vars(error)
    assert str(error) == (
        "train 3 stalls at km 0.175 on 12.5 permille: 40.0 kN are missing; 3000 t would go"
    )


# -- bounds ----------------------------------------------------------------------------------------


def test_no_length_takes_no_time():
    nothing = uniform_profile([500.0], [3.0], limits=([0], [20.0]))
    assert nothing.n_cells == 0
    assert float(running_time_s(nothing, goods())) == 0.0
    assert running_time_s(nothing, rakes(3)).tolist() == [0.0, 0.0, 0.0]
    assert int(first_stall_cell(nothing, goods())) == -1


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"mass_kg": 0.0}, "mass_kg must be positive and finite"),
        ({"mass_kg": np.nan}, "mass_kg must be positive and finite"),
        ({"length_m": -1.0}, "length_m must be 0 or more and finite"),
        ({"length_m": np.inf}, "length_m must be 0 or more and finite"),
        ({"brake_mps2": 0.0}, "brake_mps2 must be positive and finite"),
        ({"max_mps": 0.0}, "max_mps must be positive"),
        ({"max_mps": np.nan}, "max_mps must be positive"),
        ({"rotating_factor": 0.0}, "rotating_factor must be positive and finite"),
        ({"start_n": -1.0}, "start_n must be 0 or more and finite"),
        ({"mass_kg": [[1e6]]}, "not an array of shape"),
        ({"mass_kg": [1e6, 2e6], "length_m": [1.0, 2.0, 3.0]}, "shape mismatch"),
    ],
)
def test_trains_out_of_bounds_are_refused(change, text):
    with pytest.raises(ValueError, match=text):
        running_time_s(line(), goods(**change))


@pytest.mark.parametrize("end", ["entry_mps", "exit_mps"])
@pytest.mark.parametrize("bad", [-1.0, np.nan])
def test_end_speeds_out_of_bounds_are_refused(end, bad):
    with pytest.raises(ValueError, match=f"{end} must be 0 or more"):
        running_time_s(line(), goods(), **{end: bad})


def test_an_entry_faster_than_limits_or_braking_allow_is_refused():
    with pytest.raises(ValueError, match=r"train 0 enters at 25\.000 m/s.*allow 22\.222 m/s"):
        running_time_s(line(), goods(), entry_mps=25.0)
    short = line(piece_m=200.0)
    with pytest.raises(ValueError, match=r"allow 9\.487 m/s; give inf"):
        running_time_s(short, goods(), entry_mps=15.0)
    assert float(running_time_s(short, goods(), entry_mps=np.inf)) > 0


def test_cells_too_long_for_the_step_are_refused_where_the_line_is_steep():
    # P/v begins at 2 m/s: cell x P/(m v^3) = cell / 32 is 4 at 128 m
    heavy = free(effort=power_effort(2e6, 1e6), mass_kg=8e6)
    assert coarsest_cell_m(heavy) == pytest.approx(128.0, rel=1e-9)
    with pytest.raises(ValueError, match="cells of 200 m are too long for train 0: use 128 m"):
        running_time_s(line([10.0, 10.0], cell_m=200.0), heavy)
    assert float(running_time_s(line([10.0, 10.0], cell_m=125.0), heavy)) > 0
    assert float(running_time_s(line([0.0, 0.0], cell_m=200.0), heavy)) > 0


ROWS = ["Q_HEAD", "Q_HIGH", "CC", "B2", "SLOWEST", "TOP2", "ENTRY2", "EXIT2", "LENGTH"]
SHARED = [*ROWS, "LEAST_SQUARE", "FIRST_STEPS", "FIRST_SHARE", "TERMS_OF_TIME"]


@pytest.mark.parametrize("name", SHARED)
def test_the_compiled_march_has_the_same_constants(name):
    assert getattr(_compiled, name) == getattr(march_terms, name)


@pytest.mark.parametrize("name", ROWS)
def test_the_compiled_ceilings_have_the_same_constants(name):
    assert getattr(_compiled_ceiling, name) == getattr(march_terms, name)
    assert _compiled_ceiling.TILE == _compiled.TILE
    assert _compiled.TILE % _compiled.TERMS_OF_TIME == 0
    assert march_terms.LEAST_SQUARE < _compiled.AT_STAND**2 < march_terms.STOPPED_SQUARE


def test_one_cell_from_stand_to_stand_is_refused():
    with pytest.raises(ValueError, match="one cell is too coarse"):
        running_time_s(line(piece_m=20.0), goods())
    assert float(running_time_s(line(piece_m=20.0, cell_m=10.0), goods())) > 0


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"limits": ([0], [0.0])}, "limits must be positive"),
        ({"limits": ([0], [-5.0])}, "limits must be positive"),
        ({"limits": ([], [])}, "one elevation and one limit"),
        ({"limits": ([0], [np.nan])}, "must be finite"),
        ({"limits": ([0, 0], [5.0, 6.0])}, "chainages must rise"),
        ({"curves": ([0, 1], [1.0])}, "as many as the values"),
        ({"span_m": (500.0, 100.0)}, "span_m"),
        ({"cell_m": 0.0}, "cell_m"),
    ],
)
def test_profiles_out_of_bounds_are_refused(change, text):
    with pytest.raises(ValueError, match=text):
        uniform_profile([0, 1000], [0, 1], **({"limits": ([0], [20.0])} | change))
    with pytest.raises(ValueError, match="must be finite"):
        uniform_profile([0, 1000], [0, np.nan], limits=([0], [20.0]))


def test_lines_of_different_cells_cannot_be_stacked():
    with pytest.raises(ValueError, match="stacked"):
        stacked([line(), line(piece_m=1000.0)])
    with pytest.raises(ValueError, match="stacked"):
        stacked([])


# -- profiles --------------------------------------------------------------------------------------


@QUICK
@given(st.integers(0, 10_000), st.floats(7.0, 120.0))
def test_a_profile_keeps_height_and_curves(seed, cell_m):
    luck = np.random.Generator(np.random.SFC64(seed))
    x = np.cumsum(luck.uniform(10, 500, 12))
    z, bend = luck.normal(0, 5, 12), luck.uniform(0, 2, 12)
    made = uniform_profile(x, z, limits=([0], [20.0]), curves=(x, bend), cell_m=cell_m)
    assert made.cell_m <= cell_m * (1 + 1e-9)
    assert made.length_m == pytest.approx(x[-1] - x[0], rel=1e-12)
    assert made.elevation_m[0, [0, -1]] == pytest.approx(z[[0, -1]], abs=1e-9)
    whole = (bend[:-1] * np.diff(x)).sum()
    assert made.curve_permille.sum() * made.cell_m == pytest.approx(whole, rel=1e-9)


def test_turning_twice_is_the_same_line():
    profile = restless(25.0, 5)
    again = turned(turned(profile))
    assert (again.elevation_m == profile.elevation_m).all()
    assert (again.curve_permille == profile.curve_permille).all()
    assert (again.limit_mps == profile.limit_mps).all()
    assert again.limit_from_m == pytest.approx(profile.limit_from_m, abs=1e-9)


def test_curves_resist_both_ways_and_under_the_train():
    bend = ([1000.0, 2000.0], [2.0, 0.0])
    bent = line((0.0, 0.0), kmh=400, curves=bend, cell_m=10.0)
    train = free(length_m=400.0)
    for profile in (bent, turned(bent)):
        run = march(profile, train, entry_mps=10.0, exit_mps=np.inf, keep=Keep.SPEEDS)
        end2 = 100.0 + 2 * 0.2 * 4000 - 2 * 9.81 * 2.0
        assert float(run.speed_mps[-1, 0]) ** 2 == pytest.approx(end2, rel=1e-4)


# -- the closed form -------------------------------------------------------------------------------


def test_uniform_motion_by_hand_to_nine_digits():
    # 10 km, 20 m/s, 0.1 and 0.25 m/s2, from 5 to 10 m/s
    by_hand = 15 / 0.1 + 10 / 0.25 + (10_000 - 375 / 0.2 - 300 / 0.5) / 20
    found = uniform_running_time_s(10_000.0, 20.0, 0.1, 0.25, entry_mps=5.0, exit_mps=10.0)
    assert float(found) == pytest.approx(by_hand, rel=1e-9)
    peak = math.sqrt(2 * 0.1 * 0.2 * 500 / 0.3)
    short = uniform_running_time_s(500.0, 50.0, 0.1, 0.2)
    assert float(short) == pytest.approx(peak / 0.1 + peak / 0.2, rel=1e-9)
    assert uniform_running_time_s([0.0, 500.0], 50.0, 0.1, 0.2).tolist() == [0.0, float(short)]


@QUICK
@given(st.floats(2000, 20_000), st.floats(5, 30), st.floats(0, 1), st.floats(0, 1))
def test_uniform_motion_is_the_march_of_a_train_of_constant_force(length_m, limit, at, to):
    ends = {"entry_mps": at * limit, "exit_mps": to * limit}
    reach = limit * limit * max(to * to - at * at, at * at - to * to) / 0.4
    assume(reach < length_m * 0.9)
    closed = uniform_running_time_s(length_m, limit, 0.2, 0.25, **ends)
    profile = line(piece_m=length_m, kmh=limit * KMH, cell_m=10.0)
    ends["entry_mps"] *= 1 - 1e-9
    assert float(running_time_s(profile, free(), **ends)) == pytest.approx(float(closed), rel=2e-4)


@pytest.mark.parametrize(
    ("numbers", "ends", "text"),
    [
        ((-1.0, 20.0, 0.1, 0.1), {}, "0 or more"),
        ((1.0, 0.0, 0.1, 0.1), {}, "positive"),
        ((1.0, 20.0, 0.0, 0.1), {}, "positive"),
        ((1.0, 20.0, 0.1, np.nan), {}, "positive"),
        ((1e4, 20.0, 0.1, 0.1), {"entry_mps": 21.0}, "faster than its limit"),
        ((10.0, 20.0, 0.1, 0.1), {"exit_mps": 15.0}, "too short"),
        ((10.0, 20.0, 0.1, 0.1), {"entry_mps": 15.0}, "too short"),
    ],
)
def test_runs_that_cannot_be_are_refused(numbers, ends, text):
    with pytest.raises(ValueError, match=text):
        uniform_running_time_s(*numbers, **ends)


def test_the_supplement_stands_apart_from_the_minimum():
    assert supplemented_s([600.0, 0.0], supplement_frac=0.05).tolist() == [630.0, 0.0]
    for bad in ((-1.0, 0.0), (1.0, -0.1), (np.nan, 0.0), (1.0, np.inf)):
        with pytest.raises(ValueError, match="not negative"):
            supplemented_s(bad[0], supplement_frac=bad[1])
