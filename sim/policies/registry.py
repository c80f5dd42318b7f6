"""The dispatch rules there are, by name: four by number, and those of users."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["DISPATCH", "Choose", "Rule", "RuleCode", "Waiting", "dispatch_rule", "register"]


class RuleCode(IntEnum):
    """Dispatch rules by number; every engine knows all but the last."""

    FIRST_COME = 0
    PRIORITY = 1
    LEAST_DELAY = 2
    FLEETING = 3
    OWN = 4
    """A function of the user's."""


class Waiting(NamedTuple):
    """A train that waits for authority, as a rule of your own sees it."""

    train: int
    """Number of the train, over all services."""
    service: str
    """Id of its service."""
    priority: int
    """Class of its service; 1 goes first."""
    asked_ms: int
    """When it asked. [ms]"""
    is_outbound: bool
    """Whether it is on its way out, not home."""
    section: str
    """First section it waits for."""
    heading: int
    """0 if it goes over that section from its ``from`` to its ``to``, 1 against."""
    cause: int
    """What it was told last that it waits for (`Cause`); 0 if nothing yet."""


class Choose(Protocol):
    """A rule of your own: in which order to look at the trains that wait."""

    def __call__(self, waiting: Sequence[Waiting], now_ms: int, /) -> Iterable[int]:
        """Return positions in ``waiting``, the first to be looked at first.

        Trains wait in the order in which they asked. A train left out is not looked at this time.
        The rule is asked again whenever something has changed, and after each train that went.
        """
        ...


Chooser = TypeVar("Chooser", bound=Choose)


@dataclass(frozen=True, slots=True)
class Rule:
    """A dispatch rule.

    Parameters
    ----------
    name : str
        What scenario files call it.
    code : RuleCode
        By which engines know it.
    choose : callable, optional
        The function of a rule of the user's.
    keeps_last_track : bool
        Whether trains of one class leave the last track of a station free, without which trains
        may block each other for ever.
    """

    name: str
    code: RuleCode
    choose: Choose | None = None
    keeps_last_track: bool = True


DISPATCH: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("first-come", RuleCode.FIRST_COME),
        Rule("priority", RuleCode.PRIORITY),
        Rule("least-delay", RuleCode.LEAST_DELAY),
        Rule("fleeting", RuleCode.FLEETING),
    )
}
"""Rules known to scenario files, by name."""


def register(name: str, *, keeps_last_track: bool = True) -> Callable[[Chooser], Chooser]:
    """Make a rule of your own known to scenario files under ``name``.

    Parameters
    ----------
    name : str
        For `dispatch: name` in a scenario.
    keeps_last_track : bool, optional
        False lets trains of one class take every track of a station. Then they may block each
        other for ever; a run in which they do ends with the circle of trains named.

    Returns
    -------
    enter : callable
        Takes the function, enters it and returns it.

    Raises
    ------
    ValueError
        If there is a rule of this name.

    Examples
    --------
    >>> @register("longest-service-name-first")
    ... def choose(waiting, now_ms):
    ...     return sorted(range(len(waiting)), key=lambda i: -len(waiting[i].service))
    >>> dispatch_rule("longest-service-name-first").code.name
    'OWN'
    >>> del DISPATCH["longest-service-name-first"]
    """

    def enter(choose: Chooser) -> Chooser:
        if name in DISPATCH:
            message = f"dispatch rule '{name}' is registered twice"
            raise ValueError(message)
        DISPATCH[name] = Rule(name, RuleCode.OWN, choose, keeps_last_track)
        return choose

    return enter


def dispatch_rule(name: str) -> Rule:
    """Return the rule called ``name``.

    Raises
    ------
    ValueError
        If no rule has this name; names the known ones.

    Examples
    --------
    >>> int(dispatch_rule("priority").code)
    1
    """
    try:
        return DISPATCH[name]
    except KeyError:
        near = difflib.get_close_matches(name, DISPATCH, 1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        message = f"no dispatch rule '{name}'{hint} (known: {', '.join(sorted(DISPATCH))})"
        raise ValueError(message) from None
