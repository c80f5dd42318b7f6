"""A lever: a place of a scenario whose value is varied, with what may stand there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.scenario.paths import child_of, split_path
from sim.scenario.vocabulary import shape_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Lever", "find_lever", "short_names"]

_OF_LAWS = {"mean", "mode", "low", "high", "cv_frac", "rate_per_year"}


@dataclass(frozen=True, slots=True)
class Lever:
    """A place of a scenario whose value is varied.

    Parameters
    ----------
    path : str
        As `--set` takes it.
    is_whole : bool
        Whether only whole numbers may stand there.
    is_number : bool
        Whether a number may stand there.
    unit : str
        Unit of the value, or nothing.
    value : object
        What stands in the files, else the default; None if there is neither.
    """

    path: str
    is_whole: bool
    is_number: bool
    unit: str
    value: Any


def find_lever(tree: Mapping[str, Any], path: str) -> Lever:
    """Return what the vocabulary and a scenario say of a lever.

    Parameters
    ----------
    tree : mapping
        The merged scenario as plain maps.
    path : str
        Keys parted by dots; ids may hold dots themselves.

    Returns
    -------
    lever : Lever
        A place that the vocabulary does not know is taken for a number without a value: reading
        the scenario with a value there tells what is wrong.

    Examples
    --------
    >>> lever = find_lever({"fleets": {"cars": {"wagons": 40}}}, "fleets.cars.wagons")
    >>> lever.is_whole, lever.value
    (True, 40)
    """
    keys = split_path(tree, path)
    shape = shape_at(keys, tree)
    if shape is None:
        return Lever(path, is_whole=False, is_number=True, unit="", value=None)
    above = shape_at(keys[:-1], tree)
    below = above.child(keys[-1]) if above else None
    is_number = shape.is_number or (below is not None and below.is_law)
    is_whole = shape.schema.get("type") == "integer"
    value: object = tree
    for key in keys:
        value = child_of(value, key)
    value = shape.schema.get("default") if value is None else value
    return Lever(path, is_whole, is_number, shape.unit, value)


def short_names(paths: Sequence[str]) -> list[str]:
    """Return the shortest ends of paths that tell them apart; figures of a law with its name.

    Examples
    --------
    >>> short_names(["fleets.cars.wagons", "fleets.vans.wagons", "duration_d"])
    ['cars.wagons', 'vans.wagons', 'duration_d']
    >>> short_names(["posts.border.duration_h.mean"])
    ['duration_h.mean']
    """
    names = []
    for path in paths:
        parts = path.split(".")
        least = 2 if parts[-1] in _OF_LAWS and len(parts) > 1 else 1
        ends = [".".join(parts[-n:]) for n in range(least, len(parts) + 1)]
        others = [other for other in paths if other != path]
        names.append(next((e for e in ends if not any(_ends(o, e) for o in others)), path))
    return names


def _ends(path: str, end: str) -> bool:
    return path == end or path.endswith(f".{end}")
