"""Which source speaks for a figure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.scenario.marks import dotted
from sim.scenario.vocabulary import shapes_along

if TYPE_CHECKING:
    from sim.scenario.marks import KeyPath
    from sim.scenario.reading import Reading

__all__ = ["Source", "is_assumed", "source_of"]

_ALL_OTHERS = "*"
_ASSUMED = re.compile(r"^\s*assumed\b|\bestimated?\b|\bfrom memory\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A text from a `sources` map, and where it stands."""

    text: str
    path: KeyPath


def is_assumed(text: str) -> bool:
    """Return whether a source text says that the figure is assumed, estimated or from memory.

    Examples
    --------
    >>> is_assumed("assumed: as at Hairatan"), is_assumed("E0, estimate 2024: 6 to 72 h")
    (True, True)
    >>> is_assumed("L01, reported: 22 km, earlier estimate 20")
    False
    """
    return bool(_ASSUMED.search(text.partition(":")[0]))


def source_of(reading: Reading, path: KeyPath) -> Source | None:
    """Return the source that speaks for the value at ``path``, or None if none does.

    It is looked for from the value upwards: in each block by the block's own key, then under
    ``"*"``. A source written in a file below that of the value spoke for the value that was
    replaced, and is passed over.
    """
    shapes = tuple(shapes_along(path, reading.tree))
    needed = reading.layer_of(path)
    blocks = [length for length, shape in enumerate(shapes) if shape.is_block]
    for length in reversed(blocks):
        if length == len(path):
            keys: tuple[str, ...] = (_ALL_OTHERS,)
        else:
            keys = (str(path[length]), _ALL_OTHERS)
        for key in keys:
            found = _at(reading, (*path[:length], "sources", key))
            if found and reading.layer_of(found.path) >= needed:
                return found
    return None


def _at(reading: Reading, path: KeyPath) -> Source | None:
    value: object = reading.tree
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return Source(value, path) if isinstance(value, str) and dotted(path) else None
