"""Locomotives, and what running times from physics need to know of a line."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.model.base import Block, Id

__all__ = [
    "Curve",
    "Davis",
    "GaugeMm",
    "LocomotiveType",
    "Locomotives",
    "Physics",
    "ResistanceTable",
]

GaugeMm = Literal[1000, 1067, 1435, 1520, 1524, 1600, 1668, 1676]


class Davis(Block):
    """Resistance of a vehicle on level straight track, A + B v + C v squared."""

    a_n: Annotated[float, Field(ge=0, le=1e6)]
    """Constant part. [N]"""
    b_n_per_mps: Annotated[float, Field(ge=0, le=1e5)]
    """Part proportional to speed. [N per m/s]"""
    c_n_per_mps2: Annotated[float, Field(ge=0, le=1e4)]
    """Part proportional to speed squared. [N per (m/s)²]"""


class ResistanceTable(Block):
    """Resistance of a vehicle on level straight track by speed, straight between the points.

    Give `force_n` or `specific_permille`. Beyond the last point its slope goes on.
    """

    speed_kmh: Annotated[
        tuple[Annotated[float, Field(ge=0, le=400)], ...], Field(min_length=2, max_length=200)
    ]
    """Speeds, from 0, rising. [km/h]"""
    force_n: (
        Annotated[
            tuple[Annotated[float, Field(ge=0, le=1e6)], ...], Field(min_length=2, max_length=200)
        ]
        | None
    ) = None
    """Resistance of one vehicle at those speeds. [N]"""
    specific_permille: (
        Annotated[
            tuple[Annotated[float, Field(ge=0, le=200)], ...], Field(min_length=2, max_length=200)
        ]
        | None
    ) = None
    """The same as a share of its weight, which is N for each kN. [permille of weight]"""

    @model_validator(mode="after")
    def _pairs_that_rise(self) -> Self:
        given = [values for values in (self.force_n, self.specific_permille) if values is not None]
        if len(given) != 1:
            both = "both `force_n` and `specific_permille` are given"
            fact = both if given else "neither `force_n` nor `specific_permille` is given"
            message = f"{fact}; give one of them"
            raise ValueError(message)
        if len(self.speed_kmh) != len(given[0]):
            message = f"{len(self.speed_kmh)} speeds and {len(given[0])} resistances; give pairs"
            raise ValueError(message)
        if self.speed_kmh[0] != 0 or list(self.speed_kmh) != sorted(set(self.speed_kmh)):
            message = (
                "the speeds do not rise from 0; give them from 0, each more than the one before"
            )
            raise ValueError(message)
        if given[0][-1] < given[0][-2]:
            message = (
                "the last resistance is less than the one before; the last two must not fall, "
                "since beyond the table their slope goes on"
            )
            raise ValueError(message)
        return self


class EffortTable(Block):
    """Tractive effort at the wheel by speed, straight between the points."""

    kind: Literal["table"]
    speed_kmh: Annotated[
        tuple[Annotated[float, Field(ge=0, le=400)], ...], Field(min_length=2, max_length=200)
    ]
    """Speeds, from 0, rising. [km/h]"""
    effort_kn: Annotated[
        tuple[Annotated[float, Field(ge=0, le=2000)], ...], Field(min_length=2, max_length=200)
    ]
    """Effort at those speeds. [kN]"""

    @model_validator(mode="after")
    def _pairs_that_rise(self) -> Self:
        if len(self.speed_kmh) != len(self.effort_kn):
            message = f"{len(self.speed_kmh)} speeds and {len(self.effort_kn)} efforts; give pairs"
            raise ValueError(message)
        if self.speed_kmh[0] != 0 or list(self.speed_kmh) != sorted(set(self.speed_kmh)):
            message = "the speeds must begin with 0 and rise"
            raise ValueError(message)
        return self


class EffortPower(Block):
    """Tractive effort limited by adhesion and then by power."""

    kind: Literal["power"]
    power_kw: Annotated[float, Field(gt=0, le=20000)]
    """Power at the wheel. [kW]"""
    start_kn: Annotated[float, Field(gt=0, le=2000)]
    """Effort at the start, the limit of adhesion. [kN]"""


class LocomotiveType(Block):
    """A type of locomotive."""

    gauge_mm: GaugeMm
    """Track gauge. [mm]"""
    mass_t: Annotated[float, Field(gt=0, le=500)]
    """Mass in working order. [t]"""
    length_m: Annotated[float, Field(gt=3, le=100)]
    """Length over couplers. [m]"""
    max_speed_kmh: Annotated[float, Field(gt=0, le=200)]
    """Highest speed. [km/h]"""
    effort: Annotated[EffortTable | EffortPower, Field(discriminator="kind")]
    """Tractive effort, as a table or by power."""
    davis: Davis | None = None
    """Its resistance, where a line takes `resistance: davis`."""
    resistance_table: ResistanceTable | None = None
    """Its resistance with power on, where a line takes `resistance: table`."""
    efficiency_frac: Annotated[float, Field(gt=0, le=1)] = 0.80
    """Share of the engine's work that reaches the wheel."""
    fuel_kg_per_kwh: Annotated[float, Field(gt=0, le=2)] = 0.215
    """Fuel for a unit of the engine's work. [kg per kWh]"""
    idle_l_per_h: Annotated[float, Field(ge=0, le=500)] = 20.0
    """Fuel while it stands. [l/h]"""


