"""How a year's tonnes become lots, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["lots_per_window"]


def lots_per_window(tonnes: ArrayLike, lot_t: float) -> NDArray[np.int64]:
    """Return whole lots in consecutive windows, without drift over the windows.

    Parameters
    ----------
    tonnes : array_like of shape (n_windows,)
        Freight offered in each window. [t]
    lot_t : float
        Size of a lot. [t]

    Returns
    -------
    n_lots : array of int64, shape (n_windows,)
        Their running sum is the running sum of tonnes over ``lot_t``, rounded half up.

    Raises
    ------
    ValueError
        If tonnes are negative or the lot is not positive.

    Examples
    --------
    >>> lots_per_window([100.0, 100.0, 100.0], 66.0).tolist()
    [2, 1, 2]
    """
    freight = np.asarray(tonnes, dtype=np.float64)
    if np.any(freight < 0) or not lot_t > 0:
        message = "tonnes must not be negative and a lot must be positive"
        raise ValueError(message)
    upto = np.floor(np.cumsum(freight) / lot_t + 0.5).astype(np.int64)
    return np.diff(upto, prepend=0)
