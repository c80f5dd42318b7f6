"""Where the days go: every hour of every trip booked to one cause.

A lot's trip is cut at its events, and a train's at its own; each piece is booked to what the
lot or train was doing or waiting for. A wait at a gate is parted into hours in which it was shut,
closed, or open with all units busy. The pieces add up to the transit time, to the millisecond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.control_blame import name_causes
from sim.analysis.cuts import (
    AT_THE_NEXT,
    LOT_RULES,
    TRAIN_RULES,
    Rule,
    lot_cuts,
    ride_times,
    train_cuts,
)
from sim.analysis.effect_blame import holders, take_slowed
from sim.analysis.shutting import by_gate_of_section, stands_shut, time_by_cause
from sim.tables import CAUSES, Cause, Code, conform
from sim.units import HOUR_MS

if TYPE_CHECKING:
    from sim.analysis.outcome import Outcome

__all__ = ["lot_pieces", "train_pieces", "wait_table"]


def _place_names(outcome: Outcome, kind: str, place: pd.Series[int]) -> pd.Series[str]:
    names = outcome.arrays.names
    by_kind = {
        "terminal": names.terminals,
        "haul": names.hauls,
        "post": names.posts,
        "service": names.services,
        "pool": names.pools,
        "section": tuple(names.lines[i] for i in outcome.arrays.sections.line_idx),
    }
    if len(place) and not place.between(0, len(by_kind[kind]) - 1).all():
        message = f"a piece of a trip names a {kind} that there is not"
        raise ValueError(message)
    table = np.array([*by_kind[kind]], dtype=object)
    return pd.Series(table[place.to_numpy()], index=place.index, dtype=object)


def _parted(outcome: Outcome, pieces: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Part waits, and work that stands still, by what shut the place or cut its units."""
    parts = []
    for (place, holder), group in pieces.groupby(["place", "holder"], sort=False):
        gate = f"{rule.gate}:{place}" if rule.gate else ""
        is_whole = rule.group != "waiting" and not stands_shut(outcome, gate)
        spent = {}
        if not is_whole:
            start, end = (group[name].to_numpy() for name in ("start_ms", "end_ms"))
            spent = time_by_cause(outcome, (gate, rule.units, str(holder)), start, end)
        rest = group["length_ms"].to_numpy() - sum(spent.values())
        for cause, length in (*spent.items(), (rule.cause, rest)):
            booked = rule.group if cause == rule.cause else "waiting"
            parts.append(group.assign(cause=cause, group=booked, length_ms=length))
    found = pd.concat(parts)
    return found[found["length_ms"] > 0]


