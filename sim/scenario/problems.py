"""What is wrong with a scenario: place, fact, rule, way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sim.scenario.marks import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.scenario.marks import KeyPath, Mark

__all__ = ["ERROR", "WARNING", "Problem", "Severity", "has_errors", "in_order"]

Severity = Literal["error", "warning"]
ERROR: Severity = "error"
WARNING: Severity = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: which key, what it is, what must hold, what to do.

    ``mark`` is set when the problem is placed in its file; ``value`` is the offending value, when
    it is a plain one.
    """

    code: str
    path: KeyPath
    fact: str
    rule: str = ""
    way_out: str = ""
    severity: Severity = ERROR
    value: object = None
    mark: Mark | None = None

    @property
    def message(self) -> str:
        """Fact and rule in one line."""
        return "; ".join(filter(None, (self.fact, self.rule)))

    @property
    def key(self) -> str:
        """The path as a planner writes it."""
        return dotted(self.path)

    def __str__(self) -> str:
        hint = f"; {self.way_out}" if self.way_out else ""
        place = f"{self.mark}: " if self.mark else ""
        return f"{place}{self.key + ': ' if self.path else ''}{self.message}{hint}"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems by file and line, each once."""

    def rank(problem: Problem) -> tuple[str, int, int, str, str]:
        mark = problem.mark
        place = (mark.file, mark.line, mark.column) if mark else ("", 0, 0)
        return (*place, problem.key, problem.message)

    return tuple({(p.mark, p.path, p.message): p for p in sorted(problems, key=rank)}.values())


def has_errors(problems: Iterable[Problem]) -> bool:
    """Return whether any problem is more than a warning."""
    return any(problem.severity == ERROR for problem in problems)
