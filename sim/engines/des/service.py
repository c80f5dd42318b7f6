"""Services: loaded wagons that wait for a train, and freight that waits for the way home."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from sim.arrays.parts import NO_LIMIT
from sim.engines.des.train import Seat, Train, run_train
from sim.engines.des.waiting import WaitingLine
from sim.errors import RunError
from sim.tables import Code

if TYPE_CHECKING:
    from collections.abc import Generator

    import simpy

    from sim.engines.des.world import World

__all__ = ["ReturnDesk", "Service"]


class ReturnDesk:
    """Gives seats of emptied trains to lots that ride home (docs/semantics.md, 6.2)."""

    def __init__(self, world: World, wait_ms: int) -> None:
        self.world = world
        self.wait_ms = wait_ms
        self._lots: WaitingLine[simpy.Event] = WaitingLine()
        self._trains: list[Train] = []

    def __len__(self) -> int:
        """Return how many lots wait for a seat."""
        return len(self._lots)

    def ask(self, *, priority: int) -> simpy.Event:
        """Return the grant of a seat; its value is (train, seat)."""
        grant = self.world.clock.env.event()
        self._lots.join(grant, priority)
        self._give()
        return grant

    def offer(self, train: Train) -> simpy.Event:
        """Offer the seats of a train; return the event that it may leave."""
        train.done = self.world.clock.env.event()
        self._trains.append(train)
        self._give()
        if self.wait_ms == 0:
            self._time_up(train)
        else:
            slot = self.world.slots.train + train.number
            self.world.clock.call_after(self.wait_ms, slot, lambda: self._time_up(train))
        return train.done

    def loaded(self, train: Train) -> None:
        """Take note that a lot given to the train is loaded."""
        train.loading -= 1
        self._release_if_ready(train)

    def _give(self) -> None:
        while self._lots and self._trains:
            train = self._trains[0]
            seat = train.seats[train.given]
            train.given += 1
            train.loading += 1
            if train.given == len(train.seats):
                self._trains.pop(0)
            self._lots.leave().succeed((train, seat))

    def _time_up(self, train: Train) -> None:
        if train.done is None or train.done.triggered:
            return
        train.wait_is_over = True
        if train in self._trains:
            self._trains.remove(train)
        self._release_if_ready(train)

    def _release_if_ready(self, train: Train) -> None:
        full = train.given == len(train.seats)
        if train.loading == 0 and (full or train.wait_is_over) and train.done is not None:
            train.done.succeed()


class Service:
    """Forms trains of loaded wagons (docs/semantics.md, 3.4 to 3.6)."""

    def __init__(self, world: World, number: int) -> None:
        services = world.arrays.services
        self.world = world
        self.number = number
        self.origin = int(services.origin_idx[number])
        self.destination = int(services.destination_idx[number])
        self.rake = int(services.rake[number])
        self.longest_wait_ms = int(services.longest_wait_ms[number])
        self.least_wagons = int(services.least_wagons[number])
        self.takes_return = bool(services.takes_return[number])
        self.desk = ReturnDesk(world, int(services.return_wait_ms[number]))
        slots = slice(services.slot_ptr[number], services.slot_ptr[number + 1])
        self._is_timetabled = bool(services.is_timetabled[number])
        self._timetable = services.slot_ms[slots].tolist()
        self._most_trains = int(services.max_trains[number])
        self._loaded: deque[tuple[int, Seat]] = deque()
        self._timer_runs = False
        self._formed = 0
        if self._timetable:
            world.clock.start(self.keep_timetable())

    def join(self, lot: int, leg: int, lot_leg: int) -> simpy.Event:
        """Add a loaded lot; return the event that it has arrived and may be unloaded."""
        arrived = self.world.clock.env.event()
        taken_for = self.world.yards.leg_service[leg]
        seat = Seat(lot, leg, lot_leg, taken_for, arrived)
        self._loaded.append((self.world.clock.now, seat))
        if self._is_timetabled:
            return arrived
        while len(self._loaded) >= self.rake:
            self._form(self.rake)
        self._watch_longest_wait()
        return arrived

    def keep_timetable(self) -> Generator[simpy.Event, Any, None]:
        """Form a train at each departure for which wagons are ready."""
        clock, slot = self.world.clock, self.world.slots.service + self.number
        for departs_ms in self._timetable:
            yield clock.after(departs_ms - clock.now, slot)
            if len(self._loaded) >= self.least_wagons:
                self._form(min(len(self._loaded), self.rake))

    def _watch_longest_wait(self) -> None:
        if self._timer_runs or not self._loaded or self.longest_wait_ms >= NO_LIMIT:
            return
        self._timer_runs = True
        due_ms = self._loaded[0][0] + self.longest_wait_ms
        clock = self.world.clock
        clock.call_after(
            due_ms - clock.now, self.world.slots.service + self.number, self._look_at_wait
        )

    def _look_at_wait(self) -> None:
        self._timer_runs = False
        now = self.world.clock.now
        if self._loaded and now - self._loaded[0][0] >= self.longest_wait_ms:
            self._form(len(self._loaded))
        self._watch_longest_wait()

    def _form(self, wagons: int) -> None:
        world = self.world
        if self._formed == self._most_trains:
            message = f"service {world.arrays.names.services[self.number]} forms too many trains"
            raise RunError(message)
        train = Train(
            world.trains_formed,
            self.number,
            self._formed,
            [self._loaded.popleft()[1] for _ in range(wagons)],
            wagons,
        )
        world.trains_formed += 1
        self._formed += 1
        world.under_way[train.number] = train
        world.note(Code.FORMED, train=train.number, place=self.number, unit=wagons)
        for k, seat in enumerate(train.seats):
            world.note(Code.ABOARD, lot=seat.lot, train=train.number, place=self.number, unit=k)
        world.clock.start(run_train(world, train))
