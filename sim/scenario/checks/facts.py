"""What several checks need to know of a scenario, found out once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.model.network import NoWayError

if TYPE_CHECKING:
    from sim.model import NetworkPlan, PlannedSection, Scenario
    from sim.model.fleet import Service, WagonType
    from sim.model.network import Way
    from sim.scenario.context import CheckContext

__all__ = ["Facts", "Leg"]


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg of a flow as it is taken: from which terminal to which, laden out or back."""

    position: int
    id: str
    start: str
    end: str
    is_rail: bool
    is_return: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """A scenario with its network; ways are looked for once and kept.

    Ids that lead nowhere give None or nothing here: the checks of references tell of them, and
    the other checks pass over what hangs on them.
    """

    scenario: Scenario
    context: CheckContext
    found: dict[tuple[object, ...], Way | None] = field(default_factory=dict)

    @property
    def plan(self) -> NetworkPlan:
        """The network."""
        return self.context.plan

    @property
    def open_stages(self) -> frozenset[str]:
        """Stages open on the first day: on these the trains run."""
        start = self.scenario.start_date
        return frozenset(s for s, opens in self.scenario.network.stages.items() if opens <= start)

    def wagon_type(self, service: Service) -> WagonType | None:
        """Return the type of a service's wagons."""
        fleet = self.scenario.fleets.get(service.fleet)
        return self.scenario.wagon_types.get(fleet.wagon_type) if fleet else None

    def stops(self, origin: str, via: tuple[str, ...], destination: str) -> tuple[str, ...]:
        """Return the stations a leg calls at, or nothing if any is unknown."""
        ends = (self.scenario.terminals.get(origin), self.scenario.terminals.get(destination))
        if ends[0] is None or ends[1] is None:
            return ()
        stops = (ends[0].station, *via, ends[1].station)
        return stops if all(stop in self.plan.stations for stop in stops) else ()

    def way(
        self,
        stops: tuple[str, ...],
        *,
        mode: str,
        gauge_mm: int | None = None,
        open_stages: frozenset[str] | None = None,
    ) -> Way | None:
        """Return the shortest way through stations, or None if there is none."""
        question = (stops, mode, gauge_mm, open_stages)
        if question not in self.found:
            try:
                way = self.context.ways(
                    stops, mode=mode, gauge_mm=gauge_mm, open_stages=open_stages
                )
            except NoWayError:
                way = None
            self.found[question] = way
        return self.found[question]

    def service_way(self, service_id: str) -> Way | None:
        """Return the way of a service's trains, or None if anything it needs is missing."""
        service = self.scenario.services[service_id]
        wagons = self.wagon_type(service)
        stops = self.stops(service.origin, service.via, service.destination)
        if wagons is None or not stops:
            return None
        return self.way(
            stops, mode="rail", gauge_mm=wagons.way_gauge_mm, open_stages=self.open_stages
        )

    def possible_way(self, service_id: str) -> Way | None:
        """Return the way a service's trains have once every stage is open."""
        service = self.scenario.services[service_id]
        wagons = self.wagon_type(service)
        stops = self.stops(service.origin, service.via, service.destination)
        if wagons is None or not stops:
            return None
        return self.way(stops, mode="rail", gauge_mm=wagons.way_gauge_mm)

    def haul_way(self, haul_id: str) -> Way | None:
        """Return the way of a haul's trucks, or None if anything it needs is missing."""
        haul = self.scenario.hauls[haul_id]
        stops = self.stops(haul.origin, haul.via, haul.destination)
        return self.way(stops, mode="road") if stops else None

    def sections(self, way: Way | None) -> tuple[PlannedSection, ...]:
        """Return the sections of a way in order."""
        return tuple(self.plan.sections[s] for s in way.section_ids) if way else ()

    @property
    def used_services(self) -> tuple[str, ...]:
        """Services that some flow takes, out or back."""
        legs = {leg for flow in self.scenario.flows.values() for leg in flow.all_legs}
        return tuple(s for s in self.scenario.services if s in legs)

    def passed(self, mode: str) -> set[str]:
        """Return stations and sections on the way of any service, or haul, used or not."""
        scenario = self.scenario
        ways = (
            [self.service_way(s) or self.possible_way(s) for s in scenario.services]
            if mode == "rail"
            else [self.haul_way(h) for h in scenario.hauls]
        )
        return {name for way in ways if way for name in (*way.station_ids, *way.section_ids)}

    def legs(self, flow_id: str) -> tuple[Leg, ...]:
        """Return the known legs of a flow, each taken from where the one before ended."""
        flow = self.scenario.flows[flow_id]
        here, legs = flow.origin, []
        for position, name in enumerate(flow.legs):
            service = self.scenario.services.get(name)
            leg = service or self.scenario.hauls.get(name)
            if leg is None:
                continue
            is_return = service is not None and here == leg.destination and here != leg.origin
            start, end = leg.origin, leg.destination
            if is_return:
                start, end = end, start
            legs.append(Leg(position, name, start, end, service is not None, is_return))
            here = end
        return tuple(legs)
