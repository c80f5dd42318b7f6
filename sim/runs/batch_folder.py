"""The folder of a Monte Carlo study: it grows batch by batch, and goes on where it ended."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sim.errors import RunError
from sim.runs.folder import MANIFEST, read_manifest, refuse_other
from sim.runs.shards import Batch, Failure, Found, in_place, read_note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["DIED", "KIND", "KINDS", "BatchFolder", "batch_folder", "look_into"]

KIND, DIED, SCENARIOS = "mc", "worker died", "scenarios"
KINDS = (KIND, "sweep", "sensitivity")
"""Commands whose folders are of this kind, as the manifest tells."""

_BATCHES, _LOTS, _LOG, _LOCK = "batches", "lots", "log.jsonl", ".lock"
_FULL = 28  # ENOSPC


@dataclass(frozen=True)
class BatchFolder:
    """What a study has found so far, on disk.

    Parameters
    ----------
    path : Path
        The folder.
    manifest : dict
        What it holds; kept beside the batches.
    """

    path: Path
    manifest: dict[str, Any]

    @property
    def labels(self) -> list[str]:
        """What each scenario is called, in order."""
        return [scenario["label"] for scenario in self.manifest["scenarios"]]

    def metrics_file(self, batch: Batch) -> Path:
        """Return where the measures of a batch are."""
        return self.path / _BATCHES / batch.name

    def lots_file(self, batch: Batch) -> Path:
        """Return where the lots of a batch are."""
        return self.path / _LOTS / batch.name

    def failures(self, batch: Batch) -> tuple[Failure, ...] | None:
        """Return what failed in a batch, or None if the batch is not there, or smaller."""
        note = read_note(self.metrics_file(batch))
        if note is None or note.get("inputs") != self.manifest["inputs"]:
            return None
        is_whole = note["first"] == batch.first and note["last"] >= batch.last
        if not is_whole or not self.lots_file(batch).exists():
            return None
        failures = tuple(
            Failure(**row | {"sets": tuple(row.get("sets", ()))}) for row in note["failures"]
        )
        return tuple(f for f in failures if f.replication < batch.last)

    def keep(self, batch: Batch, found: Found) -> None:
        """Keep what a batch found; it counts from the moment its measures have their name.

        Raises
        ------
        RunError
            If the disk is full or the folder can't be written; earlier batches stay.
        """
        with self.told():
            in_place(self.lots_file(batch), found.lots)
            in_place(self.metrics_file(batch), found.metrics)
        self.log("batch", number=batch.number, failed=len(found.failures))
        for failure in found.failures:
            self.log("failure", scenario=self.labels[batch.scenario], **asdict(failure))

    def note_of(self, batch: Batch, failures: tuple[Failure, ...]) -> dict[str, Any]:
        """Return the note that a batch's files carry."""
        return note_of(self.manifest["inputs"], batch, failures)

    def log(self, event: str, **facts: object) -> None:
        """Add a line to the log of the study."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": now, "event": event, **facts}, ensure_ascii=False)
        with self.told(), (self.path / _LOG).open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def tell(self, **facts: Any) -> None:  # noqa: ANN401 - what JSON holds
        """Change what the manifest says."""
        self.manifest.update(facts)
        text = json.dumps(self.manifest, indent=2, ensure_ascii=False) + "\n"
        with self.told():
            in_place(self.path / MANIFEST, text.encode())

    @contextmanager
    def told(self) -> Iterator[None]:
        """Tell a failure of the file system with what is kept and how to go on.

        Raises
        ------
        RunError
            In place of any OSError.
        """
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            room = "make room and " if error.errno == _FULL else ""
            message = (
                f"{self.path}: could not be written: {reason}; the batches there are kept; "
                f"{room}go on with: {self.manifest['command']}"
            )
            raise RunError(message) from error


def note_of(inputs: str, batch: Batch, failures: tuple[Failure, ...]) -> dict[str, Any]:
    """Return what the files of a batch say of themselves."""
    rows = [asdict(failure) for failure in failures]
    return {"inputs": inputs, **asdict(batch), "failures": rows}


@contextmanager
def batch_folder(
    path: Path, manifest: dict[str, Any], *, replace: bool = False
) -> Iterator[BatchFolder]:
    """Give the folder of a study to work in; no other process may meanwhile.

    Parameters
    ----------
    path : Path
        Where it is or shall be.
    manifest : dict
        ``kind`` is one of `KINDS`; ``inputs`` tells inputs apart; ``command`` goes on with the
        study.
    replace : bool, optional
        Whether results of other inputs may be replaced.

    Yields
    ------
    folder : BatchFolder
        With the batches of earlier times, if the inputs are the same.

    Raises
    ------
    RunError
        If it holds other things, can't be written, or is worked in.
    """
    folder = BatchFolder(path, dict(manifest))
    _clear_drafts(path)
    refuse_other(path, manifest["kind"], manifest["inputs"], replace=replace)
    with folder.told():
        path.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        if (path / MANIFEST).exists() and read_manifest(path)["inputs"] != manifest["inputs"]:
            for name in (_BATCHES, _LOTS, SCENARIOS):
                shutil.rmtree(path / name, ignore_errors=True)
        folder.tell(state="running")
        with folder.told():
            for name in (_BATCHES, _LOTS):
                (path / name).mkdir(exist_ok=True)
                for draft in (path / name).glob(".*.part"):
                    draft.unlink()
        yield folder


def look_into(path: Path) -> BatchFolder:
    """Return the folder of a study to read, be it finished or not.

    Raises
    ------
    RunError
        If it is another kind of folder.
    """
    manifest = read_manifest(path)
    if manifest.get("kind") not in KINDS:
        made_by = " or ".join(f"`corridor {kind}`" for kind in KINDS)
        message = f"{path} holds a {manifest.get('kind')}; name a folder made by {made_by}"
        raise RunError(message)
    return BatchFolder(path, manifest)


def _clear_drafts(path: Path) -> None:
    """Forget a study that was ended before its manifest was there: nothing but drafts."""
    if not path.is_dir() or (path / MANIFEST).exists():
        return
    drafts = [path / _LOCK, path / f".{MANIFEST}.part"]
    if all(found in drafts for found in path.iterdir()):
        for draft in drafts:
            with suppress(OSError):
                draft.unlink(missing_ok=True)


@contextmanager
def _locked(folder: BatchFolder) -> Iterator[None]:
    """Keep other processes out; a process that ends, however it ends, leaves no lock."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        yield
        return
    with folder.told():
        lock = (folder.path / _LOCK).open("a")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = f"another process works in {folder.path}; wait for it, or name another folder"
            raise RunError(message) from error
        yield
