"""When disruptions may come, on the clock: known spans, windows and rates of those by chance."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.units import DAY_MS, YEAR_D

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sim.arrays.hours import Clock
    from sim.arrays.laws import LawTable
    from sim.model import Scenario
    from sim.model.disruption import Disruption
    from sim.model.occasions import Random, YearlySeason

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["Chance", "chances", "known_spans", "law_rows"]

_SPARE = 20
_MANY = 4
_DAYS_OF_MONTH = {
    "jan": 31, "feb": 28, "mar": 31, "apr": 30, "may": 31, "jun": 30,
    "jul": 31, "aug": 31, "sep": 30, "oct": 31, "nov": 30, "dec": 31,
}  # fmt: skip


class Chance(NamedTuple):
    """Windows in which a disruption may begin, and how fast time runs in each."""

    gap_mean_ms: float
    start_ms: Ints
    end_ms: Ints
    weight: Floats
    most: int
    """How many are drawn: more than can come."""


def _day(year: int, month_day: str) -> date:
    month, day = (int(part) for part in month_day.split("-"))
    return date(year, month, min(day, monthrange(year, month)[1]))


def _yearly(season: YearlySeason, clock: Clock) -> Iterator[tuple[date, date]]:
    """Yield first and last day of a season in each year that the run may touch."""
    over = season.last_day < season.first_day
    last_year = (clock.start + timedelta(days=clock.end_ms // DAY_MS)).year
    for year in range(clock.start.year - 1, last_year + 1):
        yield _day(year, season.first_day), _day(year + over, season.last_day)


def known_spans(disruption: Disruption, clock: Clock) -> list[tuple[int, int]]:
    """Return start and end of each time a disruption comes whose days are known. [ms]."""
    days: list[tuple[date, date]] = []
    if disruption.dates is not None:
        days = [(disruption.dates.first, disruption.dates.last)]
    elif disruption.season is not None:
        days = list(_yearly(disruption.season, clock))
    return [
        (clock.instant_ms(first), clock.instant_ms(last + timedelta(days=1)))
        for first, last in days
    ]


def _windows(random: Random, clock: Clock) -> tuple[float, Ints, Ints, Floats]:
    """Return mean gap, windows and weights. [ms]."""
    if random.rate_by_month is None:
        low, high, share = clock.windows(random.months or ())
        gap_ms = YEAR_D * DAY_MS * share / random.yearly
        return gap_ms, low, high, np.ones(len(low))
    rates = {m: r / _DAYS_OF_MONTH[m] for m, r in random.rate_by_month.items() if r > 0}
    most = max(rates.values())
    parts = [(*clock.windows((month,))[:2], rate / most) for month, rate in rates.items()]
    low = np.concatenate([p[0] for p in parts])
    high = np.concatenate([p[1] for p in parts])
    weight = np.repeat([p[2] for p in parts], [len(p[0]) for p in parts])
    order = np.argsort(low, kind="stable")
    return DAY_MS / most, low[order], high[order], weight[order]


def _chance(disruption: Disruption, clock: Clock) -> Chance:
    if disruption.random is None:
        none = np.zeros(0, np.int64)
        return Chance(0.0, none, none, np.zeros(0), 0)
    gap_ms, low, high, weight = _windows(disruption.random, clock)
    expected = float(((high - low) * weight).sum()) / gap_ms
    return Chance(gap_ms, low, high, weight, ceil(_MANY * expected) + _SPARE)


def chances(scenario: Scenario, clock: Clock) -> list[Chance]:
    """Return windows and rate of each disruption; empty for those not by chance."""
    return [_chance(d, clock) for d in scenario.disruptions.values()]


def law_rows(scenario: Scenario, table: LawTable) -> tuple[list[int], list[int]]:
    """Return the laws of duration and delay of each disruption; -1 for none."""
    durations, delays = [], []
    for disruption in scenario.disruptions.values():
        when = disruption.random or disruption.after
        durations.append(-1 if when is None else table.add_days(when.duration_d))
        after = disruption.after
        delays.append(-1 if after is None else table.add_days(after.delay_d))
    return durations, delays
