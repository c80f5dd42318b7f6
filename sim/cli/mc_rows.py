"""Tables of studies as they are printed: heads, rows, values with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.cli.telling import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from rich.table import Table

__all__ = ["add_row", "new_table", "ranged", "records"]


def new_table(title: str, heads: Sequence[str], *, texts: int) -> Table:
    """Return an empty table whose first columns are texts."""
    from rich.table import Table  # noqa: PLC0415 - help need not wait for it
    from rich.text import Text  # noqa: PLC0415

    table = Table(title=Text(title), title_justify="left")
    for k, head in enumerate(heads):
        table.add_column(Text(head), justify="left" if k < texts else "right", no_wrap=k < texts)
    return table


def add_row(table: Table, texts: Sequence[object], cells: Sequence[object]) -> None:
    """Add a row: texts, then figures, all as they stand."""
    from rich.text import Text  # noqa: PLC0415 - help need not wait for it

    table.add_row(*(Text(str(cell)) for cell in (*texts, *cells)))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as maps."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def ranged(row: dict[str, Any], key: str, *, end: str = "") -> str:
    """Return a value with its interval in brackets, if it has one."""
    value = number(row[f"{key}{end}"])
    low, high = row[f"{key}_low{end}"], row[f"{key}_high{end}"]
    if low != low or high != high:  # noqa: PLR0124 - too few replications
        return value
    return f"{value} ({number(low)}-{number(high)})"
