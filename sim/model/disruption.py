"""Closures: what is shut, and when."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.model.base import Block, Id
from sim.model.hours import Month
from sim.model.laws import Law

__all__ = ["Closure", "Dates", "Hits", "Random"]


class Hits(Block):
    """What a closure shuts."""

    sections: tuple[Id, ...] = ()
    """Sections of the network, rail or road: no train or truck enters, those inside finish."""
    posts: tuple[Id, ...] = ()
    """Border posts: no control starts, those begun finish (or stand still: see `hours`)."""
    terminals: tuple[Id, ...] = ()
    """Terminals: no work on a wagon starts, work begun is finished (or stands still)."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.sections or self.posts or self.terminals):
            message = "nothing is named; give `sections`, `posts` or `terminals`"
            raise ValueError(message)
        return self


class Dates(Block):
    """A closure on fixed dates."""

    first: date
    """First day shut, from midnight, scenario's time zone."""
    last: date
    """Last day shut, the whole day."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            message = f"last {self.last} is before first {self.first}"
            raise ValueError(message)
        return self


class Random(Block):
    """Closures that come by chance."""

    rate_per_year: Annotated[float, Field(gt=0, le=366)]
    """Mean number of closures a year. [per year]"""
    months: Annotated[tuple[Month, ...], Field(min_length=1)] | None = None
    """Months in which they may begin (the yearly rate falls on these); left out, all."""
    duration_d: Law
    """How long one lasts. [d]"""


class Closure(Block):
    """A closure of sections, posts or terminals, on dates or by chance."""

    hits: Hits
    """What is shut."""
    dates: Dates | None = None
    """When, if the dates are known."""
    random: Random | None = None
    """When, if by chance."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.dates is None) == (self.random is None):
            message = "give either `dates` or `random`"
            raise ValueError(message)
        return self
