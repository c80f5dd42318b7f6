"""The reference page: every block, key by key, from the models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.unit_words import unit_of
from sim.scenario.vocabulary import blocks, root_shape

if TYPE_CHECKING:
    from sim.scenario.vocabulary import Shape

__all__ = ["reference_page"]

_INTRODUCTION = """\
# Scenario reference

Every key of a scenario file. This page is generated from the models (`sim/model`); how files
build on one another is told in [Scenario files](../scenarios.md).

A *law* is a number, or a distribution: one of the blocks `fixed`, `lognormal`, `gamma`,
`exponential`, `triangular`, `pert`, `empirical`. Its unit is that of the key it stands under.
A *figure law*, under `uncertain` only, is one of the blocks `pert`, `triangular`, `uniform`,
`normal`, `lognormal`, `choice`, `empirical`, in the unit of the number that is uncertain.
Every block also takes `sources`, a map from its keys (`"*"` for all others) to words on where
the figures come from; a text that begins with `assumed` marks an assumption.
"""
_LAW = {"Fixed", "Lognormal", "Gamma", "Exponential", "Triangular", "Pert", "Empirical"}
_FIGURE_LAW = {f"{name}Figure" for name in ("Pert", "Triangular", "Uniform", "Normal", "Lognormal")}
_FIGURE_LAW |= {"ChoiceFigure", "EmpiricalFigure"}


def reference_page() -> str:
    """Return the reference of all blocks in Markdown."""
    places = _places()
    named = blocks()
    order = sorted(named, key=lambda name: list(places).index(name) if name in places else 99)
    sections = [_section(named[name], name, places.get(name, "")) for name in order]
    return "\n".join([_INTRODUCTION, *sections])


def _places() -> dict[str, str]:
    """Return where each block stands, in the order of the scenario."""
    places = {"Scenario": "the top of the file"}
    todo: list[tuple[str, Shape]] = [("", root_shape())]
    while todo:
        prefix, shape = todo.pop(0)
        for key in shape.keys:
            below = shape.child(key)
            if below is None or key == "sources":
                continue
            path = f"{prefix}{key}"
            entry = below.child("x") if below.is_map else below
            path += ".<id>" if below.is_map else ""
            entry = entry.child(0) or entry if entry is not None else None
            for kind in _kinds(entry):
                if kind.is_block and kind.name not in places:
                    places[kind.name] = _place(kind.name, path)
                    todo.append((f"{path}.", kind))
    laws = {name: place for name, place in places.items() if name in _LAW | _FIGURE_LAW}
    return {n: p for n, p in places.items() if n not in laws} | laws


def _place(name: str, path: str) -> str:
    if name in _LAW:
        return "any law"
    return "any figure law" if name in _FIGURE_LAW else f"`{path}`"


def _kinds(shape: Shape | None) -> list[Shape]:
    if shape is None:
        return []
    return list(shape.variants.values()) or [shape]


def _section(shape: Shape, name: str, place: str) -> str:
    about = " ".join(str(shape.schema["about"]).split())
    head = [f"## {name}", "", f"{about} Stands at {place}.", ""]
    table = ["| key | type | unit | default | meaning |", "|---|---|---|---|---|"]
    rows = [_row(shape, key) for key in shape.keys if key != "sources"]
    return "\n".join([*head, *table, *rows, ""])


def _row(shape: Shape, key: str) -> str:
    below = shape.child(key)
    if below is None:
        return f"| `{key}` | | | | |"
    default = "**needed**" if key in shape.required else _default(below)
    unit = below.unit or (unit_of(key) if below.is_number or below.is_law else "")
    cells = (f"`{key}`", _type(below), unit, default, below.meaning)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(shape: Shape) -> str:
    default = shape.schema.get("default")
    if default in (None, [], {}) or isinstance(default, dict):
        return ""
    return f"{default:g}" if isinstance(default, float) else str(default)


def _type(shape: Shape) -> str:
    if shape.is_law:
        return "law"
    if shape.is_figure_law:
        return "figure law"
    if shape.variants:
        return " or ".join(_link(variant) for variant in shape.variants.values())
    if shape.is_block:
        return _link(shape)
    entry = shape.child("x") if shape.is_map else shape.child(0)
    if entry is not None:
        return f"{'map' if shape.is_map else 'list'} of {_type(entry)}"
    return _plain_type(shape)


def _plain_type(shape: Shape) -> str:
    schema = shape.schema
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{choice}`" for choice in schema.get("enum", [schema.get("const")]))
    names = {"integer": "whole number", "string": "text"}
    name = str(schema.get("format") or schema["type"])
    return names.get(name, name) + _range(shape)


def _range(shape: Shape) -> str:
    bounds = (
        ("minimum", "from"),
        ("exclusiveMinimum", "above"),
        ("maximum", "to"),
        ("exclusiveMaximum", "below"),
    )
    words = [f"{word} {_bound(shape.schema[key])}" for key, word in bounds if key in shape.schema]
    return f" {' '.join(words)}" if words else ""


def _bound(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"


def _link(shape: Shape) -> str:
    return f"[{shape.name}](#{shape.name.lower()})"
