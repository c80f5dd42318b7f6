"""Sections with meets: authority, tracks of stations, clearance (docs/semantics.md, 4.3 to 4.7)."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.arrays.parts import NO_LIMIT, OUT
from sim.policies import dispatch_rule
from sim.tables import Cause, Code

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy

    from sim.arrays import CorridorArrays
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
        self, arrays: CorridorArrays, clock: Clock, slots: Slots, section_gates: list[Gate]
    ) -> None:
        self.clock = clock
        self.slot = slots.section
        self.gates = section_gates
        self.asks: list[Ask] = []
        self.timers = 0
        """Clearance and headway timers that run."""
        self._key = dispatch_rule(arrays.dispatch)
        self._priority = arrays.services.priority.tolist()
        self._destination = arrays.services.destination_idx.tolist()
        programs, sections = arrays.programs, arrays.sections
        self.arg = programs.arg.tolist()
        self.heading, self.counted = programs.heading.tolist(), programs.counted.tolist()
        self.ends = (sections.to_idx.tolist(), sections.from_idx.tolist())
        self.is_single = (sections.n_tracks == 1).tolist()
        self.clearance_ms = sections.clearance_ms.tolist()
        self.headway_ms = sections.headway_ms.tolist()
        self.tracks = sections.station_tracks.tolist()
        self.yard_limit = arrays.terminals.yard_limit.tolist()
        n = len(arrays.names.sections)
        self._taken = [_NOBODY] * (2 * n)
        """Single track: heading of the train that has the section, at 2 * section. Double track:
        whether the direction's headway is running, at 2 * section + heading."""
        self._last_exit = [-NO_LIMIT] * (2 * n)
        self._standing = [0] * len(arrays.names.stations)
        self._of_class = [[0, 0] for _ in arrays.names.stations]
        self._places: list[tuple[Train, simpy.Event]] = []
        self.in_yard = [0] * len(arrays.names.terminals)
        for gate in {id(g): g for g in section_gates}.values():
            gate.tell(self.look)

    def ask(self, train: Train, direction: int, step: int, reach: int) -> simpy.Event:
        """Return the grant of authority for so many steps from here."""
        ask = Ask(
            train,
            direction,
            step,
            step + reach,
            self._key(self._priority[train.service], self.clock.now),
            self.clock.env.event(),
        )
        insort(self.asks, ask, key=_key_of)
        self.look()
        return ask.grant

    def look(self) -> None:
        """Look through those who wait, from the front, until none can go."""
        i = 0
        while i < len(self.asks):
            ask = self.asks[i]
            found = self._obstacle(ask)
            if found[0] == Cause.NONE:
                del self.asks[i]
                self._give(ask)
                i = 0
                continue
            if found != ask.told:
                ask.told = found
                self.clock.note(
                    Code.WAITS,
                    train=ask.train.number,
                    place=self.arg[ask.step],
                    cause=found[0],
                    unit=found[1],
                )
            i += 1

    def _obstacle(self, ask: Ask) -> tuple[int, int]:
        """Return what stands in the way of authority, and where."""
        steps = range(ask.step, ask.last)
        shut = next((k for k in steps if not self.gates[self.arg[k]].is_open), None)
        if shut is not None:
            return Cause.SECTION_CLOSED, self.arg[shut]
        for k in steps:
            cause = self._taken_cause(self.arg[k], self.heading[k])
            if cause != Cause.NONE:
                return cause, self.arg[k]
        full = next((k for k in steps if self._is_full(k)), None)
        if full is not None:
            return Cause.STATION_FULL, self._end(full)
        if ask.direction == OUT and not ask.train.has_place:
            yard = self._destination[ask.train.service]
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
        group, station = self.counted[step], self._end(step)
        if group < 0:
            return False
        tracks = self.tracks[station]
        return bool(
            self._standing[station] >= tracks or self._of_class[station][group] >= tracks - 1
        )

    def _end(self, step: int) -> int:
        return int(self.ends[self.heading[step]][self.arg[step]])

    def _give(self, ask: Ask) -> None:
        for k in range(ask.step, ask.last):
            section, heading = self.arg[k], self.heading[k]
            at = 2 * section if self.is_single[section] else 2 * section + heading
            self._taken[at] = heading
            if self.counted[k] >= 0:
                self._standing[self._end(k)] += 1
                self._of_class[self._end(k)][self.counted[k]] += 1
        if ask.direction == OUT and not ask.train.has_place:
            ask.train.has_place = True
            self.in_yard[self._destination[ask.train.service]] += 1
        self._leave_station(ask.train)
        ask.grant.succeed()

    def _leave_station(self, train: Train) -> bool:
        if train.standing is None:
            return False
        station, group = train.standing
        self._standing[station] -= 1
        self._of_class[station][group] -= 1
        train.standing = None
        return True

    def enter(self, train: Train, step: int, run_ms: int) -> int:
        """Take a train into a section for which it has authority; return when it leaves. [ms]."""
        section, heading = self.arg[step], self.heading[step]
        now = self.clock.now
        if self._leave_station(train):
            self.look()
        if self.is_single[section]:
            return now + run_ms
        at, headway = 2 * section + heading, self.headway_ms[section]
        self._last_exit[at] = max(now + run_ms, self._last_exit[at] + headway)
        self._clear_after(headway, at)
        return int(self._last_exit[at])

    def leave(self, train: Train, step: int) -> None:
        """Take a train out of a section; it stands at the station where it counts."""
        section = self.arg[step]
        if self.counted[step] >= 0:
            train.standing = (self._end(step), self.counted[step])
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

    def place_for(self, train: Train, section: int) -> Generator[simpy.Event, Any, None]:
        """Give a train its place in the yard of its destination, before the line."""
        yard = self._destination[train.service]
        if train.has_place or self.yard_limit[yard] >= NO_LIMIT:
            return
        grant = self.clock.env.event()
        self._places.append((train, grant))
        self._give_places()
        if not grant.triggered:
            self.clock.note(
                Code.WAITS, train=train.number, place=section, cause=Cause.YARD_FULL, unit=yard
            )
        yield grant

    def _give_places(self) -> None:
        waiting = []
        for train, grant in self._places:
            yard = self._destination[train.service]
            if self.in_yard[yard] >= self.yard_limit[yard]:
                waiting.append((train, grant))
                continue
            train.has_place = True
            self.in_yard[yard] += 1
            grant.succeed()
        self._places = waiting

    def leave_yard(self, train: Train) -> None:
        """Give up a train's place in the yard of its destination."""
        if train.has_place:
            train.has_place = False
            self.in_yard[self._destination[train.service]] -= 1
            self._give_places()
            self.look()


def _key_of(ask: Ask) -> tuple[int, int]:
    return ask.key
