"""Sampling and costing in one sweep: equal to the plain form, in any chunk."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.random import PCG64, SFC64, Generator

from sim.kernels import sample_cost
from sim.kernels.sample_cost import sampled_totals, sampled_totals_plain

ROOT = Path(__file__).parents[2]


def both(seed, base_s, usd_per_h, n_replications, cv_frac):
    return (
        call(Generator(SFC64(seed)), base_s, usd_per_h, n_replications, cv_frac=cv_frac)
        for call in (sampled_totals, sampled_totals_plain)
    )


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 1000),
    st.tuples(st.integers(1, 30), st.integers(1, 40)),
    st.integers(1, 40),
    st.floats(0.0, 2.0),
)
def test_it_is_the_plain_form_but_for_rounding(seed, shape, n_replications, cv_frac):
    base = Generator(PCG64(seed)).uniform(0.0, 7200.0, shape)
    rate = np.linspace(10.0, 90.0, shape[0])[:, None]
    ours, plain = both(seed, base, rate, n_replications, cv_frac)
    for a, b in zip(ours, plain, strict=True):
        assert a.shape == (n_replications,)
        assert a == pytest.approx(b, rel=1e-13)


def test_more_elements_than_a_chunk_are_drawn_in_order():
    base = Generator(PCG64(5)).uniform(600.0, 3600.0, (7, sample_cost.CHUNK // 3))
    ours, plain = both(8, base, 50.0, 2, 0.3)
    # chunks of one replication come one after the other, as in the plain form
    for a, b in zip(ours, plain, strict=True):
        assert a == pytest.approx(b, rel=1e-13)


def test_totals_do_not_hang_on_how_many_replications_are_asked_for():
    base = np.full((3, 50), 1800.0)
    few = sampled_totals(Generator(SFC64(4)), base, 40.0, 10, cv_frac=0.2)
    many = sampled_totals(Generator(SFC64(4)), base, 40.0, 1000, cv_frac=0.2)
    for a, b in zip(few, many, strict=True):
        assert (a == b[:10]).all()


def test_without_variation_every_replication_is_the_sum():
    base = np.array([[3600.0, 1800.0], [7200.0, 900.0]])
    hours, cost = sampled_totals(Generator(SFC64(1)), base, [[10.0], [20.0]], 5, cv_frac=0.0)
    assert hours.tolist() == [3.75] * 5
    assert cost.tolist() == [1.5 * 10 + 2.25 * 20] * 5


def test_the_factor_has_mean_1_and_the_variation_stated():
    hours, _ = sampled_totals(Generator(SFC64(2)), [[3600.0]], 1.0, 200_000, cv_frac=0.4)
    assert hours.mean() == pytest.approx(1.0, abs=5e-3)
    assert hours.std() == pytest.approx(0.4, abs=1e-2)
    assert hours.min() > 0


def test_the_exponential_is_that_of_numpy_over_the_whole_range():
    # by one element of known hours: 2 to the power of y for the y drawn
    luck = Generator(SFC64(3))
    for cv in (0.01, 0.5, 5.0, 999.0):
        ours, plain = both(int(luck.integers(1000)), [[3600.0]], 1.0, 2000, cv)
        for a, b in zip(ours, plain, strict=True):
            assert a == pytest.approx(b, rel=2e-14)


def test_nothing_costs_nothing():
    hours, cost = sampled_totals(Generator(SFC64(1)), np.zeros((0, 4)), 10.0, 3, cv_frac=0.1)
    assert hours.tolist() == cost.tolist() == [0.0, 0.0, 0.0]
    hours, _ = sampled_totals(Generator(SFC64(1)), [[60.0]], 10.0, 0, cv_frac=0.1)
    assert hours.shape == (0,)


@pytest.mark.parametrize("call", [sampled_totals, sampled_totals_plain])
@pytest.mark.parametrize(
    ("base", "rate", "cv"),
    [
        (-1.0, 1.0, 0.1),
        (np.nan, 1.0, 0.1),
        (1.0, -1.0, 0.1),
        (1.0, np.inf, 0.1),
        (1.0, 1.0, -0.1),
        (1.0, 1.0, 1001.0),
    ],
)
def test_numbers_out_of_bounds_are_refused(call, base, rate, cv):
    with pytest.raises(ValueError, match="finite and not negative"):
        call(Generator(SFC64(1)), [[base]], rate, 2, cv_frac=cv)


def test_the_benchmark_checks_its_answers_and_prints_its_ratios():
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "kernels.py"), "--quick"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    found = dict(line.split()[1:] for line in done.stdout.splitlines() if line.startswith("BENCH "))
    assert float(found["running_time_ns_per_train_cell"]) > 0
    assert float(found["sample_and_cost_over_draw"]) > 0  # how much is the machine's affair
    assert float(found["plain_loop_over_running_time"]) > 0
