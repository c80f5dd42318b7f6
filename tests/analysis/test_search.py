"""Halving finds the least value that passes; verdicts, doubts and looks are what they say."""

import numpy as np
import pytest

from sim.analysis.bisection import least_passing, look_sizes, tries_at_most
from sim.analysis.search import Asked, Look, Target, seek

AIM = Target("late", 1, 10.0)


def exact(f):
    """A look without luck."""
    return lambda value, n: Look(np.full(n, float(f(value))), 2.0 * value)


@pytest.mark.parametrize("low", [1, 3])
@pytest.mark.parametrize("span", [0, 1, 2, 7, 30])
def test_halving_finds_every_threshold_with_no_more_tries_than_told(low, span):
    high = low + span
    for threshold in range(low - 1, high + 2):
        tried = []

        def passes(n, threshold=threshold, tried=tried):
            tried.append(n)
            return n >= threshold

        found = least_passing(low, high, passes)
        assert found == (None if threshold > high else max(threshold, low))
        assert len(set(tried)) == len(tried) <= tries_at_most(low, high)


def test_looks_are_doubled_up_to_the_last():
    assert look_sizes(5, 40) == [5, 10, 20, 40]
    assert look_sizes(5, 5) == [5]
    with pytest.raises(ValueError, match="at first"):
        look_sizes(6, 5)


def test_a_lever_with_a_hand_known_threshold():
    found = seek(Asked(1, 100, AIM, 2, 8), exact(lambda n: 370 / n))
    assert found.answer == 37
    assert not found.doubts
    tried = {one.value: one.judged.verdict for one in found.tries}
    assert tried[36] == "misses"
    assert tried[37] == "meets"
    assert tried[38] == "meets", "the neighbour above is told too"
    assert {len(one.look.values) for one in found.tries} == {2}
    assert len(found.tries) <= tries_at_most(1, 100)


def test_more_may_be_better():
    aim = Target("delivered_t", -1, 500.0)
    found = seek(Asked(1, 100, aim, 2, 2), exact(lambda n: 13 * n))
    assert found.answer == 39


def test_each_value_is_looked_at_no_longer_than_it_needs():
    luck = np.random.Generator(np.random.PCG64(3)).standard_normal(320)
    asked = Asked(1, 64, AIM, 10, 320)

    def look(value, n):
        return Look(20.05 - value / 4 + luck[:n], 0.0)

    found = seek(asked, look)
    sizes = {one.value: len(one.look.values) for one in found.tries}
    assert sizes[64] == sizes[1] == 10
    assert max(sizes.values()) > 10
    assert 40 <= found.answer <= 44
    assert asked.looks == tries_at_most(1, 64) * 6


def test_what_stays_undecided_is_told_and_does_not_count():
    luck = np.random.Generator(np.random.PCG64(4)).standard_normal(20)
    look = lambda value, n: Look(10 + (12 - value) * 2 + luck[:n], 0.0)  # noqa: E731
    found = seek(Asked(1, 30, AIM, 10, 20), look)
    verdicts = {one.value: one.judged.verdict for one in found.tries}
    assert verdicts[12] == "undecided"
    assert found.answer == 13
    assert "12 is undecided after 20" in found.doubts[0]
    assert "--at-most 40" in found.doubts[0]


def test_a_measure_that_is_not_monotone_is_told():
    found = seek(Asked(1, 9, AIM, 2, 2), exact(lambda n: 20 if n in {1, 9} else 3))
    assert found.answer is None
    values = {1: 20, 5: 4, 9: 9, 3: 4, 2: 12, 4: 8}
    found = seek(Asked(1, 9, AIM, 2, 2), exact(values.__getitem__))
    assert found.answer == 3
    assert any("worse at 9 than at 5, by 5" in doubt for doubt in found.doubts)
    assert "corridor sweep" in found.doubts[-1]


def test_a_value_that_meets_below_one_that_misses_is_told():
    found = seek(Asked(1, 9, AIM, 2, 2), exact(lambda n: n + 5))
    assert found.answer is None
    assert any("1 meets the target, but 9 misses it" in doubt for doubt in found.doubts)


def test_replications_without_a_value_decide_nothing_and_are_not_doubled():
    calls = []

    def look(value, n):
        calls.append((value, n))
        return Look(np.full(n, np.nan if value < 5 else 1.0), np.nan)

    found = seek(Asked(1, 8, AIM, 2, 64), look)
    assert found.answer == 5
    assert all(n == 2 for _, n in calls)
    assert next(one.missing for one in found.tries if one.value == 1) == 2


def test_a_share_of_the_years_may_be_asked_for():
    aim = Target("late", 1, 10.0, 0.8)
    look = lambda value, n: Look(np.where(np.arange(n) % 10 < value, 5.0, 15.0), 0.0)  # noqa: E731
    found = seek(Asked(1, 10, aim, 50, 400), look)
    assert found.answer == 9
    assert aim.words == "late <= 10 in 80% of the years"
    by_value = {one.value: one.judged for one in found.tries}
    assert by_value[9].value == pytest.approx(0.9)
    assert by_value[9].low > 0.8


def test_the_words_of_a_target():
    assert AIM.words == "late <= 10"
    assert Target("delivered_t:ore", -1, 5e4).words == "delivered_t:ore >= 50000"


def test_a_value_near_enough_is_looked_at_no_longer_and_still_does_not_count():
    luck = np.random.Generator(np.random.PCG64(4)).standard_normal(320)
    look = lambda value, n: Look(10 + (12 - value) * 2 + luck[:n], 0.0)  # noqa: E731
    whole = seek(Asked(1, 30, AIM, 10, 320), look)
    found = seek(Asked(1, 30, AIM, 10, 320, until_frac=0.3), look)
    sizes = [{one.value: len(one.look.values) for one in each.tries} for each in (whole, found)]
    assert sizes[0][12] == 320
    near = next(one for one in found.tries if one.value == 12)
    assert near.judged.verdict == "undecided"
    assert len(near.look.values) < 320
    assert (near.judged.high - near.judged.low) / 2 <= 0.3 * near.judged.value
    assert found.answer == 13
    assert "leave --until out" in found.doubts[0]
    assert {v: n for v, n in sizes[1].items() if v != 12} == {
        v: n for v, n in sizes[0].items() if v != 12
    }, "what was decided is looked at as long as before"


def test_pairs_count_twice_as_replications():
    one = seek(Asked(1, 1, AIM, 4, 8), lambda _, n: Look(np.full(n // 2, 9.0), 0.0, each=2)).tries
    assert [(len(t.look.values), t.look.replications) for t in one] == [(2, 4)]
