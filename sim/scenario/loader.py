"""From text to a tree in which every key and value knows its line and column.

The parser's events are composed here rather than by its own composer, so that what a scenario
may not hold is refused as soon as it is seen: tags, merge keys, a second document, doubled keys,
nesting without end, aliases that grow beyond measure.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from sim.scenario.marks import Mark
from sim.scenario.nodes import Node
from sim.scenario.problems import Problem
from sim.scenario.scalars import Scalar, ScalarError, plain_scalar, text_scalar
from sim.scenario.syntax import syntax_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario.marks import KeyPath

__all__ = ["DEPTH_AT_MOST", "VALUES_AT_MOST", "Loaded", "load_text", "load_value"]

DEPTH_AT_MOST = 64
VALUES_AT_MOST = 200_000

_PARSER_SLIPS = (ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""What the parser itself stumbles over on text that is far from YAML."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The tree of a text, and what was wrong with it.

    ``root`` is None if the text could not be read to its end. ``spoiled`` are the paths whose
    values were refused, about which nothing more need be said.
    """

    root: Node | None
    problems: tuple[Problem, ...]
    spoiled: frozenset[KeyPath] = frozenset()


class _StopError(Exception):
    """Reading on would make no sense; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.fact)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class _Anchored:
    node: Node
    n_values: int
    height: int


@dataclass(slots=True)
class _Composer:
    """Composes the events of one text; what it counts and collects lives and dies with it."""

    shown: str
    events: Iterator[Any]
    n_values: int = 0
    problems: list[Problem] = field(default_factory=list)
    spoiled: set[KeyPath] = field(default_factory=set)
    anchors: dict[str, _Anchored | None] = field(default_factory=dict)

    def place(self, event: Any) -> Mark:  # noqa: ANN401
        return Mark(self.shown, event.start_mark.line + 1, event.start_mark.column + 1)

    def refuse(self, problem: Problem) -> None:
        self.problems.append(problem)
        self.spoiled.add(problem.path)

    def document(self) -> Node | None:
        """Return the tree of the only document, or None if there is none."""
        next(self.events)
        if not isinstance(next(self.events), DocumentStartEvent):
            return None
        event = next(self.events)
        node, _ = self.node(event, (), self.place(event))
        while isinstance(event := next(self.events), DocumentEndEvent):
            pass
        if not isinstance(event, StreamEndEvent):
            fact, rule = "a second document begins here", "a scenario file holds one"
            way_out = "put it in a file of its own; to build on another file, use `extends`"
            at = self.place(event)
            self.problems.append(Problem("second-document", (), fact, rule, way_out, mark=at))
        return node

    def node(self, event: Any, path: KeyPath, key: Mark) -> tuple[Node, int]:  # noqa: ANN401
        """Return the value that begins with ``event`` and how deep it goes."""
        if isinstance(event, AliasEvent):
            return self.alias(event, path, key)
        before = self.n_values
        self.count(1, len(path), event)
        anchor, tag = event.anchor, event.tag
        if anchor:
            self.anchors[anchor] = None
        if isinstance(event, ScalarEvent):
            node, height = Node(self.scalar(event, path), key, self.place(event)), 0
        elif isinstance(event, MappingStartEvent):
            node, height = self.mapping(event, path, key)
        else:
            node, height = self.sequence(event, path, key)
        if tag:
            fact, rule = f"the tag `{_short(tag)}`", "tags (`!`) mean nothing in a scenario"
            way_out = "remove the tag, or quote text that begins with `!`"
            self.refuse(Problem("tag", path, fact, rule, way_out, mark=self.place(event)))
        if anchor:
            self.anchors[anchor] = _Anchored(node, self.n_values - before, height)
        return node, height

    def count(self, n_values: int, depth: int, event: Any) -> None:  # noqa: ANN401
        """Count values, aliases with all they stand for, and stop beyond the limits."""
        self.n_values += n_values
        if depth > DEPTH_AT_MOST:
            fact, rule = "the nesting goes on and on", f"at most {DEPTH_AT_MOST} levels"
            way_out = "close a bracket, or flatten"
            at = self.place(event)
            raise _StopError(Problem("too-deep", (), fact, rule, way_out, mark=at))
        if self.n_values > VALUES_AT_MOST:
            fact = f"more than {VALUES_AT_MOST} values, those of aliases counted"
            way_out = "keep measured data in files of its own, and use fewer aliases (`*`)"
            at = self.place(event)
            raise _StopError(Problem("too-many-values", (), fact, "", way_out, mark=at))

    def alias(self, event: Any, path: KeyPath, key: Mark) -> tuple[Node, int]:  # noqa: ANN401
        found = self.anchors.get(event.anchor)
        if found is None:
            inside = event.anchor in self.anchors
            fact = f"`*{event.anchor}` {'stands inside itself' if inside else 'has no anchor'}"
            rule = "an alias repeats a value that was anchored (`&`) before"
            way_out = "quote the text if it is no alias"
            self.refuse(Problem("bad-alias", path, fact, rule, way_out, mark=self.place(event)))
            return Node(None, key, self.place(event)), 0
        self.count(found.n_values, len(path) + found.height, event)
        return replace(found.node, key=key), found.height

    def scalar(self, event: Any, path: KeyPath) -> Scalar:  # noqa: ANN401
        try:
            is_plain = event.style is None and event.implicit[0]
            return plain_scalar(event.value) if is_plain else text_scalar(event.value)
        except ScalarError as slip:
            at = self.place(event)
            self.refuse(Problem("bad-value", path, slip.fact, slip.rule, slip.way_out, mark=at))
            return None

    def sequence(self, start: Any, path: KeyPath, key: Mark) -> tuple[Node, int]:  # noqa: ANN401
        items: list[Node] = []
        height = 0
        while not isinstance(event := next(self.events), SequenceEndEvent):
            node, below = self.node(event, (*path, len(items)), self.place(event))
            items.append(node)
            height = max(height, below)
        return Node(tuple(items), key, self.place(start)), height + 1

    def mapping(self, start: Any, path: KeyPath, key: Mark) -> tuple[Node, int]:  # noqa: ANN401
        entries: dict[str, Node] = {}
        height = 0
        while isinstance(event := next(self.events), ScalarEvent | AliasEvent) or hasattr(
            event, "flow_style"
        ):
            at = self.place(event)
            name = self.key(event, path)
            known = name in entries
            node, below = self.node(next(self.events), (*path, name or "?"), at)
            height = max(height, below)
            if name is None:
                continue
            if known:
                self.doubled((*path, name), entries[name].key, at)
                continue
            entries[name] = node
        return Node(entries, key, self.place(start)), height + 1

    def doubled(self, path: KeyPath, first: Mark, again: Mark) -> None:
        fact = f"`{path[-1]}` is given twice, first at {first.line}:{first.column}"
        way_out = "keep one of the two"
        rule = "a key stands once in its block"
        self.problems.append(Problem("doubled-key", path, fact, rule, way_out, mark=again))

    def key(self, event: Any, path: KeyPath) -> str | None:  # noqa: ANN401
        """Return a key, or None after saying why it can be none."""
        at = self.place(event)
        if not isinstance(event, ScalarEvent):
            self.node(event, (*path, "?"), at)
            fact, way_out = "a list, map or alias stands as a key", "write a word as key"
            self.refuse(Problem("not-a-key", (*path, "?"), fact, "keys are text", way_out, mark=at))
            return None
        if event.style is None and event.value == "<<":
            fact, rule = "merge keys (`<<`) are not read", "a block says itself what it holds"
            way_out = "repeat the keys, or build on another file with `extends`"
            self.refuse(Problem("merge-key", (*path, "<<"), fact, rule, way_out, mark=at))
            return None
        name = self.scalar(event, (*path, event.value[:80]))
        if event.tag or not isinstance(name, str) or not name:
            fact = f"the key `{event.value[:80]}` is no text" if event.value else "a key is empty"
            way_out = f'write `"{event.value[:80]}"`' if event.value else "write the key before `:`"
            self.refuse(
                Problem(
                    "not-a-key", (*path, event.value[:80]), fact, "keys are text", way_out, mark=at
                )
            )
            return None
        return name


def _short(tag: object) -> str:
    return str(tag).replace("tag:yaml.org,2002:", "!!")[:80]


def _compose(text: str, shown: str) -> Loaded:
    parser = YAML(typ="safe", pure=True)
    composer = _Composer(shown, iter(parser.parse(text)))
    try:
        root = composer.document()
    except _StopError as stop:
        return Loaded(None, (*composer.problems, stop.problem))
    except (YAMLError, *_PARSER_SLIPS) as error:
        return Loaded(None, (*composer.problems, syntax_problem(error, shown)))
    return Loaded(root, tuple(composer.problems), frozenset(composer.spoiled))


def load_text(text: str, shown: str) -> Loaded:
    """Return the tree of a scenario file's text.

    Parameters
    ----------
    text : str
        The text.
    shown : str
        Name of the file in marks.

    Returns
    -------
    loaded : Loaded
        The tree, whose root is a map, or the problems why there is none; never raises.
    """
    loaded = _compose(text, shown)
    root = loaded.root
    if root is None and loaded.problems:
        return loaded
    if root is None or root.value is None:
        fact, rule = "the file is empty", "a scenario has keys such as `name` and `lines`"
        way_out = "begin with `corridor init`, or with `extends: another.yaml`"
    elif not isinstance(root.value, dict):
        kind = "a list" if isinstance(root.value, tuple) else "a single value"
        fact, rule = f"the file holds {kind}", "a scenario is a map of keys and values"
        way_out = "begin with `name: ...`"
    else:
        return loaded
    problem = Problem("not-a-scenario", (), fact, rule, way_out, mark=Mark(shown, 1, 1))
    return Loaded(None, (*loaded.problems, problem))


def load_value(text: str, shown: str) -> Loaded:
    """Return the tree of a single value, as the command line gives it."""
    loaded = _compose(text, shown)
    if loaded.root is None and not loaded.problems:
        nothing = Mark(shown, 1, 1)
        return replace(loaded, root=Node(None, nothing, nothing))
    return loaded
