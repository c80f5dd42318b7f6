"""Formulas of waits: figures worked by hand, degenerate cases, special cases of each other."""

import numpy as np
import pytest

from sim.kernels.mean_values import closed_cycle
from sim.kernels.queueing import mean_wait_batches, mean_wait_md1, mean_wait_mg1, mean_wait_mmc
from sim.kernels.waiting import mean_wait_closures, mean_wait_formation, mean_wait_shut


def test_pollaczek_khinchine_holds_its_special_cases():
    assert mean_wait_mg1(1 / 6, 4.0, 0.5) == pytest.approx(5.0)
    assert mean_wait_mg1(0.7, 1.0, 1.0) == pytest.approx(mean_wait_mmc(0.7, 1.0, 1))
    assert mean_wait_mg1(0.7, 1.0, 0.0) == mean_wait_md1(0.7, 1.0) == pytest.approx(0.7 / 0.6)
    assert mean_wait_mg1(0.0, 1.0, 2.0) == 0


def test_wagons_of_a_train_wait_for_each_other_even_in_an_empty_yard():
    assert mean_wait_batches(1e-12, 10, 1.0) == pytest.approx(4.5)
    assert mean_wait_batches(0.05, 10, 1.0) == pytest.approx(0.5 * 10 / (2 * 0.5) + 4.5)
    assert mean_wait_batches(0.3, 1, 1.0) == mean_wait_md1(0.3, 1.0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: mean_wait_mg1(1.0, 1.0, 0.5),
        lambda: mean_wait_md1(2.0, 1.0),
        lambda: mean_wait_batches(0.1, 10, 1.0),
    ],
)
def test_a_queue_that_grows_for_ever_is_refused(call):
    with pytest.raises(ValueError, match="grows for ever"):
        call()


def test_waits_without_a_queue():
    assert mean_wait_formation(40.0, 57) == pytest.approx(0.7)
    assert mean_wait_formation(3.0, 1) == 0
    assert mean_wait_shut(12.0, 24.0) == 3.0
    assert mean_wait_shut(0.0, 24.0) == 0
    assert mean_wait_shut(24.0, 24.0) == 12.0
    assert mean_wait_closures(9.0, 1.0, 1.0) == pytest.approx(0.1)
    # closures of one length at even distance are opening hours
    assert mean_wait_closures(12.0, 12.0, 0.0) == mean_wait_shut(12.0, 24.0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: mean_wait_formation(0.0, 5),
        lambda: mean_wait_formation(1.0, 0),
        lambda: mean_wait_shut(25.0, 24.0),
        lambda: mean_wait_shut(-1.0, 24.0),
        lambda: mean_wait_shut(0.0, 0.0),
        lambda: mean_wait_closures(0.0, 0.0, 1.0),
        lambda: mean_wait_closures(-1.0, 2.0, 1.0),
        lambda: closed_cycle(0, [1.0], 1.0),
        lambda: closed_cycle(1, [-1.0], 1.0),
        lambda: closed_cycle(1, [0.0], 0.0),
    ],
)
def test_figures_that_make_no_sense_are_refused(call):
    with pytest.raises(ValueError, match=r"never make|no cycle|no renewal"):
        call()


def test_one_wagon_never_waits_for_another():
    throughput, there = closed_cycle(1, [2.0, 3.0], 5.0)
    assert throughput == pytest.approx(0.1)
    assert there.tolist() == [2.0, 3.0]


def test_many_wagons_are_bound_by_the_slowest_place():
    throughput, there = closed_cycle(400, [2.0, 3.0], 5.0)
    assert throughput == pytest.approx(1 / 3)
    assert throughput * (5.0 + there.sum()) == pytest.approx(400), "Little: all are somewhere"


def test_balanced_places_have_the_known_form():
    # n units, m equal places, no delay: X = n / ((n + m - 1) D)
    for n in range(1, 9):
        throughput, there = closed_cycle(n, np.full(3, 0.5), 0.0)
        assert throughput == pytest.approx(n / ((n + 2) * 0.5))
        assert np.allclose(there, (n + 2) / 3 * 0.5)
