"""Write a network as GeoPackage, GeoJSON or a folder of GeoParquet; the credit goes with it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyogrio

from geo.errors import NetworkError
from geo.geojson import geojson_of_network
from geo.reading import CREDIT_FILE

if TYPE_CHECKING:
    from geo.network import Network

UNWRITABLE = (
    OSError,
    ValueError,
    TypeError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
WRITTEN = ".gpkg, .geojson, .json, or a folder (no ending)"
PARQUET_FILES = {
    "stations.parquet",
    "sections.parquet",
    "profile.parquet",
    "stages.parquet",
    CREDIT_FILE,
}


def write_network(network: Network, path: str | Path, *, replace: bool = False) -> Path:
    """Write a network; reading it back gives equal tables.

    The whole is written beside the target under a temporary name and then renamed, so that a stop
    half-way leaves no half file.

    Parameters
    ----------
    network : Network
        What to write.
    path : path
        Ending in ``.gpkg``, ``.geojson`` or ``.json``; without ending, a folder of GeoParquet.
    replace : bool
        Put it in the place of what stands there.

    Returns
    -------
    path : Path
        What was written.

    Raises
    ------
    NetworkError
        If something stands there and ``replace`` is false, or the folder holds other things, or the
        format is unknown, or the disk refuses.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in {"", ".gpkg", ".geojson", ".json"}:
        text = f"{path.name}: unknown format `{suffix}`; write one of {WRITTEN}"
        raise NetworkError((text,))
    _refuse_overwrite(path, replace=replace)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as scratch:
            fresh = Path(scratch) / path.name
            _write(network, fresh)
            if fresh.is_dir() and path.is_dir():
                path.rename(Path(scratch) / "old")
            fresh.replace(path)
    except UNWRITABLE as error:
        text = f"{path}: cannot be written ({error}); choose another place, or drop odd columns"
        raise NetworkError((text,)) from error
    return path


def _refuse_overwrite(path: Path, *, replace: bool) -> None:
    if path.exists() and not replace:
        text = f"{path}: exists already; nothing is overwritten unasked; pass replace=True"
        raise NetworkError((text,))
    if path.is_dir():
        foreign = sorted({entry.name for entry in path.iterdir()} - PARQUET_FILES)
        if foreign or path.suffix:
            text = (
                f"{path}: a folder that holds other things ({', '.join(foreign[:3])}); it is not "
                "replaced; choose another place"
            )
            raise NetworkError((text,))
    elif path.exists() and not path.suffix:
        raise NetworkError((f"{path}: a file, where a folder is to be; choose another place",))


def _write(network: Network, path: Path) -> None:
    suffix = path.suffix.lower()
    if suffix == ".gpkg":
        _write_gpkg(network, path)
    elif suffix:
        path.write_text(geojson_of_network(network), encoding="utf-8")
    else:
        _write_parquet(network, path)


def _write_gpkg(network: Network, path: Path) -> None:
    credit = pd.DataFrame({"credit": [network.credit], "network": [network.name]})
    layers = {
        "stations": network.stations.reset_index(),
        "sections": network.sections.reset_index(),
        "profile": network.profile,
        "stages": network.stages.reset_index(),
        "credit": credit,
    }
    for layer, table in layers.items():
        pyogrio.write_dataframe(table, path, layer=layer, driver="GPKG", append=path.exists())


def _write_parquet(network: Network, folder: Path) -> None:
    folder.mkdir()
    network.stations.to_parquet(folder / "stations.parquet")
    network.sections.to_parquet(folder / "sections.parquet")
    network.profile.to_parquet(folder / "profile.parquet")
    network.stages.to_parquet(folder / "stages.parquet")
    (folder / CREDIT_FILE).write_text(network.credit + "\n", encoding="utf-8")
