"""Runs declared to be steady: where the beginning ends, and transit times without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.flows import transit_figures
from sim.analysis.samples import lot_frames, read_samples, replication_slices
from sim.kernels.warmup import LEAST_VALUES, is_settled, mser5
from sim.tables import conform
from sim.units import DAY_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.samples import Samples
    from sim.runs.batch_folder import BatchFolder

    Ints = NDArray[np.int64]

__all__ = ["Steady", "find_steady", "study_samples"]


@dataclass(frozen=True)
class Steady:
    """Where the beginning of a study's runs ends.

    Parameters
    ----------
    from_d : int
        The day from which on lots count, the latest of all scenarios, so that all are compared
        over the same days; 0 if none was found.
    found_d : dict
        The same of each scenario by itself; None where there is none in the first half.
    doubts : tuple of str
        Scenarios whose beginning does not end, with the way out.
    daily : DataFrame
        Table `mc_daily`.
    """

    from_d: int
    found_d: dict[str, int | None]
    doubts: tuple[str, ...]
    daily: pd.DataFrame


def find_steady(folder: BatchFolder, replications: int) -> Steady | None:
    """Return where the beginning ends by MSER-5, or None in a study of runs with an end.

    The series is the mean transit time of the lots offered on each day, over all replications and
    flows; days without any that arrive are left out.

    Parameters
    ----------
    folder : BatchFolder
        Of the study; its lots were kept with their offers.
    replications : int
        Of each scenario.

    Raises
    ------
    RunError
        If a file is damaged.
    """
    if not folder.manifest.get("steady_state"):
        return None
    daily = [_daily(folder, replications, w) for w in range(len(folder.labels))]
    found: dict[str, int | None] = {}
    doubts = []
    for label, days in zip(folder.labels, daily, strict=True):
        found[label], doubt = _end_of_beginning(days)
        doubts += [f"{label}: {doubt}"] if doubt else []
    from_d = max((day for day in found.values() if day is not None), default=0)
    table = pd.concat(
        [days.assign(scenario=w) for w, days in zip(folder.labels, daily, strict=True)]
    )
    table["is_left_out"] = table["day"] < from_d
    return Steady(from_d, found, tuple(doubts), conform("mc_daily", table))


def _daily(folder: BatchFolder, replications: int, scenario: int) -> pd.DataFrame:
    """Return day, shipments and mean transit time of the lots offered on each day that has some."""
    counts, sums = np.zeros(0, np.int64), np.zeros(0)
    for frame in lot_frames(folder, replications, scenario):
        done = frame[frame["transit_ms"] >= 0]
        day = done["offered_ms"].to_numpy() // DAY_MS
        size = max(len(counts), int(day.max(initial=-1)) + 1)
        more = np.bincount(day, minlength=size)
        transit_d = done["transit_ms"].to_numpy() / DAY_MS
        days = np.bincount(day, transit_d, minlength=size).astype(np.float64)
        more[: len(counts)] += counts
        days[: len(sums)] += sums
        counts, sums = more, days
    some = np.flatnonzero(counts)
    means = sums[some] / counts[some]
    return pd.DataFrame({"day": some, "shipments": counts[some], "transit_mean_d": means})


def _end_of_beginning(days: pd.DataFrame) -> tuple[int | None, str]:
    """Return the first day that counts, or None and why there is none."""
    if len(days) < LEAST_VALUES:
        fact = f"only {len(days)} days have freight that arrives, {LEAST_VALUES} are needed"
        return None, f"{fact}; lengthen `duration_d`"
    left_out = mser5(days["transit_mean_d"].to_numpy())
    day = int(days["day"].iloc[left_out])
    if is_settled(left_out, len(days)):
        return day, ""
    fact = f"the beginning seems to last until day {day}, beyond half of the run"
    return None, f"{fact}, so no steady state was found; lengthen `duration_d`"


def study_samples(
    folder: BatchFolder, replications: int, *, steady: Steady | None = None
) -> Samples:
    """Return the measures of a study; of a steady one transit times without the beginning.

    Parameters
    ----------
    folder : BatchFolder
        Of the study.
    replications : int
        Of each scenario.
    steady : Steady, optional
        Where the beginning ends; left out, it is found.

    Raises
    ------
    RunError
        If a file is damaged.
    """
    samples = read_samples(folder, replications)
    steady = steady or find_steady(folder, replications)
    if steady is None:
        return samples
    measures = dict(samples.by_measure)
    for w, label in enumerate(folder.labels):
        for flow, figures in _figures(folder, replications, w, steady.from_d).items():
            for metric, values in figures.items():
                key = (metric, flow, "d")
                measures[key] = measures.get(key, {}) | {label: values}
    return replace(samples, by_measure=measures)


def _figures(
    folder: BatchFolder, replications: int, scenario: int, from_d: int
) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Return mean and quantiles of transit times by flow, a value a replication."""
    flows = folder.manifest["scenarios"][scenario]["flows"]
    names = [*flows, *(["all"] if len(flows) > 1 else [])]
    metrics = transit_figures(np.zeros(0))
    found = {f: {m: np.full(replications, np.nan) for m in metrics} for f in names}
    for frame in lot_frames(folder, replications, scenario, from_ms=from_d * DAY_MS):
        done = frame[frame["transit_ms"] >= 0]
        for replication, at in replication_slices(done).items():
            lots = done.iloc[at]
            for flow in names:
                mine = lots if flow == "all" else lots[lots["flow"] == flow]
                for metric, value in transit_figures(
                    mine["transit_ms"].to_numpy() / DAY_MS
                ).items():
                    found[flow][metric][replication] = value
    return found
