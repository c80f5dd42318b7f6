"""Running times from physics put into the programs of trains."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from sim.arrays.consist import Consist, train_of
from sim.arrays.faults import AbruptTrainError, CannotClimbError
from sim.arrays.parts import MEET
from sim.arrays.performance import CELL_M, Ground, StretchTimes, ground_of, stretch_times
from sim.arrays.resistances import jumps, train_resistance
from sim.kernels.draws import to_clock_ms
from sim.kernels.stall import StallError
from sim.model.fleet import Timetable
from sim.model.network import MeetsLine
from sim.units import KM_M, KN_N, TONNE_KG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.arrays.programs import Step
    from sim.arrays.sections import Piece, Pieces
    from sim.model import NetworkPlan, Scenario
    from sim.model.traction import Physics

__all__ = [
    "Reach",
    "apply_physics",
    "largest_rake",
    "stretches",
]


class Reach(NamedTuple):
    """Consecutive steps of a program between two planned stops, with their ground."""

    steps: tuple[int, ...]
    ground: Ground
    physics: Physics
    supplement_frac: float
    pieces: tuple[tuple[str, Physics], ...]
    """Section and its line's physics, by step."""


def _line(scenario: Scenario, cutting: Pieces, step: Step) -> MeetsLine | None:
    """Return the line of a step if its running times come from physics."""
    if step.op != MEET:
        return None
    line = scenario.lines[cutting.pieces[step.arg].parent.line_id]
    return line if isinstance(line, MeetsLine) and line.physics is not None else None


def _share(cutting: Pieces, index: int) -> tuple[float, float]:
    """Return which part of its section a piece is."""
    own = cutting.of_parent[cutting.pieces[index].parent.id]
    k = own.index(index)
    return k / len(own), (k + 1) / len(own)


