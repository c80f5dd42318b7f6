"""The batch engine against the SimPy engine, on the same luck: equal rows first, then ratios.

``python benchmarks/engines.py`` takes about three minutes, ``--quick`` one. Both engines run in
turn, round by round, and each figure is the median of the rounds with the range beside it; drawing
the luck is told apart. Two processes are held against one, as a study uses them. Lines
``BENCH name value`` are for machines to read.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.engines import batch, des
from sim.runs.case import open_case
from sim.runs.drawing import draw_luck

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.arrays import CorridorArrays

SCENARIOS = Path(__file__).parents[1] / "scenarios"
YEAR = "full-line"
OF_EACH, READY_S = 8, 15.0
"""Replications that a process runs in turn, and seconds it has to make ready."""
OTHERS = ("today", "return-freight", "locomotives", "busy-line", "single-wagons")


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Return seconds and what the work gives."""
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def arrays_of(name: str) -> CorridorArrays:
    """Return a shipped scenario, compiled, without the time after its year."""
    return open_case(SCENARIOS / f"{name}.yaml").arrays


def compare(name: str, rounds: int) -> float:
    """Run both engines in turn; demand equal rows, print a line, return the median ratio."""
    arrays = arrays_of(name)
    ratios, batch_s, des_s, draw_s, rows = [], [], [], [], 0
    for k in range(rounds):
        seconds, draws = timed(lambda k=k: draw_luck(arrays, k))
        draw_s.append(seconds)
        slow, expected = timed(lambda draws=draws: des.simulate(arrays, draws))
        fast, got = min(
            (timed(lambda draws=draws: batch.simulate(arrays, draws)) for _ in range(3)),
            key=lambda found: found[0],
        )
        assert got == expected, f"{name}, replication {k}: the engines differ"
        rows = len(expected)
        ratios.append(slow / fast)
        batch_s.append(fast)
        des_s.append(slow)
    middle = float(np.median(ratios))
    print(
        f"{name:<16} {rows:>8,} rows  SimPy {np.median(des_s):6.2f} s  batch "
        f"{np.median(batch_s) * 1e3:7.1f} ms ({np.median(batch_s) / rows * 1e9:4.0f} ns a row)  "
        f"{middle:4.0f} times ({min(ratios):.0f} to {max(ratios):.0f})  "
        f"drawing {np.median(draw_s) * 1e3:.0f} ms"
    )
    return middle


def work(asked: tuple[int, int, float]) -> tuple[float, float, int]:
    """Run replications in a process of its own; return when it began and ended, and its rows."""
    first, turns, begins_at = asked
    arrays = arrays_of(YEAR)
    draws = [draw_luck(arrays, k) for k in range(first, first + OF_EACH)]
    rows = sum(len(batch.simulate(arrays, luck)) for luck in draws)
    time.sleep(max(0.0, begins_at - time.monotonic()))  # both begin together
    began = time.monotonic()
    for _ in range(turns):
        again = sum(len(batch.simulate(arrays, luck)) for luck in draws)
        assert again == rows, "the same luck gives other rows"
    return began, time.monotonic(), rows * turns


def spent(processes: int, turns: int) -> tuple[float, int]:
    """Return seconds from the first beginning to the last end, and the rows of all."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        begins_at = time.monotonic() + READY_S
        asked = [(OF_EACH * (k % 2), turns, begins_at) for k in range(processes)]
        found = list(pool.map(work, asked))
    begins, ends, rows = zip(*found, strict=True)
    return max(ends) - min(begins), sum(rows)


def two_cores(turns: int) -> float:
    """Return how many rows a second two processes give, over those that one gives."""
    one_s, one_rows = spent(1, turns)
    two_s, two_rows = spent(2, turns)
    return (two_rows / two_s) / (one_rows / one_s)


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one round, one scenario")
    quick = parser.parse_args().quick
    seconds, _ = timed(batch.make_ready)
    print(f"make_ready       {seconds:.1f} s (compiling, or reading what is compiled)")
    ratio = compare(YEAR, 1 if quick else 5)
    if not quick:
        for name in OTHERS:
            compare(name, 3)
    print(f"BENCH batch_over_simpy {ratio:.1f}")
    gains = [two_cores(5 if quick else 20) for _ in range(1 if quick else 3)]
    print(f"two processes over one, rows a second: {', '.join(f'{gain:.2f}' for gain in gains)}")
    print(f"BENCH two_cores_over_one {float(np.median(gains)):.2f}")


if __name__ == "__main__":
    main()
