"""Places where trains stand: terminals and border posts."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.model.base import Block, Id, Money
from sim.model.border import Documents, Stage
from sim.model.cranes import Cranes
from sim.model.demand import Packaging
from sim.model.exchange import Exchange
from sim.model.hours import Hours
from sim.model.laws import Law
from sim.model.traction import GaugeMm

__all__ = ["DOCUMENTS", "BorderPost", "Terminal", "TimeZone"]

DOCUMENTS = "documents"
"""Name of the control that is a post's wait for papers."""

TimeZone = Annotated[str, Field(pattern=r"^[A-Za-z_+\-/0-9]+$")]


class Terminal(Block):
    """A place where freight is loaded, unloaded, transshipped or handed over."""

    station: Id
    """Station of the network at which it lies."""
    tracks: Annotated[int, Field(ge=1, le=200)] | None = None
    """Working tracks: trains that can be worked at once. Needed where trains unload."""
    receiving_tracks: Annotated[int, Field(ge=0, le=500)] | None = None
    """Tracks on which trains wait for a working track; left out, as many as come, and
    the result says how many were needed. With a number, trains are held before the first
    section with meets on their way out."""
    gauges_mm: Annotated[tuple[GaugeMm, ...], Field(min_length=1, max_length=9)] | None = None
    """Gauges of its tracks; left out, those of the lines at its station. [mm]"""
    usable_length_m: Annotated[float, Field(ge=50, le=5000)] = 850
    """Usable length of the tracks. [m]"""
    gangs: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Gangs, each working one wagon at a time, by hand or with what they have. Needed where
    wagons are worked, but for freight that cranes handle."""
    load_rate_t_per_h: Annotated[float, Field(gt=0, le=5000)] = 20
    """Loading rate of a gang. [t/h]"""
    unload_rate_t_per_h: Annotated[float, Field(gt=0, le=5000)] = 20
    """Unloading rate of a gang. [t/h]"""
    rates_by_packaging_t_per_h: dict[Packaging, Annotated[float, Field(gt=0, le=5000)]] = Field(
        default_factory=dict
    )
    """Rate of a gang, loading or unloading, for freight packed in these ways; for other freight,
    the two rates above. [t/h]"""
    cranes: Cranes | None = None
    """Cranes for freight packed in some ways; left out, gangs work all."""
    work_cv_frac: Annotated[float, Field(ge=0, le=3)] = 0.25
    """Standard deviation over mean of the work on a wagon (gamma distribution)."""
    sorting_h: Law | None = None
    """Time of a gang to sort a loaded wagon from the train that brought it into the next one.
    Needed where services with passed-on wagons start. [h]"""
    placing_h: Law = 1.0
    """Time to place a train on a working track before work starts. [h]"""
    store_t: Annotated[float, Field(gt=0, le=1e7)] | None = None
    """Room for freight that has come by train and goes on by another train or by truck; when
    it is full, wagons wait to be unloaded. Left out, there is always room. [t]"""
    hours: Hours | None = None
    """Shifts; left out, round the clock."""
    calendar: Id | None = None
    """Calendar of the place, with or without `hours`: without, it is open round the clock but
    for the calendar's rest days, holidays and short hours."""
    time_zone: TimeZone | None = None
    """Time zone of the hours; left out, the scenario's."""
    gauge_change: Literal["transshipment", "bogie-exchange", "variable-gauge"] | None = None
    """How freight crosses between two gauges here, if they meet here: from wagon to wagon, or
    in wagons that go on over the other gauge."""
    exchange: Exchange | None = None
    """Figures of the last two."""
    load_usd_per_t: Money = 0.0
    """Charge for loading a wagon. [USD/t]"""
    sorting_usd_per_wagon: Money = 0.0
    """Charge for sorting a loaded wagon. [USD per wagon]"""
    unload_usd_per_t: Money = 0.0
    """Charge for unloading a wagon. A transshipped lot is unloaded and loaded again, and
    bears both charges and both works. [USD/t]"""

    @model_validator(mode="after")
    def _one_calendar(self) -> Self:
        _refuse_two_calendars(self.calendar, self.hours)
        return self

    @model_validator(mode="after")
    def _exchange_where_wagons_go_on(self) -> Self:
        goes_on = self.gauge_change in ("bogie-exchange", "variable-gauge")
        if goes_on and self.exchange is None:
            way_out = "add `exchange: {trains: ..., wagon_h: ...}`"
            message = f"`{self.gauge_change}` needs figures; {way_out}"
            raise ValueError(message)
        if self.exchange is not None and not goes_on:
            message = (
                "`exchange` is given for a terminal where wagons do not go on over another gauge; "
                "write `gauge_change: bogie-exchange` or `variable-gauge`"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _rates_said_once(self) -> Self:
        both = [
            p for p in self.rates_by_packaging_t_per_h if self.cranes and p in self.cranes.packaging
        ]
        if both:
            message = (
                f"freight in `{both[0]}` is worked by `cranes`, and has a rate of gangs in "
                "`rates_by_packaging_t_per_h`; take it from one of the two"
            )
            raise ValueError(message)
        return self

    def rate_t_per_h(self, packaging: Packaging | None, *, unload: bool) -> float:
        """Return the rate at which a gang, or a crane, works freight packed so. [t/h]."""
        if self.cranes is not None and packaging in self.cranes.packaging:
            return self.cranes.rate_t_per_h
        plain = self.unload_rate_t_per_h if unload else self.load_rate_t_per_h
        return plain if packaging is None else self.rates_by_packaging_t_per_h.get(packaging, plain)


class BorderPost(Block):
    """Border controls at a station, for trains or for trucks."""

    station: Id
    """Station of the network at which trains or trucks stop for it."""
    mode: Literal["rail", "road"] = "rail"
    """Whether trains or trucks pass it."""
    servers: Annotated[int, Field(ge=1, le=10000)] | None = None
    """Trains (or truck groups of a lot) handled at once; left out, any number: then the
    durations must already hold the queue, as published mean times do."""
    duration_h: Law | None = None
    """Time of a loaded train (or of a lot's trucks) once it is its turn; left out where
    `stages` are given. [h]"""
    empty_duration_h: Law | None = None
    """Time of an empty train; left out, as loaded. [h]"""
    hours: Hours | None = None
    """Opening hours; left out, round the clock."""
    calendar: Id | None = None
    """Calendar of the place, with or without `hours`: without, it is open round the clock but
    for the calendar's rest days, holidays and short hours."""
    time_zone: TimeZone | None = None
    """Time zone of the hours; left out, the scenario's."""
    fee_usd_per_t: Money = 0.0
    """Fees and payments for loaded freight. [USD/t]"""
    documents: Documents | None = None
    """Papers that may not be ready, before anything else is done; left out, they always are."""
    stages: dict[Id, Stage] = Field(default_factory=dict)
    """Controls in stages, in place of one duration; each has its own servers and fees."""

    @model_validator(mode="after")
    def _one_duration_or_stages(self) -> Self:
        if (self.duration_h is None) == (not self.stages):
            both = "both `duration_h` and `stages` are given"
            fact = "neither `duration_h` nor `stages` is given" if self.duration_h is None else both
            message = f"{fact}; give one of the two"
            raise ValueError(message)
        whole = (self.servers, self.empty_duration_h, self.fee_usd_per_t or None)
        if self.stages and whole != (None, None, None):
            message = (
                "`servers`, `empty_duration_h` and `fee_usd_per_t` belong to a post without "
                "stages; state them in each stage"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _documents_said_once(self) -> Self:
        if self.documents is not None and DOCUMENTS in self.stages:
            message = (
                f"the post has `documents` and a stage named `{DOCUMENTS}`; "
                "give the stage another name, or take one of the two away"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _one_calendar(self) -> Self:
        _refuse_two_calendars(self.calendar, self.hours)
        return self


def _refuse_two_calendars(calendar: str | None, hours: Hours | None) -> None:
    """Refuse a place that names one calendar beside its hours and another in them."""
    other = hours.calendar if hours else None
    if calendar is not None and other is not None and calendar != other:
        message = (
            f"the place names calendar `{calendar}` and its hours `{other}`; "
            "name one, with the days of both"
        )
        raise ValueError(message)
