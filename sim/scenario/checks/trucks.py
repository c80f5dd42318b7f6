"""Trucks can carry what is asked of them."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from sim.model.road import TruckMarket
from sim.scenario.checks.registry import register
from sim.scenario.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model.road import TruckFleet
    from sim.scenario.checks.facts import Facts

__all__: list[str] = []


@register("there are trucks enough for a lot")
def trucks_enough_for_a_lot(facts: Facts) -> Iterator[Problem]:
    """See that a lot can ever get the trucks it needs: they are hired all at once."""
    scenario = facts.scenario
    told: set[str] = set()
    for name, flow in scenario.flows.items():
        commodity = scenario.commodities.get(flow.commodity)
        for leg in flow.all_legs:
            haul = scenario.hauls.get(leg)
            trucks = scenario.trucks.get(haul.trucks) if haul else None
            if haul is None or trucks is None or commodity is None or haul.trucks in told:
                continue
            need = ceil(scenario.lot_t(name) / trucks.payload_t - 1e-9)
            given, have, key = _trucks_there(trucks)
            if have < need:
                told.add(haul.trucks)
                a_day = " a day" if key == "trucks_per_day" else ""
                fact = f"a lot of {scenario.lot_t(name):g} t needs {need} trucks at once"
                of = "" if trucks.availability_frac == 1 else f" of {given:g} available"
                rule = f"there are {have:g}{of}{a_day}"
                share = "" if trucks.availability_frac == 1 else ", a larger `availability_frac`"
                way_out = f"have at least {need}{share}, or larger trucks"
                at = ("trucks", haul.trucks, key)
                yield Problem("too-few-trucks", at, fact, rule, way_out, value=given)


def _trucks_there(trucks: TruckFleet | TruckMarket) -> tuple[float, float, str]:
    """Return how many trucks are stated, how many of them take freight, and the key."""
    if isinstance(trucks, TruckMarket):
        return trucks.trucks_per_day, trucks.available_per_day, "trucks_per_day"
    return trucks.trucks, trucks.trucks_available, "trucks"
