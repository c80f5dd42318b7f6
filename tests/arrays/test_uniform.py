"""Running times by constant acceleration and braking, worked by hand (METHODS appendix A)."""

import json

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from lines import make
from numpy.testing import assert_allclose

from sim.arrays.uniform import stretch_run_s
from sim.model.scenario import Scenario
from sim.tables import Code
from sim.units import SECOND_MS

RATES = {"acceleration_mps2": 0.1, "braking_mps2": 0.2}


def steps_of(made, direction=0):
    programs = made.arrays.programs
    return slice(programs.ptr[direction], programs.ptr[direction + 1])


def test_a_section_from_stand_to_stand_loses_start_and_stop():
    made = make((30.0,), lines={"line": RATES})
    # 30 km at 60 km/h take 1,800 s; v/2a = 83.333 s and v/2b = 41.667 s come on top
    base = made.arrays.programs.base_ms[steps_of(made)]
    assert base[-1] == 1_925 * SECOND_MS
    assert (made.arrays.programs.base_empty_ms == made.arrays.programs.base_ms).all()


def test_the_supplement_is_on_top_and_apart():
    made = make((30.0,), lines={"line": {**RATES, "supplement_frac": 0.04}})
    assert made.arrays.programs.base_ms[steps_of(made)][-1] == 2_002 * SECOND_MS


def test_a_loop_is_passed_at_speed_and_standing_in_it_costs_a_stop_and_a_start():
    made = make((30.0, 30.0), lines={"line": RATES})
    rows = steps_of(made)
    base, stand = made.arrays.programs.base_ms[rows], made.arrays.programs.stand_ms[rows]
    # 1,800 s each, the start on the first and the stop on the second
    assert_allclose(base[1:] / SECOND_MS, [1_800 + 83.3333, 1_800 + 41.6667], atol=1e-3)
    assert stand.tolist() == [0, 0, 125 * SECOND_MS]


def test_without_rates_nothing_is_lost():
    plain = make((30.0, 30.0)).arrays.programs
    assert plain.base_ms[steps_of(make((30.0, 30.0)))][-1] == 1_800 * SECOND_MS
    assert not plain.stand_ms.any()


def test_a_short_run_never_reaches_its_speed():
    # 1,000 m at 0.2 both ways: 141.421 s, up to 14.142 m/s
    short = np.array([[1_000.0, 20.0, 0.2, 0.2]])
    assert_allclose(stretch_run_s(short), [141.421356237], rtol=1e-9)


def test_a_train_that_stood_takes_longer_in_the_engine_4_8():
    changes = {
        "duration_d": 2,
        "flows": {"out": {"tonnes_per_year": 60 * 365 * 12}},
        "services": {"train": {"rake_wagons": 1, "departs": {"longest_wait_h": 1}}},
    }
    events = make((30.0, 30.0), lines={"line": RATES}, **changes).run()
    last, took = {}, set()
    for time_ms, event, _, train, place, *_ in events.rows.tolist():
        if event == Code.ENTER and place == 2:
            last[train] = time_ms
        elif event == Code.LEAVE and place == 2 and train in last:
            took.add((time_ms - last.pop(train)) // SECOND_MS)
    # out: passing 1,841 s, having stood 1,966 s; home: starting from s2 1,883 s
    assert took == {1_841, 1_966, 1_883}


PIECES = st.lists(
    st.tuples(st.floats(500, 40_000), st.floats(5, 30), st.floats(0.02, 0.5), st.floats(0.05, 0.5)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=200, deadline=None)
@given(PIECES, st.floats(1.01, 2.0))
def test_slower_longer_or_weaker_is_never_quicker(pieces, factor):
    figures = np.array(pieces)
    time = stretch_run_s(figures).sum()
    for column, by in ((0, factor), (1, 1 / factor), (2, 1 / factor), (3, 1 / factor)):
        other = figures.copy()
        other[:, column] *= by
        assert stretch_run_s(other).sum() >= time * (1 - 1e-12)
    assert time >= (figures[:, 0] / figures[:, 1]).sum()


@settings(max_examples=200, deadline=None)
@given(PIECES)
def test_the_way_back_with_rates_exchanged_takes_the_same(pieces):
    figures = np.array(pieces)
    back = figures[::-1][:, [0, 1, 3, 2]]
    assert_allclose(stretch_run_s(back).sum(), stretch_run_s(figures).sum(), rtol=1e-9)


@settings(max_examples=100, deadline=None)
@given(PIECES)
def test_a_piece_cut_in_two_takes_the_same(pieces):
    figures = np.array(pieces)
    halved = np.repeat(figures, 2, axis=0) * [0.5, 1, 1, 1]
    assert_allclose(stretch_run_s(halved).sum(), stretch_run_s(figures).sum(), rtol=1e-9)


def test_one_rate_alone_is_refused():
    tree = make((30.0,)).scenario.model_dump(mode="json")
    tree["lines"]["line"]["braking_mps2"] = 0.2
    with pytest.raises(ValueError, match="give both or neither"):
        Scenario.model_validate_json(json.dumps(tree))
