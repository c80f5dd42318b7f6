"""How far a long study is: replications done, how fast, how long it will take, on stderr."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.analysis.monte_carlo import Tally

__all__ = ["progress_line", "tally_on_stderr"]

_BETWEEN_S = 30.0
_MINUTE_S, _HOUR_S = 60, 3600


def progress_line(done: int, total: int, kept: int, spent_s: float) -> str:
    """Return one line on how far a study is.

    Parameters
    ----------
    done, total : int
        Replications done, and asked for.
    kept : int
        Those that were done before this command began.
    spent_s : float
        Since it began. [s]

    Examples
    --------
    >>> progress_line(40, 100, 10, 15.0)
    '40 of 100 replications (10 from before), 2.0 a second, 30 s to go'
    """
    before = f" ({kept} from before)" if kept else ""
    line = f"{done:,} of {total:,} replications{before}"
    if done <= kept or spent_s <= 0:
        return line
    rate = (done - kept) / spent_s
    pace = f"{rate:.1f} a second" if rate >= 1 else f"{1 / rate:.1f} s each"
    return f"{line}, {pace}, {_span((total - done) / rate)} to go"


def _span(left_s: float) -> str:
    """Return a span of time in two units at most."""
    whole_s = round(left_s)
    if whole_s < _MINUTE_S:
        return f"{whole_s} s"
    if whole_s < _HOUR_S:
        return f"{whole_s // _MINUTE_S} min {whole_s % _MINUTE_S} s"
    return f"{whole_s // _HOUR_S} h {whole_s % _HOUR_S // _MINUTE_S} min"


@contextmanager
def tally_on_stderr(*, quiet: bool) -> Iterator[Tally]:
    """Give what a study tells its progress to: a line that changes, or one each half minute."""
    began = told = time.monotonic()
    is_terminal = sys.stderr.isatty()

    def tally(done: int, total: int, kept: int, /) -> None:
        nonlocal told
        now = time.monotonic()
        if quiet or not (is_terminal or now - told >= _BETWEEN_S or done == total):
            return
        told = now
        line = progress_line(done, total, kept, now - began)
        click.echo(f"\r{line}\x1b[K" if is_terminal else line, err=True, nl=not is_terminal)

    try:
        yield tally
    finally:
        if is_terminal and not quiet:
            click.echo("\r\x1b[K", err=True, nl=False)
