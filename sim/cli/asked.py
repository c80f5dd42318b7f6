"""What is asked of commands that take several scenarios: labels of files, measures by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.analysis import measures
from sim.analysis.metrics import metric_names

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["METRIC_WORDS", "labels_of", "refuse_unknown"]

METRIC_WORDS = {
    "transit_mean_d": "transit time, mean, d",
    "transit_p50_d": "transit time, P50, d",
    "transit_p80_d": "transit time, P80, d",
    "transit_p95_d": "transit time, P95, d",
    "cost_usd_per_t": "cost, USD/t",
    "delivered_t": "delivered in the period, t",
    "unfinished_t": "never arrived, t",
    "throughput_frac": "delivered of offered",
    "stock_cover_mean_d": "days of cover, mean, d",
    "stock_cover_least_d": "days of cover, least, d",
    "stock_out_d": "without stock, d",
    "stock_short_t": "consumption not met, t",
}
"""How measures are called in tables for people."""


def labels_of(files: Sequence[str], *, least: int = 1) -> list[str]:
    """Return what scenario files are called: their names, or paths where names are alike.

    Raises
    ------
    UsageError
        If a file is named twice, or only one where two are needed.
    """
    if len(files) < least:
        message = f"only {files[0]} is given; name at least two scenario files"
        raise click.UsageError(message)
    labels = [Path(file).stem for file in files]
    if len(set(labels)) < len(labels):
        labels = list(files)
    if len(set(labels)) < len(labels):
        message = "a scenario file is named twice"
        raise click.UsageError(message)
    return labels


def refuse_unknown(metrics: Sequence[str], *, known: Sequence[str] | None = None) -> None:
    """Refuse measures there are not, before anything is read.

    Parameters
    ----------
    metrics : sequence of str
        Without a flow.
    known : sequence of str, optional
        What there is; left out, the measures of one replication.

    Raises
    ------
    UsageError
        Names the nearest one, or all.
    """
    try:
        measures.refuse_unknown(metrics, known or metric_names())
    except ValueError as error:
        raise click.UsageError(str(error)) from error
