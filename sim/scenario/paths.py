"""Paths of values as people write them, and the values at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.marks import KeyPath

__all__ = ["child_of", "has_key", "split_path"]


def split_path(tree: object, name: str) -> KeyPath:
    """Return the keys of a dotted name; ids may hold dots, items of lists stand in brackets.

    Parameters
    ----------
    tree : object
        The scenario as plain maps.
    name : str
        As `--set` takes it.

    Examples
    --------
    >>> split_path({"lines": {"km.7": {}}}, "lines.km.7.loops[0]")
    ('lines', 'km.7', 'loops', 0)
    """
    parts = name.replace("[", ".[").split(".")
    path: list[str | int] = []
    value = tree
    while parts:
        taken = next(
            (n for n in range(len(parts), 1, -1) if has_key(value, ".".join(parts[:n]))), 1
        )
        key: str | int = ".".join(parts[:taken])
        if isinstance(key, str) and key.startswith("[") and key[1:-1].isdigit():
            key = int(key[1:-1])
        path.append(key)
        value = child_of(value, key)
        parts = parts[taken:]
    return tuple(path)


def has_key(value: object, key: str) -> bool:
    """Return whether a value is a map that has a key."""
    return isinstance(value, dict) and key in value


def child_of(value: object, key: str | int) -> object:
    """Return what stands under a key of a map or at a place of a list; None if nothing does."""
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return None
