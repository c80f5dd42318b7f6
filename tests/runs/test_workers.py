"""Workers that die: their jobs are done all the same, but for the one that kills them."""

import os
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest

from sim.errors import RunError
from sim.runs.executors_dask import on_cluster, refuse_open
from sim.runs.workers import Died, finished


def square(_shared, job):
    return job * job


def die_on_three(shared, job):
    """Kill the process that does job 3: each time, or until a file tells that it was once."""
    if job == 3 and not (shared and Path(shared).exists()):
        if shared:
            Path(shared).write_text("died")
        os.kill(os.getpid(), signal.SIGKILL)
    return job * job


def fail_on_three(_shared, job):
    if job == 3:
        message = "three is too many"
        raise ValueError(message)
    return job


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_every_job_is_done_once(workers):
    found = list(finished(square, None, range(9), workers=workers))
    assert sorted(found) == [(n, n * n) for n in range(9)]


def test_a_worker_that_dies_once_costs_nothing(tmp_path):
    found = list(finished(die_on_three, str(tmp_path / "flag"), range(8), workers=2))
    assert sorted(found) == [(n, n * n) for n in range(8)]


def test_a_job_that_always_kills_its_worker_is_told_and_the_rest_goes_on():
    found = dict(finished(die_on_three, None, range(12), workers=2))
    assert found == {n: Died() if n == 3 else n * n for n in range(12)}


def test_what_a_job_raises_ends_all():
    with pytest.raises(ValueError, match="too many"):
        list(finished(fail_on_three, None, range(8), workers=2))


def test_no_worker_is_left_when_it_is_closed_before_the_end():
    with closing(finished(square, None, range(1000), workers=2)) as jobs:
        next(jobs)
    time.sleep(0.2)
    mine = [p for p in Path("/proc").glob("[0-9]*/stat") if _is_child(p)]
    assert not [p for p in mine if "spawn_main" in (p.parent / "cmdline").read_text()]


def _is_child(stat):
    try:
        return int(stat.read_text().rsplit(")", 1)[1].split()[1]) == os.getpid()
    except OSError:
        return False


@pytest.mark.parametrize("address", ["cluster:8786", "http://cluster", "tcp://"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(ValueError, match="no scheduler's address"):
        refuse_open(address, insecure=True)


def test_a_scheduler_open_to_the_network_is_refused():
    with pytest.raises(ValueError, match="--insecure"):
        refuse_open("tcp://192.0.2.7:8786", insecure=False)
    for address in ("tcp://localhost:1", "tcp://[::1]:8786", "tls://192.0.2.7:8786"):
        refuse_open(address, insecure=False)


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(RunError, match=r"install railcorridor\[dask\]"):
        next(on_cluster(square, None, [1], address="tcp://127.0.0.1:1"))


def a_cluster(*, workers):
    """Return a cluster of Dask on this machine, workers of one thread."""
    distributed = pytest.importorskip("distributed")
    return distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    )


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_does_the_jobs():
    with a_cluster(workers=2) as cluster:
        address = cluster.scheduler_address
        found = dict(on_cluster(square, None, range(9), address=address))
        assert found == {n: n * n for n in range(9)}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_job_that_always_kills_its_worker_is_told_by_a_cluster_too():
    with a_cluster(workers=2) as cluster:
        address = cluster.scheduler_address
        found = dict(on_cluster(die_on_three, None, range(60), address=address))
        assert found == {n: Died() if n == 3 else n * n for n in range(60)}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_an_adaptive_cluster_grows_with_what_waits():
    with a_cluster(workers=1) as cluster:
        cluster.adapt(minimum=1, maximum=2, interval="200ms", target_duration="1s")
        address = cluster.scheduler_address
        found = dict(on_cluster(nap, None, range(40), address=address))
    assert len(found) == 40
    assert len(set(found.values())) > 1


def nap(_shared, _job):
    time.sleep(0.4)
    return os.getpid()
