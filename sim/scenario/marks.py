"""Where in which file a key or value stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["SET", "KeyPath", "Mark", "SourceFile", "dotted", "shown_path"]

KeyPath = tuple[str | int, ...]
"""Keys from the top of a scenario down to a value."""

SET = "--set"
"""File in the mark of a command-line setting; the line is the number of the option."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file: line and column, both from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was read: where it is, how it is shown, and the hash of its text."""

    path: Path
    shown: str
    sha256: str


def dotted(path: KeyPath) -> str:
    """Return a path as a planner writes it.

    Examples
    --------
    >>> dotted(("flows", "flour", "legs", 1))
    'flows.flour.legs[1]'
    """
    return "".join(f"[{k}]" if isinstance(k, int) else f".{k}" for k in path).removeprefix(".")


def shown_path(path: Path) -> str:
    """Return a path relative to the working directory when it lies below it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.as_posix()
