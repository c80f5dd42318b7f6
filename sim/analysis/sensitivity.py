"""Which lever matters: a tornado from end to end, or Sobol's shares of the variance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.analysis.mc_study import DEFAULT_METRICS
from sim.analysis.point_study import chosen_keys
from sim.analysis.ranges import end_rows, saltelli_rows
from sim.errors import SettingError
from sim.kernels.summary import mean_interval, paired_interval
from sim.kernels.variance_shares import luck_shares, sobol_shares
from sim.runs.streams import stream
from sim.tables import conform

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from sim.analysis.point_study import PointStudy
    from sim.analysis.points import Origin, Row
    from sim.analysis.ranges import Range

__all__ = ["SAMPLES", "SOBOL_REPS", "Method", "luck_table", "refuse_for_sobol"]
__all__ += ["sensitivity_rows", "sensitivity_tables", "sobol_table", "tornado_table"]
__all__ += ["usual_replications"]

Method = Literal["tornado", "sobol"]

SAMPLES, SOBOL_REPS = 64, 4
"""Of Sobol, unless others are asked for."""

_RESAMPLES = 999


def refuse_for_sobol(method: Method, *, until_frac: float | None, antithetic: bool) -> None:
    """Refuse what makes no sense with shares of the variance.

    Raises
    ------
    ValueError
        Says why, and what to do instead.
    """
    message = ""
    if method == "sobol" and antithetic:
        message = (
            "shares of the variance are told from years independent of each other, which pairs of "
            "opposite luck are not; leave pairs out and take more replications"
        )
    elif method == "sobol" and until_frac is not None:
        message = (
            "shares of the variance are as sure as there are samples; a precision of means would "
            "stop elsewhere: take more samples, and more replications while luck is left in shares"
        )
    if message:
        raise SettingError(message)


def usual_replications(origin: Origin, method: Method) -> int:
    """Return how many replications of each point there are unless others are asked for."""
    return SOBOL_REPS if method == "sobol" else origin.case.scenario.replications


def sensitivity_rows(origin: Origin, ranges: Sequence[Range], samples: int | None) -> list[Row]:
    """Return the points of Sobol with so many samples, or of a tornado where none are given.

    Raises
    ------
    ValueError
        If a range does not suit its lever, or samples do not suit the levers.
    """
    if samples is None:
        return end_rows(origin, ranges)
    return saltelli_rows(origin, ranges, samples)


def sensitivity_tables(
    study: PointStudy, method: Method, metrics: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Return the tables of a method by name, of the measures asked for or else the usual ones.

    Raises
    ------
    ValueError
        If a measure is not in the scenario.
    """
    makers = {"tornado": tornado_table}
    if method == "sobol":
        makers = {"sobol": sobol_table, "sobol_luck": luck_table}
    return {name: make(study, metrics, DEFAULT_METRICS) for name, make in makers.items()}


def tornado_table(study: PointStudy, metrics: Sequence[str], usual: Sequence[str]) -> pd.DataFrame:
    """Return table `tornado`: each lever at its low and its high end, the widest swing first.

    Parameters
    ----------
    study : PointStudy
        Of the points of `end_rows`.
    metrics, usual : sequence of str
        Measures asked for, by name or as `name:flow`, and those taken if none are.

    Raises
    ------
    ValueError
        If a measure is not in the scenario.
    """
    levers = study.points.origin.levers
    rows: list[dict[str, object]] = []
    for key in chosen_keys(study, metrics, usual=usual):
        base, values = study.base(key), study.values(key)
        found = []
        for k, lever in enumerate(levers):
            ends = values[2 * k : 2 * k + 2]
            swing = paired_interval(ends[1], ends[0])
            both = []
            for side, row, sample in zip(
                ("low", "high"), study.points.rows[2 * k : 2 * k + 2], ends, strict=True
            ):
                told: dict[str, object] = {"lever": lever.path, "side": side, "at": row[k]}
                told |= _named(key)
                both.append(told | _compared(sample, base) | _triple("swing", swing))
            found.append((-abs(swing[0]) if np.isfinite(swing[0]) else np.inf, k, both))
        rows += [row for _, _, both in sorted(found, key=lambda one: one[:2]) for row in both]
    return conform("tornado", rows)


def _named(key: tuple[str, str, str]) -> dict[str, object]:
    return dict(zip(("metric", "flow", "unit"), key, strict=True))


def _triple(name: str, told: tuple[float, float, float]) -> dict[str, object]:
    return dict(zip((name, f"{name}_low", f"{name}_high"), told, strict=True))


def _compared(sample: np.ndarray, base: np.ndarray) -> dict[str, object]:
    mean, low, high = mean_interval(sample)
    return {"mean": mean, "low": low, "high": high} | _triple(
        "difference", paired_interval(sample, base)
    )


def sobol_table(study: PointStudy, metrics: Sequence[str], usual: Sequence[str]) -> pd.DataFrame:
    """Return table `sobol`: first and total share of the variance that each lever explains.

    Parameters
    ----------
    study : PointStudy
        Of the points of `saltelli_rows`.
    metrics, usual : sequence of str
        Measures asked for, by name or as `name:flow`, and those taken if none are.

    Returns
    -------
    table : DataFrame
        The lever with the largest total share first; empty shares where a measure has no value at
        some point.

    Raises
    ------
    ValueError
        If a measure is not in the scenario.
    """
    levers = study.points.origin.levers
    samples = len(study.points.rows) // (len(levers) + 2)
    luck = stream(study.points.origin.case.arrays.seed, 0, "sensitivity/bootstrap")
    resamples = luck.integers(samples, size=(_RESAMPLES, samples))
    rows: list[dict[str, object]] = []
    for key in chosen_keys(study, metrics, usual=usual):
        means = study.values(key).mean(axis=1).reshape(-1, samples)
        first = total = np.full((len(levers), 3), np.nan)
        if np.isfinite(means).all():
            first, total = sobol_shares(means, resamples)
        for k in np.argsort(-total[:, 0], kind="stable").tolist():
            row: dict[str, object] = {"lever": levers[k].path, "samples": samples}
            row |= _named(key)
            rows.append(row | _shares("first", first[k]) | _shares("total", total[k]))
    return conform("sobol", rows)


def _shares(name: str, told: np.ndarray) -> dict[str, object]:
    keys = (f"{name}_frac", f"{name}_low_frac", f"{name}_high_frac")
    return dict(zip(keys, told.tolist(), strict=True))


def luck_table(study: PointStudy, metrics: Sequence[str], usual: Sequence[str]) -> pd.DataFrame:
    """Return table `sobol_luck`: how much of the spread of each measure is luck, not levers.

    Parameters
    ----------
    study : PointStudy
        Of the points of `saltelli_rows`.
    metrics, usual : sequence of str
        Measures asked for, by name or as `name:flow`, and those taken if none are.

    Raises
    ------
    ValueError
        If a measure is not in the scenario.
    """
    n_levers = len(study.points.origin.levers)
    independent = 2 * len(study.points.rows) // (n_levers + 2)
    rows: list[dict[str, object]] = []
    for key in chosen_keys(study, metrics, usual=usual):
        values = study.values(key)[:independent]
        told = [np.nan] * 4
        if np.isfinite(values).all():
            told = list(luck_shares(values))
        row = _named(key)
        row |= {"points": independent, "replications": study.samples.replications}
        row["mean"] = float(values.mean())
        names = ("levers_sd", "luck_sd", "luck_frac", "left_frac")
        rows.append(row | dict(zip(names, told, strict=True)))
    return conform("sobol_luck", rows)
