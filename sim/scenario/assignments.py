"""Settings of the command line: `--set path=value` as the last overlay."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

from sim.scenario.hints import did_you_mean
from sim.scenario.loader import load_value
from sim.scenario.marks import SET, KeyPath, Mark, dotted
from sim.scenario.nodes import Node, merged, plain
from sim.scenario.overlay import EXTENDS
from sim.scenario.problems import Problem
from sim.scenario.vocabulary import Shape, root_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Assigned", "assign"]


@dataclass(frozen=True, slots=True)
class Assigned:
    """A tree with the settings laid upon it, and what was wrong with them."""

    root: Node
    problems: tuple[Problem, ...]
    spoiled: frozenset[KeyPath]


class _SlipError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.fact)
        self.problem = problem


def assign(root: Node, sets: Sequence[str]) -> Assigned:
    """Return a tree with settings laid upon it, in order.

    Parameters
    ----------
    root : Node
        The scenario so far.
    sets : sequence of str
        Settings ``path=value``; the value is YAML, an empty one takes the key away.

    Returns
    -------
    assigned : Assigned
        The new tree; settings with a problem are left out. Never raises.
    """
    problems: list[Problem] = []
    spoiled: set[KeyPath] = set()
    for number, text in enumerate(sets, start=1):
        try:
            root, found, bad = _assigned(root, text, number)
        except _SlipError as slip:
            problems.append(slip.problem)
            continue
        problems += found
        spoiled |= bad
    return Assigned(root, tuple(problems), frozenset(spoiled))


def _assigned(root: Node, text: str, number: int) -> tuple[Node, list[Problem], frozenset[KeyPath]]:
    name, equals, value = text.partition("=")
    mark = Mark(SET, number, 1)
    if not equals or not name.strip():
        fact, rule = f"got `{text}`", "a setting is `path=value`"
        way_out = "write for example `--set duration_d=30`"
        raise _SlipError(Problem("bad-setting", (), fact, rule, way_out, mark=mark))
    if name.strip() == EXTENDS:
        fact, way_out = "`extends` cannot be set", "write a file that extends the other"
        raise _SlipError(Problem("bad-setting", (EXTENDS,), fact, "", way_out, mark=mark))
    path = _path(root, name.strip(), mark)
    loaded = load_value(value, SET)
    shift = len(name) + 1
    found = [_moved(problem, path, number, shift) for problem in loaded.problems]
    if loaded.root is None:
        return root, found, frozenset()
    leaf = _marked(loaded.root, number, shift)
    over = reduce(
        lambda node, key: Node({key: replace(node, key=mark)}, mark, mark), reversed(path), leaf
    )
    return (
        replace(merged(root, over), key=root.key, at=root.at),
        found,
        frozenset((*path, *bad) for bad in loaded.spoiled),
    )


def _moved(problem: Problem, path: KeyPath, number: int, shift: int) -> Problem:
    column = problem.mark.column if problem.mark else 1
    return replace(problem, path=(*path, *problem.path), mark=Mark(SET, number, column + shift))


def _marked(node: Node, number: int, shift: int) -> Node:
    value = node.value
    if isinstance(value, dict):
        value = {key: _marked(child, number, shift) for key, child in value.items()}
    elif isinstance(value, tuple):
        value = tuple(_marked(child, number, shift) for child in value)
    key = Mark(SET, number, node.key.column + shift)
    return Node(value, key, Mark(SET, number, node.at.column + shift))


def _path(root: Node, name: str, mark: Mark) -> tuple[str, ...]:
    """Return the keys of a dotted name; ids may hold dots themselves."""
    rest = name.split(".")
    node: Node | None = root
    shape = root_shape()
    path: tuple[str, ...] = ()
    while rest:
        entries = node.value if node is not None and isinstance(node.value, dict) else {}
        key, n_parts = _longest_key(rest, entries)
        _known(shape, key, entries, is_last=len(rest) == n_parts, at=(path, mark))
        path, rest = (*path, key), rest[n_parts:]
        node = entries.get(key)
        below = shape.child(key)
        value = plain(node) if node is not None else None
        shape = below.of(value) if below else Shape({"name": ""})
    return path


def _longest_key(rest: list[str], entries: dict[str, Node]) -> tuple[str, int]:
    for n_parts in range(len(rest), 1, -1):
        if ".".join(rest[:n_parts]) in entries:
            return ".".join(rest[:n_parts]), n_parts
    return rest[0], 1


def _known(
    shape: Shape, key: str, entries: dict[str, Node], *, is_last: bool, at: tuple[KeyPath, Mark]
) -> None:
    """Raise a slip if no such key can stand here."""
    above, mark = at
    if shape.is_map:
        if is_last or key in entries:
            return
        fact, hint = f"`{dotted(above)}` has no entry `{key}`", did_you_mean(key, entries)
    elif shape.is_block:
        if key in shape.keys:
            return
        fact, hint = f"unknown key `{key}`", did_you_mean(key, shape.keys)
    elif shape.variants:
        keys = {k for variant in shape.variants.values() for k in variant.keys}
        if key in keys:
            return
        fact, hint = f"unknown key `{key}`", did_you_mean(key, keys)
    elif shape.schema.get("type") == "array":
        fact, hint = f"`{dotted(above)}` is a list", "replace it whole: `--set 'path=[a, b]'`"
    else:
        fact, hint = f"`{dotted(above)}` has no keys", "set the value itself"
    raise _SlipError(Problem("unknown-path", (*above, key), fact, "", hint, mark=mark))
