"""What a worker does: the replications of a batch, measured and packed."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.free_time import free_hours
from sim.analysis.metrics import metric_values
from sim.analysis.outcome import Outcome
from sim.policies import load_rules
from sim.runs.batch_folder import note_of
from sim.runs.replicate import replicate
from sim.runs.shards import Batch, Failure, Found, packed
from sim.units import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Sized

    from sim.arrays import CorridorArrays
    from sim.model import Scenario
    from sim.runs.variants import Variants

    Work = tuple[Scenario, CorridorArrays]
    Rows = list[dict[str, object]]

__all__ = ["DRAWN", "FREE", "Shared", "failed_batch", "lot_rows", "measure_batch", "metric_rows"]

FREE = "transit_free_d"
"""Mean transit time of a flow less all its waits: running, work and control alone."""

DRAWN = "uncertain"
"""In place of a measure: what was drawn for an uncertain number, whose name stands as flow."""

_HOURS = DAY_MS / HOUR_MS
_TEXTS = ("metric", "flow", "unit")
_OFFERED = "offered_ms"
_NO_LOTS = pd.DataFrame(
    {
        "flow": pd.Categorical.from_codes([], pd.Index([], dtype="str")),
        "transit_ms": np.zeros(0, np.int64),
        _OFFERED: np.zeros(0, np.int64),
    }
)


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

    def drawn(self, replication: int) -> Rows:
        """Return what was drawn for a replication, as rows beside its measures."""
        if self.variants is None or self.variants.is_middle:
            return []
        values = self.variants.drawn(self.variants.sample_of(replication))
        units = self.variants.units()
        return [
            {"metric": DRAWN, "flow": name, "unit": units[name], "value": value}
            for name, value in values.items()
        ]


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
    metrics: dict[int, Rows] = {}
    lots: dict[int, pd.DataFrame] = {}
    failures = []
    for replication in range(batch.first, batch.last):
        try:
            scenario, arrays = works.work(replication)
            luck = replication if shared.luck is None else shared.luck
            events = replicate(arrays, luck, engine=shared.engine, antithetic=shared.antithetic)
            outcome = Outcome(scenario, arrays, events)
            rows = (metric_rows(outcome) + works.drawn(replication), lot_rows(outcome))
        except Exception as error:  # noqa: BLE001 - whatever it is, the other replications go on
            trace = traceback.format_exc()
            sets = works.variants.sets(replication) if works.variants else ()
            failures.append(Failure(replication, type(error).__name__, str(error), trace, sets))
            continue
        metrics[replication], lots[replication] = rows
    return _found(shared, batch, metrics, lots, tuple(failures))


def failed_batch(shared: Shared, batch: Batch, failures: tuple[Failure, ...]) -> Found:
    """Return the files of a batch of which nothing is known but that it failed."""
    return _found(shared, batch, {}, {}, failures)


def _found(
    shared: Shared,
    batch: Batch,
    metrics: Mapping[int, Rows],
    lots: Mapping[int, pd.DataFrame],
    failures: tuple[Failure, ...],
) -> Found:
    note, label = note_of(shared.inputs, batch, failures), shared.labels[batch.scenario]
    measured = [row for rows in metrics.values() for row in rows]
    values = {name: _text([str(row[name]) for row in measured]) for name in _TEXTS}
    value = np.array([row["value"] for row in measured], np.float64)
    every = pd.concat(list(lots.values()) or [_NO_LOTS], ignore_index=True)
    if not shared.has_offers:
        every = every.drop(columns=_OFFERED)
    return Found(
        packed(_headed(label, metrics, pd.DataFrame({**values, "value": value})), note),
        packed(_headed(label, lots, every), note),
        failures,
    )


def _headed(label: str, parts: Mapping[int, Sized], table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of several replications with scenario and replication in front."""
    replication = np.repeat(list(parts), [len(part) for part in parts.values()]).astype(np.int64)
    scenario = pd.Categorical.from_codes(np.zeros(len(table), np.int8), _names([label]))
    return pd.DataFrame({"scenario": scenario, "replication": replication}).join(table)


def _names(texts: Iterable[str]) -> pd.Index[str]:
    return pd.Index(list(texts), dtype="str")


def _text(values: Sequence[str]) -> pd.Categorical[str]:
    """Return texts of which many are the same."""
    known = {text: code for code, text in enumerate(dict.fromkeys(values))}
    codes = np.array([known[text] for text in values], np.int64)
    return pd.Categorical.from_codes(codes, _names(known))


def metric_rows(outcome: Outcome) -> Rows:
    """Return the rows of table `metrics`, with the mean time of each flow without waits."""
    names, hours = outcome.arrays.names.flows, free_hours(outcome)
    done = np.flatnonzero(hours > 0)
    rows = metric_values(outcome)
    rows += [
        {"metric": FREE, "flow": names[f], "unit": "d", "value": hours[f] / _HOURS} for f in done
    ]
    if len(names) > 1 and len(done):
        lots = outcome.flow_of_lot[outcome.delivered_ms >= 0]
        weight = np.bincount(lots, minlength=len(names))[done]
        mean_h = float(np.average(hours[done], weights=weight))
        rows.append({"metric": FREE, "flow": "all", "unit": "d", "value": mean_h / _HOURS})
    return rows


def lot_rows(outcome: Outcome) -> pd.DataFrame:
    """Return flow, transit time (-1 where it never arrives) and offer of each lot offered. [ms]."""
    offered = outcome.offered_ms >= 0
    delivered_ms, offered_ms = outcome.delivered_ms[offered], outcome.offered_ms[offered]
    transit_ms = delivered_ms - offered_ms
    names = _names(outcome.arrays.names.flows)
    return pd.DataFrame(
        {
            "flow": pd.Categorical.from_codes(outcome.flow_of_lot[offered], names),
            "transit_ms": np.where(delivered_ms >= 0, transit_ms, -1),
            _OFFERED: offered_ms,
        }
    )
