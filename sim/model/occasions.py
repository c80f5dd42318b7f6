"""When a disruption comes: on dates, every year, by chance, or after another one."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from sim.model.base import Block, Id, Share
from sim.model.hours import Month
from sim.model.laws import Law

__all__ = ["After", "Dates", "MonthDay", "Random", "YearlySeason"]

MonthDay = Annotated[
    str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", strict=True)
]
"""A day of any year, `MM-DD`."""

_LEAP_YEAR = 2024


class Dates(Block):
    """Fixed dates."""

    first: date
    """First day, from midnight, scenario's time zone."""
    last: date
    """Last day, the whole day."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            message = f"last {self.last} is before first {self.first}"
            raise ValueError(message)
        return self


class YearlySeason(Block):
    """The same days of every year, over the turn of the year where `to` is before `from`."""

    first_day: MonthDay = Field(alias="from")
    """First day, `MM-DD`, from midnight, scenario's time zone."""
    last_day: MonthDay = Field(alias="to")
    """Last day, `MM-DD`, the whole day; 02-29 is the last of February in any year."""

    @model_validator(mode="after")
    def _days_there_are(self) -> Self:
        for day in (self.first_day, self.last_day):
            month, number = (int(part) for part in day.split("-"))
            try:
                date(_LEAP_YEAR, month, number)
            except ValueError:
                message = f"there is no day {day}; a day of the year must be MM-DD"
                raise ValueError(message) from None
        return self


class Random(Block):
    """By chance, one after the other: the next gathers when the one before is over."""

    rate_per_year: Annotated[float, Field(gt=0, le=366)] | None = None
    """Mean number a year. [per year]"""
    rate_by_month: dict[Month, Annotated[float, Field(ge=0, le=31)]] | None = None
    """Mean number that begin in each month of a year, in place of `rate_per_year`; in a month
    left out none begin."""
    months: Annotated[tuple[Month, ...], Field(min_length=1)] | None = None
    """Months in which they may begin (the yearly rate falls on these); left out, all."""
    duration_d: Law
    """How long one lasts. [d]"""

    @model_validator(mode="after")
    def _one_rate(self) -> Self:
        if (self.rate_per_year is None) == (self.rate_by_month is None):
            both = self.rate_per_year is not None
            message = (
                f"{'both are' if both else 'no rate is'} given; give either `rate_per_year` or "
                "`rate_by_month`"
            )
            raise ValueError(message)
        if self.rate_by_month is not None and self.months is not None:
            message = "`months` stands beside `rate_by_month`; leave `months` out"
            raise ValueError(message)
        if self.rate_by_month is not None and not sum(self.rate_by_month.values()) > 0:
            message = "every month has a rate of 0; give some month a rate above 0"
            raise ValueError(message)
        return self

    @property
    def yearly(self) -> float:
        """Mean number a year. [per year]."""
        if self.rate_by_month is not None:
            return sum(self.rate_by_month.values())
        return float(self.rate_per_year or 0.0)


class After(Block):
    """Set going by another disruption."""

    disruption: Id
    """The disruption that sets it going, each time it begins."""
    probability_frac: Share
    """Chance that it follows."""
    delay_d: Law
    """Time from the beginning of the other to its own. [d]"""
    duration_d: Law
    """How long it lasts. [d]"""
