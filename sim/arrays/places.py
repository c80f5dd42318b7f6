"""Terminals and trucks as arrays."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.parts import NO_LIMIT, Terminals, Trucks
from sim.model.base import whole_part
from sim.model.road import TruckMarket
from sim.units import HOUR_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays.hours import Clock
    from sim.arrays.used import Used
    from sim.model import Scenario
    from sim.model.terminal import Terminal

__all__ = ["terminal_arrays", "truck_arrays"]


def _stands_shut(place: Terminal) -> int:
    return int(place.hours is not None and place.hours.at_closing == "interrupt")


def _yard_limit(terminal: Terminal) -> int:
    if terminal.receiving_tracks is None or terminal.tracks is None:
        return NO_LIMIT
    return terminal.tracks + terminal.receiving_tracks


def terminal_arrays(
    scenario: Scenario, used: Used, stations: tuple[str, ...], gates: dict[str, int]
) -> Terminals:
    """Return the terminals in use."""
    rows = []
    for name in used.terminals:
        terminal = scenario.terminals[name]
        rows.append(
            (
                stations.index(terminal.station) if terminal.station in stations else -1,
                terminal.tracks or 0,
                _yard_limit(terminal),
                gates[f"terminal:{name}"],
                _stands_shut(terminal),
            )
        )
    table = np.array(rows, np.int64).reshape(-1, 5)
    return Terminals(*(table[:, k].copy() for k in range(5)))


def _mornings(market: TruckMarket, clock: Clock) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the mornings of a market and the trucks of each: fractions carry over."""
    instants = clock.departures((market.offered_at,), ())
    upto = [whole_part(market.available_per_day, day) for day in range(len(instants) + 1)]
    return instants, np.array([b - a for a, b in pairwise(upto)], np.int64)


def truck_arrays(scenario: Scenario, used: Used, clock: Clock) -> Trucks:
    """Return the truck fleets and markets in use."""
    rows, instants, counts, ptr = [], [], [], [0]
    for name in used.trucks:
        trucks = scenario.trucks[name]
        if isinstance(trucks, TruckMarket):
            rows.append((1, 0, 0, 0))
            at, n = _mornings(trucks, clock)
            instants.append(at)
            counts.append(n)
            ptr.append(ptr[-1] + len(at))
        else:
            times_h = (trucks.turnaround_h, trucks.rotation_h)
            turn_ms, rotation_ms = (round(h * HOUR_MS) for h in times_h)
            rows.append((0, trucks.trucks_available, turn_ms, rotation_ms))
            ptr.append(ptr[-1])
    table = np.array(rows, np.int64).reshape(-1, 4)
    none = [np.zeros(0, np.int64)]
    return Trucks(
        is_market=table[:, 0].copy(),
        trucks=table[:, 1].copy(),
        turnaround_ms=table[:, 2].copy(),
        rotation_ms=table[:, 3].copy(),
        morning_ptr=np.array(ptr, np.int64),
        morning_ms=np.concatenate(none + instants),
        morning_trucks=np.concatenate(none + counts),
        payload_t=np.array([scenario.trucks[name].payload_t for name in used.trucks]),
    )
