"""The way out of a slip: the known word nearest to the one written."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_LISTED = 8


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the end of a message that leads from an unknown word to a known one.

    Parameters
    ----------
    word : str
        What was written.
    known : iterable of str
        What could have been written.

    Returns
    -------
    hint : str
        ``did you mean `x`?`` if a known word is near, else the known words (the first few).

    Examples
    --------
    >>> did_you_mean("heart", ["herat", "kandahar"])
    'did you mean `herat`?'
    >>> did_you_mean("x", ["herat", "kandahar"])
    'known: herat, kandahar'
    """
    words = list(dict.fromkeys(known))
    near = get_close_matches(word.lower(), words, n=1, cutoff=0.65)
    return f"did you mean `{near[0]}`?" if near else f"known: {listed(words)}"


def listed(words: Iterable[str]) -> str:
    """Return the words in one line, cut off after the first few.

    Parameters
    ----------
    words : iterable of str
        What to name.

    Returns
    -------
    text : str
        The words with commas, and how many more there are.

    Examples
    --------
    >>> listed(str(number) for number in range(10))
    '0, 1, 2, 3, 4, 5, 6, 7 and 2 more'
    >>> listed([])
    'none'
    """
    names = list(words)
    if not names:
        return "none"
    rest = len(names) - MOST_LISTED
    return ", ".join(names[:MOST_LISTED]) + (f" and {rest} more" if rest > 0 else "")
