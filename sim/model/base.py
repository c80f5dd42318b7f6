"""What every block of a scenario is, and the figures it is made of."""

from __future__ import annotations

from math import floor
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

__all__ = ["Block", "ClockTime", "Id", "Money", "Share", "Text", "whole_part"]


class Block(BaseModel):
    """A block of a scenario: closed to unknown keys, never changed once read."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        populate_by_name=True,
        defer_build=True,
    )

    sources: dict[str, str] = Field(default_factory=dict)
    """Where each figure of this block comes from, by key (`"*"` for all others):
    a source id and remark, or a text that begins with `assumed`."""


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_~@.-]*$", max_length=80)]
"""An id: lower-case letters, digits, `-`, `_`."""

ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
"""A local time of day, `HH:MM`."""

Text = Annotated[str, StringConstraints(max_length=2000)]
"""Words for people."""

Share = Annotated[float, Field(ge=0, le=1)]
"""A share between 0 and 1."""

Money = Annotated[float, Field(ge=0, le=1e7)]
"""An amount in US dollars of the year of the source."""

_ROUNDING = 1e-9


def whole_part(number: float, factor: float) -> int:
    """Return how many whole things a product is, rounded down; what only floats took is given back.

    Examples
    --------
    >>> whole_part(100, 0.29), whole_part(5, 0.5)
    (29, 2)
    """
    return floor(number * factor + _ROUNDING)
