"""Our engines beside SimPy alone, Ciw, salabim and OpenTNSim: the same answers, then ratios.

``python benchmarks/peers.py`` (``make peers``) takes about five minutes, ``--quick`` half a one.
Trucks pass a tandem of controls, trains a one-way line (`peer_work.py`); every contestant
(`peer_models.py`) is given the same arrivals and durations and must be done with every job at
every place at the same millisecond, or the benchmark ends with 1. All run in turn, round by round;
each figure is the median of the rounds with the range beside it. Building its own model from the
numbers is part of a run, reading the answers is not. Seconds are of the processor: on a busy
machine the clock on the wall would favour those who are done before they are interrupted.

Peers are no part of the project: pip fetches each into a folder of its own under ``.cache/peers``
when it is not yet there (some 150 MB, wheels only). One that cannot be had is named and left out;
its line ``BENCH NAME_left_out`` is 1, else 0. ``--own`` takes none and needs no network. Lines
``BENCH name value`` are for machines to read.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import peer_models
from peer_work import Work, line, tandem

from sim.engines import batch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from peer_models import Contestant

CACHE = Path(__file__).parents[1] / ".cache" / "peers"
LEAST_S = 0.2
"""So much of a contestant's time is measured in a round."""


class Peer(NamedTuple):
    """A package to be compared with, and the wheels that it is of."""

    name: str
    work: str
    pins: tuple[str, ...]
    """Without what the project has itself (NumPy, SimPy, pandas, ...), which the peer uses too."""


PEERS = (
    Peer("ciw", "tandem", ("ciw==3.2.7", "networkx==3.6.1", "tqdm==4.70.1")),
    Peer("salabim", "tandem", ("salabim==26.0.9",)),
    Peer(
        "opentnsim",
        "line",
        (
            "opentnsim==2.2.1",
            "openclsim==1.6.3",
            "simplekml==1.3.5",  # it asks for 1.3.6, which has no wheel; nothing here calls it
            "charset-normalizer==3.5.3",
            "deprecated==1.3.1",
            "idna==3.20",
            "ipython==9.18.1",
            "narwhals==2.29.0",
            "networkx==3.6.1",
            "plotly==7.1.0",
            "pytz==2026.6",
            "requests==2.34.2",
            "tqdm==4.70.1",
            "urllib3==2.8.0",
            "wrapt==2.5.2",
            "xarray==2026.9.0",
        ),
    ),
)


def installing(pins: Sequence[str], folder: Path) -> list[str]:
    """Return the command that puts packages into a folder."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return [*pip, "--no-deps", "--only-binary", ":all:", "--target", str(folder), *pins]


def reason_without(peer: Peer, cache: Path = CACHE) -> str:
    """Have a peer at hand; return why it is not, nothing if it is."""
    folder = cache / f"{sys.implementation.cache_tag}-{peer.pins[0].replace('==', '-')}"
    if not folder.exists():
        print(f"fetching {peer.pins[0]} and what it needs", file=sys.stderr, flush=True)
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        asked = installing(peer.pins, part)
        told = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
        if told.returncode:
            shutil.rmtree(part, ignore_errors=True)
            return last_line(told.stderr) or f"pip ended with {told.returncode}"
        part.rename(folder)
    sys.path.append(str(folder))  # after our own: both take the same NumPy and SimPy
    try:
        place = import_module(peer.name).__file__
    except ImportError as error:
        return f"cannot be loaded: {error}"
    is_ours = place is not None and Path(place).is_relative_to(folder)
    return "" if is_ours else f"another one is installed in this environment: {place}"


def last_line(text: str) -> str:
    """Return the last line that says something."""
    return next((row.strip() for row in reversed(text.splitlines()) if row.strip()), "")


def seconds_of(run: Callable[[Work], Any], work: Work) -> tuple[float, Any]:
    """Return seconds of the processor for a run, and what the last gives.

    A short run is made again until enough time is spent, and the mean is taken. What was left
    before is swept away first.
    """
    gc.collect()
    began, spent_s, runs = time.process_time(), 0.0, 0
    while not runs or spent_s < LEAST_S:
        found = run(work)
        runs += 1
        spent_s = time.process_time() - began
    return spent_s / runs, found


def difference(work: Work, who: Contestant, found: Any, expected: Any) -> str:  # noqa: ANN401
    """Return in words where a contestant's answers differ from ours, nothing if nowhere."""
    got = who.finish_ms(work, found)
    if got.shape != expected.shape:
        return f"{who.name}, {work.name}: answers of shape {got.shape}, not {expected.shape}"
    wrong = ~(np.abs(got - expected) <= who.tolerance_ms)
    if not wrong.any():
        return ""
    job, place = np.argwhere(wrong)[0].tolist()
    return (
        f"{who.name}, {work.name}: {wrong.sum():,} of {wrong.size:,} instants differ; the first is "
        f"job {job} at place {place}: {got[job, place]:.3f} ms, not {expected[job, place]}"
    )


