"""Forces of mass, gradient and curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["GRAVITY_MPS2", "amounts", "curve_resistance_permille", "force_of_permille_n"]

GRAVITY_MPS2 = 9.81
"""Force of a kilogram, as the sources reckon: N = 9.81 x mass x permille / 1000. [m/s2]"""
_CURVE_M = 700.0


def force_of_permille_n(mass_kg: ArrayLike, permille: ArrayLike) -> Floats:
    """Return the force of a resistance or a gradient stated in permille of weight (N/kN).

    Parameters
    ----------
    mass_kg : array_like
        Mass it acts on. [kg]
    permille : array_like
        Specific resistance or gradient. [N/kN]

    Returns
    -------
    force_n : array of the broadcast shape
        [N]

    Raises
    ------
    ValueError
        If a mass is negative or not finite.

    Examples
    --------
    >>> round(float(force_of_permille_n(1_000_000.0, 9.0)), 6)
    88290.0
    """
    specific = np.asarray(permille, dtype=np.float64) / 1000.0
    return np.asarray(GRAVITY_MPS2 * amounts("mass_kg", mass_kg) * specific)


def curve_resistance_permille(
    radius_m: ArrayLike, *, curve_m: ArrayLike = np.inf, train_m: ArrayLike = 0.0
) -> Floats:
    """Return the resistance of a curve: 700/R, less where the train is longer than the curve.

    Parameters
    ----------
    radius_m : array_like
        Radius; infinite on straight track. [m]
    curve_m : array_like, optional
        Length of the curve. [m]
    train_m : array_like, optional
        Length of the train. [m]

    Returns
    -------
    permille : array of the broadcast shape
        Of the weight of the whole train. [N/kN]

    Raises
    ------
    ValueError
        If a radius is not positive or a length is negative.

    Notes
    -----
    PTR, METHODS 1.1: 700/R where the train is shorter than the curve, else 700/R S/L.

    Examples
    --------
    >>> curve_resistance_permille(700.0, curve_m=[850.0, 425.0], train_m=850.0).tolist()
    [1.0, 0.5]
    """
    radius = np.asarray(radius_m, dtype=np.float64)
    curve, train = (np.asarray(x, dtype=np.float64) for x in (curve_m, train_m))
    if np.any(~(radius > 0)) or np.any(~(curve >= 0)) or np.any(~(train >= 0)):
        message = "radii must be positive and lengths must not be negative"
        raise ValueError(message)
    share = np.minimum(curve, np.maximum(train, 1e-9)) / np.maximum(train, 1e-9)
    return np.asarray(_CURVE_M / radius * share)


def amounts(name: str, values: ArrayLike) -> Floats:
    """Return values as floats, or refuse them.

    Parameters
    ----------
    name : str
        What they are, for the message.
    values : array_like
        To be finite and not negative.

    Returns
    -------
    amounts : array
        As float64.

    Raises
    ------
    ValueError
        If a value is negative or not finite.

    Examples
    --------
    >>> amounts("mass_kg", 5).item()
    5.0
    """
    given: Floats = np.asarray(values, dtype=np.float64)
    if np.any(~np.isfinite(given)) or np.any(given < 0):
        message = f"{name} must be finite and not negative"
        raise ValueError(message)
    return given
