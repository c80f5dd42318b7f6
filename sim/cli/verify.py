"""``corridor verify``: the simulator against formulas, and its engines against each other."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import TYPE_CHECKING, Literal, get_args

import click

from sim.analysis.engine_pairs import Pairing, pair_engines
from sim.analysis.verification import (
    QUICK_REPLICATIONS,
    REPLICATIONS,
    Finding,
    judge,
    stations,
)
from sim.cli.options import colour_option, rules_option, seed_option, set_option
from sim.cli.telling import at_own_figures, progress_bar, show_table
from sim.engines.batch import why_not
from sim.runs.case import open_cases
from sim.runs.replicate import ENGINES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from sim.runs.case import Case

__all__ = ["verify"]

Style = Literal["text", "json"]

_OK, _WRONG, _CANNOT_RUN = 0, 1, 3


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--engines", is_flag=True, help="Run both engines on the files and compare rows.")
@click.option(
    "--engine",
    type=click.Choice(tuple(ENGINES)),
    default=None,
    help="Engine that is held against formulas [batch].",
)
@click.option("--quick", is_flag=True, help=f"{QUICK_REPLICATIONS} replications of each station.")
@click.option(
    "--reps",
    type=click.IntRange(min=1),
    default=None,
    help=f"Replications [{REPLICATIONS} of each station; 1 of each file].",
)
@click.option(
    "--format", "style", type=click.Choice(get_args(Style)), default="text", show_default=True
)
@seed_option
@rules_option
@set_option
@colour_option
def verify(  # noqa: PLR0913 - one argument an option
    files: tuple[str, ...],
    *,
    engines: bool,
    engine: str | None,
    quick: bool,
    reps: int | None,
    style: Style,
    seed: int | None,
    sets: tuple[str, ...],
    colour: bool,
) -> None:
    """Hold the simulator against formulas, or with --engines both engines against each other.

    Without a file: small scenarios whose answer a formula knows (queues, trains that fill, a fleet
    that goes round, closures, opening hours) are run, and a 99 % interval over replications must
    hold what is expected; what falls outside is looked at once more with fresh luck. Takes about a
    minute, with --quick 15 seconds; with --engine des 20 minutes, with both two. Leaves with 0 if
    all are inside, else with 1.

    With --engines FILE...: both engines run each file on the same luck and must give the same
    rows; else the first difference is told. Leaves with 0 if all are equal, 1 if not, 3 if the
    batch engine cannot run a file.

    Just after installation the batch engine compiles itself first, for about a minute.
    """
    if engines:
        _refuse(not files, "--engines: give at least one FILE")
        _refuse(engine is not None or quick, "--engine and --quick are for formulas, not --engines")
        settings = sets if seed is None else (*sets, f"seed={seed}")
        cases = open_cases(files, sets=settings)
        at_own_figures(cases)
        sys.exit(_compare(cases, files, style=style, reps=reps or 1))
    _refuse(bool(files), "FILE: add --engines to run both engines on it")
    _refuse(bool(sets), "--set: formulas hold for the stations as they are; use it with --engines")
    replications = reps or (QUICK_REPLICATIONS if quick else REPLICATIONS)
    found = _examined(engine or "batch", seed=1 if seed is None else seed, reps=replications)
    if style == "json":
        told = [
            dataclasses.asdict(f) | {"is_inside": f.is_inside, "is_final": f.is_final}
            for f in found
        ]
        click.echo(json.dumps(told, indent=1))
    else:
        show_table(_table(found), colour=colour)
        final = [f for f in found if f.is_final]
        n_inside = sum(f.is_inside for f in final)
        click.echo(f"{n_inside} of {len(final)} inside, {replications} replications")
    sys.exit(_OK if all(f.is_inside for f in found if f.is_final) else _WRONG)


def _refuse(is_wrong: bool, words: str) -> None:  # noqa: FBT001 - the condition itself
    if is_wrong:
        raise click.UsageError(words)


def _examined(engine: str, *, seed: int, reps: int) -> list[Finding]:
    found: list[Finding] = []
    all_stations = stations(replications=reps)
    with progress_bar("stations", quiet=False) as progress:
        for n, station in enumerate(all_stations):
            # a seed of its own: with the same luck all would be low or high together
            found += judge(station, engine=engine, seed=seed * len(all_stations) + n)
            progress(n + 1, len(all_stations))
    return found


def _table(found: Sequence[Finding]) -> Table:
    from rich.table import Table  # noqa: PLC0415 - help need not wait for it

    table = Table()
    for name in ("station", "measure", "expected", "got", "99 % interval", "verdict"):
        table.add_column(name, justify="left" if name in {"station", "measure"} else "right")
    for f in found:
        measure = f"{f.measure}, {f.unit}" if f.unit else f.measure
        figures = (f"{f.expected:.4f}", f"{f.got:.4f}", f"{f.low:.4f} to {f.high:.4f}")
        table.add_row(f.station, measure, *figures, _verdict(f))
    return table


def _verdict(found: Finding) -> str:
    if not found.is_final:
        return "look again"
    words = "inside" if found.is_inside else "OUTSIDE"
    return words if found.look == 1 else f"2nd look: {words}"


def _compare(cases: Sequence[Case], files: Sequence[str], *, style: Style, reps: int) -> int:
    told: list[dict[str, object]] = []
    code, is_warm = _OK, False
    for file, case in zip(files, cases, strict=True):
        reason = why_not(case.arrays)
        if reason:
            code = code or _CANNOT_RUN
            told.append({"file": file, "cannot_run": reason})
            _tell(f"{file}: not compared: {reason}", style)
            continue
        for replication in range(reps):
            if not is_warm:  # the first call loads or compiles the engine, which is no running
                pair_engines(case, replication)
                is_warm = True
            pairing = pair_engines(case, replication)
            code = code if pairing.is_equal else _WRONG
            told.append({"file": file, **dataclasses.asdict(pairing), "equal": pairing.is_equal})
            _tell(_line(file, pairing), style)
    if style == "json":
        click.echo(json.dumps(told, indent=1))
    return code


def _tell(words: str, style: Style) -> None:
    if style == "text":
        click.echo(words)


def _line(file: str, pairing: Pairing) -> str:
    head = f"{file}, replication {pairing.replication}:"
    speed = f"des {pairing.des_s:.2f} s, batch {pairing.batch_s:.3f} s, ratio {pairing.ratio:.0f}"
    if pairing.ends_in:
        return f"{head} equal, both end in: {pairing.ends_in}"
    if pairing.is_equal:
        return f"{head} equal, {pairing.rows:,} rows, {speed}"
    found = pairing.difference
    lines = [f"{head} DIFFERENT: {found['how']}"]
    if "row" in found:
        place = f"row {found['row']}, day {found['time_d']}, {found['local_time']}"
        lines.append(f"  at     {place}, {found['entity']}")
    lines += [f"  des    {found['one']}", f"  batch  {found['other']}"]
    return "\n".join(lines)
