"""The scenario vocabulary as data: which keys a block has, of which type, with which meaning.

It is read from the models' JSON Schema, so that messages, explanations, the reference page and
editors all tell the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sim.model.meanings import described_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.scenario.marks import KeyPath

__all__ = ["NUMBER", "Shape", "blocks", "model_schema", "root_shape", "shape_at", "shapes_along"]

NUMBER = "number"
"""Tag of the variant of a law that is a bare number."""
_LAW, _FIGURE_LAW = "Lognormal", "LognormalFigure"


@cache
def model_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario as the models state it; not to be changed."""
    return described_schema()


def _followed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema without references and without the `null` of an optional key."""
    kept = {k: schema[k] for k in ("description", "default") if k in schema}
    name = ""
    while True:
        options = [o for o in schema.get("anyOf", ()) if o.get("type") != "null"]
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = model_schema()["$defs"][name]
        elif len(options) == 1:
            schema = options[0]
        else:
            break
    return {**schema, "about": schema.get("description", ""), **kept, "name": name}


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand at one place of a scenario."""

    schema: dict[str, Any]

    @property
    def name(self) -> str:
        """Name of the block, if it is one."""
        return str(self.schema["name"])

    @property
    def meaning(self) -> str:
        """What the key means, unit in brackets at the end."""
        return " ".join(str(self.schema.get("description", "")).split())

    @property
    def unit(self) -> str:
        """Unit in brackets at the end of the meaning, or nothing."""
        found = re.search(r"\[([^\]]+)\]$", self.meaning)
        return found[1] if found else ""

    @property
    def variants(self) -> dict[str, Shape]:
        """The kinds of block (or number) of which one stands here, by tag."""
        options = [_followed(o) for o in self.schema.get("oneOf", ())]
        return {_tag(o): Shape(o) for o in options}

    @property
    def discriminator(self) -> str:
        """The key that says which variant stands here."""
        for variant in self.variants.values():
            for key, schema in variant.schema.get("properties", {}).items():
                if "const" in schema:
                    return str(key)
        return ""

    @property
    def is_law(self) -> bool:
        """Whether a number or a distribution stands here."""
        return any(variant.name == _LAW for variant in self.variants.values())

    @property
    def is_figure_law(self) -> bool:
        """Whether a distribution of an uncertain number stands here."""
        return any(variant.name == _FIGURE_LAW for variant in self.variants.values())

    @property
    def is_block(self) -> bool:
        """Whether a block with known keys stands here."""
        return "properties" in self.schema

    @property
    def is_map(self) -> bool:
        """Whether a map keyed by ids (or months) stands here."""
        return self._entry is not None

    @property
    def is_number(self) -> bool:
        """Whether a bare number stands here."""
        return self.schema.get("type") in {"number", "integer"} or isinstance(
            (self.schema.get("enum") or [""])[0], int
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the block that may stand here."""
        return tuple(self.schema.get("properties", ()))

    @property
    def required(self) -> tuple[str, ...]:
        """Keys the block must have."""
        return tuple(self.schema.get("required", ()))

    @property
    def _entry(self) -> Any:  # noqa: ANN401
        patterns = self.schema.get("patternProperties", {})
        entry = next(iter(patterns.values()), self.schema.get("additionalProperties"))
        return entry if isinstance(entry, dict) else None

    def of(self, value: object) -> Shape:
        """Return the variant that ``value`` is, or this shape if there is but one."""
        variants = self.variants
        if isinstance(value, dict):
            return variants.get(str(value.get(self.discriminator)), self)
        return variants.get(NUMBER, self) if isinstance(value, int | float) else self

    def child(self, key: str | int) -> Shape | None:
        """Return what may stand under ``key``, or None if nothing may."""
        if isinstance(key, int):
            found = self.schema.get("items")
        else:
            found = self.schema.get("properties", {}).get(key) or self._entry
        return Shape(_followed(found)) if found else None


def _tag(schema: Mapping[str, Any]) -> str:
    consts = [p["const"] for p in schema.get("properties", {}).values() if "const" in p]
    return str(consts[0]) if consts else NUMBER


def root_shape() -> Shape:
    """Return the shape of a whole scenario."""
    return Shape(_followed({**model_schema(), "name": "Scenario"}))


def shapes_along(path: KeyPath, tree: object) -> Iterator[Shape]:
    """Yield the shape at the top, then at each key of ``path`` as far as any is known."""
    shape, value = root_shape(), tree
    yield shape
    for key in path:
        below = shape.child(key)
        if below is None:
            return
        value = _under(value, key)
        shape = below.of(value)
        yield Shape({**shape.schema, **_own_words(below)}) if shape.is_block else below


def _own_words(shape: Shape) -> dict[str, Any]:
    return {k: shape.schema[k] for k in ("description", "default") if k in shape.schema}


def _under(value: object, key: str | int) -> object:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return None


def shape_at(path: KeyPath, tree: object) -> Shape | None:
    """Return what may stand at ``path``, or None if the vocabulary has no such place."""
    shapes = tuple(shapes_along(path, tree))
    return shapes[-1] if len(shapes) == len(path) + 1 else None


def blocks() -> dict[str, Shape]:
    """Return every block of the vocabulary by name, the scenario first."""
    names = model_schema()["$defs"]
    return {"Scenario": root_shape()} | {
        name: Shape(_followed({"$ref": f"#/$defs/{name}"})) for name in names
    }