class Locomotives(Block):
    """The locomotives of a train."""

    type: Id
    """Type of all of them."""
    count: Annotated[int, Field(ge=1, le=6)] = 1
    """How many, all working."""


class Curve(Block):
    """A curve of a section."""

    from_km: Annotated[float, Field(ge=0, le=20000)]
    """Its beginning, from the section's `from`. [km]"""
    length_km: Annotated[float, Field(ge=0.001, le=200)]
    """Its length. [km]"""
    radius_m: Annotated[float, Field(ge=50, le=50000)]
    """Its radius. [m]"""


class Physics(Block):
    """Running times from tractive effort, resistance, gradients and braking."""

    speed_limit_kmh: Annotated[float, Field(gt=0, le=160)]
    """Speed limit of the line. [km/h]"""
    resistance: Literal["ptr1520", "davis", "strahl", "table"] = "ptr1520"
    """Model of resistance: the 1520 mm rules, Davis terms of the vehicles, Strahl's formula, or
    the vehicles' own tables."""
    track: Literal["jointed", "welded"] = "jointed"
    """Rails, for the 1520 mm rules."""
    strahl_f0_permille: Annotated[float, Field(ge=0, le=50)] = 1.4
    """Constant term of Strahl's formula. [permille of weight]"""
    strahl_f2_permille: Annotated[float, Field(ge=0, le=50)] = 2.5
    """Term of Strahl's formula at 100 km/h. [permille of weight]"""
    curve_permille: Annotated[float, Field(ge=0, le=20)] = 0.3
    """Mean resistance of the line's curves; passed over where `curve_radius_m` or `curves` say
    more. [permille of weight]"""
    curve_radius_m: Annotated[float, Field(ge=50, le=50000)] | None = None
    """Mean radius of the line's curves; with `curve_share_frac`, in place of
    `curve_permille`. [m]"""
    curve_share_frac: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share of the line's length that lies in curves; with `curve_radius_m`."""
    curves: dict[Id, tuple[Curve, ...]] = Field(default_factory=dict)
    """Curves of whole sections of the line, by section id: what is not listed of such a section
    is straight. Other sections keep the mean."""
    start_resistance_permille: Annotated[float, Field(ge=0, le=100)] | None = None
    """Resistance of the wagons at the moment of starting; 0 for no more than the running
    resistance, left out, by the 1520 mm rules. [permille of weight]"""
    grade_under: Literal["train", "head"] = "train"
    """Whether the gradient acts under the whole train or under its head."""
    braking_mps2: Annotated[float, Field(gt=0, le=2)] = 0.225
    """Deceleration in service braking. [m/s²]"""
    rotating_loaded_frac: Annotated[float, Field(ge=0, le=0.5)] = 0.05
    """Rotating mass of a loaded train, as share of its mass."""
    rotating_empty_frac: Annotated[float, Field(ge=0, le=0.5)] = 0.09
    """Rotating mass of an empty train, as share of its mass."""
    ruling_grade_permille: Annotated[float, Field(gt=1, le=60)] | None = None
    """Grade the line anew to this steepest gradient, longer where the terrain forces it; left
    out, as the network's profile has it. [permille]"""

    @model_validator(mode="after")
    def _radius_and_share(self) -> Self:
        if (self.curve_radius_m is None) != (self.curve_share_frac is None):
            names = ["curve_radius_m", "curve_share_frac"]
            given, missing = names if self.curve_share_frac is None else names[::-1]
            message = f"`{given}` is given without `{missing}`; give both, or neither"
            raise ValueError(message)
        return self
