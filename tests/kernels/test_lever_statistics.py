"""Points that fill a space, shares of the variance, verdicts: against known answers."""

import numpy as np
import pytest
from scipy import stats

from sim.kernels.spread_points import laid_between, latin_hypercube, saltelli_points
from sim.kernels.variance_shares import luck_shares, sobol_shares
from sim.kernels.verdicts import judge_mean, judge_share


def luck(seed=1):
    return np.random.Generator(np.random.PCG64(seed))


def ishigami(x):
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


@pytest.mark.parametrize(("n", "levers"), [(1, 1), (7, 3), (40, 2)])
def test_each_part_of_each_lever_holds_one_point(n, levers):
    order, inside = luck().random((2, n, levers))
    points = latin_hypercube(order, inside)
    assert points.shape == (n, levers)
    for column in points.T:
        assert sorted(np.floor(column * n)) == list(range(n))


def test_whole_numbers_have_equal_shares_of_the_range_and_reach_both_ends():
    found = laid_between((np.arange(1000) + 0.5) / 1000, 3, 6, is_whole=True)
    values, counts = np.unique(found, return_counts=True)
    assert values.tolist() == [3, 4, 5, 6]
    assert counts.tolist() == [250] * 4
    assert laid_between([1.0], 3, 6, is_whole=True).tolist() == [6.0]


def test_the_points_are_those_of_scipy_and_so_are_the_indices():
    seen = []

    def watched(x):
        seen.append(x)
        return ishigami(x)

    span = stats.uniform(loc=-np.pi, scale=2 * np.pi)
    expected = stats.sobol_indices(func=watched, n=1024, dists=[span] * 3, rng=luck())
    points = saltelli_points(1024, 3, luck())
    x = laid_between(points, -np.pi, np.pi, is_whole=False)
    assert np.allclose(x[0].T, seen[0])
    found = sobol_shares(ishigami(np.moveaxis(x, -1, 0)), luck().integers(1024, size=(9, 1024)))
    assert np.allclose(found.first[:, 0], expected.first_order)
    assert np.allclose(found.total[:, 0], expected.total_order)


def test_the_indices_of_ishigami_are_the_known_ones_and_lie_in_their_intervals():
    n = 4096
    points = saltelli_points(n, 3, luck(7))
    x = laid_between(points, -np.pi, np.pi, is_whole=False)
    found = sobol_shares(ishigami(np.moveaxis(x, -1, 0)), luck(8).integers(n, size=(199, n)))
    for shares, known in (
        (found.first, [0.3139, 0.4424, 0.0]),
        (found.total, [0.5576, 0.4424, 0.2437]),
    ):
        assert np.abs(shares[:, 0] - known).max() < 0.02
        assert (shares[:, 1] - 0.01 <= known).all()
        assert (shares[:, 2] + 0.01 >= known).all()
        assert (shares[:, 1] <= shares[:, 0]).all()


def test_a_linear_function_has_the_squares_of_its_weights_as_shares():
    weights = np.array([1.0, 2.0, 3.0, 0.0])
    points = saltelli_points(512, 4, luck(3))
    found = sobol_shares(points @ weights, luck(4).integers(512, size=(99, 512)))
    known = weights**2 / (weights**2).sum()
    assert np.abs(found.first[:, 0] - known).max() < 0.02
    assert np.abs(found.total[:, 0] - known).max() < 0.02
    assert found.total[3].tolist() == [0.0, 0.0, 0.0]


def test_a_measure_that_never_moves_has_no_shares():
    found = sobol_shares(np.full((4, 8), 3.0), np.zeros((5, 8), int))
    assert not found.first.any()
    assert not found.total.any()


def test_what_cannot_be_shared_out_is_refused():
    with pytest.raises(ValueError, match="known at every point"):
        sobol_shares(np.full((4, 8), np.nan), np.zeros((5, 8), int))
    with pytest.raises(ValueError, match="2 levers at least"):
        saltelli_points(8, 1, luck())
    with pytest.raises(ValueError, match="no power of two"):
        saltelli_points(12, 2, luck())
    with pytest.raises(ValueError, match="do not fit"):
        latin_hypercube([[0.1]], [[0.1], [0.2]])
    with pytest.raises(ValueError, match="two points"):
        luck_shares([[1.0, 2.0]])


def test_luck_and_levers_are_told_apart():
    points, reps = 4000, 5
    levers = 2 * luck(1).standard_normal((points, 1))
    own = luck(2).standard_normal((points, reps))
    found = luck_shares(levers + own)
    assert found.luck_frac == pytest.approx(1 / 5, abs=0.01)
    assert found.left_frac == pytest.approx(0.2 / 4.2, abs=0.01)
    common = luck(3).standard_normal(reps)
    found = luck_shares(levers + common)
    assert found.left_frac == pytest.approx(0, abs=1e-9), "the same luck moves no difference"
    assert found.luck_frac > 0.05
    assert np.isnan(luck_shares(levers).luck_frac)


def test_bounds_of_a_mean_are_those_of_the_formula():
    x = luck(5).standard_normal(12) + 10
    judged = judge_mean(x, 10.0, sign=1, looks=10)
    half = stats.t.ppf(1 - 0.05 / 10, 11) * x.std(ddof=1) / 12**0.5
    assert judged.high == pytest.approx(x.mean() + half)
    assert judged.low == pytest.approx(x.mean() - half)


@pytest.mark.parametrize(
    ("target", "sign", "verdict"),
    [
        (12.0, 1, "meets"),
        (8.0, 1, "misses"),
        (10.0, 1, "undecided"),
        (8.0, -1, "meets"),
        (12.0, -1, "misses"),
    ],
)
def test_a_verdict_has_the_sign_of_the_target(target, sign, verdict):
    assert judge_mean([9.9, 10.0, 10.1] * 4, target, sign=sign, looks=3).verdict == verdict


def test_values_without_spread_meet_their_own_value_and_missing_ones_decide_nothing():
    assert judge_mean([3.0, 3.0], 3.0, sign=1, looks=50).verdict == "meets"
    assert judge_mean([3.0, 3.0], 3.0, sign=-1, looks=50).verdict == "meets"
    assert judge_mean([3.0], 9.0, sign=1, looks=1).verdict == "undecided"
    assert judge_mean([3.0, np.nan, 3.0], 9.0, sign=1, looks=1).verdict == "undecided"
    with pytest.raises(ValueError, match="looks one or more"):
        judge_mean([3.0, 3.0], 3.0, sign=1, looks=0)
    with pytest.raises(ValueError, match="a value to look at"):
        judge_share([], 3.0, sign=1, share=0.9, looks=1)


def test_shares_of_years_have_the_bounds_of_clopper_and_pearson():
    judged = judge_share([1.0] * 30, 2.0, sign=1, share=0.8, looks=1)
    assert judged.low == pytest.approx(0.05 ** (1 / 30))
    assert judged.high == 1.0
    values = [1.0] * 7 + [3.0] * 2 + [np.nan]
    judged = judge_share(values, 2.0, sign=1, share=0.5, looks=1)
    exact = stats.binomtest(7, 10).proportion_ci(0.90, method="exact")
    assert (judged.value, judged.low) == (0.7, pytest.approx(exact.low))
    assert judged.high == pytest.approx(exact.high)


def test_verdicts_are_wrong_no_more_often_than_stated():
    wrong = 0
    for trial in range(2000):
        x = luck(trial).standard_normal(10)
        wrong += judge_mean(x, -1e-9, sign=1, looks=1, confidence=0.9).verdict == "meets"
    assert wrong / 2000 == pytest.approx(0.10, abs=0.02)
