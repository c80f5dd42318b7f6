"""Stores between two legs, as arrays: how much room, and which legs end in one."""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.flow_parts import Stores
from sim.arrays.parts import NO_LIMIT, RIDE_BACK, RIDE_OUT
from sim.arrays.used import leg_kinds
from sim.units import TONNE_KG

if TYPE_CHECKING:
    from sim.arrays.used import Used
    from sim.model import Scenario

__all__ = ["store_arrays"]

_HAIR_KG = 1e-6


def store_arrays(scenario: Scenario, used: Used) -> Stores:
    """Return the stores: room in whole kilograms, lots rounded up.

    Parameters
    ----------
    scenario : Scenario
        With its maps in order of ids.
    used : Used
        Terminals in use.
    """
    rooms = [scenario.terminals[t].store_t for t in used.terminals]
    ends = [row for flow_id in scenario.flows for row in _ends(scenario, used, flow_id)]
    lots = [ceil(scenario.lot_t(f) * TONNE_KG - _HAIR_KG) for f in scenario.flows]
    return Stores(
        room_kg=np.array(
            [NO_LIMIT if room is None else round(room * TONNE_KG) for room in rooms], np.int64
        ),
        lot_kg=np.array(lots, np.int64),
        leg_terminal=np.array(ends, np.int64),
    )


def _ends(scenario: Scenario, used: Used, flow_id: str) -> list[int]:
    """Return by leg the terminal in whose store a lot waits for the next leg; -1 for none."""
    flow, kinds = scenario.flows[flow_id], leg_kinds(scenario, flow_id)
    passed_on = {s for s, service in scenario.services.items() if service.wagons == "passed-on"}
    rows = []
    for legs in (kinds[: len(flow.legs)], kinds[len(flow.legs) :]):
        for (kind, leg), (following, next_leg) in pairwise([*legs, (RIDE_BACK, "")]):
            rows.append(-1)
            if kind != RIDE_OUT or following == RIDE_BACK or next_leg in passed_on:
                continue
            terminal = scenario.services[leg].destination
            if scenario.terminals[terminal].store_t is not None:
                rows[-1] = used.terminals.index(terminal)
    return rows
