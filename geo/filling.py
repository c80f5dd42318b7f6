"""Give a raw table its columns: names judged, kinds cast, defaults filled in."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.hints import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.columns import Column, Table

TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}
NEAR_MISS = 0.84
NESTED = (list, tuple, dict, set, np.ndarray)


def filled_table(raw: pd.DataFrame, table: Table, place: str, problems: list[str]) -> Any:  # noqa: ANN401
    """Return the table with key as index and all columns in order, or note why it cannot be.

    Parameters
    ----------
    raw : DataFrame or GeoDataFrame
        What was read; it is not changed. Columns that the table does not know are kept, at the end.
    table : Table
        The columns wanted.
    place : str
        Beginning of each problem: the file or the network.
    problems : list of str
        Problems found are added here.

    Returns
    -------
    filled : DataFrame or GeoDataFrame or None
        A new table; None if a required column is missing.
    """
    where = f"{place}, {table.name}"
    frame = raw.reset_index() if raw.index.name == table.key else raw.reset_index(drop=True)
    slips = _slips(frame, table)
    problems += [
        f"{where}: unknown column `{slip}`; did you mean `{meant}`? rename it"
        for meant, slip in slips.items()
    ]
    required = [table.key, *(column.name for column in table.columns if column.is_required)]
    missing = [name for name in required if name not in frame and name not in slips]
    problems += [
        f"{where}: column `{name}` is missing; it must be given; "
        + did_you_mean(name, [str(label) for label in frame.columns])
        for name in missing
    ]
    if missing or slips:
        return None
    ids = _as_text(frame[table.key])
    where_row = [f"{where}, `{row_id}`" for row_id in ids]
    cells = {column.name: _cast(frame, column, where_row, problems) for column in table.columns}
    shape = frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None
    known = {table.key, *cells, shape}
    extra = {label: frame[label] for label in frame.columns if label not in known}
    filled = pd.DataFrame(cells | extra).set_index(pd.Index(ids, name=table.key))
    if shape is None:
        return filled
    lines = frame.geometry.set_axis(filled.index)
    return gpd.GeoDataFrame(filled, geometry=lines)


def _slips(frame: pd.DataFrame, table: Table) -> dict[str, str]:
    """Return the columns written with a slip: name meant -> name found."""
    known = {table.key, *table.names}
    absent = [name for name in (table.key, *table.names) if name not in frame]
    slips: dict[str, str] = {}
    for label in map(str, frame.columns):
        near = [name for name in absent if label not in known and _is_near(label, name)]
        slips.update(dict.fromkeys(near[:1], label))
    return slips


def _is_near(label: str, name: str) -> bool:
    plain = label.strip().lower().replace("-", "_").replace(" ", "_")
    return plain == name or (len(name) > len("name") and _ratio(plain, name) >= NEAR_MISS)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _cast(
    frame: pd.DataFrame, column: Column, where_row: list[str], problems: list[str]
) -> pd.Series[Any]:
    if column.name not in frame:
        return _constant(column, frame.index)
    values = frame[column.name]
    if values.dtype != np.dtype("object"):  # none but columns of anything can hold lists
        known: pd.Series[Any] = CASTS[column.kind](values, column, where_row, problems)
        return known
    is_nested = values.map(lambda cell: isinstance(cell, NESTED)).astype("bool")
    problems += [
        f"{place}: `{column.name}` holds a list; it must be one value; write it as text"
        for place, nested in zip(where_row, is_nested, strict=True)
        if nested
    ]
    plain = values.mask(is_nested, 0) if is_nested.any() else values
    filled: pd.Series[Any] = CASTS[column.kind](plain, column, where_row, problems)
    return filled


def _constant(column: Column, index: pd.Index[Any]) -> pd.Series[Any]:
    dtype = {"text": "str", "int": "int64", "float": "float64", "bool": "bool"}[column.kind]
    default = (
        column.default
        if column.default is not None
        else {"text": "", "bool": False}.get(column.kind, 0)
    )
    return pd.Series([default] * len(index), index=index, dtype=dtype)


def _text(values: pd.Series[Any], column: Column, where: list[str], problems: list[str]) -> Any:  # noqa: ANN401
    text = _as_text(values)
    if column.is_required:
        problems += [
            f"{place}: `{column.name}` is empty; it must be given"
            for place, is_empty in zip(where, text == "", strict=True)
            if is_empty
        ]
        return text
    return text.where(text != "", str(column.default))


def _as_text(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return texts; whole numbers without a point, empty cells as ''."""
    if isinstance(values.dtype, pd.StringDtype):
        cells = [cell.strip() for cell in values.fillna("").tolist()]
    else:
        cells = [
            "" if isinstance(cell, NESTED) or pd.isna(cell) else _plain(cell) for cell in values
        ]
    return pd.Series(cells, index=values.index, dtype="str")


def _plain(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _float(values: pd.Series[Any], column: Column, where: list[str], problems: list[str]) -> Any:  # noqa: ANN401
    numbers, is_blank = _numbers(values)
    is_bad = (numbers.isna() & ~is_blank) | (numbers.abs() == float("inf"))
    problems += [
        f"{place}: `{column.name}` is `{cell}`; it must be a finite number"
        for place, cell, bad in zip(where, values, is_bad, strict=True)
        if bad
    ]
    if column.is_required:
        problems += [
            f"{place}: `{column.name}` is empty; it must be given"
            for place, blank in zip(where, is_blank, strict=True)
            if blank
        ]
    return numbers


def _numbers(values: pd.Series[Any]) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return the number in each cell, and which cells are empty."""
    if values.dtype in (np.dtype("float64"), np.dtype("int64")):
        return values.astype("float64"), values.isna()
    is_blank = values.isna() | (values.astype("str").str.strip() == "")
    return values.map(_number).astype("float64"), is_blank


def _number(cell: object) -> float:
    """Return the number in a cell, NaN if there is none, infinity if it is beyond all bounds."""
    try:
        return float(cell)  # type: ignore[arg-type]
    except OverflowError:
        return float("inf")
    except (TypeError, ValueError):
        return float("nan")


def _int(values: pd.Series[Any], column: Column, where: list[str], problems: list[str]) -> Any:  # noqa: ANN401
    numbers = _float(values, column, where, problems)
    is_bad = numbers.notna() & (numbers.abs() != float("inf")) & (numbers % 1 != 0)
    problems += [
        f"{place}: `{column.name}` is {cell:g}; it must be a whole number"
        for place, cell, bad in zip(where, numbers, is_bad, strict=True)
        if bad
    ]
    default = 0 if column.default is None else column.default
    return numbers.where(numbers.abs() < 2**53).fillna(default).astype("int64")


def _bool(values: pd.Series[Any], column: Column, where: list[str], problems: list[str]) -> Any:  # noqa: ANN401
    texts = _as_text(values).str.lower()
    problems += [
        f"{place}: `{column.name}` is `{text}`; it must be true or false"
        for place, text in zip(where, texts, strict=True)
        if text not in TRUTHS
    ]
    return pd.Series([TRUTHS.get(text, False) for text in texts], index=values.index, dtype="bool")


CASTS: dict[str, Callable[..., Any]] = {"text": _text, "float": _float, "int": _int, "bool": _bool}
