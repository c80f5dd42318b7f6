"""Running times from physics put into the programs of trains."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from sim.arrays.consist import Consist, train_of
from sim.arrays.parts import MEET
from sim.arrays.performance import Ground, StretchTimes, ground_of, stretch_times
from sim.errors import ScenarioError
from sim.kernels.draws import to_clock_ms
from sim.kernels.stall import StallError
from sim.model.network import MeetsLine
from sim.units import KM_M, KN_N, TONNE_KG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.arrays.programs import Step
    from sim.arrays.sections import Piece, Pieces
    from sim.model import NetworkPlan, Scenario
    from sim.model.traction import Physics

__all__ = [
    "CannotClimbError",
    "Reach",
    "apply_physics",
    "largest_rake",
    "stretches",
]


class CannotClimbError(ScenarioError):
    """A train of a service stalls on a line; says where, what is missing and what would go."""

    def __init__(self, service_id: str, fact: str, way_out: str) -> None:
        self.path = ("services", service_id, "rake_wagons")
        self.fact = fact
        self.rule = "every train must be able to start and climb all along its way"
        self.way_out = way_out
        super().__init__((f"services.{service_id}: {fact}; {self.rule}; {way_out}",))


class Reach(NamedTuple):
    """Consecutive steps of a program between two planned stops, with their ground."""

    steps: tuple[int, ...]
    ground: Ground
    physics: Physics
    supplement_frac: float


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

    def kind(k: int) -> object:
        line = _line(scenario, cutting, steps[k])
        if line is None or line.physics is None:
            return None
        own = line.physics.model_dump(exclude={"speed_limit_kmh", "curve_permille", "sources"})
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
        yield Reach(found, ground, physics[0], supplement)


@lru_cache(maxsize=512)
def _cached_times(ground: Ground, physics: str, consist: str, load: _Load) -> StretchTimes:
    """Return the times of a stretch; the texts stand for all that decides them."""
    del physics, consist
    return stretch_times(
        ground,
        train_of(load.consist, load.physics),
        grade_under=load.physics.grade_under,
    )


class _Load:
    """A consist on a line: equal to any other, since the texts beside it decide."""

    def __init__(self, consist: Consist, physics: Physics) -> None:
        self.consist = consist
        self.physics = physics

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Load)

    def __hash__(self) -> int:
        return 0


def _times(scenario: Scenario, service_id: str, reach: Reach, consist: Consist) -> StretchTimes:
    figures = (
        f"{consist.wagon.model_dump_json()}{consist.locomotive.model_dump_json()}"
        f"{consist.n_wagons} {consist.n_locomotives} {consist.wagon_kg!r}"
    )
    load = _Load(consist, reach.physics)
    try:
        return _cached_times(reach.ground, reach.physics.model_dump_json(), figures, load)
    except StallError as error:
        raise _cannot_climb(scenario, service_id, reach, consist, error) from error


def largest_rake(scenario: Scenario, service_id: str, reach: Reach, *, is_laden: bool) -> int:
    """Return the most wagons with which a train of a service passes a stretch; 0 for none."""
    low, high = 0, scenario.services[service_id].rake_wagons
    while low < high:
        wagons = (low + high + 1) // 2
        consist = Consist(scenario, service_id, is_laden=is_laden, wagons=wagons)
        try:
            stretch_times(
                reach.ground,
                train_of(consist, reach.physics),
                grade_under=reach.physics.grade_under,
            )
        except StallError:
            high = wagons - 1
        else:
            low = wagons
    return low


def _cannot_climb(
    scenario: Scenario, service_id: str, reach: Reach, consist: Consist, error: StallError
) -> CannotClimbError:
    km = error.chainage_m / KM_M
    state = "loaded" if consist.is_laden else "empty"
    fact = (
        f"a {state} train of {consist.n_wagons} wagons ({consist.mass_kg / TONNE_KG:,.0f} t with "
        f"{consist.n_locomotives} x {consist.locomotive_id}) stalls at km {km:.1f} of its way over "
        f"lines with meets, on {error.grade_permille:.1f} permille: "
        f"{error.missing_n / KN_N:,.0f} kN are missing; {error.mass_kg / TONNE_KG:,.0f} t would go"
    )
    largest = largest_rake(scenario, service_id, reach, is_laden=consist.is_laden)
    way_out = "more locomotives are needed: not even one wagon goes"
    if largest:
        way_out = f"a rake of {largest} wagons goes; or give the train another locomotive"
    return CannotClimbError(service_id, fact, way_out)


def apply_physics(
    scenario: Scenario,
    plan: NetworkPlan,
    cutting: Pieces,
    service_id: str,
    steps: list[Step],
) -> None:
    """Set running times of the steps of a program, loaded and empty, and what stops cost.

    Parameters
    ----------
    scenario, plan, cutting
        What the program was made from.
    service_id : str
        Its service; without locomotives nothing is changed.
    steps : list of Step
        The program, changed in place.

    Raises
    ------
    CannotClimbError
        If a loaded or empty train stalls.
    """
    if scenario.services[service_id].locomotives is None:
        return
    for reach in stretches(scenario, plan, cutting, steps):
        supplement = 1.0 + reach.supplement_frac
        for is_laden in (True, False):
            consist = Consist(scenario, service_id, is_laden=is_laden)
            times = _times(scenario, service_id, reach, consist)
            running = to_clock_ms([s * supplement for s in times.running_s]).tolist()
            stand = to_clock_ms(list(times.stand_s)).tolist()
            for k, run_ms, stand_ms in zip(reach.steps, running, stand, strict=True):
                if is_laden:
                    steps[k].base_ms, steps[k].stand_ms = run_ms, stand_ms
                else:
                    steps[k].base_empty_ms, steps[k].stand_empty_ms = run_ms, stand_ms
