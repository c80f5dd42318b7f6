"""What the engines work on: named read-only arrays, whole milliseconds, no words."""

from sim.arrays.draws import Draws
from sim.arrays.layout import CorridorArrays

__all__ = ["CorridorArrays", "Draws"]
