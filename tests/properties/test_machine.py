"""A run is watched while it goes: after every event nothing is lost and nothing is made.

Hypothesis lays disruptions on a small rich corridor, begins the run and lets it go on by events or
instants; `live.Watch` holds the engine's state against a ledger kept from the rows.
"""

import json

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from invariants import check_all
from lines import merged
from live import Watch
from specimens import Finder
from wider_invariants import check_wider

from properties.rich import PLAN, SETTINGS, disruptions, rich_tree
from properties.trial import opened
from sim.analysis.outcome import Outcome
from sim.arrays.compiler import compile_corridor
from sim.engines.des.bases import WagonBases
from sim.engines.des.dispatcher import Dispatcher
from sim.engines.des.pools import StretchPool
from sim.engines.des.resources import GateQueue, Pool, Servers
from sim.engines.des.store import StoreRooms
from sim.model import Scenario
from sim.runs.drawing import draw_luck
from sim.runs.replicate import replicate
from sim.tables import Code
from sim.units import HOUR_MS

MOST = 6
"""Disruptions of a run."""
FEW = settings(
    max_examples=12,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


def compiled(**changes):
    scenario = Scenario.model_validate_json(json.dumps(rich_tree(**changes)))
    return scenario, compile_corridor(scenario, PLAN, Finder(PLAN))


class Corridor(RuleBasedStateMachine):
    """Disruptions, then a run that goes on step by step."""

    def __init__(self):
        super().__init__()
        self.rows, self.watch = {}, None
        self.changes, self.luck = {}, 0

    @initialize(changes=SETTINGS)
    def settle(self, changes):
        self.changes = changes

    @precondition(lambda self: self.watch is None and len(self.rows) < MOST)
    @rule(data=st.data())
    def disrupt(self, data):
        self.rows[f"d{len(self.rows)}"] = data.draw(disruptions(sorted(self.rows)))

    @precondition(lambda self: self.watch is None)
    @rule(seed=st.integers(0, 10_000), luck=st.integers(0, 2))
    def reseed(self, seed, luck):
        self.changes, self.luck = merged(self.changes, {"seed": seed}), luck

    @precondition(lambda self: self.watch is None)
    @rule()
    def begin(self):
        self.scenario, self.arrays = compiled(**self.changes, disruptions=self.rows)
        self.watch = Watch(self.arrays, draw_luck(self.arrays, self.luck))

    @precondition(lambda self: self.watch is not None)
    @rule(events=st.integers(1, 300))
    def go_on_by_events(self, events):
        self.watch.advance(events)

    @precondition(lambda self: self.watch is not None)
    @rule(hours=st.integers(1, 36))
    def go_on_by_hours(self, hours):
        self.watch.advance_to(self.watch.world.clock.now + hours * HOUR_MS)

    @invariant()
    def no_unit_is_lost_and_each_lot_is_in_one_place(self):
        if self.watch is not None:
            self.watch.look()

    def teardown(self):
        if self.watch is None:
            return
        events = self.watch.finish()
        assert events == replicate(self.arrays, self.luck), "going on in pieces changes rows"
        check_all(self.arrays, events, finished=True)
        check_wider(Outcome(self.scenario, self.arrays, events), with_tables=False)


TestCorridor = Corridor.TestCase
TestCorridor.settings = FEW


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_many_runs_are_watched():
    many = settings(FEW, max_examples=120, stateful_step_count=20)
    run_state_machine_as_test(Corridor, settings=many)


def test_the_corridor_passes_the_checks_and_uses_all_it_has():
    problems, scenario, arrays = opened(rich_tree(), PLAN)
    assert problems == ()
    assert scenario is not None
    ledger = _to_the_end(arrays)
    seen = {place[0] for place in ledger.lots_at}
    assert seen >= {"queue", "gang", "work", "loaded", "aboard", "room", "road", "delivered"}


def _to_the_end(arrays):
    watch = Watch(arrays, draw_luck(arrays, 0))
    watch.finish()
    return watch.ledger


def _spoil(monkeypatch, owner, name, spoilt, *, every=3):
    """Have a method do something else every so many times."""
    method, calls = getattr(owner, name), []

    def act(self, *args, **named):
        calls.append(self)
        return (method if len(calls) % every else spoilt)(self, *args, **named)

    monkeypatch.setattr(owner, name, act)


def _lose_a_wagon(self, _base, service, lot):
    fleet = self._fleet_of_service[service]
    self.world.note(Code.WAGON_BACK, lot=lot, place=fleet, unit=service)


def _give_two(self, number):
    self.free += 2 * number
    self._serve()


def _lose_room(self, lot):
    self._stored.pop(lot, None)


def _forget(self, *_):
    """Do nothing."""


def _shut_is_open(self):
    return self.env.event().succeed()


SPOILT = {
    "a wagon is lost": (WagonBases, "_is_back", _lose_a_wagon, "wagons are lost"),
    "a wagon, truck or room is made": (Pool, "put", _give_two, "made of nothing|more than its"),
    "a gang is lost": (Servers, "free", _forget, "are lost"),
    "room in a store is lost": (StoreRooms, "leave", _lose_room, "room is lost"),
    "a locomotive does not come from its rest": (
        StretchPool,
        "give",
        _forget,
        "locomotives are not ready",
    ),
    "a place in a yard is kept": (Dispatcher, "leave_yard", _forget, None),
    "a truck starts on a shut road": (GateQueue, "wait", _shut_is_open, "shut gate"),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_fault_put_into_the_engine_is_found_in_the_running_state(fault, monkeypatch):
    owner, name, spoilt, told = SPOILT[fault]
    _spoil(monkeypatch, owner, name, spoilt, every=1 if owner is StoreRooms else 3)
    rows = {
        f"shut-{k}": {"hits": {"sections": [section]}, "effect": {"closed": True},
                      "dates": {"first": "2027-01-02", "last": "2027-01-02"}}
        for k, section in enumerate(("road-long", "road-town", "home-s0"))
    }  # fmt: skip
    _, arrays = compiled(disruptions=rows)
    with pytest.raises(AssertionError, match=told):
        _to_the_end(arrays)


def test_the_machine_itself_finds_a_lost_wagon(monkeypatch):
    _spoil(monkeypatch, WagonBases, "_is_back", _lose_a_wagon)
    with pytest.raises(AssertionError, match="wagons are lost"):
        run_state_machine_as_test(
            Corridor,
            settings=settings(
                FEW, max_examples=5, derandomize=True, database=None, phases=[Phase.generate]
            ),
        )
