"""Running times, and sampling with costing: right answers first, then ratios in one run.

``python benchmarks/kernels.py`` takes about a minute and 100 MB; ``--quick`` a few seconds.
Each number is the least of several rounds, with the median beside it: other work on the machine
only ever adds.
"""

from __future__ import annotations

import argparse
import math
import time
from array import array
from typing import TYPE_CHECKING, NamedTuple

import numba as nb
import numpy as np
from numpy.random import SFC64, Generator

from sim.kernels.fleet_terms import Trains, fleet_of
from sim.kernels.march import march_numpy
from sim.kernels.march_terms import (
    CC,
    ENTRY2,
    FIRST_SHARE,
    FIRST_STEPS,
    LEAST_SQUARE,
    Q_HEAD,
    Q_HIGH,
    SLOWEST,
    TERMS_OF_TIME,
    Fleet,
    Line,
    line_of,
    some_of,
)
from sim.kernels.ptr1520 import ptr1520_train
from sim.kernels.ptr1520_rules import Track
from sim.kernels.running_time import Keep, march, running_time_s
from sim.kernels.sample_cost import CHUNK, sampled_totals, sampled_totals_plain
from sim.kernels.track_profile import GradeUnder, Profile, uniform_profile
from sim.kernels.traction import power_effort

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LANES = 64


class Size(NamedTuple):
    """How much is done."""

    length_km: int
    n_trains: int
    n_looped: int
    n_replications: int
    rounds: int


FULL = Size(3000, 1024, 4, 10_000, 5)
QUICK = Size(200, 96, 2, 200, 2)
N_ELEMENTS = (100, 100)


