"""Options that commands share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "colour_option",
    "has_colour",
    "rules_option",
    "seed_option",
    "set_option",
    "verbosity_option",
]

Command = TypeVar("Command", bound="Callable[..., object]")


def set_option(command: Command) -> Command:
    """Add ``--set path=value``, which may be given often; the command takes ``sets``."""
    return click.option(
        "--set",
        "sets",
        multiple=True,
        metavar="PATH=VALUE",
        help="Set a value of the scenario, e.g. duration_d=30; may be given often.",
    )(command)


def rules_option(command: Command) -> Command:
    """Add ``--rules FILE.py``, which makes rules of the user's known; may be given often."""
    return click.option(
        "--rules",
        type=click.Path(exists=True, dir_okay=False),
        multiple=True,
        metavar="FILE.py",
        expose_value=False,
        callback=_load_rules,
        help="Python file with dispatch rules of your own; may be given often.",
    )(command)


def _load_rules(_context: click.Context, _option: click.Parameter, files: tuple[str, ...]) -> None:
    if not files:
        return
    from sim.errors import RunError  # noqa: PLC0415 - help need not wait for it
    from sim.policies import load_rules  # noqa: PLC0415

    for file in files:
        try:
            load_rules(file)
        except RunError as error:
            raise click.UsageError(str(error)) from error


def seed_option(command: Command) -> Command:
    """Add ``--seed``; the command takes ``seed``, None if it is not given."""
    return click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=None,
        help="Seed of all random numbers, in place of the scenario's.",
    )(command)


def verbosity_option(command: Command) -> Command:
    """Add ``-q`` and ``-v``; the command takes ``verbosity``: -1, 0 or 1."""
    quiet = click.option(
        "-q", "--quiet", "verbosity", flag_value=-1, type=int, help="Tell only what went wrong."
    )
    verbose = click.option(
        "-v", "--verbose", "verbosity", flag_value=1, type=int, default=0, help="Tell more."
    )
    return quiet(verbose(command))


def colour_option(command: Command) -> Command:
    """Add ``--no-color``; the command takes ``colour``, false also under ``NO_COLOR``."""
    return click.option(
        "--no-color",
        "colour",
        flag_value=False,
        default=has_colour,
        help="Write without colours, as with NO_COLOR set.",
    )(command)


def has_colour() -> bool:
    """Return whether the environment allows colours."""
    return not os.environ.get("NO_COLOR")
