"""Read a network from GeoPackage, GeoJSON, GeoParquet or a folder; or the corridor itself."""

from __future__ import annotations

import warnings
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
from shapely import get_geometry, get_num_geometries, get_type_id

from geo.building import make_network
from geo.errors import NetworkError
from geo.geojson import tables_of_geojson
from geo.hints import did_you_mean

if TYPE_CHECKING:
    from geo.network import Network

    Tables = dict[str, Any]

MAX_BYTES = 256 * 1024 * 1024
FORMATS = ".gpkg, .geojson, .json, .parquet, or a folder"
CREDIT_FILE = "credit.txt"


def load_corridor() -> Network:
    """Return the corridor that comes with the package: Kostanay to Quetta, and its neighbours.

    Returns
    -------
    network : Network
        Existing lines as OpenStreetMap has them, planned ones as derived; show its ``credit``.

    Examples
    --------
    >>> load_corridor().credit
    '(c) OpenStreetMap contributors, ODbL 1.0; GeoNames, CC BY 4.0'
    """
    with as_file(files("geo") / "data") as folder:
        return read_network(folder, name="corridor")


def read_network(
    path: str | Path, *, name: str | None = None, allow_islands: bool = False
) -> Network:
    """Read and check a network.

    Parameters
    ----------
    path : path
        A GeoPackage (layers ``stations`` and ``sections``, perhaps ``profile``, ``stages``,
        ``credit``); a GeoJSON FeatureCollection (points are stations, lines sections); a folder
        with ``stations.parquet`` and ``sections.parquet``, or one of these two files; a folder
        with ``stations.csv`` and ``sections.geojson``.
    name : str, optional
        What to call it; the file's name without ending if not given.
    allow_islands : bool
        Accept parts of the network that no section joins to the rest.

    Returns
    -------
    network : Network
        Complete tables in WGS84.

    Raises
    ------
    NetworkError
        With every problem of the file; no other error, whatever the file holds.

    Examples
    --------
    >>> read_network("no-such-file.gpkg")
    Traceback (most recent call last):
    geo.errors.NetworkError: no-such-file.gpkg: no such file or folder; check the path
    """
    path = Path(path)
    place = path.name
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # GDAL's; its errors are told below
            tables = _tables(path)
    except (OSError, ValueError, RuntimeError) as error:
        first_line = (str(error).splitlines() or [type(error).__name__])[0]
        text = f"{place}: cannot be read ({first_line}); is it damaged, or another format?"
        raise NetworkError((text,)) from error
    return make_network(
        tables["stations"],
        tables["sections"],
        name=name or tables.get("name") or path.stem,
        profile=tables.get("profile"),
        stages=tables.get("stages"),
        credit=tables.get("credit", ""),
        place=place,
        allow_islands=allow_islands,
    )


def _tables(path: Path) -> Tables:
    place = path.name
    if not path.exists():
        raise NetworkError((f"{path}: no such file or folder; check the path",))
    if path.is_dir():
        return _from_folder(path)
    _refuse_size(path)
    suffix = path.suffix.lower()
    if suffix == ".gpkg":
        return _from_gpkg(path)
    if suffix in {".geojson", ".json"}:
        return tables_of_geojson(path.read_bytes(), place)
    if suffix == ".parquet":
        return _from_folder(path.parent)
    raise NetworkError((f"{place}: unknown format `{suffix}`; known: {FORMATS}; convert it",))


def _refuse_size(path: Path) -> None:
    size = path.stat().st_size
    if size == 0:
        raise NetworkError((f"{path.name}: the file is empty; export it again",))
    if size > MAX_BYTES:
        text = (
            f"{path.name}: {size / 2**20:.0f} MiB; a network has at most {MAX_BYTES // 2**20}; "
            "leave out other layers and simplify the lines"
        )
        raise NetworkError((text,))


def _from_gpkg(path: Path) -> Tables:
    import pyogrio  # noqa: PLC0415 - slow to load, and only GeoPackages need it

    layers = [str(layer) for layer in pyogrio.list_layers(path)[:, 0]]
    missing = [layer for layer in ("stations", "sections") if layer not in layers]
    if missing:
        raise NetworkError(
            tuple(
                f"{path.name}: no layer `{layer}`; a network needs it; rename a layer; "
                + did_you_mean(layer, layers)
                for layer in missing
            )
        )
    tables: Tables = {
        layer: _single(gpd.read_file(path, layer=layer, engine="pyogrio"))
        for layer in ("stations", "sections")
    }
    for layer in {"profile", "stages"}.intersection(layers):
        tables[layer] = pyogrio.read_dataframe(path, layer=layer, read_geometry=False)
    if "credit" in layers:
        texts = pyogrio.read_dataframe(path, layer="credit", read_geometry=False)
        tables |= {"credit": _first(texts, "credit"), "name": _first(texts, "network")}
    return tables


def _first(table: pd.DataFrame, column: str) -> str:
    return str(table[column].iloc[0]) if column in table and len(table) else ""


def _from_folder(folder: Path) -> Tables:
    for stations, sections, read in (
        ("stations.parquet", "sections.parquet", _from_parquet),
        ("stations.csv", "sections.geojson", _from_csv),
    ):
        if (folder / stations).is_file() and (folder / sections).is_file():
            for part in (stations, sections):
                _refuse_size(folder / part)
            return read(folder)
    text = (
        f"{folder.name}: a folder without network; it must hold stations.parquet and "
        "sections.parquet, or stations.csv and sections.geojson; name another folder"
    )
    raise NetworkError((text,))


def _from_parquet(folder: Path) -> Tables:
    tables: Tables = {
        layer: _single(gpd.read_parquet(folder / f"{layer}.parquet"))
        for layer in ("stations", "sections")
    }
    for layer in ("profile", "stages"):
        if (folder / f"{layer}.parquet").is_file():
            tables[layer] = pd.read_parquet(folder / f"{layer}.parquet")
    if (folder / CREDIT_FILE).is_file():
        tables["credit"] = (folder / CREDIT_FILE).read_text(encoding="utf-8").strip()
    return tables


def _from_csv(folder: Path) -> Tables:
    tables = tables_of_geojson((folder / "sections.geojson").read_bytes(), "sections.geojson")
    tables.pop("name", None)
    stations = pd.read_csv(folder / "stations.csv", keep_default_na=False)
    absent = [column for column in ("lon", "lat") if column not in stations]
    if absent:
        text = f"stations.csv: column `{absent[0]}` is missing; it must be given in degrees"
        raise NetworkError((text,))
    points = gpd.points_from_xy(stations.pop("lon"), stations.pop("lat"))
    tables["stations"] = gpd.GeoDataFrame(stations, geometry=points, crs="EPSG:4326")
    for layer in ("profile", "stages"):
        if (folder / f"{layer}.csv").is_file():
            tables[layer] = pd.read_csv(folder / f"{layer}.csv", na_filter=layer == "profile")
    return tables


def _single(table: Any) -> Any:  # noqa: ANN401
    """Unwrap collections of one part, as QGIS likes to save them."""
    if not isinstance(table, gpd.GeoDataFrame):
        return table
    shapes = table.geometry.array
    is_wrapped = (get_type_id(shapes) > 3) & (get_num_geometries(shapes) == 1)  # noqa: PLR2004
    plain = [
        get_geometry(shape, 0) if wrapped else shape
        for shape, wrapped in zip(shapes, is_wrapped, strict=True)
    ]
    return table.set_geometry(gpd.GeoSeries(plain, index=table.index, crs=table.crs))
