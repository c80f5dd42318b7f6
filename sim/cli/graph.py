"""``corridor graph``: the train graph of a run."""

from __future__ import annotations

from pathlib import Path

import click

from sim.analysis.saving import load_events
from sim.cli.pictures import meets_stretch, train_graph
from sim.cli.telling import made
from sim.plots import save
from sim.runs.case import open_case
from sim.runs.files import told_by_name
from sim.runs.folder import read_run_manifest

__all__ = ["graph"]


@click.command()
@click.argument("folder", metavar="RUN")
@click.option("--from", "start", metavar="STATION", help="First station [where meets begin].")
@click.option("--to", "end", metavar="STATION", help="Last station [where meets end].")
@click.option("--via", multiple=True, metavar="STATION", help="Station to pass; may be repeated.")
@click.option("--first-day", type=click.IntRange(min=0), help="Day of the run [the busiest].")
@click.option("--days", type=click.IntRange(1, 60), default=5, show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Picture to make [RUN/graph.png].")
def graph(  # noqa: PLR0913 - one argument an option
    folder: str,
    *,
    start: str | None,
    end: str | None,
    via: tuple[str, ...],
    first_day: int | None,
    days: int,
    output: str | None,
) -> None:
    """Draw the time-distance diagram of a stretch of a run.

    Time to the right, stations downward at true distance, one line a train.
    """
    run = Path(folder)
    read_run_manifest(run)
    events = load_events(run)
    case = open_case(run / "scenario.yaml")
    ends = meets_stretch(case.arrays)
    if ends is None and (start is None or end is None):
        message = "no meets are simulated in this run; name a stretch with --from and --to"
        raise click.UsageError(message)
    first, last = ends or ("", "")
    stations = (start or first, *via, end or last)
    picture = train_graph(case, events, stations, first_day=first_day, days=days)
    path = Path(output) if output else run / "graph.png"
    with told_by_name(path):
        save(picture, path)
    made([path])
