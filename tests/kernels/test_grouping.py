"""Order, matching and sums by keys, held against NumPy, dictionaries and pandas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from sim.kernels.grouping import (
    compensated_sums,
    last_of_runs,
    positions,
    stable_order,
    sums_within,
)

KEYS = st.lists(st.one_of(st.integers(0, 6), st.integers(0, 2**40)), max_size=40)
PAIRS = st.lists(
    st.tuples(st.integers(0, 4), st.floats(-1e9, 1e9, allow_subnormal=False)), max_size=60
)


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


@given(PAIRS)
def test_sums_by_key_have_the_bits_of_a_pandas_group(pairs):
    keys, values = ([pair[k] for pair in pairs] for k in (0, 1))
    wanted = pd.Series(values, dtype=np.float64).groupby(np.array(keys, np.int64)).sum()
    found = compensated_sums(keys, values, 5)
    np.testing.assert_array_equal(found[wanted.index.to_numpy(np.int64)], wanted.to_numpy())
    assert not found[[k for k in range(5) if k not in keys]].any()


def test_what_does_not_pair_off_is_refused():
    with pytest.raises(ValueError, match="1 values and 2 keys do not pair off"):
        sums_within([1], [1, 2])
    with pytest.raises(ValueError, match="2 keys and 1 values do not pair off"):
        compensated_sums([0, 1], [1.0], 2)
