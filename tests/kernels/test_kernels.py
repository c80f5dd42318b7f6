"""Kernels: hand-worked numbers, degenerate cases, and plain loops as oracles."""

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import stats

from sim.kernels import draws
from sim.kernels.demand import lots_per_window
from sim.kernels.gates import SHUT_BY_HOURS, closure_starts, gate_states, shut_time
from sim.kernels.intervals import filled, most_at_once
from sim.kernels.queueing import fifo_finish_s, mean_wait_mmc
from sim.kernels.running import cruise_running_time_s
from sim.kernels.summary import mean_interval, quantile_ranks

UNIFORM = np.linspace(0.0005, 0.9995, 2000)


@pytest.mark.parametrize(
    ("kind", "numbers", "mean", "sd"),
    [
        (draws.FIXED, (5.0,), 5.0, 0.0),
        (draws.LOGNORMAL, (12.0, 0.5), 12.0, 6.0),
        (draws.GAMMA, (4.0, 0.5), 4.0, 2.0),
        (draws.EXPONENTIAL, (3.0,), 3.0, 3.0),
        (draws.TRIANGULAR, (20.0, 50.0, 80.0), 50.0, np.sqrt(150.0)),
        (draws.PERT, (3.0, 4.0, 11.0), 5.0, np.sqrt((5 - 3) * (11 - 5) / 7)),
    ],
)
def test_a_law_has_the_mean_and_spread_it_states(kind, numbers, mean, sd):
    parameters = draws.law_parameters(kind, *numbers)
    assert draws.law_mean(kind, parameters) == pytest.approx(mean, rel=1e-12)
    n = 200_000
    values = draws.law_quantile(kind, parameters, (np.arange(n) + 0.5) / n)
    assert values.mean() == pytest.approx(mean, rel=2e-3)
    assert values.std() == pytest.approx(sd, rel=2e-2, abs=1e-9)
    assert (np.diff(values) >= 0).all(), "rises with the uniform number"


def test_quantiles_are_those_of_scipy():
    cases = [
        (draws.LOGNORMAL, (12.0, 0.5), stats.lognorm(0.4723807, scale=12 / np.sqrt(1.25))),
        (draws.GAMMA, (4.0, 0.5), stats.gamma(4.0, scale=1.0)),
        (draws.TRIANGULAR, (1.0, 2.0, 6.0), stats.triang(0.2, 1.0, 5.0)),
        (draws.PERT, (0.0, 1.0, 4.0), stats.beta(2.0, 4.0, 0.0, 4.0)),
    ]
    for kind, numbers, law in cases:
        ours = draws.law_quantile(kind, draws.law_parameters(kind, *numbers), UNIFORM)
        assert np.allclose(ours, law.ppf(UNIFORM), rtol=1e-6), kind


@pytest.mark.parametrize("bad", [-0.1, 1.0, 1.5])
def test_numbers_outside_the_unit_interval_are_refused(bad):
    with pytest.raises(ValueError, match="uniform"):
        draws.law_quantile(draws.EXPONENTIAL, [1.0, 0, 0, 0], bad)


def test_unknown_laws_are_refused():
    for call in (
        lambda: draws.law_parameters(9, 1.0),
        lambda: draws.law_quantile(9, np.zeros(4), 0.5),
        lambda: draws.law_mean(9, np.zeros(4)),
    ):
        with pytest.raises(ValueError, match="no law"):
            call()
    with pytest.raises(ValueError, match="does not take"):
        draws.law_parameters(draws.PERT, 1.0)


def test_the_clock_refuses_what_is_no_duration():
    assert draws.to_clock_ms(0.0005).item() == 0
    assert draws.to_clock_ms(0.0015).item() == 2
    for bad in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="finite"):
            draws.to_clock_ms([1.0, bad])


@given(st.lists(st.floats(0, 500), min_size=1, max_size=30), st.floats(0.5, 100))
def test_lots_never_drift_from_tonnes(tonnes, lot_t):
    lots = lots_per_window(tonnes, lot_t)
    assert (lots >= 0).all()
    assert np.all(np.abs(np.cumsum(lots) * lot_t - np.cumsum(tonnes)) <= lot_t / 2 * (1 + 1e-9))


