"""Stages of control at a border post."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.model.base import Block, Money, Share
from sim.model.hours import Hours
from sim.model.laws import Law

__all__ = ["Activity", "Documents", "Predeclared", "Stage"]

Activity = Literal[
    "queue",
    "exchange",
    "technical-inspection",
    "commercial-inspection",
    "customs",
    "documents",
    "phytosanitary",
    "veterinary",
    "health",
    "security",
    "immigration",
    "weighing",
    "registration",
    "escort",
    "repair",
    "marshalling",
    "toll",
    "other",
]


class Documents(Block):
    """Papers of loaded trains (or of a lot's trucks) that are not ready when they arrive."""

    not_ready_frac: Share
    """Share of them whose papers are not ready, by chance."""
    delay_h: Law
    """Time from arrival until the papers are there; no control begins before. [h]"""


class Predeclared(Block):
    """What it brings when papers were handed in before arrival."""

    share_frac: Share
    """Share of trains (or of truck groups) whose freight is declared beforehand."""
    duration_h: Law
    """Duration of the stage for these, in place of the ordinary one. [h]"""


class Stage(Block):
    """One stage of control: what is done, to what, by how many, how long, for what fee."""

    activity: Activity
    """What is done, in the words of CAREC's corridor monitoring."""
    order: Annotated[int, Field(ge=1, le=99)]
    """Place in the course of controls; stages of the same order run at the same time, and the
    next order begins when all of them are done."""
    per: Literal["train", "wagon", "lot"] = "train"
    """What the duration is of: a whole train (or a lot's trucks), each of its wagons (or
    trucks) one after the other, or each lot in it."""
    servers: Annotated[int, Field(ge=1, le=10000)] | None = None
    """Trains (or truck groups) handled at once; left out, any number."""
    duration_h: Law
    """Duration once it is the train's turn. [h]"""
    empty_duration_h: Law | None = None
    """The same of an empty train; left out, as loaded. [h]"""
    applies_to: Literal["all", "loaded", "empty"] = "all"
    """Which trains pass it."""
    share_frac: Share = 1.0
    """Share of those trains that pass it, by chance: selective inspection, or papers that
    are not in order."""
    predeclared: Predeclared | None = None
    """Freight declared beforehand; left out, none is."""
    hours: Hours | None = None
    """Opening hours of the stage; left out, those of the post."""
    official_usd_per_t: Money = 0.0
    """Official fees for loaded freight that passes the stage. [USD/t]"""
    other_usd_per_t: Money = 0.0
    """Other payments for it. [USD/t]"""

    @model_validator(mode="after")
    def _lots_are_loaded(self) -> Self:
        if self.per == "lot" and self.applies_to == "empty":
            message = "an empty train has no lots; give `per: train` or `per: wagon`"
            raise ValueError(message)
        return self
