"""What `corridor mc` and `corridor info` tell of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.analysis.mc_study import rerun_command
from sim.analysis.monte_carlo import wanted
from sim.cli.asked import METRIC_WORDS
from sim.cli.mc_numbers import show_numbers
from sim.cli.mc_rows import add_row, new_table, ranged, records
from sim.cli.telling import number, show_table, whole
from sim.runs.batch_folder import look_into

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from rich.table import Table

    from sim.analysis.mc_study import MonteCarlo
    from sim.analysis.monte_carlo import Plan
    from sim.analysis.steady import Steady
    from sim.runs.batch_folder import BatchFolder
    from sim.runs.shards import Failure

__all__ = ["failure_lines", "show_failures", "show_study"]

_FEW = 5
_THOUSAND = 1000.0
_LEAST_P = 0.001
_NOISE = {
    "operations": "uncertain numbers stand at the medians of their laws: luck alone differs",
    "parameters": "all replications have the luck of the first: uncertain numbers alone differ",
}


def show_study(found: MonteCarlo, plan: Plan, *, colour: bool) -> None:
    """Write the tables of a study on stdout: shipments, years, and differences if there are any."""
    folder = look_into(found.folder)
    several, is_varied = len(folder.labels) > 1, len(found.parameters) > 0
    noise = folder.manifest.get("noise", "all")
    if noise in _NOISE:
        click.echo(_NOISE[noise])
    if found.steady is not None:
        click.echo(_steady_words(found.steady))
    if len(found.transit):
        show_table(_shipments(found.transit, is_varied=is_varied), colour=colour)
    shown = _chosen(found.metrics, plan.metrics)
    if len(shown):
        table = _years(shown, found.reached.replications, is_varied=is_varied)
        show_table(table, colour=colour)
    if several and len(shown):
        show_table(_differences(shown, folder.labels[0]), colour=colour)
    show_numbers(found, shown, has_luck=noise != "parameters", colour=colour)
    click.echo(f"digest: {found.digest}")


def _steady_words(steady: Steady) -> str:
    each = ", ".join(
        f"{label} {'none found' if day is None else f'{day} d'}"
        for label, day in steady.found_d.items()
    )
    return (
        f"steady state: transit times are without shipments offered in the first {steady.from_d} "
        f"days (beginning by MSER-5: {each}); all other measures are of the whole run"
    )


def _chosen(metrics: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    keys = [tuple(key) for key in metrics[["metric", "flow", "unit"]].itertuples(index=False)]
    known = list(dict.fromkeys(keys))
    picked: list[tuple[str, str, str]] = []
    for name in names:
        if any(key[0] == name.partition(":")[0] for key in known):
            picked += wanted(name, known)
    order = {key: k for k, key in enumerate(dict.fromkeys(picked))}
    rows = [k for k, key in enumerate(keys) if key in order]
    rows.sort(key=lambda k: order[keys[k]])
    return metrics.iloc[rows]


def _shipments(transit: pd.DataFrame, *, is_varied: bool) -> Table:
    table = new_table(
        "transit time of all shipments of all years, d; in brackets the 95 % interval",
        [
            "scenario",
            "flow",
            "mean",
            "P50",
            "P80",
            "P95",
            "shipment to\nshipment sd",
            "year to\nyear sd",
            *(["all\nsd"] if is_varied else []),
            "buffer\nindex",
            "planning\ntime index",
        ],
        texts=2,
    )
    for row in records(transit):
        cells = [number(row["mean_d"]), *(ranged(row, p, end="_d") for p in ("p50", "p80", "p95"))]
        rest = ["shipment_sd_d", "year_sd_d", *(["all_sd_d"] if is_varied else [])]
        rest += ["buffer_index", "planning_time_index"]
        add_row(table, (row["scenario"], row["flow"]), [*cells, *(number(row[k]) for k in rest)])
    return table


def _half(row: dict[str, Any]) -> str:
    value = whole(row["mean"]) if abs(row["mean"]) >= _THOUSAND else number(row["mean"])
    low, high = row["low"], row["high"]
    return value if low != low else f"{value} ±{number((high - low) / 2)}"  # noqa: PLR0124


def _years(rows: pd.DataFrame, replications: int, *, is_varied: bool) -> Table:
    more = ["all\nsd"] if is_varied else []
    table = new_table(
        f"measures of a year, over {replications:,} replications of each scenario",
        ["measure", "flow", "scenario", "mean", "year to\nyear sd", *more, "P50", "P80", "P95"],
        texts=3,
    )
    for row in records(rows):
        names = (METRIC_WORDS.get(row["metric"], row["metric"]), row["flow"], row["scenario"])
        cells = [_half(row), number(row["year_sd"])]
        cells += [number(row["all_sd"])] if is_varied else []
        add_row(table, names, [*cells, *(ranged(row, p) for p in ("p50", "p80", "p95"))])
    return table


def _differences(rows: pd.DataFrame, base: str) -> Table:
    heads = ["measure", "flow", "scenario", "difference", "p (Holm)", "best in"]
    table = new_table(f"paired differences to {base}, the same luck", heads, texts=3)
    for row in records(rows):
        names = (METRIC_WORDS.get(row["metric"], row["metric"]), row["flow"], row["scenario"])
        best = "-" if row["best_frac"] != row["best_frac"] else f"{row['best_frac']:.0%}"
        if row["scenario"] == base or row["difference"] != row["difference"]:
            add_row(table, names, ["-", "-", best])
            continue
        half = (row["difference_high"] - row["difference_low"]) / 2
        sign = "+" if row["difference"] > 0 else ""
        told = f"{sign}{number(row['difference'])} ±{number(half)}"
        add_row(table, names, [told, _chance(row["p_holm"]), best])
    return table


def _chance(p: float) -> str:
    if p != p:  # noqa: PLR0124 - too few replications
        return "-"
    return f"{p:.3f}" if p >= _LEAST_P else f"< {_LEAST_P}"


def failure_lines(
    folder: BatchFolder, failures: Sequence[tuple[int, Failure]], *, most: int = _FEW
) -> list[str]:
    """Return what failed: scenario, replication, seed, error, and how to carry it out alone."""
    lines = []
    for scenario, failure in failures[:most]:
        first = failure.message.splitlines()[0] if failure.message else ""
        where = f"{folder.labels[scenario]}, replication {failure.replication}"
        lines.append(f"  {where}, seed {folder.manifest['seed']}: {failure.error}: {first}")
        lines.append(f"    {rerun_command(folder, scenario, failure)}")
    if len(failures) > most:
        lines.append(f"  and {len(failures) - most} more: corridor info {folder.path}")
    return lines


def show_failures(found: MonteCarlo) -> None:
    """Write on stderr which replications failed, if any did."""
    failures = found.reached.failures
    if not failures:
        return
    folder = look_into(found.folder)
    total = found.reached.replications * len(folder.labels)
    click.echo(f"{len(failures)} of {total} replications failed; the rest is kept:", err=True)
    for line in failure_lines(folder, failures):
        click.echo(line, err=True)
