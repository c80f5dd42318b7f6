"""What sweep, sensitivity and search have in common: options, folder, the command to go on."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, fields
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.analysis.mc_settings import Place
from sim.cli.asked import refuse_unknown
from sim.cli.endings import SOME_FAILED
from sim.cli.mc_words import failure_lines
from sim.cli.options import (
    colour_option,
    rules_option,
    seed_option,
    set_option,
    verbosity_option,
)
from sim.policies import loaded_rules
from sim.runs.batch_folder import look_into
from sim.runs.replicate import ENGINES, usual_engine
from sim.runs.workers import finished

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.analysis.point_study import Manner, PointStudy
    from sim.analysis.points import Origin, Points
    from sim.runs.folder import Compiled
    from sim.runs.workers import Finish

__all__ = [
    "Common",
    "engine_for",
    "place_of",
    "refuse_metrics",
    "show_failures",
    "study_options",
    "tell_size",
    "tell_whole",
    "warn_origin",
]


@dataclass(frozen=True, slots=True)
class Common:
    """The options that all studies of levers have."""

    engine: str | None
    workers: int | None
    output: str | None
    replace: bool
    sets: tuple[str, ...]
    seed: int | None
    verbosity: int
    colour: bool

    @property
    def quiet(self) -> bool:
        """Whether only what goes wrong is told."""
        return self.verbosity < 0

    @property
    def settings(self) -> tuple[str, ...]:
        """What is laid upon the scenario, the seed among it."""
        return (*self.sets, *([f"seed={self.seed}"] if self.seed is not None else []))

    @property
    def finish(self) -> Finish:
        """How batches are done: on so many processes."""
        return partial(finished, workers=self.workers)


def study_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that all studies of levers have; the command takes them as ``common``."""

    @wraps(command)
    def taking(**given: Any) -> None:  # noqa: ANN401 - whatever the command takes
        common = Common(**{name.name: given.pop(name.name) for name in fields(Common)})
        command(common=common, **given)

    options = [
        click.option(
            "--engine",
            type=click.Choice(list(ENGINES)),
            help="Which engine: the same results, SimPy slower [batch, if it can].",
        ),
        click.option(
            "--workers", type=click.IntRange(min=1), help="Processes [one for each core]."
        ),
        click.option("-o", "--output", metavar="DIR", help="Folder of the study [in runs/]."),
        click.option(
            "--replace", is_flag=True, help="Replace results of other inputs in the folder."
        ),
        rules_option,
        set_option,
        seed_option,
        verbosity_option,
        colour_option,
    ]
    for option in reversed(options):
        taking = option(taking)
    return taking


def refuse_metrics(metrics: Sequence[str]) -> None:
    """Refuse measures there are not, before anything is run.

    Raises
    ------
    UsageError
        Names the nearest one, or all.
    """
    refuse_unknown([metric.partition(":")[0] for metric in metrics])


def warn_origin(origin: Origin) -> None:
    """Write on stderr what the checks remarked on the scenario."""
    for warning in origin.case.warnings:
        click.echo(warning, err=True)


def engine_for(engine: str | None, cases: Sequence[Compiled]) -> str:
    """Return the engine asked for, else the usual one; tell why if it is not the fast one."""
    if engine is not None:
        return engine
    found, reason = usual_engine([case.arrays for case in cases])
    if reason:
        click.echo(f"the SimPy engine carries this study out: {reason}", err=True)
    return found


def tell_whole(origin: Origin, *, quiet: bool) -> None:
    """Tell which levers take whole numbers only."""
    whole = [lever.path for lever in origin.levers if lever.is_whole]
    if whole and not quiet:
        words = "takes" if len(whole) == 1 else "take"
        click.echo(f"{', '.join(whole)} {words} whole numbers only", err=True)


def tell_size(points: Points, manner: Manner, *, quiet: bool) -> None:
    """Tell how much is about to be done."""
    if not quiet:
        count = f"{len(points.cases):,} points, {manner.replications:,} replications of each"
        click.echo(count, err=True)


def place_of(kind: str, file: str, digest: str) -> Place:
    """Return the folder of a study, and the command that goes on with it."""
    params = click.get_current_context().params
    given = params["output"]
    path = Path(given) if given else Path("runs") / f"{kind}-{Path(file).stem}-{digest[:8]}"
    return Place(path, _command(kind, file, path, params), bool(params["replace"]))


_ORDER = (
    *("over", "lhs", "vary", "method", "samples", "lever", "target", "years", "confidence"),
    *("cost", "reps", "at_most", "metrics", "engine", "workers", "seed", "sets"),
)
_FLAGS = {"metrics": "--metric", "sets": "--set"}


def _command(kind: str, file: str, path: Path, params: dict[str, Any]) -> str:
    words = ["corridor", kind, file]
    for name in _ORDER:
        flag = _FLAGS.get(name, f"--{name.replace('_', '-')}")
        value = params.get(name)
        values = value if isinstance(value, tuple) else () if value is None else (value,)
        for one in values:
            shown = f"{one * 100:g}%" if name in {"years", "confidence"} else str(one)
            words += [flag, shown]
    words += [word for rules in loaded_rules() for word in ("--rules", rules.path)]
    return shlex.join([*words, "-o", str(path)])


def show_failures(study: PointStudy) -> int:
    """Write on stderr which replications failed, if any did, and return the exit code."""
    failures = study.reached.failures
    if not failures:
        return 0
    folder = look_into(study.folder)
    total = study.reached.replications * len(folder.labels)
    click.echo(f"{len(failures)} of {total} replications failed; the rest is kept:", err=True)
    for line in failure_lines(folder, failures):
        click.echo(line, err=True)
    return SOME_FAILED
