"""Running time over a section where no physics is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["cruise_running_time_s"]


def cruise_running_time_s(
    length_m: ArrayLike, speed_mps: ArrayLike, *, supplement_frac: ArrayLike = 0.0
) -> NDArray[np.float64]:
    r"""Return the running time at a steady speed, with recovery supplement.

    Used where a line states a speed and no physics.

    Parameters
    ----------
    length_m : array_like
        Length of each section. [m]
    speed_mps : array_like
        Speed over it; broadcast against ``length_m``. [m/s]
    supplement_frac : array_like, optional
        Supplement on the pure running time, as a share of it.

    Returns
    -------
    running_s : array of the broadcast shape
        Running time. [s]

    Raises
    ------
    ValueError
        If a length is negative or a speed is not positive.

    Notes
    -----
    :math:`t = L / v \cdot (1 + s)`.

    Examples
    --------
    >>> float(cruise_running_time_s(18_000.0, 12.5, supplement_frac=0.05))
    1512.0
    """
    length = np.asarray(length_m, dtype=np.float64)
    speed = np.asarray(speed_mps, dtype=np.float64)
    if np.any(length < 0) or np.any(~(speed > 0)):
        message = "lengths must not be negative and speeds must be positive"
        raise ValueError(message)
    return np.asarray(length / speed * (1.0 + np.asarray(supplement_frac, dtype=np.float64)))
