"""Programs: what a train of a service passes, step by step, out and home."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.parts import GIVE, LINE, MEET, POST, TAKE, Programs
from sim.arrays.physics import apply_physics
from sim.arrays.pools import changes_on
from sim.arrays.uniform import apply_uniform
from sim.errors import ScenarioError
from sim.kernels.draws import to_clock_ms
from sim.model.network import MeetsLine

if TYPE_CHECKING:
    from sim.arrays.controls import Control
    from sim.arrays.sections import Pieces
    from sim.model import NetworkPlan, Scenario
    from sim.model.network import Way

__all__ = ["CircleError", "ProgramTable", "Step"]

_UP, _DOWN = 0, 1


class CircleError(ScenarioError):
    """Lines with meets run in a circle, where freedom from deadlock is not proven."""

    def __init__(self, service_id: str, station_id: str) -> None:
        self.path = ("services", service_id)
        self.fact = f"its way over lines with meets runs in a circle at `{station_id}`"
        self.rule = "lines with meets must branch like a tree"
        self.way_out = (
            "give a line of the circle `grain: aggregate`, or lead the service by another `via`"
        )
        super().__init__((f"services.{service_id}: {self.fact}; {self.rule}; {self.way_out}",))


@dataclass(slots=True)
class Step:
    """One step of a program while it is made."""

    op: int
    arg: int
    heading: int = 0
    base_ms: int = 0
    base_empty_ms: int = 0
    stand_ms: int = 0
    stand_empty_ms: int = 0
    factor: int = -1
    reach: int = 0
    counted: int = -1
    from_id: str = ""
    to_id: str = ""


@dataclass(slots=True)
class ProgramTable:
    """Collects the programs of all services, two each."""

    scenario: Scenario
    cutting: Pieces
    controls: tuple[Control, ...]
    usable_m: dict[str, float]
    plan: NetworkPlan
    factor_names: list[str] = field(default_factory=list)
    _steps: list[list[Step]] = field(default_factory=list)
    _factor_ptr: list[int] = field(default_factory=lambda: [0])
    _factor_cv: list[float] = field(default_factory=list)
    _own_gauge_mm: int = 0

    def add(self, service_id: str, way: Way, train_length_m: float) -> None:
        """Add a service: its way out and its way home."""
        home, last = _reverse(way), len(way.section_ids)
        fleet = self.scenario.fleets[self.scenario.services[service_id].fleet]
        self._own_gauge_mm = self.scenario.wagon_types[fleet.wagon_type].gauge_mm
        drawn = changes_on(self.scenario, service_id, way)
        back = [(pool, 1 - end, (last - b, last - a)) for pool, end, (a, b) in drawn[::-1]]
        out = self._program(service_id, way, train_length_m, drawn)
        _need_places(out)
        home_steps = self._program(service_id, home, train_length_m, back)
        for steps in (out, home_steps):
            apply_uniform(self.scenario, self.cutting, steps)
        apply_physics(self.scenario, self.plan, self.cutting, service_id, (out, home_steps))
        self._steps += [out, home_steps]

    def _program(
        self,
        service_id: str,
        way: Way,
        train_length_m: float,
        stretches: list[tuple[int, int, tuple[int, int]]],
    ) -> list[Step]:
        steps = self._walk(way, stretches)
        self._plan_meets(steps, train_length_m)
        self._refuse_turns(service_id, steps)
        self._factor_ptr.append(len(self._factor_cv))
        return steps

    def _walk(self, way: Way, stretches: list[tuple[int, int, tuple[int, int]]]) -> list[Step]:
        steps: list[Step] = _taken(stretches, 0)
        factors: dict[str, int] = {}
        for n, (section_id, is_reversed, station) in enumerate(
            zip(way.section_ids, way.is_reversed, way.station_ids[1:], strict=True), start=1
        ):
            at = self.cutting.of_parent[section_id]
            steps += [
                self._run(k, factors, is_reversed=is_reversed)
                for k in (reversed(at) if is_reversed else at)
            ]
            here = (k for k, c in enumerate(self.controls) if _stands(c, station))
            steps += [Step(POST, k) for k in here]
            steps += _given(stretches, n)
            steps += self._exchange(way.section_ids[n - 1 : n + 1], station)
            steps += _taken(stretches, n)
        return steps

    def _exchange(self, around: tuple[str, ...], station: str) -> list[Step]:
        """Return what a train passes at a station where the gauge changes."""
        gauges = [self.plan.sections[s].gauge_mm for s in around]
        if len(gauges) < 2 or gauges[0] == gauges[1]:  # noqa: PLR2004
            return []
        found = (k for k, c in enumerate(self.controls) if c.is_exchange and c.station == station)
        control = next(found)
        places = [c.post_id for c in self.controls if c.is_exchange]
        pool = len(self.scenario.locomotive_pools) + places.index(self.controls[control].post_id)
        if gauges[0] == self._own_gauge_mm:
            return [Step(TAKE, pool), Step(POST, control)]
        return [Step(POST, control), Step(GIVE, pool)]

    def _run(self, k: int, factors: dict[str, int], *, is_reversed: bool) -> Step:
        piece = self.cutting.pieces[k]
        line_id = piece.parent.line_id
        line = self.scenario.lines[line_id]
        meets = isinstance(line, MeetsLine)
        name = f"section/{piece.parent.id}" if meets else f"line/{line_id}"
        if name not in factors:
            factors[name] = len(factors)
            self.factor_names.append(name)
            self._factor_cv.append(line.spread_frac)
        ends = (piece.from_id, piece.to_id)
        return Step(
            MEET if meets else LINE,
            k,
            heading=int(is_reversed),
            base_ms=int(to_clock_ms(piece.running_s)),
            base_empty_ms=int(to_clock_ms(piece.running_s)),
            factor=factors[name],
            from_id=ends[is_reversed],
            to_id=ends[not is_reversed],
        )

    def _plan_meets(self, steps: list[Step], train_length_m: float) -> None:
        """Set for each section with meets how far authority reaches and where it counts."""
        for i in reversed(range(len(steps))):
            step = steps[i]
            if step.op != MEET:
                continue
            following = next((s for s in steps[i + 1 :] if s.op != POST), None)
            goes_on = following is not None and following.op == MEET
            if following is not None and goes_on:
                step.counted = self._class(following)
            fits = train_length_m <= self.usable_m[step.to_id]
            stops = not goes_on or fits or steps[i + 1].op == POST
            step.reach = 1 if stops else steps[i + 1].reach + 1

    def _class(self, step: Step) -> int:
        rank = self.cutting.rank
        return _UP if rank[step.to_id] > rank[step.from_id] else _DOWN

    def _refuse_turns(self, service_id: str, steps: list[Step]) -> None:
        """Refuse a way that goes up the ranks and then down: the deadlock proof needs this."""
        was_up = False
        for step in steps:
            if step.op == LINE:
                was_up = False
            if step.op != MEET:
                continue
            up = self._class(step) == _UP
            if was_up and not up:
                raise CircleError(service_id, step.from_id)
            was_up = up

    def arrays(self) -> Programs:
        """Return all programs as arrays."""
        flat = [step for steps in self._steps for step in steps]
        sizes = [len(steps) for steps in self._steps]

        def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
            return np.array([getattr(step, name) for step in flat], np.int64)

        return Programs(
            ptr=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
            op=column("op"),
            arg=column("arg"),
            heading=column("heading"),
            reach=column("reach"),
            counted=column("counted"),
            base_ms=column("base_ms"),
            base_empty_ms=column("base_empty_ms"),
            stand_ms=column("stand_ms"),
            stand_empty_ms=column("stand_empty_ms"),
            factor=column("factor"),
            factor_ptr=np.array(self._factor_ptr, np.int64),
            factor_cv=np.array(self._factor_cv, np.float64),
        )


def _stands(control: Control, station: str) -> bool:
    """Return whether every train that comes to a station passes a control."""
    return control.mode == "rail" and control.station == station and not control.is_exchange


def _given(stretches: list[tuple[int, int, tuple[int, int]]], position: int) -> list[Step]:
    """Return the locomotives that a train gives up at a station."""
    return [Step(GIVE, pool, heading=1 - end) for pool, end, (_, b) in stretches if b == position]


def _taken(stretches: list[tuple[int, int, tuple[int, int]]], position: int) -> list[Step]:
    """Return the locomotives that a train takes at a station."""
    return [Step(TAKE, pool, heading=end) for pool, end, (a, _) in stretches if a == position]


def _need_places(steps: list[Step]) -> None:
    """Mark takings of locomotives whose stretch enters the first section with meets."""
    first = next((k for k, step in enumerate(steps) if step.op == MEET), -1)
    before = [k for k, step in enumerate(steps[: max(first, 0)]) if step.op in (TAKE, GIVE)]
    if before and steps[before[-1]].op == TAKE:
        steps[before[-1]].reach = 1


def _reverse(way: Way) -> Way:
    return type(way)(
        way.station_ids[::-1],
        way.section_ids[::-1],
        tuple(not r for r in way.is_reversed[::-1]),
    )
