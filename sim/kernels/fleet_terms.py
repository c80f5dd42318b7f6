"""Trains as the march takes them: everything that does not change on the way, multiplied out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.march_terms import STOPPED_SQUARE, Fleet
from sim.kernels.track_forces import GRAVITY_MPS2
from sim.kernels.track_profile import GradeUnder

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from sim.kernels.resistance import Resistance
    from sim.kernels.track_profile import Profile
    from sim.kernels.traction import Effort

    Floats = NDArray[np.float64]

__all__ = ["Trains", "coarsest_cell_m", "fleet_of"]

_START_SHARE = 0.375
_STIFFEST = 4.0
_MARGIN = 1.5
_BOUNDS = (  # name, may be 0, may be infinite
    ("mass_kg", False, False),
    ("length_m", True, False),
    ("brake_mps2", False, False),
    ("max_mps", False, True),
    ("rotating_factor", False, False),
    ("start_n", True, False),
    ("entry_mps", True, True),
    ("exit_mps", True, True),
)


@dataclass(frozen=True, kw_only=True)
class Trains:
    """One train or several; every number may be an array of shape (n_trains,).

    Attributes
    ----------
    mass_kg : array_like
        Of the whole train. [kg]
    length_m : array_like
        Of the whole train; 0 is a point. [m]
    effort : Effort
        Largest tractive effort.
    resistance : Resistance
        Of the whole train on level straight track, locomotive powered.
    brake_mps2 : array_like, optional
        Deceleration that braking is planned with: 0.2-0.3 for freight (METHODS 1.3). [m/s2]
    max_mps : array_like, optional
        Own speed limit. [m/s]
    rotating_factor : array_like, optional
        Mass with its rotating part by mass: 1.03-1.06 loaded, 1.08-1.10 empty (METHODS 1.1).
    start_n : array_like, optional
        Resistance at the moment of starting from rest; asked only there. [N]
    """

    mass_kg: ArrayLike
    length_m: ArrayLike
    effort: Effort
    resistance: Resistance
    brake_mps2: ArrayLike = 0.225
    max_mps: ArrayLike = np.inf
    rotating_factor: ArrayLike = 1.06
    start_n: ArrayLike = 0.0

    def shape(self) -> tuple[int, ...]:
        """Return () for one train and (n_trains,) for several, or refuse what does not fit."""
        parts = (
            *(np.shape(value) for value in self.numbers()),
            self.effort.from_mps.shape[:-1],
            self.resistance.c_n_per_mps2.shape,
        )
        shape = np.broadcast_shapes(*parts)
        if len(shape) > 1:
            message = f"trains must be one or a list, not an array of shape {shape}"
            raise ValueError(message)
        return shape

    def numbers(self) -> tuple[ArrayLike, ...]:
        """Return the plain numbers of a train in the order of the attributes."""
        own = (self.mass_kg, self.length_m, self.brake_mps2, self.max_mps)
        return (*own, self.rotating_factor, self.start_n)


def fleet_of(
    profile: Profile,
    trains: Trains,
    *,
    entry_mps: ArrayLike,
    exit_mps: ArrayLike,
    under: GradeUnder,
) -> Fleet:
    """Prepare trains for the march over a profile.

    Parameters
    ----------
    profile : Profile
        Of one line, or of one for each train.
    trains : Trains
        One or several.
    entry_mps, exit_mps : array_like
        Speeds at both ends; infinite is as fast as allowed. [m/s]
    under : GradeUnder
        Where the gradient is taken.

    Returns
    -------
    fleet : Fleet
        Of n_trains, or of as many as there are lines.

    Raises
    ------
    ValueError
        If shapes do not fit, a number is out of bounds, or cells are too long for the step.
    """
    lines = len(profile.elevation_m)
    ends = (np.shape(entry_mps), np.shape(exit_mps), (lines,) if lines > 1 else ())
    n = int(np.prod(np.broadcast_shapes(trains.shape(), *ends, (1,))))
    mass, length, brake, top, rotating, start = (_spread(x, n) for x in trains.numbers())
    entry, leave = _spread(entry_mps, n), _spread(exit_mps, n)
    _check(mass, length, brake, top, rotating, start, entry, leave)
    cell = profile.cell_m
    gain = 2.0 * cell / (mass * rotating)
    pieces = _net_pieces(trains, n)
    pieces[:, :3] *= gain
    weight = 2.0 * GRAVITY_MPS2 / rotating
    strip = np.maximum(length / cell, 1.0)
    back = np.ceil(strip)
    if under is GradeUnder.HEAD:
        heads, high, behind = weight, np.zeros(n), np.zeros(n)
    else:
        heads = weight / strip
        high = heads * (back - strip)
        behind = np.ceil(max(length.max(), cell) / cell) + profile.n_before - back
    terms = np.stack([
        heads, high,
        np.broadcast_to(trains.resistance.c_n_per_mps2, (n,)) * gain,
        2.0 * brake * cell,
        1.0 / (_START_SHARE * np.sqrt(np.maximum(pieces[0, 0], 1e-6))),
        top * top, entry * entry, np.maximum(leave * leave, STOPPED_SQUARE), length,
    ])  # fmt: skip
    steepest = np.abs(np.diff(profile.elevation_m)).max(initial=0.0)
    steepest += profile.curve_permille.max(initial=0.0) * cell / 1000.0
    _check_cell(pieces, weight * steepest, cell)
    index = np.arange(n) if lines > 1 else np.zeros(n)
    return Fleet(terms, pieces, index.astype(np.int64), behind.astype(np.int64))


def coarsest_cell_m(trains: Trains) -> float:
    """Return the longest cell with which the step stays stable on any gradient.

    Parameters
    ----------
    trains : Trains
        One or several.

    Returns
    -------
    cell_m : float
        [m]

    Raises
    ------
    ValueError
        If shapes do not fit.

    Notes
    -----
    The step is stable while cell x |d(2F/m)/d(v^2)| is below 4; where pieces of effort begin it
    is steepest. A march refuses longer cells only if its line is so steep that the train could
    find its balance there.

    Examples
    --------
    >>> from sim.kernels.resistance import davis_train
    >>> from sim.kernels.traction import power_effort
    >>> train = Trains(mass_kg=1e6, length_m=300.0, effort=power_effort(1e6, 2e5),
    ...                resistance=davis_train(0.0, 0.0, 0.0))
    >>> round(coarsest_cell_m(train))
    530
    """
    n = int(np.prod(trains.shape()))
    pieces = _net_pieces(trains, n)
    moved = _spread(trains.mass_kg, n) * _spread(trains.rotating_factor, n)
    pieces[:, :3] *= 2.0 / moved
    return float(_STIFFEST / max(_steepest(pieces)[0].max(initial=0.0), 1e-12))


def _net_pieces(trains: Trains, n: int) -> Floats:
    """Return effort less resistance as pieces: (n_pieces, 4, n) of constant, linear, 1/v, from."""
    effort, drag = trains.effort, trains.resistance
    pull = [np.broadcast_to(part, (n, part.shape[-1])) for part in effort]
    hold = [np.broadcast_to(part, (n, part.shape[-1])) for part in drag[:3]]
    both = np.concatenate([pull[0], hold[0]], axis=1)
    knots = np.sort(both, axis=1)
    keep = np.ones(knots.shape, dtype=bool)
    keep[:, :-1] = knots[:, 1:] > knots[:, :-1]
    knots = np.sort(np.where(keep, knots, np.inf), axis=1)
    knots = knots[:, np.isfinite(knots).any(axis=0)]
    own = (pull[0][:, None, :] <= knots[:, :, None]).sum(axis=-1) - 1
    other = (hold[0][:, None, :] <= knots[:, :, None]).sum(axis=-1) - 1
    own = np.where(np.isfinite(knots), own, 0)

    def taken(values: Floats, which: NDArray[np.int64]) -> Floats:
        return np.take_along_axis(values, which, axis=1)

    constant = taken(pull[1], own) - taken(hold[1], other)
    linear = taken(pull[2], own) - taken(hold[2], other)
    net = np.stack([constant, linear, taken(pull[3], own), knots])
    return np.ascontiguousarray(net.transpose(2, 0, 1))


def _steepest(pieces: Floats) -> tuple[Floats, Floats]:
    """Return how force falls by v^2, and the force, where pieces past the first start."""
    _, linear, power, start = pieces[1:].transpose(1, 0, 2)
    v = np.maximum(start, 1e-6)
    fall = (power / v / v - linear) / (2.0 * v)
    force = pieces[1:, 0] + linear * np.where(np.isfinite(v), v, 0.0) + power / v
    return fall, force


def _check_cell(pieces: Floats, pull: Floats, cell_m: float) -> None:
    """Refuse cells so long that the step could swing where a train finds its balance."""
    fall, force = _steepest(pieces)
    worst = np.where(force <= _MARGIN * pull, fall, 0.0).max(axis=0, initial=0.0)
    j = int(np.argmax(worst))
    if worst[j] > _STIFFEST:
        message = (
            f"cells of {cell_m:g} m are too long for train {j}: "
            f"use {cell_m * _STIFFEST / worst[j]:.3g} m or less"
        )
        raise ValueError(message)


def _check(*numbers: Floats) -> None:
    """Refuse trains with numbers out of bounds."""
    for (name, may_be_0, may_be_infinite), values in zip(_BOUNDS, numbers, strict=True):
        low = values < 0.0 if may_be_0 else values <= 0.0
        high = np.isinf(values) if not may_be_infinite else np.zeros(values.shape, dtype=bool)
        if np.any(np.isnan(values) | low | high):
            rule = "0 or more" if may_be_0 else "positive"
            message = f"{name} must be {rule}{'' if may_be_infinite else ' and finite'}"
            raise ValueError(message)


def _spread(values: ArrayLike, n: int) -> Floats:
    return np.broadcast_to(np.asarray(values, dtype=np.float64), (n,))
