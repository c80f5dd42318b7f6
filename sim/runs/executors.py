"""Doing many jobs: one after the other, or on several processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Protocol

from sim.runs.starting import interrupts_wait, worker_context

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Progress", "begin", "do", "do_jobs", "stop", "usable_workers"]

_shared: Any = None


class Progress(Protocol):
    """Is told whenever a job is done."""

    def __call__(self, done: int, total: int) -> None:
        """Take note that so many jobs of so many are done."""
        ...


def usable_workers(workers: int | None, jobs: int) -> int:
    """Return how many processes to use: as asked, else the cores, never more than jobs.

    Examples
    --------
    >>> usable_workers(8, 3)
    3
    """
    cores = workers or len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else [0])
    return max(min(cores, jobs), 1)


def begin(shared: object) -> None:
    """Begin a worker: it keeps what all its jobs share, and Ctrl-C does not reach it.

    It ends when the process that began it is no more.
    """
    global _shared  # noqa: PLW0603 - what every job of a worker shares, given once
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _shared = shared
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when the process that began it is no more, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def do(work: Callable[[Any, Any], Any], job: Any) -> Any:  # noqa: ANN401
    """Return what a job of a worker finds."""
    return work(_shared, job)


def do_jobs(
    work: Callable[[Any, Any], Any],
    shared: object,
    jobs: Sequence[object],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Any]:
    """Return ``work(shared, job)`` of each job, in the order of the jobs.

    Results depend neither on the number of workers nor on the order in which they end.

    Parameters
    ----------
    work : callable
        A module-level function; on more than one worker it and all else must be picklable.
    shared : object
        What all jobs need; handed to each worker once.
    jobs : sequence
        What to do.
    workers : int, optional
        Processes; left out, one for each core.
    progress : callable, optional
        Told after each job.

    Returns
    -------
    results : list
        One a job.

    Raises
    ------
    KeyboardInterrupt
        If interrupted; jobs not begun are dropped.
    """
    n_workers = usable_workers(workers, len(jobs))
    told = progress or (lambda _done, _total: None)
    if n_workers == 1:
        results = []
        for job in jobs:
            results.append(work(shared, job))
            told(len(results), len(jobs))
        return results
    context = worker_context()
    pool = ProcessPoolExecutor(n_workers, context, initializer=begin, initargs=(shared,))
    try:
        with interrupts_wait():
            futures = [pool.submit(do, work, job) for job in jobs]
        pending = set(futures)
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
            told(len(futures) - len(pending), len(futures))
        results = [future.result() for future in futures]
    except BaseException:
        stop(pool)
        raise
    pool.shutdown()
    return results


def stop(pool: ProcessPoolExecutor) -> None:
    """End the workers of a pool at once, whatever they do, and wait until all is put away.

    Were the pool's own thread still closing its pipes when the program ends, Python could write
    to one just closed, and complain.
    """
    workers = list((getattr(pool, "_processes", None) or {}).values())
    for worker in workers:
        worker.terminate()
    pool.shutdown(cancel_futures=True)
    for worker in workers:
        worker.join()
