"""How worker processes begin: where it can be, as copies of one that has loaded all they need."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.context import BaseContext

__all__ = ["begin_early", "interrupts_wait", "start_method", "worker_context"]

_ENDING = (signal.SIGINT, signal.SIGTERM)
_HAS_MASK = hasattr(signal, "pthread_sigmask")

LOADED = "sim.analysis.at_hand"
"""It loads what workers of studies need."""


def start_method() -> str:
    """Return how workers begin here: on Linux as copies, elsewhere each from nothing.

    Elsewhere copies of a process that has loaded system libraries are not safe, or there are none.
    """
    return "forkserver" if sys.platform == "linux" else "spawn"


def worker_context() -> BaseContext:
    """Return what makes worker processes."""
    found = multiprocessing.get_context(start_method())
    if start_method() == "forkserver":
        found.set_forkserver_preload([LOADED])
    return found


def begin_early() -> None:
    """Have what workers are copies of load meanwhile, if there is a core for it.

    It takes as long as what the caller still has to load, and ends when this process does.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if start_method() == "forkserver" and cores > 1:
        from multiprocessing import forkserver  # noqa: PLC0415 - not on every system

        worker_context()
        with interrupts_wait():
            forkserver.ensure_running()


@contextmanager
def interrupts_wait() -> Iterator[None]:
    """Have interrupts and orders to end wait until workers are begun here, and none be lost.

    A worker half begun would complain. Workers inherit that Ctrl-C does not reach them.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if _HAS_MASK:
        resource_tracker.ensure_running()  # begun later, it would let signals through again
    told: list[int] = []
    before = {n: signal.signal(n, lambda number, _: told.append(number)) for n in _ENDING}
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if _HAS_MASK else set()
    try:
        yield
    finally:
        if _HAS_MASK:
            signal.pthread_sigmask(signal.SIG_SETMASK, masked)
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
    if told:
        signal.raise_signal(told[0])
