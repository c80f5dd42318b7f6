"""Dispatching rules: which waiting train is looked at first."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DISPATCH", "Dispatch", "dispatch_rule", "register"]


class Dispatch(Protocol):
    """Give a waiting train its place in the list that is looked through."""

    def __call__(self, priority: int, asked_ms: int) -> tuple[int, int]:
        """Return a key; the train with the lowest is looked at first, ties as they came."""
        ...


DISPATCH: dict[str, Dispatch] = {}
"""Rules known to scenario files, by name."""


def register(name: str) -> Callable[[Dispatch], Dispatch]:
    """Make a rule known to scenario files under ``name``."""

    def enter(rule: Dispatch) -> Dispatch:
        if name in DISPATCH:
            message = f"dispatch rule '{name}' is registered twice"
            raise ValueError(message)
        DISPATCH[name] = rule
        return rule

    return enter


@register("first-come")
def first_come(priority: int, asked_ms: int) -> tuple[int, int]:  # noqa: ARG001
    """Look first at the train that has asked first."""
    return (0, asked_ms)


@register("priority")
def by_priority(priority: int, asked_ms: int) -> tuple[int, int]:
    """Look first at the lowest priority number, then at the train that has asked first."""
    return (priority, asked_ms)


def dispatch_rule(name: str) -> Dispatch:
    """Return the rule called ``name``.

    Raises
    ------
    ValueError
        If no rule has this name; names the known ones.

    Examples
    --------
    >>> dispatch_rule("priority")(1, 60_000)
    (1, 60000)
    """
    try:
        return DISPATCH[name]
    except KeyError:
        near = difflib.get_close_matches(name, DISPATCH, 1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        message = f"no dispatch rule '{name}'{hint} (known: {', '.join(sorted(DISPATCH))})"
        raise ValueError(message) from None
