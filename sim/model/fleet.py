"""Wagons, and the services they run in."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.model.base import Block, ClockTime, Id, Money, whole_part
from sim.model.empties import Empties
from sim.model.hours import Weekday
from sim.model.pools import Stretch
from sim.model.traction import Davis, GaugeMm, Locomotives, ResistanceTable

__all__ = ["Cleaning", "Service", "Timetable", "WagonFleet", "WagonType", "WhenFull"]


class WagonType(Block):
    """A type of wagon."""

    gauge_mm: GaugeMm
    """Track gauge. [mm]"""
    other_gauges_mm: tuple[GaugeMm, ...] = ()
    """Gauges it can go on over at a terminal that exchanges bogies or lets variable-gauge wagons
    through. [mm]"""
    payload_t: Annotated[float, Field(gt=0, le=200)]
    """Most freight it carries. [t]"""
    tare_t: Annotated[float, Field(gt=0, le=100)]
    """Mass empty. [t]"""
    length_m: Annotated[float, Field(gt=3, le=60)]
    """Length over couplers. [m]"""
    axles: Literal[4, 6, 8] = 4
    """Axles, for resistance by the 1520 mm rules."""
    bearings: Literal["roller", "plain"] = "roller"
    """Bearings of the axles, for the same."""
    max_speed_kmh: Annotated[float, Field(gt=0, le=160)] = 100
    """Highest speed. [km/h]"""
    allowed_goods: Annotated[tuple[Id, ...], Field(min_length=1)] | None = None
    """Commodities, or kinds of packaging, that it may carry; left out, any."""
    davis: Davis | None = None
    """Resistance of a loaded wagon, where a line takes `resistance: davis`."""
    davis_empty: Davis | None = None
    """Resistance of an empty one; left out, as loaded. Also taken where a line takes
    `resistance: ptr1520` and those rules have no row for the empty wagon."""
    resistance_table: ResistanceTable | None = None
    """Resistance of a loaded wagon, where a line takes `resistance: table`."""
    resistance_table_empty: ResistanceTable | None = None
    """Resistance of an empty one; left out, the same force as loaded, which a table in permille
    does not tell. Taken before `davis_empty` where the 1520 mm rules have no row."""

    @property
    def way_gauge_mm(self) -> int | None:
        """Gauge its ways must have throughout; None where it can change. [mm]"""  # noqa: D400
        return None if self.other_gauges_mm else self.gauge_mm


class Cleaning(Block):
    """Cleaning of a wagon between two goods."""

    after: Id
    """Commodity, or packaging, that was in the wagon."""
    before: Id | None = None
    """Commodity, or packaging, that it is cleaned for; left out, any."""
    cleaning_h: Annotated[float, Field(ge=0, le=720)]
    """Time of the cleaning. [h]"""


class WagonFleet(Block):
    """A finite pool of wagons with a home."""

    wagon_type: Id
    """Type of all its wagons."""
    wagons: Annotated[int, Field(ge=1, le=200000)]
    """Number of wagons."""
    owner: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    """Whose they are, shown beside the fleet; left out, not told. Wagons of two owners are two
    fleets."""
    repair_frac: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of them in repair at any time, rounded down to whole wagons: no lot gets them."""
    home: Id
    """Terminal at which the empty wagons stand at the start and to which they return."""
    cleaning: dict[Id, Cleaning] = Field(default_factory=dict)
    """Cleaning between goods, by an id of one's own; of several that fit the longest is made.
    Left out, none but the services' `cleaning_h`."""
    bases: dict[Id, Annotated[int, Field(ge=1, le=200000)]] = Field(default_factory=dict)
    """Wagons that stand at other terminals at the start, and are sent back there; the rest
    stand at `home`."""
    empties: Empties | None = None
    """To which base an empty wagon goes; left out, back to the one it was taken from."""
    hire_usd_per_wagon_day: Money = 0.0
    """Hire or ownership cost. [USD per wagon and day]"""

    @property
    def wagons_in_service(self) -> int:
        """Wagons that are not in repair."""
        return self.wagons - whole_part(self.wagons, self.repair_frac)

    @property
    def in_service_by_base(self) -> dict[str, int]:
        """Wagons that are not in repair by the base at which they stand at the start."""
        here = self.wagons - sum(self.bases.values())
        in_repair, before, found = self.wagons - self.wagons_in_service, 0, {}
        for base, stand in ((self.home, here), *sorted(self.bases.items())):
            upto = before + stand
            found[base] = (
                stand - (in_repair * upto // self.wagons) + (in_repair * before // self.wagons)
            )
            before = upto
        return found

    @model_validator(mode="after")
    def _bases_hold_its_wagons(self) -> Self:
        if self.home in self.bases:
            message = (
                f"its home `{self.home}` stands under `bases`; the rest of its wagons are there"
            )
            raise ValueError(message)
        at_bases = sum(self.bases.values())
        if at_bases > self.wagons:
            message = (
                f"{at_bases} wagons stand at its bases, and it has {self.wagons}; "
                "give it more `wagons`, or the bases fewer"
            )
            raise ValueError(message)
        return self


class WhenFull(Block):
    """A train leaves when its rake is full, or at a longest wait."""

    rule: Literal["when-full"]
    longest_wait_h: Annotated[float, Field(ge=0.01, le=8760)] | None = None
    """A shorter train leaves when its first loaded wagon has waited this long; left out,
    trains wait until they are full. [h]"""


class Timetable(Block):
    """A train leaves at set times with the wagons that are ready."""

    rule: Literal["timetable"]
    times: Annotated[tuple[ClockTime, ...], Field(min_length=1, max_length=48)]
    """Departure times, local time of the scenario."""
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] | None = None
    """Weekdays of departure; left out, every day."""
    least_wagons: Annotated[int, Field(ge=1, le=500)] = 1
    """A departure with fewer wagons ready is cancelled."""


class Service(Block):
    """Trains that run between two terminals and bring their wagons back."""

    origin: Id
    """Terminal of loading; home of the wagons."""
    destination: Id
    """Terminal of unloading."""
    via: tuple[Id, ...] = ()
    """Stations the route must pass, in order; between them the shortest way is taken."""
    fleet: Id
    """Wagon fleet it draws on."""
    wagons: Literal["own", "passed-on"] = "own"
    """Whether its trains are made of wagons loaded at its origin, or of loaded wagons that other
    services of the fleet bring there: the yard sorts them, and nothing is unloaded."""
    rake_wagons: Annotated[int, Field(ge=1, le=200)]
    """Wagons of a full train."""
    locomotive_length_m: Annotated[float, Field(ge=0, le=200)] = 23
    """Length of its locomotives, part of the train's length. [m]"""
    locomotives: Locomotives | None = None
    """Its locomotives, for running times from physics; left out, lines give a speed."""
    traction: Annotated[tuple[Stretch, ...], Field(max_length=12)] = ()
    """Pools whose locomotives draw its trains, stretch by stretch on the way out; left out,
    there are always enough."""
    departs: Annotated[WhenFull | Timetable, Field(discriminator="rule")]
    """When trains leave: `rule: when-full` or `rule: timetable`."""
    priority: Annotated[int, Field(ge=1, le=9)] = 5
    """Class of its trains for dispatch rules that look at it; 1 goes first."""
    return_wait_h: Annotated[float, Field(ge=0, le=8760)] = 0
    """Longest time an emptied train waits at its destination for return freight. [h]"""
    cleaning_h: Annotated[float, Field(ge=0, le=720)] = 0
    """Cleaning of a wagon at home after return freight, before it is loaded again. [h]"""
