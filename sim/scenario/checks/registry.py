"""The register of checks: one named function a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.scenario.checks.facts import Facts
    from sim.scenario.problems import Problem

__all__ = ["CHECKS", "Check", "register"]


class Check(Protocol):
    """A cross-field rule: yields what in a scenario breaks it."""

    def __call__(self, facts: Facts) -> Iterator[Problem]:
        """Yield the problems found."""
        ...


CHECKS: dict[str, Check] = {}


def register(name: str) -> Callable[[Check], Check]:
    """Enter a check under the name of its rule."""

    def enter(check: Check) -> Check:
        if name in CHECKS:
            message = f"check '{name}' is registered twice"
            raise ValueError(message)
        CHECKS[name] = check
        return check

    return enter
