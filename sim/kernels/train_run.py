"""The run of trains cell by cell: speed, force and phase over distance."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.kernels.course import Keep, course_of, raise_if_stalled
from sim.kernels.march_terms import pull_of
from sim.kernels.resistance import resistance_n
from sim.kernels.track_profile import GradeUnder, Profile
from sim.kernels.traction import effort_n

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from sim.kernels.course import Course
    from sim.kernels.fleet_terms import Trains
    from sim.kernels.march_terms import March

    Floats = NDArray[np.float64]

__all__ = ["Phase", "Run", "run_of", "time_in_phase_s"]

_COASTING = 0.01
_ROUNDING = 1e-9


class Phase(IntEnum):
    """What the driver does in a cell."""

    ACCELERATE = 0
    """Full effort, be it uphill and slower."""
    CRUISE = 1
    """Part of the effort, at a limit."""
    COAST = 2
    """No force to speak of: less than 1 % of the effort, either way."""
    BRAKE = 3


class Run(NamedTuple):
    """Trains over a profile; without the first axis for one train.

    Attributes
    ----------
    chainage_m : array of shape (n_cells + 1,)
        Ends of cells, from the start. [m]
    passed_s : array of shape (n_trains, n_cells + 1)
        When the head passes them, from the start. [s]
    speed_mps : array of shape (n_trains, n_cells + 1)
        Speed there. [m/s]
    effort_used_n : array of shape (n_trains, n_cells)
        Effort of the locomotives: by their curve at full effort, else ``force_n`` or 0. [N]
    force_n : array of shape (n_trains, n_cells)
        Mean force of locomotive (positive) or brakes (negative) over each cell. [N]
    resistance_n : array of shape (n_trains, n_cells)
        Mean running resistance on the level. [N]
    climb_n : array of shape (n_trains, n_cells)
        Mean force of gradient and curve. [N]
    phase : array of int8 of shape (n_trains, n_cells)
        See :class:`Phase`.
    moved_kg : array of shape (n_trains,)
        Mass with its rotating part. [kg]
    """

    chainage_m: Floats
    passed_s: Floats
    speed_mps: Floats
    effort_used_n: Floats
    force_n: Floats
    resistance_n: Floats
    climb_n: Floats
    phase: NDArray[np.int8]
    moved_kg: Floats


def run_of(
    profile: Profile,
    trains: Trains,
    *,
    entry_mps: ArrayLike = 0.0,
    exit_mps: ArrayLike = 0.0,
    under: GradeUnder = GradeUnder.TRAIN,
) -> Run:
    """Return speed, forces and phases of the minimum running time, cell by cell.

    Parameters
    ----------
    profile, trains : Profile, Trains
        As in :func:`sim.kernels.running_time.running_time_s`.
    entry_mps, exit_mps : array_like, optional
        As there. [m/s]
    under : GradeUnder, optional
        As there.

    Returns
    -------
    run : Run
        Its last ``passed_s`` is the running time.

    Raises
    ------
    StallError, ValueError
        As there.

    Notes
    -----
    The force used follows from the motion: F = m rho d(v^2)/2dx + R + W, with R at the
    root-mean-square speed of the cell. The locomotive's resistance is the powered one throughout.

    Examples
    --------
    >>> from sim.kernels.fleet_terms import Trains
    >>> from sim.kernels.resistance import davis_train
    >>> from sim.kernels.track_profile import uniform_profile
    >>> from sim.kernels.traction import power_effort
    >>> line = uniform_profile([0, 1000], [0, 0], limits=([0], [10.0]), cell_m=250.0)
    >>> train = Trains(mass_kg=1e6, length_m=300.0, effort=power_effort(1e9, 2e5),
    ...                resistance=davis_train(5e4, 0, 0), brake_mps2=0.2)
    >>> [Phase(x).name for x in run_of(line, train).phase]
    ['ACCELERATE', 'CRUISE', 'CRUISE', 'BRAKE']
    """
    course = course_of(
        profile,
        trains,
        entry_mps=entry_mps,
        exit_mps=exit_mps,
        under=under,
        keep=Keep.SPEEDS,
    )
    raise_if_stalled(course, trains)
    return _told(course, profile.cell_m, trains)


def _told(course: Course, cell: float, trains: Trains) -> Run:
    """Return what a course was like, cell by cell."""
    done = course.march
    n = len(done.time_s)
    moved = np.broadcast_to(np.multiply(trains.mass_kg, trains.rotating_factor), (n,))
    square = done.speed_mps**2
    middle = np.sqrt((square[1:] + square[:-1]) / 2.0)
    drag = np.broadcast_to(resistance_n(trains.resistance, middle), middle.shape)
    cells = np.arange(len(middle))[:, None]
    climb = pull_of(course.line, course.fleet, cells) * moved / (2.0 * cell)
    force = np.diff(square, axis=0) * moved / (2.0 * cell) + drag + climb
    effort = np.broadcast_to(effort_n(trains.effort, middle), middle.shape)
    phase = _phases(done, force, effort)
    used = np.where(phase == Phase.ACCELERATE, effort, np.maximum(force, 0.0))

    def shaped(values: NDArray[Any]) -> NDArray[Any]:
        return np.ascontiguousarray(values.T).reshape(*course.shape, -1)

    return Run(
        chainage_m=np.arange(len(square), dtype=np.float64) * np.float64(cell),
        passed_s=shaped(_passed_s(done, cell)),
        speed_mps=shaped(done.speed_mps),
        effort_used_n=shaped(used),
        force_n=shaped(force),
        resistance_n=shaped(drag),
        climb_n=shaped(climb),
        phase=shaped(phase),
        moved_kg=np.asarray(moved.reshape(course.shape), dtype=np.float64),
    )


def time_in_phase_s(run: Run, phase: Phase) -> Floats:
    """Return the time that trains spend in a phase.

    Parameters
    ----------
    run : Run
        Of one or several trains.
    phase : Phase
        Which.

    Returns
    -------
    time_s : array of shape (...)
        [s]

    Examples
    --------
    >>> rest = np.zeros(2)
    >>> run = Run(rest, np.array([0.0, 7.0, 9.0]), rest, rest, rest, rest, rest,
    ...           np.array([0, 3], dtype=np.int8), np.array(1.0))
    >>> float(time_in_phase_s(run, Phase.BRAKE))
    2.0
    """
    return np.asarray(
        np.where(run.phase == phase, np.diff(run.passed_s, axis=-1), 0.0).sum(axis=-1)
    )


def _passed_s(done: March, cell_m: float) -> Floats:
    """Return when trains pass the ends of cells; the first cell takes what the others leave."""
    speed = done.speed_mps
    each = 2.0 * cell_m / (speed[1:] + speed[:-1])
    each[:1] = done.time_s - each[1:].sum(axis=0)
    return np.concatenate([np.zeros((1, len(done.time_s))), np.cumsum(each, axis=0)])


def _phases(done: March, force_n: Floats, effort: Floats) -> NDArray[np.int8]:
    """Return the phase of each cell."""
    free = done.speed_mps[1:] ** 2 < done.ceiling[1:] * (1.0 - _ROUNDING)
    still = np.abs(force_n) < _COASTING * effort
    phase = np.where(force_n > 0.0, Phase.CRUISE, Phase.BRAKE)
    phase = np.where(still, Phase.COAST, phase)
    return np.where(free, Phase.ACCELERATE, phase).astype(np.int8)
