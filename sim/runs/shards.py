"""Batches of replications on disk: Parquet, written whole or not at all, in a fixed form."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

__all__ = [
    "Batch",
    "Failure",
    "Found",
    "batches_for",
    "in_place",
    "packed",
    "read_note",
    "read_shard",
]

_NOTE = b"corridor"
_TEXT = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True, slots=True)
class Batch:
    """Some replications of one scenario, done by one worker and kept in one file."""

    number: int
    """It names the file; the same in a study of any size."""
    scenario: int
    """Which scenario, from 0."""
    first: int
    """Its first replication."""
    last: int
    """The replication after its last."""

    @property
    def name(self) -> str:
        """Name of its files."""
        return f"b{self.number:06d}.parquet"


@dataclass(frozen=True, slots=True)
class Failure:
    """A replication that could not be carried out."""

    replication: int
    error: str
    """Kind of the error, or `worker died`."""
    message: str
    trace: str = ""
    sets: tuple[str, ...] = ()
    """Uncertain numbers as they were drawn, as `--set` takes them."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a batch found: two files in the form in which they are kept, and what failed."""

    metrics: bytes
    lots: bytes
    failures: tuple[Failure, ...] = field(default=())


def batches_for(replications: int, *, scenarios: int, size: int) -> list[Batch]:
    """Return the batches that hold so many replications of each scenario.

    Parameters
    ----------
    replications : int
        Of each scenario.
    scenarios : int
        How many there are.
    size : int
        Replications of a full batch.

    Returns
    -------
    batches : list of Batch
        Those of a smaller study come first and are the same, but for the last ones.

    Examples
    --------
    >>> [(b.number, b.scenario, b.first, b.last) for b in batches_for(3, scenarios=2, size=2)]
    [(0, 0, 0, 2), (1, 1, 0, 2), (2, 0, 2, 3), (3, 1, 2, 3)]
    """
    starts = range(0, replications, size)
    return [
        Batch(k * scenarios + w, w, start, min(start + size, replications))
        for k, start in enumerate(starts)
        for w in range(scenarios)
    ]


def packed(frame: pd.DataFrame, note: Mapping[str, Any]) -> bytes:
    """Return a table as the bytes of a Parquet file that carries a note."""
    fields = [
        pa.field(str(name), pa.from_numpy_dtype(dtype) if dtype.kind in "if" else _TEXT)
        for name, dtype in frame.dtypes.items()
    ]
    meta = {_NOTE: json.dumps(note, ensure_ascii=False, sort_keys=True).encode()}
    table = pa.Table.from_pandas(frame, schema=pa.schema(fields), preserve_index=False)
    out = BytesIO()
    pq.write_table(table.replace_schema_metadata(meta), out, compression="zstd")
    return out.getvalue()


def read_note(path: Path) -> dict[str, Any] | None:
    """Return the note of a file, or None if it is none of ours or damaged."""
    try:
        found = json.loads((pq.read_metadata(path).metadata or {})[_NOTE])
    except (OSError, ValueError, KeyError, pa.ArrowException):
        return None
    return found if isinstance(found, dict) else None


def read_shard(path: Path, *, upto: int) -> pd.DataFrame:
    """Return the rows of a file of replications before ``upto``, in order, without the scenario."""
    with pq.ParquetFile(path) as file:
        names = [name for name in file.schema_arrow.names if name != "scenario"]
        frame: pd.DataFrame = file.read(names, use_threads=False).to_pandas()
    return frame if _all_before(frame, upto) else frame[frame["replication"] < upto]


def _all_before(frame: pd.DataFrame, upto: int) -> bool:
    replication = frame["replication"].to_numpy()
    return len(replication) == 0 or int(replication[-1]) < upto


def in_place(path: Path, content: bytes) -> None:
    """Write a file beside its place, have it on the disk, and give it its name at once.

    Raises
    ------
    OSError
        If the disk is full or the folder can't be written; nothing is left behind.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system can do so."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
