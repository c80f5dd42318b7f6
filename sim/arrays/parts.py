"""The parts of CorridorArrays, and the codes in them.

Every index array is int64; -1 means none. A ragged table is a flat array with a ``_ptr`` array
of one more element than rows: row ``i`` is ``flat[ptr[i]:ptr[i + 1]]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = [
    "ALONG",
    "BACK",
    "GIVE",
    "HAUL",
    "LINE",
    "MEET",
    "NO_LIMIT",
    "OUT",
    "PER_LOT",
    "PER_TRAIN",
    "PER_WAGON",
    "POST",
    "RIDE_BACK",
    "RIDE_OUT",
    "TAKE",
    "Gates",
    "Hauls",
    "Laws",
    "Names",
    "Programs",
    "Sections",
    "Services",
    "Terminals",
    "Trucks",
]

NO_LIMIT = np.iinfo(np.int64).max // 4
"""Stands for no limit where a count or an instant has none."""

LINE, MEET, POST, TAKE, GIVE = range(5)
"""Steps of a program: over an aggregate section, over a section with meets, through a control,
taking locomotives of a pool, giving them up."""

RIDE_OUT, RIDE_BACK, HAUL = range(3)
"""Kinds of a leg: by train from home, by train the way home, by truck."""

OUT, BACK = range(2)
"""Directions of a service's program: from home, and home."""

PER_TRAIN, PER_WAGON, PER_LOT = range(3)
"""What the duration of a control is of."""

ALONG = 0
"""Direction of a section from its ``from`` to its ``to``; against it is 1."""


@dataclass(frozen=True, slots=True)
class Names:
    """Ids by position, for people; no engine reads them."""

    stations: tuple[str, ...]
    sections: tuple[str, ...]
    parents: tuple[str, ...]
    """Section of the network that each simulated section is a piece of."""
    lines: tuple[str, ...]
    posts: tuple[str, ...]
    """Controls: a post's id, or `POST/STAGE`."""
    borders: tuple[str, ...]
    """Posts."""
    terminals: tuple[str, ...]
    fleets: tuple[str, ...]
    services: tuple[str, ...]
    trucks: tuple[str, ...]
    hauls: tuple[str, ...]
    flows: tuple[str, ...]
    disruptions: tuple[str, ...]
    groups: tuple[str, ...]
    """By disruption: its group, or nothing."""
    gates: tuple[str, ...]
    roads: tuple[str, ...]
    """Road sections that hauls use."""
    pools: tuple[str, ...]
    """Locomotives of each pool, then crews of each (`POOL crews`)."""
    factors: tuple[str, ...]
    """What each row of luck of the programs belongs to: `line/ID` or `section/ID`."""


@dataclass(frozen=True, slots=True)
class Sections:
    """Simulated sections (pieces between loops where loops are generated)."""

    from_idx: Ints
    to_idx: Ints
    line_idx: Ints
    length_m: Floats
    is_meet: Ints
    """1 where meets are simulated, 0 on aggregate lines."""
    n_tracks: Ints
    clearance_ms: Ints
    headway_ms: Ints
    gate_idx: Ints
    station_tracks: Ints
    """By station: tracks for trains that go on over sections with meets."""
    station_length_m: Floats
    """By station: usable length. [m]"""
    station_is_loop: Ints
    """By station: 1 where it is a generated loop."""


@dataclass(frozen=True, slots=True)
class Terminals:
    """Terminals."""

    station_idx: Ints
    tracks: Ints
    yard_limit: Ints
    """Most trains on working and receiving tracks, under way to them counted."""
    gate_idx: Ints
    stands_shut: Ints
    """1 where work under way on a wagon stands still while the gate is shut."""


