"""The stock kernel: a case by hand, conservation to the gram, a plain loop as oracle."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sim.kernels.stock import (
    mean_stock_g,
    needed_opening_g,
    stock_course,
    stock_out_spells,
    stock_out_time_ms,
    time_below_ms,
)

AMOUNT = st.integers(0, 10**9)
STOCKS = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        AMOUNT,
        st.lists(AMOUNT, min_size=n, max_size=n),
        st.lists(AMOUNT, min_size=n, max_size=n),
        st.lists(st.integers(1, 10**8), min_size=n, max_size=n),
        AMOUNT,
    )
)


def test_a_stock_worked_by_hand():
    # 100 g, 10 g a day; 30 g come on day 4, 50 g on day 15, the end is day 20:
    # day 4 60 + 30 = 90, gone on day 13; two days without, 20 g short; day 15 50, day 20 none left
    course = stock_course(100, [30, 50, 0], [40, 110, 50])
    days = np.array([4, 11, 5])
    assert course.begin_g.tolist() == [100, 90, 50]
    assert course.end_g.tolist() == [60, 0, 0]
    assert course.close_g.tolist() == [90, 50, 0]
    assert course.short_g.tolist() == [0, 20, 0]
    assert stock_out_time_ms(course, days) == pytest.approx([0, 2, 0])
    assert int(stock_out_spells(course)) == 1
    # below 45 g: on days 8.5 to 15 and 15.5 to 20
    assert time_below_ms(course, days, 45) == pytest.approx([0, 6.5, 4.5])
    # (100 + 60) / 2 x 4 + 90 / 2 x 9 + 50 / 2 x 5 = 850 gram-days over 20 days
    assert float(mean_stock_g(course, days)) == pytest.approx(42.5)
    # 120 g more than nothing are wanted before the second delivery: 150 - 30
    assert int(needed_opening_g([30, 50, 0], [40, 110, 50])) == 120


def test_spells_without_stock_go_on_where_nothing_arrives():
    assert int(stock_out_spells(stock_course(0, [0, 0, 5, 0], [3, 3, 3, 9]))) == 2


def test_where_nothing_is_wanted_nothing_is_short():
    course = stock_course(0, [0, 7], [0, 0])
    assert stock_out_time_ms(course, [5, 5]).tolist() == [0, 0]
    assert int(stock_out_spells(course)) == 0
    assert course.close_g.tolist() == [0, 7]


def by_loop(opening, arrived, wanted, lengths, level):
    stock, short, out_ms, below_ms, area, spells, was_out = opening, [], 0.0, 0.0, 0.0, 0, False
    for came, asked, length in zip(arrived, wanted, lengths, strict=True):
        end = max(stock - asked, 0)
        lasts = length if asked <= stock else length * stock / asked
        short.append(max(asked - stock, 0))
        out_ms += length - lasts
        if short[-1]:
            spells += not (was_out and stock == 0)
        was_out = bool(short[-1])
        area += (stock + end) / 2 * lasts
        if stock < level:
            below_ms += length
        elif end < level:
            below_ms += length - length * (stock - level) / asked
        stock = end + came
    return stock, short, out_ms, below_ms, area / sum(lengths), spells


@given(STOCKS)
def test_it_equals_a_plain_loop(case):
    opening, arrived, wanted, lengths, level = case
    course = stock_course(opening, arrived, wanted)
    stock, short, out_ms, below_ms, mean, spells = by_loop(*case)
    assert course.close_g[-1] == stock
    assert course.short_g.tolist() == short
    total = sum(lengths)
    assert stock_out_time_ms(course, lengths).sum() == pytest.approx(out_ms, abs=1e-9 * total)
    below = time_below_ms(course, lengths, level).sum()
    assert below == pytest.approx(below_ms, abs=1e-9 * total)
    assert float(mean_stock_g(course, lengths)) == pytest.approx(mean, rel=1e-9, abs=1e-6)
    assert int(stock_out_spells(course)) == spells


@given(STOCKS)
def test_nothing_is_lost_to_the_gram(case):
    opening, arrived, wanted, *_ = case
    course = stock_course(opening, arrived, wanted)
    consumed = course.wanted_g - course.short_g
    assert opening + sum(arrived) + course.short_g.sum() - sum(wanted) == course.close_g[-1]
    assert np.array_equal(course.begin_g - consumed, course.end_g)
    assert (course.short_g >= 0).all()
    assert (course.end_g >= 0).all()


@given(STOCKS, st.integers(1, 10**9))
def test_more_opening_stock_is_never_shorter_anywhere(case, more):
    opening, arrived, wanted, lengths, level = case
    few, many = (stock_course(x, arrived, wanted) for x in (opening, opening + more))
    assert (np.cumsum(many.short_g) <= np.cumsum(few.short_g)).all()
    assert many.short_g.sum() >= few.short_g.sum() - more, "a gram more saves at most a gram"
    assert (stock_out_time_ms(many, lengths) <= stock_out_time_ms(few, lengths) + 1e-9).all()
    below = [time_below_ms(c, lengths, level).sum() for c in (few, many)]
    assert below[1] <= below[0] + 1e-6


@given(STOCKS)
def test_the_needed_opening_is_the_least_that_is_never_short(case):
    _, arrived, wanted, *_ = case
    needed = int(needed_opening_g(arrived, wanted))
    assert stock_course(needed, arrived, wanted).short_g.sum() == 0
    if needed:
        assert stock_course(needed - 1, arrived, wanted).short_g.sum() == 1


@given(st.lists(STOCKS, min_size=1, max_size=4))
def test_many_at_once_are_each_as_alone(cases):
    n = min(len(c[1]) for c in cases)
    opening = [c[0] for c in cases]
    arrived, wanted = ([c[k][:n] for c in cases] for k in (1, 2))
    together = stock_course(opening, arrived, wanted)
    for k in range(len(cases)):
        alone = stock_course(opening[k], arrived[k], wanted[k])
        assert np.array_equal(together.close_g[k], alone.close_g)
        assert np.array_equal(together.short_g[k], alone.short_g)
    assert needed_opening_g(arrived, wanted).shape == (len(cases),)


@pytest.mark.parametrize("bad", [-1, 1.5])
def test_amounts_are_whole_and_not_negative(bad):
    with pytest.raises(ValueError, match="whole grams"):
        stock_course(bad, [1], [1])
    with pytest.raises(ValueError, match="whole grams"):
        needed_opening_g([1], [bad])