def least_and_median_s(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the least and the median time of some rounds, after one to warm up."""
    work()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken), float(np.median(taken))


def corridor(length_km: int) -> Profile:
    """Return hills of up to 7 permille and a limit that changes every ten kilometres."""
    luck = Generator(SFC64(1))
    grades = luck.normal(0.0, 3e-3, length_km).clip(-7e-3, 7e-3)
    limits = luck.choice([40.0, 50.0, 60.0, 80.0], length_km // 10) / 3.6
    return uniform_profile(
        np.arange(length_km + 1) * 1000.0,
        np.concatenate([[0.0], np.cumsum(grades * 1000.0)]),
        limits=(np.arange(length_km // 10) * 10_000.0 + 30.0, limits),
        cell_m=100.0,
    )


def goods_trains(n: int) -> Trains:
    """Return trains of 20 to 50 wagons, each of another mass and length."""
    wagons = np.linspace(20.0, 50.0, n)
    drag = ptr1520_train(276e3, 86e3, wagons[:, None], track=Track.JOINTED)
    return Trains(
        mass_kg=276e3 + 86e3 * wagons,
        length_m=36.0 + 14.0 * wagons,
        effort=power_effort(3.45e6, 800e3),
        resistance=drag,
        max_mps=90.0 / 3.6,
    )


def inverse_root(u: float, single: array[float]) -> float:
    """Return 1/sqrt(u) as all forms do: in single precision, and one step of Newton.

    An array of one number rounds. Roots and quotients rounded once more after double precision
    are those of single precision.
    """
    single[0] = u
    single[0] = math.sqrt(single[0])
    single[0] = 1.0 / single[0]
    seed = single[0]
    return seed * (1.5 - (0.5 * u) * (seed * seed))


def looped(line: Line, fleet: Fleet, ceiling: list[float]) -> float:
    """Return the running time of one train by a plain Python loop, ceiling given."""
    head, tail = line.head_m[0].tolist(), line.tail_m[0].tolist()
    terms, pieces = fleet.terms[:, 0].tolist(), fleet.pieces[:, :, 0].tolist()
    behind = int(fleet.tail_idx[0])
    u = max(min(terms[ENTRY2], ceiling[0]), LEAST_SQUARE)
    v = math.sqrt(u)
    rv, total, waiting, single = 1.0 / v, 0.0, [], array("f", [0.0])
    steps = [(0, FIRST_SHARE * (2 * k + 1), FIRST_SHARE * (k + 1) ** 2) for k in range(FIRST_STEPS)]
    for i, share, end in steps + [(i, 1.0, 1.0) for i in range(1, len(head))]:
        low, high = tail[i + behind], tail[i + behind + 1]
        lost = (head[i] - low) * terms[Q_HEAD] - (high - low) * terms[Q_HIGH]
        c0, c1, p = next(piece for piece in reversed(pieces) if v >= piece[3])[:3]
        drag, power = terms[CC] * v, p * rv
        gain = ((c0 - lost) + (c1 - drag) * v) + power
        slow = terms[SLOWEST] * (FIRST_STEPS if i == 0 else 1)
        turn = (((c1 - drag) - drag) - power * rv) * share * min(rv, slow)
        top = ceiling[i + 1] if i else ceiling[0] + (ceiling[1] - ceiling[0]) * end
        part = max(turn + 4.0, 0.0)
        u1 = u + gain * share * ((part * part + 16.0) * 0.03125)
        u = max(min(u1, top), LEAST_SQUARE)
        rv = inverse_root(u, single)
        v, before = u * rv, v
        if i == 0:
            total += share / (before + v)
            continue
        waiting.append(before + v)
        if len(waiting) == TERMS_OF_TIME:
            a, b, c, d = waiting
            ab, cd = a * b, c * d
            total += ((a + b) * cd + (c + d) * ab) / (ab * cd)
            waiting = []
    for rest in waiting:
        total += 1.0 / rest
    return total * (2.0 * line.cell_m)


@nb.njit(error_model="numpy")  # type: ignore[untyped-decorator, unused-ignore]
def arithmetic(  # pragma: no cover - compiled
    w: Floats, seeds: NDArray[np.float32], n: int, m: int
) -> None:
    """Do the operations of a cell on numbers at hand: no line, no ceiling, no pieces."""
    for i in range(n):
        for j in range(m):
            v, rv, c1 = w[j], w[LANES + j], w[3 * LANES + j]
            drag, power = 1e-3 * v, w[4 * LANES + j] * rv
            w[5 * LANES + j] = (-1.0 + (c1 - drag) * v) + power
            w[6 * LANES + j] = (((c1 - drag) - drag) - power * rv) * min(rv, 1.0)
        for j in range(m):
            part = max(w[6 * LANES + j] + 4.0, 0.0)
            u1 = w[2 * LANES + j] + w[5 * LANES + j] * ((part * part + 16.0) * 0.03125)
            w[2 * LANES + j] = max(min(u1, 400.0), LEAST_SQUARE)
            seeds[j] = np.float32(w[2 * LANES + j])
        for j in range(m):
            seeds[j] = np.float32(1.0) / math.sqrt(seeds[j])
        for j in range(m):
            u, seed = w[2 * LANES + j], np.float64(seeds[j])
            rv = seed * (1.5 - (0.5 * u) * (seed * seed))
            w[LANES + j], w[j] = rv, u * rv
        for j in range(m if i % TERMS_OF_TIME == 0 else 0):
            a, b, c, d = w[j], w[LANES + j], w[2 * LANES + j], w[4 * LANES + j]
            ab, cd = a * b, c * d
            w[7 * LANES + j] = w[7 * LANES + j] + ((a + b) * cd + (c + d) * ab) / (ab * cd)


def bound_ns(n_cells: int, rounds: int) -> float:
    """Return the time of the arithmetic of a cell alone, for one train. [ns]"""  # noqa: D400
    w, seeds = np.zeros((8, LANES)), np.empty(LANES, dtype=np.float32)
    w[:5] = np.array([10.0, 0.1, 100.0, -0.01, 20.0])[:, None]
    work = w.ravel()
    least, _ = least_and_median_s(lambda: arithmetic(work, seeds, n_cells, LANES), rounds)
    return least / n_cells / LANES * 1e9


def bench_running_time(size: Size) -> None:
    """Compare the compiled march with a plain loop, with NumPy and with the arithmetic alone."""
    profile, trains = corridor(size.length_km), goods_trains(size.n_trains)
    line = line_of(profile, under=GradeUnder.TRAIN, longest_m=float(np.max(trains.length_m)))
    fleet = fleet_of(profile, trains, entry_mps=0.0, exit_mps=0.0, under=GradeUnder.TRAIN)
    times = running_time_s(profile, trains)
    kept = march(profile, trains, keep=Keep.SPEEDS)
    which = np.linspace(0, size.n_trains - 1, size.n_looped).astype(np.int64)
    start = time.perf_counter()
    by_loop = [looped(line, some_of(fleet, j[None]), kept.ceiling[:, j].tolist()) for j in which]
    loop_ns = (time.perf_counter() - start) / size.n_looped / profile.n_cells * 1e9
    start = time.perf_counter()
    by_numpy = march_numpy(line, some_of(fleet, which)).time_s
    numpy_s = time.perf_counter() - start
    assert (times[which] == by_loop).all(), "the plain loop must agree to the last bit"
    assert (times[which] == by_numpy).all(), "NumPy must agree to the last bit"
    assert (np.diff(times) >= -1e-6 * times[0]).all(), "longer and heavier is never quicker"
    cells = size.n_trains * profile.n_cells
    least, median = least_and_median_s(lambda: running_time_s(profile, trains), size.rounds)
    ns, bound = least / cells * 1e9, bound_ns(profile.n_cells, size.rounds)
    print(f"{size.n_trains} trains over {size.length_km} km in {profile.n_cells} cells, one core:")
    print(f"  equal to the plain loop and to NumPy on {size.n_looped}, bit for bit")
    each_ms, median_ms = (taken / size.n_trains * 1e3 for taken in (least, median))
    print(f"  whole call {each_ms:.4f} ms a train (median {median_ms:.4f})")
    print(f"  plain loop {loop_ns:.0f} ns a train-cell (of {size.n_looped} trains, without their")
    print(f"  ceilings): {loop_ns / ns:.0f} times as long; NumPy of so few {numpy_s:.2f} s")
    print(f"  arithmetic alone {bound:.2f} ns; the whole is {ns / bound:.2f} times that")
    print(f"BENCH running_time_ns_per_train_cell {ns:.2f}")
    print(f"BENCH running_time_over_arithmetic {ns / bound:.2f}")
    print(f"BENCH plain_loop_over_running_time {loop_ns / ns:.0f}")


def drawn(generator: Generator, n_elements: int) -> None:
    """Draw as many normal numbers, by chunks of the same size, and do nothing with them."""
    chunk = np.empty(CHUNK)
    for _ in range(n_elements // CHUNK):
        generator.standard_normal(out=chunk)
    generator.standard_normal(out=chunk[: n_elements % CHUNK])


def bench_sample_and_cost(size: Size) -> None:
    """Compare sampling with costing to drawing alone, in alternating rounds."""
    base = Generator(SFC64(3)).uniform(600.0, 3600.0, N_ELEMENTS)
    rate = np.linspace(60.0, 120.0, N_ELEMENTS[0])[:, None]
    ours = sampled_totals(Generator(SFC64(1)), base, rate, 50, cv_frac=0.15)
    plain = sampled_totals_plain(Generator(SFC64(1)), base, rate, 50, cv_frac=0.15)
    for a, b in zip(ours, plain, strict=True):
        assert np.allclose(a, b, rtol=1e-13, atol=0.0), "equal to the plain form but for rounding"
    generator = Generator(SFC64(2))
    n = base.size * size.n_replications
    rounds = []
    for _ in range(size.rounds):
        start = time.perf_counter()
        hours, _ = sampled_totals(generator, base, rate, size.n_replications, cv_frac=0.15)
        middle = time.perf_counter()
        drawn(generator, n)
        rounds.append((middle - start, time.perf_counter() - middle))
        assert abs(hours.mean() / (base.sum() / 3600.0) - 1.0) < 1e-3, "the mean factor is 1"
    both, alone = np.array(rounds).T
    print(f"{n:.0e} elements, {size.n_replications} replications:")
    for name, taken in (("sampled and costed", both), ("drawn alone", alone)):
        least, median = taken.min() / n * 1e9, np.median(taken) / n * 1e9
        print(f"  {name} {least:.2f} ns (median {median:.2f})")
    print(f"BENCH sample_and_cost_over_draw {both.min() / alone.min():.3f}")
    print(f"BENCH sample_and_cost_over_draw_median {np.median(both / alone):.3f}")


def main() -> None:
    """Run both at the size asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, for the tests")
    size = QUICK if parser.parse_args().quick else FULL
    bench_running_time(size)
    bench_sample_and_cost(size)


if __name__ == "__main__":
    main()
