"""Where empty wagons go: a rule, and how long the ways between places and bases take."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.model.base import Block, Id

__all__ = ["Empties"]


class Empties(Block):
    """A rule by which an empty wagon is sent to a base of its fleet."""

    rule: Literal["origin", "nearest", "need"] = "origin"
    """`origin`: to the base it was taken from; `nearest`: to the base with the shortest move;
    `need`: to the base with most lots that wait for wagons, those under way to it counted."""
    move_h: dict[Id, dict[Id, Annotated[float, Field(ge=0, le=8760)]]] = Field(default_factory=dict)
    """Time of an empty wagon from a terminal at which trains come home, to a base. It runs in
    ordinary trains and takes no room on the line. [h]"""
