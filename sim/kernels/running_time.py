"""Minimum running time of trains over a profile, from forces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.kernels.course import Keep, course_numpy, course_of, raise_if_stalled
from sim.kernels.track_profile import GradeUnder, Profile, turned

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from sim.kernels.fleet_terms import Trains
    from sim.kernels.march_terms import March

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = [
    "Keep",
    "both_ways_s",
    "first_stall_cell",
    "march",
    "running_time_numpy_s",
    "running_time_s",
]


def running_time_s(
    profile: Profile,
    trains: Trains,
    *,
    entry_mps: ArrayLike = 0.0,
    exit_mps: ArrayLike = 0.0,
    under: GradeUnder = GradeUnder.TRAIN,
) -> Floats:
    """Return the minimum running time of one train or of many.

    Parameters
    ----------
    profile : Profile
        One line for all trains, or one for each.
    trains : Trains
        One, or n_trains.
    entry_mps, exit_mps : array_like, optional
        Speed at the start and greatest speed at the end: 0 starts and stops there, infinite passes
        as fast as allowed. [m/s]
    under : GradeUnder, optional
        Gradient under the whole train, or under its head.

    Returns
    -------
    running_s : array of shape () or (n_trains,)
        Without any supplement: that is :func:`sim.kernels.uniform_motion.supplemented_s`. [s]

    Raises
    ------
    StallError
        If a train cannot climb, with place, missing force and the mass that would go.
    ValueError
        If shapes do not fit, a number is out of bounds, the entry is faster than limits and braking
        allow, or cells are too long.

    Notes
    -----
    d(v^2)/dx = 2 (F - R - W)/(m rho) at full effort under the ceiling of limits (until the tail is
    clear) and braking [1]_; the step is of second order: see
    :func:`sim.kernels.march.march_numpy`. Cells of 25 m are within 0.02 % of converged times
    (tests), 100 m within 0.1 %.

    References
    ----------
    .. [1] D. Wende, "Fahrdynamik des Schienenverkehrs", 2003; Brünger and Dahlhaus in Hansen and
       Pachl, "Railway Timetabling and Operations", 2014 (both at second hand: METHODS 1.3).

    Examples
    --------
    A kilometre of level line from stand to stand, 0.2 m/s2 both ways and no resistance:

    >>> from sim.kernels.fleet_terms import Trains
    >>> from sim.kernels.resistance import davis_train
    >>> from sim.kernels.track_profile import uniform_profile
    >>> from sim.kernels.traction import power_effort
    >>> line = uniform_profile([0, 1000], [0, 0], limits=([0], [30.0]))
    >>> train = Trains(mass_kg=1e6, length_m=300.0, effort=power_effort(1e9, 2e5),
    ...                resistance=davis_train(0, 0, 0), brake_mps2=0.2, rotating_factor=1.0)
    >>> round(float(running_time_s(line, train)), 3)
    141.421
    """
    course = course_of(profile, trains, entry_mps=entry_mps, exit_mps=exit_mps, under=under)
    raise_if_stalled(course, trains)
    return course.march.time_s.reshape(course.shape)


def running_time_numpy_s(
    profile: Profile,
    trains: Trains,
    *,
    entry_mps: ArrayLike = 0.0,
    exit_mps: ArrayLike = 0.0,
    under: GradeUnder = GradeUnder.TRAIN,
) -> Floats:
    """Return what :func:`running_time_s` does, to the last bit, in plain NumPy.

    Parameters
    ----------
    profile, trains : Profile, Trains
        As there.
    entry_mps, exit_mps : array_like, optional
        As there. [m/s]
    under : GradeUnder, optional
        As there.

    Returns
    -------
    running_s : array of shape () or (n_trains,)
        [s]

    Raises
    ------
    ValueError
        As there.
    """
    course = course_numpy(profile, trains, entry_mps=entry_mps, exit_mps=exit_mps, under=under)
    raise_if_stalled(course, trains)
    return course.march.time_s.reshape(course.shape)


def both_ways_s(
    profile: Profile,
    trains: Trains,
    *,
    entry_mps: ArrayLike = 0.0,
    exit_mps: ArrayLike = 0.0,
    under: GradeUnder = GradeUnder.TRAIN,
) -> tuple[Floats, Floats]:
    """Return the minimum running times there and back.

    Parameters
    ----------
    profile, trains : Profile, Trains
        As in :func:`running_time_s`; the same trains both ways.
    entry_mps, exit_mps : array_like, optional
        Speeds at both ends of each run, in its own direction. [m/s]
    under : GradeUnder, optional
        Where the gradient is taken.

    Returns
    -------
    there_s, back_s : arrays of shape () or (n_trains,)
        [s]

    Raises
    ------
    ValueError
        As in :func:`running_time_s`.
    """
    there = running_time_s(profile, trains, entry_mps=entry_mps, exit_mps=exit_mps, under=under)
    other = turned(profile)
    return there, running_time_s(other, trains, entry_mps=entry_mps, exit_mps=exit_mps, under=under)


def first_stall_cell(
    profile: Profile,
    trains: Trains,
    *,
    entry_mps: ArrayLike = 0.0,
    exit_mps: ArrayLike = 0.0,
    under: GradeUnder = GradeUnder.TRAIN,
) -> Ints:
    """Return where trains stall, without an error: so is the largest rake found in one call.

    Parameters
    ----------
    profile, trains : Profile, Trains
        As in :func:`running_time_s`.
    entry_mps, exit_mps : array_like, optional
        As there. [m/s]
    under : GradeUnder, optional
        As there.

    Returns
    -------
    cell : array of int64 of shape () or (n_trains,)
        -1 where the train arrives.

    Raises
    ------
    ValueError
        As there, save for the stall.
    """
    course = course_of(profile, trains, entry_mps=entry_mps, exit_mps=exit_mps, under=under)
    return course.march.stall_cell.reshape(course.shape)


def march(
    profile: Profile,
    trains: Trains,
    *,
    entry_mps: ArrayLike = 0.0,
    exit_mps: ArrayLike = 0.0,
    under: GradeUnder = GradeUnder.TRAIN,
    keep: Keep = Keep.TIMES,
) -> March:
    """Return times, places of stall and, if asked for, speeds; times of a stall are not numbers.

    Parameters
    ----------
    profile, trains : Profile, Trains
        As in :func:`running_time_s`.
    entry_mps, exit_mps : array_like, optional
        As there. [m/s]
    under : GradeUnder, optional
        As there.
    keep : Keep, optional
        Times alone, or speeds and squares of ceilings at all cell ends too.

    Returns
    -------
    march : March
        Of n_trains, one train too; forces and phases are :func:`sim.kernels.train_run.run_of`.

    Raises
    ------
    ValueError
        As there, save for the stall.
    """
    return course_of(
        profile, trains, entry_mps=entry_mps, exit_mps=exit_mps, under=under, keep=keep
    ).march
