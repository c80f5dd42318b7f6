"""Problems as text for people, JSON for programs, annotations for GitHub."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from sim.scenario.marks import Mark
from sim.scenario.problems import WARNING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.scenario.problems import Problem

__all__ = ["FORMATS", "Format", "render"]

Format = Literal["text", "json", "github"]
NOWHERE = Mark("", 0, 0)


def _text(problems: Sequence[Problem]) -> str:
    return "\n".join(_paragraph(problem) for problem in problems)


def _paragraph(problem: Problem) -> str:
    head = f"{problem.mark or NOWHERE}"
    if problem.path:
        head += f"  {problem.key}"
    if problem.severity == WARNING:
        head += "  (warning)"
    lines = [head, f"    {problem.message}"]
    if problem.way_out:
        lines.append(f"    way out: {problem.way_out}")
    return "\n".join(lines)


def _json(problems: Sequence[Problem]) -> str:
    rows = []
    for problem in problems:
        mark = problem.mark or NOWHERE
        rows.append(
            {
                "file": mark.file,
                "line": mark.line,
                "column": mark.column,
                "severity": problem.severity,
                "code": problem.code,
                "path": problem.key,
                "value": problem.value,
                "message": problem.message,
                "hint": problem.way_out,
            }
        )
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _github(problems: Sequence[Problem]) -> str:
    return "\n".join(_annotation(problem) for problem in problems)


def _annotation(problem: Problem) -> str:
    mark = problem.mark or NOWHERE
    file = _escaped(mark.file).replace(":", "%3A").replace(",", "%2C")
    place = f"file={file},line={mark.line},col={mark.column},title={problem.code}"
    said = problem.message + (f"; way out: {problem.way_out}" if problem.way_out else "")
    path = f"{problem.key}: " if problem.path else ""
    return f"::{problem.severity} {place}::{_escaped(path + said)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


FORMATS: dict[Format, Callable[[Sequence[Problem]], str]] = {
    "text": _text,
    "json": _json,
    "github": _github,
}


def render(problems: Sequence[Problem], *, style: Format = "text") -> str:
    """Return problems in one of the formats.

    Parameters
    ----------
    problems : sequence of Problem
        In the order in which they are to be told.
    style : {"text", "json", "github"}
        ``text`` is place, fact and rule, way out; ``json`` a list of objects; ``github`` one
        annotation a line.
    """
    return FORMATS[style](problems)