def stretches(
    scenario: Scenario, plan: NetworkPlan, cutting: Pieces, steps: list[Step]
) -> Iterator[Reach]:
    """Yield the stretches of a program whose running times come from physics.

    A stretch ends at a post, at the end of lines with physics, and where the trains' own figures
    change (model of resistance, track, braking) from line to line.
    """
    of_ground = {"speed_limit_kmh", "curve_permille", "curve_radius_m", "curve_share_frac"}
    of_ground |= {"curves", "sources"}

    def kind(k: int) -> object:
        line = _line(scenario, cutting, steps[k])
        if line is None or line.physics is None:
            return None
        own = line.physics.model_dump(exclude=of_ground)
        return (tuple(own.items()), line.supplement_frac)

    for key, group in groupby(range(len(steps)), key=kind):
        if key is None:
            continue
        found = tuple(group)
        pieces: list[Piece] = [cutting.pieces[steps[k].arg] for k in found]
        lines = [scenario.lines[piece.parent.line_id] for piece in pieces]
        physics = [line.physics for line in lines if isinstance(line, MeetsLine) and line.physics]
        ground = ground_of(
            pieces,
            [steps[k].heading for k in found],
            [_share(cutting, steps[k].arg) for k in found],
            physics,
            plan,
        )
        first = lines[0]
        supplement = first.supplement_frac if isinstance(first, MeetsLine) else 0.0
        passed = tuple(zip((piece.parent.id for piece in pieces), physics, strict=True))
        yield Reach(found, ground, physics[0], supplement, passed)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A consist on a stretch: equal to any other whose ground and figures are the same."""

    ground: Ground
    figures: str
    consist: Consist = field(compare=False)
    physics: Physics = field(compare=False)


@lru_cache(maxsize=512)
def _cached_times(asked: _Asked) -> StretchTimes:
    trains = train_of(asked.consist, asked.physics)
    return stretch_times(asked.ground, trains, grade_under=asked.physics.grade_under)


class _Stall(Exception):  # noqa: N818 - it says what happened on the way to the named error
    """A consist stalls on a stretch."""

    def __init__(self, error: StallError, reach: Reach, consist: Consist) -> None:
        self.error, self.reach, self.consist = error, reach, consist
        super().__init__(str(error))


def _times(reach: Reach, consist: Consist) -> StretchTimes:
    figures = (
        f"{reach.physics.model_dump_json()}{consist.wagon.model_dump_json()}"
        f"{consist.locomotive.model_dump_json()}"
        f"{consist.n_wagons} {consist.n_locomotives} {consist.wagon_kg!r} {consist.is_laden}"
    )
    if jumps(train_resistance(consist, reach.physics), consist.mass_kg, CELL_M):
        raise AbruptTrainError(consist.service_id)
    try:
        return _cached_times(_Asked(reach.ground, figures, consist, reach.physics))
    except StallError as error:
        raise _Stall(error, reach, consist) from error


def largest_rake(scenario: Scenario, service_id: str, reaches: list[Reach]) -> int:
    """Return the most wagons with which a service's trains pass all stretches of their way.

    Parameters
    ----------
    scenario : Scenario
        Names of types and freight.
    service_id : str
        A service with locomotives.
    reaches : list of Reach
        All stretches, out and home; the one on which trains stall first, to be quick.

    Returns
    -------
    wagons : int
        No more than its rake, found by bisection: loaded and empty trains of so many pass; 0 if
        not even one wagon goes.
    """
    low, high = 0, scenario.services[service_id].rake_wagons
    while low < high:
        wagons = (low + high + 1) // 2
        consists = [
            Consist(scenario, service_id, is_laden=is_laden, wagons=wagons)
            for is_laden in (True, False)
        ]
        goes = all(_passes(consist, reach) for reach in reaches for consist in consists)
        low, high = (wagons, high) if goes else (low, wagons - 1)
    return low


def _passes(consist: Consist, reach: Reach) -> bool:
    trains = train_of(consist, reach.physics)
    try:
        stretch_times(reach.ground, trains, grade_under=reach.physics.grade_under)
    except ValueError:  # it stalls, or so few wagons make too abrupt a train
        return False
    return True


def _where(reach: Reach, chainage_m: float) -> tuple[str, float]:
    """Return the section at a place of a stretch, and how far into it that is. [km]."""
    ids = [section for section, _ in reach.pieces]
    at = max(bisect_right(reach.ground.place_m, chainage_m, hi=len(ids)) - 1, 0)
    first = next(k for k in range(at + 1) if ids[k : at + 1] == [ids[at]] * (at + 1 - k))
    return ids[at], (chainage_m - reach.ground.place_m[first]) / KM_M


def _cannot_climb(
    scenario: Scenario, service_id: str, reaches: list[Reach], stall: _Stall
) -> CannotClimbError:
    error, consist = stall.error, stall.consist
    section, km = _where(stall.reach, error.chainage_m)
    state = "loaded" if consist.is_laden else "empty"
    fact = (
        f"a {state} train of {consist.n_wagons} wagons ({consist.mass_kg / TONNE_KG:,.0f} t with "
        f"{consist.n_locomotives} x {consist.locomotive_id}) stalls in section `{section}`, km "
        f"{km:.1f} from where it enters, on {error.grade_permille:.1f} permille: "
        f"{error.missing_n / KN_N:,.0f} kN are missing; {error.mass_kg / TONNE_KG:,.0f} t would go"
    )
    others = [reach for reach in reaches if reach is not stall.reach]
    largest = largest_rake(scenario, service_id, [stall.reach, *others])
    way_out = "more locomotives are needed: not even one wagon goes all the way out and home"
    if largest:
        way_out = f"a rake of {largest} wagons goes all the way out and home"
        departs = scenario.services[service_id].departs
        if isinstance(departs, Timetable) and departs.least_wagons > largest:
            way_out += ", with no more for `least_wagons`"
        way_out += "; or give the train another locomotive"
    return CannotClimbError(service_id, fact, way_out)


def apply_physics(
    scenario: Scenario,
    plan: NetworkPlan,
    cutting: Pieces,
    service_id: str,
    ways: tuple[list[Step], list[Step]],
) -> None:
    """Set running times of the steps of a service, loaded and empty, and what stops cost.

    Parameters
    ----------
    scenario, plan, cutting
        What the programs were made from.
    service_id : str
        Its service; without locomotives nothing is changed.
    ways : (list of Step, list of Step)
        The programs out and home, changed in place.

    Raises
    ------
    CannotClimbError
        If a loaded or empty train stalls; tells the rake that goes all the way.
    AbruptTrainError
        If its effort or resistance jumps so that cells of the line are too long for it.
    """
    if scenario.services[service_id].locomotives is None:
        return
    found = [(steps, r) for steps in ways for r in stretches(scenario, plan, cutting, steps)]
    try:
        for steps, reach in found:
            _set_times(scenario, service_id, reach, steps)
    except AbruptTrainError:
        raise
    except ValueError as error:
        if "too long for train" not in str(error):
            raise
        raise AbruptTrainError(service_id) from error
    except _Stall as stall:
        reaches = [reach for _, reach in found]
        raise _cannot_climb(scenario, service_id, reaches, stall) from stall.error


def _set_times(scenario: Scenario, service_id: str, reach: Reach, steps: list[Step]) -> None:
    supplement = 1.0 + reach.supplement_frac
    for is_laden in (True, False):
        times = _times(reach, Consist(scenario, service_id, is_laden=is_laden))
        running = to_clock_ms([s * supplement for s in times.running_s]).tolist()
        stand = to_clock_ms(list(times.stand_s)).tolist()
        for k, run_ms, stand_ms in zip(reach.steps, running, stand, strict=True):
            if is_laden:
                steps[k].base_ms, steps[k].stand_ms = run_ms, stand_ms
            else:
                steps[k].base_empty_ms, steps[k].stand_empty_ms = run_ms, stand_ms
