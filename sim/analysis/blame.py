"""Where the days go: every hour of every trip booked to one cause.

A lot's trip is cut at its events, and a train's at its own; each piece is booked to what the
lot or train was doing or waiting for. A wait at a gate is parted into hours in which it was shut,
closed, or open with all units busy. The pieces add up to the transit time, to the millisecond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sim.analysis.borders import decisive
from sim.analysis.effect_blame import holders, take_slowed
from sim.analysis.shutting import by_gate_of_section, stands_shut, time_by_cause
from sim.tables import CAUSES, Cause, Code, conform
from sim.units import HOUR_MS

if TYPE_CHECKING:
    from sim.analysis.outcome import Outcome

__all__ = ["lot_pieces", "train_pieces", "wait_table"]


class _Rule(NamedTuple):
    """How a piece between two events is booked.

    ``gate`` parts a wait by the states of the place's gate, ``units`` by disruptions that cut
    its servers or gangs, or the wagons or trucks waited for; work is parted only where it stands
    still while the gate is shut.
    """

    cause: str
    group: str
    place_kind: str
    gate: str = ""
    units: str = ""


_LOT_RULES = {
    (Code.OFFERED, Code.WAGON): _Rule("wagon shortage", "waiting", "terminal", units="fleets"),
    (Code.OFFERED, Code.TRUCKS): _Rule("truck shortage", "waiting", "haul", units="trucks"),
    (Code.WAGON, Code.LOAD_START): _Rule(
        "gang busy", "waiting", "terminal", "terminal", "terminals"
    ),
    (Code.CLEAN_START, Code.CLEAN_END): _Rule("cleaning", "work", "terminal"),
    (Code.CLEAN_END, Code.LOAD_START): _Rule(
        "gang busy", "waiting", "terminal", "terminal", "terminals"
    ),
    (Code.LOAD_START, Code.LOAD_END): _Rule("loading", "work", "terminal", "terminal"),
    (Code.LOAD_END, Code.ABOARD): _Rule("filling the train", "waiting", "service"),
    (Code.SORT_START, Code.SORT_END): _Rule("sorting", "work", "terminal", "terminal"),
    (Code.SORT_END, Code.ABOARD): _Rule("filling the train", "waiting", "service"),
    (Code.UNLOAD_START, Code.UNLOAD_END): _Rule("unloading", "work", "terminal", "terminal"),
    (Code.UNLOAD_END, Code.WAGON): _Rule("wagon shortage", "waiting", "terminal", units="fleets"),
    (Code.UNLOAD_END, Code.TRUCKS): _Rule("truck shortage", "waiting", "haul", units="trucks"),
    (Code.HAUL_END, Code.WAGON): _Rule("wagon shortage", "waiting", "terminal", units="fleets"),
    (Code.HAUL_END, Code.TRUCKS): _Rule("truck shortage", "waiting", "haul", units="trucks"),
    (Code.STORE_WAIT, Code.STORED): _Rule("store full", "waiting", "terminal"),
    (Code.STORED, Code.UNLOAD_START): _Rule(
        "gang busy", "waiting", "terminal", "terminal", "terminals"
    ),
    (Code.TRUCKS, Code.TRUCKED): _Rule("loading trucks", "work", "haul"),
    (Code.TRUCKED, Code.ROAD): _Rule("road open", "waiting", "haul", "haul"),
    (Code.ROAD, Code.POST_QUEUE): _Rule("on the road", "moving", "haul"),
    (Code.ROAD, Code.HAUL_END): _Rule("on the road", "moving", "haul"),
    (Code.POST_END, Code.HAUL_END): _Rule("on the road", "moving", "haul"),
    (Code.POST_END, Code.POST_QUEUE): _Rule("on the road", "moving", "post"),
    (Code.POST_QUEUE, Code.POST_START): _Rule("border queue", "waiting", "post", "post", "posts"),
    (Code.POST_START, Code.POST_END): _Rule("border control", "border", "post", "post"),
}

_TRAIN_RULES = {
    Code.ENTER: _Rule("running", "moving", "section"),
    Code.POST_QUEUE: _Rule("border queue", "waiting", "post", "post", "posts"),
    Code.POST_START: _Rule("border control", "border", "post", "post"),
    Code.YARD: _Rule("working track", "waiting", "terminal"),
    Code.POOL_ASK: _Rule("locomotive shortage", "waiting", "pool"),
    Code.CREW_RESTS: _Rule("crew hours", "waiting", "section"),
    Code.TRACK: _Rule("placing", "work", "terminal"),
}

_LOT_CODES = sorted({int(c) for pair in _LOT_RULES for c in pair} | {int(Code.DELIVERED)})
_AT_THE_NEXT = {
    pair for pair in _LOT_RULES if pair[0] in (Code.OFFERED, Code.UNLOAD_END, Code.HAUL_END)
} | {(end, Code.ABOARD) for end in (Code.LOAD_END, Code.SORT_END)}
_AT_THE_NEXT |= {(Code.POST_END, Code.HAUL_END)}
"""Pieces whose place is that of the event that ends them."""


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


def _parted(outcome: Outcome, pieces: pd.DataFrame, rule: _Rule) -> pd.DataFrame:
    """Part waits, and work that stands still, by what shut the place or cut its units."""
    parts = []
    for (place, holder), group in pieces.groupby(["place", "holder"], sort=False):
        gate = f"{rule.gate}:{place}" if rule.gate else ""
        is_whole = rule.group != "waiting" and not stands_shut(outcome, gate)
        spent = {}
        if not is_whole:
            spent = time_by_cause(outcome, (gate, rule.units, str(holder)), group)
        rest = group["length_ms"].to_numpy() - sum(spent.values())
        for cause, length in (*spent.items(), (rule.cause, rest)):
            booked = rule.group if cause == rule.cause else "waiting"
            parts.append(group.assign(cause=cause, group=booked, length_ms=length))
    found = pd.concat(parts)
    return found[found["length_ms"] > 0]


def _booked(outcome: Outcome, pieces: pd.DataFrame, rule: _Rule) -> pd.DataFrame:
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


def train_pieces(outcome: Outcome, *, with_waits: bool = True) -> pd.DataFrame:
    """Return pieces of trains' trips with lots aboard: train, direction, cause, place, length.

    Out from forming to being placed (direction 0), home from being ready to arriving (1); or
    those alone in which the train runs or is worked. [ms]
    """
    frame = outcome.frame
    rows = frame[(frame["train"] >= 0) & (frame["lot"] < 0) & (frame["event"] != int(Code.SLOWED))]
    rows = decisive(outcome, rows.sort_values("train", kind="stable"), "train")
    nxt = rows["time_ms"].shift(-1)
    same = rows["train"].eq(rows["train"].shift(-1))
    rows = rows.assign(start_ms=rows["time_ms"], end_ms=nxt.where(same, rows["time_ms"]))
    rows["end_ms"] = rows["end_ms"].astype(np.int64)
    ready = rows["event"].eq(int(Code.RETURN)).groupby(rows["train"]).cumsum()
    placed = rows["event"].eq(int(Code.PLACED)).groupby(rows["train"]).cumsum()
    rows = rows.assign(direction=ready.to_numpy())
    rows = rows[(ready == 1) | (placed == 0)]
    rows = rows[~((rows["direction"] == 1) & rows["event"].eq(int(Code.HOME)))]
    keep = ["train", "direction", "start_ms", "end_ms", "place"]
    parts = [
        _booked(outcome, rows.loc[rows["event"] == int(code), keep], rule)
        for code, rule in _TRAIN_RULES.items()
        if with_waits or rule.group != "waiting"
    ]
    waits = rows[rows["event"].eq(int(Code.WAITS)) & with_waits]
    for code in np.unique(waits["cause"].to_numpy()).tolist():
        rule = _Rule(CAUSES[code], "waiting", "section")
        booked = _booked(outcome, waits.loc[waits["cause"] == code, keep], rule)
        if code == Cause.SECTION_CLOSED:
            booked = by_gate_of_section(outcome, booked, waits["unit"])
        parts.append(booked)
    return take_slowed(outcome, pd.concat([p for p in parts if len(p)] or parts[:1]), "train")


def lot_pieces(outcome: Outcome, *, with_waits: bool = True) -> pd.DataFrame:
    """Return pieces of delivered lots' trips: lot, cause, group, place, length. [ms].

    All, or those alone in which something is done with the lot. The ride in a train is one piece
    with cause `aboard`, its train and direction: see `train_pieces` for what it is made of.
    """
    delivered = outcome.lots["delivered_ms"].to_numpy() >= 0
    frame = outcome.frame
    rows = frame[(frame["lot"] >= 0) & frame["event"].isin(_LOT_CODES)]
    rows = rows[delivered[rows["lot"].to_numpy()]].sort_values("lot", kind="stable")
    rows = decisive(outcome, rows, "lot")
    same = rows["lot"].eq(rows["lot"].shift(-1))
    ends = rows.shift(-1)[same]
    rows = rows[same].assign(
        start_ms=rows["time_ms"][same],
        end_ms=ends["time_ms"].astype(np.int64),
        next_event=ends["event"].astype(np.int64),
        next_place=ends["place"].astype(np.int64),
        next_unit=ends["unit"].astype(np.int64),
        next_train=ends["train"].astype(np.int64),
    )
    parts = []
    if not len(rows):
        none = rows[["lot", "start_ms", "end_ms", "place"]]
        return _booked(outcome, none, _LOT_RULES[Code.LOAD_START, Code.LOAD_END])
    for (first, second), rule in _LOT_RULES.items():
        group = rows[(rows["event"] == int(first)) & (rows["next_event"] == int(second))]
        if not len(group) or (rule.group == "waiting" and not with_waits):
            continue
        later = (first, second) in _AT_THE_NEXT
        place = group["next_place"] if later else group["place"]
        keep = group[["lot", "start_ms", "end_ms"]].assign(place=place)
        if rule.units in ("fleets", "trucks"):
            keep["holder"] = holders(outcome, rule.units, group)
        parts.append(_booked(outcome, keep, rule))
    parts += _aboard(outcome, rows)[: None if with_waits else 1]
    none = rows[:0].assign(cause="", group="", place="", length_ms=0, direction=0)
    return take_slowed(outcome, pd.concat(parts or [none]), "lot")


def _aboard(outcome: Outcome, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the rides in trains, and the wait for a gang at their end."""
    rides = rows[rows["event"] == int(Code.ABOARD)]
    if not len(rides):
        return []
    placed = outcome.of(Code.PLACED).set_index("train")["time_ms"]
    ready = outcome.of(Code.RETURN).set_index("train")["time_ms"]
    home = outcome.of(Code.HOME).set_index("train")["time_ms"]
    formed = outcome.of(Code.FORMED).set_index("train")["time_ms"]
    train = rides["train"]
    out = rides["time_ms"].to_numpy() == formed.reindex(train).to_numpy()
    begins = np.where(out, rides["time_ms"], ready.reindex(train).to_numpy()).astype(np.int64)
    ends = np.where(out, placed.reindex(train).to_numpy(), home.reindex(train).to_numpy())
    ends = ends.astype(np.int64)
    base = rides[["lot", "train"]].assign(direction=np.where(out, 0, 1))
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
        _booked(outcome, fill, _Rule("filling the train", "waiting", "service")),
        _booked(outcome, gang, _Rule("gang busy", "waiting", "terminal", "terminal", "terminals")),
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
