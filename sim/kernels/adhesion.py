"""Adhesion, and the check of imported curves of effort."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.track_forces import GRAVITY_MPS2, amounts
from sim.kernels.traction import Effort, table_effort

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["adhesion_effort", "adhesion_frac", "check_power"]

_KMH_PER_MPS = 3.6


def adhesion_frac(speed_mps: ArrayLike) -> Floats:
    """Return the reckoned adhesion of diesel locomotives 2TE10 and 2M62.

    Parameters
    ----------
    speed_mps : array_like
        [m/s]

    Returns
    -------
    psi : array like ``speed_mps``
        Effort by weight on driven axles: 0.118 + 5/(27.5 + v), v in km/h.

    Raises
    ------
    ValueError
        If a speed is negative or not finite.

    Notes
    -----
    PTR; facts/resistance.csv row `psi_2te10` (from memory there).

    Examples
    --------
    >>> round(float(adhesion_frac(22.5 / 3.6)), 9)
    0.218
    """
    return np.asarray(0.118 + 5.0 / (27.5 + amounts("speed_mps", speed_mps) * _KMH_PER_MPS))


def adhesion_effort(
    power_w: float, adhesive_kg: float, *, n_locomotives: ArrayLike = 1, n_steps: int = 12
) -> Effort:
    """Return the effort of constant power under the adhesion formula.

    Parameters
    ----------
    power_w : float
        Power at the wheel of one locomotive. [W]
    adhesive_kg : float
        Mass on driven axles of one locomotive. [kg]
    n_locomotives : array_like of shape (...), optional
        Locomotives of each train.
    n_steps : int, optional
        Straight pieces that stand for the formula; 12 are within 0.1 % of it.

    Returns
    -------
    effort : Effort of shape (...)
        F = min(psi(v) M g, P/v).

    Raises
    ------
    ValueError
        If power or mass is not positive, or there is no step.

    Examples
    --------
    >>> from sim.kernels.traction import effort_n
    >>> effort = adhesion_effort(4.4e6, 276e3)
    >>> effort_n(effort, [0.0, 20.0]).round(-2).tolist()
    [811800.0, 220000.0]
    """
    if not (0 < power_w < np.inf and 0 < adhesive_kg < np.inf) or n_steps < 1:
        message = "power_w, adhesive_kg and n_steps must be positive"
        raise ValueError(message)
    weight = GRAVITY_MPS2 * adhesive_kg
    # psi v = P / weight: 0.118 v^2 + (5 + 0.118 27.5 - p) v - 27.5 p = 0 with v in km/h
    p = power_w / weight * _KMH_PER_MPS
    half = (5.0 + 0.118 * 27.5 - p) / (2 * 0.118)
    meet = (np.sqrt(half * half + 27.5 * p / 0.118) - half) / _KMH_PER_MPS
    speed = np.linspace(0.0, meet, n_steps + 1)
    return table_effort(speed, weight * adhesion_frac(speed), n_locomotives=n_locomotives)


def check_power(
    speed_mps: ArrayLike, force_n: ArrayLike, power_w: float, *, tolerance_frac: float = 0.08
) -> None:
    """Refuse an imported curve of effort that asks for more power than there is.

    Parameters
    ----------
    speed_mps, force_n : array_like of shape (n_points,)
        The curve. [m/s], [N]
    power_w : float
        Power at the wheel. [W]
    tolerance_frac : float, optional
        Share by which F v may pass it.

    Raises
    ------
    ValueError
        Naming the first speed at which F v is too large.

    Examples
    --------
    >>> check_power([5.0, 10.0, 20.0], [600e3, 300e3, 150e3], 3e6)
    """
    speed, force = amounts("speed_mps", speed_mps), amounts("force_n", force_n)
    over = np.flatnonzero(speed * force > power_w * (1 + tolerance_frac))
    if len(over):
        v, used = speed[over[0]], speed[over[0]] * force[over[0]]
        message = (
            f"at {v * _KMH_PER_MPS:.1f} km/h the curve needs {used / 1e3:.0f} kW at the wheel, "
            f"where there are {power_w / 1e3:.0f} kW; check units and points of the curve"
        )
        raise ValueError(message)
