"""The memory of a process and of all that come of it, looked at while they run (Linux)."""

from __future__ import annotations

import os
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BETWEEN_S = 0.2
_PROC = Path("/proc")


@dataclass
class Peak:
    """The most memory so far. [MiB]."""

    largest: float = 0.0
    """Of the process that had most at any time."""
    together: float = 0.0
    """Of all at one time, what they share counted once."""


@contextmanager
def watched() -> Iterator[Peak]:
    """Give the peak of this process and of all that come of it, which grows meanwhile."""
    peak, over = Peak(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(peak, over), daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def _watch(peak: Peak, over: threading.Event) -> None:
    while not over.wait(_BETWEEN_S):
        family = _family(os.getpid())
        peak.largest = max([peak.largest, *(_field(p, "status", "VmHWM") for p in family)])
        together = sum(_field(p, "smaps_rollup", "Pss") for p in family)
        peak.together = max(peak.together, together)


def _family(pid: int) -> list[int]:
    """Return a process and all that come of it."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for process in found:
        found += children.get(process, [])
    return found


def _field(pid: int, file: str, name: str) -> float:
    """Return a figure of a process, 0 if it has ended. [MiB]."""
    try:
        text = (_PROC / str(pid) / file).read_text()
    except OSError:
        return 0.0
    told = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    return int(told[1]) / 1024 if told else 0.0
