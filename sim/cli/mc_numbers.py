"""What `corridor mc` tells of uncertain numbers: what they drive, and how much of the spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.cli.asked import METRIC_WORDS
from sim.cli.mc_rows import add_row, new_table, records
from sim.cli.telling import number, show_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from rich.table import Table

    from sim.analysis.mc_study import MonteCarlo

__all__ = ["show_numbers"]

_MOST = 5
_NEARLY = 0.995


def show_numbers(found: MonteCarlo, shown: pd.DataFrame, *, has_luck: bool, colour: bool) -> None:
    """Write what the uncertain numbers of a study drive, and their share of the spread.

    Parameters
    ----------
    found : MonteCarlo
        The study.
    shown : DataFrame
        Rows of its table of measures that are shown.
    has_luck : bool
        Whether replications differ by luck too, so that shares could be told.
    colour : bool
        Whether to write in colours.
    """
    if not len(found.parameters):
        return
    keys = list(dict.fromkeys(shown[["metric", "flow"]].itertuples(index=False, name=None)))
    if len(found.drivers) and keys:
        show_table(_drivers(found.drivers, keys[:_MOST]), colour=colour)
    if len(found.variance):
        show_table(_shares(found.variance, keys), colour=colour)
        return
    if not has_luck:
        return
    click.echo(
        "how much of the spread is by luck and how much by uncertain numbers is told from two "
        "replications of each draw on: --samples N --reps-per-sample 2",
        err=True,
    )


def _words(metric: str, flow: str) -> str:
    words = METRIC_WORDS.get(metric, metric)
    return words if flow == "all" else f"{words}: {flow}"


def _drivers(drivers: pd.DataFrame, keys: Sequence[tuple[str, str]]) -> Table:
    """Return a row for each uncertain number, those that drive most first."""
    several = len(set(drivers["scenario"])) > 1
    heads = [*(["scenario"] if several else []), "uncertain number"]
    table = new_table(
        "what goes with what: rank correlation of uncertain numbers with measures; in brackets "
        "the 95 % interval",
        [*heads, *(_words(*key) for key in keys)],
        texts=len(heads),
    )
    rows: dict[tuple[str, str], dict[tuple[str, str], dict[str, Any]]] = {}
    for row in records(drivers):
        own = rows.setdefault((row["scenario"], row["name"]), {})
        own[row["metric"], row["flow"]] = row
    labels = list(dict.fromkeys(label for label, _ in rows))
    order = sorted(rows, key=lambda at: (labels.index(at[0]), -_strongest(rows[at], keys)))
    for at in order:
        add_row(table, at if several else at[1:], [_signed(rows[at].get(key)) for key in keys])
    return table


def _strongest(
    rows: dict[tuple[str, str], dict[str, Any]], keys: Sequence[tuple[str, str]]
) -> float:
    values = [abs(rows[key]["rank_correlation"]) for key in keys if key in rows]
    return max((value for value in values if value == value), default=0.0)  # noqa: PLR0124 - NaN


def _signed(row: dict[str, Any] | None) -> str:
    if row is None or row["rank_correlation"] != row["rank_correlation"]:
        return "-"
    value = f"{row['rank_correlation']:+.2f}"
    if row["low"] != row["low"]:
        return value
    return f"{value} ({row['low']:+.2f}, {row['high']:+.2f})"


def _shares(variance: pd.DataFrame, keys: Sequence[tuple[str, str]]) -> Table:
    heads = ["measure", "scenario", "by uncertain\nnumbers, sd", "year to\nyear sd"]
    table = new_table(
        "whose spread it is: share of the variance by uncertain numbers; in brackets the 95 % "
        "interval",
        [*heads, "share by\nuncertain numbers"],
        texts=2,
    )
    rows = {(row["metric"], row["flow"], row["scenario"]): row for row in records(variance)}
    for key in keys:
        for at in (at for at in rows if at[:2] == key):
            row = rows[at]
            share = _percent(row["parameter_share_frac"])
            if row["low"] == row["low"]:
                share += f" ({_percent(row['low'])} to {_percent(row['high'])})"
            cells = [number(row["parameter_sd"]), number(row["year_sd"]), share]
            add_row(table, (_words(*key), at[2]), cells)
    return table


def _percent(share: float) -> str:
    if share != share:  # noqa: PLR0124 - nothing varies
        return "-"
    return ">99%" if _NEARLY <= share < 1 else f"{share:.0%}"
