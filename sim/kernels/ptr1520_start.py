"""Starting resistance by the traction rules of the 1520 mm railways (PTR)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.ptr1520_rules import Wagon

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["starting_resistance_permille"]


def starting_resistance_permille(axle_kg: ArrayLike, *, kind: Wagon = Wagon.FOUR_AXLE) -> Floats:
    """Return the specific resistance of wagons that start from rest.

    Parameters
    ----------
    axle_kg : array_like
        Mass on one axle, not of the wagon. [kg]
    kind : Wagon, optional
        All but plain bearings are rollers.

    Returns
    -------
    permille : array like ``axle_kg``
        28/(q0+7) on rollers, 142/(q0+7) on plain bearings. [N/kN]

    Raises
    ------
    ValueError
        If a mass is not positive.

    Examples
    --------
    >>> starting_resistance_permille([21e3, 7e3]).tolist()
    [1.0, 2.0]
    """
    axle = np.asarray(axle_kg, dtype=np.float64)
    if np.any(~(axle > 0)):
        message = "mass on an axle must be positive"
        raise ValueError(message)
    return np.asarray((142.0 if kind is Wagon.FOUR_AXLE_PLAIN else 28.0) / (axle / 1000.0 + 7.0))
