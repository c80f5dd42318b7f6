"""Running the stations: replications by an engine, intervals, verdicts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from sim.analysis.verification.measuring import Seen
from sim.kernels.summary import mean_interval
from sim.runs.case import open_case
from sim.runs.replicate import replicate

if TYPE_CHECKING:
    from sim.analysis.verification.stations import Station

__all__ = ["CONFIDENCE", "Finding", "examine", "judge"]

CONFIDENCE = 0.99

_FRESH = 1_000_003
"""What is added to the seed for a second look."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a formula says of a station, and what the simulator gives.

    Parameters
    ----------
    station, measure, unit : str
        What was measured.
    expected : float
        By the formula.
    got, low, high : float
        Mean over replications and its interval.
    look : int
        1, or 2 where the first look had the expected figure outside.
    """

    station: str
    measure: str
    unit: str
    expected: float
    got: float
    low: float
    high: float
    look: int = 1

    @property
    def is_inside(self) -> bool:
        """Whether the interval holds what is expected; never if there is no interval."""
        return self.low <= self.expected <= self.high

    @property
    def is_final(self) -> bool:
        """Whether no second look follows."""
        return self.is_inside or self.look > 1


def examine(station: Station, *, engine: str, seed: int) -> tuple[Finding, ...]:
    """Return what a station gives, measure by measure.

    Parameters
    ----------
    station : Station
        A scenario with its settings and formulas.
    engine : str
        Key of `sim.runs.replicate.ENGINES`.
    seed : int
        Of all replications.

    Returns
    -------
    findings : tuple of Finding
        One a measure.

    Raises
    ------
    ScenarioError
        If the settings make no scenario.
    """
    with as_file(files(__package__).joinpath(station.file)) as path:
        arrays = open_case(path, sets=(*station.sets, f"seed={seed}")).arrays
    values = []
    for replication in range(station.replications):
        events = replicate(arrays, replication, engine=engine)
        seen = Seen(arrays, events, station.warm_up_d)
        values.append([measure.of(seen) for measure in station.measures])
    found = []
    for measure, column in zip(station.measures, zip(*values, strict=True), strict=True):
        got, low, high = mean_interval(column, confidence=CONFIDENCE)
        expected = measure.expected(arrays)
        found.append(Finding(station.name, measure.name, measure.unit, expected, got, low, high))
    return tuple(found)


def judge(station: Station, *, engine: str, seed: int) -> tuple[Finding, ...]:
    """Return what a station gives, with a second look at what falls outside.

    Of a hundred right figures one falls outside a 99 % interval by chance. So a measure outside
    is looked at once more with fresh luck, and is wrong only if it falls outside again: by chance
    one in ten thousand, while an error falls outside both times.

    Parameters
    ----------
    station : Station
        A scenario with its settings and formulas.
    engine : str
        Key of `sim.runs.replicate.ENGINES`.
    seed : int
        Of the first look.

    Returns
    -------
    findings : tuple of Finding
        One a measure, or two where there was a second look.

    Raises
    ------
    ScenarioError
        If the settings make no scenario.
    """
    first = examine(station, engine=engine, seed=seed)
    if all(found.is_inside for found in first):
        return first
    again = examine(station, engine=engine, seed=seed + _FRESH)
    pairs = zip(first, again, strict=True)
    return tuple(
        found
        for one, other in pairs
        for found in ((one,) if one.is_inside else (one, replace(other, look=2)))
    )
