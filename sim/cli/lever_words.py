"""What sweep, sensitivity and search tell on stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.analysis.points import BASE
from sim.cli.asked import METRIC_WORDS
from sim.cli.mc_rows import add_row, new_table, records
from sim.cli.telling import number, show_table, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from sim.analysis.point_study import PointStudy
    from sim.analysis.search import Try
    from sim.analysis.search_study import Search

    Key = tuple[str, str, str]

__all__ = ["show_search", "show_sobol", "show_sweep", "show_tornado", "try_line"]

_MOST = 40
_ROUNDING = 1e-9
"""Half an interval that is a smaller share of its value is none."""


def _is_known(value: float) -> bool:
    return value == value  # noqa: PLR0124 - not a number is unlike itself


def _measure(key: Key) -> str:
    name = METRIC_WORDS.get(key[0], key[0])
    return name if key[1] == "all" else f"{name}, {key[1]}"


def _figure(value: float, unit: str) -> str:
    return whole(value) if unit == "t" else number(value)


def _signed(row: dict[str, Any], name: str) -> str:
    """Return a difference with half its interval; in brackets where that holds zero."""
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if not _is_known(value):
        return "-"
    text = f"{'+' if value > 0 else ''}{_figure(value, row['unit'])}"
    if not _is_known(low):
        return text
    half = (high - low) / 2
    text += f" ±{_figure(half if half > _ROUNDING * abs(value) else 0.0, row['unit'])}"
    return f"({text})" if low <= 0 <= high else text


def show_sweep(found: PointStudy, keys: Sequence[Key], *, colour: bool) -> None:
    """Write the points with each measure, and its paired difference to the base, on stdout."""
    levers = [lever.path for lever in found.points.origin.levers]
    names = list(found.points.origin.names)
    rows = found.tables["sweep"]
    points = list(dict.fromkeys(rows["point"]))
    title = (
        f"means over {found.samples.replications} replications; beside them: paired difference to "
        "base and half its 95 % interval; in brackets where the interval holds zero"
    )
    table = new_table(title, ["", *names, *(_measure(key) for key in keys)], texts=1)
    by_key = {(r["point"], r["metric"], r["flow"]): r for r in records(rows)}
    first = {r["point"]: r for r in reversed(records(rows))}
    for point in points[:_MOST]:
        cells = [_value(first[point][lever]) for lever in levers]
        cells += [_cell(by_key.get((point, key[0], key[1]))) for key in keys]
        add_row(table, ["base" if point == BASE else ""], cells)
    show_table(table, colour=colour)
    if len(points) > _MOST:
        click.echo(f"and {len(points) - _MOST} more points in sweep.csv")
    click.echo(f"digest: {found.digest}")


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}" if _is_known(value) else "-"
    return str(value)


def _cell(row: dict[str, Any] | None) -> str:
    if row is None:
        return "-"
    value = _figure(row["mean"], row["unit"])
    return value if row["point"] == BASE else f"{value}  {_signed(row, 'difference')}"


def show_tornado(found: PointStudy, *, colour: bool) -> None:
    """Write what each lever moves, the widest swing first, on stdout."""
    rows = records(found.tables["tornado"])
    title = (
        f"paired differences over {found.samples.replications} replications, half their 95 % "
        "interval; in brackets where that holds zero"
    )
    heads = ["", "range", "low end to base", "high end to base", "low to high end"]
    table = new_table(title, heads, texts=2)
    names = _short(found)
    measure = ""
    for low, high in zip(rows[::2], rows[1::2], strict=True):
        measure = _sectioned(table, measure, low)
        differences = [_signed(row, "difference") for row in (low, high)]
        ends = f"{low['at']}..{high['at']}"
        name = f"  {names[low['lever']]}"
        add_row(table, [name, ends], [*differences, _signed(low, "swing")])
    show_table(table, colour=colour)
    click.echo(f"digest: {found.digest}")


def _short(found: PointStudy) -> dict[str, str]:
    origin = found.points.origin
    return dict(zip((lever.path for lever in origin.levers), origin.names, strict=True))


def _sectioned(table: Table, before: str, row: dict[str, Any]) -> str:
    """Begin a section where another measure begins, and return what it is called."""
    measure = _measure((row["metric"], row["flow"], row["unit"]))
    if measure != before:
        table.add_section()
        add_row(table, [measure], ())
    return measure


def show_sobol(found: PointStudy, *, colour: bool) -> None:
    """Write the shares of the variance and how much is luck on stdout."""
    rows = records(found.tables["sobol"])
    samples = rows[0]["samples"] if rows else 0
    title = (
        f"shares of the variance between points, {samples} samples, "
        f"{found.samples.replications} replications; in brackets the 95 % interval (bootstrap)"
    )
    table = new_table(title, ["", "alone (first)", "with others (total)"], texts=1)
    names = _short(found)
    measure = ""
    for row in rows:
        measure = _sectioned(table, measure, row)
        shares = [_share(row, "first"), _share(row, "total")]
        add_row(table, [f"  {names[row['lever']]}"], shares)
    show_table(table, colour=colour)
    luck = new_table(
        "how much is luck",
        [
            "measure",
            "mean",
            "sd of levers",
            "sd of luck",
            "luck in one year",
            "luck left in shares",
        ],
        texts=1,
    )
    for row in records(found.tables["sobol_luck"]):
        parts = [f"{row[c]:.1%}" if _is_known(row[c]) else "-" for c in ("luck_frac", "left_frac")]
        measure = _measure((row["metric"], row["flow"], row["unit"]))
        spreads = [number(row[c]) for c in ("mean", "levers_sd", "luck_sd")]
        add_row(luck, [measure], [*spreads, *parts])
    show_table(luck, colour=colour)
    click.echo(f"digest: {found.digest}")


def _share(row: dict[str, Any], name: str) -> str:
    value = row[f"{name}_frac"]
    if not _is_known(value):
        return "-"
    ends = (value, row[f"{name}_low_frac"], row[f"{name}_high_frac"])
    told, low, high = (f"{round(end, 2) + 0.0:.2f}" for end in ends)
    return f"{told} ({low} to {high})"


def try_line(name: str, one: Try) -> str:
    """Return one line on a value that was tried."""
    judged = one.judged
    bounds = f" ({number(judged.low)}-{number(judged.high)})" if _is_known(judged.low) else ""
    missing = f", {one.missing} without a value" if one.missing else ""
    told = f"{number(judged.value)}{bounds}{missing}"
    return (
        f"{name}={one.value}: {told} after {one.look.replications} replications: {judged.verdict}"
    )


def show_search(found: Search, lever: str, *, colour: bool) -> None:
    """Write everything that was tried, the answer and its guarantee on stdout."""
    asked = found.asked
    counted = "mean" if asked.target.share_frac is None else "share of years"
    cost = [METRIC_WORDS.get(found.cost, found.cost)] if found.cost else []
    title = f"target: {asked.target.words}; in brackets bounds for all {asked.looks} looks together"
    table = new_table(title, [lever, "replications", counted, "bounds", "verdict", *cost], texts=0)
    for row in records(found.tries):
        bounds = f"({number(row['low'])}-{number(row['high'])})" if _is_known(row["low"]) else "-"
        cells = [row["value"], row["replications"], number(row["mean"]), bounds, row["verdict"]]
        add_row(table, (), [*cells, *([number(row["cost"])] if cost else [])])
    show_table(table, colour=colour)
    if found.answer is None:
        return
    least = " (the lowest that was allowed)" if found.answer == asked.low else ""
    click.echo(f"{lever} = {found.answer}{least} is the cheapest value shown to meet the target")
    wrong = 1 - asked.confidence
    click.echo(f"a chance of {wrong:.0%} at most that any verdict above is wrong")
