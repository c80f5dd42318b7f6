"""Kernels of uncertain numbers: against scipy, and against what was asked for."""

import numpy as np
import pytest
from scipy import stats

from sim.kernels.association import rank_correlation, ranks
from sim.kernels.copula import coupled, coupling, normal_of_rank, possible, rank_of_normal
from sim.kernels.figure_laws import inside, normal_quantile, uniform_quantile
from sim.kernels.variance_split import group_means, split_variance, within_sd

U = (np.arange(20_000) + 0.5) / 20_000


def independent(n, k, seed=1):
    return np.random.default_rng(seed).random((n, k))


def test_quantiles_are_those_of_scipy():
    np.testing.assert_allclose(
        normal_quantile(U, mean=3.0, sd=2.0), stats.norm(3, 2).ppf(U), rtol=1e-9, atol=1e-12
    )
    cut = stats.truncnorm((1 - 3) / 2, (4 - 3) / 2, loc=3, scale=2)
    np.testing.assert_allclose(
        normal_quantile(U, mean=3.0, sd=2.0, low=1.0, high=4.0), cut.ppf(U), rtol=1e-9
    )
    half = stats.truncnorm(-1, np.inf, loc=3, scale=2)
    found = normal_quantile(U, mean=3.0, sd=2.0, low=1.0)
    assert found.mean() == pytest.approx(half.mean(), rel=1e-3)
    assert found.std() == pytest.approx(half.std(), rel=1e-3)
    np.testing.assert_allclose(uniform_quantile(U, low=-1.0, high=3.0), stats.uniform(-1, 4).ppf(U))


def test_the_ends_of_uniform_numbers_have_values():
    for law in (
        normal_quantile([0.0, 1.0], mean=0.0, sd=1.0),
        normal_quantile([0.0, 1.0], mean=0.0, sd=1.0, low=-1.0, high=1.0),
        inside([0.0, 1.0]),
    ):
        assert np.isfinite(law).all()
        assert law[0] < law[1]
    with pytest.raises(ValueError, match="must lie in"):
        inside([1.1])
    with pytest.raises(ValueError, match="must lie in"):
        inside([np.nan])
    with pytest.raises(ValueError, match="nothing of the law"):
        normal_quantile([0.5], mean=0.0, sd=1.0, low=50.0)


def test_the_rank_correlation_that_is_asked_for_comes_out():
    asked = np.array([[1.0, 0.7, -0.3], [0.7, 1.0, 0.0], [-0.3, 0.0, 1.0]])
    normal = normal_of_rank(asked)
    np.fill_diagonal(normal, 1.0)
    matrix, was_repaired = possible(normal)
    assert not was_repaired
    u = coupled(coupling(matrix), independent(40_000, 3))
    found = stats.spearmanr(u).statistic
    np.testing.assert_allclose(found, asked, atol=0.015)
    for column in u.T:
        assert stats.kstest(column, "uniform").pvalue > 0.001


@pytest.mark.parametrize("rho", [1.0, -1.0])
def test_numbers_may_go_together_wholly(rho):
    matrix, was_repaired = possible([[1.0, rho], [rho, 1.0]])
    assert not was_repaired
    u = coupled(coupling(matrix), independent(100, 2))
    expected = u[:, 0] if rho > 0 else 1 - u[:, 0]
    np.testing.assert_allclose(u[:, 1], expected, atol=1e-9)


def test_what_cannot_be_is_repaired_to_what_can():
    asked = np.full((4, 4), -0.6) + 1.6 * np.eye(4)
    matrix, was_repaired = possible(asked)
    assert was_repaired
    assert np.linalg.eigvalsh(matrix)[0] > -1e-9
    assert (np.diag(matrix) == 1).all()
    np.testing.assert_allclose(matrix, matrix.T, atol=0)
    np.testing.assert_allclose(matrix[np.triu_indices(4, 1)], -1 / 3, atol=1e-9)
    lower = coupling(matrix)
    np.testing.assert_allclose(lower @ lower.T, matrix, atol=1e-8)
    again, was_repaired = possible(matrix)
    assert not was_repaired
    assert again is matrix or (again == matrix).all()


def test_coupling_is_choleskys():
    rng = np.random.default_rng(3)
    half = rng.standard_normal((5, 9))
    half /= np.sqrt(np.square(half).sum(axis=1, keepdims=True))
    matrix = half @ half.T
    np.testing.assert_allclose(coupling(matrix), np.linalg.cholesky(matrix), atol=1e-12)


