"""Who works on wagons: the gangs of each terminal, then the cranes of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.post_parts import Teams

if TYPE_CHECKING:
    from sim.arrays.used import Used
    from sim.model import Scenario

__all__ = ["cranes_of", "team_arrays", "works_by_crane"]


def works_by_crane(scenario: Scenario, flow_id: str, terminal_id: str) -> bool:
    """Return whether the freight of a flow is worked by the cranes of a terminal."""
    cranes = scenario.terminals[terminal_id].cranes
    packaging = scenario.commodities[scenario.flows[flow_id].commodity].packaging
    return cranes is not None and packaging in cranes.packaging


def cranes_of(scenario: Scenario, used: Used) -> list[int]:
    """Return the number of cranes of each terminal in use."""
    found = [scenario.terminals[name].cranes for name in used.terminals]
    return [0 if cranes is None else cranes.cranes for cranes in found]


def team_arrays(scenario: Scenario, used: Used) -> Teams:
    """Return the teams of the terminals in use, and who works on which freight."""
    gangs = [scenario.terminals[name].gangs or 0 for name in used.terminals]
    units = np.array([*gangs, *cranes_of(scenario, used)], np.int64)
    by_crane = [
        works_by_crane(scenario, flow, terminal)
        for flow in scenario.flows
        for terminal in used.terminals
    ]
    return Teams(
        units=units,
        base=np.cumsum(units) - units,
        first_unit=np.array([*(0 for _ in gangs), *gangs], np.int64),
        by_crane=np.array(by_crane, np.int64).reshape(len(scenario.flows), len(gangs)),
    )
