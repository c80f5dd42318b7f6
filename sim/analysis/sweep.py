"""A sweep: measures at each point with intervals, and paired differences to the base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.analysis.mc_summary import summary_table
from sim.analysis.points import BASE, label_of
from sim.tables import conform

if TYPE_CHECKING:
    from sim.analysis.point_study import PointStudy
    from sim.analysis.points import Points

__all__ = ["lever_columns", "sweep_table"]


def lever_columns(points: Points) -> pd.DataFrame:
    """Return a column a lever, by its path, and a row a point, the base first.

    Numbers where all values are numbers; what the files leave open is empty in the base.
    """
    levers = points.origin.levers
    columns = {}
    for k, lever in enumerate(levers):
        base = lever.value if isinstance(lever.value, int | float | str) else None
        texts = [base, *(row[k] if row[k] is not None else base for row in points.rows)]
        numbers = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce")
        known = pd.Series(texts, dtype=object).notna()
        is_numeric = numbers[known].notna().all() and not isinstance(base, bool)
        columns[lever.path] = numbers.astype(float) if is_numeric else pd.Series(texts, dtype=str)
    return pd.DataFrame(columns)


def sweep_table(study: PointStudy) -> pd.DataFrame:
    """Return table `sweep`: a row for each measure of each point, the base first.

    Parameters
    ----------
    study : PointStudy
        What was found.

    Returns
    -------
    table : DataFrame
        Columns of table `sweep`, and after `point` one for each lever, by its path.
    """
    points = study.points
    summary = summary_table(study.samples, points.labels, study.groups)
    by_case = dict(tuple(summary.groupby("scenario", sort=False)))
    levers = lever_columns(points)
    names = points.origin.names
    parts = []
    for k, case in enumerate((0, *points.case_of)):
        found = by_case.get(points.labels[case])
        if found is None:
            continue
        point = BASE if k == 0 else label_of(names, points.rows[k - 1])
        table = conform("sweep", found.assign(point=point))
        for at, path in enumerate(levers, start=1):
            table.insert(at, path, levers[path].iloc[k])
        parts.append(table)
    return pd.concat(parts, ignore_index=True) if parts else conform("sweep", [])
