"""The schema of a scenario with what each key means, read from the models' own source.

Pydantic can read the texts below the keys of each model when it is made, but that is a third of the
time that a command needs to begin, and only schema, manual and messages ask for them.
"""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sim.model.base import Block
from sim.model.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["described_schema"]


def described_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario, the meaning of each key with it.

    Examples
    --------
    >>> described_schema()["properties"]["start_date"]["description"]
    'First day of the simulated period.'
    """
    schema = Scenario.model_json_schema()
    blocks = {block.__name__: block for block in _below(Block)}
    _describe(schema, blocks["Scenario"])
    for name, definition in schema["$defs"].items():
        if name in blocks:
            _describe(definition, blocks[name])
    return schema


def _below(block: type[Block]) -> Iterator[type[Block]]:
    for child in block.__subclasses__():
        yield child
        yield from _below(child)


def _describe(schema: dict[str, Any], block: type[Block]) -> None:
    properties = schema["properties"]
    for name, field in block.model_fields.items():
        key = field.alias or name
        said = _meaning(block, name)
        if said and "description" not in properties[key]:
            properties[key] = dict(sorted({**properties[key], "description": said}.items()))


def _meaning(block: type[Block], name: str) -> str:
    """Return the text below a key, in the model that states the key."""
    for base in block.__mro__:
        if name in inspect.get_annotations(base):
            return _meanings(base.__module__).get((base.__name__, name), "")
    return ""


@cache
def _meanings(module: str) -> dict[tuple[str, str], str]:
    """Return the texts below the keys of all models of a module."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {
        (model.name, stated.target.id): inspect.cleandoc(below.value.value)
        for model in tree.body
        if isinstance(model, ast.ClassDef)
        for stated, below in pairwise(model.body)
        if isinstance(stated, ast.AnnAssign) and isinstance(stated.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        if isinstance(below.value.value, str)
    }
