"""Gates: hours and closures of everything that opens and shuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.bans import bans_on, spans_between_bans
from sim.arrays.controls import GAUGE_AT, controls_of
from sim.arrays.parts import Gates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays.hours import Clock
    from sim.arrays.used import Used
    from sim.model import NetworkPlan, Scenario
    from sim.model.calendars import Calendar
    from sim.model.disruption import Disruption

    Ints = NDArray[np.int64]

__all__ = ["gate_arrays", "gate_names"]


def gate_names(scenario: Scenario, plan: NetworkPlan, used: Used) -> tuple[str, ...]:
    """Return the gates of a scenario: posts, terminals, rail sections, hauls."""
    return (
        *(f"post:{control.name}" for control in controls_of(scenario)),
        *(f"terminal:{t}" for t in used.terminals),
        *(f"section:{s}" for s in plan.sections if s in used.sections),
        *(f"haul:{h}" for h in used.hauls),
    )


def _named(scenario: Scenario, calendar: str | None) -> Calendar | None:
    return None if calendar is None else scenario.calendars[calendar]


def _spans(
    scenario: Scenario, plan: NetworkPlan, used: Used, gate: str, clock: Clock
) -> tuple[Ints, Ints]:
    kind, _, name = gate.partition(":")
    if kind == "post":
        control = next(c for c in controls_of(scenario) if c.name == name)
        calendar = _named(scenario, control.calendar)
        return clock.open_spans(control.hours, control.time_zone, calendar=calendar)
    if kind == "terminal":
        place = scenario.terminals[name]
        within = place.hours.calendar if place.hours else None
        calendar = _named(scenario, place.calendar or within)
        return clock.open_spans(place.hours, place.time_zone, calendar=calendar)
    sections = used.road_ways[name].section_ids if kind == "haul" else (name,)
    return spans_between_bans(scenario, bans_on(scenario, plan, sections), clock)


def _closes(disruption: Disruption, gate: str, used: Used) -> bool:
    kind, _, name = gate.partition(":")
    hits = disruption.hits
    if disruption.effect.closed is None:
        return False
    if kind == "haul":
        return bool(set(used.road_ways[name].section_ids) & set(hits.sections))
    if kind == "post" and name.startswith(GAUGE_AT):
        return name.removeprefix(GAUGE_AT) in hits.terminals
    named = {"post": hits.posts, "terminal": hits.terminals, "section": hits.sections}
    return name.partition("/")[0] in named[kind]


def gate_arrays(
    scenario: Scenario, plan: NetworkPlan, used: Used, names: tuple[str, ...], clock: Clock
) -> Gates:
    """Return hours and closures of the gates."""
    spans = [_spans(scenario, plan, used, gate, clock) for gate in names]
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
