"""What a value is, where it came from, what it overrode, what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.hints import did_you_mean
from sim.scenario.marks import KeyPath, dotted
from sim.scenario.sourcing import source_of
from sim.scenario.unit_words import shown_value
from sim.scenario.vocabulary import Shape, root_shape, shape_at
from sim.scenario.wording import unit_here

if TYPE_CHECKING:
    from sim.scenario.reading import Reading

__all__ = ["explain", "no_such", "split_path"]


def split_path(reading: Reading, name: str) -> KeyPath:
    """Return the keys of a dotted name; ids may hold dots, items of lists stand in brackets."""
    parts = name.replace("[", ".[").split(".")
    path: list[str | int] = []
    value: object = reading.tree
    while parts:
        taken = next((n for n in range(len(parts), 1, -1) if _has(value, ".".join(parts[:n]))), 1)
        key: str | int = ".".join(parts[:taken])
        if isinstance(key, str) and key.startswith("[") and key[1:-1].isdigit():
            key = int(key[1:-1])
        path.append(key)
        value = _child(value, key)
        parts = parts[taken:]
    return tuple(path)


def _has(value: object, key: str) -> bool:
    return isinstance(value, dict) and key in value


def _child(value: object, key: str | int) -> object:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return None


def explain(reading: Reading, name: str) -> str:
    """Return what there is to say about one value of a scenario.

    Parameters
    ----------
    reading : Reading
        A scenario as read.
    name : str
        The value's path, ``terminals.kandahar.gangs``.

    Returns
    -------
    text : str
        Value, file and line it came from, what it overrode, meaning with unit, source. For a
        path that is not there, what there is instead.
    """
    path = split_path(reading, name)
    shape = shape_at(path, reading.tree)
    is_given = path in reading.marks
    if shape is None or (not is_given and not _may_be_left_out(path, reading)):
        return no_such(reading, path)
    lines = [f"{dotted(path)}: {_shown(reading, path, shape)}"]
    if is_given:
        lines.append(f"  from {reading.marks[path]}")
        lines += [
            f"  instead of {_text(value, path)} from {mark}"
            for value, mark in reading.past.get(path, ())
        ]
    else:
        lines.append("  from the defaults: no file gives it")
    if shape.meaning:
        lines.append(f"  meaning: {shape.meaning}")
    lines.append(f"  source: {_source(reading, path, is_given=is_given)}")
    return "\n".join(lines)


def _may_be_left_out(path: KeyPath, reading: Reading) -> bool:
    above = shape_at(path[:-1], reading.tree)
    is_there = path[:-1] in reading.marks or not path[:-1] or _may_be_left_out(path[:-1], reading)
    return above is not None and above.is_block and is_there


def _text(value: object, path: KeyPath) -> str:
    return shown_value(value, unit=unit_here(path)).strip("`")


def _shown(reading: Reading, path: KeyPath, shape: Shape) -> str:
    if path not in reading.marks:
        default = shape.schema.get("default")
        return "not given" if default is None else _text(default, path)
    value: object = reading.tree
    for key in path:
        value = _child(value, key)
    if (
        isinstance(value, dict)
        and len(value)
        and not any(isinstance(v, dict) for v in value.values())
    ):
        return "{" + ", ".join(f"{k}: {_text(v, (*path, k))}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_text(item, path) for item in value) + "]"
    return _text(value, path)


def _source(reading: Reading, path: KeyPath, *, is_given: bool) -> str:
    found = source_of(reading, path) if is_given else None
    if found:
        return f"{found.text} ({reading.mark_of(found.path)})"
    return "none stated" if is_given else "the default of this program"


def no_such(reading: Reading, path: KeyPath) -> str:
    """Return what there is instead at the first key of a path that is not there."""
    shape, value = root_shape(), reading.tree
    for position, key in enumerate(path):
        known = (*shape.keys, *(value if isinstance(value, dict) else ()))
        below = shape.child(key)
        if below is None or (shape.is_map and not _has(value, str(key))):
            above = f"`{dotted(path[:position])}` has" if position else "a scenario has"
            hint = did_you_mean(str(key), dict.fromkeys(known))
            return f"{above} no `{key}`; {hint}".rstrip("; ")
        child = _child(value, key)
        shape = below.of(child)
        value = child if isinstance(child, dict) else {}
    return f"`{dotted(path)}` is not given"
