"""Order, matching and sums by keys, held against NumPy and dictionaries."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sim.kernels.grouping import (
    last_of_runs,
    positions,
    stable_order,
    sums_within,
)

KEYS = st.lists(st.one_of(st.integers(0, 6), st.integers(0, 2**40)), max_size=40)


@given(KEYS)
def test_the_order_is_that_of_a_stable_sort(keys):
    wanted = np.argsort(np.array(keys, np.int64), kind="stable")
    assert stable_order(keys).tolist() == wanted.tolist()


def test_negative_keys_have_no_order():
    with pytest.raises(ValueError, match="must not be negative"):
        stable_order([1, -1])


@given(KEYS, KEYS)
def test_each_key_is_found_where_it_first_stands(keys, among):
    first = {}
    for place, key in enumerate(among):
        first.setdefault(key, place)
    assert positions(keys, among).tolist() == [first.get(key, -1) for key in keys]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=30))
def test_running_sums_begin_anew_with_each_run(rows):
    found, before, total = [], None, 0
    for value, key in rows:
        total = value if key != before else total + value
        before = key
        found.append(total)
    values, keys = ([row[k] for row in rows] for k in (0, 1))
    assert sums_within(values, keys).tolist() == found
    ends = [k + 1 == len(keys) or keys[k + 1] != key for k, key in enumerate(keys)]
    assert last_of_runs(keys).tolist() == ends


def test_what_does_not_pair_off_is_refused():
    with pytest.raises(ValueError, match="1 values and 2 keys do not pair off"):
        sums_within([1], [1, 2])
