"""The columns of every table: the code, the checks and docs/network.md all read them here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "int", "float", "bool"]

EXISTING = "existing"
MODES = ("rail", "road")
GAUGES_MM = (1000, 1067, 1435, 1520, 1524, 1600, 1668, 1676)
STATUSES = ("operating", "under_construction", "planned", "design", "surveyed")
LENGTH_BASES = ("published", "network", "derived", "")
PLACE_ROLE = "place"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        Its name, with the unit as ending.
    kind : {'text', 'int', 'float', 'bool'}
        What it holds; an empty ``float`` is NaN, an empty ``text`` is ``''``.
    meaning : str
        What it tells, for the manual.
    default : object
        What an empty cell or an absent column means; ``None`` if it must be given.
    """

    name: str
    kind: Kind
    meaning: str
    default: str | float | bool | None = None

    @property
    def is_required(self) -> bool:
        """Whether the user must give it."""
        return self.default is None


@dataclass(frozen=True)
class Table:
    """One table: its name as a layer, its key and its columns in order."""

    name: str
    key: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The column names without the key."""
        return tuple(column.name for column in self.columns)


NAN = float("nan")

SOURCE = Column("source", "text", "where the row comes from; codes are rows of references.csv", "")
CONFIDENCE = Column("confidence", "text", "how sure it is, in the words of its table", "")
NOTE = Column("note", "text", "conflicts between sources, and what was chosen", "")

STATIONS = Table(
    "stations",
    "station_id",
    (
        Column("name", "text", "name for people", ""),
        Column("country", "text", "ISO 3166 code of two letters", ""),
        Column("elevation_m", "float", "height above sea level [m]", NAN),
        Column("role", "text", "origin, station, junction, border_station, planned_..., place", ""),
        SOURCE,
        CONFIDENCE,
        NOTE,
    ),
)

SECTIONS = Table(
    "sections",
    "section_id",
    (
        Column("from_id", "text", "station where the drawn line begins"),
        Column("to_id", "text", "station where it ends"),
        Column("mode", "text", "`rail` or `road`", "rail"),
        Column("gauge_mm", "int", "track gauge [mm]; 0 for a road"),
        Column("n_tracks", "int", "tracks (lanes of a road)", 1),
        Column("length_km", "float", "length for tariffs and running times [km]", NAN),
        Column("length_basis", "text", "`published`, `network`, `derived`, empty if unsaid", ""),
        Column("length_low_km", "float", "least length any source gives [km]", NAN),
        Column("length_high_km", "float", "greatest length any source gives [km]", NAN),
        Column("drawn_km", "float", "geodesic length of the drawn line [km], always computed", NAN),
        Column("stage_id", "text", "row of stages that opens it", EXISTING),
        Column(
            "status",
            "text",
            "operating, under_construction, planned, design, surveyed",
            "operating",
        ),
        Column("is_planned", "bool", "no train runs there yet", default=False),
        Column("country", "text", "ISO 3166 code, two with a slash across a border", ""),
        Column("line_id", "text", "group of sections", "main"),
        Column("speed_kmh", "float", "running speed of a loaded freight train [km/h]", NAN),
        Column("traction", "text", "diesel, electric, truck", ""),
        Column("geometry_basis", "text", "`observed`, `derived`, `straight`, empty if unsaid", ""),
        SOURCE,
        CONFIDENCE,
        NOTE,
    ),
)

PROFILE = Table(
    "profile",
    "section_id",
    (
        Column("chainage_km", "float", "distance from the section's beginning [km]"),
        Column("terrain_m", "float", "height of the ground [m]", NAN),
        Column("elevation_m", "float", "height of the track [m]"),
        Column("gradient_permille", "float", "rise to the next row [permille]", NAN),
        Column("is_planned", "bool", "no train runs there yet", default=False),
        SOURCE,
        CONFIDENCE,
    ),
)

STAGES = Table(
    "stages",
    "stage_id",
    (
        Column("order", "int", "0 is what exists; the line opens in this order"),
        Column("title", "text", "what it adds", ""),
        Column("length_km", "float", "what it adds [km]", NAN),
        Column("status", "text", "status announced", ""),
        Column("is_planned", "bool", "no train runs there yet", default=False),
        SOURCE,
        CONFIDENCE,
        NOTE,
    ),
)

TABLES = (STATIONS, SECTIONS, PROFILE, STAGES)
