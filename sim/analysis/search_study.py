"""A search in a folder: each value that is tried is a study that can be gone on with."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.monte_carlo import Plan, wanted
from sim.analysis.point_study import Manner, study_points
from sim.analysis.points import Origin, Points, Variant
from sim.analysis.search import Asked, Found, Look, Try, seek
from sim.analysis.search_refusals import refuse_search
from sim.analysis.study_files import keep_table
from sim.errors import SettingError
from sim.runs.batch_folder import KIND as MC
from sim.runs.case import open_case
from sim.runs.files import told_by_name
from sim.runs.folder import (
    MANIFEST,
    inputs_hash,
    package_versions,
    read_manifest,
    refuse_other,
    rules_note,
)
from sim.runs.replicate import engine_note
from sim.runs.shards import in_place
from sim.tables import conform

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from sim.analysis.mc_settings import Place
    from sim.analysis.point_study import PointStudy
    from sim.runs.workers import Finish

__all__ = ["KIND", "Search", "conduct_search", "search_inputs"]

KIND = "search"
_VALUES = "values"
_USUAL_COST = "cost_usd_per_t"


@dataclass(frozen=True)
class Search:
    """What a search found, in its folder.

    Parameters
    ----------
    folder : Path
        Where everything is kept.
    asked : Asked
        What was searched for.
    found : Found
        Answer, tries and doubts.
    tries : DataFrame
        Table `tries`, in order of the lever.
    failed : int
        Replications that ended in an error, of all values.
    cost : str
        The measure shown beside, or nothing.
    """

    folder: Path
    asked: Asked
    found: Found
    tries: pd.DataFrame
    failed: int
    cost: str

    @property
    def answer(self) -> int | None:
        """The cheapest value shown to meet the target."""
        return self.found.answer


def search_inputs(origin: Origin, engine: str, *, antithetic: bool = False) -> str:
    """Return a hash of all that tries depend on, but not range, target and number of them."""
    pairs: dict[str, object] = {"antithetic": True} if antithetic else {}
    return inputs_hash(KIND, [origin.case], lever=origin.levers[0].path, engine=engine, **pairs)


def conduct_search(  # noqa: PLR0913 - what, how and where
    origin: Origin,
    asked: Asked,
    place: Place,
    *,
    engine: str,
    cost: str | None = None,
    finish: Finish | None = None,
    told: Callable[[Try], None] | None = None,
) -> Search:
    """Search, or go on with a search, and return what it found.

    Parameters
    ----------
    origin : Origin
        The scenario, with one lever.
    asked : Asked
        Range, target, replications.
    place : Place
        The folder. What was tried there for another target or range is not done again.
    engine : str
        Which engine carries replications out.
    cost : str, optional
        Measure shown beside, by name or as `name:flow`; left out, the cost a tonne if there is one.
    finish : callable, optional
        How batches are done; left out, on processes of this machine, one for each core.
    told : callable, optional
        Told of each value tried.

    Returns
    -------
    search : Search
        Answer and table.

    Raises
    ------
    RunError
        If the folder holds other things or can't be written.
    ScenarioError
        If the scenario can't be run with a value.
    ValueError
        If the lever takes no whole numbers, a measure is not in the scenario or means several, or
        what is asked for contradicts itself. Nothing has run then.
    """
    refuse_search(origin, asked, cost)
    manifest = _begun(origin, asked, place, engine)
    looks = _Looks(origin, asked, cost, place, engine, finish)
    found = seek(asked, looks, told=told)
    tries = _table(found, looks.key or (asked.target.metric, "", ""))
    with told_by_name(place.path):
        keep_table(place.path, "tries", tries)
        manifest |= {
            "state": "complete",
            "answer": found.answer,
            "doubts": list(found.doubts),
            "made": ["tries.csv", "tries.parquet"],
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        _keep_manifest(place.path, manifest)
    shown = cost or (_USUAL_COST if np.isfinite(tries["cost"]).any() else "")
    return Search(place.path, asked, found, tries, sum(looks.failed.values()), shown)


@dataclass
class _Looks:
    """Carries out replications of a value of the lever, each value in a folder of its own."""

    origin: Origin
    asked: Asked
    cost: str | None
    place: Place
    engine: str
    finish: Finish | None
    failed: dict[int, int] = field(default_factory=dict)
    key: tuple[str, str, str] | None = None

    def __call__(self, value: int, replications: int) -> Look:
        points = _at(self.origin, value)
        metric = self.asked.target.metric
        plan = Plan(replications, metrics=(metric,))
        manner = Manner(MC, plan, self.engine, self.asked.antithetic)
        at = replace(self.place, path=self.place.path / _VALUES / str(value))
        study = study_points(points, manner, at, tables=lambda _: {}, finish=self.finish)
        self.failed[value] = len(study.reached.failures)
        key = _key(study, metric)
        self.key = self.key or key
        return Look(_values(study, key), _cost(study, self.cost), study.groups.size)


def _at(origin: Origin, value: int) -> Points:
    """Return the scenario with the lever at a value, alone."""
    case = open_case(origin.path, sets=(*origin.sets, f"{origin.levers[0].path}={value}"))
    alone = Origin(origin.path, origin.sets, case, origin.levers, origin.names)
    label = f"{origin.names[0]}={value}"
    return Points(alone, (), (Variant(case.scenario, case.arrays),), (label,), ((),), ())


def _key(study: PointStudy, metric: str) -> tuple[str, str, str] | None:
    """Return the one measure that a target means; None if no replication has any measure."""
    known = list(study.samples.by_measure)
    if not known:
        return None
    keys = wanted(metric, known)
    if len(keys) > 1:
        flows = ", ".join(key[1] for key in keys)
        message = f"'{metric}' is measured for several: {flows}; write '{metric}:{keys[0][1]}'"
        raise SettingError(message)
    return keys[0]


def _values(study: PointStudy, key: tuple[str, str, str] | None) -> np.ndarray:
    if key is None:
        return study.groups.means(np.full(study.samples.replications, np.nan))
    return study.base(key)


def _cost(study: PointStudy, cost: str | None) -> float:
    known = list(study.samples.by_measure)
    if not known or (cost is None and not any(key[0] == _USUAL_COST for key in known)):
        return np.nan
    values = study.base(wanted(cost or _USUAL_COST, known)[0])
    return float(values[np.isfinite(values)].mean()) if np.isfinite(values).any() else np.nan


def _table(found: Found, key: tuple[str, str, str]) -> pd.DataFrame:
    rows = [
        {
            "value": one.value,
            "replications": one.look.replications,
            "metric": key[0],
            "flow": key[1],
            "unit": key[2],
            "mean": one.judged.value,
            "low": one.judged.low,
            "high": one.judged.high,
            "verdict": one.judged.verdict,
            "failed": one.missing,
            "cost": one.look.cost,
        }
        for one in sorted(found.tries, key=lambda one: one.value)
    ]
    return conform("tries", rows)


def _begun(origin: Origin, asked: Asked, place: Place, engine: str) -> dict[str, Any]:
    """Have the folder ready, and return its manifest."""
    inputs = search_inputs(origin, engine, antithetic=asked.antithetic)
    refuse_other(place.path, KIND, inputs, replace=place.replace)
    manifest = {
        "kind": KIND,
        "state": "running",
        "inputs": inputs,
        "scenario": origin.case.scenario.name,
        "lever": origin.levers[0].path,
        "range": [asked.low, asked.high],
        "target": asked.target.words,
        "confidence": asked.confidence,
        "looks": asked.looks,
        "until_frac": asked.until_frac,
        "antithetic": asked.antithetic,
        "set": list(origin.sets),
        "seed": origin.case.arrays.seed,
        "engine": engine_note(engine),
        "command": place.command,
        "versions": package_versions(),
        **rules_note(),
    }
    with told_by_name(place.path):
        place.path.mkdir(parents=True, exist_ok=True)
        if (place.path / MANIFEST).exists() and read_manifest(place.path)["inputs"] != inputs:
            shutil.rmtree(place.path / _VALUES, ignore_errors=True)
        _keep_manifest(place.path, manifest)
    return manifest


def _keep_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    in_place(
        folder / MANIFEST, (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
    )
