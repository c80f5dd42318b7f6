"""``corridor mc``: many replications with the same luck, kept batch by batch."""

from __future__ import annotations

import shlex
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.analysis.mc_settings import Place, Settings
from sim.analysis.mc_study import DEFAULT_METRICS, conduct
from sim.analysis.mc_tables import OF_NUMBERS
from sim.analysis.monte_carlo import Plan
from sim.cli.asked import labels_of, refuse_unknown
from sim.cli.endings import SOME_FAILED, interrupts_told, usage_told
from sim.cli.mc_words import show_failures, show_study
from sim.cli.options import (
    colour_option,
    rules_option,
    seed_option,
    set_option,
    verbosity_option,
)
from sim.cli.tally import tally_on_stderr
from sim.cli.telling import made
from sim.policies import loaded_rules
from sim.runs.case import open_cases
from sim.runs.files import told_by_name
from sim.runs.replicate import ENGINES, usual_engine
from sim.runs.workers import finished

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.analysis.mc_study import MonteCarlo
    from sim.runs.case import Case
    from sim.runs.workers import Finish

__all__ = ["Percent", "mc"]

_MOST, _LEAST = 5000, 30


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


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--reps", type=click.IntRange(min=1), help="Replications of each [the first's].")
@click.option(
    "--until",
    type=Percent(),
    metavar="2%",
    help="Go on until half the interval of each --metric is at most this share of its mean.",
)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="M[:FLOW]",
    help="Show this measure, and make it precise; may be repeated.",
)
@click.option(
    "--at-most",
    type=click.IntRange(min=_LEAST),
    help=f"Replications at which --until gives up [{_MOST}].",
)
@click.option("--antithetic", is_flag=True, help="In pairs of opposite luck.")
@click.option(
    "--samples",
    type=click.IntRange(min=2),
    help="Draws of uncertain numbers, in place of --reps.",
)
@click.option(
    "--reps-per-sample",
    type=click.IntRange(min=1),
    help="Replications that share a draw; from 2 on their part of the spread is told [1].",
)
@click.option("--fixed", is_flag=True, help="Uncertain numbers stand at the file's own figures.")
@click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    help="Which engine: the same results, SimPy slower [batch, if it can].",
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes [one for each core].")
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler, such as tls://host:8786.")
@click.option("--insecure", is_flag=True, help="Allow a scheduler on the network without TLS.")
@click.option("-o", "--output", metavar="DIR", help="Folder of the study [runs/mc-NAME-HASH].")
@click.option("--replace", is_flag=True, help="Replace results of other inputs in the folder.")
@rules_option
@set_option
@seed_option
@verbosity_option
@colour_option
def mc(  # noqa: PLR0913 - one argument an option
    files: tuple[str, ...],
    *,
    reps: int | None,
    until: float | None,
    metrics: tuple[str, ...],
    at_most: int | None,
    antithetic: bool,
    samples: int | None,
    reps_per_sample: int | None,
    fixed: bool,
    engine: str | None,
    workers: int | None,
    scheduler: str | None,
    insecure: bool,
    output: str | None,
    replace: bool,
    sets: tuple[str, ...],
    seed: int | None,
    verbosity: int,
    colour: bool,
) -> None:
    """Simulate many replications of scenarios, each with the same luck, into a folder.

    The same command goes on with a study that was ended, and more --reps add to it. Tables tell the
    spread from year to year and that from shipment to shipment, with intervals of 95 %.
    """
    given = {"--samples": samples, "--reps": reps, "--until": until}
    _refuse_contradictions(given, at_most=at_most, antithetic=antithetic)
    labels = labels_of(files)
    refuse_unknown([metric.partition(":")[0] for metric in metrics])
    finish = _finish(workers, scheduler, insecure=insecure)
    sets = (*sets, *([f"seed={seed}"] if seed is not None else []))
    cases = _opened(files, sets)
    each = reps_per_sample or 1
    n = reps or (samples or 0) * each or _most(cases[0], each, until, at_most)
    plan = Plan(n, until, metrics or DEFAULT_METRICS)
    settings = Settings(plan, engine or _usual(cases), antithetic, sets, each, fixed)
    with usage_told(), tally_on_stderr(quiet=verbosity < 0) as tally:
        place = _place(files, output, settings.inputs(cases, labels), replace=replace)
        with interrupts_told(place):
            found = conduct(cases, labels, settings, place, finish=finish, tally=tally)
    _tell(found, plan, verbosity=verbosity, colour=colour)
    sys.exit(SOME_FAILED if found.reached.failures else 0)


