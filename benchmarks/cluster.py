"""A study on a Dask cluster of this machine, one worker of which is killed on the way.

``python benchmarks/cluster.py`` needs the extra `dask`. It makes the same study three times: on
processes, on two Dask workers, and on two of which one is killed after the first batches. The
digests must be the same. Lines ``BENCH name value`` are for machines to read.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import sim
from sim.analysis.mc_settings import Place, Settings
from sim.analysis.mc_study import conduct
from sim.analysis.monte_carlo import Plan
from sim.engines import batch
from sim.runs.executors_dask import on_cluster
from sim.runs.workers import finished

if TYPE_CHECKING:
    from sim.runs.workers import Finish

SCENARIO = Path(__file__).parents[1] / "scenarios" / "full-line.yaml"
REPLICATIONS = 48
BATCHES_BEFORE = 3


def study(folder: Path, finish: Finish) -> tuple[float, str]:
    """Return seconds and digest of a study."""
    case = sim.load(SCENARIO)
    began = time.perf_counter()
    found = conduct(
        [case], ["full-line"], Settings(Plan(REPLICATIONS)), Place(folder, ""), finish=finish
    )
    assert not found.reached.failures, found.reached.failures
    return time.perf_counter() - began, found.digest


def kill_after(folder: Path, pid: int) -> None:
    """Kill a process once some batches are kept."""
    while len(list((folder / "batches").glob("b*.parquet"))) < BATCHES_BEFORE:
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    print(f"killed worker {pid} after {BATCHES_BEFORE} batches", flush=True)


def main() -> None:
    """Make the three studies and hold them against each other."""
    from distributed import Client, LocalCluster  # noqa: PLC0415 - an extra

    batch.make_ready()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        pool_s, pool = study(root / "pool", partial(finished, workers=2))
        print(f"two processes           {pool_s:6.1f} s  {pool}")
        for name, is_killed in (("two Dask workers", False), ("one of two killed", True)):
            with LocalCluster(
                n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
            ) as cluster:
                finish = partial(on_cluster, address=cluster.scheduler_address)
                folder = root / name.replace(" ", "-")
                if is_killed:
                    with Client(cluster) as client:
                        pid = next(iter(client.run(os.getpid).values()))
                    killer = threading.Thread(target=kill_after, args=(folder, pid))
                    killer.start()
                seconds, digest = study(folder, finish)
                if is_killed:
                    killer.join()
                print(f"{name:<22}  {seconds:6.1f} s  {digest}")
                assert digest == pool, "the results differ"
    print("BENCH cluster_digests_equal 1")


if __name__ == "__main__":
    main()
