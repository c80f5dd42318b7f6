"""``corridor run``: one replication with full trace."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.analysis.flows import unfinished_warnings
from sim.analysis.outcome import Outcome
from sim.analysis.saving import assumption_table, result_tables, save_csv, save_run
from sim.arrays.network import keep_network
from sim.cli.bases import show_bases
from sim.cli.options import (
    colour_option,
    rules_option,
    seed_option,
    set_option,
    verbosity_option,
)
from sim.cli.pictures import run_pictures
from sim.cli.stocks import show_stocks
from sim.cli.telling import made, number, progress_bar, show_table, warn_of, whole
from sim.runs.case import open_case
from sim.runs.folder import inputs_hash, new_folder, package_versions, rules_note
from sim.runs.replicate import replicate
from sim.scenario import assumptions
from sim.scenario.dumping import scenario_text

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from sim.runs.case import Case

__all__ = ["run"]

_SHOWN = (
    ("offered_t", "offered t"),
    ("delivered_t", "delivered\nin period t"),
    ("delivered_late_t", "later t"),
    ("unfinished_t", "never t"),
    ("transit_mean_d", "mean\ntransit d"),
    ("transit_p50_d", "P50 d"),
    ("transit_p80_d", "P80 d"),
    ("transit_p95_d", "P95 d"),
    ("cost_usd_per_t", "USD/t"),
)


@click.command()
@click.argument("file", metavar="FILE")
@click.option("-o", "--output", metavar="DIR", help="Run folder to make [runs/NAME-HASH].")
@click.option(
    "--replication", type=click.IntRange(min=0), default=0, show_default=True, help="Which luck."
)
@click.option(
    "--antithetic",
    is_flag=True,
    help="With the luck of `corridor mc --antithetic`: odd ones turned.",
)
@click.option("--replace", is_flag=True, help="Replace results of other inputs in the folder.")
@rules_option
@set_option
@seed_option
@verbosity_option
@colour_option
def run(  # noqa: PLR0913 - one argument an option
    file: str,
    *,
    output: str | None,
    replication: int,
    antithetic: bool,
    replace: bool,
    sets: tuple[str, ...],
    seed: int | None,
    verbosity: int,
    colour: bool,
) -> None:
    """Simulate one replication of a scenario with a full trace.

    Prints what became of the freight, and writes a run folder: events, tables, map and, where meets
    are simulated, a train graph.
    """
    began = time.monotonic()
    case = open_case(file, sets=(*sets, *([f"seed={seed}"] if seed is not None else [])))
    warn_of([case])
    with progress_bar(case.scenario.name, quiet=verbosity < 0) as told:
        events = replicate(case.arrays, replication, antithetic=antithetic, progress=told)
    outcome = Outcome(case.scenario, case.arrays, events)
    tables = result_tables(outcome)
    lost = unfinished_warnings(tables["flows"])
    for warning in lost:
        click.echo(warning, err=True)
    turned = {"antithetic": True} if antithetic else {}
    digest = inputs_hash("run", [case], replication=replication, **turned)
    folder = Path(output) if output else Path("runs") / f"{Path(file).stem}-{digest[:8]}"
    manifest = _manifest(case, outcome, digest, replication, sets) | turned
    manifest["warnings"] += lost
    manifest["wall_s"] = round(time.monotonic() - began, 2)
    with new_folder(folder, manifest, replace=replace) as draft:
        names = _write(draft, case, outcome, tables)
    if verbosity >= 0:
        show_table(_summary(case, tables["flows"]), colour=colour)
        if "stocks" in tables:
            show_stocks(tables["stocks"], colour=colour)
        if "bases" in tables:
            show_bases(tables["bases"], colour=colour)
        made([folder / name for name in names])
    sys.stdout.flush()


def _write(draft: Path, case: Case, outcome: Outcome, tables: dict[str, pd.DataFrame]) -> list[str]:
    """Write a run folder and return the names of what people look at first."""
    tree = case.tree | {"network": {**case.tree.get("network", {})}}
    tree["network"]["source"] = keep_network(case.scenario, case.base_dir, draft)
    (draft / "scenario.yaml").write_text(scenario_text(tree), encoding="utf-8")
    save_run(draft, outcome, tables)
    save_csv(assumption_table(assumptions(case.reading)), draft / "assumptions.csv")
    pictures = run_pictures(draft, case, outcome, tables["waits"])
    csv = [f"{name}.csv" for name in (*tables, "assumptions")]
    parquet = ["events.parquet", "trace.parquet"]
    if "stocks" in tables:
        parquet.append("stock_course.parquet")
    return [*pictures, *csv, *parquet, "scenario.yaml", "manifest.json"]


def _manifest(
    case: Case, outcome: Outcome, digest: str, replication: int, sets: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "kind": "run",
        "state": "complete",
        "inputs": digest,
        "scenario": case.scenario.name,
        "files": [{"file": f.shown, "sha256": f.sha256} for f in case.reading.files],
        "set": list(sets),
        "seed": case.scenario.seed,
        "replication": replication,
        "versions": package_versions(),
        **rules_note(),
        "counts": {
            "events": len(outcome.events),
            "lots": int((outcome.lots["offered_ms"] >= 0).sum()),
            "trains": len(outcome.trains),
        },
        "warnings": list(case.warnings),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _summary(case: Case, flows: pd.DataFrame) -> Table:
    from rich.table import Table  # noqa: PLC0415 - help need not wait for it
    from rich.text import Text  # noqa: PLC0415

    table = Table(
        title=Text(f"{case.scenario.name}: {case.scenario.duration_d} days"), title_justify="left"
    )
    table.add_column("flow")
    for _, words in _SHOWN:
        table.add_column(words, justify="right")
    for row in flows.to_dict("records"):
        cells = [
            whole(row[key]) if key.endswith("_t") and "usd" not in key else number(row[key])
            for key, _ in _SHOWN
        ]
        table.add_row(str(row["flow"]), *cells)
    table.caption = Text("times and costs are of all that arrived, after the period too")
    table.caption_justify = "left"
    return table
