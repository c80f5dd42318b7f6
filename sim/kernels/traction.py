"""Tractive effort by table or by power, for one or several locomotives."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.kernels.track_forces import amounts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "Effort",
    "effort_n",
    "power_effort",
    "several_trains",
    "table_effort",
]


class Effort(NamedTuple):
    """Largest tractive effort F(v) = F0 + F1 v + P/v, where the three change at given speeds.

    Attributes
    ----------
    from_mps : array of shape (..., n_pieces)
        Speed from which each piece holds; the first is 0. [m/s]
    force_n : array of shape (..., n_pieces)
        F0. [N]
    slope_n_per_mps : array of shape (..., n_pieces)
        F1. [N/(m/s)]
    power_w : array of shape (..., n_pieces)
        P; 0 in the first piece. [W]
    """

    from_mps: Floats
    force_n: Floats
    slope_n_per_mps: Floats
    power_w: Floats


def table_effort(
    speed_mps: ArrayLike, force_n: ArrayLike, *, n_locomotives: ArrayLike = 1
) -> Effort:
    """Return the effort that a table states: linear between points, then constant power.

    Parameters
    ----------
    speed_mps : array_like of shape (n_points,)
        From 0, rising. [m/s]
    force_n : array_like of shape (n_points,)
        Effort of one locomotive at those speeds. [N]
    n_locomotives : array_like of shape (...), optional
        Locomotives of each train.

    Returns
    -------
    effort : Effort of shape (...)
        One piece between two points, and one of constant power past the last.

    Raises
    ------
    ValueError
        If there are fewer than two points, speeds do not rise from 0, or a force is negative.

    Examples
    --------
    >>> effort = table_effort([0.0, 10.0, 20.0], [400e3, 200e3, 100e3], n_locomotives=2)
    >>> effort_n(effort, [5.0, 15.0, 40.0]).tolist()
    [600000.0, 300000.0, 100000.0]
    """
    speed, force = amounts("speed_mps", speed_mps), amounts("force_n", force_n)
    if speed.ndim != 1 or speed.shape != force.shape or len(speed) < 2:  # noqa: PLR2004
        message = "speed_mps and force_n must be two lists of one length, of two points or more"
        raise ValueError(message)
    if speed[0] != 0 or np.any(np.diff(speed) <= 0):
        message = "speed_mps must rise from 0"
        raise ValueError(message)
    slope = np.append(np.diff(force) / np.diff(speed), 0.0)
    start = np.append(force[:-1] - slope[:-1] * speed[:-1], 0.0)
    power = np.zeros(len(speed))
    power[-1] = force[-1] * speed[-1]
    return _times(amounts("n_locomotives", n_locomotives), speed, start, slope, power)


def power_effort(power_w: ArrayLike, start_n: ArrayLike, *, n_locomotives: ArrayLike = 1) -> Effort:
    """Return the effort of constant power under a limit at low speed.

    Parameters
    ----------
    power_w : array_like
        Power at the wheel of one locomotive. [W]
    start_n : array_like
        Largest effort of one, by adhesion or rating. [N]
    n_locomotives : array_like, optional
        Locomotives of each train; all three broadcast.

    Returns
    -------
    effort : Effort
        Of the broadcast shape; F = min(start, P/v).

    Raises
    ------
    ValueError
        If a number is negative, not finite, or the limit is 0 where there is power.

    Examples
    --------
    >>> effort_n(power_effort(3e6, 600e3), [0.0, 5.0, 10.0, 20.0]).tolist()
    [600000.0, 600000.0, 300000.0, 150000.0]
    """
    count = amounts("n_locomotives", n_locomotives)
    power = amounts("power_w", power_w) * count
    start = amounts("start_n", start_n) * count
    power, start = np.broadcast_arrays(power, start)
    if np.any((start == 0) & (power > 0)):
        message = "start_n must be positive where there is power"
        raise ValueError(message)
    rated = np.divide(power, start, out=np.zeros(power.shape), where=start > 0)
    none = np.zeros(power.shape)
    return Effort(
        np.stack([none, rated], axis=-1),
        np.stack([start, none], axis=-1),
        np.zeros((*power.shape, 2)),
        np.stack([none, power], axis=-1),
    )


def several_trains(efforts: list[Effort]) -> Effort:
    """Return the efforts of several trains as one, of as many pieces as the longest.

    Parameters
    ----------
    efforts : list of n_trains Effort of shape ()
        Of any number of pieces.

    Returns
    -------
    effort : Effort of shape (n_trains,)
        Missing pieces start at infinite speed.

    Raises
    ------
    ValueError
        If there is none.

    Examples
    --------
    >>> both = several_trains([power_effort(3e6, 6e5), table_effort([0, 5, 9], [6e5, 4e5, 3e5])])
    >>> effort_n(both, 10.0).tolist()
    [300000.0, 270000.0]
    """
    if not efforts:
        message = "there is no train"
        raise ValueError(message)
    most = max(effort.from_mps.shape[-1] for effort in efforts)

    def padded(index: int, fill: float) -> Floats:
        rows = [np.atleast_1d(effort[index]) for effort in efforts]
        return np.stack([np.append(row, np.full(most - len(row), fill)) for row in rows])

    return Effort(padded(0, np.inf), padded(1, 0.0), padded(2, 0.0), padded(3, 0.0))


def effort_n(effort: Effort, speed_mps: ArrayLike) -> Floats:
    """Return the largest effort at a speed.

    Parameters
    ----------
    effort : Effort of shape (...)
        Of one or more trains.
    speed_mps : array_like
        Broadcast against the trains. [m/s]

    Returns
    -------
    force_n : array of the broadcast shape
        [N]

    Raises
    ------
    ValueError
        If the shapes do not broadcast.

    Examples
    --------
    >>> float(effort_n(power_effort(3e6, 6e5), 10.0))
    300000.0
    """
    v = np.asarray(speed_mps, dtype=np.float64)
    slow = np.maximum(v, 1e-6)
    force = np.zeros(np.broadcast_shapes(v.shape, effort.from_mps.shape[:-1]))
    for k in range(effort.from_mps.shape[-1]):
        piece = (
            effort.force_n[..., k]
            + effort.slope_n_per_mps[..., k] * v
            + effort.power_w[..., k] / slow
        )
        force = np.where(v >= effort.from_mps[..., k], piece, force)
    return force


def _times(count: Floats, from_mps: Floats, *terms: Floats) -> Effort:
    """Return the effort of several locomotives by the pieces of one."""
    shape = (*count.shape, len(from_mps))
    force, slope, power = (count[..., None] * term for term in terms)
    return Effort(np.broadcast_to(from_mps, shape).copy(), force, slope, power)
