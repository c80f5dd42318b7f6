"""What must hold beyond `invariants`: locomotives, stages, diversions, bans, priorities, hours."""

import numpy as np
import pandas as pd
from invariants import legs_taken

from sim.analysis.blame import lot_pieces, train_pieces
from sim.analysis.metrics import metric_table
from sim.analysis.saving import result_tables
from sim.arrays.parts import HAUL, NO_LIMIT, RIDE_BACK, RIDE_OUT
from sim.tables import Code
from sim.units import DAY_MS, MINUTE_MS

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def check_wider(outcome, *, with_tables=True):
    arrays, frame = outcome.arrays, outcome.frame
    locomotives_are_conserved(arrays, frame)
    locomotives_change_in_order(arrays, frame)
    stages_come_in_order(arrays, frame)
    stores_hold_their_room(arrays, frame)
    trucks_wait_for_their_turn(arrays, frame)
    diverted_lots_had_reason(arrays, frame)
    bans_are_kept(outcome.scenario, arrays, frame)
    priorities_are_kept(outcome)
    tonnes_are_conserved(outcome)
    hours_add_up(outcome)
    if with_tables:
        tables_can_be_made(outcome)


def trucks_wait_for_their_turn(arrays, frame):
    """Within its rotation, up to any instant, a fleet gives each of its trucks once at most."""
    rows = frame[frame["event"] == Code.TRUCKS]
    fleet_of = arrays.hauls.trucks_idx
    for fleet in np.flatnonzero(arrays.trucks.rotation_ms > 0):
        mine = rows[fleet_of[rows["place"]] == fleet]
        at_ms, given = mine["time_ms"].to_numpy(), np.append(0, mine["unit"].cumsum())
        first = np.searchsorted(at_ms, at_ms - arrays.trucks.rotation_ms[fleet], side="right")
        within = given[1:] - given[first]
        assert within.max(initial=0) <= arrays.trucks.trucks[fleet]


def locomotives_are_conserved(arrays, frame):
    """Those free, with trains, at rest and on their way over are all there are."""
    effect = {Code.POOL_TAKEN: -1, Code.POOL_READY: 1, Code.POOL_SENT: -1, Code.POOL_MOVED: 1}
    rows = frame[frame["event"].isin([int(c) for c in effect])]
    for pool, group in rows.groupby("place"):
        units = arrays.pools.units[pool]
        assert units < NO_LIMIT
        free = units + (group["event"].map(effect) * group["unit"]).cumsum()
        assert free.min() >= 0
        assert free.max() <= units
        assert free.iloc[-1] == units, "all are free at the end"


