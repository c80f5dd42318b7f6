"""Calendars: rest days, holidays and seasons of short hours; bans on running."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from sim.model.base import Block, ClockTime, Id, Text
from sim.model.hours import Weekday
from sim.model.terminal import TimeZone

__all__ = ["Calendar", "Holiday", "NoRunning", "ShortHours"]

_DAYS_PER_WEEK = 7
_LEAP_YEAR = 2024


def _week_of(weekday: Weekday) -> int:
    return Weekday.__args__.index(weekday)  # type: ignore[attr-defined, no-any-return]


def _in_order(first: date | None, last: date | None) -> None:
    if first is not None and last is not None and last < first:
        message = f"last {last} is before first {first}"
        raise ValueError(message)


class Holiday(Block):
    """Days without work: either of one year, by date, or of every year."""

    name: Text = ""
    """What it is called."""
    first: date | None = None
    """First day, if it is one of a certain year."""
    last: date | None = None
    """Last day, the whole of it; left out, the first."""
    month_day: str | None = None
    """Month and day, `MM-DD`, if it comes every year (29 February in leap years only)."""
    lasts_d: Annotated[int, Field(ge=1, le=31)] | None = None
    """Days it lasts from `month_day`; left out, one. [d]"""

    @field_validator("month_day")
    @classmethod
    def _a_day_of_the_year(cls, given: str | None) -> str | None:
        if given is None:
            return None
        try:
            day = date.fromisoformat(f"{_LEAP_YEAR}-{given}")
        except ValueError:
            day = None
        if day is None or f"{day:%m-%d}" != given:
            message = f"`{given}` is no day of a year; it must be month and day, such as 03-21"
            raise ValueError(message)
        return given

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if self.first is not None and self.month_day is not None:
            message = "`first` and `month_day` are both given; take one away"
            raise ValueError(message)
        if self.first is None and self.month_day is None:
            message = "neither `first` nor `month_day` is given; give one of them"
            raise ValueError(message)
        if self.month_day is not None and self.last is not None:
            message = "`last` stands beside `month_day`; give `lasts_d` there"
            raise ValueError(message)
        if self.first is not None and self.lasts_d is not None:
            message = "`lasts_d` stands beside `first`; give `last` there"
            raise ValueError(message)
        _in_order(self.first, self.last)
        return self

    def falls_on(self, day: date) -> bool:
        """Return whether a day is one of the holiday."""
        if self.first is not None:
            return self.first <= day <= (self.last or self.first)
        days = (day - timedelta(days=k) for k in range(self.lasts_d or 1))
        return any(f"{d:%m-%d}" == self.month_day for d in days)


class ShortHours(Block):
    """Days on which the hours are others, such as those of Ramadan."""

    name: Text = ""
    """What the time is called."""
    first: date
    """First day."""
    last: date
    """Last day, the whole of it."""
    opens: ClockTime
    """Opening time on these days, `HH:MM`, local."""
    closes: ClockTime
    """Closing time on these days, `HH:MM`, local; before `opens` it means the next morning."""

    @model_validator(mode="after")
    def _in_order_and_open(self) -> Self:
        _in_order(self.first, self.last)
        if self.opens == self.closes:
            message = f"opens and closes are both {self.opens}; state a holiday for closed days"
            raise ValueError(message)
        return self

    def falls_on(self, day: date) -> bool:
        """Return whether these hours hold on a day."""
        return self.first <= day <= self.last


class Calendar(Block):
    """Days on which posts and terminals that name it do not open, or open for short hours."""

    name: Text = ""
    """What it is called."""
    rest_days: tuple[Weekday, ...] = Field(default=())
    """Weekdays without work; those of `hours` come in addition."""
    holidays: dict[Id, Holiday] = Field(default_factory=dict)
    """Days without work, by date; those outside the simulated period are nothing."""
    short_hours: dict[Id, ShortHours] = Field(default_factory=dict)
    """Days with other hours, which stand in the place of those of the post or terminal."""

    @model_validator(mode="after")
    def _opens_at_all(self) -> Self:
        if len(set(self.rest_days)) == _DAYS_PER_WEEK:
            message = "all seven days are rest days, so nothing ever opens"
            raise ValueError(message)
        return self

    def is_closed(self, day: date) -> bool:
        """Return whether a day is a rest day or holiday."""
        rests = day.weekday() in {_week_of(weekday) for weekday in self.rest_days}
        return rests or any(holiday.falls_on(day) for holiday in self.holidays.values())

    def short_on(self, day: date) -> ShortHours | None:
        """Return the short hours that hold on a day, if any."""
        found = (short for short in self.short_hours.values() if short.falls_on(day))
        return next(found, None)


class NoRunning(Block):
    """Hours of the day in which nothing enters some sections: a night ban, or maintenance."""

    lines: tuple[Id, ...] = ()
    """Lines, with all their sections."""
    sections: tuple[Id, ...] = ()
    """Single sections of the network, rail or road (no haul over it starts then)."""
    begins: ClockTime
    """From when nothing enters, `HH:MM`, local; what is inside finishes."""
    ends: ClockTime
    """From when on trains enter again; before `begins` it means the next morning."""
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] | None = None
    """Weekdays on which it begins; left out, every day."""
    time_zone: TimeZone | None = None
    """Time zone of the times; left out, the scenario's."""
    calendar: Id | None = None
    """Calendar on whose rest days and holidays it does not begin: nobody works on the track."""

    @model_validator(mode="after")
    def _something_for_a_while(self) -> Self:
        if not (self.lines or self.sections):
            message = "nothing is named; give `lines` or `sections`"
            raise ValueError(message)
        if self.begins == self.ends:
            message = (
                f"begins and ends are both {self.begins}; for whole days write 00:00 and 24:00"
            )
            raise ValueError(message)
        return self

    def begins_on(self, day: date, calendar: Calendar | None) -> bool:
        """Return whether it begins on a day."""
        if self.days is not None and day.weekday() not in {_week_of(d) for d in self.days}:
            return False
        return calendar is None or not calendar.is_closed(day)
