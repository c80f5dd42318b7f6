"""``corridor schema``: the JSON Schema of scenario files."""

from __future__ import annotations

from pathlib import Path

import click

from sim.runs.files import write_texts
from sim.scenario.schema import schema_text

__all__ = ["schema"]


@click.command()
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    help="File to write; left out or `-`, standard output.",
)
def schema(output: str) -> None:
    """Write the JSON Schema of scenario files, with which editors complete and explain keys."""
    if output == "-":
        click.echo(schema_text(), nl=False)
    else:
        write_texts({Path(output): schema_text()})
        click.echo(f"wrote {output}", err=True)
