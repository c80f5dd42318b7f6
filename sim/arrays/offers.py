"""When freight is offered, and how much: windows of a year's freight or of a contract."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sim.model.hours import Month

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sim.arrays.hours import Clock
    from sim.model import Scenario
    from sim.model.demand import Contract, Flow

__all__ = ["offer_windows"]

_MONTHS: tuple[str, ...] = Month.__args__  # type: ignore[attr-defined]
_MONTHS_PER_YEAR = len(_MONTHS)


class _Window(NamedTuple):
    """A span in which lots are offered evenly, and its tonnes. [ms, ms, t]."""

    start_ms: int
    end_ms: int
    tonnes: float


def offer_windows(scenario: Scenario, flow: Flow, clock: Clock) -> list[_Window]:
    """Return the spans in which a flow is offered, with start, end and tonnes. [ms, ms, t].

    Parameters
    ----------
    scenario : Scenario
        Gives the seasons.
    flow : Flow
        By the year: each month has a twelfth, times its index, times the growth of its calendar
        year over that of the start date. By contract: each month, or part of one, has its share of
        the tonnes by days and index; what lies outside the period is not offered.
    clock : Clock
        Gives the period.

    Returns
    -------
    windows : list of (start, end, tonnes)
        In order of time, all within the period.
    """
    if flow.contract is not None:
        return list(_of_contract(scenario, flow, flow.contract, clock))
    index, grows = _index(scenario, flow), 1.0 + flow.growth_frac_per_year
    monthly = (flow.tonnes_per_year or 0.0) / _MONTHS_PER_YEAR
    before = clock.start.month - 1
    return [
        _Window(
            start,
            end,
            monthly * index.get(month, 1.0) * share * grows ** ((before + k) // _MONTHS_PER_YEAR),
        )
        for k, (month, start, end, share) in enumerate(clock.months())
    ]


def _index(scenario: Scenario, flow: Flow) -> dict[str, float]:
    months = scenario.seasons[flow.season].months if flow.season else {}
    return {str(month): share for month, share in months.items()}


def _parts(
    scenario: Scenario, flow: Flow, contract: Contract, clock: Clock
) -> list[tuple[int, int, float]]:
    """Return the months of a contract, cut at its dates: start, end, weight. [ms, ms, -]."""
    index, after = _index(scenario, flow), contract.last + timedelta(days=1)
    parts = []
    for first, following in _months_between(contract.first, after):
        month = (clock.instant_ms(first), clock.instant_ms(following))
        start = max(month[0], clock.instant_ms(contract.first))
        end = min(month[1], clock.instant_ms(after))
        share = (end - start) / (month[1] - month[0])
        parts.append((start, end, index.get(_MONTHS[first.month - 1], 1.0) * share))
    return parts


def _months_between(start: date, end: date) -> Iterator[tuple[date, date]]:
    first = start.replace(day=1)
    while first < end:
        following = (first + timedelta(days=32)).replace(day=1)
        yield first, following
        first = following


def _of_contract(
    scenario: Scenario, flow: Flow, contract: Contract, clock: Clock
) -> Iterator[_Window]:
    parts = _parts(scenario, flow, contract, clock)
    whole = sum(weight for *_, weight in parts) or 1.0
    for start, end, weight in parts:
        low, high = max(start, 0), min(end, clock.horizon_ms)
        if high > low:
            inside = (high - low) / (end - start)
            yield _Window(low, high, contract.tonnes * weight / whole * inside)
