"""Scenarios side by side: the same luck for each, paired differences to the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.blame import wait_table
from sim.analysis.metrics import metric_table
from sim.analysis.outcome import Outcome
from sim.errors import SettingError
from sim.kernels.summary import mean_interval, paired_interval
from sim.policies import goes_to_workers, load_rules, loaded_rules
from sim.runs.executors import do_jobs
from sim.runs.replicate import make_ready, replicate, usual_engine
from sim.tables import conform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sim.arrays import CorridorArrays
    from sim.model import Scenario
    from sim.runs.executors import Progress

__all__ = ["Comparison", "compare_scenarios", "paired_table"]

Work = tuple["Scenario", "CorridorArrays"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison found.

    Parameters
    ----------
    table : DataFrame
        Table `comparison`: means with intervals and paired differences to the first scenario.
    metrics : DataFrame
        Table `metrics` with `scenario` and `replication`: what it was made from.
    waits : DataFrame
        Table `waits` with `scenario`, mean over replications.
    """

    table: pd.DataFrame
    metrics: pd.DataFrame
    waits: pd.DataFrame


def _measure(
    shared: tuple[Sequence[Work], Sequence[str], str], job: tuple[int, int]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return metrics and waits of one replication of one scenario."""
    works, rule_files, engine = shared
    for file in rule_files:
        load_rules(file)
    scenario, arrays = works[job[0]]
    outcome = Outcome(scenario, arrays, replicate(arrays, job[1], engine=engine))
    return metric_table(outcome), wait_table(outcome)


def compare_scenarios(
    works: Sequence[Work],
    labels: Sequence[str],
    *,
    replications: int,
    engine: str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Run the same replications of each scenario and return them side by side.

    Parameters
    ----------
    works : sequence of (Scenario, CorridorArrays)
        Compiled scenarios with the same seed.
    labels : sequence of str
        What each is called in the tables.
    replications : int
        How many replications of each.
    engine : str, optional
        Which of `ENGINES` carries them out, with the same result; left out, the usual one.
    workers, progress : optional
        See `do_jobs`; one worker where a dispatch rule is known to this process only.

    Returns
    -------
    comparison : Comparison
        The same for any number of workers.

    Raises
    ------
    ValueError
        If seeds differ, so that the luck would not be common, or a label is used twice.
    RunError
        If the engine cannot run one of the scenarios.
    """
    seeds = {arrays.seed for _, arrays in works}
    if len(seeds) > 1:
        told = ", ".join(f"{x} {a.seed}" for x, (_, a) in zip(labels, works, strict=True))
        message = f"the scenarios have different seeds ({told}); pass one with --seed"
        raise SettingError(message)
    if len(set(labels)) < len(labels):
        message = f"two scenarios are called alike: {', '.join(labels)}"
        raise SettingError(message)
    jobs = [(w, r) for w in range(len(works)) for r in range(replications)]
    if not all(goes_to_workers(arrays.dispatch) for _, arrays in works):
        workers = 1
    many = [arrays for _, arrays in works]
    engine = engine or usual_engine(many)[0]
    make_ready(engine, many)
    shared = (tuple(works), tuple(file.path for file in loaded_rules()), engine)
    found = do_jobs(_measure, shared, jobs, workers=workers, progress=progress)
    metrics = pd.concat(
        [
            measured.assign(scenario=labels[w], replication=r)
            for (w, r), (measured, _) in zip(jobs, found, strict=True)
        ],
        ignore_index=True,
    )
    return Comparison(paired_table(metrics, labels), metrics, _mean_waits(jobs, found, labels))


def _mean_waits(
    jobs: Sequence[tuple[int, int]],
    found: Sequence[tuple[pd.DataFrame, pd.DataFrame]],
    labels: Sequence[str],
) -> pd.DataFrame:
    keys = ["scenario", "flow", "cause", "group", "place"]
    rows = pd.concat(
        [
            waits.assign(scenario=labels[w], replication=r)
            for (w, r), (_, waits) in zip(jobs, found, strict=True)
        ]
    )
    # a replication in which nothing of a flow arrived tells nothing of its waits
    counts = rows.drop_duplicates(["scenario", "flow", "replication"]).groupby(["scenario", "flow"])
    known = counts.size().rename("replications").reset_index()
    sums = rows.groupby(keys, sort=False)["hours_per_lot"].sum().reset_index()
    sums = sums.merge(known, on=["scenario", "flow"])
    sums["hours_per_lot"] /= sums.pop("replications")
    total = sums.groupby(["scenario", "flow"])["hours_per_lot"].transform("sum")
    return sums.assign(share_frac=sums["hours_per_lot"] / total)


def paired_table(metrics: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Return table `comparison` from the metrics of all replications.

    Parameters
    ----------
    metrics : DataFrame
        Columns scenario, replication, metric, flow, unit, value.
    labels : sequence of str
        Scenarios, the base first.

    Returns
    -------
    table : DataFrame
        In the order of the labels, then of the metrics. The busiest section may differ between
        replications; it is taken as one measure.
    """
    single = metrics["metric"] == "section_occupied_frac"
    metrics = metrics.assign(flow=metrics["flow"].where(~single, "busiest"))
    samples = _samples(metrics)
    rows = []
    for label in labels:
        for (metric, flow, unit), by_label in samples.items():
            sample = by_label.get(label)
            if sample is None or np.isnan(sample).all():
                continue
            row = {"scenario": label, "metric": metric, "flow": flow, "unit": unit}
            base = by_label.get(labels[0])
            rows.append(row | _compared(sample, sample if label == labels[0] else base))
    return conform("comparison", rows)


Key = tuple[str, str, str]


def _samples(metrics: pd.DataFrame) -> dict[Key, dict[str, NDArray[np.float64]]]:
    """Return the values of each measure by scenario, in order of replication."""
    n = int(metrics["replication"].max()) + 1
    samples: dict[Key, dict[str, NDArray[np.float64]]] = {}
    columns = ["metric", "flow", "unit", "scenario", "replication", "value"]
    for metric, flow, unit, label, replication, value in metrics[columns].itertuples(index=False):
        by_label = samples.setdefault((metric, flow, unit), {})
        by_label.setdefault(label, np.full(n, np.nan))[replication] = value
    return samples


def _compared(sample: NDArray[np.float64], base: NDArray[np.float64] | None) -> dict[str, object]:
    """Return mean and interval, and the paired difference where the base has the measure."""
    value, low, high = mean_interval(sample)
    difference = (np.nan, np.nan, np.nan)
    if base is sample:
        difference = (0.0, 0.0, 0.0)
    elif base is not None:
        difference = paired_interval(sample, base)
    return {
        "value": value,
        "low": low,
        "high": high,
        "difference": difference[0],
        "difference_low": difference[1],
        "difference_high": difference[2],
    }
