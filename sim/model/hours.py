"""Opening hours, shifts and rest days."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sim.model.base import Block, ClockTime, Id

__all__ = ["Hours", "Month", "Weekday"]

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Month = Literal["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


class Hours(Block):
    """When work may start, in local time; what happens to work under way says `at_closing`."""

    opens: ClockTime
    """Opening time, `HH:MM`, local."""
    closes: ClockTime
    """Closing time, `HH:MM`, local; before `opens` it means the next morning."""
    rest_days: tuple[Weekday, ...] = Field(default=())
    """Weekdays without work (the day on which the shift would open)."""
    calendar: Id | None = None
    """Calendar whose rest days, holidays and short hours hold beside these hours."""
    at_closing: Literal["finish", "interrupt"] = "finish"
    """Whether work begun is finished after closing, or stands still until the next opening."""

    @model_validator(mode="after")
    def _opens_at_all(self) -> Self:
        if self.opens == self.closes:
            message = (
                f"opens and closes are both {self.opens}; leave `hours` out for round the clock"
            )
            raise ValueError(message)
        if len(set(self.rest_days)) == len(Weekday.__args__):  # type: ignore[attr-defined]
            message = "all seven days are rest days, so it never opens"
            raise ValueError(message)
        return self
