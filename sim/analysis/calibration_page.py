"""The tables of the calibration page, in Markdown, between their marks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sim.analysis.calibration import ROLES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["figure_table", "page_with", "tfi_lines"]

_WHOLE = 100
"""From here on figures are told without decimals."""
_HEAD = (
    "| figure | published | year | source | set in the scenario | simulated, 95 % | within | |",
    "|---|---|---|---|---|---|---|---|",
)
_TFI_HEAD = (
    "| scenario | indicator | of | direction | unit | mean, 95 % |",
    "|---|---|---|---|---|---|",
)


def page_with(page: str, table: pd.DataFrame, tfi: pd.DataFrame) -> str:
    """Return a page with its tables written anew.

    Parameters
    ----------
    page : str
        Markdown with pairs of marks ``<!-- table: NAME -->`` and ``<!-- end -->``; names are
        the roles of figures, and `tfi`.
    table : DataFrame
        From `sim.analysis.calibration.beside`.
    tfi : DataFrame
        From `sim.analysis.calibration.simulated`.

    Raises
    ------
    ValueError
        If a table has no marks.
    """
    made = {role: figure_table(table[table["role"] == role]) for role in ROLES}
    made["tfi"] = tfi_lines(tfi)
    for name, lines in made.items():
        marks = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        found = marks.search(page)
        if not found:
            message = f"the page has no marks for the table `{name}`"
            raise ValueError(message)
        text = "\n".join(lines) + "\n"
        page = page[: found.end(1)] + text + page[found.start(2) :]
    return page


def figure_table(rows: pd.DataFrame) -> list[str]:
    """Return the lines of a table of figures."""
    return [*_HEAD, *(_line({str(k): v for k, v in r.items()}) for r in rows.to_dict("records"))]


def _line(row: dict[str, object]) -> str:
    within = float(str(row["tolerance_frac"]))
    cells = (
        f"{row['id']}: `{row['measure']}` of {row['place']}, {row['scenario']}",
        _published(row),
        row["year"],
        f"{row['source']}, {row['confidence']}",
        row["set_by"] or "nothing",
        _with_interval(row),
        f"{within:.0%}" if within else "the band",
        row["verdict"] or "no figure",
    )
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _published(row: dict[str, object]) -> str:
    low, high = (float(str(row[key])) for key in ("low", "high"))
    unit = f" {row['unit']}" if row["unit"] else ""
    if low == high:
        return f"{low:,g}{unit}"
    if high != high:  # noqa: PLR0124 - open above
        return f"at least {low:,g}{unit}"
    return f"at most {high:,g}{unit}" if low != low else f"{low:,g} to {high:,g}{unit}"  # noqa: PLR0124


def _with_interval(row: dict[str, object]) -> str:
    mean, low, high = (_short(float(str(row[key]))) for key in ("mean", "mean_low", "mean_high"))
    return mean if low == high else f"{mean} ({low} to {high})"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= _WHOLE else f"{value:.3g}"


def tfi_lines(tfi: pd.DataFrame) -> list[str]:
    """Return the lines of the table of indicators."""
    rows = ({str(k): v for k, v in r.items()} for r in tfi.to_dict("records"))
    keys = ("scenario", "indicator", "subject", "direction", "unit")
    return [
        *_TFI_HEAD,
        *("| " + " | ".join([*(str(r[k]) for k in keys), _with_interval(r)]) + " |" for r in rows),
    ]
