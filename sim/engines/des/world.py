"""The world of a run: everything that trains and lots meet, built from arrays and draws."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engines.des.bases import WagonBases
from sim.engines.des.books import Books
from sim.engines.des.clock import Clock, Slots
from sim.engines.des.dispatcher import Dispatcher
from sim.engines.des.effects import Effects
from sim.engines.des.pools import Side, StretchPool
from sim.engines.des.resources import Gate, GateQueue, Pool, Servers
from sim.engines.des.service import Service
from sim.engines.des.store import StoreRooms
from sim.engines.des.working import GateTimes
from sim.tables import Code

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy

    from sim.arrays import CorridorArrays, Draws
    from sim.engines.des.train import Seat, Train

__all__ = ["Haul", "TerminalWork", "World"]


@dataclass(frozen=True, slots=True)
class Team:
    """Gangs or cranes of a terminal."""

    servers: Servers
    first_slot: int
    first_unit: int


@dataclass(frozen=True, slots=True)
class TerminalWork:
    """Working tracks of a terminal, and who works on wagons: gangs, then cranes."""

    tracks: Servers
    teams: tuple[Team, Team]
    times: GateTimes


@dataclass(frozen=True, slots=True)
class Haul:
    """A leg by truck: its pool of trucks, its gate, its steps."""

    pool: Pool
    queue: GateQueue
    is_market: bool
    rotation_ms: int
    first: int
    last: int
    op: list[int]
    arg: list[int]


def _plain(part: Any) -> Any:  # noqa: ANN401
    """Return the arrays of a part as lists, which single look-ups read faster."""
    values = {name: getattr(part, name) for name in part.__slots__}
    return SimpleNamespace(
        **{k: v.tolist() if hasattr(v, "tolist") else v for k, v in values.items()}
    )


class World:
    """All state of a run."""

    def __init__(self, arrays: CorridorArrays, draws: Draws) -> None:
        self.arrays = arrays
        self.clock = Clock()
        self.note = self.clock.note
        self.slots = Slots(arrays)
        self.programs = _plain(arrays.programs)
        self._take_flows(arrays)
        self._take_luck(draws)
        self.trains_formed = 0
        self.under_way: dict[int, Train] = {}
        env, names = self.clock.env, arrays.names
        self.gates = self._open_gates(draws)
        gate = {name: self.gates[g] for g, name in enumerate(names.gates)}
        section_gates = [gate[f"section:{parent}"] for parent in names.parents]
        self.dispatcher = Dispatcher(arrays, draws, self.clock, self.slots, section_gates)
        self.line_queues = [GateQueue(env, g) for g in section_gates]
        self.posts = [
            Servers(env, int(n), gate[f"post:{name}"])
            for name, n in zip(names.posts, arrays.posts.servers, strict=True)
        ]
        self.post_times = [
            GateTimes(draws, g, stands_shut=stands)
            for g, stands in zip(
                arrays.posts.gate_idx.tolist(), arrays.posts.stands_shut.tolist(), strict=True
            )
        ]
        posts = arrays.posts
        self.per, self.batch = posts.per.tolist(), posts.batch.tolist()
        self.group_size, self.per_wagon = posts.group_size.tolist(), arrays.pools.per_wagon.tolist()
        self.terminals = [self._terminal(t, draws) for t in range(len(names.terminals))]
        self.stores, self.books = StoreRooms(self), Books(arrays, self.clock)
        self.pools = self._stretch_pools()
        self.locomotives = arrays.services.locomotives.tolist()
        self.bases, self.yards = WagonBases(self), _plain(arrays.yards)
        self.truck_pools = [Pool(env, int(n)) for n in arrays.trucks.trucks]
        self.hauls = [self._haul(h, gate[f"haul:{n}"]) for h, n in enumerate(names.hauls)]
        self.effects = Effects(self, draws.effects)
        self.morning_trucks = draws.effects.morning_trucks.tolist()
        self.services = [Service(self, s) for s in range(len(names.services))]

    def _take_flows(self, arrays: CorridorArrays) -> None:
        self.flows = _plain(arrays.flows)
        self.diversions = _plain(arrays.diversions)
        self.cleanings = _plain(arrays.cleanings)
        lots = np.diff(arrays.flows.lot_ptr)
        self.flow_of_lot = np.repeat(np.arange(len(lots)), lots).tolist()
        self.priority = np.repeat(arrays.flows.priority, lots).tolist()
        self.by_crane = arrays.teams.by_crane.tolist()

    def _take_luck(self, draws: Draws) -> None:
        self.offered_ms = draws.offered_ms.tolist()
        self.load_ms, self.unload_ms = draws.load_ms.tolist(), draws.unload_ms.tolist()
        self.sorting_ms = draws.sorting_ms.tolist()
        self.step_base = draws.step_base.tolist()
        self.step_ms, self.step_empty_ms = draws.step_ms.tolist(), draws.step_empty_ms.tolist()
        self.placing_base = draws.placing_base.tolist()
        self.placing_ms = draws.placing_ms.tolist()
        self.haul_base, self.haul_ms = draws.haul_base.tolist(), draws.haul_ms.tolist()
        self.haul_loading_ms = draws.haul_loading_ms.tolist()
        self.haul_back_ms = draws.haul_back_ms.tolist()

    def _open_gates(self, draws: Draws) -> list[Gate]:
        gates, first = [], draws.gate_ptr.tolist()
        for g in range(len(self.arrays.names.gates)):
            at = draws.gate_at_ms[first[g] : first[g + 1]].tolist()
            states = draws.gate_state[first[g] : first[g + 1]].tolist()
            gates.append(Gate(states[0]))
            if states[0] != 0:
                self.note(Code.GATE, place=g, unit=states[0])
            if len(at) > 1:
                self.clock.start(self._work_gate(g, gates[g], at[1:], states[1:]))
        return gates

    def _work_gate(
        self, number: int, gate: Gate, at: list[int], states: list[int]
    ) -> Generator[simpy.Event, Any, None]:
        for instant, state in zip(at, states, strict=True):
            yield self.clock.after(instant - self.clock.now, self.slots.gate + number)
            self.note(Code.GATE, place=number, unit=state)
            gate.change(state, self.clock.now)

    def _stretch_pools(self) -> list[StretchPool]:
        pools, slot = self.arrays.pools, self.slots.pool
        columns = (pools.units, pools.at_first, pools.rest_ms, pools.move_ms)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [StretchPool(self.clock, k, slot + k, Side(*row)) for k, row in enumerate(rows)]

    def _terminal(self, number: int, draws: Draws) -> TerminalWork:
        terminals, env = self.arrays.terminals, self.clock.env
        gate = int(terminals.gate_idx[number])
        return TerminalWork(
            Servers(env, int(terminals.tracks[number]), None),
            (self._team(number, gate), self._team(number + len(self.arrays.names.terminals), gate)),
            GateTimes(draws, gate, stands_shut=int(terminals.stands_shut[number])),
        )

    def _team(self, number: int, gate: int) -> Team:
        teams = self.arrays.teams
        servers = Servers(self.clock.env, int(teams.units[number]), self.gates[gate])
        return Team(servers, int(teams.base[number]), int(teams.first_unit[number]))

    def team(self, number: int) -> Servers:
        """Return the gangs or cranes of a number over all teams."""
        cranes, terminal = divmod(number, len(self.terminals))
        return self.terminals[terminal].teams[cranes].servers

    def _haul(self, number: int, gate: Gate) -> Haul:
        hauls = self.arrays.hauls
        trucks = int(hauls.trucks_idx[number])
        return Haul(
            self.truck_pools[trucks],
            GateQueue(self.clock.env, gate),
            bool(self.arrays.trucks.is_market[trucks]),
            int(self.arrays.trucks.rotation_ms[trucks]),
            int(hauls.ptr[number]),
            int(hauls.ptr[number + 1]),
            hauls.op.tolist(),
            hauls.arg.tolist(),
        )

    def keep_market(self, number: int) -> Generator[simpy.Event, Any, None]:
        """Renew the trucks of a market every morning."""
        trucks = self.arrays.trucks
        rows = slice(trucks.morning_ptr[number], trucks.morning_ptr[number + 1])
        mornings = zip(trucks.morning_ms[rows].tolist(), self.morning_trucks[rows], strict=True)
        for instant, offered in mornings:
            yield self.clock.after(instant - self.clock.now, self.slots.trucks + number)
            self.truck_pools[number].renew(offered)

    def clean_at_home(self, service: int, seat: Seat, leg: int, lot_leg: int) -> None:
        """Clean a wagon of what was in it last, then give it back; an empty clean one at once."""
        clean_ms, place = self.cleanings.home_ms[leg], self.services[service].origin

        def give_back() -> None:
            self.bases.give_back(place, seat.taken_for, seat.lot)

        if clean_ms == 0 and seat.back_lot < 0:
            give_back()
        else:
            self.clock.call_after(clean_ms, self.slots.clean + lot_leg, give_back)

    def trucks_are_back(self, haul: int, lot: int, trucks: int) -> None:
        """Put the trucks of a lot back into their fleet."""
        self.note(Code.TRUCKS_BACK, lot=lot, place=haul, unit=trucks)
        self.hauls[haul].pool.put(trucks)
