"""Simulated runs to draw, made once."""

from pathlib import Path

import pytest
from lines import make
from plot_runs import drawn

from sim.runs.case import open_case

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="session")
def busy():
    """The Afghan line with 3 Mt a year, 25 days."""
    return open_case(SCENARIOS / "busy-line.yaml", sets=["duration_d=25", "run_out_d=1"])


@pytest.fixture(scope="session")
def busy_run(busy):
    return drawn(busy.arrays, ("torghundi", "spin-boldak"))


@pytest.fixture(scope="session")
def small():
    """A straight line of three sections with a closure; trains of three wagons."""
    return make(
        (20.0, 30.0, 40.0),
        duration_d=9,
        flows={"out": {"tonnes_per_year": 300000}},
        services={"train": {"rake_wagons": 3}},
        terminals={"market": {"tracks": 6, "gangs": 30}, "mill": {"gangs": 30}},
        disruptions={
            "flood": {
                "hits": {"sections": ["s1-s2"]},
                "effect": {"closed": True},
                "dates": {"first": "2027-01-06", "last": "2027-01-07"},
            }
        },
    )


@pytest.fixture(scope="session")
def small_run(small):
    return drawn(small.arrays, ("s0", "s3"))
