"""Which engine carries a study out, and that it is compiled before."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING

import click

from sim.runs.replicate import ENGINES, make_ready, usual_engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.runs.folder import Compiled

__all__ = ["engine_for", "engine_option", "told_if_long"]

_LONG_S = 3.0

engine_option = click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    help="Which engine: the same results, SimPy slower [batch, if it can].",
)


def engine_for(engine: str | None, cases: Sequence[Compiled], *, quiet: bool) -> str:
    """Return the engine asked for, else the usual one, ready; tell why if it is not the fast one.

    Raises
    ------
    RunError
        If it cannot run one of these corridors; says why.
    """
    many = [case.arrays for case in cases]
    if engine is None:
        engine, reason = usual_engine(many)
        if reason:
            click.echo(f"the SimPy engine carries this study out: {reason}", err=True)
    with told_if_long("compiling the batch engine: about half a minute, once", quiet=quiet):
        make_ready(engine, many)
    return engine


@contextmanager
def told_if_long(text: str, *, quiet: bool, after_s: float = _LONG_S) -> Iterator[None]:
    """Write a text on stderr if what is done takes longer than some seconds."""
    if quiet:
        yield
        return
    timer = Timer(after_s, click.echo, (text,), {"err": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
