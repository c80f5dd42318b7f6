"""From local dates and times of day to the clock of the engines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from sim.units import DAY_MS, SECOND_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sim.model.calendars import Calendar
    from sim.model.hours import Hours
    from sim.model.scenario import Scenario

    Ints = NDArray[np.int64]

__all__ = ["Clock"]

_DAYS_PER_WEEK = 7
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WHOLE_DAY = ("00:00", "24:00")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


def _shift(day: date, hours: Hours | None, calendar: Calendar | None) -> tuple[str, str] | None:
    """Return opening and closing time of a day's shift, None if it is a day without."""
    if hours is not None and _WEEKDAYS[day.weekday()] in hours.rest_days:
        return None
    short = None
    if calendar is not None:
        if calendar.is_closed(day):
            return None
        short = calendar.short_on(day)
    stated = short or hours
    return (stated.opens, stated.closes) if stated is not None else _WHOLE_DAY


class Clock:
    """The clock of a scenario: milliseconds since midnight of its start date.

    Parameters
    ----------
    scenario : Scenario
        Gives start, length and time zone.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from datetime import date
    >>> clock = Clock(SimpleNamespace(start_date=date(2026, 1, 1), duration_d=1, run_out_d=0,
    ...                               time_zone="Asia/Kabul"))
    >>> clock.instant_ms(date(2026, 1, 1), time="06:00", zone="Asia/Almaty") / 3_600_000
    5.5
    """

    def __init__(self, scenario: Scenario) -> None:
        self.start = scenario.start_date
        self.zone = scenario.time_zone
        self.horizon_ms = scenario.duration_d * DAY_MS
        self.end_ms = (scenario.duration_d + scenario.run_out_d) * DAY_MS
        self._zero = self._seconds(self.start, 0, self.zone)

    @staticmethod
    def _seconds(day: date, minutes: int, zone: str) -> int:
        wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001
        return int(wall.replace(tzinfo=ZoneInfo(zone)).timestamp())

    def instant_ms(self, day: date, *, time: str = "00:00", zone: str | None = None) -> int:
        """Return the instant of a local date and time of day. [ms]."""
        seconds = self._seconds(day, _minutes(time), zone or self.zone)
        return (seconds - self._zero) * SECOND_MS

    def days(self, *, before: int = 0) -> Iterator[date]:
        """Yield the dates of the run, and so many before it."""
        for offset in range(-before, self.end_ms // DAY_MS + 1):
            yield self.start + timedelta(days=offset)

    def open_spans(
        self, hours: Hours | None, zone: str | None, *, calendar: Calendar | None = None
    ) -> tuple[Ints, Ints]:
        """Return opening and closing instants of a place over the run. [ms].

        Both are empty without hours and calendar; if it never opens, it does so after the end.
        """
        if hours is None and calendar is None:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        opens: list[int] = []
        closes: list[int] = []
        for day in self.days(before=_DAYS_PER_WEEK + 1):
            shift = _shift(day, hours, calendar)
            if shift is None:
                continue
            overnight = _minutes(shift[1]) <= _minutes(shift[0])
            at = self.instant_ms(day, time=shift[0], zone=zone)
            until = self.instant_ms(day + timedelta(days=overnight), time=shift[1], zone=zone)
            if opens and closes[-1] >= at:
                closes[-1] = max(closes[-1], until)
            elif until > at:
                opens.append(at)
                closes.append(until)
        if not opens:
            opens, closes = [self.end_ms + DAY_MS], [self.end_ms + 2 * DAY_MS]
        return np.array(opens, np.int64), np.array(closes, np.int64)

    def departures(self, times: tuple[str, ...], days: tuple[str, ...]) -> Ints:
        """Return the instants of a weekly timetable over the run, rising. [ms]."""
        instants = [
            self.instant_ms(day, time=time)
            for day in self.days()
            for time in times
            if not days or _WEEKDAYS[day.weekday()] in days
        ]
        found = np.unique(np.array(instants, np.int64))
        return found[(found >= 0) & (found < self.end_ms)]

    def months(self) -> Iterator[tuple[str, int, int, float]]:
        """Yield (month, start, end, share of the month) of each month before the horizon. [ms]."""
        first = self.start.replace(day=1)
        while True:
            following = (first + timedelta(days=32)).replace(day=1)
            start, end = self.instant_ms(first), self.instant_ms(following)
            low, high = max(start, 0), min(end, self.horizon_ms)
            if low >= self.horizon_ms:
                return
            if high > low:
                yield _MONTHS[first.month - 1], low, high, (high - low) / (end - start)
            first = following

    def windows(self, months: tuple[str, ...]) -> tuple[Ints, Ints, float]:
        """Return the spans of the run in some months, and their share of an average year."""
        spans: list[tuple[int, int]] = []
        for day in self.days():
            if months and _MONTHS[day.month - 1] not in months:
                continue
            start = max(self.instant_ms(day), 0)
            end = min(self.instant_ms(day + timedelta(days=1)), self.end_ms)
            if end <= start:
                continue
            if spans and spans[-1][1] == start:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
        year = [date(2001, 1, 1) + timedelta(days=n) for n in range(365)]
        inside = sum(not months or _MONTHS[day.month - 1] in months for day in year)
        table = np.array(spans, np.int64).reshape(-1, 2)
        return table[:, 0].copy(), table[:, 1].copy(), inside / len(year)
