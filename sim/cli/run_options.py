"""Options of studies: how many replications, by whom they are done."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from sim.analysis.monte_carlo import MOST
from sim.kernels.stopping import LEAST
from sim.runs.finishing import finish_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.runs.workers import Finish

__all__ = [
    "Percent",
    "antithetic_option",
    "finish_of",
    "finish_options",
    "precision_options",
    "refuse_contradictions",
]

Command = TypeVar("Command", bound="Callable[..., object]")


class Percent(click.ParamType[float]):
    """A percentage such as 2%, taken as a share."""

    name = "percentage"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the share."""
        text = str(value)
        try:
            share = float(text.removesuffix("%")) / 100
        except ValueError:
            share = -1.0
        if not text.endswith("%") or not 0 < share < 1:
            self.fail(f"'{text}' is no percentage between 0% and 100%; write 2%", param, ctx)
        return share


def precision_options(command: Command) -> Command:
    """Add ``--until`` and ``--at-most``; the command takes ``until`` and ``at_most``."""
    until = click.option(
        "--until",
        type=Percent(),
        metavar="2%",
        help="Go on until half the interval of each --metric is at most this share of its mean.",
    )
    at_most = click.option(
        "--at-most",
        type=click.IntRange(min=LEAST),
        help=f"Replications at which --until gives up [{MOST}].",
    )
    return until(at_most(command))


def antithetic_option(command: Command) -> Command:
    """Add ``--antithetic``."""
    return click.option("--antithetic", is_flag=True, help="In pairs of opposite luck.")(command)


def finish_options(command: Command) -> Command:
    """Add ``--workers``, ``--scheduler`` and ``--insecure``; the command takes all three."""
    workers = click.option(
        "--workers", type=click.IntRange(min=1), help="Processes [one for each core]."
    )
    scheduler = click.option(
        "--scheduler", metavar="ADDRESS", help="Dask scheduler, such as tls://host:8786."
    )
    insecure = click.option(
        "--insecure", is_flag=True, help="Allow a scheduler on the network without TLS."
    )
    return workers(scheduler(insecure(command)))


def finish_of(workers: int | None, scheduler: str | None, *, insecure: bool) -> Finish:
    """Return what does the batches, as `finish_options` asks for it.

    Raises
    ------
    UsageError
        If options contradict each other, or the scheduler is open to the network.
    """
    message = ""
    if insecure and scheduler is None:
        message = "--insecure is about --scheduler; leave it out"
    elif workers is not None and scheduler is not None:
        message = "with --scheduler the cluster has the workers; leave --workers out"
    if message:
        raise click.UsageError(message)
    try:
        return finish_on(workers=workers, scheduler=scheduler, insecure=insecure)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def refuse_contradictions(
    given: dict[str, float | None], *, at_most: int | None, antithetic: bool
) -> None:
    """Refuse numbers of replications that contradict each other.

    Parameters
    ----------
    given : dict
        By option, of which one at most may be given; `--until` among them.
    at_most : int or None
        What `--at-most` says.
    antithetic : bool
        Whether replications are pairs.

    Raises
    ------
    UsageError
        Says which to leave out.
    """
    message = ""
    twice = [name for name, value in given.items() if value is not None]
    counts = [value for name, value in given.items() if name != "--until"]
    odd = next((int(n) for n in (*counts, at_most) if n), 0)
    if len(twice) > 1:
        message = f"{' and '.join(twice)} contradict each other; give one of them"
    elif at_most is not None and given["--until"] is None:
        message = "--at-most says where --until gives up; give --until too, or --reps"
    elif antithetic and odd % 2:
        message = f"--antithetic makes pairs, so {odd} must be even"
    if message:
        raise click.UsageError(message)
