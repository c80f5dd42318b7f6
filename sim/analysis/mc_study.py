"""A Monte Carlo study from scenarios to tables, in a folder that can be gone on with."""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.batch_work import Shared
from sim.analysis.mc_settings import HELD_LUCK
from sim.analysis.mc_tables import keep_tables, study_tables
from sim.analysis.measures import refuse_unmeasured
from sim.analysis.monte_carlo import BATCH_SIZE, Reached, carry_out
from sim.analysis.samples import study_digest
from sim.analysis.steady import find_steady
from sim.analysis.study_files import keep_scenario
from sim.policies import goes_to_workers, loaded_rules
from sim.runs.batch_folder import KIND, batch_folder
from sim.runs.folder import package_versions, rules_note
from sim.runs.replicate import engine_note, make_ready
from sim.runs.workers import finished
from sim.scenario.correlations import correlated_groups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sim.analysis.mc_groups import Groups
    from sim.analysis.mc_settings import Place, Settings
    from sim.analysis.monte_carlo import Tally
    from sim.analysis.steady import Steady
    from sim.runs.batch_folder import BatchFolder
    from sim.runs.case import Case
    from sim.runs.shards import Failure
    from sim.runs.workers import Finish
    from sim.scenario.correlations import Group

__all__ = ["DEFAULT_METRICS", "MonteCarlo", "conduct", "rerun_command"]

DEFAULT_METRICS = ("transit_mean_d", "transit_p95_d", "delivered_t", "cost_usd_per_t")
"""Measures that are shown, and made precise, unless others are asked for."""


@dataclass(frozen=True)
class MonteCarlo:
    """What a study found.

    Parameters
    ----------
    folder : Path
        Where everything is kept.
    metrics : DataFrame
        Table `mc_metrics`: every measure over the years, by scenario.
    transit : DataFrame
        Table `mc_transit`: transit times of all lots of all years.
    curve : DataFrame
        Table `mc_curve`: the same as a distribution.
    parameters : DataFrame
        Table `mc_parameters`: uncertain numbers as they were drawn; empty if none was.
    drivers : DataFrame
        Table `mc_drivers`: rank correlations of these with the measures asked for.
    variance : DataFrame
        Table `mc_variance`: spread by uncertain numbers and by luck; empty with one replication a
        sample.
    correlations : DataFrame
        Table `mc_correlations`: rank correlations among uncertain numbers.
    daily : DataFrame
        Table `mc_daily`: mean transit times by day of offer, of runs declared to be steady.
    reached : Reached
        Replications of each scenario, failures, precision.
    digest : str
        Hash over all results, the same for any number of workers.
    steady : Steady, optional
        Where the beginning of runs declared to be steady ends.
    """

    folder: Path
    metrics: pd.DataFrame
    transit: pd.DataFrame
    curve: pd.DataFrame
    parameters: pd.DataFrame
    drivers: pd.DataFrame
    variance: pd.DataFrame
    correlations: pd.DataFrame
    daily: pd.DataFrame
    reached: Reached
    digest: str
    steady: Steady | None = None


def conduct(
    cases: Sequence[Case],
    labels: Sequence[str],
    settings: Settings,
    place: Place,
    *,
    finish: Finish | None = None,
    tally: Tally | None = None,
) -> MonteCarlo:
    """Make a study or go on with it, and return what it found.

    Parameters
    ----------
    cases : sequence of Case
        Scenarios with the same seed, the base first.
    labels : sequence of str
        What each is called.
    settings : Settings
        How many replications, and how.
    place : Place
        The folder.
    finish : callable, optional
        How batches are done; left out, on processes of this machine, one for each core. One
        process does them where a dispatch rule is known to this process only.
    tally : callable, optional
        Told of the progress.

    Returns
    -------
    found : MonteCarlo
        Tables, which are in the folder too.

    Raises
    ------
    RunError
        If the folder holds other things or can't be written; what is there is kept. If the engine
        cannot run a scenario.
    ValueError
        If seeds differ, or a measure asked for is of no scenario; nothing has run then.
    """
    inputs = settings.inputs(cases, labels)
    refuse_unmeasured(settings.plan.metrics, cases)
    make_ready(settings.engine, [case.arrays for case in cases])
    if not all(goes_to_workers(case.arrays.dispatch) for case in cases):
        finish = partial(finished, workers=1)
    shared = Shared(
        tuple((case.scenario, case.arrays) for case in cases),
        tuple(labels),
        inputs,
        settings.engine,
        settings.antithetic,
        tuple(file.path for file in loaded_rules()),
        settings.variants(cases),
        settings.luck,
        settings.steady_state,
    )
    groups = settings.groups(cases, labels)
    together = {
        label: correlated_groups(case.scenario)
        for label, case in zip(labels, cases, strict=True)
        if label in groups.varied
    }
    manifest = _manifest(cases, labels, settings, inputs) | {"command": place.command}
    with batch_folder(place.path, manifest, replace=place.replace) as folder:
        _keep_scenarios(folder, cases)
        folder.log("begin", seed=manifest["seed"], versions=manifest["versions"])
        reached = carry_out(folder, shared, settings.plan, finish=finish, tally=tally)
        return _told(folder, reached, groups, together)


