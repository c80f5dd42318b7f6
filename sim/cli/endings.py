"""How a study that is asked for wrongly, fails in part or is interrupted ends."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from sim.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.analysis.mc_settings import Place
    from sim.analysis.monte_carlo import Plan, Reached

__all__ = ["INTERRUPTED", "SOME_FAILED", "interrupts_told", "tell_imprecise", "usage_told"]

SOME_FAILED, INTERRUPTED = 4, 130
"""Exit codes."""


@contextmanager
def usage_told() -> Iterator[None]:
    """Tell what is asked for wrongly as a fault of usage."""
    try:
        yield
    except SettingError as error:
        raise click.UsageError(str(error)) from error


@contextmanager
def interrupts_told(place: Place) -> Iterator[None]:
    """On Ctrl-C tell the command that goes on, and leave."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"interrupted; what is done is kept; go on with:\n  {place.command}", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None


def tell_imprecise(reached: Reached, plan: Plan) -> None:
    """Warn on stderr where a precision was asked for and not reached."""
    if reached.is_precise:
        return
    click.echo(
        f"warning: after {reached.replications} replications the least precise measure has "
        f"±{reached.widest:.1%}, not ±{plan.until_frac:.1%}; add --at-most "
        f"{2 * reached.replications} to go on",
        err=True,
    )
