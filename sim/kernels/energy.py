"""Energy at the wheel, its balance, and fuel with idling."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.kernels.track_forces import amounts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from sim.kernels.train_run import Run

    Floats = NDArray[np.float64]

__all__ = [
    "DIESEL_KG_PER_L",
    "Balance",
    "energy_balance",
    "fuel_kg",
    "fuel_litres",
    "kg_per_10000_gross_tkm",
    "wheel_energy_j",
]

DIESEL_KG_PER_L = 0.84
"""Density of diesel fuel, a usual value (from memory). [kg/l]"""
_J_PER_KWH = 3.6e6


class Balance(NamedTuple):
    """Where the energy of a run came from and where it went, each of shape (...). [J]"""  # noqa: D400

    wheel_j: Floats
    """Work of the locomotives."""
    kinetic_j: Floats
    """Gain of speed."""
    climb_j: Floats
    """Gain of height, and curve resistance."""
    resistance_j: Floats
    """Running resistance."""
    brake_j: Floats
    """Taken by brakes."""
    open_frac: Floats
    """What does not close, as a share of the work of the locomotives."""


def wheel_energy_j(force_n: ArrayLike, cell_m: ArrayLike) -> Floats:
    """Return the work of the locomotives: the sum of positive force times distance.

    Parameters
    ----------
    force_n : array_like of shape (..., n_cells)
        Force used, braking negative. [N]
    cell_m : array_like
        Length of a cell, or of each. [m]

    Returns
    -------
    energy_j : array of shape (...)
        [J]

    Raises
    ------
    ValueError
        If a length is negative.

    Notes
    -----
    METHODS 1.4: E = sum max(0, F_used) dx.

    Examples
    --------
    >>> float(wheel_energy_j([100e3, 50e3, -80e3], 100.0))
    15000000.0
    """
    force = np.maximum(np.asarray(force_n, dtype=np.float64), 0.0)
    return np.asarray((force * amounts("cell_m", cell_m)).sum(axis=-1))


def energy_balance(run: Run) -> Balance:
    """Return the energy balance of runs.

    Parameters
    ----------
    run : Run
        Of one or several trains.

    Returns
    -------
    balance : Balance
        The work at full effort is taken from the curve of effort where the phase says so, so that
        the balance does not close by definition: ``open_frac`` is the error of the step.

    Raises
    ------
    ValueError
        If the cells of the run are not of one length.
    """
    cell = np.diff(run.chainage_m)
    gained = np.diff(run.speed_mps**2, axis=-1).sum(axis=-1) * run.moved_kg / 2.0
    climb, drag = ((part * cell).sum(axis=-1) for part in (run.climb_n, run.resistance_n))
    wheel = wheel_energy_j(run.effort_used_n, cell)
    brake = wheel_energy_j(-run.force_n, cell)
    left = wheel - (gained + climb + drag + brake)
    share = np.divide(left, wheel, out=np.zeros(np.shape(wheel)), where=wheel > 0)
    return Balance(wheel, gained, climb, drag, brake, np.asarray(share))


def fuel_kg(
    wheel_j: ArrayLike,
    idle_s: ArrayLike,
    *,
    transmission_frac: ArrayLike = 0.80,
    specific_kg_per_kwh: ArrayLike = 0.215,
    idle_kg_per_h: ArrayLike,
) -> Floats:
    """Return the fuel of diesel locomotives, for work and for idling.

    Parameters
    ----------
    wheel_j : array_like
        Work at the wheel. [J]
    idle_s : array_like
        Time without work: coasting, braking and standing. [s]
    transmission_frac : array_like, optional
        Work at the wheel by work of the engine.
    specific_kg_per_kwh : array_like, optional
        Fuel by work of the engine. [kg/kWh]
    idle_kg_per_h : array_like
        Fuel of all idling engines of the train. [kg/h]

    Returns
    -------
    fuel_kg : array of the broadcast shape
        [kg]

    Raises
    ------
    ValueError
        If a number is negative or not finite, or no work reaches the wheel.

    Notes
    -----
    METHODS 1.4: E / eta x b_e + idle rate x idle hours; 0.80 and 0.215 from memory there.

    Examples
    --------
    >>> round(float(fuel_kg(2295 * 3.6e6, 0.0, idle_kg_per_h=10.0)), 1)
    616.8
    """
    eta = amounts("transmission_frac", transmission_frac)
    if np.any(eta == 0):
        message = "transmission_frac must be positive"
        raise ValueError(message)
    engine_kwh = amounts("wheel_j", wheel_j) / _J_PER_KWH / eta
    work = engine_kwh * amounts("specific_kg_per_kwh", specific_kg_per_kwh)
    idle = amounts("idle_s", idle_s) / 3600.0 * amounts("idle_kg_per_h", idle_kg_per_h)
    return np.asarray(work + idle)


def fuel_litres(mass_kg: ArrayLike, *, density_kg_per_litre: ArrayLike = DIESEL_KG_PER_L) -> Floats:
    """Return litres of diesel fuel.

    Parameters
    ----------
    mass_kg : array_like
        [kg]
    density_kg_per_litre : array_like, optional
        [kg/l]

    Returns
    -------
    litres : array of the broadcast shape
        [l]

    Raises
    ------
    ValueError
        If a number is negative or not finite, or the density is 0.

    Examples
    --------
    >>> float(fuel_litres(84.0))
    100.0
    """
    density = amounts("density_kg_per_litre", density_kg_per_litre)
    if np.any(density == 0):
        message = "density_kg_per_litre must be positive"
        raise ValueError(message)
    return np.asarray(amounts("mass_kg", mass_kg) / density)


def kg_per_10000_gross_tkm(fuel: ArrayLike, gross_kg: ArrayLike, length_m: ArrayLike) -> Floats:
    """Return the region's usual measure of fuel: kg for 10,000 gross tonne-kilometres.

    Parameters
    ----------
    fuel : array_like
        Fuel. [kg]
    gross_kg : array_like
        Mass of wagons and load, without locomotives. [kg]
    length_m : array_like
        Length of the run. [m]

    Returns
    -------
    rate : array of the broadcast shape
        [kg per 10,000 t km]

    Raises
    ------
    ValueError
        If a number is negative or not finite, or mass or length is 0.

    Examples
    --------
    >>> round(float(kg_per_10000_gross_tkm(617.0, 4836e3, 100e3)), 1)
    12.8
    """
    gross = amounts("gross_kg", gross_kg) / 1e3 * amounts("length_m", length_m) / 1e3
    if np.any(gross == 0):
        message = "gross_kg and length_m must be positive"
        raise ValueError(message)
    return np.asarray(amounts("fuel", fuel) / gross * 1e4)
