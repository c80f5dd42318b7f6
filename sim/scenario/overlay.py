"""One scenario from several files: defaults < `extends` chain < file < `--set`."""

from __future__ import annotations

import os.path
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

from sim.scenario.loader import load_text
from sim.scenario.marks import KeyPath, Mark, SourceFile, shown_path
from sim.scenario.nodes import Node, merged
from sim.scenario.problems import Problem
from sim.scenario.texts import FileError, read_text

__all__ = ["EXTENDS", "FILES_AT_MOST", "Chain", "read_chain"]

FILES_AT_MOST = 16
EXTENDS = "extends"


@dataclass(frozen=True, slots=True)
class Chain:
    """The files of a scenario, the farthest first, and the tree they make together.

    ``root`` is None if any of them could not be read.
    """

    root: Node | None
    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]
    spoiled: frozenset[KeyPath] = frozenset()


def read_chain(path: Path) -> Chain:
    """Return a scenario file laid upon those it extends.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    chain : Chain
        Tree and files, or the problems why there is none; never raises.
    """
    trees: list[Node] = []
    files: list[SourceFile] = []
    problems: list[Problem] = []
    spoiled: set[KeyPath] = set()
    here: Path | None = path
    came_from: Mark | None = None
    is_whole = True
    while here is not None:
        try:
            text, source = read_text(here)
        except FileError as error:
            problems.append(_at_extends(error.problem, came_from))
            is_whole = False
            break
        files.append(source)
        loaded = load_text(text, source.shown)
        problems += loaded.problems
        spoiled |= loaded.spoiled
        if loaded.root is None:
            is_whole = False
            break
        trees.append(loaded.root)
        here, came_from, slip = _next(loaded.root, source, files)
        if slip:
            problems.append(slip)
            is_whole = False
    root = reduce(merged, _stripped(trees)[::-1]) if is_whole else None
    return Chain(root, tuple(files[::-1]), tuple(problems), frozenset(spoiled))


def _stripped(trees: list[Node]) -> list[Node]:
    """Return the trees, with `extends` left in the head only."""
    head, *below = trees
    return [head, *(replace(tree, value=_without_extends(tree)) for tree in below)]


def _without_extends(tree: Node) -> dict[str, Node]:
    entries = tree.value if isinstance(tree.value, dict) else {}
    return {key: node for key, node in entries.items() if key != EXTENDS}


def _at_extends(problem: Problem, came_from: Mark | None) -> Problem:
    """Return a problem of a file at the place that names the file, if any does."""
    if came_from is None:
        return problem
    named = problem.mark.file if problem.mark else ""
    fact = f"{problem.fact.replace('there is no such file', 'there is no file')}: `{named}`"
    rule = problem.rule or "the path is relative to the file it stands in"
    return replace(problem, path=(EXTENDS,), fact=fact, rule=rule, mark=came_from)


def _next(
    tree: Node, source: SourceFile, files: list[SourceFile]
) -> tuple[Path | None, Mark | None, Problem | None]:
    """Return the file a tree extends, where it says so, and what is wrong with that."""
    node = tree.value.get(EXTENDS) if isinstance(tree.value, dict) else None
    if node is None or node.value is None:
        return None, None, None
    if not isinstance(node.value, str) or not node.value.strip():
        fact = "`extends` is no path" if node.value != "" else "`extends` is empty"
        way_out = "write the path of one scenario file, or leave the key out"
        slip = Problem("bad-extends", (EXTENDS,), fact, "", way_out, mark=node.key)
        return None, None, slip
    there = Path(os.path.normpath(source.path.parent / node.value))
    if any(_is_same(there, file.path) for file in files):
        names = " -> ".join([*(file.shown for file in files), shown_path(there)])
        rule, way_out = "a chain of files must end", "remove one `extends` of the ring"
        fact = f"the files extend each other in a ring: {names}"
        slip = Problem("extends-ring", (EXTENDS,), fact, rule, way_out, mark=node.key)
        return None, None, slip
    if len(files) >= FILES_AT_MOST:
        fact = f"the chain of `extends` is longer than {FILES_AT_MOST} files"
        way_out = "join some of the files"
        slip = Problem("extends-too-long", (EXTENDS,), fact, "", way_out, mark=node.key)
        return None, None, slip
    return there, node.key, None


def _is_same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