def _most(case: Case, each: int, until: float | None, at_most: int | None) -> int:
    """Return how many replications there are, or may be, where none are asked for."""
    if until is not None:
        return at_most or _MOST
    return -(-case.scenario.replications // each) * each  # whole samples


def _usual(cases: Sequence[Case]) -> str:
    """Return the engine that is usual for these scenarios; tell why if it is not the fast one."""
    engine, reason = usual_engine([case.arrays for case in cases])
    if reason:
        click.echo(f"the SimPy engine carries this study out: {reason}", err=True)
    return engine


def _opened(files: Sequence[str], sets: tuple[str, ...]) -> tuple[Case, ...]:
    cases = open_cases(files, sets=sets)
    for case in cases:
        for warning in case.warnings:
            click.echo(warning, err=True)
    return cases


def _place(files: Sequence[str], output: str | None, digest: str, *, replace: bool) -> Place:
    path = Path(output) if output else Path("runs") / f"mc-{Path(files[0]).stem}-{digest[:8]}"
    command = _command(files, path, click.get_current_context().params)
    return Place(path, command, replace)


def _tell(found: MonteCarlo, plan: Plan, *, verbosity: int, colour: bool) -> None:
    names = ["metrics.csv", "transit.csv", "curve.csv"]
    names += [f"{name}.csv" for name in OF_NUMBERS if len(getattr(found, name))]
    names += ["manifest.json"]
    if len(found.transit):
        from sim.plots import draw_spread, save  # noqa: PLC0415 - slow to load, and only here

        with told_by_name(found.folder):
            save(draw_spread(found.transit, found.curve), found.folder / "spread.png")
        names.insert(0, "spread.png")
    if verbosity >= 0:
        show_study(found, plan, colour=colour)
        made([found.folder / name for name in names])
    sys.stdout.flush()
    if not found.reached.is_precise:
        click.echo(
            f"warning: after {found.reached.replications} replications the least precise measure "
            f"has ±{found.reached.widest:.1%}, not ±{plan.until_frac:.1%}; add --at-most "
            f"{2 * found.reached.replications} to go on",
            err=True,
        )
    show_failures(found)


def _refuse_contradictions(
    given: dict[str, float | None], *, at_most: int | None, antithetic: bool
) -> None:
    message = ""
    twice = [name for name, value in given.items() if value is not None]
    odd = next((int(n) for n in (given["--reps"], given["--samples"], at_most) if n), 0)
    if len(twice) > 1:
        message = f"{' and '.join(twice)} contradict each other; give one of them"
    elif at_most is not None and given["--until"] is None:
        message = "--at-most says where --until gives up; give --until too, or --reps"
    elif antithetic and odd % 2:
        message = f"--antithetic makes pairs, so {odd} must be even"
    if message:
        raise click.UsageError(message)


def _finish(workers: int | None, scheduler: str | None, *, insecure: bool) -> Finish:
    if scheduler is None:
        if insecure:
            message = "--insecure is about --scheduler; leave it out"
            raise click.UsageError(message)
        return partial(finished, workers=workers)
    if workers is not None:
        message = "with --scheduler the cluster has the workers; leave --workers out"
        raise click.UsageError(message)
    from sim.runs.executors_dask import on_cluster, refuse_open  # noqa: PLC0415 - one use

    try:
        refuse_open(scheduler, insecure=insecure)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    return partial(on_cluster, address=scheduler)


def _command(files: Sequence[str], path: Path, given: dict[str, object]) -> str:
    """Return the command that goes on with a study."""
    words = ["corridor", "mc", *files]
    numbers = ("reps", "samples", "reps_per_sample", "at_most")
    for option in (*numbers, "engine", "workers", "scheduler", "seed"):
        if given[option] is not None:
            words += [f"--{option.replace('_', '-')}", str(given[option])]
    if isinstance(given["until"], float):
        words += ["--until", f"{given['until'] * 100:g}%"]
    words += [f"--{name}" for name in ("antithetic", "fixed", "insecure") if given[name]]
    for option, name in (("metrics", "--metric"), ("sets", "--set")):
        values = given[option]
        if isinstance(values, tuple):
            words += [word for value in values for word in (name, str(value))]
    words += [word for file in loaded_rules() for word in ("--rules", file.path)]
    return shlex.join([*words, "-o", str(path)])
