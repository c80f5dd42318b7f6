"""Sections with meets: authority, tracks of stations, clearance (docs/semantics.md, 4.3 to 4.7)."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.arrays.parts import NO_LIMIT, OUT
from sim.engines.des.crews import CrewHours
from sim.engines.des.lookahead import LookAhead
from sim.engines.des.places import give_places
from sim.engines.des.standstill import refuse_circle
from sim.policies import RuleCode, Waiting, dispatch_rule, order_of
from sim.policies.builtin import look_key, next_run, turn
from sim.tables import Cause, Code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import simpy

    from sim.arrays import CorridorArrays, Draws
    from sim.engines.des.clock import Clock, Slots
    from sim.engines.des.resources import Gate
    from sim.engines.des.train import Train

__all__ = ["Ask", "Dispatcher"]

_NOBODY = -1


@dataclass(slots=True)
class Ask:
    """A train that waits for authority."""

    train: Train
    direction: int
    step: int
    last: int
    key: tuple[int, int]
    grant: simpy.Event
    told: tuple[int, int] = (0, _NOBODY)


class Dispatcher:
    """Gives trains authority for sections with meets, never so that they block each other."""

    def __init__(
        self,
        arrays: CorridorArrays,
        draws: Draws,
        clock: Clock,
        slots: Slots,
        section_gates: list[Gate],
    ) -> None:
        self.clock = clock
        self.names = arrays.names
        self.slot = slots.section
        self.gates = section_gates
        self.asks: list[Ask] = []
        self.timers = 0
        """Clearance and headway timers that run."""
        self.rule = dispatch_rule(arrays.dispatch)
        self._batch = arrays.dispatch_batch
        self.crews = CrewHours(arrays, draws)
        is_looking_ahead = self.rule.code == RuleCode.LEAST_DELAY
        self.ahead = LookAhead(arrays, self) if is_looking_ahead else None
        self._priority = arrays.services.priority.tolist()
        self.destination = arrays.services.destination_idx.tolist()
        programs, sections = arrays.programs, arrays.sections
        self.arg = programs.arg.tolist()
        self.heading, self.counted = programs.heading.tolist(), programs.counted.tolist()
        self.ends = (sections.to_idx.tolist(), sections.from_idx.tolist())
        self.is_single = (sections.n_tracks == 1).tolist()
        self.clearance_ms = sections.clearance_ms.tolist()
        self.headway_ms = sections.headway_ms.tolist()
        self.tracks = sections.station_tracks.tolist()
        self.yard_limit = arrays.terminals.yard_limit.tolist()
        self._begin_empty(arrays)
        for gate in {id(g): g for g in section_gates}.values():
            gate.tell(self.look)

    def _begin_empty(self, arrays: CorridorArrays) -> None:
        """Begin with nothing taken."""
        n = len(arrays.names.sections)
        self._taken = [_NOBODY] * (2 * n)
        """Single track: heading of the train that has the section, at 2 * section. Double track:
        whether the direction's headway is running, at 2 * section + heading."""
        self._last_exit = [-NO_LIMIT] * (2 * n)
        self.places: list[tuple[Train, simpy.Event]] = []
        self.kept = 1 if self.rule.keeps_last_track else 0
        """Tracks of a station that trains of one class leave free."""
        self.standing = [0] * len(arrays.names.stations)
        self.of_class = [[0, 0] for _ in arrays.names.stations]
        self._run = [(_NOBODY, 0)] * n
        """Single track: heading of the trains that had the section last, how many in a row."""
        self.in_yard = [0] * len(arrays.names.terminals)

    def ask(self, train: Train, direction: int, step: int, reach: int) -> simpy.Event:
        """Return the grant of authority for so many steps from here."""
        key = look_key(self.rule.code, self._priority[train.service], self.clock.now)
        ask = Ask(train, direction, step, step + reach, key, self.clock.env.event())
        if self.ahead is not None:
            self.ahead.asked(train)
        insort(self.asks, ask, key=_key_of)
        self.look()
        return ask.grant

    def look(self) -> None:
        """Look through those who wait, from the front, until none can go."""
        while self._one_goes():
            pass
        if self.kept == 0:
            refuse_circle(self)

    def _one_goes(self) -> bool:
        """Look through those who wait until one gets authority; return whether one did."""
        for ask in self._in_order():
            found = self.obstacle(ask)
            if found[0] == Cause.NONE:
                first, found = self.ahead.before(ask) if self.ahead is not None else (ask, found)
                if first is not None:
                    self.asks.remove(first)
                    self._give(first)
                    return True
            if found != ask.told:
                ask.told = found
                self.clock.note(
                    Code.WAITS,
                    train=ask.train.number,
                    place=self.arg[ask.step],
                    cause=found[0],
                    unit=found[1],
                )
        return False

    def _in_order(self) -> Iterable[Ask]:
        """Return those who wait in the order in which the rule looks at them."""
        if self.rule.code == RuleCode.FLEETING:
            return sorted(self.asks, key=self._turn)
        if self.rule.code == RuleCode.OWN and self.asks:
            seen = tuple(self._seen())
            return [self.asks[i] for i in order_of(self.rule, seen, self.clock.now)]
        return self.asks

    def _turn(self, ask: Ask) -> int:
        section, heading = self.arg[ask.step], self.heading[ask.step]
        run_heading, run_count = self._run[section]
        return turn(heading, run_heading, run_count, self._batch)

    def _seen(self) -> Iterator[Waiting]:
        for ask in self.asks:
            yield Waiting(
                ask.train.number,
                self.names.services[ask.train.service],
                self._priority[ask.train.service],
                ask.key[1],
                ask.direction == OUT,
                self.names.sections[self.arg[ask.step]],
                self.heading[ask.step],
                int(ask.told[0]),
            )

    def obstacle(self, ask: Ask) -> tuple[int, int]:
        """Return what stands in the way of authority, and where."""
        steps = range(ask.step, ask.last)
        if (shut := self.shut(steps)) is not None:
            return Cause.SECTION_CLOSED, shut
        for k in steps:
            cause = self._taken_cause(self.arg[k], self.heading[k])
            if cause != Cause.NONE:
                return cause, self.arg[k]
        return self.full(ask.train, ask.direction, steps)

    def shut(self, steps: range) -> int | None:
        """Return the first section on the way whose gate is shut; None if there is none."""
        return next((self.arg[k] for k in steps if not self.gates[self.arg[k]].is_open), None)

    def full(self, train: Train, direction: int, steps: range) -> tuple[int, int]:
        """Return the first station, or the yard, that has no track for the train."""
        full = next((k for k in steps if self._is_full(k)), None)
        if full is not None:
            return Cause.STATION_FULL, self.end(full)
        if direction == OUT and not train.has_place:
            yard = self.destination[train.service]
            if self.in_yard[yard] >= self.yard_limit[yard]:
                return Cause.YARD_FULL, yard
        return Cause.NONE, _NOBODY

    def _taken_cause(self, section: int, heading: int) -> Cause:
        if not self.is_single[section]:
            taken = self._taken[2 * section + heading]
            return Cause.NONE if taken == _NOBODY else Cause.FOLLOW
        taken = self._taken[2 * section]
        if taken == _NOBODY:
            return Cause.NONE
        return Cause.FOLLOW if taken == heading else Cause.MEET

    def _is_full(self, step: int) -> bool:
        group, station = self.counted[step], self.end(step)
        if group < 0:
            return False
        tracks = self.tracks[station]
        return bool(
            self.standing[station] >= tracks or self.of_class[station][group] >= tracks - self.kept
        )

    def end(self, step: int) -> int:
        """Return the station at the end of a step."""
        return int(self.ends[self.heading[step]][self.arg[step]])

    def _give(self, ask: Ask) -> None:
        for k in range(ask.step, ask.last):
            section, heading = self.arg[k], self.heading[k]
            at = 2 * section if self.is_single[section] else 2 * section + heading
            self._taken[at] = heading
            if self.is_single[section]:
                self._run[section] = next_run(heading, *self._run[section])
            if self.counted[k] >= 0:
                self.standing[self.end(k)] += 1
                self.of_class[self.end(k)][self.counted[k]] += 1
        if ask.direction == OUT and not ask.train.has_place:
            ask.train.has_place = True
            self.in_yard[self.destination[ask.train.service]] += 1
        if self.ahead is not None:
            self.ahead.granted(ask)
        self._leave_station(ask.train)
        ask.grant.succeed()

    def _leave_station(self, train: Train) -> bool:
        if train.standing is None:
            return False
        station, group = train.standing
        self.standing[station] -= 1
        self.of_class[station][group] -= 1
        train.standing = None
        return True

    def expect(self, train: Train, step: int, ends_ms: int) -> None:
        """Take note that a train will have done a step at that instant."""
        if self.ahead is not None:
            self.ahead.expect(train, step, ends_ms)

    def enter(self, train: Train, step: int, run_ms: int) -> int:
        """Take a train into a section for which it has authority; return when it leaves. [ms]."""
        section, heading = self.arg[step], self.heading[step]
        now = self.clock.now
        if self._leave_station(train):
            self.look()
        leaves_ms = now + run_ms
        if not self.is_single[section]:
            at, headway = 2 * section + heading, self.headway_ms[section]
            leaves_ms = self._last_exit[at] = max(leaves_ms, self._last_exit[at] + headway)
            self._clear_after(headway, at)
        if self.ahead is not None:
            self.ahead.run_through(train, step, leaves_ms)
        return int(leaves_ms)

    def leave(self, train: Train, step: int) -> None:
        """Take a train out of a section; it stands at the station where it counts."""
        section = self.arg[step]
        if self.counted[step] >= 0:
            train.standing = (self.end(step), self.counted[step])
        if not self.is_single[section]:
            return
        at, clearance = 2 * section, self.clearance_ms[section]
        if clearance > 0:
            self._clear_after(clearance, at)
        else:
            self._taken[at] = _NOBODY
            self.look()

    def _clear_after(self, delay_ms: int, at: int) -> None:
        self.timers += 1
        self.clock.call_after(delay_ms, self.slot + at, lambda: self._clear(at))

    def _clear(self, at: int) -> None:
        self.timers -= 1
        self._taken[at] = _NOBODY
        self.look()

    def leave_yard(self, train: Train) -> None:
        """Give up a train's place in the yard of its destination."""
        if train.has_place:
            train.has_place = False
            self.in_yard[self.destination[train.service]] -= 1
            give_places(self)
            self.look()


def _key_of(ask: Ask) -> tuple[int, int]:
    return ask.key
