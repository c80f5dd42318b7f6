"""What a planner asks a train performance calculator first: minutes, litres, the rake that goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.physics_words import chosen
from sim.arrays.consist import Consist, train_of
from sim.arrays.faults import CannotClimbError
from sim.arrays.parts import BACK, OUT
from sim.arrays.performance import CELL_M, Ground, whole_profile
from sim.arrays.reaches import service_reaches
from sim.errors import RunError
from sim.kernels.energy import (
    DIESEL_KG_PER_L,
    fuel_kg,
    fuel_litres,
    kg_per_10000_gross_tkm,
    wheel_energy_j,
)
from sim.kernels.running_time import first_stall_cell
from sim.kernels.stall import StallError
from sim.kernels.track_profile import GradeUnder
from sim.kernels.train_run import Phase, run_of, time_in_phase_s
from sim.units import KM_M, KMH_PER_MPS, MINUTE_S, TONNE_KG

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays.physics import Reach
    from sim.kernels.train_run import Run
    from sim.model.traction import Physics
    from sim.runs.case import Case

    Floats = NDArray[np.float64]
    _Pieces = tuple[tuple[str, Physics], ...]

__all__ = ["MOST_WAGONS", "TrainRun", "heaviest_rakes", "train_run"]

_J_PER_KWH = 3.6e6
MOST_WAGONS = 150
"""Longer rakes are not looked for."""


@dataclass(frozen=True, eq=False)
class TrainRun:
    """A run of one train over a stretch from stand to stand, without stops between.

    Parameters
    ----------
    chainage_m, elevation_m, speed_mps : arrays of shape (n_cells + 1,)
        Along the way, at the ends of cells. [m], [m], [m/s]
    force_n : array of shape (n_cells,)
        Force at the wheel: pulling above 0, braking below. [N]
    phase : array of int8, shape (n_cells,)
        What the driver does: see :class:`sim.kernels.train_run.Phase`.
    figures : dict
        What is printed, units in the keys.
    """

    chainage_m: Floats
    elevation_m: Floats
    speed_mps: Floats
    force_n: Floats
    phase: NDArray[np.int8]
    figures: dict[str, float | str]


def _cut(reach: Reach, first: int, last: int) -> Ground:
    """Return the ground between two stopping places of a stretch."""
    start, end = reach.ground.place_m[first], reach.ground.place_m[last]
    x, z = np.array(reach.ground.chainage_m), np.array(reach.ground.elevation_m)
    inside = (x > start) & (x < end)
    cut_x = np.concatenate(([start], x[inside], [end]))
    bends = np.array(reach.ground.curve_from_m)
    bent = np.flatnonzero((bends > start) & (bends < end))
    before = int(np.searchsorted(bends, start, side="right")) - 1
    return Ground(
        tuple((cut_x - start).tolist()),
        tuple(np.interp(cut_x, x, z).tolist()),
        tuple(p - start for p in reach.ground.place_m[first:last]),
        reach.ground.limit_mps[first:last],
        (0.0, *(bends[bent] - start).tolist()),
        tuple(reach.ground.curve_permille[k] for k in (before, *bent)),
        tuple(p - start for p in reach.ground.place_m[first : last + 1]),
    )


def _find(
    case: Case, service_id: str, direction: int, ends: tuple[str, str] | None
) -> tuple[Ground, _Pieces, Reach, tuple[str, str]]:
    reaches = service_reaches(case.scenario, case.plan, case.arrays, service_id, direction)
    if not reaches:
        message = (
            f"service {service_id} has no running times from physics; it needs `locomotives`, and "
            "lines on its way need `physics`"
        )
        raise RunError(message)
    known: list[str] = []
    for reach, names in reaches:
        given = (names[0], names[-1]) if ends is None else ends
        if direction == BACK and ends is not None:
            given = (ends[1], ends[0])
        if set(given) <= set(names) and names.index(given[0]) < names.index(given[1]):
            first, last = names.index(given[0]), names.index(given[1])
            return _cut(reach, first, last), reach.pieces[first:last], reach, given
        known += [n for n in names if "@" not in n]
    asked = ", ".join(f"`{end}`" for end in ends or ())
    message = (
        f"no stretch of service {service_id} between planned stops leads over {asked} "
        f"in this order on the way out; its stations: {', '.join(dict.fromkeys(known))}"
    )
    raise RunError(message)


def train_run(
    case: Case,
    service_id: str,
    *,
    ends: tuple[str, str] | None = None,
    home: bool = False,
    is_laden: bool = True,
) -> TrainRun:
    """Return the run of a full train of a service over a stretch.

    Parameters
    ----------
    case : Case
        From `load`.
    service_id : str
        A service with locomotives.
    ends : (str, str), optional
        Stations of the stretch as passed on the way out; left out, all between two planned stops.
    home : bool, optional
        The way home in place of the way out.
    is_laden : bool, optional
        Loaded or empty.

    Returns
    -------
    run : TrainRun
        Profile of speed and force, and figures.

    Raises
    ------
    RunError
        If there is no such service or stretch.
    CannotClimbError
        If the train stalls.
    """
    if service_id not in case.arrays.names.services:
        known = ", ".join(case.arrays.names.services)
        message = f"no flow uses a service {service_id} (known: {known})"
        raise RunError(message)
    ground, pieces, reach, given = _find(case, service_id, BACK if home else OUT, ends)
    consist = Consist(case.scenario, service_id, is_laden=is_laden)
    trains, under = train_of(consist, reach.physics), GradeUnder(reach.physics.grade_under)
    try:
        run = run_of(whole_profile(ground), trains, under=under)
    except StallError as error:
        raise CannotClimbError(service_id, str(error), "see `corridor validate`") from error
    height = np.asarray(np.interp(run.chainage_m, ground.chainage_m, ground.elevation_m))
    figures: dict[str, float | str] = {"service": service_id, "from": given[0], "to": given[1]}
    figures |= {"way": "home" if home else "out", "state": "loaded" if is_laden else "empty"}
    figures |= _figures(consist, ground, run, reach.supplement_frac)
    figures |= chosen(consist, reach.physics, ground, pieces)
    return TrainRun(run.chainage_m, height, run.speed_mps, run.force_n, run.phase, figures)


def _figures(
    consist: Consist, ground: Ground, run: Run, supplement_frac: float
) -> dict[str, float | str]:
    seconds, length_m = float(run.passed_s[-1]), float(run.chainage_m[-1])
    locomotive = consist.locomotive
    wheel_j = float(wheel_energy_j(run.force_n, np.diff(run.chainage_m)))
    idle_l_per_h = locomotive.idle_l_per_h * consist.n_locomotives
    idle_s = time_in_phase_s(run, Phase.COAST) + time_in_phase_s(run, Phase.BRAKE)
    burnt_kg = float(
        fuel_kg(
            wheel_j,
            idle_s,
            transmission_frac=locomotive.efficiency_frac,
            specific_kg_per_kwh=locomotive.fuel_kg_per_kwh,
            idle_kg_per_h=idle_l_per_h * DIESEL_KG_PER_L,
        )
    )
    slope = np.abs(np.diff(ground.elevation_m) / np.diff(ground.chainage_m)) * KM_M
    return {
        "wagons": float(consist.n_wagons),
        "locomotives": f"{consist.n_locomotives} x {consist.locomotive_id}",
        "mass_t": consist.mass_kg / TONNE_KG,
        "length_km": length_m / KM_M,
        "steepest_permille": float(slope.max()),
        "minimum_min": seconds / MINUTE_S,
        "scheduled_min": seconds * (1 + supplement_frac) / MINUTE_S,
        **{f"{p.name.lower()}_min": float(time_in_phase_s(run, p)) / MINUTE_S for p in Phase},
        "mean_kmh": length_m / seconds * KMH_PER_MPS,
        "wheel_kwh": wheel_j / _J_PER_KWH,
        "fuel_l": float(fuel_litres(burnt_kg)),
        "fuel_kg_per_1e4_gross_tkm": float(
            kg_per_10000_gross_tkm(burnt_kg, consist.mass_kg, length_m)
        ),
        "idle_l_per_h": idle_l_per_h,
    }


def heaviest_rakes(
    case: Case, service_id: str, *, rulings_permille: tuple[float, ...] = (10, 12, 15, 18, 20)
) -> list[dict[str, float]]:
    """Return the largest loaded rake that starts on a long ruling grade, by locomotives.

    Parameters
    ----------
    case : Case
        From `load`.
    service_id : str
        Gives wagons, load, locomotive type and the line's model of resistance.
    rulings_permille : tuple of float, optional
        Ruling grades. [permille]

    Returns
    -------
    rows : list of dict
        Keys ruling_permille, locomotives, wagons, trailing_t; no more than 150 wagons.
    """
    reach = service_reaches(case.scenario, case.plan, case.arrays, service_id, OUT)[0][0]
    rows = []
    for ruling in rulings_permille:
        for count in (1, 2, 3):
            wagons = _most_wagons(case, service_id, reach, ruling, count)
            consist = Consist(case.scenario, service_id, is_laden=True, wagons=wagons)
            rows.append(
                {
                    "ruling_permille": float(ruling),
                    "locomotives": float(count),
                    "wagons": float(wagons),
                    "trailing_t": consist.trailing_kg / TONNE_KG,
                }
            )
    return rows


def _most_wagons(case: Case, service_id: str, reach: Reach, ruling: float, count: int) -> int:
    """Return the most wagons that start on an endless grade. By bisection."""
    length_m = 6000.0
    level = Ground(
        (0.0, length_m),
        (0.0, length_m * ruling / KM_M),
        (0.0,),
        (reach.ground.limit_mps[0],),
        (0.0,),
        (reach.ground.mean_curve_permille,),
        (0.0, length_m),
    )
    profile = whole_profile(level, cell_m=CELL_M)
    low, high = 0, MOST_WAGONS
    while low < high:
        wagons = (low + high + 1) // 2
        consist = Consist(
            case.scenario, service_id, is_laden=True, wagons=wagons, locomotives=count
        )
        trains = train_of(consist, reach.physics)
        cell = first_stall_cell(profile, trains, under=GradeUnder.HEAD, exit_mps=np.inf)
        low, high = (wagons, high) if cell < 0 else (low, wagons - 1)
    return low
