"""Scalars by the core rules of YAML 1.2: `18:00` and `NO` are text, `010` is ten."""

from __future__ import annotations

import math
import re

__all__ = ["Scalar", "ScalarError", "plain_scalar", "text_scalar"]

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LONGEST_NUMBER = 40


class ScalarError(ValueError):
    """A scalar that no scenario may hold; carries fact, rule and way out."""

    def __init__(self, fact: str, rule: str, way_out: str) -> None:
        super().__init__(fact)
        self.fact, self.rule, self.way_out = fact, rule, way_out


def text_scalar(text: str) -> str:
    """Return quoted or block text, if it can be printed.

    Raises
    ------
    ScalarError
        If it holds control characters or half characters.
    """
    found = _UNPRINTABLE.search(text)
    if found:
        fact = f"the text holds the unprintable character U+{ord(found[0]):04X}"
        rule = "text must be printable"
        way_out = "remove the character or its escape"
        raise ScalarError(fact, rule, way_out)
    return text


def plain_scalar(text: str) -> Scalar:
    """Return what unquoted text stands for.

    Raises
    ------
    ScalarError
        If it stands for infinity, for no number, or for a number beyond all measure.

    Examples
    --------
    >>> [plain_scalar(s) for s in ("18:00", "NO", "1e3", "010", "1_000", "yes", "~")]
    ['18:00', 'NO', 1000.0, 10, '1_000', 'yes', None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if _NOT_FINITE.fullmatch(text):
        fact, rule = f"got {text}", "a figure must be finite"
        way_out = "write a number, or leave the key out"
        raise ScalarError(fact, rule, way_out)
    is_number = _FLOAT.fullmatch(text) or _BASED.fullmatch(text)
    if is_number and len(text) > _LONGEST_NUMBER:
        fact = f"got a number of {len(text)} characters"
        rule = f"a number has at most {_LONGEST_NUMBER}"
        way_out = "write it shorter, or quote it if it is text"
        raise ScalarError(fact, rule, way_out)
    return _number(text) if is_number else text_scalar(text)


def _number(text: str) -> int | float:
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _INTEGER.fullmatch(text):
        return int(text)
    value = float(text)
    if math.isinf(value):
        fact, rule = f"got {text}", "a figure must be finite"
        way_out = "write a number that can be"
        raise ScalarError(fact, rule, way_out)
    return value
