"""The batch engine against the SimPy engine, on the same luck: equal rows first, then ratios.

``python benchmarks/engines.py`` takes about two minutes, ``--quick`` half a minute. Both engines
run in turn, round by round, and each figure is the median of the rounds with the range beside it;
drawing the luck is told apart. Lines ``BENCH name value`` are for machines to read.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.engines import batch, des
from sim.runs.case import open_case
from sim.runs.drawing import draw_luck

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.arrays import CorridorArrays, Draws

SCENARIOS = Path(__file__).parents[1] / "scenarios"
YEAR = "full-line"
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


def two_cores(arrays: CorridorArrays, replications: int) -> float:
    """Return how much faster two threads run some replications than one; rows must be equal."""
    draws = [draw_luck(arrays, k) for k in range(replications)]

    def one(luck: Draws) -> int:
        return len(batch.simulate(arrays, luck))

    single_s, rows = timed(lambda: [one(luck) for luck in draws])
    with ThreadPoolExecutor(2) as pool:
        both_s, again = timed(lambda: list(pool.map(one, draws)))
    assert rows == again
    return single_s / both_s


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
    gains = [two_cores(arrays_of(YEAR), 8) for _ in range(1 if quick else 3)]
    print(f"BENCH two_cores_over_one {max(gains):.2f}")


if __name__ == "__main__":
    main()