def test_turned_numbers_stay_turned_when_they_go_together():
    lower = coupling([[1.0, 0.6], [0.6, 1.0]])
    u = independent(50, 2)
    np.testing.assert_allclose(coupled(lower, u) + coupled(lower, 1 - u), 1.0, atol=1e-12)


def test_wrong_correlations_are_refused():
    with pytest.raises(ValueError, match="between -1 and 1"):
        normal_of_rank([1.2])
    with pytest.raises(ValueError, match="symmetric"):
        possible([[1.0, 0.5], [0.4, 1.0]])
    assert rank_of_normal(1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("n", [4, 9, 200])
def test_rank_correlations_are_those_of_scipy(n):
    rng = np.random.default_rng(n)
    x = rng.integers(0, 6, n).astype(float)
    y = x + rng.standard_normal(n)
    found, low, high = rank_correlation(x, y)
    assert found == pytest.approx(stats.spearmanr(x, y).statistic)
    assert low < found < high
    np.testing.assert_array_equal(ranks(x), stats.rankdata(x))


def test_rank_correlations_of_little_are_not_claimed():
    assert np.isnan(rank_correlation([1.0], [2.0])).all()
    assert np.isnan(rank_correlation([1.0, 1.0, 1.0], [1.0, 2.0, 3.0])).all()
    value, low, high = rank_correlation([1.0, 2.0, 3.0, np.nan], [1.0, 2.0, 3.0, 4.0])
    assert (value, np.isnan(low), np.isnan(high)) == (1.0, True, True)
    with pytest.raises(ValueError, match="do not pair off"):
        rank_correlation([1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="confidence"):
        rank_correlation([1.0], [1.0], confidence=1.0)


def test_the_interval_of_a_rank_correlation_holds_it():
    rng = np.random.default_rng(5)
    lower = coupling([[1.0, float(normal_of_rank(0.5))], [float(normal_of_rank(0.5)), 1.0]])
    ends = [rank_correlation(*coupled(lower, rng.random((40, 2))).T)[1:] for _ in range(500)]
    inside_n = sum(low <= 0.5 <= high for low, high in ends)
    assert 0.92 < inside_n / 500 < 0.98


def study(n, size, *, own, luck, seed):
    rng = np.random.default_rng(seed)
    return (own * rng.standard_normal((n, 1)) + luck * rng.standard_normal((n, size))).ravel()


def test_a_spread_is_split_as_it_was_made():
    found = split_variance(study(4000, 3, own=2.0, luck=1.0, seed=1), 3)
    assert found.between_sd == pytest.approx(2.0, rel=0.05)
    assert found.within_sd == pytest.approx(1.0, rel=0.03)
    assert found.low < 0.8 < found.high
    assert found.share_frac == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("own", [0.0, 0.5, 2.0])
def test_the_interval_of_a_share_holds_it(own):
    share = own**2 / (own**2 + 1)
    found = [split_variance(study(15, 3, own=own, luck=1.0, seed=s), 3) for s in range(400)]
    held = sum(f.low <= share <= f.high for f in found) / 400
    assert held > 0.92
    assert all(0 <= f.low <= f.share_frac + 1e-12 for f in found)


def test_groups_with_a_gap_are_left_out():
    values = np.array([1.0, 3.0, np.nan, 5.0, 2.0, 8.0, 4.0])
    assert split_variance(values, 2).groups == 2
    assert split_variance(values, 2) == split_variance([1.0, 3.0, 2.0, 8.0], 2)
    assert within_sd(values, 2) == within_sd([1.0, 3.0, 2.0, 8.0], 2)
    assert np.isnan(within_sd(values, 1))
    assert np.isnan(group_means(values, 2)[1])


def test_what_does_not_vary_has_no_shares():
    assert np.isnan(split_variance([2.0] * 6, 2).share_frac)
    assert np.isnan(split_variance([1.0, 2.0], 2).share_frac)
    alike = split_variance([1.0, 1.0, 3.0, 3.0], 2)
    assert (alike.share_frac, alike.low, alike.high) == (1.0, 1.0, 1.0)
    for call in (
        lambda: split_variance([1.0], 1),
        lambda: group_means([1.0], 0),
        lambda: split_variance([1.0], 2, confidence=0.0),
    ):
        with pytest.raises(ValueError, match="must"):
            call()
