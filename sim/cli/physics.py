"""``corridor physics``: running time, fuel and the rake that goes, of one service."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import click

from sim.analysis.train_runs import MOST_WAGONS, heaviest_rakes, train_run
from sim.cli.options import colour_option, set_option
from sim.cli.telling import made, number, show_table
from sim.kernels.train_run import Phase
from sim.plots import save
from sim.plots.run_chart import DrawnRun, draw_train_runs
from sim.runs.case import open_case
from sim.runs.files import told_by_name
from sim.units import KM_M, KMH_PER_MPS, KN_N

if TYPE_CHECKING:
    from rich.table import Table

    from sim.analysis.train_runs import TrainRun

__all__ = ["physics"]

Style = Literal["table", "json"]

_STATES = ("loaded", "empty")
_SHOWN = {
    "mass_t": "mass, t",
    "minimum_min": "minimum, min",
    "accelerate_min": "  at full effort, min",
    "cruise_min": "  held at a limit, min",
    "coast_min": "  coasting, min",
    "brake_min": "  braking, min",
    "scheduled_min": "with supplement, min",
    "mean_kmh": "mean, km/h",
    "wheel_kwh": "at the wheel, kWh",
    "fuel_l": "fuel, l",
    "fuel_kg_per_1e4_gross_tkm": "kg per 10,000 gross tkm",
}


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--service", required=True, metavar="S", help="A service with locomotives.")
@click.option("--section", metavar="A:B", help="Stations of the stretch [all between two stops].")
@click.option(
    "--format", "style", type=click.Choice(get_args(Style)), default="table", show_default=True
)
@click.option("-o", "--output", metavar="FILE", help="Picture to make [S-physics.png].")
@set_option
@colour_option
def physics(  # noqa: PLR0913 - one argument an option
    file: str,
    *,
    service: str,
    section: str | None,
    style: Style,
    output: str | None,
    sets: tuple[str, ...],
    colour: bool,
) -> None:
    """Tell running times, fuel and the largest rake of a service on lines with physics.

    Loaded and empty, out and home, from stand to stand without stops between; draws speed and force
    over distance.
    """
    case = open_case(file, sets=sets)
    ends = _ends(section)
    runs = [
        train_run(case, service, ends=ends, home=home, is_laden=laden)
        for home in (False, True)
        for laden in (True, False)
    ]
    rakes = heaviest_rakes(case, service)
    if style == "json":
        told = [run.figures | {"course": _course(run)} for run in runs]
        click.echo(json.dumps({"runs": told, "rakes": rakes}, indent=1))
    else:
        show_table(_run_table(runs), colour=colour)
        show_table(_rake_table(rakes, runs[0]), colour=colour)
    if style == "table" or output:
        path = Path(output or f"{service}-physics.png")
        first = runs[0].figures
        names = {s.id: s.name for s in case.plan.stations.values()}
        stretch = tuple(names.get(str(first[k]), str(first[k])) for k in ("from", "to"))
        title = f"{service}: {first['wagons']:.0f} wagons, {first['locomotives']}"
        drawn = [_drawn(run) for run in runs]
        with told_by_name(path):
            save(draw_train_runs(drawn, title=title, ends=(stretch[0], stretch[1])), path)
        if style == "table":
            made([path])
    sys.stdout.flush()


def _course(run: TrainRun) -> dict[str, list[float] | list[str]]:
    """Return speed at the ends of cells, and force and phase within them, in people's units."""
    return {
        "chainage_km": (run.chainage_m / KM_M).round(3).tolist(),
        "elevation_m": run.elevation_m.round(1).tolist(),
        "speed_kmh": (run.speed_mps * KMH_PER_MPS).round(2).tolist(),
        "force_kn": (run.force_n / KN_N).round(1).tolist(),
        "phase": [Phase(code).name.lower() for code in run.phase.tolist()],
    }


def _ends(section: str | None) -> tuple[str, str] | None:
    if section is None:
        return None
    first, colon, last = section.partition(":")
    if not (first and colon and last):
        message = f"--section {section}: give two stations, A:B"
        raise click.UsageError(message)
    return first, last


def _drawn(run: TrainRun) -> DrawnRun:
    """Return a run as it is drawn: distance from the same end for both ways."""
    figures = run.figures
    label = f"{figures['way']}, {figures['state']}, {figures['mass_t']:,.0f} t"
    if figures["way"] == "out":
        return DrawnRun(run.chainage_m, run.elevation_m, run.speed_mps, run.force_n, label)
    turned = run.chainage_m[-1] - run.chainage_m[::-1]
    return DrawnRun(turned, run.elevation_m[::-1], run.speed_mps[::-1], run.force_n[::-1], label)


def _run_table(runs: list[TrainRun]) -> Table:
    from rich.table import Table  # noqa: PLC0415 - help need not wait for it
    from rich.text import Text  # noqa: PLC0415

    first = runs[0].figures
    title = (
        f"{first['service']}, {first['from']} to {first['to']}: {first['length_km']:.1f} km, "
        f"steepest {first['steepest_permille']:.1f} permille, {first['wagons']:.0f} wagons, "
        f"{first['locomotives']}"
    )
    table = Table(title=Text(title), title_justify="left")
    table.add_column("")
    for run in runs:
        table.add_column(f"{run.figures['way']}, {run.figures['state']}", justify="right")
    for key, words in _SHOWN.items():
        table.add_row(words, *(number(float(run.figures[key])) for run in runs))
    idle = f"standing burns {first['idle_l_per_h']:.0f} l/h more"
    lines = [f"from stand to stand, no stops between; {idle}", *_chosen(runs)]
    table.caption = Text("\n".join(lines))
    table.caption_justify = "left"
    return table


def _chosen(runs: list[TrainRun]) -> list[str]:
    """Return lines on the models chosen, each once, with the state where they differ."""
    loaded, empty = (next(r.figures for r in runs if r.figures["state"] == s) for s in _STATES)
    resistance = str(loaded["resistance"])
    if empty["resistance"] != resistance:
        resistance += f"; empty: {empty['resistance']}"
    starts = " and ".join(f"{f['start_permille']:.2g} {f['state']}" for f in (loaded, empty))
    curves = str(loaded["curves"])
    if "; " in curves or "listed" in curves:
        curves += f"; over the stretch {loaded['curve_permille']:.2g} permille in the mean"
    return [
        f"resistance: {resistance}",
        f"curves: {curves}",
        f"starting: {starts}, permille of the wagons' weight, {loaded['start']}",
    ]


def _rake_table(rakes: list[dict[str, float]], run: TrainRun) -> Table:
    from rich.table import Table  # noqa: PLC0415 - help need not wait for it
    from rich.text import Text  # noqa: PLC0415

    kind = str(run.figures["locomotives"]).partition(" x ")[2]
    title = Text(
        f"largest loaded rake that starts on a long grade, wagons (t), by number of {kind}"
    )
    table = Table(title=title, title_justify="left")
    table.add_column("ruling grade, permille", justify="right")
    counts = sorted({row["locomotives"] for row in rakes})
    for count in counts:
        table.add_column(f"{count:.0f}", justify="right")
    for ruling in dict.fromkeys(row["ruling_permille"] for row in rakes):
        own = [row for row in rakes if row["ruling_permille"] == ruling]
        cells = [_rake(row["wagons"], row["trailing_t"]) for row in own]
        table.add_row(f"{ruling:g}", *cells)
    return table


def _rake(wagons: float, trailing_t: float) -> str:
    or_more = " or more" if wagons >= MOST_WAGONS else ""
    return f"{wagons:.0f} ({trailing_t:,.0f}){or_more}"
