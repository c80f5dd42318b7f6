"""A ledger of a run, kept from its rows alone: where each lot is, what each thing has given out."""

from collections import Counter, defaultdict, deque

import numpy as np

from sim.arrays.parts import HAUL, RIDE_OUT
from sim.tables import Code

__all__ = ["Ledger"]

_COMES_FROM = {
    Code.WAGON: {"queue"},
    Code.LOAD_START: {"gang"},
    Code.LOAD_END: {"work"},
    Code.ABOARD: {"loaded"},
    Code.STORE_WAIT: {"room"},
    Code.STORED: {"room"},
    Code.UNLOAD_START: {"gang"},
    Code.UNLOAD_END: {"work"},
    Code.TRUCKS: {"queue"},
    Code.TRUCKED: {"trucks"},
    Code.ROAD: {"kerb"},
    Code.HAUL_END: {"road"},
    Code.DIVERTED: {"queue"},
    Code.DELIVERED: {"there"},
}
"""Kinds of place a lot must be in when the row is written."""


class Ledger:
    """Places of lots, and units out, after each row."""

    def __init__(self, arrays):
        self.arrays, flows = arrays, arrays.flows
        self.flow_of = np.repeat(np.arange(len(flows.lot_ptr) - 1), np.diff(flows.lot_ptr))
        self.flow_of = self.flow_of.tolist()
        self.at, self.lots_at, self.offered = {}, defaultdict(set), 0
        self.leg, self.leg_end = {}, {}
        self.wagons_out, self.trucks_out, self.trucks_given = Counter(), Counter(), Counter()
        self.stored, self.working = {}, Counter()
        self.units_busy = defaultdict(set)
        self.trains, self.inside = {}, defaultdict(list)
        self.left = {}
        self.with_trains, self.at_rest, self.moving = Counter(), Counter(), Counter()
        self.due_ms = defaultdict(deque)
        self.gates, self.now = {}, 0

    def put(self, lot, *place):
        """Move a lot: it leaves where it was, and is in one place only."""
        before = self.at.get(lot)
        if before is not None:
            self.lots_at[before].remove(lot)
        self.at[lot] = place
        self.lots_at[place].add(lot)

    def count(self, *place):
        """Return how many lots are in a place."""
        return len(self.lots_at[place])

    def read(self, row):
        """Take note of a row."""
        time_ms, event, lot, train, place, unit, _ = row
        assert time_ms >= self.now, "the clock goes back"
        self.now = time_ms
        if lot >= 0 and event in _COMES_FROM:
            assert self.at[lot][0] in _COMES_FROM[event], f"lot {lot} is not where it should be"
        name = f"_{Code(event).name.lower()}"
        if hasattr(self, name):
            getattr(self, name)(lot, train, place, unit)

    def _next_leg(self, lot):
        """Have a lot ask for what its next leg needs; without one it is there."""
        self.leg[lot] += 1
        self._ask(lot)

    def _ask(self, lot):
        if self.leg[lot] >= self.leg_end[lot]:
            self.put(lot, "there")
            return
        kind, arg = self._of_leg(lot)
        if kind == HAUL:
            self.put(lot, "queue", "trucks", int(self.arrays.hauls.trucks_idx[arg]))
        elif kind == RIDE_OUT:
            self.put(lot, "queue", "fleet", int(self.arrays.services.fleet_idx[arg]))
        else:
            self.put(lot, "queue", "seat", arg)

    def _of_leg(self, lot):
        flows, leg = self.arrays.flows, self.leg[lot]
        return int(flows.leg_kind[leg]), int(flows.leg_arg[leg])

    def _offered(self, lot, _train, _place, _unit):
        flow = self.flow_of[lot]
        first = int(self.arrays.flows.leg_ptr[flow])
        self.leg[lot] = first - 1
        self.leg_end[lot] = first + int(self.arrays.diversions.n_own_legs[flow])
        self.offered += 1
        self._next_leg(lot)

    def _diverted(self, lot, _train, place, _unit):
        self.leg[lot] = self.leg_end[lot]
        self.leg_end[lot] = int(self.arrays.flows.leg_ptr[place + 1])
        self._ask(lot)

    def _delivered(self, lot, _train, _place, _unit):
        self.put(lot, "delivered")

    def _wagon(self, lot, train, place, _unit):
        if train < 0:
            _, service = self._of_leg(lot)
            self.wagons_out[int(self.arrays.services.fleet_idx[service])] += 1
        self.put(lot, "gang", place)

    def _wagon_back(self, _lot, _train, place, _unit):
        self.wagons_out[place] -= 1

    def _load_start(self, lot, _train, place, unit):
        self._take("teams", self._team(lot, place, unit), unit)
        self.put(lot, "work", place)

    _unload_start = _load_start

    def _load_end(self, lot, _train, place, unit):
        self._free("teams", self._team(lot, place, unit), unit)
        self.stored.pop(lot, None)
        _, service = self._of_leg(lot)
        self.put(lot, "loaded", service)

    def _unload_end(self, lot, _train, place, unit):
        self._free("teams", self._team(lot, place, unit), unit)
        self._next_leg(lot)

    def _team(self, lot, place, unit):
        """Return whose unit it is: gangs come before cranes, which alone work their goods."""
        teams = self.arrays.teams
        terminals = teams.by_crane.shape[1]
        is_crane = unit >= teams.units[place]
        assert is_crane == teams.by_crane[self.flow_of[lot], place], "another works on a lot"
        return place + terminals * int(is_crane)

    def _take(self, kind, place, unit):
        assert unit < 0 or unit not in self.units_busy[kind, place], f"{kind}: {unit} serves two"
        self.units_busy[kind, place].add(unit)
        self.working[kind, place] += 1

    def _free(self, kind, place, unit):
        self.units_busy[kind, place].discard(unit)
        self.working[kind, place] -= 1

    def _post_start(self, _lot, _train, place, unit):
        self._take("servers", place, unit)

    def _post_end(self, _lot, _train, place, unit):
        self._free("servers", place, unit)

    def _formed(self, _lot, train, place, unit):
        self.trains[train] = (place, unit)

    def _aboard(self, lot, train, _place, _unit):
        self.put(lot, "aboard", train)

    def _placed(self, _lot, train, place, _unit):
        for lot in sorted(self.lots_at["aboard", train]):
            store = int(self.arrays.stores.leg_terminal[self.leg[lot]])
            self.put(lot, *(("room", store) if store >= 0 else ("gang", place)))

    def _stored(self, lot, _train, place, _unit):
        assert lot not in self.stored, "a lot lies in one store"
        self.stored[lot] = place
        self.put(lot, "gang", place)

    def _home(self, _lot, train, place, _unit):
        for lot in sorted(self.lots_at["aboard", train]):
            self.put(lot, "gang", place)
        del self.trains[train]

    def _enter(self, _lot, train, place, _unit):
        self.inside[place].append(train)

    def _leave(self, _lot, train, place, _unit):
        self.inside[place].remove(train)
        self.left[train] = (self.now, place)

    def _trucks(self, lot, _train, place, unit):
        pool = int(self.arrays.hauls.trucks_idx[place])
        self.trucks_out[pool] += unit
        self.trucks_given[pool] += unit
        self.put(lot, "trucks", place)

    def _trucked(self, lot, _train, place, _unit):
        self.stored.pop(lot, None)
        self.put(lot, "kerb", place)

    def _road(self, lot, _train, place, _unit):
        self.put(lot, "road", place)

    def _haul_end(self, lot, _train, _place, _unit):
        self._next_leg(lot)

    def _trucks_back(self, _lot, _train, place, unit):
        self.trucks_out[int(self.arrays.hauls.trucks_idx[place])] -= unit

    def _gate(self, _lot, _train, place, unit):
        self.gates[place] = unit

    def _pool_taken(self, _lot, _train, place, unit):
        self.with_trains[place] += unit

    def _pool_given(self, _lot, _train, place, unit):
        self.with_trains[place] -= unit
        self.at_rest[place] += unit
        self.due_ms[place].append(self.now + int(self.arrays.pools.rest_ms[place]))

    def _pool_ready(self, _lot, _train, place, unit):
        self.at_rest[place] -= unit
        assert self.due_ms[place].popleft() == self.now, "a rest is too short or too long"

    def _pool_sent(self, _lot, _train, place, unit):
        self.moving[place] += unit

    def _pool_moved(self, _lot, _train, place, unit):
        self.moving[place] -= unit
