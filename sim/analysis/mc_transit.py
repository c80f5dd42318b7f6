"""Transit times of all lots of all years of a study: quantiles, two kinds of spread, the curve."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.batch_work import FREE
from sim.analysis.mc_summary import SHARES
from sim.analysis.samples import lot_frames, replication_slices
from sim.kernels.reliability import (
    buffer_index,
    clustered_shares,
    counted_quantile,
    planning_time_index,
    two_spreads,
)
from sim.tables import conform
from sim.units import DAY_MS, MINUTE_MS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

    from sim.analysis.mc_groups import Groups
    from sim.analysis.samples import Samples
    from sim.runs.batch_folder import BatchFolder

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["transit_tables"]

_MINUTES = DAY_MS // MINUTE_MS
_PERCENT = 100


@dataclass(slots=True)
class _Years:
    """The lots of one flow, year by year, and how many took how many minutes."""

    counts: Ints
    means: Floats
    squares: Floats
    minutes: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def add(self, replication: int, transit_ms: Ints) -> None:
        """Take in a year."""
        days = transit_ms / DAY_MS
        self.counts[replication] = len(days)
        self.means[replication] = days.mean()
        self.squares[replication] = np.square(days - days.mean()).sum()
        new = np.bincount(_minute(transit_ms), minlength=len(self.minutes))
        new[: len(self.minutes)] += self.minutes
        self.minutes = new


def _minute(transit_ms: Ints) -> Ints:
    """Return transit times in whole minutes, rounded up."""
    return -(-transit_ms // MINUTE_MS)


def transit_tables(
    folder: BatchFolder, samples: Samples, groups: Groups, *, from_ms: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tables `mc_transit` and `mc_curve`: all lots of all years, by scenario and flow.

    Memory does not grow with the number of replications but for three numbers each; times are
    counted by the minute.

    Parameters
    ----------
    folder : BatchFolder
        Of the study.
    samples : Samples
        Its measures.
    groups : Groups
        Which replications are one observation.
    from_ms : int, optional
        Lots offered before are left out. [ms]
    """
    rows: list[dict[str, object]] = []
    curve: list[dict[str, object]] = []
    for w, label in enumerate(folder.labels):
        lots = partial(lot_frames, folder, samples.replications, w, from_ms=from_ms)
        has_all = _has_all(folder, w)
        flows = _years(lots(), samples.replications, has_all=has_all)
        marks = {
            name: {p: counted_quantile(y.minutes, share) for p, share in SHARES.items()}
            for name, y in flows.items()
        }
        below = _below(lots(), samples.replications, marks, has_all=has_all)
        for name, years in flows.items():
            free = samples.by_measure.get((FREE, name, "d"), {}).get(label)
            row: dict[str, object] = {"scenario": label, "flow": name}
            total = years.counts.astype(np.float64)
            row |= _quantiles(years, marks[name], below[name], total, groups)
            rows.append(row | _spreads(years, free) | _yearly(label, years, groups))
            curve += [
                {
                    "scenario": label,
                    "flow": name,
                    "share_frac": percent / _PERCENT,
                    "transit_d": counted_quantile(years.minutes, percent / _PERCENT) / _MINUTES,
                }
                for percent in range(1, _PERCENT)
            ]
    return conform("mc_transit", rows), conform("mc_curve", curve)


def _groups(frame: pd.DataFrame, *, has_all: bool) -> list[tuple[str, int, Ints]]:
    """Return flow, replication and transit times of delivered lots, and of `all` if there is."""
    done = frame[frame["transit_ms"] >= 0]
    found: list[tuple[str, int, Ints]] = []
    every_ms = done["transit_ms"].to_numpy(np.int64)
    flows, names = done["flow"].cat.codes.to_numpy(), done["flow"].cat.categories.tolist()
    for replication, at in replication_slices(done).items():
        transit_ms, flow = every_ms[at], flows[at]
        codes = flow[np.sort(np.unique(flow, return_index=True)[1])].tolist()
        found += [(names[code], replication, transit_ms[flow == code]) for code in codes]
        if has_all:
            found.append(("all", replication, transit_ms))
    return found


def _has_all(folder: BatchFolder, scenario: int) -> bool:
    return len(folder.manifest["scenarios"][scenario]["flows"]) > 1


def _years(frames: Iterable[pd.DataFrame], n: int, *, has_all: bool) -> dict[str, _Years]:
    flows: dict[str, _Years] = {}
    for frame in frames:
        for name, replication, transit_ms in _groups(frame, has_all=has_all):
            if name not in flows:
                flows[name] = _Years(np.zeros(n, np.int64), np.full(n, np.nan), np.zeros(n))
            flows[name].add(replication, transit_ms)
    return {name: flows[name] for name in sorted(flows, key=lambda name: name == "all")}


def _below(
    frames: Iterable[pd.DataFrame], n: int, marks: dict[str, dict[str, int]], *, has_all: bool
) -> dict[str, dict[str, Floats]]:
    """Return how many lots of each year took no longer than each quantile of all."""
    found = {name: {p: np.zeros(n) for p in at} for name, at in marks.items()}
    for frame in frames:
        for name, replication, transit_ms in _groups(frame, has_all=has_all):
            minutes = _minute(transit_ms)
            for p, minute in marks[name].items():
                found[name][p][replication] = np.count_nonzero(minutes <= minute)
    return found


def _quantiles(
    years: _Years,
    marks: dict[str, int],
    below: dict[str, Floats],
    total: Floats,
    groups: Groups,
) -> dict[str, object]:
    row: dict[str, object] = {"shipments": int(total.sum())}
    for p, minute in marks.items():
        low, high = clustered_shares(groups.sums(below[p]), groups.sums(total))
        exact = below[p].sum() / total.sum()  # ties at the minute carry the share beyond it
        shift = SHARES[p] - exact
        row[f"{p}_d"] = minute / _MINUTES
        for end, share in (("low", low), ("high", high)):
            known = np.isfinite(share)
            at = counted_quantile(years.minutes, min(max(share + shift, 0), 1)) if known else np.nan
            row[f"{p}_{end}_d"] = at / _MINUTES
    return row


def _yearly(label: str, years: _Years, groups: Groups) -> dict[str, object]:
    """Return the spread of yearly means: by luck alone, and of whatever cause."""
    sd = groups.year_sd(label, years.means)
    return {"year_sd_d": sd, "all_sd_d": groups.all_sd(years.means)}


def _spreads(years: _Years, free: Floats | None) -> dict[str, object]:
    spread = two_spreads(years.counts, years.means, years.squares)
    some = years.counts > 0
    mean_d = float(np.average(years.means[some], weights=years.counts[some]))
    p95_d = counted_quantile(years.minutes, SHARES["p95"]) / _MINUTES
    is_known = np.isfinite(free) & some if free is not None else np.zeros(0, bool)
    free_d = np.nan
    if free is not None and is_known.any():
        free_d = float(np.average(free[is_known], weights=years.counts[is_known]))
    return {
        "mean_d": mean_d,
        "shipment_sd_d": spread.within,
        "free_d": free_d,
        "buffer_index": buffer_index(mean_d, p95_d),
        "planning_time_index": planning_time_index(p95_d, free_d),
    }
