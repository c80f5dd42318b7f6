"""Bases of wagon fleets, and yards, as arrays."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.base_parts import NEAREST, NEED, ORIGIN, Bases, Yards
from sim.arrays.parts import HAUL, NO_LIMIT, RIDE_OUT
from sim.arrays.used import leg_kinds
from sim.units import HOUR_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays.used import Used
    from sim.model import Scenario

    Legs = tuple[tuple[int, str], ...]

__all__ = ["base_arrays", "base_ids", "passes_on", "yard_arrays"]

_RULES = {"origin": ORIGIN, "nearest": NEAREST, "need": NEED}


def base_ids(scenario: Scenario, used: Used) -> list[tuple[str, str, int]]:
    """Return fleet, terminal and wagons of each base from which a service in use takes wagons.

    Parameters
    ----------
    scenario : Scenario
        With its maps in order of ids.
    used : Used
        Services and fleets in use.
    """
    taken = {
        (service.fleet, service.origin)
        for service in (scenario.services[s] for s in used.services)
        if service.wagons == "own"
    }
    return [
        (name, base, wagons)
        for name in used.fleets
        for base, wagons in scenario.fleets[name].in_service_by_base.items()
        if (name, base) in taken
    ]


def base_arrays(scenario: Scenario, used: Used) -> Bases:
    """Return the bases in use, the rules of their fleets and the moves between places."""
    rows = base_ids(scenario, used)
    at = {(fleet, base): k for k, (fleet, base, _) in enumerate(rows)}
    services = [scenario.services[s] for s in used.services]
    every = [scenario.fleets[name].empties for name in used.fleets]
    move_ms = np.full((len(used.terminals), len(rows)), NO_LIMIT, np.int64)
    for k, (fleet, base, _) in enumerate(rows):
        empties = scenario.fleets[fleet].empties
        for place, hours in empties.move_h.items() if empties else ():
            if place in used.terminals and base in hours:
                move_ms[used.terminals.index(place), k] = round(hours[base] * HOUR_MS)
        move_ms[used.terminals.index(base), k] = 0
    sizes = [sum(fleet == name for fleet, _, _ in rows) for name in used.fleets]
    return Bases(
        fleet_ptr=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        terminal_idx=_ints([used.terminals.index(base) for _, base, _ in rows]),
        wagons=_ints([wagons for _, _, wagons in rows]),
        of_service=_ints([at[s.fleet, s.origin] if s.wagons == "own" else -1 for s in services]),
        rule=_ints([ORIGIN if e is None else _RULES[e.rule] for e in every]),
        move_ms=move_ms,
    )


def passes_on(scenario: Scenario, leg: tuple[int, str], following: tuple[int, str]) -> bool:
    """Return whether a lot's wagon goes on loaded from one leg in the next."""
    if leg[0] != RIDE_OUT or following[0] != RIDE_OUT:
        return False
    return scenario.services[following[1]].wagons == "passed-on"


def yard_arrays(scenario: Scenario, used: Used) -> Yards:
    """Return by leg where wagons are sorted, and for which service each was taken."""
    terminals, services = [], []
    for name, flow in scenario.flows.items():
        kinds = leg_kinds(scenario, name)
        for legs in (kinds[: len(flow.legs)], kinds[len(flow.legs) :]):
            found = _sorted_at(scenario, legs)
            terminals += [-1 if place is None else used.terminals.index(place) for place in found]
            services += _taken_for(used, legs, [place is not None for place in found])
    return Yards(leg_terminal=_ints(terminals), leg_service=_ints(services))


def _sorted_at(scenario: Scenario, legs: Legs) -> list[str | None]:
    """Return by leg the terminal at whose gangs the wagon is sorted; None for none."""
    return [
        scenario.services[leg[1]].destination if passes_on(scenario, leg, following) else None
        for leg, following in pairwise([*legs, (HAUL, "")])
    ]


def _taken_for(used: Used, legs: Legs, goes_on: list[bool]) -> list[int]:
    """Return by leg the service for which a lot took the wagon it rides in; -1 on hauls."""
    found: list[int] = []
    for k, (kind, leg) in enumerate(legs):
        if k and goes_on[k - 1]:
            found.append(found[-1])
        else:
            found.append(-1 if kind == HAUL else used.services.index(leg))
    return found


def _ints(values: list[int]) -> NDArray[np.int64]:
    return np.array(values, np.int64)
