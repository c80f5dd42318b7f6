"""Resistance by the traction rules of the 1520 mm railways (PTR), for wagons and locomotives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.ptr1520_rules import Locomotive, Track, Wagon, locomotive_terms, wagon_terms
from sim.kernels.resistance import Resistance, davis_train, sum_of_resistances
from sim.kernels.track_forces import force_of_permille_n

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["ptr1520_locomotives", "ptr1520_train", "ptr1520_wagons"]

_KMH_PER_MPS = 3.6


def ptr1520_wagons(
    wagon_kg: ArrayLike, n_wagons: ArrayLike, *, kind: Wagon = Wagon.FOUR_AXLE, track: Track
) -> Resistance:
    """Return the resistance of rakes of like wagons.

    Parameters
    ----------
    wagon_kg : array_like
        Mass of one wagon with its load. [kg]
    n_wagons : array_like
        Number of wagons.
    kind : Wagon, optional
        Axles and bearings.
    track : Track
        Jointed or welded.

    Returns
    -------
    resistance : Resistance
        Of the broadcast shape.

    Raises
    ------
    ValueError
        If a mass is not positive, or a wagon is empty (6 t an axle or less) and the rules state
        nothing for its kind.

    Notes
    -----
    PTR as tabled in METHODS 1.1. An empty 6-axle wagon has the row of the empty 4-axle one there;
    for an empty wagon with 8 axles or plain bearings METHODS has no row and none is made up.

    Examples
    --------
    >>> from sim.kernels.resistance import resistance_n
    >>> rake = ptr1520_wagons(92e3, 47, track=Track.JOINTED)
    >>> round(float(resistance_n(rake, 50 / 3.6)) / (9.81 * 47 * 92), 9)
    1.319565217
    """
    mass = np.asarray(wagon_kg, dtype=np.float64)
    w0, w1, w2 = wagon_terms(mass, kind, track)
    force = force_of_permille_n(mass, 1.0)
    return davis_train(
        force * w0, force * w1 * _KMH_PER_MPS, force * w2 * _KMH_PER_MPS**2, n_vehicles=n_wagons
    )


def ptr1520_locomotives(
    mass_kg: ArrayLike, *, track: Track, state: Locomotive = Locomotive.POWERED
) -> Resistance:
    """Return the resistance of locomotives.

    Parameters
    ----------
    mass_kg : array_like
        Mass of all locomotives of a train. [kg]
    track : Track
        Jointed or welded.
    state : Locomotive, optional
        Powered or coasting.

    Returns
    -------
    resistance : Resistance
        One piece.

    Raises
    ------
    ValueError
        If a mass is negative or not finite.

    Examples
    --------
    >>> from sim.kernels.resistance import resistance_n
    >>> engine = ptr1520_locomotives(100e3, track=Track.JOINTED)
    >>> round(float(resistance_n(engine, 50 / 3.6)), 6)
    3090.15
    """
    w0, w1, w2 = locomotive_terms(state, track)
    force = force_of_permille_n(mass_kg, 1.0)
    return davis_train(force * w0, force * w1 * _KMH_PER_MPS, force * w2 * _KMH_PER_MPS**2)


def ptr1520_train(
    locomotive_kg: ArrayLike,
    wagon_kg: ArrayLike,
    n_wagons: ArrayLike,
    *,
    kinds: Wagon | tuple[Wagon, ...] = Wagon.FOUR_AXLE,
    track: Track,
    state: Locomotive = Locomotive.POWERED,
) -> Resistance:
    """Return the resistance of whole trains: locomotives and groups of wagons.

    Parameters
    ----------
    locomotive_kg : array_like of shape (...)
        Mass of all locomotives of a train. [kg]
    wagon_kg, n_wagons : array_like of shape (..., n_groups)
        Mass of one wagon of each group, and number of wagons. A scalar is one group. [kg]
    kinds : Wagon or tuple of n_groups Wagon, optional
        Of all groups, or of each.
    track : Track
        Jointed or welded.
    state : Locomotive, optional
        Powered or coasting.

    Returns
    -------
    resistance : Resistance of shape (...)
        One piece.

    Raises
    ------
    ValueError
        As for the parts, or if there are not as many kinds as groups.

    Examples
    --------
    >>> from sim.kernels.resistance import resistance_n
    >>> train = ptr1520_train(276e3, 4836e3 / 56, 56, track=Track.JOINTED)
    >>> round(float(resistance_n(train, 60 / 3.6)), 1)
    82455.8
    """
    mass, count = np.broadcast_arrays(
        np.atleast_1d(np.asarray(wagon_kg, dtype=np.float64)),
        np.atleast_1d(np.asarray(n_wagons, dtype=np.float64)),
    )
    groups = mass.shape[-1]
    each = (kinds,) * groups if isinstance(kinds, Wagon) else kinds
    if len(each) != groups:
        message = f"{len(each)} kinds of wagon for {groups} groups"
        raise ValueError(message)
    rakes = [
        ptr1520_wagons(mass[..., i], count[..., i], kind=each[i], track=track)
        for i in range(groups)
    ]
    return sum_of_resistances(ptr1520_locomotives(locomotive_kg, track=track, state=state), *rakes)