@dataclass(frozen=True, slots=True)
class Programs:
    """What a train of a service passes, step by step; row ``2 * service + direction``."""

    ptr: Ints
    op: Ints
    arg: Ints
    """Section, control or pool."""
    heading: Ints
    """Direction over the section: 0 from its ``from`` to its ``to``, 1 against; end of the pool."""
    reach: Ints
    """At a section with meets, how many steps authority is asked for at once: up to the next
    station where a full train fits, where a post stands or where meets end. At a taking of
    locomotives: 1 if the train must first have its place in the yard of its destination."""
    counted: Ints
    """Class (0 up, 1 down) under which the train holds a track of the station at the end of
    the step; -1 where it holds none."""
    base_ms: Ints
    """Running time of a loaded train without luck; 0 at posts. [ms]"""
    base_empty_ms: Ints
    """The same of an empty train. [ms]"""
    stand_ms: Ints
    """What a loaded train loses by stopping before the step and starting again. [ms]"""
    stand_empty_ms: Ints
    """The same of an empty train. [ms]"""
    factor: Ints
    """Row of luck the running time is multiplied by, within the program; -1 at posts."""
    factor_ptr: Ints
    factor_cv: Floats
    """Spread of each row of luck, by program."""


@dataclass(frozen=True, slots=True)
class Services:
    """Train services."""

    origin_idx: Ints
    destination_idx: Ints
    fleet_idx: Ints
    rake: Ints
    longest_wait_ms: Ints
    """Longest wait of the first loaded wagon; NO_LIMIT for none."""
    least_wagons: Ints
    is_timetabled: Ints
    """1 where trains leave at set times, though none may fall into the run."""
    slot_ptr: Ints
    slot_ms: Ints
    """Timetabled departures."""
    priority: Ints
    return_wait_ms: Ints
    takes_return: Ints
    """1 where some flow rides it home."""
    max_trains: Ints
    """No more trains than these can form."""
    length_m: Floats
    """Length of a full train. [m]"""
    locomotives: Ints
    """Locomotives that a train takes from a pool."""


@dataclass(frozen=True, slots=True)
class Trucks:
    """Truck fleets and markets."""

    is_market: Ints
    trucks: Ints
    turnaround_ms: Ints
    rotation_ms: Ints
    """Least time from one load of a truck to its next; 0 for a market."""
    morning_ptr: Ints
    morning_ms: Ints
    morning_trucks: Ints
    """Trucks that offer themselves each morning of a market."""
    payload_t: Floats


@dataclass(frozen=True, slots=True)
class Hauls:
    """Legs by truck."""

    origin_idx: Ints
    destination_idx: Ints
    trucks_idx: Ints
    gate_idx: Ints
    ptr: Ints
    op: Ints
    arg: Ints
    """LINE: index of the part of the road; POST: post."""
    base_ms: Ints
    part_end_km: Floats
    """By step: distance from the haul's origin at its end. [km]"""
    back_ms: Ints
    """Way back without load, without luck. [ms]"""
    cv: Floats
    length_m: Floats


@dataclass(frozen=True, slots=True)
class Laws:
    """Distributions in hours, by use: rows of (kind, four parameters)."""

    kind: Ints
    parameters: Floats
    post_loaded: Ints
    post_empty: Ints
    placing: Ints
    load: Ints
    """By flow and leg (flat as ``leg_ptr``); -1 where the leg is a haul."""
    unload: Ints
    sorting: Ints
    """By flow and leg: sorting of the wagon at its end; -1 where there is none."""
    haul_loading: Ints
    post_early: Ints
    """By control: declared beforehand; -1 where that is not possible."""
    empirical_h: Floats
    """Observed values of all empirical laws, rising within a law; their first two parameters are
    the first of them here and the one after the last. [h]"""
    empirical_upto_frac: Floats
    """Cumulated share of each."""


@dataclass(frozen=True, slots=True)
class Gates:
    """What opens and shuts, by hours and by closures."""

    hours_ptr: Ints
    opens_ms: Ints
    closes_ms: Ints
    closure_ptr: Ints
    closure_idx: Ints
    """Disruptions that close each gate."""
