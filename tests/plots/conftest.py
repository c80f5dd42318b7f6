"""Simulated runs to draw, made once."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from lines import make

from sim.arrays.layout import CorridorArrays
from sim.engines.base import EventTable
from sim.plots import Stretch, find_stretch, string_lines
from sim.run.case import open_case
from sim.run.replicate import replicate

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@dataclass(frozen=True)
class Drawn:
    """A run, a stretch of it, and its string lines."""

    arrays: CorridorArrays
    events: EventTable
    stretch: Stretch
    lines: object


def drawn(arrays, stations, *, replication=0):
    events = replicate(arrays, replication)
    stretch = find_stretch(arrays, stations)
    return Drawn(arrays, events, stretch, string_lines(arrays, events, stretch))


@pytest.fixture(scope="session")
def busy():
    """The Afghan line with 3 Mt a year, 25 days."""
    return open_case(SCENARIOS / "busy-line.yaml", sets=["duration_d=25", "run_out_d=1"])


@pytest.fixture(scope="session")
def busy_run(busy):
    return drawn(busy.arrays, ("torghundi", "spin-boldak"))


@pytest.fixture(scope="session")
def small():
    """A straight line of three sections with a closure; trains of four wagons both ways."""
    return make(
        (20.0, 30.0, 40.0),
        duration_d=12,
        flows={"out": {"tonnes_per_year": 60000}},
        closures={
            "flood": {
                "hits": {"sections": ["s1-s2"]},
                "dates": {"first": "2027-01-06", "last": "2027-01-07"},
            }
        },
    )


@pytest.fixture(scope="session")
def small_run(small):
    return drawn(small.arrays, ("s0", "s3"))
