"""Locomotives and crews by stretch of line, and who draws the trains of a service where."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.model.base import Block, Id

__all__ = ["LocomotivePool", "Stretch"]


class LocomotivePool(Block):
    """Locomotives, and crews where these are short, that draw trains between two stations."""

    type: Id
    """Type of all of them."""
    between: tuple[Id, Id]
    """Stations at which they take trains over and give them up."""
    locomotives: Annotated[int, Field(ge=1, le=5000)]
    """Number in working order."""
    first_locomotives: Annotated[int, Field(ge=0, le=5000)] | None = None
    """How many of them stand at the first of the two stations at the start; left out, all."""
    servicing_h: Annotated[float, Field(ge=0, le=240)] = 0.0
    """Time after each run before a locomotive can take the next train: turning, fuel,
    inspection. [h]"""
    light_h: Annotated[float, Field(ge=0, le=240)] | None = None
    """Time of a run without a train to the other station, made when trains wait there and
    locomotives stand idle here; left out, none is made. It takes no room on the line. [h]"""
    crews: Annotated[int, Field(ge=1, le=5000)] | None = None
    """Crews, half of them at each station at the start; left out, there are always enough."""
    crew_rest_h: Annotated[float, Field(ge=0, le=240)] = 0.0
    """Rest of a crew after each run. [h]"""
    crew_hours_h: Annotated[float, Field(gt=0, le=240)] | None = None
    """Most hours on duty: where the next run would bring a crew above them, the train first
    stands for `crew_rest_h`, with its crew. Left out, there is no limit. [h]"""
    crew_travel_h: Annotated[float, Field(ge=0, le=240)] | None = None
    """Time in which a rested crew is brought to the other station when one is short there;
    left out, crews change sides with trains only. [h]"""

    @model_validator(mode="after")
    def _two_stations_and_no_more_than_there_are(self) -> Self:
        if self.between[0] == self.between[1]:
            message = f"both stations are `{self.between[0]}`; name the two ends of the stretch"
            raise ValueError(message)
        if self.first_locomotives is not None and self.first_locomotives > self.locomotives:
            given, there_are = self.first_locomotives, self.locomotives
            message = f"{given} stand at the first station, of {there_are} in all; give fewer"
            raise ValueError(message)
        if self.crew_hours_h is not None and self.crews is None:
            message = "`crew_hours_h` is given without `crews`; say how many crews there are"
            raise ValueError(message)
        return self


class Stretch(Block):
    """A part of a service's way, and whose locomotives draw its trains there."""

    pool: Id | None = None
    """Pool of locomotives; left out, there are always enough."""
    upto: Id | None = None
    """Station at which the stretch ends on the way out; left out, the destination."""
