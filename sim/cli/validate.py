"""``corridor validate``: every fault of scenario files at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, get_args

import click

from sim.cli.options import rules_option, set_option
from sim.runs.case import inspect
from sim.scenario import (
    Problem,
    Reading,
    assumptions,
    explain,
    has_errors,
    read_scenario,
    render,
)
from sim.scenario.problems import in_order
from sim.scenario.render import Format

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["validate"]

INVALID = 3


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format", "style", type=click.Choice(get_args(Format)), default="text", show_default=True
)
@click.option(
    "--explain", "paths", multiple=True, metavar="PATH", help="Say where a value is from."
)
@rules_option
@set_option
def validate(
    files: tuple[str, ...], style: Format, paths: tuple[str, ...], sets: tuple[str, ...]
) -> None:
    """Tell every fault of scenario files: place, fact, rule, way out.

    Leaves with 0 if all can be run, else with 3.
    """
    readings = [read_scenario(file, sets=sets) for file in files]
    problems = [inspect(reading)[0] for reading in readings]
    told = in_order(problem for found in problems for problem in found)
    if paths:
        for reading in readings:
            for path in paths:
                click.echo(explain(reading, path))
    if style != "text":
        click.echo(render(told, style=style))
    else:
        _tell([] if paths else list(zip(readings, problems, strict=True)), told)
    sys.exit(INVALID if has_errors(told) else 0)


def _tell(files: Sequence[tuple[Reading, tuple[Problem, ...]]], told: tuple[Problem, ...]) -> None:
    """Write one line for each file without a fault, on stdout, and the faults on stderr."""
    for reading, found in files:
        if not has_errors(found):
            click.echo(_praise(reading))
    if not told:
        return
    n_errors = sum(has_errors((problem,)) for problem in told)
    counts = [f"{n_errors} problem{'s' * (n_errors != 1)}"] if n_errors else []
    n_warnings = len(told) - n_errors
    counts += [f"{n_warnings} warning{'s' * (n_warnings != 1)}"] if n_warnings else []
    click.echo(f"{' and '.join(counts)}\n{render(told)}", err=True)


def _praise(reading: Reading) -> str:
    figures = assumptions(reading)
    n_assumed = sum(figure.is_assumed for figure in figures)
    n_unstated = sum(not figure.source for figure in figures)
    counts = f"{len(figures)} figures, {n_assumed} assumed"
    n_uncertain = len(reading.require().uncertain)
    if n_uncertain:
        counts += f", {n_uncertain} uncertain"
    if n_unstated:
        counts += f", {n_unstated} without a source"
    return f"{reading.shown}: ok ({reading.require().name}, {counts})"
