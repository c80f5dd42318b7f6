"""The railway a scenario uses: where it comes from, its lines, stations and loops."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal, Protocol, Self

from pydantic import Field, model_validator

from sim.model.base import Block, Id, Share
from sim.model.traction import GaugeMm, Physics

__all__ = [
    "AggregateLine",
    "Line",
    "MeetsLine",
    "Network",
    "NetworkPlan",
    "NoWayError",
    "PlannedSection",
    "PlannedStation",
    "StationTracks",
    "Way",
    "WayFinder",
]


class Network(Block):
    """Which network, and which of its stages are open."""

    source: str = "corridor"
    """`corridor` for the network that ships, or the path of a GeoPackage, GeoJSON or
    GeoParquet folder, relative to the scenario file."""
    stages: dict[Id, date] = Field(default_factory=dict)
    """Opening date of each stage that is open or will be; a stage not named is not built."""
    gauge_by_line_mm: dict[Id, GaugeMm] = Field(default_factory=dict)
    """Gauge of whole lines where it differs from the network's. [mm]"""


class _LineMoney(Block):
    haul_usd_per_tkm: Annotated[float, Field(ge=0, le=5)]
    """Freight charge of the railway for a loaded wagon. [USD per tonne-km]"""
    empty_haul_frac: Share = 0.3
    """Charge for the empty return, as share of the loaded charge for the same wagon."""


class AggregateLine(_LineMoney):
    """A line whose other traffic is not modelled: a commercial speed and its spread."""

    grain: Literal["aggregate"]
    commercial_speed_kmh: Annotated[float, Field(gt=0, le=160)]
    """Mean speed including stops at stations, without borders and terminals. [km/h]"""
    spread_frac: Annotated[float, Field(ge=0, le=2)] = 0.2
    """Standard deviation over mean of a train's time over the whole line."""


class MeetsLine(_LineMoney):
    """A line whose meets are simulated: one train a section on single track."""

    grain: Literal["meets"]
    running_speed_kmh: Annotated[float, Field(gt=0, le=160)] | None = None
    """Speed between stations, stops not included; for trains whose service names no
    locomotives, or where no `physics` is given. [km/h]"""
    acceleration_mps2: Annotated[float, Field(gt=0, le=2)] | None = None
    """Acceleration of a train that runs at `running_speed_kmh`: where it starts and stops, time
    is lost; left out, none is. Given together with `braking_mps2`. [m/s²]"""
    braking_mps2: Annotated[float, Field(gt=0, le=2)] | None = None
    """Its deceleration. [m/s²]"""
    physics: Physics | None = None
    """Running times from physics, for trains whose service names locomotives."""
    spread_frac: Annotated[float, Field(ge=0, le=2)] = 0.05
    """Standard deviation over mean of the running time over a section."""
    supplement_frac: Annotated[float, Field(ge=0, le=1)] = 0.05
    """Recovery supplement on the running time, for starting, stopping and slow orders."""
    loop_spacing_km: Annotated[float, Field(ge=2, le=500)] | None = None
    """Passing loops are set evenly so that no two stopping places are farther apart;
    left out, trains meet only at the stations of the network. [km]"""
    loop_tracks: Annotated[int, Field(ge=2, le=50)] = 2
    """Tracks of each loop station, the main track counted."""
    loop_usable_length_m: Annotated[float, Field(ge=50, le=5000)] = 850
    """Usable length of the loop tracks. [m]"""
    station_tracks: Annotated[int, Field(ge=2, le=200)] = 3
    """Tracks of the network's own stations, unless `stations` says otherwise."""
    station_usable_length_m: Annotated[float, Field(ge=50, le=5000)] = 850
    """Usable length of those tracks. [m]"""
    clearance_min: Annotated[float, Field(ge=0, le=120)] = 4
    """Time a single-track section stays blocked after a train has left it. [min]"""
    headway_min: Annotated[float, Field(gt=0, le=240)] = 12
    """Least time between two trains the same way on double track. [min]"""

    @model_validator(mode="after")
    def _some_running_time(self) -> Self:
        if self.running_speed_kmh is None and self.physics is None:
            message = (
                "neither `running_speed_kmh` nor `physics` is given; give one of them, or both"
            )
            raise ValueError(message)
        rates = (self.acceleration_mps2, self.braking_mps2)
        if (rates[0] is None) != (rates[1] is None):
            message = "one of `acceleration_mps2` and `braking_mps2` is given; give both or neither"
            raise ValueError(message)
        if rates[0] is not None and self.running_speed_kmh is None:
            message = "rates are given without a speed; add `running_speed_kmh`"
            raise ValueError(message)
        return self


Line = Annotated[AggregateLine | MeetsLine, Field(discriminator="grain")]


class StationTracks(Block):
    """Tracks of one station on a line with meets."""

    tracks: Annotated[int, Field(ge=2, le=200)]
    """Tracks on which trains can wait, the main track counted."""
    usable_length_m: Annotated[float, Field(ge=50, le=5000)] = 850
    """Usable length of the longest of them. [m]"""


class ProfileFinder(Protocol):
    """Give the heights along a section."""

    def __call__(self, section_id: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return chainage from the section's beginning and elevation, in metres."""
        ...


@dataclass(frozen=True, slots=True)
class PlannedStation:
    """A station as the simulation needs it."""

    id: str
    name: str
    country: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class PlannedSection:
    """A section as the simulation needs it."""

    id: str
    from_id: str
    to_id: str
    mode: str
    gauge_mm: int
    n_tracks: int
    length_km: float
    stage_id: str
    line_id: str


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """A network in plain values: what the checks and the compiler work on.

    ``stages`` are in building order; ``existing`` is not among them. ``profile`` gives chainage
    and elevation along a section, from its ``from`` to its ``to``; without it lines are level.
    """

    name: str
    stations: dict[str, PlannedStation]
    sections: dict[str, PlannedSection]
    stages: tuple[str, ...] = field(default=())
    profile: ProfileFinder | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """Consecutive sections from one station to another.

    ``station_ids`` has one more element than ``section_ids``; ``is_reversed`` tells for each
    section whether it is passed from its ``to_id`` to its ``from_id``.
    """

    station_ids: tuple[str, ...]
    section_ids: tuple[str, ...]
    is_reversed: tuple[bool, ...]


class NoWayError(ValueError):
    """Two stations are not joined under the conditions asked for; the text says why."""


class WayFinder(Protocol):
    """Find the shortest way on a network; injected, since reading knows no geometry."""

    def __call__(
        self,
        stops: tuple[str, ...],
        *,
        mode: str,
        gauge_mm: int | None = None,
        open_stages: frozenset[str] | None = None,
    ) -> Way:
        """Return the shortest way through ``stops`` in order.

        Parameters
        ----------
        stops : tuple of str
            Station ids: first, those to pass in order, last.
        mode : str
            ``"rail"`` or ``"road"``.
        gauge_mm : int, optional
            Only sections of this gauge; left out, any. [mm]
        open_stages : frozenset of str, optional
            Only sections of these stages and existing ones; left out, any.

        Raises
        ------
        NoWayError
            If the stops are not joined under these conditions.
        """
        ...
