"""``corridor map``: the map of a scenario or a run."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.options import set_option
from sim.cli.pictures import whole_map
from sim.cli.telling import made
from sim.plots import save
from sim.runs.case import open_case
from sim.runs.files import told_by_name
from sim.runs.folder import read_run_manifest

__all__ = ["draw_map"]


@click.command("map")
@click.argument("file", metavar="FILE|RUN")
@click.option("-o", "--output", metavar="FILE", help="Picture to make [map.png in RUN or here].")
@set_option
def draw_map(file: str, *, output: str | None, sets: tuple[str, ...]) -> None:
    """Draw the lines, stations, stages and gauges that a scenario or run uses."""
    path = Path(file)
    folder = path.is_dir()
    if folder:
        read_run_manifest(path)
    case = open_case(path / "scenario.yaml" if folder else path, sets=sets)
    to = Path(output) if output else (path / "map.png" if folder else Path(f"{path.stem}-map.png"))
    picture = whole_map(case)
    with told_by_name(to):
        save(picture, to)
    made([to])
