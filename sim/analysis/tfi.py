"""The four trade facilitation indicators of CAREC's corridor monitoring, from events.

TFI1 hours at a border post, TFI2 dollars paid there for 20 t, TFI3 dollars on the way per 500 km
and 20 t, TFI4 speed: km by hours on the move (SWOD) and by all hours from departure to arrival
(SWD). Road and rail, out and home are kept apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from sim.analysis.borders import border_fees_usd_per_t, passages
from sim.analysis.prices import Prices
from sim.analysis.spans import pairs
from sim.analysis.way_runs import RAIL, ROAD, way_runs, with_run
from sim.tables import Code, conform
from sim.units import HOUR_MS, KM_M

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.analysis.outcome import Outcome

__all__ = ["LOAD_T", "STRETCH_KM", "tfi_table"]

LOAD_T = 20.0
"""Tonnes of freight to which dollars refer."""
STRETCH_KM = 500.0
"""Kilometres to which TFI3 refers."""

_DIRECTIONS = ("out", "home")
_ENTITIES = (("train", RAIL), ("lot", ROAD))
_TFI3_UNIT = f"USD/({STRETCH_KM:.0f} km {LOAD_T:.0f} t)"


def tfi_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `tfi`: the four indicators of each post, service and haul by direction.

    Parameters
    ----------
    outcome : Outcome
        The replication.

    Returns
    -------
    table : DataFrame
        Posts first, then services and hauls. Dollars are those of freight: a direction in which
        nothing was carried has hours and speeds only. A step that a disruption slows counts as
        moving; waits before sections, at posts and for locomotives do not.
    """
    runs, prices = way_runs(outcome), Prices(outcome)
    crossings, fees = _crossings(outcome, runs), _fees(outcome, runs, prices)
    moves = pd.concat([_rail_moves(outcome, runs, prices), _road_moves(outcome, runs, prices)])
    stood = crossings.groupby("run")["length_ms"].sum()
    paid = fees.groupby("run")["usd_per_t"].sum()
    ways = runs[runs["is_counted"]].set_index("run").join(moves)
    whole_ms = ways["end_ms"] - ways["start_ms"]
    on_road_ms = whole_ms - stood.reindex(ways.index).fillna(0.0)
    ways = ways.assign(
        whole_ms=whole_ms,
        moving_ms=ways["moving_ms"].fillna(on_road_ms),
        usd_per_t=ways["usd_per_t"] + paid.reindex(ways.index).fillna(0.0),
    )
    return conform("tfi", [*_of_posts(outcome, crossings, fees), *_of_ways(ways)])


def _crossings(outcome: Outcome, runs: pd.DataFrame) -> pd.DataFrame:
    """Return passages of posts that began before the horizon, with run and length. [ms]."""
    parts = [
        with_run(pd.DataFrame(passages(outcome, who)._asdict()), runs, mode)
        for who, mode in _ENTITIES
    ]
    rows = pd.concat([p for p in parts if len(p)] or parts[:1])
    rows = rows[rows["start_ms"] < outcome.arrays.horizon_ms]
    return rows.assign(length_ms=rows["end_ms"] - rows["start_ms"])


def _fees(outcome: Outcome, runs: pd.DataFrame, prices: Prices) -> pd.DataFrame:
    """Return what posts took from freight, by run. [USD/t]."""
    names, posts = outcome.arrays.names, outcome.arrays.posts
    own = {name: sum(pair) for name, pair in border_fees_usd_per_t(outcome).items()}
    begins = outcome.of(Code.POST_START)
    usd = np.zeros(len(begins))
    for place in np.unique(begins["place"].to_numpy()).tolist():
        here = (begins["place"] == place).to_numpy()
        times = begins["time_ms"].to_numpy()[here]
        factor = prices.at("posts", names.posts[place].partition("/")[0], times)
        usd[here] = own.get(names.posts[place], 0.0) * factor
    begins = begins.assign(
        start_ms=begins["time_ms"], usd_per_t=usd, post=posts.post_idx[begins["place"].to_numpy()]
    )
    parts = []
    for who, mode in _ENTITIES:
        mine = begins[(begins["lot"] >= 0) == (mode == ROAD)]
        mine = mine.assign(entity=mine[who])[["entity", "start_ms", "post", "usd_per_t"]]
        parts.append(with_run(mine, runs, mode))
    rows = pd.concat([p for p in parts if len(p)] or parts[:1])
    rows = rows[rows["is_laden"].astype(bool)]
    return rows.groupby(["run", "post"])["usd_per_t"].sum().reset_index()


