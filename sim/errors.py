"""Errors raised by sim."""

from __future__ import annotations

__all__ = ["CorridorError", "DeadlockError", "RunError", "ScenarioError", "SettingError"]


class CorridorError(Exception):
    """Base of every error this package raises."""


class ScenarioError(CorridorError, ValueError):
    """A scenario file that cannot be run; carries every problem found.

    ``problems`` are texts; where the problem was found in a file each begins with
    ``file:line:col``.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class RunError(CorridorError):
    """A run that could not be made or kept: a full disk, a folder with other inputs."""


class SettingError(CorridorError, ValueError):
    """A study asked for as it cannot be: contradictory settings, a measure there is not."""


class DeadlockError(CorridorError):
    """Trains wait for each other for ever; says which, and for what."""
