"""When sections may be entered: between the bans on running that hold for them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from sim.units import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

    from sim.arrays.hours import Clock
    from sim.model import NetworkPlan, Scenario
    from sim.model.calendars import NoRunning

    Ints = NDArray[np.int64]

__all__ = ["bans_on", "spans_between_bans"]


def bans_on(
    scenario: Scenario, plan: NetworkPlan, sections: Collection[str]
) -> tuple[NoRunning, ...]:
    """Return the bans on running that hold for any of some sections."""
    lines = {plan.sections[s].line_id for s in sections}
    return tuple(
        ban
        for ban in scenario.no_running.values()
        if set(ban.sections) & set(sections) or set(ban.lines) & lines
    )


def spans_between_bans(
    scenario: Scenario, bans: tuple[NoRunning, ...], clock: Clock
) -> tuple[Ints, Ints]:
    """Return instants from which and up to which there is no ban; empty if there is none. [ms].

    The first span begins before the run; if bans cover the whole run, the only spans lie outside.
    """
    shut = sorted(span for ban in bans for span in _spans(scenario, ban, clock))
    if not shut:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    opens: list[int] = [min(shut[0][0], 0) - DAY_MS]
    closes: list[int] = []
    for begins, ends in shut:
        if closes and begins <= opens[-1]:
            opens[-1] = max(opens[-1], ends)
        else:
            closes.append(begins)
            opens.append(ends)
    closes.append(max(opens[-1], clock.end_ms) + DAY_MS)
    return np.array(opens, np.int64), np.array(closes, np.int64)


def _spans(scenario: Scenario, ban: NoRunning, clock: Clock) -> Iterator[tuple[int, int]]:
    calendar = scenario.calendars[ban.calendar] if ban.calendar is not None else None
    overnight = timedelta(days=ban.ends < ban.begins)
    for day in clock.days(before=2):
        if not ban.begins_on(day, calendar):
            continue
        begins = clock.instant_ms(day, time=ban.begins, zone=ban.time_zone)
        ends = clock.instant_ms(day + overnight, time=ban.ends, zone=ban.time_zone)
        if ends > begins:  # an hour that summer time skips is none
            yield begins, ends