def answers(work: Work) -> Any:  # noqa: ANN401
    """Return what the batch engine says, held against the SimPy engine and a formula."""
    events, again = (peer_models.own(name).run(work) for name in ("batch", "des"))
    assert events == again, f"{work.name}: the engines differ"
    expected = work.finish_ms(events)
    assert np.array_equal(expected, work.formula_ms()), f"{work.name}: not as Lindley's formula"
    jobs, places = work.shape
    print(f"\n{work.name}: {jobs:,} jobs pass {places} places; {len(events):,} rows of ours")
    return expected


def compare(work: Work, many: Sequence[Contestant], rounds: int) -> list[str]:
    """Run all in turn, print what they took; return where answers differ, in words."""
    expected = answers(work)
    taken: dict[str, list[float]] = {who.name: [] for who in many}
    wrong: dict[str, None] = {}
    for turn in range(-1, rounds):  # the first is to warm up
        for who in many:
            seconds, found = seconds_of(who.run, work)
            wrong |= dict.fromkeys(filter(None, [difference(work, who, found, expected)]))
            if turn >= 0:
                taken[who.name].append(seconds)
            del found
    print(f"{'':<12} {'seconds':>8} {'us a service':>13} {'batch':>20} {'SimPy engine':>20}")
    for name, seconds in taken.items():
        median = float(np.median(seconds))
        each = median / expected.size * 1e6
        ours = [times(taken[own], seconds) for own in ("batch", "des")]
        print(f"{name:<12} {median:8.3f} {each:13.2f} {ours[0]:>20} {ours[1]:>20}")
    for own in ("batch", "des"):
        for name in list(taken)[2:]:
            ratio = float(np.median(np.divide(taken[name], taken[own])))
            print(f"BENCH {own}_over_{name.replace('-', '_')}_{work.name} {ratio:.2f}")
    return list(wrong)


def times(own: list[float], other: list[float]) -> str:
    """Return how many times as quick ours is, with its range."""
    ratios = np.divide(other, own)
    return f"{np.median(ratios):.3g} ({ratios.min():.3g} to {ratios.max():.3g})"


def main() -> None:
    """Have the peers, run all, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the jobs, one round")
    parser.add_argument("--own", action="store_true", help="no peers, and no network")
    asked = parser.parse_args()
    at_hand: dict[str, list[Contestant]] = {"tandem": [], "line": []}
    for peer in () if asked.own else PEERS:
        reason = reason_without(peer)
        if reason:
            print(f"{peer.name} is left out ({peer.pins[0]}): {reason}")
        else:
            at_hand[peer.work].append(getattr(peer_models, peer.name)())
        print(f"BENCH {peer.name}_left_out {int(bool(reason))}")
    batch.make_ready()
    part, rounds = (10, 1) if asked.quick else (1, 5)
    works = (tandem(10, 5000 // part), line(20, 2000 // part))
    first = [peer_models.own("batch"), peer_models.own("des"), peer_models.plain_simpy()]
    wrong = [told for work in works for told in compare(work, first + at_hand[work.name], rounds)]
    if wrong:
        sys.exit("\n".join(["answers differ:", *wrong]))
    print("\nall answers are the same, to the millisecond")


if __name__ == "__main__":
    main()
