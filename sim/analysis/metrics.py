"""The measures of one replication, in one long table: what comparisons work on."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

import numpy as np

from sim.analysis.borders import border_rows
from sim.analysis.fleets import fleet_rows
from sim.analysis.flows import flow_rows
from sim.analysis.stocks import stock_rows
from sim.analysis.usage import post_rows, section_rows, terminal_rows
from sim.tables import columns, conform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from sim.analysis.outcome import Outcome
    from sim.arrays import CorridorArrays
    from sim.model import Scenario

__all__ = ["measured_names", "metric_names", "metric_table", "metric_values"]

_BUSIEST = "section_occupied_frac"

_OF_PLACES = (
    (post_rows, "post", ("wait_mean_h", "total_mean_h", "utilisation_frac")),
    (border_rows, "border", ("hours_mean_h", "hours_p95_h")),
    (
        terminal_rows,
        "terminal",
        (
            "gang_shift_utilisation_frac",
            "crane_shift_utilisation_frac",
            "track_utilisation_frac",
            "train_stay_mean_h",
            "yard_max",
        ),
    ),
    (fleet_rows, "fleet", ("cycle_mean_d", "utilisation_frac", "wait_mean_h")),
    (
        stock_rows,
        "stock",
        (
            "cover_mean_d",
            "cover_least_d",
            "out_d",
            "outs",
            "short_t",
            "below_safety_d",
            "closing_t",
            "needed_opening_t",
            "needed_opening_d",
            "holding_usd",
        ),
    ),
)


def _long(
    rows: Iterable[Mapping[str, object]], table: str, key: str, wanted: tuple[str, ...]
) -> Iterator[dict[str, object]]:
    units = _units(table)
    for row in rows:
        for name in wanted:
            metric = name if table == "flows" else f"{key}_{name}"
            yield {"metric": metric, "flow": row[key], "unit": units[name], "value": row[name]}


@cache
def _units(table: str) -> dict[str, str]:
    return {c.column: c.unit for c in columns(table)}


def metric_names() -> tuple[str, ...]:
    """Return every measure there is.

    Examples
    --------
    >>> metric_names()[:2]
    ('offered_t', 'delivered_t')
    """
    flows = tuple(c.column for c in columns("flows") if c.dtype == "float64")
    places = tuple(f"{key}_{name}" for _, key, wanted in _OF_PLACES for name in wanted)
    return (*flows, *places, _BUSIEST)


def measured_names(scenario: Scenario, arrays: CorridorArrays) -> dict[str, tuple[str, ...]]:
    """Return by measure what a scenario has it of: its flows and `all`, its posts, its stocks.

    Parameters
    ----------
    scenario, arrays : Scenario, CorridorArrays
        As it stands and compiled.

    Returns
    -------
    names : dict
        A key for each of `metric_names`; nothing where the scenario has none of the kind. A post
        or terminal that nothing passes in a replication has no value all the same.
    """
    flows, names = tuple(scenario.flows), arrays.names
    of_kind = {
        "post": names.posts,
        "border": names.borders,
        "terminal": names.terminals,
        "fleet": (*names.fleets, *names.trucks, *names.pools),
        "stock": tuple(sorted(scenario.stocks)),
    }
    found = dict.fromkeys(metric_names(), (*flows, "all") if len(flows) > 1 else flows)
    found |= {f"{key}_{name}": of_kind[key] for _, key, wanted in _OF_PLACES for name in wanted}
    return found | {_BUSIEST: ("busiest",)}


def metric_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `metrics` of one replication.

    Measures of flows bear the column's name, those of posts, terminals, fleets and stocks begin
    with the kind; the busiest section with meets is `section_occupied_frac`.
    """
    return conform("metrics", metric_values(outcome))


def metric_values(outcome: Outcome) -> list[dict[str, object]]:
    """Return the rows of table `metrics`."""
    names = tuple(c.column for c in columns("flows") if c.dtype == "float64")
    rows = list(_long(flow_rows(outcome), "flows", "flow", names))
    for make, key, wanted in _OF_PLACES:
        rows += _long(make(outcome), f"{key}s", key, wanted)
    known = [row for row in section_rows(outcome) if not np.isnan(_occupied(row))]
    if known:
        busiest = max(reversed(known), key=_occupied)
        unit = {"metric": _BUSIEST, "flow": busiest["section"], "unit": ""}
        rows.append(unit | {"value": _occupied(busiest)})
    return rows


def _occupied(section: Mapping[str, object]) -> float:
    return cast("float", section["occupied_frac"])
