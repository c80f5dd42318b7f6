"""Jobs on worker processes that may die: what they find is given as it comes, in no order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sim.runs import executors
from sim.runs.executors import begin, stop, usable_workers
from sim.runs.starting import interrupts_wait, worker_context

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    Work = Callable[[Any, Any], Any]

__all__ = ["Died", "Finish", "finished"]

_PATIENCE = 2
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Died:
    """A job whose worker died each time: killed, or out of memory."""


class Finish(Protocol):
    """A way to have jobs done: here, on processes, on a cluster."""

    def __call__(
        self, work: Work, shared: object, jobs: Sequence[Any], /
    ) -> Iterator[tuple[Any, Any]]:
        """Give each job with what it found, or `Died`, as it ends."""
        ...


def finished(
    work: Work, shared: object, jobs: Sequence[Any], *, workers: int | None = None
) -> Generator[tuple[Any, Any], None, None]:
    """Give each job with ``work(shared, job)`` as it ends; a few are under way at a time.

    Parameters
    ----------
    work : callable
        A module-level function; on more than one worker it and all else must be picklable.
    shared : object
        What all jobs need; handed to each worker once.
    jobs : sequence
        What to do.
    workers : int, optional
        Processes; left out, one for each core. One does the jobs in this process.

    Yields
    ------
    job, result
        The result is `Died` where the worker died when it did this job and no other.

    Raises
    ------
    Exception
        What a job raises. Close the generator to end the workers before all is done.

    Notes
    -----
    When a worker dies, all jobs under way are lost and begun anew. When one dies again they are
    done one at a time, each on a process of its own, which tells the one that kills its worker.
    """
    n_workers = usable_workers(workers, len(jobs))
    if n_workers == 1:
        for job in jobs:
            yield job, work(shared, job)
        return
    waiting, breaks = deque(jobs), 0
    while waiting:
        suspects = yield from _until_broken(work, shared, waiting, n_workers)
        breaks += bool(suspects)
        if breaks < _PATIENCE:
            waiting.extendleft(reversed(suspects))
            continue
        for job in suspects:
            yield job, _alone(work, shared, job)
        breaks = 0


def _until_broken(
    work: Work, shared: object, waiting: deque[Any], n_workers: int
) -> Generator[tuple[Any, Any], None, list[Any]]:
    """Do the jobs that wait until a worker dies; return those that were under way then."""
    pool = _pool(n_workers, shared)
    under_way: dict[Future[Any], Any] = {}
    try:
        while waiting or under_way:
            with interrupts_wait():
                while waiting and len(under_way) < _AHEAD * n_workers:
                    under_way[pool.submit(executors.do, work, waiting[0])] = waiting[0]
                    waiting.popleft()
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                result = future.result()
                yield under_way.pop(future), result
        pool.shutdown()
    except BrokenProcessPool:
        return list(under_way.values()) or [waiting.popleft()]
    finally:
        stop(pool)
    return []


def _alone(work: Work, shared: object, job: object) -> object:
    pool = _pool(1, shared)
    try:
        with interrupts_wait():
            future = pool.submit(executors.do, work, job)
        return future.result()
    except BrokenProcessPool:
        return Died()
    finally:
        stop(pool)


def _pool(n_workers: int, shared: object) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(n_workers, worker_context(), initializer=begin, initargs=(shared,))
