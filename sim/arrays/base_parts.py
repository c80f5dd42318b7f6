"""The parts of CorridorArrays that tell of empty wagons at bases and loaded ones in yards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["NEAREST", "NEED", "ORIGIN", "Bases", "Yards"]

ORIGIN, NEAREST, NEED = range(3)
"""Rules by which an empty wagon is sent to a base."""


@dataclass(frozen=True, slots=True)
class Bases:
    """Bases of wagon fleets, numbered over all fleets: the home first, then by id."""

    fleet_ptr: Ints
    """Fleet ``f`` has bases ``fleet_ptr[f]`` to ``fleet_ptr[f + 1] - 1``."""
    terminal_idx: Ints
    wagons: Ints
    """Wagons that stand there at the start, those in repair left out."""
    of_service: Ints
    """By service: base its lots take wagons from; -1 where its wagons are passed on."""
    rule: Ints
    """By fleet: `ORIGIN`, `NEAREST` or `NEED`."""
    move_ms: Ints
    """Time of an empty wagon to a base, shape (n_terminals, n_bases); 0 at the base itself,
    NO_LIMIT where none is stated. [ms]"""


@dataclass(frozen=True, slots=True)
class Yards:
    """Legs that end in a yard, where the loaded wagon goes on in another train."""

    leg_terminal: Ints
    """By leg (flat): terminal at which the lot's wagon is sorted; -1 where it is unloaded."""
    leg_service: Ints
    """By leg (flat): service for which the lot took the wagon it rides in; -1 on hauls."""
