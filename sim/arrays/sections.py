"""Sections of the network in use, cut into pieces at loops, and the rank of their stations."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.parts import NO_LIMIT, Sections
from sim.kernels.running import cruise_running_time_s
from sim.model.network import MeetsLine
from sim.units import KM_M, KMH_PER_MPS, MINUTE_MS

if TYPE_CHECKING:
    from sim.model import NetworkPlan, PlannedSection, Scenario

__all__ = ["Piece", "Pieces", "cut", "loop_count", "section_arrays"]

_EPSILON_KM = 1e-6


@dataclass(frozen=True, slots=True)
class Piece:
    """A simulated section: a whole section of the network, or its part between two loops."""

    id: str
    parent: PlannedSection
    from_id: str
    to_id: str
    length_m: float
    running_s: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """All pieces in use, the stations they join, and ranks for the dispatcher."""

    pieces: tuple[Piece, ...]
    of_parent: dict[str, tuple[int, ...]]
    """Positions of each section's pieces, from its ``from`` to its ``to``."""
    stations: tuple[str, ...]
    loops: frozenset[str]
    rank: dict[str, int]


def loop_count(length_km: float, spacing_km: float | None) -> int:
    """Return how many loops a section gets so that no stretch is longer than the spacing.

    Examples
    --------
    >>> loop_count(112.0, 20.0), loop_count(40.0, 20.0), loop_count(40.0, None)
    (5, 1, 0)
    """
    if spacing_km is None:
        return 0
    return max(ceil(length_km / spacing_km - _EPSILON_KM) - 1, 0)


def _pieces_of(section: PlannedSection, scenario: Scenario) -> list[Piece]:
    line = scenario.lines[section.line_id]
    if isinstance(line, MeetsLine):
        # with physics and no speed of its own the limit stands in, until programs are made
        limit = line.physics.speed_limit_kmh if line.physics else 0.0
        speed, supplement = line.running_speed_kmh or limit, line.supplement_frac
        n_loops = loop_count(section.length_km, line.loop_spacing_km)
    else:
        speed, supplement, n_loops = line.commercial_speed_kmh, 0.0, 0
    n = n_loops + 1
    length_m = section.length_km * KM_M / n
    running_s = float(
        cruise_running_time_s(length_m, speed / KMH_PER_MPS, supplement_frac=supplement)
    )
    ends = [
        section.from_id,
        *(f"{section.id}@{k}" for k in range(1, n)),
        section.to_id,
    ]
    return [
        Piece(
            section.id if n == 1 else f"{section.id}#{k + 1}",
            section,
            ends[k],
            ends[k + 1],
            length_m,
            running_s,
        )
        for k in range(n)
    ]


def _ranks(edges: list[tuple[str, str]], order: tuple[str, ...]) -> dict[str, int]:
    """Return a rank for each station on meets lines: by distance from the root, then order."""
    near: dict[str, list[str]] = {}
    for a, b in edges:
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    distance: dict[str, int] = {}
    for root in order:
        if root not in near or root in distance:
            continue
        distance[root] = 0
        queue = deque([root])
        while queue:
            here = queue.popleft()
            for there in near[here]:
                if there not in distance:
                    distance[there] = distance[here] + 1
                    queue.append(there)
    ranked = sorted(distance, key=lambda s: (distance[s], order.index(s)))
    return {station: rank for rank, station in enumerate(ranked)}


def cut(scenario: Scenario, plan: NetworkPlan, used: frozenset[str]) -> Pieces:
    """Return the pieces of the sections in use, in the network's order."""
    pieces: list[Piece] = []
    of_parent: dict[str, tuple[int, ...]] = {}
    for section in plan.sections.values():
        if section.id in used:
            made = _pieces_of(section, scenario)
            of_parent[section.id] = tuple(range(len(pieces), len(pieces) + len(made)))
            pieces.extend(made)
    ends = {end for piece in pieces for end in (piece.from_id, piece.to_id)}
    own = tuple(s for s in plan.stations if s in ends)
    loops = tuple(piece.to_id for piece in pieces if piece.to_id not in plan.stations)
    meets = [
        (p.from_id, p.to_id)
        for p in pieces
        if isinstance(scenario.lines[p.parent.line_id], MeetsLine)
    ]
    stations = own + loops
    return Pieces(tuple(pieces), of_parent, stations, frozenset(loops), _ranks(meets, stations))


def _station_tracks(scenario: Scenario, cutting: Pieces) -> tuple[list[int], list[float]]:
    tracks = dict.fromkeys(cutting.stations, NO_LIMIT)
    lengths = dict.fromkeys(cutting.stations, float(NO_LIMIT))
    for piece in cutting.pieces:
        line = scenario.lines[piece.parent.line_id]
        if not isinstance(line, MeetsLine):
            continue
        for station in (piece.from_id, piece.to_id):
            if station in scenario.stations:
                given = scenario.stations[station]
                tracks[station], lengths[station] = given.tracks, given.usable_length_m
            elif station in cutting.loops:
                tracks[station], lengths[station] = line.loop_tracks, line.loop_usable_length_m
            elif tracks[station] == NO_LIMIT or line.station_tracks > tracks[station]:
                tracks[station] = line.station_tracks
                lengths[station] = line.station_usable_length_m
    return list(tracks.values()), list(lengths.values())


def section_arrays(
    scenario: Scenario, cutting: Pieces, lines: tuple[str, ...], gates: dict[str, int]
) -> Sections:
    """Return the arrays of sections and stations."""
    at = {station: i for i, station in enumerate(cutting.stations)}
    rows = []
    for piece in cutting.pieces:
        line = scenario.lines[piece.parent.line_id]
        meets = isinstance(line, MeetsLine)
        rows.append(
            (
                at[piece.from_id],
                at[piece.to_id],
                lines.index(piece.parent.line_id),
                int(meets),
                piece.parent.n_tracks,
                round(line.clearance_min * MINUTE_MS) if isinstance(line, MeetsLine) else 0,
                round(line.headway_min * MINUTE_MS) if isinstance(line, MeetsLine) else 0,
                gates[f"section:{piece.parent.id}"],
            )
        )
    table = np.array(rows, np.int64).reshape(-1, 8)
    tracks, lengths = _station_tracks(scenario, cutting)
    return Sections(
        from_idx=table[:, 0].copy(),
        to_idx=table[:, 1].copy(),
        line_idx=table[:, 2].copy(),
        length_m=np.array([piece.length_m for piece in cutting.pieces], np.float64),
        is_meet=table[:, 3].copy(),
        n_tracks=table[:, 4].copy(),
        clearance_ms=table[:, 5].copy(),
        headway_ms=table[:, 6].copy(),
        gate_idx=table[:, 7].copy(),
        station_tracks=np.array(tracks, np.int64),
        station_length_m=np.array(lengths, np.float64),
        station_is_loop=np.array([int(s in cutting.loops) for s in cutting.stations], np.int64),
    )
