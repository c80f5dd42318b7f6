"""The tree of a file: every value with its place, and with what it replaced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario.marks import KeyPath, Mark
    from sim.scenario.scalars import Scalar

__all__ = ["Node", "merged", "plain", "walk"]

DISCRIMINATORS = ("kind", "grain", "rule")
"""Keys that say of which kind a block is; a block whose kind changes is replaced whole."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place.

    ``key`` is where its key stands (for an item of a list, the item itself), ``at`` where the
    value begins; ``past`` holds the values it replaced, the nearest first.
    """

    value: Scalar | dict[str, Node] | tuple[Node, ...]
    key: Mark
    at: Mark
    past: tuple[Node, ...] = ()


def plain(node: Node) -> Any:  # noqa: ANN401
    """Return a node as plain maps, lists and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, tuple):
        return [plain(child) for child in node.value]
    return node.value


def walk(node: Node, *, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Node]]:
    """Yield every node below and including ``node``, with its path."""
    yield path, node
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from walk(child, path=(*path, key))
    elif isinstance(node.value, tuple):
        for position, child in enumerate(node.value):
            yield from walk(child, path=(*path, position))


def _changes_kind(under: dict[str, Node], over: dict[str, Node]) -> bool:
    return any(
        key in under and key in over and under[key].value != over[key].value
        for key in DISCRIMINATORS
    )


def merged(under: Node, over: Node) -> Node:
    """Return ``over`` laid upon ``under``.

    Maps merge key by key; lists and scalars are replaced whole, and so is a block whose kind
    changes; a key set to nothing takes away what lies under it.
    """
    below, above = under.value, over.value
    if not isinstance(below, dict) or not isinstance(above, dict) or _changes_kind(below, above):
        return replace(over, past=(under, *under.past))
    both = dict(below)
    for key, node in above.items():
        if key not in both:
            both[key] = node
        elif node.value is None:
            del both[key]
        else:
            both[key] = merged(both[key], node)
    return replace(over, value=both)
