"""What commands tell of stocks: their table, their picture, the stock that is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.buffers import buffer_table
from sim.analysis.stocks import course_table, safety_t
from sim.cli.telling import number, show_table, whole
from sim.plots import draw_stocks
from sim.units import YEAR_D

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.figure import Figure
    from rich.table import Table

    from sim.analysis.compare import Comparison
    from sim.analysis.outcome import Outcome
    from sim.runs.case import Case

__all__ = ["STOCK_METRICS", "buffers_of", "show_buffers", "show_stocks", "stock_picture"]

STOCK_METRICS = ("stock_cover_mean_d", "stock_cover_least_d", "stock_out_d", "stock_short_t")
"""Measures of stocks that a comparison shows unless others are asked for."""

_SHOWN = (
    ("opening_t", "opening t"),
    ("delivered_t", "delivered t"),
    ("wanted_t", "wanted t"),
    ("short_t", "short t"),
    ("cover_mean_d", "mean\ncover d"),
    ("cover_least_d", "least\ncover d"),
    ("out_d", "without\nstock d"),
    ("outs", "times"),
    ("below_safety_d", "below\nsafety d"),
    ("needed_opening_t", "enough to\nopen with t"),
)
_BUFFERS = (
    ("opening_t", "opening t"),
    ("enough_frac", "never short,\nshare of runs"),
    ("needed_p50_t", "enough in\nhalf the runs t"),
    ("needed_p95_t", "enough in\n95 % t"),
    ("needed_p95_d", "the same,\ndays of cover"),
)


def _table(
    title: str, frame: pd.DataFrame, keys: tuple[str, ...], shown: tuple[tuple[str, str], ...]
) -> Table:
    from rich.table import Table  # noqa: PLC0415 - help need not wait for it
    from rich.text import Text  # noqa: PLC0415

    table = Table(title=Text(title), title_justify="left")
    for key in keys:
        table.add_column(key, no_wrap=True)
    for _, words in shown:
        table.add_column(words, justify="right")
    for row in frame.to_dict("records"):
        cells = [
            whole(row[k]) if k.endswith("_t") or k == "outs" else number(row[k]) for k, _ in shown
        ]
        table.add_row(*(Text(str(row[key])) for key in keys), *cells)
    return table


def show_stocks(stocks: pd.DataFrame, *, colour: bool) -> None:
    """Write table `stocks` on stdout."""
    title = "stocks: days of cover are of mean consumption; what is short is not made up later"
    show_table(_table(title, stocks, ("stock",), _SHOWN), colour=colour)


def stock_picture(case: Case, outcome: Outcome) -> Figure:
    """Return the picture of all stocks of a replication."""
    stocks = case.scenario.stocks
    return draw_stocks(
        course_table(outcome),
        safety_t={name: safety_t(stock) for name, stock in stocks.items()},
        consumption_t_per_d={n: s.consumption_t_per_year / YEAR_D for n, s in stocks.items()},
        start_date=case.scenario.start_date,
        title=f"Stocks: {case.scenario.name}",
    )


def buffers_of(cases: Sequence[Case], labels: Sequence[str], found: Comparison) -> pd.DataFrame:
    """Return table `buffers` of a comparison; empty if no scenario has a stock."""
    scenarios = {label: case.scenario for label, case in zip(labels, cases, strict=True)}
    return buffer_table(found.metrics, scenarios)


def show_buffers(buffers: pd.DataFrame, *, colour: bool) -> None:
    """Write the opening stocks that would have been enough, if there are stocks."""
    if len(buffers):
        title = "opening stock with which nothing would have been short"
        show_table(_table(title, buffers, ("scenario", "stock"), _BUFFERS), colour=colour)
