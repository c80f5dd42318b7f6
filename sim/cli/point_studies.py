"""What mc, sweep, sensitivity and search have in common: options, folder, the command to go on."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.analysis.mc_settings import Place
from sim.analysis.mc_study import DEFAULT_METRICS
from sim.analysis.measures import study_measures
from sim.analysis.monte_carlo import MOST, Plan
from sim.cli.asked import refuse_unknown
from sim.cli.endings import SOME_FAILED
from sim.cli.engine_choice import engine_option
from sim.cli.mc_words import failure_lines
from sim.cli.options import (
    colour_option,
    rules_option,
    seed_option,
    set_option,
    verbosity_option,
)
from sim.cli.run_options import antithetic_option, finish_of, finish_options
from sim.plots import PlotError
from sim.policies import loaded_rules
from sim.runs.batch_folder import look_into
from sim.runs.files import told_by_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matplotlib.figure import Figure

    from sim.analysis.point_study import Manner, PointStudy
    from sim.analysis.points import Origin, Points
    from sim.runs.case import Case
    from sim.runs.workers import Finish

__all__ = [
    "Common",
    "picture_in",
    "place_of",
    "plan_of",
    "refuse_metrics",
    "show_failures",
    "study_options",
    "tell_size",
    "tell_whole",
    "warn_cases",
]


@dataclass(frozen=True, slots=True)
class Common:
    """The options that all studies have."""

    antithetic: bool
    engine: str | None
    workers: int | None
    scheduler: str | None
    insecure: bool
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
        """How batches are done: on so many processes, or by a cluster."""
        return finish_of(self.workers, self.scheduler, insecure=self.insecure)


def study_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that all studies have; the command takes them as ``common``."""

    @wraps(command)
    def taking(**given: Any) -> None:  # noqa: ANN401 - whatever the command takes
        common = Common(**{name.name: given.pop(name.name) for name in fields(Common)})
        _ = common.finish  # what contradicts itself is told before anything is read
        command(common=common, **given)

    options = [
        antithetic_option,
        engine_option,
        finish_options,
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
    """Refuse measures that no scenario has, before one is read.

    Raises
    ------
    UsageError
        Names the nearest one, or all.
    """
    names = [metric.partition(":")[0] for metric in metrics]
    refuse_unknown(names, known=study_measures())


def warn_cases(cases: Iterable[Case]) -> None:
    """Write on stderr what the checks remarked on scenarios."""
    for warning in (warning for case in cases for warning in case.warnings):
        click.echo(warning, err=True)


def tell_whole(origin: Origin, *, quiet: bool) -> None:
    """Tell which levers take whole numbers only."""
    whole = [lever.path for lever in origin.levers if lever.is_whole]
    if whole and not quiet:
        words = "takes" if len(whole) == 1 else "take"
        click.echo(f"{', '.join(whole)} {words} whole numbers only", err=True)


def tell_size(points: Points, manner: Manner, *, quiet: bool) -> None:
    """Tell how much is about to be done."""
    if not quiet:
        count = f"{len(points.cases):,} points, {_how_many(manner.plan)} of each"
        click.echo(count, err=True)


def _how_many(plan: Plan) -> str:
    most = " at most" if plan.until_frac is not None else ""
    return f"{plan.replications:,} replications{most}"


def place_of(kind: str, files: Sequence[str], digest: str) -> Place:
    """Return the folder of a study, and the command that goes on with it."""
    params = click.get_current_context().params
    given = params["output"]
    path = Path(given) if given else Path("runs") / f"{kind}-{Path(files[0]).stem}-{digest[:8]}"
    return Place(path, _command(kind, files, path, params), bool(params["replace"]))


_ORDER = (
    *("over", "lhs", "vary", "method", "lever", "target", "years", "confidence", "cost"),
    *("samples", "reps_per_sample", "noise", "reps", "until", "at_most", "metrics", "engine"),
    *("workers", "scheduler", "seed", "antithetic", "fixed", "steady_state"),
    *("insecure", "sets"),
)
_FLAGS = {"metrics": "--metric", "sets": "--set"}
_PERCENT = {"until", "years", "confidence"}


def _command(kind: str, files: Sequence[str], path: Path, params: dict[str, Any]) -> str:
    words = ["corridor", kind, *files]
    for name in _ORDER:
        flag = _FLAGS.get(name, f"--{name.replace('_', '-')}")
        value = params.get(name)
        if isinstance(value, bool):
            words += [flag] if value else []
            continue
        values = value if isinstance(value, tuple) else () if value is None else (value,)
        for one in values:
            words += [flag, f"{one * 100:g}%" if name in _PERCENT else str(one)]
    words += [word for rules in loaded_rules() for word in ("--rules", rules.path)]
    return shlex.join([*words, "-o", str(path)])


def plan_of(
    reps: int | None,
    until: float | None,
    at_most: int | None,
    *,
    usual: int,
    metrics: tuple[str, ...],
) -> Plan:
    """Return how many replications of each point: so many, or as many as a precision needs.

    Parameters
    ----------
    reps, until, at_most : optional
        As the options say.
    usual : int
        Replications where none are asked for.
    metrics : tuple of str
        Measures asked for; left empty, the usual ones must be so precise.
    """
    most = (at_most or MOST) if until is not None else usual
    return Plan(reps or most, until, metrics or DEFAULT_METRICS)


def picture_in(folder: Path, name: str, draw: Callable[[], Figure]) -> list[str]:
    """Keep a picture in the folder of a study and return its name; tell where there is none."""
    from sim.plots import save  # noqa: PLC0415 - slow to load, and only here

    try:
        picture = draw()
    except PlotError as error:
        click.echo(str(error), err=True)
        return []
    with told_by_name(folder):
        save(picture, folder / name)
    return [name]


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
