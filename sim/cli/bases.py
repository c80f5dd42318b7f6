"""What ``corridor run`` tells of wagon fleets with several bases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.cli.telling import number, show_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["show_bases"]

_SHOWN = (
    ("wagons", "wagons at\nthe start"),
    ("taken", "taken"),
    ("given_back", "given\nback"),
    ("sent_here", "sent here\nempty"),
    ("free_mean", "free,\nmean"),
    ("wait_mean_h", "wait for\na wagon h"),
)


def show_bases(bases: pd.DataFrame, *, colour: bool) -> None:
    """Write table `bases` on stdout."""
    from rich.table import Table  # noqa: PLC0415 - help need not wait for it
    from rich.text import Text  # noqa: PLC0415

    table = Table(title=Text("bases of wagons, and empties sent there"), title_justify="left")
    for key in ("fleet", "base"):
        table.add_column(key, no_wrap=True)
    for _, words in _SHOWN:
        table.add_column(words, justify="right")
    for row in bases.to_dict("records"):
        counts = [f"{row[key]:,}" for key, _ in _SHOWN[:4]]
        means = [number(row[key]) for key, _ in _SHOWN[4:]]
        table.add_row(Text(row["fleet"]), Text(row["base"]), *counts, *means)
    show_table(table, colour=colour)
