"""Gates: hours and closures of everything that opens and shuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.parts import Gates

if TYPE_CHECKING:
    from sim.arrays.hours import Clock
    from sim.arrays.used import Used
    from sim.model import NetworkPlan, Scenario
    from sim.model.disruption import Disruption
    from sim.model.hours import Hours

__all__ = ["gate_arrays", "gate_names"]


def gate_names(scenario: Scenario, plan: NetworkPlan, used: Used) -> tuple[str, ...]:
    """Return the gates of a scenario: posts, terminals, rail sections, hauls."""
    return (
        *(f"post:{p}" for p in scenario.posts),
        *(f"terminal:{t}" for t in used.terminals),
        *(f"section:{s}" for s in plan.sections if s in used.sections),
        *(f"haul:{h}" for h in used.hauls),
    )


def _hours(scenario: Scenario, gate: str) -> tuple[Hours | None, str | None]:
    kind, _, name = gate.partition(":")
    if kind == "post":
        return scenario.posts[name].hours, scenario.posts[name].time_zone
    if kind == "terminal":
        return scenario.terminals[name].hours, scenario.terminals[name].time_zone
    return None, None


def _closes(disruption: Disruption, gate: str, used: Used) -> bool:
    kind, _, name = gate.partition(":")
    hits = disruption.hits
    if disruption.effect.closed is None:
        return False
    if kind == "haul":
        return bool(set(used.road_ways[name].section_ids) & set(hits.sections))
    named = {"post": hits.posts, "terminal": hits.terminals, "section": hits.sections}
    return name in named[kind]


def gate_arrays(scenario: Scenario, used: Used, names: tuple[str, ...], clock: Clock) -> Gates:
    """Return hours and closures of the gates."""
    spans = [clock.open_spans(*_hours(scenario, gate)) for gate in names]
    hits = [
        [k for k, d in enumerate(scenario.disruptions.values()) if _closes(d, gate, used)]
        for gate in names
    ]
    none = [np.zeros(0, np.int64)]
    return Gates(
        hours_ptr=_ptr([len(opens) for opens, _ in spans]),
        opens_ms=np.concatenate(none + [opens for opens, _ in spans]),
        closes_ms=np.concatenate(none + [closes for _, closes in spans]),
        closure_ptr=_ptr([len(found) for found in hits]),
        closure_idx=np.array([k for found in hits for k in found], np.int64),
    )


def _ptr(sizes: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.concatenate(([0], np.cumsum(np.array(sizes, np.int64)))).astype(np.int64)
