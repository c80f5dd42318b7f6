"""Every figure of a scenario with its source: what is known, what is assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.scenario.marks import Mark, dotted
from sim.scenario.sourcing import is_assumed, source_of
from sim.scenario.unit_words import shown_value
from sim.scenario.vocabulary import Shape, root_shape
from sim.scenario.wording import unit_here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario.marks import KeyPath
    from sim.scenario.reading import Reading

__all__ = ["Figure", "assumptions"]

DEFAULT = "assumed: default of the program"
_SETTINGS = {("seed",), ("replications",), ("duration_d",), ("run_out_d",)}
"""Numbers that say how to simulate, not how the world is."""
_CHOICES = {"priority", "order"}
_FEW = 6
_DATED = {"holidays", "short_hours"}
_ENTRY = ("calendars", "ID", "holidays", "ID")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number or distribution of a scenario.

    ``source`` is empty if none is stated; ``line`` is 0 and ``file`` empty for a default.
    """

    path: str
    value: str
    source: str
    is_assumed: bool
    file: str
    line: int


def assumptions(reading: Reading) -> tuple[Figure, ...]:
    """Return every figure of a scenario, those of defaults included.

    Parameters
    ----------
    reading : Reading
        A scenario as read.

    Returns
    -------
    figures : tuple of Figure
        In the order of the vocabulary; settings such as the seed are not among them.
    """
    return tuple(_figures(reading, root_shape(), reading.tree, ()))


def _figures(reading: Reading, shape: Shape, value: object, path: KeyPath) -> Iterator[Figure]:
    if value is None or value == [] or path in _SETTINGS or (path and path[-1] in _CHOICES):
        return
    if shape.is_law or shape.is_figure_law or shape.is_number or _is_dated(path):
        yield _figure(reading, value, path)
        return
    variant = shape.of(value)
    for key, entry in _entries(variant, value):
        below = variant.child(key)
        if below is not None:
            yield from _figures(reading, below, entry, (*path, key))


def _is_dated(path: KeyPath) -> bool:
    """Return whether days of a calendar stand here: a figure though no number."""
    if path[:1] != ("calendars",):
        return False
    is_entry = len(path) == len(_ENTRY) and path[2] in _DATED
    return is_entry or path[2:] == ("rest_days",)


def _entries(shape: Shape, value: object) -> Iterator[tuple[str, object]]:
    """Yield the keys that can hold figures, with what is given or else the default."""
    given = value if isinstance(value, dict) else {}
    if shape.is_block:
        for key in shape.keys:
            below = shape.child(key)
            if key != "sources" and below is not None:
                yield key, given.get(key, below.schema.get("default"))
    elif shape.is_map:
        yield from given.items()


def _figure(reading: Reading, value: object, path: KeyPath) -> Figure:
    if path not in reading.marks:
        return Figure(dotted(path), _shown(value, path), DEFAULT, is_assumed=True, file="", line=0)
    found = source_of(reading, path)
    text = found.text if found else ""
    mark: Mark = reading.marks[path]
    return Figure(dotted(path), _shown(value, path), text, is_assumed(text), mark.file, mark.line)


def _shown(value: object, path: KeyPath) -> str:
    if _is_dated(path):
        words = value.items() if isinstance(value, dict) else ()
        shown = [f"{key} {word}" for key, word in words if key not in {"name", "sources"}]
        return ", ".join(shown or map(str, value if isinstance(value, list | tuple) else ()))
    if not isinstance(value, dict):
        return shown_value(value, unit=unit_here(path))
    parts = [f"{k} {v:g}" for k, v in value.items() if isinstance(v, int | float)]
    parts += [f"{k} {_few(v)}" for k, v in value.items() if isinstance(v, list | tuple)]
    return f"{value.get('kind')}: {', '.join(parts)} [{unit_here(path)}]".replace(" []", "")


def _few(values: list[object] | tuple[object, ...]) -> str:
    shown = " ".join(f"{value:g}" for value in values[:_FEW] if isinstance(value, int | float))
    return shown + (" ..." if len(values) > _FEW else "")
