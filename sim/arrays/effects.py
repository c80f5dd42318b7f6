"""What disruptions slow, narrow and make scarce or plentiful, as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.bases import base_ids
from sim.arrays.controls import controls_of
from sim.arrays.disruption_parts import (
    GANGS,
    MARKET,
    SERVERS,
    TRUCKS,
    WAGONS,
    Capacity,
    Demand,
    Disruptions,
    Slowing,
)
from sim.arrays.hours import Clock
from sim.arrays.occasions import chances, known_spans, law_rows
from sim.arrays.parts import LINE
from sim.arrays.surges import surge_lots
from sim.arrays.teams import cranes_of
from sim.model.disruption import EFFECTS
from sim.model.road import TruckMarket

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sim.arrays.flow_parts import Flows
    from sim.arrays.laws import LawTable
    from sim.arrays.parts import Hauls
    from sim.arrays.sections import Pieces
    from sim.arrays.used import Used
    from sim.model import NetworkPlan, Scenario

    Ints = NDArray[np.int64]

__all__ = ["disruption_arrays", "effect_arrays"]

_Entry = tuple[int, float, int]


def _ints(values: list[int]) -> Ints:
    return np.array(values, np.int64)


def _ptr(rows: Sequence[Sequence[object]]) -> Ints:
    return np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int64)


def _hitting(scenario: Scenario, effect: str, kind: str, name: str) -> list[int]:
    """Return the disruptions of one effect that hit a thing."""
    return [
        k
        for k, d in enumerate(scenario.disruptions.values())
        if d.effect.kind == effect and name in getattr(d.hits, kind)
    ]


def _on_road(
    scenario: Scenario, plan: NetworkPlan, way: tuple[str, ...], until: list[float]
) -> list[list[_Entry]]:
    """Return the entries of each part of a road; ``until`` is where each part ends. [km]."""
    rows: list[list[_Entry]] = [[] for _ in until]
    at_km, part, from_km = 0.0, 0, 0.0
    for stretch, section in enumerate(way):
        length_km = plan.sections[section].length_km
        at_km += length_km
        if part + 1 < len(until) and at_km > until[part] + 1e-6:
            from_km, part = until[part], part + 1
        share = length_km / max(until[part] - from_km, 1e-9)
        hitting = _hitting(scenario, "speed_frac", "sections", section)
        rows[part] += [(stretch, min(share, 1.0), k) for k in hitting]
    return rows


def _slowing(
    scenario: Scenario, plan: NetworkPlan, used: Used, cutting: Pieces, hauls: Hauls
) -> Slowing:
    rows: list[list[_Entry]] = []
    of_parent: dict[str, int] = {}
    for name in cutting.of_parent:
        hitting = _hitting(scenario, "speed_frac", "sections", name)
        if hitting:
            of_parent[name] = len(rows)
            rows.append([(0, 1.0, k) for k in hitting])
    of_step = [-1] * len(hauls.op)
    for h, name in enumerate(used.hauls):
        steps = [s for s in range(hauls.ptr[h], hauls.ptr[h + 1]) if hauls.op[s] == LINE]
        ends = [float(hauls.part_end_km[s]) for s in steps]
        found = _on_road(scenario, plan, used.road_ways[name].section_ids, ends)
        for step, row in zip(steps, found, strict=True):
            if row:
                of_step[step] = len(rows)
                rows.append(row)
    flat = [entry for row in rows for entry in row]
    return Slowing(
        row_of_section=_ints([of_parent.get(p.parent.id, -1) for p in cutting.pieces]),
        row_of_step=_ints(of_step),
        ptr=_ptr(rows),
        stretch=_ints([stretch for stretch, _, _ in flat]),
        share_frac=np.array([share for _, share, _ in flat], np.float64),
        cause=_ints([cause for _, _, cause in flat]),
    )


def _units(scenario: Scenario, used: Used) -> list[tuple[int, str, int, str, int]]:
    """Return kind, kind of hits, index, id and number of all things that have units."""
    posts = [
        (SERVERS, "terminals" if c.is_exchange else "posts", i, c.post_id, c.servers)
        for i, c in enumerate(controls_of(scenario))
    ]
    gangs = [
        (GANGS, "terminals", i, t, scenario.terminals[t].gangs)
        for i, t in enumerate(used.terminals)
    ]
    cranes = [
        (GANGS, "terminals", len(used.terminals) + i, t, n or None)
        for i, (t, n) in enumerate(zip(used.terminals, cranes_of(scenario, used), strict=True))
    ]
    wagons = [
        (WAGONS, "fleets", i, fleet, wagons)
        for i, (fleet, _, wagons) in enumerate(base_ids(scenario, used))
    ]
    trucks = []
    for i, name in enumerate(used.trucks):
        found = scenario.trucks[name]
        if isinstance(found, TruckMarket):
            trucks.append((MARKET, "trucks", i, name, 0))
        else:
            trucks.append((TRUCKS, "trucks", i, name, found.trucks_available))
    every = [*posts, *gangs, *cranes, *wagons, *trucks]
    return [(kind, hits, i, name, n) for kind, hits, i, name, n in every if n is not None]


def _capacity(scenario: Scenario, used: Used) -> Capacity:
    rows = []
    for kind, hits, i, name, units in _units(scenario, used):
        hitting = _hitting(scenario, "capacity_frac", hits, name)
        if hitting:
            rows.append((kind, i, units, hitting))
    return Capacity(
        kind=_ints([row[0] for row in rows]),
        arg=_ints([row[1] for row in rows]),
        units=_ints([row[2] for row in rows]),
        ptr=_ptr([row[3] for row in rows]),
        cause=_ints([k for row in rows for k in row[3]]),
    )


def _demand(scenario: Scenario, flows: Flows, clock: Clock) -> Demand:
    all_of = list(scenario.disruptions.values())
    less = [
        [k for k in _hitting(scenario, "demand_frac", "flows", name) if all_of[k].effect.frac <= 1]
        for name in scenario.flows
    ]
    rows = [
        (
            int(flows.month_ptr[f]) + surge.month,
            surge.cause,
            surge.start_ms,
            surge.end_ms,
            surge.lots,
        )
        for f, name in enumerate(scenario.flows)
        for surge in surge_lots(scenario, name, clock)
    ]
    table = np.array(rows, np.int64).reshape(-1, 5)
    return Demand(
        _ptr(less), _ints([k for row in less for k in row]), *(table[:, i].copy() for i in range(5))
    )


def effect_arrays(
    scenario: Scenario, plan: NetworkPlan, used: Used, cutting: Pieces, hauls: Hauls, flows: Flows
) -> tuple[Slowing, Capacity, Demand]:
    """Return what is slowed, whose units are cut, and which flows offer less or more."""
    return (
        _slowing(scenario, plan, used, cutting, hauls),
        _capacity(scenario, used),
        _demand(scenario, flows, Clock(scenario)),
    )


def disruption_arrays(
    scenario: Scenario, laws: LawTable, effects: tuple[Slowing, Capacity, Demand]
) -> Disruptions:
    """Return all disruptions of a scenario: when they may come, and what they do."""
    clock = Clock(scenario)
    every = list(scenario.disruptions.values())
    names = list(scenario.disruptions)
    known = [known_spans(d, clock) for d in every]
    spans = np.array([span for row in known for span in row], np.int64).reshape(-1, 2)
    chance = chances(scenario, clock)
    none = [np.zeros(0, np.int64)]
    durations, delays = law_rows(scenario, laws)
    return Disruptions(
        effect=_ints([EFFECTS.index(d.effect.kind) for d in every]),
        frac=np.array([d.effect.frac for d in every], np.float64),
        dated_ptr=_ptr(known),
        dated_start_ms=spans[:, 0].copy(),
        dated_end_ms=spans[:, 1].copy(),
        gap_mean_ms=np.array([c.gap_mean_ms for c in chance], np.float64),
        window_ptr=np.concatenate(([0], np.cumsum([len(c.start_ms) for c in chance]))).astype(
            np.int64
        ),
        window_start_ms=np.concatenate(none + [c.start_ms for c in chance]),
        window_end_ms=np.concatenate(none + [c.end_ms for c in chance]),
        window_weight=np.concatenate([np.zeros(0), *(c.weight for c in chance)]),
        most=_ints([c.most for c in chance]),
        after_idx=_ints(
            [-1 if d.after is None else names.index(d.after.disruption) for d in every]
        ),
        after_frac=np.array([d.after.probability_frac if d.after else 0.0 for d in every]),
        duration_law=_ints(durations),
        delay_law=_ints(delays),
        slowing=effects[0],
        capacity=effects[1],
        demand=effects[2],
    )
