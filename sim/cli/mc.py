"""``corridor mc``: many replications with the same luck, kept batch by batch."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, get_args

import click

from sim.analysis.mc_settings import Noise, Settings
from sim.analysis.mc_study import DEFAULT_METRICS, conduct
from sim.analysis.mc_tables import AT_TIMES
from sim.analysis.monte_carlo import MOST, Plan
from sim.cli.asked import labels_of
from sim.cli.endings import SOME_FAILED, interrupts_told, tell_imprecise, usage_told
from sim.cli.engine_choice import engine_for
from sim.cli.mc_words import show_failures, show_study
from sim.cli.point_studies import (
    Common,
    place_of,
    refuse_metrics,
    study_options,
    warn_cases,
)
from sim.cli.run_options import precision_options, refuse_contradictions
from sim.cli.tally import tally_on_stderr
from sim.cli.telling import made
from sim.runs.case import open_cases
from sim.runs.files import told_by_name

if TYPE_CHECKING:
    from sim.analysis.mc_study import MonteCarlo
    from sim.runs.case import Case

__all__ = ["mc"]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--reps", type=click.IntRange(min=1), help="Replications of each [the first's].")
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="M[:FLOW]",
    help="Show this measure, and make it precise; may be repeated.",
)
@precision_options
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
    "--noise",
    type=click.Choice(get_args(Noise)),
    help="What differs: all; operations (luck alone, uncertain numbers at their medians); "
    "parameters (uncertain numbers alone, all with the luck of one replication) [all].",
)
@click.option(
    "--steady-state",
    is_flag=True,
    help="Tell transit times without the beginning of the runs, whose end MSER-5 finds.",
)
@study_options
def mc(  # noqa: PLR0913 - one argument an option
    files: tuple[str, ...],
    *,
    reps: int | None,
    until: float | None,
    metrics: tuple[str, ...],
    at_most: int | None,
    samples: int | None,
    reps_per_sample: int | None,
    fixed: bool,
    noise: Noise | None,
    steady_state: bool,
    common: Common,
) -> None:
    """Simulate many replications of scenarios, each with the same luck, into a folder.

    The same command goes on with a study that was ended, and more --reps add to it. Tables tell the
    spread from year to year and that from shipment to shipment, with intervals of 95 %.
    """
    given = {"--samples": samples, "--reps": reps, "--until": until}
    refuse_contradictions(given, at_most=at_most, antithetic=common.antithetic)
    labels = labels_of(files)
    refuse_metrics(metrics)
    cases = open_cases(files, sets=common.settings)
    warn_cases(cases)
    each = reps_per_sample or 1
    n = reps or (samples or 0) * each or _most(cases[0], each, until, at_most)
    plan = Plan(n, until, metrics or DEFAULT_METRICS)
    engine, sets = engine_for(common.engine, cases, quiet=common.quiet), common.settings
    settings = Settings(
        plan, engine, common.antithetic, sets, each, fixed, noise or "all", steady_state
    )
    with usage_told(), tally_on_stderr(quiet=common.quiet) as tally:
        place = place_of("mc", files, settings.inputs(cases, labels))
        with interrupts_told(place):
            found = conduct(cases, labels, settings, place, finish=common.finish, tally=tally)
    _tell(found, plan, common)
    sys.exit(SOME_FAILED if found.reached.failures else 0)


def _most(case: Case, each: int, until: float | None, at_most: int | None) -> int:
    """Return how many replications there are, or may be, where none are asked for."""
    if until is not None:
        return at_most or MOST
    return -(-case.scenario.replications // each) * each  # whole samples


def _tell(found: MonteCarlo, plan: Plan, common: Common) -> None:
    names = ["metrics.csv", "transit.csv", "curve.csv"]
    names += [f"{name}.csv" for name in AT_TIMES if len(getattr(found, name))]
    names += ["manifest.json"]
    if len(found.transit):
        from sim.plots import draw_spread, save  # noqa: PLC0415 - slow to load, and only here

        with told_by_name(found.folder):
            save(draw_spread(found.transit, found.curve), found.folder / "spread.png")
        names.insert(0, "spread.png")
    if not common.quiet:
        show_study(found, plan, colour=common.colour)
        made([found.folder / name for name in names])
    sys.stdout.flush()
    for doubt in found.steady.doubts if found.steady else ():
        click.echo(f"warning: {doubt}", err=True)
    tell_imprecise(found.reached, plan)
    show_failures(found)
