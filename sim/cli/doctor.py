"""``corridor doctor``: the environment, and a timed self-test."""

from __future__ import annotations

import platform
import shutil
import sys
import time
from pathlib import Path

import click

from sim.analysis.flows import flow_table
from sim.analysis.outcome import Outcome
from sim.arrays.layout import content_hash
from sim.runs.case import open_case
from sim.runs.executors import usable_workers
from sim.runs.folder import package_versions
from sim.runs.replicate import replicate

__all__ = ["doctor"]

_GIB = 2**30
_LITTLE_GIB = 1.0


@click.command()
def doctor() -> None:
    """Tell what the program runs on, and time a small simulation that checks itself."""
    click.echo(
        f"python      {platform.python_version()} on {platform.system()}, {platform.machine()}"
    )
    for name, number in package_versions().items():
        click.echo(f"{name:<11} {number}")
    free_gib = shutil.disk_usage(Path.cwd()).free / _GIB
    click.echo(f"cores       {usable_workers(None, 1024)}")
    note = "  (little: results may not fit)" if free_gib < _LITTLE_GIB else ""
    click.echo(f"disk free   {free_gib:.1f} GiB here{note}")
    starter = Path(__file__).parents[1] / "scenario" / "starter" / "starter.yaml"
    began = time.perf_counter()
    case = open_case(starter)
    opened = time.perf_counter()
    events = replicate(case.arrays, 0)
    ended = time.perf_counter()
    again = replicate(case.arrays, 0)
    lost_t = float(flow_table(Outcome(case.scenario, case.arrays, events))["unfinished_t"].iloc[-1])
    click.echo(f"open        {opened - began:.2f} s for the starter scenario")
    each_us = (ended - opened) / len(events) * 1e6
    click.echo(
        f"simulate    {ended - opened:.2f} s for {len(events):,} events, {each_us:.1f} us each"
    )
    click.echo(f"inputs      {content_hash(case.arrays)}")
    checks = {
        "the same luck gives the same events": again == events,
        "all freight arrives": lost_t == 0,
    }
    for words, holds in checks.items():
        click.echo(f"{'ok' if holds else 'WRONG':<11} {words}")
    sys.exit(0 if all(checks.values()) else 1)
