"""Specific resistances of the traction rules of the 1520 mm railways (PTR)."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "Locomotive",
    "Track",
    "Wagon",
    "has_row",
    "locomotive_permille",
    "locomotive_terms",
    "wagon_kind",
    "wagon_permille",
    "wagon_terms",
]

_KMH_PER_MPS = 3.6
_LOADED_T = 6.0


class Wagon(Enum):
    """Axles and bearings of a wagon."""

    FOUR_AXLE = "4-axle, roller bearings"
    FOUR_AXLE_PLAIN = "4-axle, plain bearings"
    SIX_AXLE = "6-axle"
    EIGHT_AXLE = "8-axle"


class Track(Enum):
    """Joints of the rails."""

    JOINTED = "jointed"
    WELDED = "welded"


class Locomotive(Enum):
    """What the locomotive does."""

    POWERED = "powered"
    COASTING = "coasting"


_AXLES: Final = {
    Wagon.FOUR_AXLE: 4,
    Wagon.FOUR_AXLE_PLAIN: 4,
    Wagon.SIX_AXLE: 6,
    Wagon.EIGHT_AXLE: 8,
}
_LOADED: Final = {  # 0.7 + (k0 + k1 v + k2 v^2) / q0, v in km/h, q0 in t an axle
    (Wagon.FOUR_AXLE, Track.JOINTED): (3.0, 0.1, 0.0025),
    (Wagon.FOUR_AXLE, Track.WELDED): (3.0, 0.09, 0.002),
    (Wagon.FOUR_AXLE_PLAIN, Track.JOINTED): (8.0, 0.1, 0.0025),
    (Wagon.FOUR_AXLE_PLAIN, Track.WELDED): (8.0, 0.08, 0.002),
    (Wagon.SIX_AXLE, Track.JOINTED): (8.0, 0.1, 0.0025),
    (Wagon.SIX_AXLE, Track.WELDED): (8.0, 0.08, 0.002),
    (Wagon.EIGHT_AXLE, Track.JOINTED): (6.0, 0.038, 0.0021),
    (Wagon.EIGHT_AXLE, Track.WELDED): (6.0, 0.026, 0.0017),
}
_EMPTY: Final = {Track.JOINTED: (1.0, 0.044, 0.00024), Track.WELDED: (1.0, 0.042, 0.00016)}
_NO_EMPTY_ROW: Final = {Wagon.EIGHT_AXLE, Wagon.FOUR_AXLE_PLAIN}
_LOCOMOTIVE: Final = {
    (Locomotive.POWERED, Track.JOINTED): (1.9, 0.01, 0.0003),
    (Locomotive.POWERED, Track.WELDED): (1.9, 0.008, 0.00025),
    (Locomotive.COASTING, Track.JOINTED): (2.4, 0.011, 0.00035),
    (Locomotive.COASTING, Track.WELDED): (2.4, 0.009, 0.00035),
}


def wagon_kind(axles: int, bearings: str) -> Wagon:
    """Return the row of the rules for a wagon.

    Parameters
    ----------
    axles : int
        4, 6 or 8.
    bearings : str
        ``roller`` or ``plain``; the rules tell them apart on 4 axles only.

    Returns
    -------
    kind : Wagon
        Its row.

    Raises
    ------
    ValueError
        If the rules have no such wagon.

    Examples
    --------
    >>> wagon_kind(4, "plain"), wagon_kind(8, "plain")
    (<Wagon.FOUR_AXLE_PLAIN: '4-axle, plain bearings'>, <Wagon.EIGHT_AXLE: '8-axle'>)
    """
    kinds = {4: Wagon.FOUR_AXLE, 6: Wagon.SIX_AXLE, 8: Wagon.EIGHT_AXLE}
    if axles not in kinds or bearings not in {"roller", "plain"}:
        message = f"the rules have no wagon of {axles} axles with {bearings} bearings"
        raise ValueError(message)
    is_plain = axles == _AXLES[Wagon.FOUR_AXLE_PLAIN] and bearings == "plain"
    return Wagon.FOUR_AXLE_PLAIN if is_plain else kinds[axles]


def has_row(wagon_kg: ArrayLike, kind: Wagon) -> NDArray[np.bool_]:
    """Tell whether the rules state the resistance of wagons.

    Parameters
    ----------
    wagon_kg : array_like
        Mass of one wagon with its load. [kg]
    kind : Wagon
        Axles and bearings.

    Returns
    -------
    has_row : array of bool like ``wagon_kg``
        False for 6 t an axle or less on 8 axles or plain bearings (METHODS 1.1).

    Raises
    ------
    ValueError
        Never of itself.

    Examples
    --------
    >>> has_row([92e3, 24e3], Wagon.FOUR_AXLE_PLAIN).tolist()
    [True, False]
    """
    axle_t = np.asarray(wagon_kg, dtype=np.float64) / (1000.0 * _AXLES[kind])
    return np.asarray((axle_t > _LOADED_T) | (kind not in _NO_EMPTY_ROW))


def wagon_permille(
    speed_mps: ArrayLike, axle_kg: ArrayLike, *, kind: Wagon = Wagon.FOUR_AXLE, track: Track
) -> Floats:
    """Return the specific resistance of wagons.

    Parameters
    ----------
    speed_mps : array_like
        [m/s]
    axle_kg : array_like
        Mass on one axle. [kg]
    kind : Wagon, optional
        Axles and bearings.
    track : Track
        Jointed or welded.

    Returns
    -------
    permille : array of the broadcast shape
        [N/kN]

    Raises
    ------
    ValueError
        As :func:`ptr1520_wagons`.

    Examples
    --------
    >>> round(float(wagon_permille(50 / 3.6, 23e3, track=Track.WELDED)), 9)
    1.243478261
    """
    axle = np.asarray(axle_kg, dtype=np.float64)
    w0, w1, w2 = wagon_terms(axle * _AXLES[kind], kind, track)
    v = np.asarray(speed_mps, dtype=np.float64) * _KMH_PER_MPS
    return np.asarray(w0 + w1 * v + w2 * v * v)


def locomotive_permille(
    speed_mps: ArrayLike, *, track: Track, state: Locomotive = Locomotive.POWERED
) -> Floats:
    """Return the specific resistance of locomotives.

    Parameters
    ----------
    speed_mps : array_like
        [m/s]
    track : Track
        Jointed or welded.
    state : Locomotive, optional
        Powered or coasting.

    Returns
    -------
    permille : array like ``speed_mps``
        [N/kN]

    Examples
    --------
    >>> round(float(locomotive_permille(50 / 3.6, track=Track.JOINTED)), 9)
    3.15
    """
    w0, w1, w2 = _LOCOMOTIVE[state, track]
    v = np.asarray(speed_mps, dtype=np.float64) * _KMH_PER_MPS
    return np.asarray(w0 + w1 * v + w2 * v * v)


def locomotive_terms(state: Locomotive, track: Track) -> tuple[float, float, float]:
    """Return the three terms of w = w0 + w1 v + w2 v^2 of locomotives, v in km/h.

    Parameters
    ----------
    state : Locomotive
        Powered or coasting.
    track : Track
        Jointed or welded.

    Returns
    -------
    w0, w1, w2 : float
        [N/kN], for v in km/h.

    Examples
    --------
    >>> locomotive_terms(Locomotive.COASTING, Track.WELDED)
    (2.4, 0.009, 0.00035)
    """
    return _LOCOMOTIVE[state, track]


def wagon_terms(wagon_kg: Floats, kind: Wagon, track: Track) -> tuple[Floats, Floats, Floats]:
    """Return the three terms of w = w0 + w1 v + w2 v^2 of wagons, v in km/h.

    Parameters
    ----------
    wagon_kg : array
        Mass of one wagon with its load. [kg]
    kind : Wagon
        Axles and bearings.
    track : Track
        Jointed or welded.

    Returns
    -------
    w0, w1, w2 : arrays like ``wagon_kg``
        [N/kN], for v in km/h.

    Raises
    ------
    ValueError
        If a mass is not positive, or the rules have no row for such an empty wagon.

    Examples
    --------
    >>> [float(w) for w in wagon_terms(np.asarray(23e3), Wagon.FOUR_AXLE, Track.JOINTED)]
    [1.0, 0.044, 0.00024]
    """
    if np.any(~(wagon_kg > 0)) or np.any(~np.isfinite(wagon_kg)):
        message = "the mass of a wagon must be positive and finite"
        raise ValueError(message)
    axle_t = wagon_kg / (1000.0 * _AXLES[kind])
    empty = axle_t <= _LOADED_T
    if not has_row(wagon_kg, kind).all():
        message = (
            f"the rules have no row for an empty wagon (6 t an axle or less) of kind "
            f"`{kind.value}`; give its resistance as `davis` or as a table"
        )
        raise ValueError(message)
    k0, k1, k2 = _LOADED[kind, track]
    e0, e1, e2 = _EMPTY[track]
    return (
        np.where(empty, e0, 0.7 + k0 / axle_t),
        np.where(empty, e1, k1 / axle_t),
        np.where(empty, e2, k2 / axle_t),
    )
