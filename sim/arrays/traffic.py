"""Services, hauls and flows as arrays."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.arrays.controls import controls_of
from sim.arrays.flow_parts import Flows
from sim.arrays.offers import offer_windows
from sim.arrays.parts import HAUL, LINE, NO_LIMIT, POST, RIDE_BACK, RIDE_OUT, Hauls, Services
from sim.arrays.surges import surge_lots
from sim.arrays.used import leg_kinds
from sim.kernels.demand import lots_per_window
from sim.kernels.draws import to_clock_ms
from sim.kernels.running import cruise_running_time_s
from sim.model.fleet import Timetable
from sim.units import HOUR_MS, KM_M, KMH_PER_MPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays.hours import Clock
    from sim.arrays.used import Used
    from sim.model import NetworkPlan, Scenario
    from sim.model.fleet import Service

__all__ = ["flow_arrays", "haul_arrays", "service_arrays", "train_length_m"]


def _ptr(sizes: list[int]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(np.array(sizes, np.int64)))).astype(np.int64)


def train_length_m(scenario: Scenario, service: Service) -> float:
    """Return the length of a full train of a service. [m]."""
    wagon = scenario.wagon_types[scenario.fleets[service.fleet].wagon_type]
    return service.rake_wagons * wagon.length_m + service.locomotive_length_m


def flow_arrays(scenario: Scenario, used: Used, clock: Clock) -> Flows:
    """Return flows, their lots and their legs."""
    lots, months, legs, lot_legs = [], [], [], [0]
    for name, flow in scenario.flows.items():
        lot_t = scenario.lot_t(name)
        spans = offer_windows(scenario, flow, clock)
        count = lots_per_window([t for *_, t in spans], lot_t)
        months.append([(s, e, n) for (s, e, _), n in zip(spans, count.tolist(), strict=True)])
        lots.append(int(count.sum()) + sum(s.lots for s in surge_lots(scenario, name, clock)))
        legs.append(
            [_leg(scenario, used, kind, leg, lot_t) for kind, leg in leg_kinds(scenario, name)]
        )
        lot_legs.append(lot_legs[-1] + lots[-1] * len(legs[-1]))
    month = np.array([row for rows in months for row in rows], np.int64).reshape(-1, 3)
    leg = np.array([row for rows in legs for row in rows], np.int64).reshape(-1, 3)
    flows = scenario.flows.values()
    return Flows(
        lot_ptr=_ptr(lots),
        lot_t=np.array([scenario.lot_t(name) for name in scenario.flows]),
        month_ptr=_ptr([len(rows) for rows in months]),
        month_start_ms=month[:, 0].copy(),
        month_end_ms=month[:, 1].copy(),
        month_lots=month[:, 2].copy(),
        leg_ptr=_ptr([len(rows) for rows in legs]),
        leg_kind=leg[:, 0].copy(),
        leg_arg=leg[:, 1].copy(),
        leg_trucks=leg[:, 2].copy(),
        origin_idx=np.array([used.terminals.index(f.origin) for f in flows], np.int64),
        destination_idx=np.array([used.terminals.index(f.destination) for f in flows], np.int64),
        lot_leg_base=np.array(lot_legs, np.int64),
        priority=np.array([f.priority for f in flows], np.int64),
    )


def _leg(scenario: Scenario, used: Used, kind: int, leg: str, lot_t: float) -> tuple[int, int, int]:
    if kind != HAUL:
        return kind, used.services.index(leg), 0
    trucks = scenario.trucks[scenario.hauls[leg].trucks]
    return kind, used.hauls.index(leg), ceil(lot_t / trucks.payload_t - 1e-9)


def _riders(flows: Flows, service: int, kind: int) -> int:
    """Return how many lots ride a service one way."""
    total = 0
    for f in range(len(flows.lot_ptr) - 1):
        row = slice(flows.leg_ptr[f], flows.leg_ptr[f + 1])
        if np.any((flows.leg_kind[row] == kind) & (flows.leg_arg[row] == service)):
            total += int(flows.lot_ptr[f + 1] - flows.lot_ptr[f])
    return total


class _Departure(NamedTuple):
    is_timetabled: bool
    longest_wait_ms: int
    least_wagons: int
    slot_ms: NDArray[np.int64]
    most_trains: int


def _departure(service: Service, riders: int, clock: Clock) -> _Departure:
    """Return when trains of a service leave, and how many can form at the most."""
    departs, none = service.departs, np.zeros(0, np.int64)
    full = riders // service.rake_wagons
    if isinstance(departs, Timetable):
        slots = clock.departures(departs.times, departs.days or ())
        return _Departure(True, NO_LIMIT, departs.least_wagons, slots, len(slots))  # noqa: FBT003
    if departs.longest_wait_h is None:
        return _Departure(False, NO_LIMIT, 1, none, full)  # noqa: FBT003
    wait_ms = round(departs.longest_wait_h * HOUR_MS)
    # a short train leaves only when a wagon has waited that long since the train before it
    return _Departure(False, wait_ms, 1, none, full + clock.end_ms // wait_ms + 2)  # noqa: FBT003


def service_arrays(scenario: Scenario, used: Used, flows: Flows, clock: Clock) -> Services:
    """Return the services in use."""
    rows, slots, sizes = [], [np.zeros(0, np.int64)], []
    for k, name in enumerate(used.services):
        service = scenario.services[name]
        riders = _riders(flows, k, RIDE_OUT)
        departure = _departure(service, riders, clock)
        slots.append(departure.slot_ms)
        sizes.append(len(departure.slot_ms))
        rows.append(
            (
                used.terminals.index(service.origin),
                used.terminals.index(service.destination),
                used.fleets.index(service.fleet),
                service.rake_wagons,
                departure.longest_wait_ms,
                departure.least_wagons,
                service.priority,
                round(service.return_wait_h * HOUR_MS),
                int(_riders(flows, k, RIDE_BACK) > 0),
                min(departure.most_trains, riders),
                int(departure.is_timetabled),
            )
        )
    lengths = [train_length_m(scenario, scenario.services[s]) for s in used.services]
    named = [scenario.services[s].locomotives for s in used.services]
    counts = [1 if own is None else own.count for own in named]
    return _services(np.array(rows, np.int64).reshape(-1, 11), sizes, slots, lengths, counts)


def _services(
    table: NDArray[np.int64],
    sizes: list[int],
    slots: list[NDArray[np.int64]],
    lengths: list[float],
    locomotives: list[int],
) -> Services:
    return Services(
        origin_idx=table[:, 0].copy(),
        destination_idx=table[:, 1].copy(),
        fleet_idx=table[:, 2].copy(),
        rake=table[:, 3].copy(),
        longest_wait_ms=table[:, 4].copy(),
        least_wagons=table[:, 5].copy(),
        is_timetabled=table[:, 10].copy(),
        slot_ptr=_ptr(sizes),
        slot_ms=np.concatenate(slots),
        priority=table[:, 6].copy(),
        return_wait_ms=table[:, 7].copy(),
        takes_return=table[:, 8].copy(),
        max_trains=table[:, 9].copy(),
        length_m=np.array(lengths, np.float64),
        locomotives=np.array(locomotives, np.int64),
    )


def _haul_steps(
    scenario: Scenario, plan: NetworkPlan, used: Used, name: str
) -> list[tuple[int, int, float]]:
    """Return the steps of a haul: parts of the road with their length, posts between. [m]."""
    way = used.road_ways[name]
    steps: list[tuple[int, int, float]] = []
    part_m = 0.0
    controls = controls_of(scenario)
    for section, station in zip(way.section_ids, way.station_ids[1:], strict=True):
        part_m += plan.sections[section].length_km * KM_M
        here = [
            k
            for k, control in enumerate(controls)
            if control.mode == "road" and control.station == station
        ]
        if here:
            steps.append((LINE, len(steps), part_m))
            steps += [(POST, p, 0.0) for p in here]
            part_m = 0.0
    if part_m > 0 or not steps:
        steps.append((LINE, len(steps), part_m))
    return steps


def haul_arrays(scenario: Scenario, plan: NetworkPlan, used: Used, gates: dict[str, int]) -> Hauls:
    """Return the hauls in use."""
    rows, steps, back, length, ends = [], [], [], [], []
    for name in used.hauls:
        haul = scenario.hauls[name]
        speed = haul.speed_kmh / KMH_PER_MPS
        made = _haul_steps(scenario, plan, used, name)
        ends += (np.cumsum([m for *_, m in made]) / KM_M).tolist()
        total_m = sum(m for *_, m in made)
        rows.append(
            (
                used.terminals.index(haul.origin),
                used.terminals.index(haul.destination),
                used.trucks.index(haul.trucks),
                gates[f"haul:{name}"],
            )
        )
        steps.append(
            [(op, arg, int(to_clock_ms(cruise_running_time_s(m, speed)))) for op, arg, m in made]
        )
        back.append(int(to_clock_ms(cruise_running_time_s(total_m, speed))))
        length.append(total_m)
    table = np.array(rows, np.int64).reshape(-1, 4)
    step = np.array([row for rows in steps for row in rows], np.int64).reshape(-1, 3)
    return Hauls(
        origin_idx=table[:, 0].copy(),
        destination_idx=table[:, 1].copy(),
        trucks_idx=table[:, 2].copy(),
        gate_idx=table[:, 3].copy(),
        ptr=_ptr([len(made) for made in steps]),
        op=step[:, 0].copy(),
        arg=step[:, 1].copy(),
        base_ms=step[:, 2].copy(),
        part_end_km=np.array(ends, np.float64),
        back_ms=np.array(back, np.int64),
        cv=np.array([scenario.hauls[h].spread_frac for h in used.hauls], np.float64),
        length_m=np.array(length, np.float64),
    )
