"""The JSON Schema for editors."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from sim.scenario.vocabulary import model_schema

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["scenario_schema", "schema_text", "write_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NOTE = (
    "Within blocks no key is required here, since a file with `extends` gives only what differs; "
    "`corridor validate` finds what is missing in the whole."
)


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files.

    At the top, keys are required unless `extends` is given; within blocks none is, but every
    unknown key and wrong value is flagged. A null takes away what a file below gives.
    """
    source = deepcopy(model_schema())
    definitions = source.pop("$defs")
    required = source.pop("required")
    about = f"{source.pop('description')}\n\n{_NOTE}"
    body = _loosened(source)
    return {
        "$schema": DIALECT,
        "title": "Scenario of a railway corridor",
        "description": about,
        **{k: v for k, v in body.items() if k != "title"},
        "if": {"not": {"required": ["extends"]}},
        "then": {"required": required},
        "$defs": {
            name: {**_loosened(block), "type": ["object", "null"]}
            for name, block in definitions.items()
        },
    }


def _loosened(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a block's schema for a file that may give a part of the block only."""
    loose: dict[str, Any] = _closed(schema)
    properties = loose.get("properties", {})
    tags = [key for key, value in properties.items() if "const" in value]
    loose.pop("required", None)
    loose["properties"] = {
        key: value if key in tags else _nullable(value) for key, value in properties.items()
    }
    return loose


def _closed(node: Any) -> Any:  # noqa: ANN401
    """Return a schema whose maps take no key against their pattern, and null for any entry."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items()}
    if "patternProperties" in closed:
        closed["additionalProperties"] = False
        patterns = closed["patternProperties"]
        closed["patternProperties"] = {p: _nullable(entry) for p, entry in patterns.items()}
    closed.pop("discriminator", None)
    if "oneOf" in closed:
        closed["anyOf"] = closed.pop("oneOf")
    return closed


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that also takes null; blocks do so where they are defined."""
    if "type" not in schema:
        return schema
    loose = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        loose["enum"] = [*schema["enum"], None]
    return loose


def schema_text() -> str:
    """Return the JSON Schema as the text of its file."""
    return json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"


def write_schema(path: Path) -> None:
    """Write the JSON Schema to a file."""
    path.write_text(schema_text(), encoding="utf-8")
