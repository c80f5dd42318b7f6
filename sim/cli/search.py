"""``corridor search``: the cheapest whole number that meets a service target."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from sim.analysis.points import open_origin
from sim.analysis.search import Asked, Target
from sim.analysis.search_study import conduct_search, search_inputs
from sim.cli.endings import SOME_FAILED, interrupts_told, usage_told
from sim.cli.engine_choice import engine_for
from sim.cli.lever_options import parsed_range, whole_ends
from sim.cli.lever_words import show_search, try_line
from sim.cli.point_studies import (
    Common,
    picture_in,
    place_of,
    refuse_metrics,
    study_options,
    warn_cases,
)
from sim.cli.run_options import Percent
from sim.cli.telling import made
from sim.plots import draw_search

if TYPE_CHECKING:
    from sim.analysis.search import Try
    from sim.analysis.search_study import Search

__all__ = ["search"]

NO_VALUE = 5
_FIRST, _DOUBLINGS, _CONFIDENCE = 20, 4, 0.95
_TARGET = re.compile(r"\s*([A-Za-z_]\w*(?::[^<>=\s]+)?)\s*(<=|>=)\s*([-+]?[\d.]+)\s*")


@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--lever",
    required=True,
    metavar="PATH=LOW..HIGH",
    help="A whole number and its range; more of it must serve no worse.",
)
@click.option(
    "--target",
    required=True,
    metavar="'M[:FLOW]<=X'",
    help="What the mean over the years must reach, with <= or >=.",
)
@click.option(
    "--years",
    type=Percent(),
    metavar="90%",
    help="The target must be reached in this share of the years, in place of the mean.",
)
@click.option(
    "--confidence",
    type=Percent(),
    metavar="95%",
    help="With which all verdicts hold together [95%].",
)
@click.option(
    "--cost", metavar="M[:FLOW]", help="Measure to show beside each value [cost_usd_per_t]."
)
@click.option(
    "--reps",
    type=click.IntRange(min=2),
    default=_FIRST,
    show_default=True,
    help="Replications of the first look at a value; doubled while undecided.",
)
@click.option(
    "--at-most",
    type=click.IntRange(min=2),
    help=f"Replications at which a value stays undecided [{2**_DOUBLINGS} times --reps].",
)
@click.option(
    "--until",
    type=Percent(),
    metavar="2%",
    help="Look no longer at a value, undecided or not, when its bounds lie within this share.",
)
@study_options
def search(  # noqa: PLR0913 - one argument an option
    file: str,
    *,
    lever: str,
    target: str,
    years: float | None,
    confidence: float | None,
    cost: str | None,
    reps: int,
    at_most: int | None,
    until: float | None,
    common: Common,
) -> None:
    """Find the cheapest value of a whole number that meets a target, by halving its range.

    Each value is tried with the same luck. The chance that any of all verdicts is wrong is 5 % at
    most. Everything that was tried is shown and kept; the same command goes on where it was ended,
    and another target uses what is there.
    """
    asked = _asked(lever, _target(target, years), reps, at_most, confidence)
    asked = replace(asked, until_frac=until, antithetic=common.antithetic)
    refuse_metrics([asked.target.metric, *([cost] if cost else [])])
    with usage_told():
        path = parsed_range(lever, "--lever").path
        origin = open_origin(file, [path], sets=common.settings)
        warn_cases([origin.case])
        engine = engine_for(common.engine, [origin.case], quiet=common.quiet)
        inputs = search_inputs(origin, engine, antithetic=asked.antithetic)
        place = place_of("search", [file], inputs)
        with interrupts_told(place):
            found = conduct_search(
                origin,
                asked,
                place,
                engine=engine,
                cost=cost,
                finish=common.finish,
                told=_Told(origin.names[0], quiet=common.quiet),
            )
    _tell(found, path, common)
    sys.exit(_code(found))


def _asked(
    lever: str, target: Target, reps: int, at_most: int | None, confidence: float | None
) -> Asked:
    low, high = whole_ends(parsed_range(lever, "--lever"), "--lever")
    most = at_most or reps * 2**_DOUBLINGS
    if most < reps:
        message = f"--at-most {most} is less than --reps {reps}"
        raise click.UsageError(message)
    return Asked(low, high, target, reps, most, confidence or _CONFIDENCE)


class _Told:
    """Writes a line on stderr for each value that was tried."""

    def __init__(self, name: str, *, quiet: bool) -> None:
        self.name, self.quiet = name, quiet

    def __call__(self, one: Try) -> None:
        if not self.quiet:
            click.echo(try_line(self.name, one), err=True)


def _target(text: str, years: float | None) -> Target:
    found = _TARGET.fullmatch(text)
    try:
        value = float(found[3]) if found else None
    except ValueError:
        value = None
    if found is None or value is None:
        message = (
            f"--target {text}: write a measure, <= or >=, and a number, in quotes: "
            "'transit_p95_d<=20' or 'delivered_t:FLOW>=50000'"
        )
        raise click.UsageError(message)
    return Target(found[1], 1 if found[2] == "<=" else -1, value, years)


def _tell(found: Search, lever: str, common: Common) -> None:
    target = found.asked.target
    level = target.value if target.share_frac is None else target.share_frac
    draw = partial(draw_search, found.tries, lever=lever, target=level, words=target.words)
    names = [*picture_in(found.folder, "search.png", draw), "tries.csv", "manifest.json"]
    if not common.quiet:
        show_search(found, lever, colour=common.colour)
        made([found.folder / name for name in names])
    sys.stdout.flush()
    for doubt in found.found.doubts:
        click.echo(f"warning: {doubt}", err=True)
    if found.answer is None:
        click.echo(f"no value of {lever} tried was shown to meet {target.words}", err=True)


def _code(found: Search) -> int:
    if found.failed:
        return SOME_FAILED
    return 0 if found.answer is not None else NO_VALUE
