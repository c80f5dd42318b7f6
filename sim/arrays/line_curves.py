"""Curve resistance along a line, in the form in which its physics gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.curves import curve_steps
from sim.kernels.track_forces import curve_resistance_permille
from sim.units import KM_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays.sections import Piece
    from sim.model.traction import Physics

    Floats = NDArray[np.float64]

__all__ = ["mean_curve_permille", "piece_curves"]

_HAIR_M = 1e-3


def mean_curve_permille(physics: Physics) -> float:
    """Return the mean resistance of a line's curves where they are not listed. [N/kN]

    Parameters
    ----------
    physics : Physics
        Of the line.

    Returns
    -------
    permille : float
        700/R times the share in curves, which is the mean of 700/R over the line; else
        ``curve_permille``. [N/kN]

    Examples
    --------
    >>> from sim.model.traction import Physics
    >>> line = Physics(speed_limit_kmh=80, curve_radius_m=350, curve_share_frac=0.25)
    >>> mean_curve_permille(line)
    0.5
    """  # noqa: D400
    if physics.curve_radius_m is None or physics.curve_share_frac is None:
        return physics.curve_permille
    return float(curve_resistance_permille(physics.curve_radius_m)) * physics.curve_share_frac


def piece_curves(
    piece: Piece, physics: Physics, share: tuple[float, float], heading: int
) -> tuple[Floats, Floats]:
    """Return the curve resistance of a piece of a section as steps in the direction of travel.

    Parameters
    ----------
    piece : Piece
        The piece.
    physics : Physics
        Of its line.
    share : (float, float)
        Which part of its section it is, from 0 to 1.
    heading : int
        0 along the section, 1 against it.

    Returns
    -------
    step_m, permille : arrays of shape (n_steps,)
        Distance from where the train enters the piece, the first 0, and the resistance from there
        to the next. [m], [N/kN]

    Raises
    ------
    ValueError
        If curves overlap; the checks of the scenario find that first.
    """
    curves = physics.curves.get(piece.parent.id)
    if curves is None:
        return np.zeros(1), np.array([mean_curve_permille(physics)])
    section_m = piece.length_m / (share[1] - share[0])
    step, permille = curve_steps(
        [c.from_km * KM_M for c in curves],
        [c.length_km * KM_M for c in curves],
        [c.radius_m for c in curves],
    )
    low, high = share[0] * section_m, share[1] * section_m
    inside = (step > low + _HAIR_M) & (step < high - _HAIR_M)
    before = int(np.searchsorted(step, low + _HAIR_M, side="right")) - 1
    bounds = np.concatenate(([low], step[inside], [high])) - low
    rates = np.concatenate(([permille[before]], permille[inside]))
    if heading:
        bounds, rates = (piece.length_m - bounds)[::-1], rates[::-1]
    bounds[0] = 0.0
    return bounds[:-1], rates
