"""Workers are begun undisturbed, and no interrupt is lost meanwhile."""

import signal
import sys

import pytest

from sim.runs import executors, starting


@pytest.fixture
def _ending_interrupts():
    """Have an order to end interrupt, as the command line does."""

    def end(_number, _frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    yield
    signal.signal(signal.SIGTERM, before)


def begin_workers(how, done):
    with starting.interrupts_wait():
        signal.raise_signal(how)
        done.append("begun")


@pytest.mark.usefixtures("_ending_interrupts")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_waits_until_workers_are_begun_and_is_then_obeyed(how):
    done = []
    with pytest.raises(KeyboardInterrupt):
        begin_workers(how, done)
    assert done == ["begun"]


def test_handlers_and_mask_are_as_before():
    before = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, set())
    with starting.interrupts_wait():
        assert signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, set())
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before
    assert signal.pthread_sigmask(signal.SIG_BLOCK, set()) == mask


def test_jobs_come_back_in_order_on_one_worker_and_on_two():
    assert executors.do_jobs(pow, 2, [3, 1, 2], workers=1) == [8, 2, 4]
    assert executors.do_jobs(pow, 2, [3, 1, 2], workers=2) == [8, 2, 4]


def test_workers_begun_early_have_at_hand_what_they_need():
    starting.begin_early()
    found = executors.do_jobs(
        have, None, ["sim.analysis.batch_work", "sim.engines.batch"] * 2, workers=2
    )
    assert found == [True] * 4
    assert not executors.do_jobs(have, None, ["matplotlib", "geopandas"], workers=2)[0]


def have(_shared, name):
    return name in sys.modules
