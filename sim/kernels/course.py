"""One course of trains over a profile: prepared, marched and checked; what all answers rest on."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.kernels.fleet_terms import fleet_of
from sim.kernels.lanes import march_compiled
from sim.kernels.march import march_numpy
from sim.kernels.march_terms import Fleet, Line, March, line_of, some_of
from sim.kernels.stall import held_at_start, stall_error

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from sim.kernels.fleet_terms import Trains
    from sim.kernels.track_profile import GradeUnder, Profile

    Floats = NDArray[np.float64]

__all__ = ["Course", "Keep", "course_numpy", "course_of", "raise_if_stalled"]

_ROUNDING = 1e-9


class Keep(Enum):
    """What a march leaves behind."""

    TIMES = "times"
    SPEEDS = "speeds"


class Course(NamedTuple):
    """Trains over a profile, and the shape in which answers are given."""

    line: Line
    fleet: Fleet
    march: March
    shape: tuple[int, ...]


def course_of(
    profile: Profile,
    trains: Trains,
    *,
    entry_mps: ArrayLike,
    exit_mps: ArrayLike,
    under: GradeUnder,
    keep: Keep = Keep.TIMES,
) -> Course:
    """Run trains and tell which stall; times of those are not numbers.

    Parameters
    ----------
    profile, trains : Profile, Trains
        As in :func:`sim.kernels.running_time.running_time_s`.
    entry_mps, exit_mps : array_like
        As there. [m/s]
    under : GradeUnder
        As there.
    keep : Keep, optional
        Times alone, or speeds and ceilings too.

    Returns
    -------
    course : Course
        Trains of one length go side by side through the compiled march; those whose speed seems
        to fall below 0 go again through the careful one, which tells a crawl from a stall.

    Raises
    ------
    ValueError
        As there, save for the stall.
    """
    line, fleet = _prepared(profile, trains, entry_mps, exit_mps, under)
    n = len(fleet.line_idx)
    kept = (profile.n_cells + 1, n if keep is Keep.SPEEDS else 0)
    speed, ceiling, stall = np.empty(kept), np.empty(kept), np.full(n, -1)
    time_s, maybe, entry = march_compiled(line, fleet, speed, ceiling)
    odd = np.flatnonzero(maybe)
    if len(odd):
        careful = march_numpy(line, some_of(fleet, odd))
        time_s[odd], stall[odd] = careful.time_s, careful.stall_cell
        if keep is Keep.SPEEDS:
            speed[:, odd] = careful.speed_mps
    done = March(time_s, stall, speed, ceiling)
    course = Course(line, fleet, done, _shape(profile, trains, n))
    return _checked(course, profile, trains, entry, (entry_mps, exit_mps))


def course_numpy(
    profile: Profile,
    trains: Trains,
    *,
    entry_mps: ArrayLike,
    exit_mps: ArrayLike,
    under: GradeUnder,
) -> Course:
    """Return what :func:`course_of` does with speeds, to the last bit, in plain NumPy.

    Parameters
    ----------
    profile, trains : Profile, Trains
        As there.
    entry_mps, exit_mps : array_like
        As there. [m/s]
    under : GradeUnder
        As there.

    Returns
    -------
    course : Course
        The oracle.

    Raises
    ------
    ValueError
        As there.
    """
    line, fleet = _prepared(profile, trains, entry_mps, exit_mps, under)
    done = march_numpy(line, fleet)
    course = Course(line, fleet, done, _shape(profile, trains, len(done.time_s)))
    return _checked(course, profile, trains, done.ceiling[0], (entry_mps, exit_mps))


def raise_if_stalled(course: Course, trains: Trains) -> None:
    """Raise the error of the first train that stalls, if any does.

    Parameters
    ----------
    course : Course
        Done.
    trains : Trains
        Those of the course.

    Raises
    ------
    StallError
        With place, missing force and the mass that would go.
    """
    stalled = np.flatnonzero(course.march.stall_cell >= 0)
    if len(stalled):
        j = int(stalled[0])
        cell = int(course.march.stall_cell[j])
        raise stall_error(course.line, course.fleet, trains, train=j, cell=cell)


def _prepared(
    profile: Profile,
    trains: Trains,
    entry_mps: ArrayLike,
    exit_mps: ArrayLike,
    under: GradeUnder,
) -> tuple[Line, Fleet]:
    fleet = fleet_of(profile, trains, entry_mps=entry_mps, exit_mps=exit_mps, under=under)
    longest = float(np.max(trains.length_m))
    return line_of(profile, under=under, longest_m=longest), fleet


def _shape(profile: Profile, trains: Trains, n: int) -> tuple[int, ...]:
    one = trains.shape() == () and len(profile.elevation_m) == 1 and n == 1
    return () if one else (n,)


def _checked(
    course: Course,
    profile: Profile,
    trains: Trains,
    top: Floats,
    ends_mps: tuple[ArrayLike, ArrayLike],
) -> Course:
    """Refuse an entry that is too fast; hold trains that cannot start."""
    entry, fastest = np.asarray(ends_mps[0], dtype=np.float64), np.sqrt(top)
    entry = np.broadcast_to(entry, fastest.shape)
    over = np.flatnonzero(np.isfinite(entry) & (entry > fastest * (1 + _ROUNDING) + _ROUNDING))
    if len(over):
        j = over[0]
        message = (
            f"train {j} enters at {entry[j]:.3f} m/s, but limits and braking allow "
            f"{fastest[j]:.3f} m/s; give inf to enter as fast as allowed"
        )
        raise ValueError(message)
    if profile.n_cells == 1 and np.any((entry == 0) & (np.asarray(ends_mps[1]) == 0)):
        message = "one cell is too coarse for a run from stand to stand; use shorter cells"
        raise ValueError(message)
    held = held_at_start(course.line, course.fleet, trains, entry)
    stall = np.where(held, 0, course.march.stall_cell)
    time_s = np.where(stall < 0, course.march.time_s, np.nan)
    return course._replace(march=course.march._replace(time_s=time_s, stall_cell=stall))
