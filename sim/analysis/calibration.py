"""Published figures beside simulated ones: what fits, what does not, and what was set.

A figure's role says what a fit is worth: `independent` figures were not used to set the
scenario, of a `series` other years or members were, and an `input` was set to it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from sim.analysis.outcome import Outcome
from sim.analysis.published import MEASURES, Replicate, Wanted
from sim.kernels.summary import mean_interval
from sim.runs.executors import do_jobs
from sim.runs.replicate import replicate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sim.arrays import CorridorArrays
    from sim.model import Scenario

    Works = Mapping[str, tuple[Scenario, CorridorArrays]]

__all__ = ["ROLES", "beside", "figures", "mean_tfi", "read_published", "simulated", "verdict"]

ROLES = ("independent", "series", "input")
"""Roles of published figures, from the strongest test to none."""

_NUMBERS = ("value", "low", "high", "tolerance_frac")
_TFI_KEYS = ["scenario", "indicator", "mode", "subject", "direction", "unit"]


def read_published(path: Path) -> pd.DataFrame:
    """Return the table of published figures.

    Parameters
    ----------
    path : Path
        CSV; a point has ``value``, a band ``low`` and ``high``, a bound one of the two.

    Returns
    -------
    table : DataFrame
        With ``low`` and ``high`` of every row; a bound's open end is NaN.

    Raises
    ------
    ValueError
        If a measure or role is not known, or a row has no figure.
    """
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    for name in _NUMBERS:
        table[name] = pd.to_numeric(table[name])
    for column, known in (("measure", tuple(MEASURES)), ("role", ROLES)):
        odd = sorted(set(table[column]) - set(known))
        if odd:
            message = f"no {column} is called {', '.join(odd)} (known: {', '.join(known)})"
            raise ValueError(message)
    table["low"] = table["low"].fillna(table["value"])
    table["high"] = table["high"].fillna(table["value"])
    empty = table.loc[table["low"].isna() & table["high"].isna(), "id"]
    if len(empty):
        message = f"rows without a figure: {', '.join(empty)}"
        raise ValueError(message)
    return table


def figures(published: pd.DataFrame, outcome: Outcome) -> pd.Series[float]:
    """Return the simulated counterpart of each row in one replication of its scenario, by id."""
    run = Replicate(outcome)
    found = {}
    for row in published.to_dict("records"):
        days = (date.fromisoformat(str(row[d])) if row[d] else None for d in ("first", "last"))
        wanted = Wanted(str(row["place"]), str(row["direction"]), *days)
        found[str(row["id"])] = MEASURES[str(row["measure"])](run, wanted)
    return pd.Series(found, dtype=float)


def _measure(
    shared: tuple[pd.DataFrame, Works], job: tuple[str, int]
) -> tuple[pd.Series[float], pd.DataFrame]:
    published, works = shared
    name, replication = job
    scenario, arrays = works[name]
    outcome = Outcome(scenario, arrays, replicate(arrays, replication))
    run = Replicate(outcome)
    return figures(published[published["scenario"] == name], outcome), run.tfi


def simulated(
    published: pd.DataFrame, works: Works, *, replications: int, workers: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run the scenarios and return mean and 95 % interval of each figure's counterpart.

    Parameters
    ----------
    published : DataFrame
        From `read_published`.
    works : mapping of str to (Scenario, CorridorArrays)
        The scenarios that the table names.
    replications : int
        Of each.
    workers : int, optional
        See `do_jobs`.

    Returns
    -------
    table : DataFrame
        Columns id, mean, mean_low, mean_high, replications.
    tfi : DataFrame
        Table `tfi` of each scenario: the same of its values, and mean samples.
    """
    jobs = [(name, r) for name in works for r in range(replications)]
    found = do_jobs(_measure, (published, works), jobs, workers=workers)
    samples = pd.concat([series for series, _ in found]).groupby(level=0, sort=False)
    rows = [
        {"id": name, **_mean(values.to_list()), "replications": int(values.notna().sum())}
        for name, values in samples
    ]
    tables = [t.assign(scenario=name) for (name, _), (_, t) in zip(jobs, found, strict=True)]
    table = pd.DataFrame(rows).set_index("id").reindex(published["id"]).reset_index()
    return table, mean_tfi(pd.concat(tables))


def mean_tfi(rows: pd.DataFrame) -> pd.DataFrame:
    """Return tables `tfi` of several replications as means with intervals, by scenario."""
    return pd.DataFrame(
        [
            dict(zip(_TFI_KEYS, key, strict=True))
            | {"samples": float(group["samples"].mean())}
            | _mean(group["value"].to_list())
            for key, group in rows.groupby(_TFI_KEYS, sort=False)
            if isinstance(key, tuple)
        ]
    )


def _mean(values: Sequence[float]) -> dict[str, float]:
    return dict(zip(("mean", "mean_low", "mean_high"), mean_interval(values), strict=True))


def verdict(mean: float, low: float, high: float, *, tolerance_frac: float) -> str:
    """Return `fits`, `too low` or `too high`; empty if there is no simulated figure.

    Parameters
    ----------
    mean : float
        Simulated.
    low, high : float
        Published; NaN where open.
    tolerance_frac : float
        Share by which the published band is widened on each side.

    Examples
    --------
    >>> verdict(12.0, 10.0, 11.0, tolerance_frac=0.1)
    'fits'
    >>> verdict(13.0, 10.0, 11.0, tolerance_frac=0.1)
    'too high'
    >>> verdict(1000.0, 10.0, float("nan"), tolerance_frac=0.0)
    'fits'
    """
    if mean != mean:  # noqa: PLR0124 - not a number
        return ""
    if mean < low * (1 - tolerance_frac):
        return "too low"
    return "too high" if mean > high * (1 + tolerance_frac) else "fits"


def beside(published: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return published figures with their simulated counterparts and verdicts, by role."""
    both = published.merge(found, on="id", validate="one_to_one")
    both["verdict"] = [
        verdict(row["mean"], row["low"], row["high"], tolerance_frac=row["tolerance_frac"])
        for row in both.to_dict("records")
    ]
    order = both["role"].map({role: k for k, role in enumerate(ROLES)})
    return both.iloc[order.argsort(kind="stable")].reset_index(drop=True)
