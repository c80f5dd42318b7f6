"""What a locomotive pulls: balancing speed, trailing mass on a ruling grade, braking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.resistance import resistance_n
from sim.kernels.track_forces import GRAVITY_MPS2, amounts, force_of_permille_n
from sim.kernels.traction import effort_n

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from sim.kernels.resistance import Resistance
    from sim.kernels.traction import Effort

    Floats = NDArray[np.float64]

__all__ = ["balancing_speed_mps", "block_brake_mps2", "trailing_mass_kg"]

_KMH_PER_MPS = 3.6
_SCAN = 512
_BISECTIONS = 60


def balancing_speed_mps(
    effort: Effort,
    resistance: Resistance,
    mass_kg: ArrayLike,
    grade_permille: ArrayLike,
    *,
    limit_mps: float = 100.0 / 3.6,
) -> Floats:
    """Return the speed a train keeps on a long gradient.

    Parameters
    ----------
    effort : Effort of shape (...)
        Largest effort.
    resistance : Resistance of shape (...)
        Of the whole train on level straight track.
    mass_kg : array_like
        Of the whole train. [kg]
    grade_permille : array_like
        Gradient with curve resistance; all four broadcast. [permille]
    limit_mps : float, optional
        Highest speed of interest. [m/s]

    Returns
    -------
    speed_mps : array of the broadcast shape
        Largest balance at or below the limit; the limit where there is force to spare; 0 where
        there is none at any speed. [m/s]

    Raises
    ------
    ValueError
        If a mass is negative or the limit is not positive.

    Notes
    -----
    METHODS appendix A: F(v) = R(v) + m g i, largest root below the limit: 512 speeds are looked
    at from above, then the bracket is halved 60 times.

    Examples
    --------
    >>> from sim.kernels.resistance import davis_train
    >>> from sim.kernels.traction import power_effort
    >>> train = davis_train(20e3, 0.0, 50.0)
    >>> round(float(balancing_speed_mps(power_effort(1e6, 3e5), train, 1e6, 0.0)), 6)
    22.294942
    """
    if not 0 < limit_mps < np.inf:
        message = "limit_mps must be positive and finite"
        raise ValueError(message)
    drag = force_of_permille_n(mass_kg, grade_permille)

    def spare(v: Floats) -> Floats:
        return np.asarray(effort_n(effort, v) - resistance_n(resistance, v) - drag)

    shape = spare(np.zeros(())).shape
    low, high = np.zeros(shape), np.full(shape, limit_mps)
    found = spare(high) >= 0
    low[found] = limit_mps
    for v in np.linspace(limit_mps, 0.0, _SCAN)[1:]:
        now = ~found & (spare(np.full(shape, v)) >= 0)
        low[now], found = v, found | now
        high[~found] = v
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        up = spare(middle) >= 0
        low, high = np.where(up, middle, low), np.where(up, high, middle)
    return np.where(found, low, 0.0)


def trailing_mass_kg(
    effort_at_speed_n: ArrayLike,
    locomotive_kg: ArrayLike,
    grade_permille: ArrayLike,
    *,
    locomotive_permille: ArrayLike,
    wagon_permille: ArrayLike,
) -> Floats:
    """Return the mass of wagons that a locomotive pulls up a ruling grade at a steady speed.

    Parameters
    ----------
    effort_at_speed_n : array_like
        Effort of all locomotives at that speed, mostly the rated one. [N]
    locomotive_kg : array_like
        Mass of all locomotives. [kg]
    grade_permille : array_like
        Ruling grade with curve resistance. [permille]
    locomotive_permille, wagon_permille : array_like
        Specific resistances at that speed. [N/kN]

    Returns
    -------
    trailing_kg : array of the broadcast shape
        0 where the locomotive cannot climb alone. [kg]

    Raises
    ------
    ValueError
        If gradient and wagon resistance together are not positive: any mass would go.

    Notes
    -----
    METHODS 1.2, PTR: Q = (F/g - P (w_loco + i)) / (w_wagon + i).

    Examples
    --------
    >>> heavy = trailing_mass_kg(
    ...     506e3, 276e3, 10.0, locomotive_permille=2.317692, wagon_permille=1.0
    ... )
    >>> round(float(heavy) / 1000)
    4380
    """
    grade = np.asarray(grade_permille, dtype=np.float64)
    resist = np.asarray(wagon_permille, dtype=np.float64) + grade
    if np.any(~(resist > 0)):
        message = "gradient and wagon resistance together must be positive"
        raise ValueError(message)
    pull = amounts("effort_at_speed_n", effort_at_speed_n) / GRAVITY_MPS2 * 1000.0
    own = amounts("locomotive_kg", locomotive_kg) * (np.asarray(locomotive_permille) + grade)
    return np.asarray(np.maximum(pull - own, 0.0) / resist)


def block_brake_mps2(
    speed_mps: ArrayLike,
    *,
    brake_ratio_frac: ArrayLike = 0.33,
    use_frac: ArrayLike = 0.5,
    rotating_factor: ArrayLike = 1.06,
) -> Floats:
    """Return the deceleration of cast-iron block brakes, to choose a planning value by.

    Parameters
    ----------
    speed_mps : array_like
        [m/s]
    brake_ratio_frac : array_like, optional
        Force of blocks by weight.
    use_frac : array_like, optional
        Share of the full braking force; half in service braking.
    rotating_factor : array_like, optional
        Mass with its rotating part by mass.

    Returns
    -------
    deceleration_mps2 : array of the broadcast shape
        On the level, without running resistance. [m/s2]

    Raises
    ------
    ValueError
        If a number is negative or not finite.

    Notes
    -----
    PTR friction 0.27 (v + 100)/(5 v + 100), v in km/h: facts/resistance.csv row `brake` (from
    memory there). The kernels plan with one constant value: METHODS 1.3, 0.2-0.3 for freight.

    Examples
    --------
    >>> round(float(block_brake_mps2(60 / 3.6)), 6)
    0.164919
    """
    v = amounts("speed_mps", speed_mps) * _KMH_PER_MPS
    friction = 0.27 * (v + 100.0) / (5.0 * v + 100.0)
    ratio = amounts("brake_ratio_frac", brake_ratio_frac) * amounts("use_frac", use_frac)
    return np.asarray(GRAVITY_MPS2 * ratio * friction / amounts("rotating_factor", rotating_factor))
