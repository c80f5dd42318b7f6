"""Statistics of a batch against known answers, and against laws they must keep."""

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import stats

from sim.kernels.ranking import holm, paired_p, probability_best
from sim.kernels.reliability import (
    buffer_index,
    clustered_shares,
    counted_quantile,
    planning_time_index,
    quantile_interval,
    two_spreads,
)
from sim.kernels.stopping import relative_half_width, sizes
from sim.kernels.variance_split import group_means
from sim.kernels.warmup import is_settled, mser5


def noise(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


def test_the_interval_of_a_quantile_is_that_of_the_brief():
    assert quantile_interval(np.arange(1.0, 501.0), 0.95) == (475.0, 465.0, 485.0)
    value, low, high = quantile_interval(np.arange(60.0), 0.95)
    assert value == 56.0
    assert np.isnan([low, high]).all(), "60 are too few for an interval of the P95"
    assert np.isnan(quantile_interval([np.nan], 0.5)).all()


def test_nineteen_intervals_of_twenty_hold_the_quantile():
    truth = stats.lognorm(0.5).ppf(0.8)
    x = np.exp(0.5 * noise(1, 400, 150))
    held = [low <= truth <= high for _, low, high in (quantile_interval(row, 0.8) for row in x)]
    assert 0.94 <= np.mean(held) <= 0.99


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60), st.floats(0.01, 1))
def test_a_quantile_of_counts_is_that_of_the_values(values, share):
    counts = np.bincount(values)
    expected = np.quantile(values, share, method="inverted_cdf")
    assert counted_quantile(counts, share) == expected


def test_counts_of_nothing_have_no_quantile():
    with pytest.raises(ValueError, match="nothing is counted"):
        counted_quantile([0, 0], 0.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        counted_quantile([1], 1.5)


def test_shares_of_clusters_hold_the_truth_where_lots_of_a_year_are_alike():
    held, naive = [], []
    for seed in range(300):
        year = noise(seed, 40, 1)
        lots = year + noise(seed + 1000, 40, 50)
        bound = np.sqrt(2) * stats.norm.ppf(0.8)
        below = (lots <= bound).sum(axis=1)
        low, high = clustered_shares(below, np.full(40, 50))
        held.append(low <= 0.8 <= high)
        p = below.sum() / 2000
        naive.append(abs(p - 0.8) <= 1.96 * np.sqrt(p * (1 - p) / 2000))
    assert 0.91 <= np.mean(held) <= 0.985
    assert np.mean(naive) < 0.6, "as if lots were independent: far too narrow"


def test_one_year_tells_no_interval():
    assert np.isnan(clustered_shares([5], [10])).all()
    with pytest.raises(ValueError, match="do not pair off"):
        clustered_shares([5], [10, 10])


def test_buffer_and_planning_time_of_the_lognormal_of_the_brief():
    law = stats.lognorm(0.4724, scale=12 * np.exp(-(0.4724**2) / 2))
    assert buffer_index(12, law.ppf(0.95)) == pytest.approx(0.945, abs=0.002)
    assert planning_time_index(18.0, 9.0) == 2.0
    assert np.isnan(buffer_index(0, 1))
    assert np.isnan(planning_time_index(1, np.nan))


def test_two_kinds_of_spread_are_kept_apart():
    lots = 10 + 2 * noise(3, 200, 1) + 0.5 * noise(4, 200, 300)
    mean = lots.mean(axis=1)
    square = ((lots - mean[:, None]) ** 2).sum(axis=1)
    spread = two_spreads(np.full(200, 300), mean, square)
    assert spread.within == pytest.approx(0.5, rel=0.02)
    assert spread.between == pytest.approx(2, rel=0.12)
    with pytest.raises(ValueError, match="same replications"):
        two_spreads([1], [1.0, 2.0], [0.0])


def test_holm_is_that_of_the_textbook():
    assert holm([0.01, 0.04, 0.03]).round(3).tolist() == [0.03, 0.06, 0.06]
    assert holm([0.9, 0.8]).tolist() == [1.0, 1.0]
    assert np.isnan(holm([np.nan, 0.02])[0])
    assert holm([np.nan, 0.02])[1] == 0.02
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([1.2])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_falls_below_what_it_corrects_nor_changes_the_order(p):
    corrected = holm(p)
    assert (corrected >= np.array(p)).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(corrected[order]) >= 0).all()


def test_a_paired_p_value_is_that_of_scipy():
    a, b = noise(5, 30) + 0.3, noise(6, 30)
    assert paired_p(a, b) == pytest.approx(stats.ttest_rel(a, b).pvalue)
    assert paired_p([1.0, 1.0], [1.0, 1.0]) == 1
    assert paired_p([2.0, 2.0], [1.0, 1.0]) == 0
    assert np.isnan(paired_p([1.0, np.nan], [1.0, 2.0]))


def test_the_best_share_where_they_are_equal():
    assert probability_best([[1.0, 2.0], [1.0, 3.0], [1.0, 4.0]]).sum() == pytest.approx(1)
    assert probability_best([[1.0, np.nan], [2.0, 0.0]]).tolist() == [1.0, 0.0]
    assert np.isnan(probability_best([[np.nan], [1.0]])).all()
    with pytest.raises(ValueError, match="table"):
        probability_best([1.0])


def test_where_to_look_is_fixed():
    assert list(sizes(1000)) == [30, 50, 70, 100, 150, 200, 300, 500, 700, 1000]
    assert list(sizes(10)) == [10]
    assert list(sizes(100, least=60)) == [70, 100]


def test_cv_of_a_quarter_needs_99_for_five_percent():
    values = np.tile([0.75, 1.25], 50)
    assert relative_half_width(values, looks=1) == pytest.approx(0.05, abs=0.001)
    assert relative_half_width(values, looks=8) > relative_half_width(values, looks=1)
    assert relative_half_width([3.0, 3.0], looks=1) == 0
    assert relative_half_width([1.0, -1.0], looks=1) == np.inf
    assert relative_half_width([1.0], looks=1) == np.inf
    with pytest.raises(ValueError, match="a measure"):
        relative_half_width([1.0, 2.0], looks=0)


def test_a_pair_is_one_observation():
    assert group_means([1.0, 3.0, 2.0, np.nan, 9.0], 2).tolist()[0] == 2.0
    assert np.isnan(group_means([1.0, 3.0, 2.0, np.nan], 2)[1])


def test_mser_finds_the_end_of_a_beginning_and_refuses_a_run_too_short():
    steady = noise(7, 1000)
    steady[:100] += 6
    assert mser5(steady) in range(95, 115)
    assert mser5(np.ones(60)) == 0
    assert is_settled(mser5(steady), 1000)
    assert mser5(np.linspace(10, 0, 200) ** 3) > 100
    assert not is_settled(mser5(np.linspace(10, 0, 200) ** 3), 200)
    assert is_settled(100, 200)
    assert not is_settled(105, 200)
    with pytest.raises(ValueError, match="too few"):
        mser5(np.ones(49))
