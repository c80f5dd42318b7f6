"""Simulated runs to draw."""

from dataclasses import dataclass

from sim.arrays.layout import CorridorArrays
from sim.engines.base import EventTable
from sim.plots import Stretch, find_stretch, string_lines
from sim.runs.replicate import replicate


@dataclass(frozen=True)
class Drawn:
    """A run, a stretch of it, and its string lines."""

    arrays: CorridorArrays
    events: EventTable
    stretch: Stretch
    lines: object


def drawn(arrays, stations, *, replication=0):
    events = replicate(arrays, replication)
    stretch = find_stretch(arrays, stations)
    return Drawn(arrays, events, stretch, string_lines(arrays, events, stretch))
