"""Border controls, one after the other or several at a time (docs/semantics.md, 4.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sim.tables import Code

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import simpy

    from sim.engines.des.world import World

__all__ = ["Passing", "pass_controls"]


def _nobody(_ends_ms: int) -> None:
    """Tell nobody."""


class Passing(NamedTuple):
    """Who passes controls: a train, or a lot on its trucks."""

    slot: int
    units: tuple[int, int, int]
    """What a duration is taken times: one train, so many wagons or trucks, so many lots."""
    lot: int = -1
    train: int = -1
    begun: Callable[[int], None] = _nobody
    """Told when a control that runs alone will end."""


def pass_controls(
    world: World, who: Passing, controls: list[int], times_ms: list[int]
) -> Generator[simpy.Event, Any, None]:
    """Take a train, or a lot's trucks, through the controls of one order."""
    due = [
        (control, time_ms * -(-who.units[world.per[control]] // world.batch[control]))
        for control, time_ms in zip(controls, times_ms, strict=True)
        if time_ms >= 0
    ]
    if len(controls) == 1:
        for control, work_ms in due:
            yield from _pass(world, who, control, work_ms, who.begun)
        return
    if not due:
        return
    over = world.clock.env.event()
    left = [control for control, _ in due]
    for control, work_ms in due:
        world.clock.start(_pass_beside(world, who, control, work_ms, left, over))
    yield over


def _pass_beside(
    world: World, who: Passing, control: int, work_ms: int, left: list[int], over: simpy.Event
) -> Generator[simpy.Event, Any, None]:
    """Pass one of several controls; the last to end lets the train go on."""
    yield from _pass(world, who, control, work_ms, _nobody)
    left.remove(control)
    if not left:
        over.succeed()


def _pass(
    world: World,
    who: Passing,
    control: int,
    work_ms: int,
    begun: Callable[[int], None],
) -> Generator[simpy.Event, Any, None]:
    servers = world.posts[control]
    world.note(Code.POST_QUEUE, lot=who.lot, train=who.train, place=control)
    unit = yield servers.ask()
    world.note(Code.POST_START, lot=who.lot, train=who.train, place=control, unit=unit)
    lasts_ms = world.post_times[control].lasts_ms(world.clock.now, work_ms)
    begun(world.clock.now + lasts_ms)
    yield world.clock.after(lasts_ms, who.slot)
    world.note(Code.POST_END, lot=who.lot, train=who.train, place=control, unit=unit)
    servers.free(unit)
