"""What a worker does: the replications of a batch, measured and packed."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.free_time import free_hours
from sim.analysis.metrics import metric_table
from sim.analysis.outcome import Outcome
from sim.policies import load_rules
from sim.runs.batch_folder import note_of
from sim.runs.replicate import replicate
from sim.runs.shards import Batch, Failure, Found, packed
from sim.units import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.arrays import CorridorArrays
    from sim.model import Scenario
    from sim.runs.variants import Variants

    Work = tuple[Scenario, CorridorArrays]

__all__ = ["DRAWN", "FREE", "Shared", "failed_batch", "lot_rows", "measure_batch", "metric_rows"]

FREE = "transit_free_d"
"""Mean transit time of a flow less all its waits: running, work and control alone."""

DRAWN = "uncertain"
"""In place of a measure: what was drawn for an uncertain number, whose name stands as flow."""

_HOURS = DAY_MS / HOUR_MS
_METRICS = ("scenario", "replication", "metric", "flow", "unit", "value")
_LOTS = ("scenario", "replication", "flow", "transit_ms")
_OFFERED = "offered_ms"
_DTYPES = {"replication": np.int64, "value": np.float64, "transit_ms": np.int64}
_DTYPES[_OFFERED] = np.int64


@dataclass(frozen=True, slots=True)
class Shared:
    """What all batches of a study share; handed to each worker once."""

    works: tuple[tuple[Scenario, CorridorArrays], ...]
    labels: tuple[str, ...]
    inputs: str
    engine: str
    antithetic: bool
    rule_files: tuple[str, ...] = ()
    variants: tuple[Variants | None, ...] = ()
    """Of each scenario whose uncertain numbers are drawn; empty if none is."""
    luck: int | None = None
    """The replication whose luck all have, so that uncertain numbers alone differ."""
    has_offers: bool = False
    """Whether it is kept when each lot was offered, to tell the beginning from the steady state."""

    @property
    def lot_columns(self) -> list[str]:
        """What is kept of each lot."""
        return [*_LOTS, *([_OFFERED] if self.has_offers else [])]

    def variants_at(self, scenario: int) -> Variants | None:
        """Return what draws the numbers of a scenario, if any are drawn."""
        return self.variants[scenario] if self.variants else None


class _Works:
    """The scenario of each replication; replications of one sample have it made once."""

    def __init__(self, shared: Shared, scenario: int) -> None:
        self.plain = shared.works[scenario]
        self.variants = shared.variants_at(scenario)
        self.last: tuple[int, Work] | None = None

    def work(self, replication: int) -> Work:
        """Return scenario and arrays of a replication."""
        if self.variants is None:
            return self.plain
        sample = self.variants.sample_of(replication)
        if self.last is None or self.last[0] != sample:
            self.last = sample, self.variants.at(sample)
        return self.last[1]

    def drawn(self, replication: int) -> pd.DataFrame:
        """Return what was drawn for a replication, as rows beside its measures."""
        if self.variants is None or self.variants.is_middle:
            return _none(("metric", "flow", "unit", "value"))
        values = self.variants.drawn(self.variants.sample_of(replication))
        units = self.variants.units()
        return pd.DataFrame(
            [
                {"metric": DRAWN, "flow": name, "unit": units[name], "value": value}
                for name, value in values.items()
            ]
        )


def measure_batch(shared: Shared, batch: Batch) -> Found:
    """Return what the replications of a batch found; one that fails is noted and the rest goes on.

    Parameters
    ----------
    shared : Shared
        Scenarios and settings.
    batch : Batch
        Which replications.

    Returns
    -------
    found : Found
        Files of measures and of lots, and what failed.
    """
    for file in shared.rule_files:
        load_rules(file)
    works = _Works(shared, batch.scenario)
    metrics, lots, failures = [], [], []
    for replication in range(batch.first, batch.last):
        try:
            scenario, arrays = works.work(replication)
            luck = replication if shared.luck is None else shared.luck
            events = replicate(arrays, luck, engine=shared.engine, antithetic=shared.antithetic)
            outcome = Outcome(scenario, arrays, events)
            rows = (_measured(outcome, works.drawn(replication)), lot_rows(outcome))
        except Exception as error:  # noqa: BLE001 - whatever it is, the other replications go on
            trace = traceback.format_exc()
            sets = works.variants.sets(replication) if works.variants else ()
            failures.append(Failure(replication, type(error).__name__, str(error), trace, sets))
            continue
        label = shared.labels[batch.scenario]
        metrics.append(rows[0].assign(scenario=label, replication=replication))
        lots.append(rows[1].assign(scenario=label, replication=replication))
    return _found(shared, batch, (metrics, lots), tuple(failures))


def _measured(outcome: Outcome, drawn: pd.DataFrame) -> pd.DataFrame:
    rows = metric_rows(outcome)
    return pd.concat([rows, drawn], ignore_index=True) if len(drawn) else rows


def failed_batch(shared: Shared, batch: Batch, failures: tuple[Failure, ...]) -> Found:
    """Return the files of a batch of which nothing is known but that it failed."""
    return _found(shared, batch, ([], []), failures)


def _found(
    shared: Shared,
    batch: Batch,
    tables: tuple[list[pd.DataFrame], list[pd.DataFrame]],
    failures: tuple[Failure, ...],
) -> Found:
    note = note_of(shared.inputs, batch, failures)
    metrics = pd.concat(tables[0] or [_none(_METRICS)], ignore_index=True)[list(_METRICS)]
    lots = pd.concat(tables[1] or [_none(shared.lot_columns)], ignore_index=True)
    lots = lots[shared.lot_columns]
    return Found(packed(metrics, note), packed(lots, note), failures)


def _none(names: Iterable[str]) -> pd.DataFrame:
    return pd.DataFrame({name: np.zeros(0, _DTYPES.get(name, object)) for name in names})


def metric_rows(outcome: Outcome) -> pd.DataFrame:
    """Return table `metrics` of a replication, with the mean time of each flow without waits."""
    names, hours = outcome.arrays.names.flows, free_hours(outcome)
    done = np.flatnonzero(hours > 0)
    rows: list[dict[str, object]] = [
        {"metric": FREE, "flow": names[f], "unit": "d", "value": hours[f] / _HOURS} for f in done
    ]
    if len(names) > 1 and len(done):
        lots = outcome.flow_of_lot[(outcome.lots["delivered_ms"] >= 0).to_numpy()]
        weight = np.bincount(lots, minlength=len(names))[done]
        mean_h = float(np.average(hours[done], weights=weight))
        rows.append({"metric": FREE, "flow": "all", "unit": "d", "value": mean_h / _HOURS})
    measured = metric_table(outcome)
    return pd.concat([measured, pd.DataFrame(rows)], ignore_index=True) if rows else measured


def lot_rows(outcome: Outcome) -> pd.DataFrame:
    """Return flow, transit time (-1 where it never arrives) and offer of each lot offered. [ms]."""
    lots = outcome.lots[outcome.lots["offered_ms"] >= 0]
    transit = lots["delivered_ms"] - lots["offered_ms"]
    names = np.array(outcome.arrays.names.flows, dtype=object)
    return pd.DataFrame(
        {
            "flow": names[lots["flow"].to_numpy()],
            "transit_ms": transit.where(lots["delivered_ms"] >= 0, -1).to_numpy(np.int64),
            _OFFERED: lots["offered_ms"].to_numpy(np.int64),
        }
    )
