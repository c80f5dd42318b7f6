"""What commands write: tables on stdout, progress and paths, all in one style."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from rich.table import Table

    from sim.runs.case import Case
    from sim.runs.executors import Progress

__all__ = [
    "at_own_figures",
    "made",
    "number",
    "progress_bar",
    "show_table",
    "shown_path",
    "warn_of",
    "whole",
]

_PATIENCE_S = 1.0
_WIDTH = 132
_WHOLE, _TENTHS = 1000.0, 10.0


def shown_path(path: Path) -> str:
    """Return a path as it is shown: relative where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except ValueError:
        return str(path)
    return relative if len(relative) <= len(str(path)) or not path.is_absolute() else str(path)


def number(value: float) -> str:
    """Return a figure with about three digits and thousands parted.

    Examples
    --------
    >>> number(96_212.0), number(13.214), number(0.9621), number(float("nan"))
    ('96,212', '13.2', '0.962', '-')
    """
    if value != value:  # noqa: PLR0124 - not a number
        return "-"
    if abs(value) >= _WHOLE:
        return f"{value:,.0f}"
    if abs(value) >= _TENTHS:
        return f"{value:.1f}"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}"


def at_own_figures(cases: Iterable[Case]) -> None:
    """Tell on stderr that uncertain numbers are not drawn here, if there are any."""
    names = dict.fromkeys(name for case in cases for name in case.scenario.uncertain)
    if names:
        words = "number stands" if len(names) == 1 else "numbers stand"
        click.echo(
            f"{len(names)} uncertain {words} at the file's own figures ({', '.join(names)}); "
            "`corridor mc` draws them",
            err=True,
        )


def warn_of(cases: Sequence[Case]) -> None:
    """Tell on stderr what the checks of cases remarked, and which numbers are uncertain."""
    for case in cases:
        for warning in case.warnings:
            click.echo(warning, err=True)
    at_own_figures(cases)


def whole(value: float) -> str:
    """Return a figure without decimals.

    Examples
    --------
    >>> whole(96_212.4)
    '96,212'
    """
    return f"{value:,.0f}"


def show_table(table: Table, *, colour: bool) -> None:
    """Write a table on stdout."""
    from rich.console import Console  # noqa: PLC0415 - help need not wait for it

    terminal = sys.stdout.isatty()
    console = Console(
        file=sys.stdout,
        no_color=not colour,
        width=None if terminal else _WIDTH,
        highlight=False,
    )
    console.print(table)


def made(paths: Sequence[Path]) -> None:
    """Tell which files were made, by relative paths."""
    click.echo("made:")
    for path in paths:
        click.echo(f"  {shown_path(path)}")


@contextmanager
def progress_bar(words: str, *, quiet: bool) -> Iterator[Progress]:
    """Give what jobs tell their progress to; a bar shows on stderr after a second."""
    from rich.console import Console  # noqa: PLC0415 - help need not wait for it
    from rich.progress import Progress as Bar  # noqa: PLC0415

    bar = Bar(console=Console(file=sys.stderr), transient=True)
    task = bar.add_task(words, total=None)
    began = time.monotonic()

    def told(done: int, total: int) -> None:
        if quiet or time.monotonic() - began < _PATIENCE_S:
            return
        if not bar.live.is_started:
            bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield told
    finally:
        if bar.live.is_started:
            bar.stop()
