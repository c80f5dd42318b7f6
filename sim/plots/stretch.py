"""A stretch of line: consecutive simulated sections between two stations."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from geo.hints import did_you_mean
from sim.plots.errors import PlotError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sim.arrays import CorridorArrays

__all__ = ["Stretch", "find_stretch"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive simulated sections; arrays by section have one element less than by station.

    Parameters
    ----------
    station_ids : tuple of str
        Stations and loops, in order.
    is_loop : array of bool, shape (n_stations,)
        Whether it is a generated loop.
    chainage_m : array of shape (n_stations,)
        Distance from the first station. [m]
    is_terminal, is_post : array of bool, shape (n_stations,)
        Whether trains are worked, or controlled, there.
    section_idx : array of int, shape (n_sections,)
        Positions in the scenario's sections.
    section_ids, parent_ids : tuple of str
        The sections, and the sections of the network they are pieces of.
    heading : array of int, shape (n_sections,)
        0 if passed from its ``from`` to its ``to`` on the way along the stretch, else 1.
    is_meet : array of bool, shape (n_sections,)
        Whether meets are simulated.
    n_tracks : array of int, shape (n_sections,)
        Tracks.
    """

    station_ids: tuple[str, ...]
    is_loop: NDArray[np.bool_]
    chainage_m: NDArray[np.float64]
    is_terminal: NDArray[np.bool_]
    is_post: NDArray[np.bool_]
    section_idx: NDArray[np.int64]
    section_ids: tuple[str, ...]
    parent_ids: tuple[str, ...]
    heading: NDArray[np.int64]
    is_meet: NDArray[np.bool_]
    n_tracks: NDArray[np.int64]

    @property
    def length_m(self) -> float:
        """Distance in metres from the first station to the last."""
        return float(self.chainage_m[-1])


def find_stretch(arrays: CorridorArrays, station_ids: Sequence[str]) -> Stretch:
    """Return the shortest chain of simulated sections through stations, in this order.

    Parameters
    ----------
    arrays : CorridorArrays
        A compiled scenario.
    station_ids : sequence of str
        Two or more stations: first, those to pass, last. A terminal stands for its station.

    Raises
    ------
    PlotError
        If a station is not on the simulated lines (names one that is), there are less than two,
        no sections join them, or the way would pass a station twice.
    """
    stops = [_station(arrays, name) for name in station_ids]
    if len(stops) < 2:  # noqa: PLR2004 - a stretch has two ends
        message = f"a stretch needs two stations; got {len(stops)}"
        raise PlotError(message)
    sections: list[int] = []
    for start, end in pairwise(stops):
        sections += _shortest(arrays, start, end)
    return _laid_out(arrays, stops[0], sections)


def _station(arrays: CorridorArrays, name: str) -> int:
    """Return the position of a station, given by its own id or that of a terminal on it."""
    names = arrays.names
    if name in names.stations:
        return names.stations.index(name)
    at = {
        terminal: int(station)
        for terminal, station in zip(names.terminals, arrays.terminals.station_idx, strict=True)
        if station >= 0
    }
    if name in at:
        return at[name]
    loops = arrays.sections.station_is_loop
    known = [s for s, loop in zip(names.stations, loops, strict=True) if not loop]
    hint = did_you_mean(name, [*known, *at])
    message = f"no train of this scenario passes a station `{name}`; {hint}"
    raise PlotError(message)


def _shortest(arrays: CorridorArrays, start: int, end: int) -> list[int]:
    """Return the sections of the shortest way: Dijkstra, ties by section."""
    sections = arrays.sections
    near: dict[int, list[tuple[int, int]]] = {}
    ends = zip(sections.from_idx.tolist(), sections.to_idx.tolist(), strict=True)
    for k, (a, b) in enumerate(ends):
        near.setdefault(a, []).append((k, b))
        near.setdefault(b, []).append((k, a))
    length_m = sections.length_m.tolist()
    came: dict[int, tuple[int, int]] = {}
    heap, done = [(0.0, -1, start, -1)], set()
    while heap:
        so_far, by, here, before = heapq.heappop(heap)
        if here in done:
            continue
        done.add(here)
        came[here] = (by, before)
        for k, there in near.get(here, []):
            if there not in done:
                heapq.heappush(heap, (so_far + length_m[k], k, there, here))
    if end not in came or start == end:
        names = arrays.names.stations
        why = "the same station" if start == end else "not joined by the sections in use"
        message = f"no stretch from `{names[start]}` to `{names[end]}`: {why}"
        raise PlotError(message)
    way: list[int] = []
    while end != start:
        by, end = came[end]
        way.append(by)
    return way[::-1]


def _laid_out(arrays: CorridorArrays, start: int, way: list[int]) -> Stretch:
    sections, names = arrays.sections, arrays.names
    stations, heading = [start], []
    for k in way:
        backwards = int(sections.from_idx[k]) != stations[-1]
        heading.append(int(backwards))
        stations.append(int((sections.from_idx if backwards else sections.to_idx)[k]))
    twice = [s for n, s in enumerate(stations) if s in stations[:n]]
    if twice:
        message = f"the stretch would pass `{names.stations[twice[0]]}` twice; draw it in parts"
        raise PlotError(message)
    idx = np.array(stations, np.int64)
    section_idx = np.array(way, np.int64)
    return Stretch(
        station_ids=tuple(names.stations[s] for s in stations),
        is_loop=sections.station_is_loop[idx] == 1,
        chainage_m=np.concatenate(([0.0], np.cumsum(sections.length_m[section_idx]))),
        is_terminal=np.isin(idx, arrays.terminals.station_idx),
        is_post=np.isin(idx, arrays.posts.station_idx),
        section_idx=section_idx,
        section_ids=tuple(names.sections[k] for k in way),
        parent_ids=tuple(names.parents[k] for k in way),
        heading=np.array(heading, np.int64),
        is_meet=sections.is_meet[section_idx] == 1,
        n_tracks=sections.n_tracks[section_idx],
    )
