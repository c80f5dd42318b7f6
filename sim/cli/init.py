"""``corridor init``: a starter scenario to change."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from sim.errors import RunError
from sim.runs.files import told_by_name, write_texts
from sim.scenario.schema import schema_text

__all__ = ["init"]

STARTER = "starter.yaml"
README = """\
# A railway corridor of your own

`starter.yaml` is a complete small scenario: change a figure, save, and run

    corridor validate starter.yaml
    corridor run starter.yaml

`corridor validate starter.yaml --explain terminals.torghundi.gangs` says where a figure is from
and what it means. A second file that begins with `extends: starter.yaml` needs to hold only what
differs; `corridor compare starter.yaml second.yaml` sets the two side by side.

`schema.json` lets editors (with a YAML language server) complete and explain keys; the first line
of the scenario names it.
"""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--force", "overwrite", is_flag=True, help="Write over files that are there.")
def init(folder: Path, *, overwrite: bool) -> None:
    """Write a commented starter scenario, its schema and a short README into DIR."""
    starter = resources.files("sim.scenario").joinpath("starter", STARTER)
    texts = {
        STARTER: starter.read_text(encoding="utf-8"),
        "schema.json": schema_text(),
        "README.md": README,
    }
    there = [name for name in texts if (folder / name).exists()]
    if there and not overwrite:
        names = ", ".join(str(folder / name) for name in there)
        message = f"{names}: already there, nothing written; use --force to write over"
        raise RunError(message)
    with told_by_name(folder):
        folder.mkdir(parents=True, exist_ok=True)
    write_texts({folder / name: text for name, text in texts.items()})
    for name in texts:
        click.echo(folder / name)
    click.echo(f"next: corridor validate {folder / STARTER}", err=True)