def locomotives_change_in_order(arrays, frame):
    """A train asks, takes as many as its service has, and gives them up, pool by pool."""
    codes = [Code.POOL_ASK, Code.POOL_TAKEN, Code.POOL_GIVEN]
    rows = frame[frame["event"].isin([int(c) for c in codes])]
    service = frame[frame["event"] == Code.FORMED].set_index("train")["place"]
    wagons = frame[frame["event"] == Code.FORMED].set_index("train")["unit"]
    n_pools = len(arrays.pools.units) // 2
    for (train, pool), group in rows.groupby(["train", "place"]):
        assert group["event"].tolist() == [int(c) for c in codes] * (len(group) // 3)
        wanted = 1 if pool >= n_pools else arrays.services.locomotives[service[train]]
        wanted = wagons[train] if arrays.pools.per_wagon[pool] else wanted
        assert (group.loc[group["event"] != Code.POOL_ASK, "unit"] == wanted).all()
        ends = group.loc[group["event"] == Code.POOL_ASK, "unit"].tolist()
        assert ends in ([0, 1], [1, 0], [0], [1])


def stages_come_in_order(arrays, frame):
    """Controls of one order begin together; the next order begins when all of them are over."""
    rows = frame[frame["event"].isin([Code.POST_QUEUE, Code.POST_START, Code.POST_END])]
    rows = rows.assign(
        post=arrays.posts.post_idx[rows["place"]], group=arrays.posts.group_idx[rows["place"]]
    )
    for _, seen in rows.groupby(["train", "lot", "post"]):
        # a train passes a post out and home; between the two it is at its destination
        inside, reached, began = 0, -1, -1
        for time_ms, event, group in seen[["time_ms", "event", "group"]].to_numpy().tolist():
            if event == Code.POST_QUEUE:
                if group != reached or inside == 0:
                    assert inside == 0, "a stage of another order is still on"
                    reached, began = group, time_ms
                assert time_ms == began, "controls of one order begin together"
                inside += 1
            elif event == Code.POST_END:
                inside -= 1
        assert inside == 0


def stores_hold_their_room(arrays, frame):
    """What is stored never weighs more than the room; a lot leaves with its next leg."""
    stores, lots = arrays.stores, arrays.flows.lot_ptr
    lot_kg = np.repeat(stores.lot_kg, np.diff(lots))
    stored, inside = {}, np.zeros(len(stores.room_kg), dtype=np.int64)
    leaves = (Code.LOAD_END, Code.TRUCKED)
    rows = frame[frame["event"].isin([Code.STORED, *leaves])]
    for event, lot, place in rows[["event", "lot", "place"]].to_numpy().tolist():
        if event == Code.STORED:
            assert lot not in stored, "a lot lies in one store"
            stored[lot] = place
            inside[place] += lot_kg[lot]
            assert inside[place] <= stores.room_kg[place]
        elif lot in stored:
            inside[stored.pop(lot)] -= lot_kg[lot]


def diverted_lots_had_reason(arrays, frame):
    """Who diverts for a closure has a gate on his way closed for as long as the limit."""
    rows = frame[(frame["event"] == Code.DIVERTED) & (frame["unit"] == 2)]
    gates = frame[frame["event"] == Code.GATE]
    limits = arrays.diversions
    for index, row in rows.iterrows():
        flow = row["place"]
        assert limits.closed_ms[flow] < NO_LIMIT
        watched = limits.gate_idx[limits.gate_ptr[flow] : limits.gate_ptr[flow + 1]]
        closed_ms = []
        for gate in watched.tolist():
            before = gates[(gates["place"] == gate) & (gates.index < index)]
            shut = (before["unit"] >= 2).to_numpy()
            since = len(shut) - np.argmin(shut[::-1]) if not shut.all() else 0
            if len(shut) and shut[-1]:
                closed_ms.append(row["time_ms"] - before["time_ms"].iloc[since])
        assert max(closed_ms, default=-1) >= limits.closed_ms[flow]


def bans_are_kept(scenario, arrays, frame):
    """No train enters a section while a ban without calendar holds, unless it runs through."""
    lines = [arrays.names.lines[i] for i in arrays.sections.line_idx]
    moves = frame[frame["event"].isin([Code.ENTER, Code.LEAVE])].sort_values("train", kind="stable")
    through = (
        moves["time_ms"].eq(moves["time_ms"].shift())
        & moves["train"].eq(moves["train"].shift())
        & moves["event"].shift().eq(int(Code.LEAVE))
    )
    enters = moves[(moves["event"] == Code.ENTER) & ~through]
    first_day = scenario.start_date.weekday()
    for ban in scenario.no_running.values() if scenario.time_zone == "UTC" else ():
        if ban.calendar is not None or ban.time_zone is not None:
            continue
        named = [
            k
            for k, parent in enumerate(arrays.names.parents)
            if parent in ban.sections or lines[k] in ban.lines
        ]
        here = enters[enters["place"].isin(named)]
        begins, ends = (_clock_ms(t) for t in (ban.begins, ban.ends))
        since = (here["time_ms"] - begins) % DAY_MS
        day = (first_day + (here["time_ms"] - begins) // DAY_MS) % 7
        counts = day.map(lambda d, ban=ban: ban.days is None or _DAYS[d] in ban.days)
        assert not ((since < ((ends - begins) % DAY_MS or DAY_MS)) & counts).any()


def _clock_ms(text):
    hours, minutes = text.split(":")
    return (int(hours) * 60 + int(minutes)) * MINUTE_MS


def _queue_of(arrays, leg):
    """Return the queue in which a lot asks before a leg, and the code of being served."""
    kind, arg = int(arrays.flows.leg_kind[leg]), int(arrays.flows.leg_arg[leg])
    if kind == HAUL:
        return ("trucks", int(arrays.hauls.trucks_idx[arg])), int(Code.TRUCKS)
    if kind == RIDE_OUT:
        return ("base", int(arrays.bases.of_service[arg])), int(Code.WAGON)
    assert kind == RIDE_BACK
    return ("seats", arg), int(Code.WAGON)


def priorities_are_kept(outcome):
    """No lot gets a wagon, seat or trucks before one that stood ahead of it in the queue."""
    arrays = outcome.arrays
    flows, limits = arrays.flows, arrays.diversions
    flow_of, leg_of, waiting = outcome.flow_of_lot, {}, {}
    ends = (Code.OFFERED, Code.UNLOAD_END, Code.SORT_END, Code.HAUL_END, Code.DIVERTED)
    asks, ends = {int(c) for c in ends}, {}
    frame = outcome.frame[outcome.frame["lot"] >= 0]
    for time_ms, event, lot in frame[["time_ms", "event", "lot"]].to_numpy().tolist():
        flow = flow_of[lot]
        first = int(flows.leg_ptr[flow])
        if event in asks:
            own_end = first + int(limits.n_own_legs[flow])
            if event == Code.DIVERTED:
                waiting.pop(lot, None)
                leg_of[lot], ends[lot] = own_end, int(flows.leg_ptr[flow + 1])
            else:
                leg_of[lot] = leg_of.get(lot, first - 1) + 1
            if leg_of[lot] < ends.get(lot, own_end) and event != Code.SORT_END:
                queue, _ = _queue_of(arrays, leg_of[lot])
                waiting[lot] = (queue, int(flows.priority[flow]), time_ms)
        elif event in (Code.WAGON, Code.TRUCKS):
            queue, priority, asked_ms = waiting.pop(lot)
            assert event == _queue_of(arrays, leg_of[lot])[1]
            ahead = [
                other
                for other in waiting.values()
                if other[0] == queue and other[2] < time_ms and other[1:] < (priority, asked_ms)
            ]
            assert not ahead, f"lot {lot} was served before one ahead of it"


def tonnes_are_conserved(outcome):
    """Each lot is offered once and delivered once at most; no other lot is."""
    lots = outcome.lots
    offered, delivered = (outcome.of(c)["lot"] for c in (Code.OFFERED, Code.DELIVERED))
    assert not offered.duplicated().any()
    assert not delivered.duplicated().any()
    assert set(delivered) <= set(offered)
    done, under_way = lots["delivered_ms"] >= 0, lots["delivered_ms"] < 0
    was = lots["offered_ms"] >= 0
    tonnes = [lots.loc[rows, "tonnes"].sum() for rows in (was, was & done, was & under_way)]
    assert np.isclose(tonnes[0], tonnes[1] + tonnes[2])


_ASIDE = [Code.WAGON_BACK, Code.WAGON_SENT, Code.TRUCKS_BACK]


def only_rakes_not_full_remain(outcome):
    """Where trains leave only when full, nothing but less than a rake a service is left."""
    arrays, frame = outcome.arrays, outcome.frame
    formed, home = ((frame["event"] == c).sum() for c in (Code.FORMED, Code.HOME))
    assert formed == home
    own = (frame["lot"] >= 0) & ~frame["event"].isin(_ASIDE)
    last = frame[own].drop_duplicates("lot", keep="last").set_index("lot")["event"]
    lots = outcome.lots[(outcome.lots["offered_ms"] >= 0) & (outcome.lots["delivered_ms"] < 0)]
    left = dict.fromkeys(range(len(arrays.names.services)), 0)
    for lot, flow in lots["flow"].items():
        legs = [int(k) for k in range(*arrays.flows.leg_ptr[flow : flow + 2])]
        rides_back = any(arrays.flows.leg_kind[k] == RIDE_BACK for k in legs)
        is_loaded = last[lot] in (Code.LOAD_END, Code.SORT_END)
        assert rides_back or is_loaded, f"lot {lot} waits for ever"
        if is_loaded:
            nth = (outcome.of(Code.LOAD_END, Code.SORT_END)["lot"] == lot).sum() - 1
            diverted = bool(outcome.is_diverted[lot])
            taken = [k for k in legs_taken(arrays, flow, is_diverted=diverted)
                     if arrays.flows.leg_kind[k] != HAUL]  # fmt: skip
            left[int(arrays.flows.leg_arg[taken[nth]])] += 1
    for service, number in left.items():
        assert number < arrays.services.rake[service]
        assert number == 0 or arrays.services.longest_wait_ms[service] >= NO_LIMIT


def freight_is_told(outcome, table):
    """Tonnes offered are those delivered in time, late, or still under way, flow by flow."""
    table = table[table["flow"] != "all"]
    done = table["delivered_t"] + table["delivered_late_t"] + table["unfinished_t"]
    assert np.allclose(table["offered_t"], done)
    lots = outcome.lots
    offered = lots.loc[lots["offered_ms"] >= 0, "tonnes"].sum()
    assert np.isclose(offered, table["offered_t"].sum())


def hours_add_up(outcome):
    """Hours booked make each delivered lot's transit time and each train's trip, to the ms."""
    lots = outcome.lots[outcome.lots["delivered_ms"] >= 0]
    if lots.empty:
        return
    pieces = lot_pieces(outcome)
    assert (pieces["length_ms"] >= 0).all()
    total = pieces.groupby("lot")["length_ms"].sum().reindex(lots.index).fillna(0)
    assert (total == lots["delivered_ms"] - lots["offered_ms"]).all()
    parts = train_pieces(outcome)
    assert (parts["length_ms"] >= 0).all()
    booked = parts.groupby(["train", "direction"])["length_ms"].sum()
    at = {c: outcome.of(c).set_index("train")["time_ms"] for c in (Code.FORMED, Code.PLACED)}
    at |= {c: outcome.of(c).set_index("train")["time_ms"] for c in (Code.RETURN, Code.HOME)}
    trips = {0: at[Code.PLACED] - at[Code.FORMED], 1: at[Code.HOME] - at[Code.RETURN]}
    for direction, trip in trips.items():
        whole = trip.dropna()
        mine = [booked.get((train, direction), 0) for train in whole.index]
        assert (np.array(mine) == whole.to_numpy()).all()


def tables_can_be_made(outcome):
    """Every table of a run can be made; what it tells of freight is finite and not negative."""
    tables = result_tables(outcome)
    for name, table in tables.items():
        numbers = table.select_dtypes("number")
        assert not np.isinf(numbers.to_numpy(float)).any(), name
    flows = tables["flows"]
    freight_is_told(outcome, flows)
    costs = flows.loc[flows["delivered_t"] > 0, [c for c in flows if c.endswith("usd_per_t")]]
    assert np.isfinite(costs.to_numpy()).all()
    assert (costs.to_numpy() >= -1e-9).all()
    for name in ("gang_utilisation_frac", "track_utilisation_frac"):
        used = tables["terminals"][name].dropna()
        assert used.between(0, 1 + 1e-9).all()
    shares = tables["waits"].groupby("flow")["share_frac"].sum()
    assert np.allclose(shares, 1)
    metrics = metric_table(outcome)
    assert isinstance(metrics, pd.DataFrame)
    assert not np.isinf(metrics["value"].to_numpy(float)).any()
