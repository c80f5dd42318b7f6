"""The stretches of a service whose running times come from physics, read back from arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.physics import stretches
from sim.arrays.programs import Step
from sim.arrays.sections import cut

if TYPE_CHECKING:
    from sim.arrays.layout import CorridorArrays
    from sim.arrays.physics import Reach
    from sim.model import NetworkPlan, Scenario

__all__ = ["service_reaches"]


def service_reaches(
    scenario: Scenario, plan: NetworkPlan, arrays: CorridorArrays, service_id: str, direction: int
) -> list[tuple[Reach, tuple[str, ...]]]:
    """Return the stretches of one way of a service, each with its stopping places.

    Parameters
    ----------
    scenario, plan, arrays
        A compiled scenario.
    service_id : str
        A service that some flow uses.
    direction : int
        0 out, 1 home.

    Returns
    -------
    reaches : list of (Reach, tuple of str)
        In the order of travel; names of stations and loops, one more than steps. Empty for a
        service without locomotives.
    """
    if scenario.services[service_id].locomotives is None:
        return []
    programs, sections, names = arrays.programs, arrays.sections, arrays.names
    row = 2 * names.services.index(service_id) + direction
    span = range(programs.ptr[row], programs.ptr[row + 1])
    steps = [
        Step(int(programs.op[k]), int(programs.arg[k]), heading=int(programs.heading[k]))
        for k in span
    ]
    cutting = cut(scenario, plan, frozenset(names.parents))
    ends = (sections.from_idx, sections.to_idx)
    found = []
    for reach in stretches(scenario, plan, cutting, steps):
        first = steps[reach.steps[0]]
        places = [int(ends[first.heading][first.arg])]
        places += [int(ends[1 - steps[k].heading][steps[k].arg]) for k in reach.steps]
        found.append((reach, tuple(names.stations[i] for i in places)))
    return found
