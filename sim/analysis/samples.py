"""What a study found, read batch by batch: one value a replication and measure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.batch_work import DRAWN
from sim.errors import RunError
from sim.runs.shards import batches_for, read_shard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from sim.runs.batch_folder import BatchFolder
    from sim.runs.shards import Batch

__all__ = ["Digest", "Key", "Samples", "lot_frames", "read_samples"]
__all__ += ["replication_slices", "study_digest"]

Key = tuple[str, str, str]
_BUSIEST = "section_occupied_frac"
_TEXTS = ("metric", "flow", "unit")


@dataclass(frozen=True, slots=True)
class Samples:
    """Values by measure, flow and unit, then by scenario, in order of replication.

    Parameters
    ----------
    replications : int
        Length of each row; NaN where a replication failed or has no value.
    by_measure : dict
        Arrays of shape (replications,).
    by_number : dict
        The same of uncertain numbers as they were drawn, by name and unit.
    """

    replications: int
    by_measure: dict[Key, dict[str, NDArray[np.float64]]]
    by_number: dict[tuple[str, str], dict[str, NDArray[np.float64]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Digest:
    """A hash over all results of a study, and how much it is of."""

    text: str
    done: int
    failed: int
    missing: int


def _batches(folder: BatchFolder, replications: int) -> list[Batch]:
    size, n = int(folder.manifest["batch_size"]), len(folder.labels)
    found = batches_for(replications, scenarios=n, size=size)
    return sorted(found, key=lambda batch: (batch.scenario, batch.first))


def _frames(
    folder: BatchFolder, replications: int, *, lots: bool
) -> Iterator[tuple[Batch, pd.DataFrame]]:
    for batch in _batches(folder, replications):
        path = (folder.lots_file if lots else folder.metrics_file)(batch)
        if folder.failures(batch) is not None:
            yield batch, _read(path, batch.last)


def _read(path: Path, upto: int) -> pd.DataFrame:
    try:
        return read_shard(path, upto=upto)
    except (OSError, ValueError, KeyError) as error:
        message = f"{path}: can't be read ({error}); delete it and run the same command again"
        raise RunError(message) from error


def replication_slices(frame: pd.DataFrame) -> dict[int, slice]:
    """Return where the rows of each replication are, which stand together; none of one without.

    Examples
    --------
    >>> import pandas as pd
    >>> replication_slices(pd.DataFrame({"replication": [4, 4, 6]}))
    {4: slice(0, 2, None), 6: slice(2, 3, None)}
    >>> replication_slices(pd.DataFrame({"replication": []}))
    {}
    """
    replication = frame["replication"].to_numpy()
    begins = np.flatnonzero(np.diff(replication, prepend=-1))
    ends = [*begins[1:].tolist(), len(frame)][: len(begins)]
    parts = zip(replication[begins].tolist(), begins.tolist(), ends, strict=True)
    return {number: slice(begin, end) for number, begin, end in parts}


def read_samples(folder: BatchFolder, replications: int) -> Samples:
    """Return the measures of the first replications of each scenario.

    The busiest section may differ between replications; it is taken as one measure.

    Raises
    ------
    RunError
        If a file is damaged.
    """
    values: dict[Key, dict[str, NDArray[np.float64]]] = {}
    drawn: dict[tuple[str, str], dict[str, NDArray[np.float64]]] = {}
    for batch, frame in _frames(folder, replications, lots=False):
        label = folder.labels[batch.scenario]
        replication, value = frame["replication"].to_numpy(), frame["value"].to_numpy()
        for (metric, flow, unit), rows in _measures(frame):
            key = (metric, "busiest" if metric == _BUSIEST else flow, unit)
            row = (
                drawn.setdefault((flow, unit), {})
                if metric == DRAWN
                else values.setdefault(key, {})
            )
            if label not in row:
                row[label] = np.full(replications, np.nan)
            row[label][replication[rows]] = value[rows]
    return Samples(replications, values, drawn)


def _measures(frame: pd.DataFrame) -> Iterator[tuple[Key, NDArray[np.int64]]]:
    """Give each measure, flow and unit of a batch, in order of appearance, with its rows."""
    code, names = np.zeros(len(frame), np.int64), []
    for text in _TEXTS:
        column = frame[text].cat
        names.append(column.categories.tolist())
        code = code * len(names[-1]) + column.codes.to_numpy()
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    order = np.argsort(which, kind="stable")
    rows = np.split(order, np.cumsum(np.bincount(which))[:-1])
    codes = [frame[text].cat.codes.to_numpy()[first].tolist() for text in _TEXTS]
    for k in np.argsort(first, kind="stable").tolist():
        metric, flow, unit = (known[column[k]] for known, column in zip(names, codes, strict=True))
        yield (metric, flow, unit), rows[k]


def lot_frames(
    folder: BatchFolder, replications: int, scenario: int, *, from_ms: int = 0
) -> Iterator[pd.DataFrame]:
    """Give the lots of one scenario batch by batch: replication, flow, transit_ms.

    Those offered before an instant are left out, if one is given; then `offered_ms` is kept.

    Raises
    ------
    RunError
        If a file is damaged.
    """
    for batch in _batches(folder, replications):
        if batch.scenario == scenario and folder.failures(batch) is not None:
            frame = _read(folder.lots_file(batch), batch.last)
            yield frame[frame["offered_ms"] >= from_ms] if from_ms else frame


def study_digest(folder: BatchFolder, replications: int) -> Digest:
    """Return a hash over measures, lots and failures of the first replications.

    It depends on what was found alone: not on times, workers, versions of file formats, the size
    of batches or the order in which they ended.

    Raises
    ------
    RunError
        If a file is damaged.
    """
    total = hashlib.blake2b(digest_size=16)
    done = failed = missing = 0
    offers = ("offered_ms",) if folder.manifest.get("steady_state") else ()
    for batch in _batches(folder, replications):
        failures = folder.failures(batch)
        if failures is None:
            missing += batch.last - batch.first
            continue
        errors = {failure.replication: failure.error for failure in failures}
        metrics = _read(folder.metrics_file(batch), batch.last)
        lots = _read(folder.lots_file(batch), batch.last)
        found = [
            *_columns(metrics, _TEXTS, ("value",)),
            *_columns(lots, ("flow",), ("transit_ms", *offers)),
        ]
        for replication in range(batch.first, batch.last):
            error = errors.get(replication)
            head = f"{folder.labels[batch.scenario]}\0{replication}\0{error or ''}\0"
            total.update(head.encode())
            failed += error is not None
            done += error is None
            if error is None:
                for column in found:
                    total.update(column.get(replication, b""))
    return Digest(total.hexdigest(), done, failed, missing)


def _columns(
    frame: pd.DataFrame, texts: Sequence[str], numbers: Sequence[str]
) -> Iterator[dict[int, bytes]]:
    """Give the bytes of each column of each replication that has rows, texts first."""
    parts = replication_slices(frame)
    for name in texts:
        known = frame[name].cat.categories.to_numpy(dtype=object)
        written = known[frame[name].cat.codes.to_numpy()].tolist()
        yield {r: "\0".join(written[at]).encode() + b"\1" for r, at in parts.items()}
    for name in numbers:
        values = frame[name].to_numpy()
        if values.dtype.kind == "f":
            values = np.where(np.isnan(values), np.nan, values)
        values = values.astype(values.dtype.newbyteorder("<"))
        yield {r: values[at].tobytes() for r, at in parts.items()}