def _booked(outcome: Outcome, pieces: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    pieces = pieces.assign(
        group=rule.group,
        cause=rule.cause,
        length_ms=pieces["end_ms"] - pieces["start_ms"],
        place=_place_names(outcome, rule.place_kind, pieces["place"]),
    )
    if not (rule.gate or rule.units) or not len(pieces):
        return pieces
    if "holder" not in pieces:
        pieces["holder"] = pieces["place"]
    return _parted(outcome, pieces, rule)


def train_pieces(outcome: Outcome) -> pd.DataFrame:
    """Return pieces of trains' trips with lots aboard: train, direction, cause, place, length.

    Out from forming to being placed (direction 0), home from being ready to arriving (1). [ms]
    """
    rows = pd.DataFrame(train_cuts(outcome)._asdict())
    keep = ["train", "direction", "start_ms", "end_ms", "place"]
    parts = [
        _booked(outcome, rows.loc[rows["event"] == int(code), keep], rule)
        for code, rule in TRAIN_RULES.items()
    ]
    waits = rows[rows["event"].eq(int(Code.WAITS))]
    for code in np.unique(waits["cause"].to_numpy()).tolist():
        rule = Rule(CAUSES[code], "waiting", "section")
        booked = _booked(outcome, waits.loc[waits["cause"] == code, keep], rule)
        if code == Cause.SECTION_CLOSED:
            booked = by_gate_of_section(outcome, booked, waits["unit"])
        parts.append(booked)
    found = pd.concat([p for p in parts if len(p)] or parts[:1])
    return name_causes(outcome, take_slowed(outcome, found, "train"))


def lot_pieces(outcome: Outcome) -> pd.DataFrame:
    """Return pieces of delivered lots' trips: lot, cause, group, place, length. [ms].

    The ride in a train is one piece with cause `aboard`, its train and direction: see
    `train_pieces` for what it is made of.
    """
    rows = pd.DataFrame(lot_cuts(outcome)._asdict())
    parts = []
    if not len(rows):
        none = rows[["lot", "start_ms", "end_ms", "place"]]
        return _booked(outcome, none, LOT_RULES[Code.LOAD_START, Code.LOAD_END])
    for (first, second), rule in LOT_RULES.items():
        group = rows[(rows["event"] == int(first)) & (rows["next_event"] == int(second))]
        if not len(group):
            continue
        later = (first, second) in AT_THE_NEXT
        place = group["next_place"] if later else group["place"]
        keep = group[["lot", "start_ms", "end_ms"]].assign(place=place)
        if rule.units in ("fleets", "trucks"):
            keep["holder"] = holders(outcome, rule.units, group)
        parts.append(_booked(outcome, keep, rule))
    parts += _aboard(outcome, rows)
    none = rows[:0].assign(cause="", group="", place="", length_ms=0, direction=0)
    return name_causes(outcome, take_slowed(outcome, pd.concat(parts or [none]), "lot"))


def _aboard(outcome: Outcome, cuts: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the rides in trains, and the waits before and at the end of each."""
    rides = cuts[cuts["event"] == int(Code.ABOARD)]
    if not len(rides):
        return []
    direction, begins, ends = ride_times(
        outcome, rides["train"].to_numpy(), rides["start_ms"].to_numpy()
    )
    base = rides[["lot", "train"]].assign(direction=direction)
    ride = base.assign(
        start_ms=begins,
        end_ms=ends,
        cause="aboard",
        group="train",
        place="",
        length_ms=ends - begins,
    )
    fill = base.assign(start_ms=rides["start_ms"], end_ms=begins, place=rides["place"])
    gang = base.assign(start_ms=ends, end_ms=rides["end_ms"], place=rides["next_place"])
    return [
        ride,
        _booked(outcome, fill, Rule("filling the train", "waiting", "service")),
        _booked(outcome, gang, Rule("gang busy", "waiting", "terminal", "terminal", "terminals")),
    ]


def wait_table(outcome: Outcome) -> pd.DataFrame:
    """Return mean hours per delivered lot by flow, cause and place: table `waits`."""
    if not (outcome.lots["delivered_ms"] >= 0).any():
        return conform("waits", [])
    pieces = lot_pieces(outcome)
    pieces["flow"] = outcome.flow_of_lot[pieces["lot"].to_numpy()]
    aboard = pieces["cause"] == "aboard"
    keys = ["flow", "cause", "group", "place"]
    direct = pieces[~aboard].groupby(keys)["length_ms"].sum()
    if aboard.any():
        riders = pieces[aboard].groupby(["train", "direction", "flow"]).size().rename("n")
        made = train_pieces(outcome).groupby(["train", "direction", *keys[1:]])["length_ms"].sum()
        joint = riders.reset_index().merge(made.reset_index(), on=["train", "direction"])
        joint["length_ms"] *= joint["n"]
        direct = direct.add(joint.groupby(keys)["length_ms"].sum(), fill_value=0)
    table = direct.rename("length_ms").reset_index()
    delivered = outcome.lots[outcome.lots["delivered_ms"] >= 0].groupby("flow").size()
    table["hours_per_lot"] = table["length_ms"] / HOUR_MS / table["flow"].map(delivered)
    table = table[table["hours_per_lot"] > 0]
    total = table.groupby("flow")["hours_per_lot"].transform("sum")
    table["share_frac"] = table["hours_per_lot"] / total
    table = table.sort_values(["flow", "hours_per_lot"], ascending=[True, False], kind="stable")
    table["flow"] = [outcome.arrays.names.flows[f] for f in table["flow"]]
    return conform("waits", table.reset_index(drop=True))
