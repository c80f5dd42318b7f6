"""Keys of one block that contradict each other, in fact, rule and way out."""

from __future__ import annotations

__all__ = ["contradiction"]

_WHENS = ("dates", "season", "random", "after")


def contradiction(text: str, given: object) -> tuple[str, str, str]:
    """Return fact, rule and way out of what a model said of a block.

    Parameters
    ----------
    text : str
        What the model said: fact and rule, parted by a semicolon or `must`.
    given : object
        The block as it was given.

    Examples
    --------
    >>> contradiction("last 3 is before first 5", {})
    ('last 3 is before first 5', '', 'swap the two')
    """
    fact, _, rule = text.partition("; ")
    if " must " in fact and not rule:
        fact, _, rule = fact.partition(" must ")
        rule = f"must {rule}"
    if fact.startswith("give either `dates`"):
        return _when(fact, given)
    return fact, rule, next((out for part, out in _WAY_OUTS.items() if part in text), "")


_WAY_OUTS = {
    "is before first": "swap the two",
    "all seven": "leave out a day on which it opens",
    "there is no day": "look at a calendar",
    "it needs `random`": "say `random: {rate_per_year: ..., duration_d: ...}`, or drop `group`",
    "none is given; give one of `closed`": "add `effect: {closed: true}` for what is shut",
    "are given; give one of `closed`": "to drop the one of the file below, write `closed: null`",
    "no rate is given": "add `rate_per_year: <number>`",
    "both are given; give either": "take one of the two away",
    "neither is given; give either `path`": "add `path: <keys of the number>`",
}


def _when(rule: str, given: object) -> tuple[str, str, str]:
    found = [w for w in _WHENS if isinstance(given, dict) and given.get(w) is not None]
    if not found:
        return "none is given", rule, "add `dates: {first: ..., last: ...}`"
    fact = "both are given" if len(found) == 2 else "several are given"  # noqa: PLR2004
    drops = " or ".join(f"`{w}: null`" for w in found)
    return fact, rule, f"to drop the one of the file below, write {drops}"
