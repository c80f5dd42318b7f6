"""From a path to a reading: the scenario, or every fault of every file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import ScenarioError
from sim.model.validation import validate
from sim.scenario.assignments import assign
from sim.scenario.marks import SET, KeyPath, Mark, SourceFile, shown_path
from sim.scenario.messages import told
from sim.scenario.nodes import Node, plain, walk
from sim.scenario.overlay import read_chain
from sim.scenario.problems import Problem, has_errors, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from os import PathLike

    from sim.model import Scenario

__all__ = ["Reading", "read_scenario"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from a scenario file and those it extends.

    ``tree`` is the merged scenario as plain maps; ``marks`` says where the key of each value (or
    the item of each list) stands, ``past`` what each value replaced, the nearest first; ``files``
    are those read, the farthest first.
    """

    path: Path
    scenario: Scenario | None
    problems: tuple[Problem, ...]
    tree: dict[str, Any]
    marks: dict[KeyPath, Mark]
    past: dict[KeyPath, tuple[tuple[object, Mark], ...]]
    files: tuple[SourceFile, ...]
    sets: tuple[str, ...] = field(default=())

    @property
    def shown(self) -> str:
        """The file as it is shown."""
        return shown_path(self.path)

    @property
    def base_dir(self) -> Path:
        """Folder that the path in `network.source` starts from: that of the file that gave it."""
        return self.dir_of(("network", "source"))

    def dir_of(self, path: KeyPath) -> Path:
        """Return the folder of the file that gave a value; the working one for `--set`."""
        mark = self.mark_of(path)
        if mark.file == SET:
            return Path.cwd()
        given = next((file.path for file in self.files if file.shown == mark.file), self.path)
        return given.absolute().parent

    def mark_of(self, path: KeyPath) -> Mark:
        """Return where ``path``, or as much of it as was given, stands."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.marks:
                return self.marks[path[:length]]
        return Mark(self.shown, 1, 1)

    def layer_of(self, path: KeyPath) -> int:
        """Return how late in the order of files a value was given; -1 if it was not."""
        if path not in self.marks:
            return -1
        shown = [file.shown for file in self.files]
        name = self.marks[path].file
        return shown.index(name) if name in shown else len(shown)

    def placed(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return problems with the places of their paths, in order of file and line."""
        return in_order(p if p.mark else replace(p, mark=self.mark_of(p.path)) for p in problems)

    def require(self) -> Scenario:
        """Return the scenario.

        Raises
        ------
        ScenarioError
            If there is none; carries every problem.
        """
        if self.scenario is None:
            errors = [p for p in self.problems if has_errors((p,))]
            raise ScenarioError(tuple(str(problem) for problem in errors))
        return self.scenario


def read_scenario(path: str | PathLike[str], *, sets: Sequence[str] = ()) -> Reading:
    """Return what a scenario file states.

    Parameters
    ----------
    path : path
        The file.
    sets : sequence of str
        Settings ``path=value`` laid upon it, in order.

    Returns
    -------
    reading : Reading
        The scenario, or None and every problem found in any of its files. Never raises.
    """
    here = Path(path)
    chain = read_chain(here)
    if chain.root is None:
        problems = in_order(chain.problems)
        return Reading(here, None, problems, {}, {}, {}, chain.files, tuple(sets))
    assigned = assign(chain.root, sets)
    tree: dict[str, Any] = plain(assigned.root)
    marks, past = _places(assigned.root)
    found = [*chain.problems, *assigned.problems]
    reading = Reading(here, None, (), tree, marks, past, chain.files, tuple(sets))
    outcome = validate(tree)
    if isinstance(outcome, tuple):
        spoiled = chain.spoiled | assigned.spoiled
        found += [p for p in told(outcome, tree) if not _is_spoiled(p.path, spoiled)]
    problems = reading.placed(found)
    scenario = None if isinstance(outcome, tuple) or has_errors(problems) else outcome
    return replace(reading, scenario=scenario, problems=problems)


def _is_spoiled(path: KeyPath, spoiled: frozenset[KeyPath]) -> bool:
    return any(path[: len(bad)] == bad for bad in spoiled if bad)


def _places(
    root: Node,
) -> tuple[dict[KeyPath, Mark], dict[KeyPath, tuple[tuple[object, Mark], ...]]]:
    marks: dict[KeyPath, Mark] = {}
    past: dict[KeyPath, tuple[tuple[object, Mark], ...]] = {}
    for path, node in walk(root):
        marks[path] = node.key
        if node.past:
            past[path] = tuple((plain(before), before.key) for before in node.past)
    return marks, past
