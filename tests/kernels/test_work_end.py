"""Work that stands still while its gate is shut: the kernel against a clock that ticks."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sim.kernels.gates import NEVER, shut_time, work_end_ms

FROM_EVER = np.iinfo(np.int64).min
STATES = st.sampled_from([0, 1, 2, 5])


@st.composite
def gates(draw):
    edges = sorted(draw(st.sets(st.integers(0, 60), max_size=6)))
    states = draw(st.lists(STATES, min_size=len(edges) + 1, max_size=len(edges) + 1))
    return [FROM_EVER, *edges], states


def ticking(instant, state, now, work):
    """Return the end by counting open units of time one by one."""
    while work > 0:
        open_now = state[np.searchsorted(instant, now, side="right") - 1] == 0
        if now > 61:
            return now + work if open_now else NEVER
        work -= open_now
        now += 1
    return now


@given(gates(), st.integers(0, 70), st.integers(0, 50))
def test_the_end_is_that_of_a_clock_that_ticks(gate, now, work):
    assert work_end_ms(*gate, now, work) == ticking(*gate, now, work)


@given(gates(), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 50)), min_size=1))
def test_open_time_from_beginning_to_end_is_the_work(gate, jobs):
    now, work = np.array(jobs).T
    end = work_end_ms(*gate, now, work)
    done = end < NEVER
    shut = shut_time(*gate, now[done], end[done], [1, 2, 5])
    assert (end[done] - now[done] - shut == work[done]).all()


def test_work_done_at_the_closing_ends_at_it_and_a_unit_more_waits_for_the_opening():
    gate = [FROM_EVER, 8, 17, 32], [1, 0, 1, 0]
    assert work_end_ms(*gate, 10, 7) == 17
    assert work_end_ms(*gate, 10, 8) == 33
    assert work_end_ms(*gate, 17, 0) == 17
    assert work_end_ms(*gate, 33, 100) == 133


def test_a_gate_shut_for_good_lets_nothing_end():
    assert work_end_ms([FROM_EVER], [1], 5, 1) == NEVER
    assert work_end_ms([FROM_EVER, 10], [0, 2], 5, 6) == NEVER
    assert work_end_ms([FROM_EVER, 10], [0, 2], 5, 5) == 10


@pytest.mark.parametrize(("instant", "work"), [([0, 8, 8], 1), ([0, 8, 9], -1)])
def test_times_that_do_not_rise_and_negative_work_are_refused(instant, work):
    with pytest.raises(ValueError, match="must"):
        work_end_ms(instant, [0, 1, 0], 1, work)
