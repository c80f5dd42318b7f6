"""Resistance of a service's train on level straight track, by the model that a line takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.ptr1520 import ptr1520_locomotives, ptr1520_train
from sim.kernels.ptr1520_rules import Track, has_row, wagon_kind
from sim.kernels.ptr1520_start import starting_resistance_permille
from sim.kernels.resistance import (
    davis_train,
    strahl_train,
    sum_of_resistances,
    table_resistance,
)
from sim.kernels.track_forces import force_of_permille_n
from sim.model.traction import ResistanceTable
from sim.units import KMH_PER_MPS

if TYPE_CHECKING:
    from sim.arrays.consist import Consist
    from sim.kernels.resistance import Resistance
    from sim.model.traction import Davis, Physics

__all__ = ["jumps", "start_resistance_n", "train_resistance"]

_STIFFEST = 4.0
"""Up to this product of cell and d(2R/m)/d(v^2) the march is stable: `kernels.fleet_terms`."""


def train_resistance(consist: Consist, physics: Physics) -> Resistance:
    """Return the resistance of a train on level straight track, by the model of the line.

    Parameters
    ----------
    consist : Consist
        Locomotives and wagons, loaded or empty.
    physics : Physics
        Of the line.

    Returns
    -------
    resistance : Resistance
        Of the whole train, locomotives with power on.

    Raises
    ------
    ValueError
        If a vehicle lacks what the model needs; the checks of the scenario find that first.
    """
    return _MODELS[physics.resistance](consist, physics)


def start_resistance_n(consist: Consist, physics: Physics) -> float:
    """Return the resistance of a train's wagons at the moment of starting. [N]

    Parameters
    ----------
    consist : Consist
        Locomotives and wagons, loaded or empty.
    physics : Physics
        Of the line: a number of its own, or by the 1520 mm rules.

    Returns
    -------
    force_n : float
        The kernels take the running resistance at a stand where that is more. [N]
    """  # noqa: D400
    permille = physics.start_resistance_permille
    if permille is None:
        kind = wagon_kind(consist.wagon.axles, consist.wagon.bearings)
        axle_kg = consist.wagon_kg / consist.wagon.axles
        permille = float(starting_resistance_permille(axle_kg, kind=kind))
    return float(force_of_permille_n(consist.trailing_kg, permille))


def jumps(resistance: Resistance, mass_kg: float, cell_m: float) -> bool:
    """Tell whether a resistance rises too abruptly with speed for cells of the line.

    Parameters
    ----------
    resistance : Resistance
        Of a whole train.
    mass_kg : float
        Its mass. [kg]
    cell_m : float
        Length of a cell. [m]

    Returns
    -------
    jumps : bool
        True where a train that finds its balance between two points of a table would swing about
        it from cell to cell.

    Examples
    --------
    >>> steep = table_resistance([0.0, 10.0, 10.01], [1e4, 1e4, 1e6])
    >>> jumps(steep, 1e6, 25.0), jumps(table_resistance([0.0, 20.0], [1e4, 1e5]), 1e6, 25.0)
    (True, False)
    """
    start, slope = resistance.from_mps[1:], resistance.b_n_per_mps[1:]
    return bool(np.any(cell_m * slope > _STIFFEST * mass_kg * start))


def _ptr1520(consist: Consist, physics: Physics) -> Resistance:
    wagon, track = consist.wagon, Track(physics.track)
    kind = wagon_kind(wagon.axles, wagon.bearings)
    own = wagon.resistance_table_empty or wagon.davis_empty
    if own is None or has_row(consist.wagon_kg, kind):
        return ptr1520_train(
            consist.locomotives_kg, consist.wagon_kg, consist.n_wagons, kinds=kind, track=track
        )
    rake = _vehicles(own, consist.wagon_kg, consist.n_wagons)
    return sum_of_resistances(ptr1520_locomotives(consist.locomotives_kg, track=track), rake)


def _strahl(consist: Consist, physics: Physics) -> Resistance:
    return strahl_train(consist.mass_kg, physics.strahl_f0_permille, physics.strahl_f2_permille)


def _davis(consist: Consist, physics: Physics) -> Resistance:
    del physics
    wagon = consist.wagon
    own = wagon.davis if consist.is_laden else wagon.davis_empty or wagon.davis
    return _own(consist, own, consist.locomotive.davis, "davis")


def _table(consist: Consist, physics: Physics) -> Resistance:
    del physics
    wagon = consist.wagon
    empty = wagon.resistance_table_empty or wagon.resistance_table
    own = wagon.resistance_table if consist.is_laden else empty
    return _own(consist, own, consist.locomotive.resistance_table, "resistance_table")


_MODELS = {"ptr1520": _ptr1520, "strahl": _strahl, "davis": _davis, "table": _table}


def _own(
    consist: Consist,
    wagon: Davis | ResistanceTable | None,
    locomotive: Davis | ResistanceTable | None,
    key: str,
) -> Resistance:
    """Return the sum of what wagons and locomotives say of themselves."""
    if wagon is None or locomotive is None:
        message = f"the line's model of resistance needs `{key}` of wagon and locomotive"
        raise ValueError(message)
    locomotive_kg = consist.locomotives_kg / consist.n_locomotives
    return sum_of_resistances(
        _vehicles(wagon, consist.wagon_kg, consist.n_wagons),
        _vehicles(locomotive, locomotive_kg, consist.n_locomotives),
    )


def _vehicles(own: Davis | ResistanceTable, mass_kg: float, n_vehicles: int) -> Resistance:
    """Return the resistance of several like vehicles, of a mass each."""
    if not isinstance(own, ResistanceTable):
        return davis_train(own.a_n, own.b_n_per_mps, own.c_n_per_mps2, n_vehicles=n_vehicles)
    force_n = np.array(own.force_n or ())
    if own.specific_permille is not None:
        force_n = force_of_permille_n(mass_kg, own.specific_permille)
    return table_resistance(np.array(own.speed_kmh) / KMH_PER_MPS, force_n * n_vehicles)
