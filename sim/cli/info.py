"""``corridor info``: what a run folder holds, and a digest of its results."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import click

from sim.analysis.samples import study_digest
from sim.cli.mc_words import failure_lines
from sim.runs.batch_folder import KINDS, BatchFolder
from sim.runs.folder import read_manifest
from sim.runs.shards import batches_for

__all__ = ["info"]

_RESULTS = {".csv", ".parquet"}
_MEGABYTE = 1e6
_FEW = 12


@click.command()
@click.argument("folder", metavar="RUN")
def info(folder: str) -> None:
    """Tell what the folder of a run, comparison or study holds.

    The digest is of the results alone: the same for the same inputs, whatever the times, the
    workers, or how often a study was ended and begun anew.
    """
    path = Path(folder)
    if path.is_file():
        message = f"{folder} is a file; name a folder made by run, compare or mc"
        raise click.UsageError(message)
    manifest = read_manifest(path)
    _tell("kind", manifest.get("kind", "?"))
    if manifest.get("kind") in KINDS:
        _tell_study(BatchFolder(path, manifest))
    else:
        _tell_run(path, manifest)
    sys.stdout.flush()


def _tell(what: str, value: object) -> None:
    click.echo(f"{what + ':':<14}{value}")


def _tell_run(path: Path, manifest: dict[str, Any]) -> None:
    _tell("state", manifest.get("state", "?"))
    named = manifest.get("scenarios") or [{"name": manifest.get("scenario", "?")}]
    for scenario in named:
        _tell("scenario", scenario["name"])
    _tell("seed", manifest.get("seed", "?"))
    if "replications" in manifest:
        _tell("replications", manifest["replications"])
    _tell_size(path)
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(manifest.get("made", [])):
        if Path(name).suffix in _RESULTS and (path / name).is_file():
            digest.update(name.encode() + b"\0" + (path / name).read_bytes())
    _tell("digest", digest.hexdigest())


def _tell_study(folder: BatchFolder) -> None:
    manifest = folder.manifest
    replications, labels = int(manifest["replications"]), folder.labels
    found = study_digest(folder, replications)
    batches = batches_for(replications, scenarios=len(labels), size=int(manifest["batch_size"]))
    failures = [(b.scenario, f) for b in batches for f in folder.failures(b) or ()]
    state = manifest["state"]
    if state == "running" and found.missing:
        state = "not finished: running, or ended before the end"
    _tell("state", state)
    for scenario in manifest["scenarios"][:_FEW]:
        _tell("scenario", f"{scenario['label']}: {scenario['name']}, {scenario['copy']}")
    if len(labels) > _FEW:
        _tell("scenario", f"and {len(labels) - _FEW} more")
    _tell("seed", f"{manifest['seed']}{', antithetic pairs' if manifest['antithetic'] else ''}")
    _tell("engine", f"{manifest['engine']['name']}, {manifest['engine']['version']}")
    _tell_numbers(manifest)
    if manifest.get("beginning"):
        _tell("steady state", f"after {manifest['beginning']['from_d']} days (MSER-5)")
    if manifest["until_frac"] is not None:
        names = ", ".join(manifest["metrics"])
        _tell("precision", f"±{manifest['until_frac']:.2%} of {names}")
    total = replications * len(labels)
    _tell("replications", f"{found.done} of {total} done, {found.failed} failed")
    _tell("batches", f"{sum(folder.failures(b) is not None for b in batches)} of {len(batches)}")
    _tell_size(folder.path)
    if found.missing:
        _tell("go on with", manifest["command"])
    for line in failure_lines(folder, failures, most=len(failures)):
        click.echo(line)
    _tell("digest", found.text)


def _tell_numbers(manifest: dict[str, Any]) -> None:
    for scenario in manifest["scenarios"]:
        names = ", ".join(scenario.get("uncertain", ()))
        if names:
            _tell("uncertain", f"{scenario['label']}: {names}; {_how_drawn(manifest)}")


def _how_drawn(manifest: dict[str, Any]) -> str:
    if manifest.get("fixed"):
        return "at the file's own figures"
    if manifest.get("noise") == "operations":
        return "at the medians of their laws"
    each = manifest.get("reps_per_sample", 1)
    how = f"drawn every {each} replications" if each > 1 else "drawn in each replication"
    is_held = manifest.get("noise") == "parameters"
    return f"{how}, all with the luck of replication 0" if is_held else how


def _tell_size(path: Path) -> None:
    files = [file for file in path.rglob("*") if file.is_file()]
    size_mb = sum(file.stat().st_size for file in files) / _MEGABYTE
    _tell("size", f"{size_mb:.1f} MB in {len(files)} files")
