"""Run folders: written whole or not at all, never over other inputs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sim.arrays.layout import content_hash
from sim.errors import RunError
from sim.policies import loaded_rules
from sim.runs.files import told_by_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.arrays import CorridorArrays
    from sim.model import Scenario

__all__ = [
    "MANIFEST",
    "Compiled",
    "inputs_hash",
    "new_folder",
    "package_versions",
    "read_manifest",
    "read_run_manifest",
    "refuse_other",
    "rules_note",
]

MANIFEST = "manifest.json"
_PACKAGES = ("railcorridor", "simpy", "numpy", "scipy", "pandas", "geopandas", "pyarrow")


def package_versions() -> dict[str, str]:
    """Return the versions of this package and of those that results depend on."""
    return {name: version(name) for name in _PACKAGES}


def rules_note() -> dict[str, Any]:
    """Return what a manifest says of dispatch rules of the user's: nothing if there are none."""
    files = [{"file": Path(f.path).name, "sha256": f.sha256} for f in loaded_rules()]
    return {"rules": files} if files else {}


class Compiled(Protocol):
    """A scenario with its arrays, such as a case."""

    @property
    def scenario(self) -> Scenario:
        """In human units."""
        ...

    @property
    def arrays(self) -> CorridorArrays:
        """Compiled."""
        ...


def inputs_hash(kind: str, cases: Sequence[Compiled], **settings: object) -> str:
    """Return a hash of all that a result depends on: scenarios, networks, settings, version."""
    digest = hashlib.blake2b(digest_size=16)
    settings |= rules_note()
    digest.update(json.dumps([kind, version("railcorridor"), settings], sort_keys=True).encode())
    for case in cases:
        digest.update(content_hash(case.arrays).encode())
        digest.update(case.scenario.model_dump_json().encode())
    return digest.hexdigest()


def read_run_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of the folder of one run, not of a comparison.

    Raises
    ------
    RunError
        If it is another kind of folder, or a scenario file.
    """
    if folder.is_file():
        message = f"{folder} is a file; make a run of a scenario first: corridor run {folder}"
        raise RunError(message)
    manifest = read_manifest(folder)
    if manifest.get("kind") != "run":
        message = f"{folder} holds a {manifest.get('kind')}; name a folder made by `corridor run`"
        raise RunError(message)
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run folder.

    Raises
    ------
    RunError
        If the folder holds none, or one that can't be read.
    """
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"{folder}: no {MANIFEST} here, so it is no run folder; `corridor run` makes one"
        raise RunError(message) from None
    except (OSError, ValueError) as error:
        message = f"{folder / MANIFEST}: is damaged ({error}); run the scenario again"
        raise RunError(message) from error
    if not isinstance(found, dict):
        message = f"{folder / MANIFEST}: must hold an object"
        raise RunError(message)
    return found


def refuse_other(folder: Path, kind: str, digest: str, *, replace: bool) -> None:
    """Refuse a folder that holds anything but an earlier result of the same inputs."""
    if not folder.exists():
        return
    if not folder.is_dir():
        message = f"{folder} is a file; name a folder that does not exist yet"
        raise RunError(message)
    if not any(folder.iterdir()):
        return
    earlier = read_manifest(folder) if (folder / MANIFEST).exists() else None
    if earlier is None:
        message = f"{folder} holds other files and no {MANIFEST}; name another folder"
        raise RunError(message)
    if earlier.get("kind") != kind:
        message = f"{folder} holds a {earlier.get('kind')}, not a {kind}; name another folder"
        raise RunError(message)
    if earlier.get("inputs") != digest and not replace:
        message = (
            f"{folder} holds results of other inputs; name another folder, or pass --replace "
            "to have them replaced"
        )
        raise RunError(message)


@contextmanager
def new_folder(folder: Path, manifest: dict[str, Any], *, replace: bool) -> Iterator[Path]:
    """Give a folder to write into; it takes its name only when all is written.

    Parameters
    ----------
    folder : Path
        Where the results shall stand.
    manifest : dict
        Written last; ``inputs`` tells inputs apart.
    replace : bool
        Whether results of other inputs may be replaced.

    Yields
    ------
    draft : Path
        The folder to write into.

    Raises
    ------
    RunError
        If the folder holds other things, or the disk is full; what stood there stays.
    """
    kind, digest = str(manifest.get("kind")), str(manifest["inputs"])
    refuse_other(folder, kind, digest, replace=replace)
    draft = folder.with_name(f"{folder.name}.part-{os.getpid()}")
    with _kept_clean(draft), told_by_name(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft.mkdir()
        yield draft
        manifest = manifest | {"made": sorted([MANIFEST, *(p.name for p in draft.iterdir())])}
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        (draft / MANIFEST).write_text(text, encoding="utf-8")
        _put(draft, folder)


@contextmanager
def _kept_clean(draft: Path) -> Iterator[None]:
    """Leave no draft behind, whatever happens."""
    shutil.rmtree(draft, ignore_errors=True)
    try:
        yield
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _put(draft: Path, folder: Path) -> None:
    """Give a finished draft its name, in place of an earlier result; keep the user's own files."""
    if not folder.exists():
        draft.rename(folder)
        return
    made = set(read_manifest(folder).get("made", ())) if any(folder.iterdir()) else set()
    own = [path.name for path in folder.iterdir() if path.name not in made]
    aside = folder.with_name(f"{folder.name}.old-{os.getpid()}")
    folder.rename(aside)
    try:
        draft.rename(folder)
    except OSError:
        with suppress(OSError):
            aside.rename(folder)
        raise
    for name in own:
        (aside / name).rename(folder / name)
    shutil.rmtree(aside, ignore_errors=True)
