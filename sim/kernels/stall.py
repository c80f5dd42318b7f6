"""The error of a train that cannot climb."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.march_terms import Fleet, Line, pull_of
from sim.kernels.resistance import resistance_n
from sim.kernels.track_forces import GRAVITY_MPS2
from sim.kernels.traction import effort_n

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from sim.kernels.fleet_terms import Trains

    Floats = NDArray[np.float64]

__all__ = ["StallError", "held_at_start", "stall_error"]


class StallError(ValueError):
    """A train comes to a stand where its locomotives cannot pull it on.

    Attributes
    ----------
    train : int
        Position of the train in the arrays of the call.
    cell : int
        Cell of the profile in which its head stands.
    chainage_m : float
        Start of that cell, from the start of the profile. [m]
    grade_permille : float
        Gradient with curve resistance that the train feels there. [permille]
    missing_n : float
        Force that is short at a stand. [N]
    mass_kg : float
        Mass of the whole train, of like make, that would just go from a stand there. [kg]
    """

    def __init__(
        self,
        *,
        train: int,
        cell: int,
        chainage_m: float,
        grade_permille: float,
        missing_n: float,
        mass_kg: float,
    ) -> None:
        self.train = train
        self.cell = cell
        self.chainage_m = chainage_m
        self.grade_permille = grade_permille
        self.missing_n = missing_n
        self.mass_kg = mass_kg
        super().__init__(
            f"train {train} stalls at km {chainage_m / 1000:.3f} on {grade_permille:.1f} permille: "
            f"{missing_n / 1000:.1f} kN are missing; {mass_kg / 1000:.0f} t would go"
        )

    def __reduce__(self) -> tuple[object, ...]:
        """Return what pickles and copies it whole, so that workers can raise it."""
        return (_again, (dict(self.__dict__),))


def _again(numbers: dict[str, int | float]) -> StallError:
    return StallError(**numbers)  # type: ignore[arg-type]


def held_at_start(
    line: Line, fleet: Fleet, trains: Trains, entry_mps: ArrayLike
) -> NDArray[np.bool_]:
    """Tell which trains start from rest and cannot overcome their starting resistance.

    Parameters
    ----------
    line, fleet : Line, Fleet
        Prepared profile and trains.
    trains : Trains
        The same trains.
    entry_mps : array_like
        Speed at the start. [m/s]

    Returns
    -------
    held : array of bool of shape (n_trains,)
        False where the train enters at speed.
    """
    n = len(fleet.line_idx)
    if not line.head_m.shape[1]:
        return np.zeros(n, dtype=bool)
    rest = np.broadcast_to(np.asarray(entry_mps) == 0, (n,))
    own = resistance_n(trains.resistance, 0.0)
    start = np.maximum(np.asarray(trains.start_n, dtype=np.float64), own)
    spare = np.broadcast_to(effort_n(trains.effort, 0.0) - start, (n,))
    return np.asarray(rest & (spare - _climb_n(line, fleet, trains, 0) <= 0.0))


def stall_error(line: Line, fleet: Fleet, trains: Trains, *, train: int, cell: int) -> StallError:
    """Return the error of one train that stalls in one cell.

    Parameters
    ----------
    line, fleet : Line, Fleet
        Prepared profile and trains.
    trains : Trains
        The same trains.
    train, cell : int
        Positions.

    Returns
    -------
    error : StallError
        The mass that would go is of like make: resistance in proportion to mass, at a stand,
        without momentum; in the first cell with the starting resistance.
    """
    n = len(fleet.line_idx)
    mass = float(np.broadcast_to(np.asarray(trains.mass_kg, dtype=np.float64), (n,))[train])
    drag = float(np.broadcast_to(resistance_n(trains.resistance, 0.0), (n,))[train])
    if cell == 0:
        start = np.asarray(trains.start_n, dtype=np.float64)
        drag = max(drag, float(np.broadcast_to(start, (n,))[train]))
    pull = float(np.broadcast_to(effort_n(trains.effort, 0.0), (n,))[train])
    climb = float(_climb_n(line, fleet, trains, cell)[train])
    return StallError(
        train=train,
        cell=cell,
        chainage_m=cell * line.cell_m,
        grade_permille=climb / (mass * GRAVITY_MPS2) * 1000.0,
        missing_n=drag + climb - pull,
        mass_kg=mass * pull / (drag + climb),
    )


def _climb_n(line: Line, fleet: Fleet, trains: Trains, cell: int) -> Floats:
    """Return the force of gradient and curve on each train in a cell."""
    mass = np.asarray(trains.mass_kg, dtype=np.float64)
    moved = mass * np.asarray(trains.rotating_factor, dtype=np.float64)
    return np.asarray(pull_of(line, fleet, cell) * moved / (2.0 * line.cell_m))