def _told(
    folder: BatchFolder,
    reached: Reached,
    groups: Groups,
    together: Mapping[str, Sequence[Group]],
) -> MonteCarlo:
    """Make the tables of a study, keep them and close its manifest."""
    steady = find_steady(folder, reached.replications)
    tables = study_tables(folder, reached.replications, groups, together, steady=steady)
    keep_tables(folder, tables)
    digest = study_digest(folder, reached.replications)
    is_whole = not reached.failures
    folder.tell(
        state="complete" if is_whole else "complete, some replications failed",
        replications=reached.replications,
        is_precise=reached.is_precise,
        counts={"done": digest.done, "failed": digest.failed},
        digest=digest.text,
        beginning={"from_d": steady.from_d, "found_d": steady.found_d} if steady else None,
        written=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    folder.log("end", done=digest.done, failed=digest.failed, digest=digest.text)
    return MonteCarlo(folder.path, **tables, reached=reached, digest=digest.text, steady=steady)


def _keep_scenarios(folder: BatchFolder, cases: Sequence[Case]) -> None:
    """Keep a copy of each scenario, all settings laid in, from which any replication can be run."""
    for case, known in zip(cases, folder.manifest["scenarios"], strict=True):
        path = folder.path / known["copy"]
        if not path.exists():  # written last, so all of it is there if it is
            with folder.told():
                keep_scenario(case, path)
        known["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    folder.tell()


def _manifest(
    cases: Sequence[Case], labels: Sequence[str], settings: Settings, inputs: str
) -> dict[str, Any]:
    plan = settings.plan
    return {
        "kind": KIND,
        "state": "running",
        "inputs": inputs,
        "scenarios": [
            {
                "label": label,
                "name": case.scenario.name,
                "copy": f"scenarios/{_plain(k, label, labels)}/scenario.yaml",
                "flows": list(case.scenario.flows),
                "uncertain": list(case.scenario.uncertain),
                "files": [{"file": f.shown, "sha256": f.sha256} for f in case.reading.files],
            }
            for k, (label, case) in enumerate(zip(labels, cases, strict=True))
        ],
        "set": list(settings.sets),
        "seed": cases[0].arrays.seed,
        "replications": plan.replications,
        "until_frac": plan.until_frac,
        "metrics": list(plan.metrics),
        "antithetic": settings.antithetic,
        "reps_per_sample": settings.reps_per_sample,
        "fixed": settings.fixed,
        "noise": settings.noise,
        "steady_state": settings.steady_state,
        "engine": engine_note(settings.engine),
        "batch_size": BATCH_SIZE,
        "versions": package_versions(),
        **rules_note(),
        "rule_files": [file.path for file in loaded_rules()],
        "warnings": [w for case in cases for w in case.warnings],
    }


def _plain(number: int, label: str, labels: Sequence[str]) -> str:
    """Return a name for a scenario's folder: its label, if that can be one and is the only one."""
    stem = Path(label).stem
    alike = [Path(other).stem for other in labels].count(stem)
    is_plain = stem.replace("-", "").replace("_", "").isalnum()
    return stem if is_plain and alike == 1 else f"{number}-scenario"


def rerun_command(folder: BatchFolder, scenario: int, failure: Failure) -> str:
    """Return the command that carries out a replication that failed alone, with full trace."""
    path = folder.path / folder.manifest["scenarios"][scenario]["copy"]
    is_held = folder.manifest.get("noise") == "parameters"
    luck = HELD_LUCK if is_held else failure.replication
    words = ["corridor", "run", str(path), "--replication", str(luck)]
    sets = folder.manifest["scenarios"][scenario].get("sets", ())
    words += [word for text in sets for word in ("--set", text)]
    words += ["--antithetic"] if folder.manifest["antithetic"] else []
    words += [word for text in failure.sets for word in ("--set", text)]
    words += [word for file in folder.manifest["rule_files"] for word in ("--rules", file)]
    return f"CORRIDOR_TRACE=1 {shlex.join(words)}"
