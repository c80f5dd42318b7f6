"""``corridor sensitivity``: which figure of a scenario matters most."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, get_args

import click

from sim.analysis.point_study import Manner, point_inputs, study_points
from sim.analysis.points import open_origin, open_points
from sim.analysis.sensitivity import (
    SAMPLES,
    SOBOL_REPS,
    Method,
    refuse_for_sobol,
    sensitivity_rows,
    sensitivity_tables,
    usual_replications,
)
from sim.cli.endings import interrupts_told, tell_imprecise, usage_told
from sim.cli.engine_choice import engine_for
from sim.cli.lever_options import parsed_range, paths_of
from sim.cli.lever_words import show_sobol, show_tornado
from sim.cli.point_studies import (
    Common,
    picture_in,
    place_of,
    plan_of,
    refuse_metrics,
    show_failures,
    study_options,
    tell_size,
    tell_whole,
    warn_cases,
)
from sim.cli.run_options import precision_options, refuse_contradictions
from sim.cli.tally import tally_on_stderr
from sim.cli.telling import made, progress_bar
from sim.plots import draw_sobol, draw_tornado

if TYPE_CHECKING:
    from sim.analysis.point_study import PointStudy
    from sim.analysis.points import Points

__all__ = ["sensitivity"]


@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="PATH=LOW..HIGH",
    help="A lever and its range; may be repeated.",
)
@click.option(
    "--method",
    type=click.Choice(get_args(Method)),
    default="tornado",
    show_default=True,
    help="One lever at a time, or shares of the variance with all varied together.",
)
@click.option(
    "--samples",
    type=click.IntRange(min=4),
    metavar="N",
    help=f"Sobol: a power of two; N times (levers + 2) points [{SAMPLES}].",
)
@click.option(
    "--reps",
    type=click.IntRange(min=1),
    help=f"Replications of each point [the scenario's; Sobol: {SOBOL_REPS}].",
)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="M[:FLOW]",
    help="Tell of this measure, and make it precise; may be repeated.",
)
@precision_options
@study_options
def sensitivity(  # noqa: PLR0913 - one argument an option
    file: str,
    *,
    vary: tuple[str, ...],
    method: Method,
    samples: int | None,
    reps: int | None,
    metrics: tuple[str, ...],
    until: float | None,
    at_most: int | None,
    common: Common,
) -> None:
    """Tell which figures of a scenario matter most, with the same luck at every point.

    A tornado moves one figure at a time to either end of its range; Sobol varies all together and
    tells what share of the variance each explains. The same command goes on where it was ended.
    """
    _refuse_samples(samples, method)
    given = {"--reps": reps, "--until": until}
    refuse_contradictions(given, at_most=at_most, antithetic=common.antithetic)
    with usage_told():
        refuse_for_sobol(method, until_frac=until, antithetic=common.antithetic)
    refuse_metrics(metrics)
    points = _points(file, vary, samples or SAMPLES if method == "sobol" else None, common)
    usual = usual_replications(points.origin, method)
    plan = plan_of(reps, until, at_most, usual=usual, metrics=metrics)
    engine = engine_for(common.engine, points.cases, quiet=common.quiet)
    facts = {"vary": list(vary), "method": method, "samples": samples}
    manner = Manner("sensitivity", plan, engine, common.antithetic, facts)
    tell_size(points, manner, quiet=common.quiet)
    place = place_of("sensitivity", [file], point_inputs(points, manner))
    with usage_told(), tally_on_stderr(quiet=common.quiet) as tally, interrupts_told(place):
        found = study_points(
            points,
            manner,
            place,
            tables=lambda study: sensitivity_tables(study, method, metrics),
            finish=common.finish,
            tally=tally,
        )
    _tell(found, method, common)
    tell_imprecise(found.reached, plan)
    sys.exit(show_failures(found))


def _refuse_samples(samples: int | None, method: Method) -> None:
    if samples is not None and method != "sobol":
        message = "--samples is for --method sobol; leave it out"
        raise click.UsageError(message)


def _points(file: str, vary: tuple[str, ...], samples: int | None, common: Common) -> Points:
    """Return the points of a tornado, or of so many samples of Sobol."""
    ranges = [parsed_range(text, "--vary") for text in vary]
    with usage_told():
        origin = open_origin(file, paths_of(ranges), sets=common.settings)
        warn_cases([origin.case])
        rows = sensitivity_rows(origin, ranges, samples)
    if samples is not None:
        tell_whole(origin, quiet=common.quiet)
    with progress_bar("reading points", quiet=common.quiet) as opening:
        return open_points(origin, rows, workers=common.workers, progress=opening)


def _tell(found: PointStudy, method: Method, common: Common) -> None:
    name = found.points.origin.case.scenario.name
    tables = found.tables
    draw = (
        partial(draw_tornado, tables["tornado"], title=name)
        if method == "tornado"
        else partial(draw_sobol, tables["sobol"], tables["sobol_luck"], title=name)
    )
    names = picture_in(found.folder, f"{method}.png", draw)
    names += [*(f"{table}.csv" for table in tables), "manifest.json"]
    if not common.quiet:
        show = show_tornado if method == "tornado" else show_sobol
        show(found, colour=common.colour)
        made([found.folder / name for name in names])
    sys.stdout.flush()
