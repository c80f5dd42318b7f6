"""Ways out: the known word that was probably meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean", "listed", "nearest"]

_CLOSE_ENOUGH = 0.65
_BEGINNING = 3
_LIST_AT_MOST = 12


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word closest to ``word``, or nothing if none is close.

    Examples
    --------
    >>> nearest("heart", ["herat", "kandahar"])
    'herat'
    """
    folded = {k.casefold().replace("-", "_"): k for k in known}
    begin = word.casefold().replace("-", "_")
    match = difflib.get_close_matches(begin, folded, n=1, cutoff=_CLOSE_ENOUGH)
    if match:
        return folded[match[0]]
    longer = [k for k in folded if k.startswith(begin) and len(begin) >= _BEGINNING]
    return folded[longer[0]] if len(longer) == 1 else ""


def listed(words: Iterable[str]) -> str:
    """Return words in backticks, in order, at most a dozen.

    Examples
    --------
    >>> listed(["b", "a"])
    '`a`, `b`'
    """
    ordered = sorted(words)
    text = ", ".join(f"`{word}`" for word in ordered[:_LIST_AT_MOST])
    rest = len(ordered) - _LIST_AT_MOST
    return f"{text} and {rest} more" if rest > 0 else text


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint at the closest known word, else the known words."""
    words = tuple(known)
    match = nearest(word, words)
    if match:
        return f"did you mean `{match}`?"
    return f"known: {listed(words)}" if words else ""
