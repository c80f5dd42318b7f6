"""A scenario with some of its numbers replaced: where they stand, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sim.model.validation import validate
from sim.scenario.messages import told
from sim.scenario.paths import split_path
from sim.scenario.vocabulary import shape_at
from sim.scenario.wording import unit_here

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.marks import KeyPath
    from sim.scenario.reading import Reading

__all__ = ["Place", "Target", "place_of", "targets", "unit_of_entry", "varied"]


_UNCERTAIN = ("uncertain", "rank_correlations")


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at a path of a scenario.

    Parameters
    ----------
    path : tuple
        Its keys.
    is_known : bool
        Whether the vocabulary has such a place, and the entries on the way are there.
    value : object
        What is given there, else the default; None if neither.
    is_whole : bool
        Whether it must be a whole number.
    """

    path: KeyPath
    is_known: bool
    value: object
    is_whole: bool

    @property
    def number(self) -> float | None:
        """The number that stands there, if one does."""
        is_number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        return self.value if is_number else None  # type: ignore[return-value]


def place_of(reading: Reading, name: str) -> Place:
    """Return what stands at a dotted path of a scenario; ids may hold dots.

    Parameters
    ----------
    reading : Reading
        A scenario as read.
    name : str
        The path, as `--set` takes it.
    """
    path = split_path(reading.tree, name)
    shape = shape_at(path, reading.tree)
    value, is_there = _given(reading.tree, path)
    if shape is None or not (is_there or _given(reading.tree, path[:-1])[1]):
        return Place(path, is_known=False, value=None, is_whole=False)
    if not is_there:
        value = shape.schema.get("default")
    own = shape.of(value).schema
    is_whole = own.get("type") == "integer" or isinstance((own.get("enum") or [""])[0], int)
    return Place(path, is_known=True, value=value, is_whole=is_whole)


def _given(tree: object, path: KeyPath) -> tuple[object, bool]:
    value: object = tree
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return None, False
        value = value[key]
    return value, True


@dataclass(frozen=True, slots=True)
class Target:
    """A number that an uncertain entry decides.

    Parameters
    ----------
    entry : str
        Name of the entry.
    path : tuple
        Keys of the number.
    own : float
        What the file says.
    is_factor : bool
        Whether the draw multiplies it; else it takes its place.
    is_whole : bool
        Whether it is rounded to the nearest whole number.
    """

    entry: str
    path: KeyPath
    own: float
    is_factor: bool
    is_whole: bool

    def number(self, drawn: float) -> float | int:
        """Return the number for a drawn value."""
        number = self.own * drawn if self.is_factor else drawn
        return round(number) if self.is_whole else float(number)


def targets(reading: Reading) -> tuple[Target, ...]:
    """Return the numbers of a sound scenario that its uncertain entries decide.

    Parameters
    ----------
    reading : Reading
        A scenario as read and checked.
    """
    entries = reading.require().uncertain
    return tuple(
        Target(name, place.path, place.number or 0, entry.form == "factor", place.is_whole)
        for name, entry in entries.items()
        for place in (place_of(reading, text) for text in entry.all_paths)
    )


def unit_of_entry(reading: Reading, name: str) -> str:
    """Return the unit of what an entry draws; nothing for a factor or where there is none."""
    entry = reading.require().uncertain[name]
    return "" if entry.form == "factor" else unit_here(split_path(reading.tree, entry.all_paths[0]))


def varied(reading: Reading, numbers: Mapping[KeyPath, float | int]) -> Reading:
    """Return a reading with other numbers at some paths: the scenario, or why there is none.

    Parameters
    ----------
    reading : Reading
        A sound scenario.
    numbers : mapping
        By path; the block around each must be given.

    Returns
    -------
    reading : Reading
        Nothing in it is uncertain any more.
    """
    tree: dict[str, Any] = {k: v for k, v in reading.tree.items() if k not in _UNCERTAIN}
    for path, number in numbers.items():
        block = tree
        for key in path[:-1]:
            block[str(key)] = dict(block[str(key)])
            block = block[str(key)]
        block[str(path[-1])] = number
    outcome = validate(tree)
    if isinstance(outcome, tuple):
        problems = reading.placed(told(outcome, tree))
        return replace(reading, scenario=None, tree=tree, problems=problems)
    return replace(reading, scenario=outcome, tree=tree)
