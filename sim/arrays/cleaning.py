"""Cleaning of wagons between goods, as arrays: before freight home is loaded, and at home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.flow_parts import Cleanings
from sim.arrays.parts import HAUL, RIDE_BACK, RIDE_OUT
from sim.arrays.used import leg_kinds
from sim.units import HOUR_MS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.model import Scenario

__all__ = ["cleaning_arrays"]


def cleaning_arrays(scenario: Scenario) -> Cleanings:
    """Return the times of cleaning, by leg and by pair of goods.

    Parameters
    ----------
    scenario : Scenario
        With its maps in order of ids.
    """
    offered = _offered(scenario)
    back, home = [], []
    for name in scenario.flows:
        for kind, leg in leg_kinds(scenario, name):
            row, at_home_h = [0.0] * len(scenario.flows), 0.0
            if kind != HAUL:
                fleet = scenario.services[leg].fleet
                at_home_h = _longest_h(scenario, fleet, name, offered[fleet])
            if kind == RIDE_BACK:
                row = [_longest_h(scenario, fleet, out, [name]) for out in scenario.flows]
                at_home_h = max(at_home_h, scenario.services[leg].cleaning_h)
            back.append(row)
            home.append(at_home_h)
    shape = (len(back), len(scenario.flows))
    return Cleanings(before_back_ms=_ms(back).reshape(shape), home_ms=_ms(home))


def _ms(hours: list[list[float]] | list[float]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.rint(np.array(hours, np.float64) * HOUR_MS).astype(np.int64)


def _offered(scenario: Scenario) -> dict[str, list[str]]:
    """Return by fleet the flows that are loaded in its wagons at their home."""
    found: dict[str, list[str]] = {fleet: [] for fleet in scenario.fleets}
    for name in scenario.flows:
        for kind, leg in leg_kinds(scenario, name):
            if kind == RIDE_OUT:
                found[scenario.services[leg].fleet].append(name)
    return found


def _goods(scenario: Scenario, flow: str) -> tuple[str | None, str | None]:
    """Return the words by which a rule may name what a flow carries."""
    commodity = scenario.flows[flow].commodity
    return commodity, scenario.commodities[commodity].packaging


def _longest_h(scenario: Scenario, fleet: str, last: str, following: Iterable[str]) -> float:
    """Return the longest cleaning after a flow and before any of some, by a fleet's rules. [h]."""
    words = [_goods(scenario, name) for name in following]
    fitting = [
        rule.cleaning_h
        for rule in scenario.fleets[fleet].cleaning.values()
        if rule.after in _goods(scenario, last)
        and any(rule.before is None or rule.before in goods for goods in words)
    ]
    return max(fitting, default=0.0)
