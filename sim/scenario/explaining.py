"""What a value is, where it came from, what it overrode, what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.hints import did_you_mean
from sim.scenario.marks import KeyPath, dotted
from sim.scenario.paths import child_of, has_key, split_path
from sim.scenario.sourcing import source_of
from sim.scenario.uncertainty import uncertain_lines
from sim.scenario.unit_words import shown_value
from sim.scenario.vocabulary import Shape, root_shape, shape_at
from sim.scenario.wording import unit_here

if TYPE_CHECKING:
    from sim.scenario.reading import Reading

__all__ = ["explain", "no_such"]


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
        Value, file and line it came from, what it overrode, meaning with unit, source; of an
        uncertain number its law, its range and what it goes together with. For a path that is
        not there, what there is instead.
    """
    path = split_path(reading.tree, name)
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
    return "\n".join([*lines, *uncertain_lines(reading, path)])


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
        value = child_of(value, key)
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
        if below is None or (shape.is_map and not has_key(value, str(key))):
            above = f"`{dotted(path[:position])}` has" if position else "a scenario has"
            hint = did_you_mean(str(key), dict.fromkeys(known))
            return f"{above} no `{key}`; {hint}".rstrip("; ")
        child = child_of(value, key)
        shape = below.of(child)
        value = child if isinstance(child, dict) else {}
    return f"`{dotted(path)}` is not given"
