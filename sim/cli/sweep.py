"""``corridor sweep``: figures of a scenario varied over grids or ranges, with the same luck."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from sim.analysis.mc_study import DEFAULT_METRICS
from sim.analysis.point_study import Manner, chosen_keys, point_inputs, study_points
from sim.analysis.points import grid_rows, open_origin, open_points
from sim.analysis.ranges import hypercube_rows
from sim.analysis.sweep import sweep_table
from sim.cli.endings import interrupts_told, tell_imprecise, usage_told
from sim.cli.engine_choice import engine_for
from sim.cli.lever_options import parsed_range, parsed_values, paths_of
from sim.cli.lever_words import show_sweep
from sim.cli.point_studies import (
    Common,
    picture_in,
    place_of,
    plan_of,
    refuse_metrics,
    show_failures,
    study_options,
    tell_whole,
    warn_cases,
)
from sim.cli.run_options import precision_options, refuse_contradictions
from sim.cli.tally import tally_on_stderr
from sim.cli.telling import made, progress_bar
from sim.plots import draw_sweep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.analysis.point_study import PointStudy
    from sim.analysis.points import Origin, Points, Row

__all__ = ["sweep"]


@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--over",
    multiple=True,
    required=True,
    metavar="PATH=VALUES",
    help="A lever: path=1,2,3 or path=10..20/5 (in steps of 5); with --lhs path=low..high. "
    "May be repeated: all combinations.",
)
@click.option(
    "--lhs",
    type=click.IntRange(min=2),
    metavar="N",
    help="N points spread evenly over the ranges (Latin hypercube) in place of a grid.",
)
@click.option("--reps", type=click.IntRange(min=1), help="Replications of each [the scenario's].")
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="M[:FLOW]",
    help="Show and draw this measure, and make it precise; may be repeated.",
)
@precision_options
@study_options
def sweep(  # noqa: PLR0913 - one argument an option
    file: str,
    *,
    over: tuple[str, ...],
    lhs: int | None,
    reps: int | None,
    metrics: tuple[str, ...],
    until: float | None,
    at_most: int | None,
    common: Common,
) -> None:
    """Vary figures of a scenario, with the same luck at every point, into a folder.

    Differences are paired, to the scenario as its file states it; intervals are of 95 %. The same
    command goes on with a sweep that was ended, and more --reps add to it.
    """
    given = {"--reps": reps, "--until": until}
    refuse_contradictions(given, at_most=at_most, antithetic=common.antithetic)
    refuse_metrics(metrics)
    points = _points(file, over, lhs, common)
    usual = points.origin.case.scenario.replications
    plan = plan_of(reps, until, at_most, usual=usual, metrics=metrics)
    engine = engine_for(common.engine, points.cases, quiet=common.quiet)
    facts = {"over": list(over), "lhs": lhs}
    manner = Manner("sweep", plan, engine, common.antithetic, facts)
    place = place_of("sweep", [file], point_inputs(points, manner))
    with usage_told(), tally_on_stderr(quiet=common.quiet) as tally, interrupts_told(place):
        found = study_points(
            points,
            manner,
            place,
            tables=lambda study: {"sweep": sweep_table(study)},
            finish=common.finish,
            tally=tally,
        )
        keys = chosen_keys(found, metrics, usual=DEFAULT_METRICS)
    _tell(found, keys, is_grid=lhs is None, common=common)
    tell_imprecise(found.reached, plan)
    sys.exit(show_failures(found))


def _points(file: str, over: Sequence[str], lhs: int | None, common: Common) -> Points:
    with usage_told():
        origin, rows = _rows(file, over, lhs, common.settings)
    warn_cases([origin.case])
    if lhs is not None:
        tell_whole(origin, quiet=common.quiet)
    with progress_bar("reading points", quiet=common.quiet) as opening:
        return open_points(origin, rows, workers=common.workers, progress=opening)


def _rows(
    file: str, over: Sequence[str], lhs: int | None, sets: tuple[str, ...]
) -> tuple[Origin, Sequence[Row]]:
    if lhs is not None:
        ranges = [parsed_range(text, "--over") for text in over]
        origin = open_origin(file, paths_of(ranges), sets=sets)
        return origin, hypercube_rows(origin, ranges, lhs)
    parsed = [parsed_values(text, "--over") for text in over]
    rows = grid_rows([values for _, values in parsed])
    return open_origin(file, [path for path, _ in parsed], sets=sets), rows


def _tell(
    found: PointStudy,
    keys: list[tuple[str, str, str]],
    *,
    is_grid: bool,
    common: Common,
) -> None:
    levers = [lever.path for lever in found.points.origin.levers]
    table = found.tables["sweep"]
    title = f"{found.points.origin.case.scenario.name}: {', '.join(levers)}"
    draw = partial(draw_sweep, table, levers, keys, is_grid=is_grid, title=title)
    names = [*picture_in(found.folder, "sweep.png", draw), "sweep.csv", "manifest.json"]
    if not common.quiet:
        show_sweep(found, keys, colour=common.colour)
        made([found.folder / name for name in names])
    sys.stdout.flush()
