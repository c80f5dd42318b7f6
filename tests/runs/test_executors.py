"""Workers are begun undisturbed, and no interrupt is lost meanwhile."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

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


AT_WORK = """
import os, sys, time
from pathlib import Path
from sim.runs.executors import do_jobs

def note(folder, job):
    Path(folder, str(os.getpid())).touch()
    time.sleep(60)

if __name__ == "__main__":
    do_jobs(note, sys.argv[1], [1, 2], workers=2)
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes as Linux tells of them")
def test_workers_end_when_the_process_that_began_them_is_killed(tmp_path):
    (tmp_path / "at_work.py").write_text(AT_WORK)
    (tmp_path / "pids").mkdir()
    command = [sys.executable, str(tmp_path / "at_work.py"), str(tmp_path / "pids")]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    assert waits_until(lambda: len(list((tmp_path / "pids").iterdir())) == 2)
    process.kill()
    process.wait()
    pids = [int(path.name) for path in (tmp_path / "pids").iterdir()]
    assert waits_until(lambda: not any(is_alive(pid) for pid in pids))


def waits_until(holds, *, at_most_s=30.0):
    until = time.monotonic() + at_most_s
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


def is_alive(pid):
    """Return whether a process is there and no mere entry of one that has ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
