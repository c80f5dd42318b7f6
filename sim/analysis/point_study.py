"""A study of many points of one scenario, with the same luck at each, in a folder of batches."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.batch_work import Shared
from sim.analysis.mc_groups import Groups
from sim.analysis.measures import refuse_unmeasured
from sim.analysis.monte_carlo import (
    BATCH_SIZE,
    Plan,
    Reached,
    carry_out,
    refuse_half_pairs,
    wanted,
)
from sim.analysis.samples import read_samples, study_digest
from sim.analysis.study_files import keep_scenario, keep_table
from sim.errors import SettingError
from sim.policies import goes_to_workers, loaded_rules
from sim.runs.batch_folder import batch_folder
from sim.runs.folder import inputs_hash, package_versions, rules_note
from sim.runs.replicate import engine_note, make_ready
from sim.runs.workers import finished

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from sim.analysis.mc_settings import Place
    from sim.analysis.monte_carlo import Tally
    from sim.analysis.points import Points
    from sim.analysis.samples import Samples
    from sim.runs.batch_folder import BatchFolder
    from sim.runs.workers import Finish

__all__ = ["Manner", "PointStudy", "chosen_keys", "point_inputs", "study_points"]

_BASE_COPY = "scenarios/base/scenario.yaml"


@dataclass(frozen=True)
class Manner:
    """How a study of points is made.

    Parameters
    ----------
    kind : str
        The command: `sweep` or `sensitivity`.
    plan : Plan
        How many replications of each point, and which measures are told.
    engine : str
        Which engine carries them out.
    antithetic : bool, optional
        Whether each odd replication has the luck of the even one before it turned over.
    facts : dict, optional
        What else the manifest says.
    """

    kind: str
    plan: Plan
    engine: str
    antithetic: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PointStudy:
    """What a study of points found.

    Parameters
    ----------
    folder : Path
        Where everything is kept.
    points : Points
        What was varied.
    samples : Samples
        One value a replication, by measure and case.
    reached : Reached
        Replications of each, failures.
    digest : str
        Hash over all results, the same for any number of workers.
    groups : Groups
        Which replications are one observation: both of a pair with opposite luck.
    tables : dict of DataFrame
        By name; they are in the folder too.
    """

    folder: Path
    points: Points
    samples: Samples
    reached: Reached
    digest: str
    groups: Groups = field(default_factory=Groups)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    def values(self, key: tuple[str, str, str]) -> NDArray[np.float64]:
        """Return a measure at every point, shape (n_points, n_observations); NaN for no value."""
        return np.array([self._observed(key, k) for k in self.points.case_of])

    def base(self, key: tuple[str, str, str]) -> NDArray[np.float64]:
        """Return a measure of the scenario as its file states it, shape (n_observations,)."""
        return self._observed(key, 0)

    def _observed(self, key: tuple[str, str, str], case: int) -> NDArray[np.float64]:
        known = self.samples.by_measure.get(key, {})
        none = np.full(self.samples.replications, np.nan)
        return self.groups.means(known.get(self.points.labels[case], none))


def chosen_keys(
    study: PointStudy, names: Sequence[str], *, usual: Sequence[str] = ()
) -> list[tuple[str, str, str]]:
    """Return the measures that names mean: those asked for, else those of the usual ones there are.

    Raises
    ------
    ValueError
        If a measure asked for is not in the scenario.
    """
    keys = list(study.samples.by_measure)
    asked = list(names) or [n for n in usual if any(key[0] == n for key in keys)]
    return list(dict.fromkeys(key for name in asked for key in wanted(name, keys)))


def point_inputs(points: Points, manner: Manner) -> str:
    """Return a hash of all that a replication depends on, but not how many there are."""
    pairs: dict[str, object] = {"antithetic": True} if manner.antithetic else {}
    labels = list(points.labels)
    return inputs_hash(manner.kind, points.cases, labels=labels, engine=manner.engine, **pairs)


def study_points(
    points: Points,
    manner: Manner,
    place: Place,
    *,
    tables: Callable[[PointStudy], Mapping[str, pd.DataFrame]],
    finish: Finish | None = None,
    tally: Tally | None = None,
) -> PointStudy:
    """Carry out all points, or what is still missing of them, and return what they found.

    Parameters
    ----------
    points : Points
        What is varied; the scenario as its file states it is carried out too.
    manner : Manner
        How many replications, and how.
    place : Place
        The folder.
    tables : callable
        Gives the tables of a study by name, which are kept in the folder.
    finish : callable, optional
        How batches are done; left out, on processes of this machine, one for each core.
    tally : callable, optional
        Told of the progress.

    Returns
    -------
    study : PointStudy
        The same for any number of workers, ended and gone on with or not.

    Raises
    ------
    RunError
        If the folder holds other things or can't be written; what is there is kept. If the engine
        cannot run a point.
    ValueError
        If a lever is the seed, so that the luck would not be common; if a measure is of no point;
        if the last pair with opposite luck would be half a pair. Nothing has run then.
    """
    arrays = [case.arrays for case in points.cases]
    _refuse_bad(points, manner)
    inputs = point_inputs(points, manner)
    make_ready(manner.engine, arrays)
    if not all(goes_to_workers(one.dispatch) for one in arrays):
        finish = partial(finished, workers=1)
    shared = _shared(points, manner, inputs)
    manifest = _manifest(points, manner, inputs) | {"command": place.command}
    with batch_folder(place.path, manifest, replace=place.replace) as folder:
        copy = folder.path / _BASE_COPY
        if not copy.exists():
            with folder.told():
                keep_scenario(points.origin.case, copy)
        folder.log("begin", seed=manifest["seed"], versions=manifest["versions"])
        reached = carry_out(folder, shared, manner.plan, finish=finish, tally=tally)
        samples = read_samples(folder, reached.replications)
        found = PointStudy(folder.path, points, samples, reached, "", Groups(manner.antithetic))
        found = replace(found, tables=dict(tables(found)))
        with folder.told():
            for name, table in found.tables.items():
                keep_table(folder.path, name, table)
        return _closed(folder, found)


def _refuse_bad(points: Points, manner: Manner) -> None:
    if len({case.arrays.seed for case in points.cases}) > 1:
        message = "the seed is no lever: points are compared with the same luck"
        raise SettingError(message)
    refuse_half_pairs(manner.plan.replications, antithetic=manner.antithetic)
    refuse_unmeasured(manner.plan.metrics, points.cases)


def _shared(points: Points, manner: Manner, inputs: str) -> Shared:
    return Shared(
        tuple((case.scenario, case.arrays) for case in points.cases),
        points.labels,
        inputs,
        manner.engine,
        manner.antithetic,
        rule_files=tuple(file.path for file in loaded_rules()),
    )


def _closed(folder: BatchFolder, found: PointStudy) -> PointStudy:
    """Close the manifest of a study."""
    reached = found.reached
    digest = study_digest(folder, reached.replications)
    folder.tell(
        state="complete, some replications failed" if reached.failures else "complete",
        replications=reached.replications,
        is_precise=reached.is_precise,
        counts={"done": digest.done, "failed": digest.failed},
        digest=digest.text,
        written=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    folder.log("end", done=digest.done, failed=digest.failed, digest=digest.text)
    return replace(found, digest=digest.text)


def _manifest(points: Points, manner: Manner, inputs: str) -> dict[str, Any]:
    origin = points.origin
    files = [{"file": f.shown, "sha256": f.sha256} for f in origin.case.reading.files]
    return {
        "kind": manner.kind,
        "state": "running",
        "inputs": inputs,
        "scenarios": [
            {"label": label, "name": case.scenario.name, "copy": _BASE_COPY, "sets": list(sets)}
            for label, case, sets in zip(points.labels, points.cases, points.sets, strict=True)
        ],
        "files": files,
        "levers": [
            {"path": lever.path, "name": name, "value": lever.value}
            for lever, name in zip(origin.levers, origin.names, strict=True)
        ],
        "set": list(origin.sets),
        "seed": origin.case.arrays.seed,
        "replications": manner.plan.replications,
        "until_frac": manner.plan.until_frac,
        "metrics": list(manner.plan.metrics),
        "antithetic": manner.antithetic,
        "engine": engine_note(manner.engine),
        "batch_size": BATCH_SIZE,
        "versions": package_versions(),
        **rules_note(),
        "rule_files": [file.path for file in loaded_rules()],
        "warnings": list(origin.case.warnings),
        **manner.facts,
    }
