"""What the checks are told besides the scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model.network import NetworkPlan, WayFinder

__all__ = ["CheckContext"]


@dataclass(frozen=True, slots=True)
class CheckContext:
    """The network a scenario runs on, and the rules it may name.

    Attributes
    ----------
    plan : NetworkPlan
        Stations, sections, stages; with the gauges of the scenario.
    ways : WayFinder
        Finds the shortest way on it.
    dispatch_rules : tuple of str
        Names of the dispatch rules there are.
    """

    plan: NetworkPlan
    ways: WayFinder
    dispatch_rules: tuple[str, ...] = ("first-come", "priority", "least-delay", "fleeting")
