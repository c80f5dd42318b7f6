"""The scenario vocabulary: frozen, closed, in the units people use."""

from sim.model.network import NetworkPlan, PlannedSection, PlannedStation
from sim.model.scenario import Scenario

__all__ = ["NetworkPlan", "PlannedSection", "PlannedStation", "Scenario"]
