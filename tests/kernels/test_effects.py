"""Overlapping effects and observed values, against a plain look."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sim.kernels.effects import joined, lowest, mean_permille, multiplied
from sim.kernels.empirical import empirical_quantile, empirical_steps
from sim.kernels.gates import closure_starts

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15)), max_size=8)
FRACS = st.sampled_from([0.2, 0.5, 0.5, 1.0, 3.0])


def columns(spans):
    return [a for a, _ in spans], [a + n for a, n in spans]


@given(SPANS)
def test_joined_spans_hold_when_any_of_them_holds(spans):
    start, end = joined(*columns(spans))
    assert (end > start).all()
    assert (start[1:] > end[:-1]).all()
    for t in range(60):
        assert ((start <= t) & (t < end)).any() == any(a <= t < a + n for a, n in spans)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15), FRACS), max_size=6))
def test_the_lowest_share_holds_and_of_equal_ones_the_first(rows):
    spans = [(a, n) for a, n, _ in rows]
    start, end = columns(spans)
    frac = [min(f, 1.0) for *_, f in rows]
    at, share, cause = lowest(start, end, range(len(rows)), frac)
    for t in range(60):
        k = np.searchsorted(at, t, side="right") - 1
        holding = [j for j, (a, n) in enumerate(spans) if a <= t < a + n]
        least = min(holding, key=lambda j: (frac[j], j), default=-1)
        assert cause[k] == least
        assert share[k] == (frac[least] if holding else 1.0)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15), FRACS), max_size=6))
def test_shares_that_hold_together_multiply(rows):
    start, end = columns([(a, n) for a, n, _ in rows])
    found = multiplied(start, end, [f for *_, f in rows], range(60))
    wanted = [np.prod([f for a, n, f in rows if a <= t < a + n]) for t in range(60)]
    assert found == pytest.approx(wanted)


@given(st.floats(0.001, 1.0), st.floats(0.001, 1.0))
def test_a_mean_speed_lies_between_its_parts(share, speed):
    permille = mean_permille([share], [speed])
    assert max(round(speed * 1000) - 1, 1) <= permille <= 1000
    assert mean_permille([1.0], [speed]) == max(round(1000 * speed), 1)


@given(
    st.lists(st.tuples(st.floats(0, 9), st.floats(0.1, 5)), min_size=1, max_size=9), st.integers(0)
)
def test_observed_values_come_as_often_as_their_weights(pairs, seed):
    values, weights = zip(*pairs, strict=True)
    ordered, upto = empirical_steps(values, weights=weights)
    u = np.random.default_rng(seed).random(200)
    drawn = empirical_quantile(ordered, upto, u)
    assert set(drawn) <= set(values)
    share = sum(w for v, w in pairs if v <= np.median(values)) / sum(weights)
    assert ((drawn <= np.median(values)) == (u < share)).mean() > 0.99


def test_bad_input_is_refused():
    for values, weights in (([], None), ([1.0], [0.0]), ([1.0], [1.0, 2.0]), ([1.0], [-1.0])):
        with pytest.raises(ValueError, match="weight"):
            empirical_steps(values, weights=weights)
    with pytest.raises(ValueError, match="uniform"):
        empirical_quantile([1.0], [1.0], [1.0])
    with pytest.raises(ValueError, match="pair off"):
        joined([1], [])
    with pytest.raises(ValueError, match="pair off"):
        lowest([1], [2], [0], [])
    with pytest.raises(ValueError, match="positive"):
        mean_permille([1.0], [0.0])


def test_time_runs_slower_in_windows_of_less_weight():
    # half the weight in the first window: a gap of 4 takes 8 there, one of 8 reaches the second
    start, _ = closure_starts([4, 3], [0, 0], [0, 20], [10, 40], window_weight=[0.5, 1.0])
    assert start.tolist() == [8, 22]
