"""``corridor compare``: scenarios side by side with the same luck."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import click

from sim.analysis.compare import compare_scenarios
from sim.analysis.flows import unfinished_warnings
from sim.analysis.saving import save_csv
from sim.cli.asked import METRIC_WORDS, labels_of, refuse_unknown
from sim.cli.engine_choice import engine_for, engine_option
from sim.cli.mc_rows import records
from sim.cli.options import (
    colour_option,
    rules_option,
    seed_option,
    set_option,
    verbosity_option,
)
from sim.cli.pictures import comparison_pictures
from sim.cli.stocks import STOCK_METRICS, buffers_of, show_buffers
from sim.cli.telling import made, number, progress_bar, show_table, warn_of, whole
from sim.errors import SettingError
from sim.runs.case import open_cases
from sim.runs.folder import inputs_hash, new_folder, package_versions, rules_note
from sim.runs.replicate import engine_note

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from sim.analysis.compare import Comparison
    from sim.runs.case import Case

__all__ = ["compare"]

Style = Literal["table", "csv", "json"]

_MANY = 1000.0
_DEFAULT = ("delivered_t", "transit_mean_d", "transit_p95_d", "cost_usd_per_t")


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE FILE...")
@click.option("--reps", type=click.IntRange(min=1), help="Replications of each [the first's].")
@click.option(
    "--metric", "metrics", multiple=True, metavar="M", help="Show this measure; may be repeated."
)
@click.option(
    "--format", "style", type=click.Choice(get_args(Style)), default="table", show_default=True
)
@engine_option
@click.option("--workers", type=click.IntRange(min=1), help="Processes [one for each core].")
@click.option("-o", "--output", metavar="DIR", help="Folder for tables and pictures.")
@click.option("--replace", is_flag=True, help="Replace results of other inputs in the folder.")
@rules_option
@set_option
@seed_option
@verbosity_option
@colour_option
def compare(  # noqa: PLR0913 - one argument an option
    files: tuple[str, ...],
    *,
    reps: int | None,
    metrics: tuple[str, ...],
    style: Style,
    engine: str | None,
    workers: int | None,
    output: str | None,
    replace: bool,
    sets: tuple[str, ...],
    seed: int | None,
    verbosity: int,
    colour: bool,
) -> None:
    """Compare two or more scenarios with the first.

    Each runs the same replications with the same luck, so that differences are paired; intervals
    are of 95 %. Tables, or with -o a folder with all measures and pictures.
    """
    began = time.monotonic()
    labels = labels_of(files, least=2)
    refuse_unknown(metrics)
    cases = open_cases(files, sets=(*sets, *([f"seed={seed}"] if seed is not None else [])))
    warn_of(cases)
    replications = reps or cases[0].scenario.replications
    engine = engine_for(engine, cases, quiet=verbosity < 0)
    found = _found(cases, labels, replications, (engine, workers), quiet=verbosity < 0)
    lost = _lost(found, labels)
    for warning in lost:
        click.echo(warning, err=True)
    _show(found, labels, _chosen(found, metrics), style, colour=colour, quiet=verbosity < 0)
    if style == "table" and verbosity >= 0:
        show_buffers(buffers_of(cases, labels, found), colour=colour)
    if output:
        digest = inputs_hash("compare", cases, replications=replications, labels=labels)
        manifest = _manifest(cases, labels, digest, (replications, engine), sets)
        manifest["warnings"] += lost
        manifest["wall_s"] = round(time.monotonic() - began, 2)
        with new_folder(Path(output), manifest, replace=replace) as draft:
            names = _write(draft, cases, labels, found)
        if style == "table" and verbosity >= 0:
            made([Path(output) / name for name in names])
    sys.stdout.flush()


def _found(
    cases: tuple[Case, ...],
    labels: list[str],
    replications: int,
    means: tuple[str, int | None],
    *,
    quiet: bool,
) -> Comparison:
    works = [(case.scenario, case.arrays) for case in cases]
    engine, workers = means
    with progress_bar(f"{len(cases)} scenarios", quiet=quiet) as told:
        try:
            return compare_scenarios(
                works,
                labels,
                replications=replications,
                engine=engine,
                workers=workers,
                progress=told,
            )
        except SettingError as error:
            raise click.UsageError(str(error)) from error


def _chosen(found: Comparison, metrics: tuple[str, ...]) -> tuple[str, ...]:
    """Return the measures to show: freight that never arrives too, if there is some."""
    if metrics:
        return metrics
    never = found.table.loc[found.table["metric"] == "unfinished_t", "value"]
    lost = ("unfinished_t",) if (never > 0).any() else ()
    has_stocks = found.table["metric"].isin(STOCK_METRICS).any()
    return (*_DEFAULT, *lost, *(STOCK_METRICS if has_stocks else ()))


def _lost(found: Comparison, labels: list[str]) -> list[str]:
    wide = found.table.pivot_table(
        index=["scenario", "flow"], columns="metric", values="value", sort=False
    )
    needed = wide[["offered_t", "unfinished_t"]].dropna().reset_index()
    return [
        warning
        for label in labels
        for warning in unfinished_warnings(needed[needed["scenario"] == label], label=label)
    ]


def _show(
    found: Comparison,
    labels: list[str],
    metrics: tuple[str, ...],
    style: Style,
    *,
    colour: bool,
    quiet: bool,
) -> None:
    table = found.table
    if style == "table":
        if not quiet:
            show_table(_side_by_side(table, labels, metrics), colour=colour)
        return
    wanted = table[table["metric"].isin(metrics)] if metrics[: len(_DEFAULT)] != _DEFAULT else table
    if style == "csv":
        click.echo(wanted.to_csv(index=False, float_format="%.6g", lineterminator="\n"), nl=False)
        return
    rows = wanted.astype(object).where(wanted.notna(), None)
    import json  # noqa: PLC0415 - one use

    click.echo(json.dumps(rows.to_dict("records"), indent=1, allow_nan=False))


def _side_by_side(table: pd.DataFrame, labels: list[str], metrics: tuple[str, ...]) -> Table:
    from rich.table import Table  # noqa: PLC0415 - help need not wait for it
    from rich.text import Text  # noqa: PLC0415

    shown = Table(
        title=Text(
            f"beside each value: paired difference to {labels[0]} and half its 95 % interval; in "
            "brackets where the interval holds zero"
        ),
        title_justify="left",
    )
    shown.add_column("")
    for label in labels:
        shown.add_column(Text(label), justify="right")
    by_key: dict[tuple[str, str, str], dict[str, Any]] = {
        (row["metric"], row["flow"], row["scenario"]): row for row in records(table)
    }
    flows = list(dict.fromkeys(table.loc[table["metric"].isin(metrics), "flow"]))
    flows.sort(key=lambda flow: flow == "all")
    for flow in flows:
        shown.add_section()
        shown.add_row(Text(str(flow), style="bold"))
        for metric in metrics:
            rows = [by_key.get((metric, flow, label)) for label in labels]
            if any(rows):
                cells = [_cell(row, is_base=k == 0) for k, row in enumerate(rows)]
                shown.add_row(f"  {METRIC_WORDS.get(metric, metric)}", *cells)
    return shown


def _cell(row: dict[str, Any] | None, *, is_base: bool) -> str:
    if row is None:
        return "-"
    value = whole(row["value"]) if row["unit"] == "t" else number(row["value"])
    if is_base or row["difference"] != row["difference"]:
        return value
    low, high = row["difference_low"], row["difference_high"]
    places = 0 if row["unit"] == "t" or abs(row["value"]) >= _MANY else 2
    text = f"{row['difference']:+,.{places}f}"
    if low == low:  # noqa: PLR0124 - one replication has no interval
        text += f" ±{(high - low) / 2:,.{places}f}"
    return f"{value} ({text})" if low <= 0 <= high else f"{value}  {text}"


def _write(draft: Path, cases: tuple[Case, ...], labels: list[str], found: Comparison) -> list[str]:
    save_csv(found.table, draft / "comparison.csv")
    save_csv(found.waits, draft / "waits.csv")
    found.metrics.to_parquet(draft / "metrics.parquet", index=False)
    buffers = buffers_of(cases, labels, found)
    if len(buffers):
        save_csv(buffers, draft / "buffers.csv")
    pictures = comparison_pictures(draft, cases, labels, found)
    csv = ["comparison.csv", "waits.csv", *(["buffers.csv"] if len(buffers) else [])]
    return [*pictures, *csv, "metrics.parquet", "manifest.json"]


def _manifest(
    cases: tuple[Case, ...],
    labels: list[str],
    digest: str,
    done: tuple[int, str],
    sets: tuple[str, ...],
) -> dict[str, Any]:
    replications, engine = done
    return {
        "kind": "compare",
        "state": "complete",
        "inputs": digest,
        "scenarios": [
            {
                "label": label,
                "name": case.scenario.name,
                "files": [{"file": f.shown, "sha256": f.sha256} for f in case.reading.files],
            }
            for label, case in zip(labels, cases, strict=True)
        ],
        "set": list(sets),
        "seed": cases[0].scenario.seed,
        "replications": replications,
        "engine": engine_note(engine),
        "versions": package_versions(),
        **rules_note(),
        "warnings": [w for case in cases for w in case.warnings],
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
    }
