"""Resistance of a train on level straight track, as a polynomial of its speed, and the extras."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.kernels.track_forces import amounts, force_of_permille_n

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "Resistance",
    "davis_train",
    "resistance_n",
    "strahl_train",
    "sum_of_resistances",
    "table_resistance",
]

_KMH_PER_MPS = 3.6


class Resistance(NamedTuple):
    """Resistance R(v) = A + B v + C v^2, where A and B may change at given speeds.

    Every model of this package is one of these: Davis, PTR and Strahl have one piece; a table has
    one piece between two of its points and no C.

    Attributes
    ----------
    from_mps : array of shape (..., n_pieces)
        Speed from which each piece holds; the first is 0. [m/s]
    a_n : array of shape (..., n_pieces)
        Constant term. [N]
    b_n_per_mps : array of shape (..., n_pieces)
        Linear term. [N/(m/s)]
    c_n_per_mps2 : array of shape (...,)
        Quadratic term. [N/(m/s)^2]
    """

    from_mps: Floats
    a_n: Floats
    b_n_per_mps: Floats
    c_n_per_mps2: Floats


def davis_train(
    a_n: ArrayLike,
    b_n_per_mps: ArrayLike,
    c_n_per_mps2: ArrayLike,
    *,
    n_vehicles: ArrayLike = 1,
) -> Resistance:
    """Return the resistance of trains by their three Davis numbers.

    Parameters
    ----------
    a_n, b_n_per_mps, c_n_per_mps2 : array_like of shape (...)
        The three terms, of a whole train or of one vehicle. [N], [N/(m/s)], [N/(m/s)^2]
    n_vehicles : array_like, optional
        Number of vehicles they are multiplied by.

    Returns
    -------
    resistance : Resistance of shape (...)
        One piece.

    Raises
    ------
    ValueError
        If a number is negative or not finite.

    Notes
    -----
    W. J. Davis, "The tractive resistance of electric locomotives and cars", General Electric
    Review 29, 1926 (unverified, from memory).

    Examples
    --------
    >>> train = davis_train(500.0, 10.0, 2.0, n_vehicles=50)
    >>> float(resistance_n(train, 10.0))
    40000.0
    """
    count = amounts("n_vehicles", n_vehicles)
    a, b, c = np.broadcast_arrays(
        amounts("a_n", a_n) * count,
        amounts("b_n_per_mps", b_n_per_mps) * count,
        amounts("c_n_per_mps2", c_n_per_mps2) * count,
    )
    return Resistance(np.zeros((*a.shape, 1)), a[..., None].copy(), b[..., None].copy(), c.copy())


def strahl_train(mass_kg: ArrayLike, f0_permille: ArrayLike, f2_permille: ArrayLike) -> Resistance:
    """Return the resistance of goods trains by Strahl: f0 + f2 (v/100)^2, v in km/h.

    Parameters
    ----------
    mass_kg : array_like
        Mass of the whole train, or of its wagons. [kg]
    f0_permille, f2_permille : array_like
        The two numbers of the formula. [permille of weight]

    Returns
    -------
    resistance : Resistance
        Of the broadcast shape.

    Raises
    ------
    ValueError
        If a number is negative or not finite.

    Notes
    -----
    METHODS 1.1: freight form of Strahl; f0 and f2 depend on the stock and are the caller's.

    Examples
    --------
    >>> round(float(resistance_n(strahl_train(1_000_000.0, 1.4, 6.0), 60.0 / 3.6)), 6)
    34923.6
    """
    force = force_of_permille_n(mass_kg, 1.0)
    f2 = amounts("f2_permille", f2_permille) * (_KMH_PER_MPS / 100.0) ** 2
    return davis_train(force * amounts("f0_permille", f0_permille), 0.0, force * f2)


def table_resistance(speed_mps: ArrayLike, force_n: ArrayLike) -> Resistance:
    """Return the resistance that a table states, linear between its points.

    Parameters
    ----------
    speed_mps : array_like of shape (n_points,)
        From 0, rising. [m/s]
    force_n : array_like of shape (..., n_points)
        Resistance at those speeds. [N]

    Returns
    -------
    resistance : Resistance of shape (...)
        Exact: a piece between two points; the last slope goes on.

    Raises
    ------
    ValueError
        If there are fewer than two points, or speeds do not rise from 0.

    Examples
    --------
    >>> train = table_resistance([0.0, 10.0, 20.0], [30e3, 36e3, 54e3])
    >>> resistance_n(train, [5.0, 15.0, 25.0]).tolist()
    [33000.0, 45000.0, 63000.0]
    """
    speed = amounts("speed_mps", speed_mps)
    force = amounts("force_n", force_n)
    if speed.ndim != 1 or len(speed) < 2 or speed[0] != 0 or np.any(np.diff(speed) <= 0):  # noqa: PLR2004
        message = "speed_mps must hold two or more speeds that rise from 0"
        raise ValueError(message)
    slope = np.diff(force, axis=-1) / np.diff(speed)
    start = force[..., :-1] - slope * speed[:-1]
    from_mps = np.broadcast_to(speed[:-1], slope.shape).copy()
    return Resistance(from_mps, start, slope, np.zeros(slope.shape[:-1]))


def sum_of_resistances(*parts: Resistance) -> Resistance:
    """Return the resistance of trains made of parts, such as locomotives and wagons.

    Parameters
    ----------
    *parts : Resistance
        With shapes that broadcast.

    Returns
    -------
    resistance : Resistance
        Their sum, exact: a piece begins wherever one of a part begins.

    Raises
    ------
    ValueError
        If there is no part, or shapes do not broadcast.

    Notes
    -----
    A sum of piecewise polynomials is one on the union of their breakpoints. Trains of one call may
    break at different speeds: a piece that others break at has no length in theirs, or changes
    nothing.

    Examples
    --------
    >>> both = sum_of_resistances(davis_train(1.0, 2.0, 3.0), davis_train(10.0, 20.0, 30.0))
    >>> float(resistance_n(both, 1.0))
    66.0
    >>> tables = (table_resistance([0, 10], [1.0, 2.0]), table_resistance([0, 5, 9], [1, 1, 3]))
    >>> sum_of_resistances(*tables).from_mps.tolist()
    [0.0, 5.0]
    """
    if not parts:
        message = "a sum needs one resistance or more"
        raise ValueError(message)
    shape = np.broadcast_shapes(*(part.c_n_per_mps2.shape for part in parts))

    def spread(values: Floats) -> Floats:
        return np.broadcast_to(values, (*shape, values.shape[-1]))

    knots = np.sort(np.concatenate([spread(part.from_mps) for part in parts], axis=-1), axis=-1)
    is_new = (np.diff(knots, axis=-1) > 0).any(axis=tuple(range(knots.ndim - 1)))
    knots = knots[..., np.concatenate([[True], is_new])]
    a, b = np.zeros(knots.shape), np.zeros(knots.shape)
    for part in parts:
        begun = spread(part.from_mps)[..., None, :] <= knots[..., :, None]
        which = begun.sum(axis=-1) - 1
        a += np.take_along_axis(spread(part.a_n), which, axis=-1)
        b += np.take_along_axis(spread(part.b_n_per_mps), which, axis=-1)
    c: Floats = np.asarray(sum(part.c_n_per_mps2 for part in parts))
    return Resistance(knots, a, b, np.broadcast_to(c, shape).copy())


def resistance_n(resistance: Resistance, speed_mps: ArrayLike) -> Floats:
    """Return the resistance at a speed.

    Parameters
    ----------
    resistance : Resistance of shape (...)
        Of one or more trains.
    speed_mps : array_like
        Broadcast against the trains. [m/s]

    Returns
    -------
    force_n : array of the broadcast shape
        On level straight track. [N]

    Raises
    ------
    ValueError
        If the shapes do not broadcast.

    Examples
    --------
    >>> float(resistance_n(davis_train(1000.0, 100.0, 10.0), 10.0))
    3000.0
    """
    v = np.asarray(speed_mps, dtype=np.float64)
    force = np.zeros(np.broadcast_shapes(v.shape, resistance.c_n_per_mps2.shape))
    for k in range(resistance.a_n.shape[-1]):
        piece = resistance.a_n[..., k] + resistance.b_n_per_mps[..., k] * v
        force = np.where(v >= resistance.from_mps[..., k], piece, force)
    return np.asarray(force + resistance.c_n_per_mps2 * v * v)