def _rail_moves(outcome: Outcome, runs: pd.DataFrame, prices: Prices) -> pd.DataFrame:
    """Return by run of a train: km, time on the move, charge of the lines. [km, ms, USD/t]."""
    sections, names = outcome.arrays.sections, outcome.arrays.names
    inside = pairs(outcome, Code.ENTER, Code.LEAVE)
    place, start_ms = inside["place"].to_numpy(), inside["start_ms"].to_numpy()
    km, line, usd = sections.length_m[place] / KM_M, sections.line_idx[place], np.zeros(len(place))
    for k in np.unique(line).tolist():
        here, name = line == k, names.lines[k]
        rate = outcome.scenario.lines[name].haul_usd_per_tkm
        usd[here] = km[here] * rate * prices.at("lines", name, start_ms[here])
    rows = pd.DataFrame(
        {
            "entity": inside["train"].to_numpy(),
            "start_ms": start_ms,
            "km": km,
            "moving_ms": inside["end_ms"].to_numpy() - start_ms,
            "usd_per_t": usd,
        }
    )
    return with_run(rows, runs, RAIL).groupby("run")[["km", "moving_ms", "usd_per_t"]].sum()


def _road_moves(outcome: Outcome, runs: pd.DataFrame, prices: Prices) -> pd.DataFrame:
    """Return by run of trucks: km and truck charge; they move while they are not at a post."""
    rows = runs[runs["mode"] == ROAD].set_index("run")
    km, usd = np.zeros(len(rows)), np.zeros(len(rows))
    for k, name in enumerate(outcome.arrays.names.hauls):
        here = (rows["subject"] == name).to_numpy()
        km[here] = float(outcome.arrays.hauls.length_m[k]) / KM_M
        factor = prices.at("hauls", name, rows["start_ms"].to_numpy()[here])
        usd[here] = km[here] * outcome.scenario.hauls[name].rate_usd_per_tkm * factor
    return pd.DataFrame({"km": km, "moving_ms": np.nan, "usd_per_t": usd}, index=rows.index)


def _row(
    indicator: str, key: tuple[str, str, int], samples: int, unit: str, value: float
) -> dict[str, object]:
    mode, subject, direction = key
    return {
        "indicator": indicator,
        "mode": mode,
        "subject": subject,
        "direction": _DIRECTIONS[int(direction)],
        "samples": samples,
        "unit": unit,
        "value": value,
    }


def _of_posts(
    outcome: Outcome, crossings: pd.DataFrame, fees: pd.DataFrame
) -> Iterator[dict[str, object]]:
    rows = crossings.merge(fees, on=["run", "post"], how="left")
    for keys, group in rows.groupby(["post", "mode", "direction"]):
        post, mode, direction = cast("tuple[int, str, int]", keys)
        key = (mode, outcome.arrays.names.borders[int(post)], direction)
        hours = group["length_ms"] / HOUR_MS
        yield _row("TFI1", key, len(group), "h", float(hours.mean()))
        usd = group.loc[group["is_laden"].astype(bool), "usd_per_t"]
        if len(usd):
            paid = float(usd.fillna(0.0).mean()) * LOAD_T
            yield _row("TFI2", key, len(usd), f"USD/({LOAD_T:.0f} t)", paid)


def _of_ways(ways: pd.DataFrame) -> Iterator[dict[str, object]]:
    for keys, group in ways.groupby(["mode", "subject", "direction"]):
        key = cast("tuple[str, str, int]", keys)
        laden = group[group["is_laden"].astype(bool)]
        if len(laden):
            usd = laden["usd_per_t"].sum() / laden["km"].sum() * STRETCH_KM * LOAD_T
            yield _row("TFI3", key, len(laden), _TFI3_UNIT, float(usd))
        for name, time in (("TFI4 SWOD", "moving_ms"), ("TFI4 SWD", "whole_ms")):
            kmh = group["km"].sum() / (group[time].sum() / HOUR_MS)
            yield _row(name, key, len(group), "km/h", float(kmh))
