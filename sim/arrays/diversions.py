"""Diversions as arrays: when a lot looks, at what, and which legs it then takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.flow_parts import Diversions
from sim.arrays.parts import HAUL, NO_LIMIT
from sim.arrays.used import leg_kinds
from sim.units import HOUR_MS, TONNE_KG, YEAR_D

if TYPE_CHECKING:
    from sim.arrays.controls import Control
    from sim.arrays.used import Used
    from sim.model import Scenario
    from sim.model.diversion import Diversion

__all__ = ["diversion_arrays"]


def diversion_arrays(
    scenario: Scenario, used: Used, controls: tuple[Control, ...], gates: dict[str, int]
) -> Diversions:
    """Return the diversions, one row a flow."""
    rows, watched, sizes = [], [], [0]
    for name, flow in scenario.flows.items():
        own, divert = len(flow.legs), flow.divert
        if divert is None:
            rows.append((own, -1, NO_LIMIT, NO_LIMIT, -1, 0))
            sizes.append(sizes[-1])
            continue
        at = 0 if divert.before is None else flow.legs.index(divert.before)
        closed_ms = NO_LIMIT if divert.closed_h is None else round(divert.closed_h * HOUR_MS)
        queue = NO_LIMIT if divert.queue_lots is None else divert.queue_lots
        rows.append((own, at, queue, closed_ms, *_cover(scenario, divert)))
        found = [
            gates[gate]
            for kind, leg in leg_kinds(scenario, name)[at:own]
            for gate in _gates_of(scenario, used, controls, (kind, leg))
            if gate in gates
        ]
        watched += list(dict.fromkeys(found))
        sizes.append(len(watched))
    table = np.array(rows, np.int64).reshape(-1, 6)
    return Diversions(
        n_own_legs=table[:, 0].copy(),
        looks_at=table[:, 1].copy(),
        queue_lots=table[:, 2].copy(),
        closed_ms=table[:, 3].copy(),
        stock_idx=table[:, 4].copy(),
        cover_kg=table[:, 5].copy(),
        gate_ptr=np.array(sizes, np.int64),
        gate_idx=np.array(watched, np.int64),
    )


def _cover(scenario: Scenario, divert: Diversion) -> tuple[int, int]:
    """Return the stock that is looked at, and the level below which freight is diverted. [kg]."""
    if divert.stock is None or divert.cover_d is None:
        return -1, 0
    mean_kg = scenario.stocks[divert.stock].consumption_t_per_year * TONNE_KG / YEAR_D
    return list(scenario.stocks).index(divert.stock), round(divert.cover_d * mean_kg)


def _gates_of(
    scenario: Scenario, used: Used, controls: tuple[Control, ...], leg: tuple[int, str]
) -> list[str]:
    """Return the names of the gates on the way of a leg."""
    kind, name = leg
    mode = "road" if kind == HAUL else "rail"
    own = scenario.hauls[name] if kind == HAUL else scenario.services[name]
    way = used.road_ways[name] if kind == HAUL else used.rail_ways[name]
    posts = [
        f"post:{c.name}"
        for c in controls
        if c.mode == mode and c.station in way.station_ids and not c.is_exchange
    ]
    line = [f"haul:{name}"] if kind == HAUL else [f"section:{s}" for s in way.section_ids]
    return [*line, *posts, f"terminal:{own.origin}", f"terminal:{own.destination}"]
