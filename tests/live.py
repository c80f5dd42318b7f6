"""A run watched while it goes: after every event the engine's state is held against a ledger.

A unit is given before the row that tells of it is written (docs/semantics.md, 1.4). So after any
event there may be less free than the ledger has out; before the next timer, when all starts and
grants are carried out, the two are equal.
"""

from collections import Counter
from itertools import pairwise

import numpy as np
from ledger import Ledger

from sim.arrays.disruption_parts import GANGS, SERVERS, TRUCKS, WAGONS
from sim.arrays.parts import NO_LIMIT
from sim.engines.base import COLUMNS
from sim.engines.des.lot import offer_lots
from sim.engines.des.standstill import refuse_standstill
from sim.engines.des.world import World
from sim.tables import Code

__all__ = ["Watch"]

_TIMERS = 2
"""Lowest priority of a timer among events of SimPy; starts and grants are below."""


class Watch:
    """A run under way, and all that must hold in it."""

    def __init__(self, arrays, draws):
        self.arrays, self.draws = arrays, draws
        self.world = world = World(arrays, draws)
        for number, is_market in enumerate(arrays.trucks.is_market.tolist()):
            if is_market:
                world.clock.start(world.keep_market(number))
        for flow in range(len(arrays.names.flows)):
            if arrays.flows.lot_ptr[flow + 1] > arrays.flows.lot_ptr[flow]:
                world.clock.start(offer_lots(world, flow))
        self.ledger = Ledger(arrays)
        self.n_read, self.n_events = 0, 0
        self._market, self._allowed = {}, {}
        self._mornings = self._mornings_of()
        names = arrays.names
        at = {name: g for g, name in enumerate(names.gates)}
        self._gate_at = {
            Code.POST_START: [at[f"post:{n}"] for n in names.posts],
            Code.LOAD_START: [at[f"terminal:{n}"] for n in names.terminals],
            Code.UNLOAD_START: [at[f"terminal:{n}"] for n in names.terminals],
            Code.ROAD: [at[f"haul:{n}"] for n in names.hauls],
            Code.ENTER: [at[f"section:{n}"] for n in names.parents],
        }
        self.look()

    def _mornings_of(self):
        trucks = self.arrays.trucks
        ptr = trucks.morning_ptr.tolist()
        return [set(trucks.morning_ms[a:b].tolist()) for a, b in pairwise(ptr)]

    @property
    def is_over(self):
        """Whether nothing happens any more before the end."""
        return self.world.clock.env.peek() >= self.arrays.end_ms

    def step(self):
        """Let one event happen, and look."""
        env, before = self.world.clock.env, self.world.clock.now
        env.step()
        self.n_events += 1
        assert env.now >= before, "the clock goes back"
        self.look()

    def advance(self, events):
        """Let so many events happen."""
        for _ in range(events):
            if self.is_over:
                return
            self.step()

    def advance_to(self, instant_ms):
        """Let all happen that does so before an instant."""
        while not self.is_over and self.world.clock.env.peek() < instant_ms:
            self.step()

    def finish(self):
        """Go to the end, and return the table."""
        self.advance_to(self.arrays.end_ms)
        refuse_standstill(self.world)
        return self.world.clock.table()

    def rows(self):
        """Return the rows written so far."""
        return self.world.clock.table().rows

    def look(self):
        """Read the rows written since, and hold all state against the ledger."""
        written = self.world.clock._rows
        width = len(COLUMNS)
        while self.n_read * width < len(written):
            row = written[self.n_read * width : (self.n_read + 1) * width].tolist()
            self._begins_at_open_gate(row)
            self.ledger.read(row)
            if row[1] == Code.EFFECT:
                self._allow(row[4])
            self.n_read += 1
        at_rest = self._all_carried_out()
        self._lots_hold()
        self._stores_hold(at_rest=at_rest)
        self._units_hold(at_rest=at_rest)
        self._servers_hold(at_rest=at_rest)
        self._line_holds()
        self._yards_hold(at_rest=at_rest)
        if at_rest:
            self._queues_hold()

    def _all_carried_out(self):
        env = self.world.clock.env
        queue = env._queue
        return not queue or queue[0][0] > env.now or queue[0][1] >= _TIMERS

    def _begins_at_open_gate(self, row):
        """Nothing begins at a shut gate; who runs through had authority before."""
        time_ms, event, _, train, place = row[:5]
        gates = self._gate_at.get(event)
        if gates is None:
            return
        left_ms, left = self.ledger.left.get(train, (-1, -1))
        is_meet = self.arrays.sections.is_meet
        through = event == Code.ENTER and left_ms == time_ms and is_meet[left] and is_meet[place]
        assert through or self.world.gates[gates[place]].is_open, "it begins at a shut gate"

    def _lots_hold(self):
        """Each lot is in one place; what was offered is delivered or under way."""
        world, ledger = self.world, self.ledger
        assert sum(map(len, ledger.lots_at.values())) == ledger.offered
        for service in world.services:
            ready = [seat.lot for _, seat in service._loaded]
            assert len(ready) == len(set(ready))
            assert set(ready) == ledger.lots_at["loaded", service.number]
        assert set(world.under_way) == set(ledger.trains)
        for number, train in world.under_way.items():
            seats = {seat.lot for seat in train.seats} | {seat.back_lot for seat in train.seats}
            assert ledger.lots_at["aboard", number] <= seats
            assert len(train.seats) == ledger.trains[number][1]

    def _stores_hold(self, *, at_rest):
        """What lies in a store has its room, and the rest of the room is free."""
        ledger, stores, kg = self.ledger, self.world.stores, self.arrays.stores.lot_kg
        assert stores._stored == ledger.stored
        inside = Counter()
        for lot, terminal in ledger.stored.items():
            inside[terminal] += int(kg[ledger.flow_of[lot]])
        for terminal, room_kg in enumerate(self.arrays.stores.room_kg.tolist()):
            free_kg = stores._rooms[terminal].free
            assert 0 <= free_kg <= room_kg - inside[terminal], "a store holds more than its room"
            assert not at_rest or free_kg == room_kg - inside[terminal], "room is lost"

    def _allow(self, disruption):
        """Take note of how many units may be in use, where a disruption that changes bears.

        Of several that change at this instant, the first row tells of all.
        """
        capacity, frac = self.arrays.disruptions.capacity, self.arrays.disruptions.frac
        for row, kind in enumerate(capacity.kind.tolist()):
            causes = capacity.cause[capacity.ptr[row] : capacity.ptr[row + 1]].tolist()
            if disruption in causes:
                share = min((frac[k] for k in causes if self._is_on(k)), default=1.0)
                units = int(np.floor(capacity.units[row] * share + 1e-9))
                self._allowed[kind, int(capacity.arg[row])] = units

    def _is_on(self, disruption):
        """Return whether a disruption holds at this instant, as drawn."""
        effects = self.draws.effects
        rows = slice(effects.ptr[disruption], effects.ptr[disruption + 1])
        k = int(np.searchsorted(effects.at_ms[rows], self.ledger.now, side="right")) - 1
        return k >= 0 and bool(effects.is_on[rows][k])

    def _units_hold(self, *, at_rest):
        """Wagons, trucks, locomotives, crews and sets of bogies are all there are."""
        world, ledger, arrays = self.world, self.ledger, self.arrays
        for fleet, pool in enumerate(world.bases.pools):
            allowed = self._allowed.get((WAGONS, fleet), int(arrays.bases.wagons[fleet]))
            _given_out("wagons", (pool.free, ledger.wagons_out[fleet], allowed), at_rest=at_rest)
        for number, pool in enumerate(world.truck_pools):
            if arrays.trucks.is_market[number]:
                self._market_holds(number, pool, at_rest=at_rest)
                continue
            allowed = self._allowed.get((TRUCKS, number), int(arrays.trucks.trucks[number]))
            _given_out("trucks", (pool.free, ledger.trucks_out[number], allowed), at_rest=at_rest)
        for number, pool in enumerate(world.pools):
            if pool.is_short:
                away = ledger.with_trains[number] + ledger.at_rest[number] + ledger.moving[number]
                assert min(pool.free) >= 0, "locomotives are given that are not there"
                due_ms = ledger.due_ms[number]
                assert not due_ms or due_ms[0] >= world.clock.now, "locomotives are not ready"
                units = int(arrays.pools.units[number])
                _given_out("locomotives", (sum(pool.free), away, units), at_rest=at_rest)

    def _servers_hold(self, *, at_rest):
        """Servers of posts and gangs of terminals are free, at work, or just given."""
        world, ledger, arrays = self.world, self.ledger, self.arrays
        for kind, name, places in (
            (SERVERS, "servers", world.posts),
            (GANGS, "teams", [world.team(k) for k in range(len(arrays.teams.units))]),
        ):
            for place, servers in enumerate(places):
                busy = ledger.working[name, place]
                assert busy <= servers._busy
                assert not at_rest or busy == servers._busy, f"{name} are lost"
                units = (arrays.posts.servers if kind == SERVERS else arrays.teams.units)[place]
                if units < NO_LIMIT:
                    assert servers._allowed == self._allowed.get((kind, place), int(units))
                    assert len(servers._free) + servers._busy == units

    def _market_holds(self, number, pool, *, at_rest):
        """Between two mornings a market gives what it had; it never has less than none."""
        assert pool.free >= 0
        given = self.ledger.trucks_given[number]
        if self.world.clock.now in self._mornings[number] or number not in self._market:
            self._market[number] = pool.free + given
        elif at_rest:
            assert pool.free + given == self._market[number], "a market's trucks are lost"

    def _line_holds(self):
        """Sections with one track have one train; stations no more trains than tracks."""
        dispatcher, sections = self.world.dispatcher, self.arrays.sections
        for section, trains in self.ledger.inside.items():
            if sections.is_meet[section] and sections.n_tracks[section] == 1:
                assert len(trains) <= 1, "two trains are in one section"
                assert not trains or dispatcher._taken[2 * section] >= 0
        stands = Counter(t.standing for t in self.world.under_way.values() if t.standing)
        for station, tracks in enumerate(dispatcher.tracks):
            standing, of_class = dispatcher.standing[station], dispatcher.of_class[station]
            assert 0 <= standing <= tracks, "a station has more trains than tracks"
            assert sum(of_class) == standing
            for group in (0, 1):
                assert stands[station, group] <= of_class[group] <= max(tracks - 1, 0)

    def _yards_hold(self, *, at_rest):
        """Places and working tracks of terminals are held by trains under way, each once."""
        world = self.world
        trains = world.under_way.values()
        destination = world.dispatcher.destination
        places = Counter(destination[t.service] for t in trains if t.has_place)
        for terminal, limit in enumerate(world.dispatcher.yard_limit):
            assert world.dispatcher.in_yard[terminal] == places[terminal] <= limit
        taken = [(destination[t.service], t.track) for t in trains if t.track >= 0]
        assert len(taken) == len(set(taken)), "two trains have one working track"
        here = Counter(terminal for terminal, _ in taken)
        for terminal, work in enumerate(world.terminals):
            busy = work.tracks._busy
            assert here[terminal] <= busy
            assert not at_rest or here[terminal] == busy, "working tracks are lost"

    def _queues_hold(self):
        """As many wait in each queue as the ledger has there, once all grants are carried out."""
        world, ledger = self.world, self.ledger
        for fleet, pool in enumerate(world.bases.pools):
            assert len(pool) == ledger.count("queue", "fleet", fleet)
        for number, pool in enumerate(world.truck_pools):
            assert len(pool) == ledger.count("queue", "trucks", number)
        for service in world.services:
            assert len(service.desk) == ledger.count("queue", "seat", service.number)
        for terminal, work in enumerate(world.terminals):
            waiting = sum(len(team.servers._queue) for team in work.teams)
            assert waiting == ledger.count("gang", terminal)
            assert len(world.stores._rooms[terminal]) == ledger.count("room", terminal)
        assert not ledger.lots_at[("there",)]
        for number, state in enumerate(gate.state for gate in world.gates):
            assert state == ledger.gates.get(number, 0)
        assert min(world.books._level_kg, default=0) >= 0


def _given_out(what, counts, *, at_rest):
    """What is free and what is out are all that may be in use."""
    free, out, allowed = counts
    assert out >= 0, f"more {what} come back than went out"
    assert free + out <= allowed, f"{what} are made of nothing"
    assert not at_rest or free + out == allowed, f"{what} are lost"
