"""What ruamel says about broken YAML, in a planner's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruamel.yaml.error import MarkedYAMLError

from sim.scenario.marks import Mark
from sim.scenario.problems import Problem

if TYPE_CHECKING:
    from ruamel.yaml.error import StreamMark

__all__ = ["syntax_problem"]

_WORDING = (
    ("'\\t' that cannot start", "a tab stands where the line is indented", "indent with spaces"),
    (
        "mapping values are not allowed",
        "a `:` stands where no key can be",
        "indent the key like its neighbours, or quote text that holds `: `",
    ),
    (
        "could not find expected ':'",
        "a line is neither a key with `:` nor an item with `- `",
        "write `key: value`",
    ),
    (
        "expected <block end>",
        "the indentation does not fit the lines above",
        "indent keys of one block alike",
    ),
    ("expected ',' or", "a bracket or comma is missing", "close `[` with `]` and `{` with `}`"),
    (
        "while scanning a quoted scalar",
        "a quotation mark is never closed",
        "close the quotation mark",
    ),
    (
        "found undefined alias",
        "an alias (`*`) points at no anchor",
        "quote the text, or set the anchor (`&`) first",
    ),
    (
        "cannot start any token",
        "a character that cannot begin a value",
        "put the text in quotation marks",
    ),
    (
        "while scanning an alias",
        "an `*` begins the name of an alias",
        "put the text in quotation marks",
    ),
)
_OTHERWISE = "look at this line and the one above it for a missing quote, bracket or space"


def syntax_problem(error: Exception, shown: str) -> Problem:
    """Return the problem that stopped the parser.

    Parameters
    ----------
    error : Exception
        What the parser raised.
    shown : str
        Name of the file.
    """
    said = str(error).replace("\n", " ")
    mark = _mark(error, shown)
    for pattern, fact, way_out in _WORDING:
        if pattern in said:
            return Problem("yaml-syntax", (), fact, "", way_out, mark=mark)
    problem = getattr(error, "problem", None) or "the text is broken"
    return Problem("yaml-syntax", (), f"this is no YAML: {problem}", "", _OTHERWISE, mark=mark)


def _mark(error: Exception, shown: str) -> Mark:
    at: StreamMark | None = None
    if isinstance(error, MarkedYAMLError):
        at = error.problem_mark or error.context_mark
    return Mark(shown, at.line + 1, at.column + 1) if at else Mark(shown, 1, 1)