def test_running_time_by_hand_and_scalar_is_array():
    assert cruise_running_time_s(60_000, 60 / 3.6).item() == pytest.approx(3600)
    both = cruise_running_time_s([0.0, 100.0], 10.0)
    assert both.tolist() == [0.0, 10.0]
    with pytest.raises(ValueError, match="positive"):
        cruise_running_time_s(1.0, 0.0)


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=5)


def brute_state(t, hours, closures):
    hit = [k for k, (start, length) in enumerate(closures) if start <= t < start + length]
    if hit:
        return 2 + min(hit)
    return 0 if not hours or any(a <= t < b for a, b in hours) else 1


@given(st.integers(0, 4), SPANS)
def test_the_state_of_a_gate_is_that_of_a_plain_look(n_hours, closures):
    hours = [(10 + 24 * d, 18 + 24 * d) for d in range(n_hours)]
    instant, state = gate_states(
        [a for a, _ in hours],
        [b for _, b in hours],
        [a for a, _ in closures],
        [a + n for a, n in closures],
        range(len(closures)),
    )
    for t in range(-5, 120):
        at = np.searchsorted(instant, t, side="right") - 1
        assert state[at] == brute_state(t, hours, closures)
    assert (np.diff(state) != 0).all(), "each change is a change"
    seen = sum(brute_state(t, hours, closures) == 1 for t in range(3, 100))
    assert shut_time(instant, state, [3], [100], [SHUT_BY_HOURS]).tolist() == [seen]
    shut = sum(brute_state(t, hours, closures) >= 2 for t in range(3, 100))
    found = shut_time(instant, state, [3], [100], range(2, 2 + len(closures)))
    assert found.tolist() == [shut]


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 30)), max_size=8),
    st.lists(st.integers(1, 40), min_size=2, max_size=8),
)
def test_closures_start_in_their_windows_one_after_the_other(pairs, widths):
    edges = np.cumsum(widths)
    edges = edges[: len(edges) // 2 * 2]
    low, high = edges[::2], edges[1::2]
    start, end = closure_starts([g for g, _ in pairs], [d for _, d in pairs], low, high)
    for s in start:
        assert ((low <= s) & (s < high)).any()
    assert (start[1:] >= end[:-1]).all()
    assert (end > start).all()


def test_the_mean_number_of_closures_is_the_rate():
    rng = np.random.default_rng(1)
    counts = []
    for _ in range(400):
        gap = np.rint(rng.exponential(1000.0, 60)).astype(int)
        start, _ = closure_starts(gap, np.full(60, 1), [0, 20_000], [5000, 25_000])
        counts.append(len(start))
    assert np.mean(counts) == pytest.approx(10.0, abs=3 * np.sqrt(10 / 400))


def test_intervals():
    assert filled([], [], 0, 10) == 0
    assert most_at_once([], []) == 0
    assert most_at_once([1, 1, 1], [2, 2, 1]) == 2
    with pytest.raises(ValueError, match="pair"):
        filled([1], [], 0, 1)


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 9)), min_size=1, max_size=40))
def test_fifo_is_a_plain_loop(jobs):
    arrival = np.cumsum([gap for gap, _ in jobs])
    service = np.array([s for _, s in jobs])
    free, finish = 0.0, []
    for a, s in zip(arrival, service, strict=True):
        free = max(a, free) + s
        finish.append(free)
    assert np.allclose(fifo_finish_s(arrival, service), finish)


def test_erlang_c_by_hand_and_overload_refused():
    # c = 2, a = 1: C = 1/3, W = C / (2 - 1)
    assert mean_wait_mmc(1.0, 1.0, 2) == pytest.approx(1 / 3)
    with pytest.raises(ValueError, match="grows for ever"):
        mean_wait_mmc(2.0, 1.0, 2)


def test_intervals_cover_as_often_as_they_say():
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(1000):
        _, low, high = mean_interval(rng.normal(3.0, 2.0, 8))
        hits += low <= 3.0 <= high
    assert 0.93 <= hits / 1000 <= 0.97


def test_small_samples_have_no_interval():
    assert mean_interval([]) == pytest.approx((np.nan,) * 3, nan_ok=True)
    assert mean_interval([4.0])[0] == 4.0
    assert np.isnan(mean_interval([4.0])[1])
    assert quantile_ranks(10, 0.95) is None
