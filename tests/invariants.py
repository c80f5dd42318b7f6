"""What must hold at every instant of every run, checked on the event table alone."""

import numpy as np
import pandas as pd

from sim.arrays.disruption_parts import GANGS, SERVERS
from sim.arrays.parts import HAUL, MEET, NO_LIMIT, RIDE_BACK, RIDE_OUT
from sim.engines.base import COLUMNS
from sim.tables import Code


def frame_of(events):
    return pd.DataFrame(events.rows, columns=list(COLUMNS))


def running(frame, plus, minus, by=None):
    """Return running counts of what is begun and not ended, by place or in all."""
    change = frame["event"].isin(plus).astype(int) - frame["event"].isin(minus).astype(int)
    rows = frame[change != 0].assign(change=change[change != 0])
    group = rows.groupby(by)["change"] if by else rows["change"]
    return rows.assign(count=group.cumsum())


def check_all(arrays, events, *, finished):
    frame = frame_of(events)
    clock_never_turns_back(frame, arrays)
    lots_go_their_way(frame, arrays)
    trains_go_their_way(frame)
    wagons_are_conserved(frame, arrays)
    sections_hold_one(frame, arrays)
    stations_hold_no_more_than_tracks(frame, arrays)
    units_are_used_once(frame, arrays)
    nothing_begins_at_a_shut_gate(frame, arrays)
    no_more_begin_than_are_allowed(frame, arrays)
    if finished:
        everything_ends(frame, arrays)


def clock_never_turns_back(frame, arrays):
    assert frame["time_ms"].is_monotonic_increasing
    if frame.empty:
        return
    assert frame["time_ms"].min() >= 0
    assert frame["time_ms"].max() < arrays.end_ms


_OUT = [
    Code.WAGON,
    Code.LOAD_START,
    Code.LOAD_END,
    Code.ABOARD,
    Code.UNLOAD_START,
    Code.UNLOAD_END,
]


def legs_taken(arrays, flow, *, is_diverted):
    """Return the legs of a flow's lots, as they are or once diverted."""
    flows, limits = arrays.flows, arrays.diversions
    first, last = flows.leg_ptr[flow], flows.leg_ptr[flow + 1]
    own = first + limits.n_own_legs[flow]
    turn = first + limits.looks_at[flow] if is_diverted else own
    return [*range(first, turn), *(range(own, last) if is_diverted else ())]


_SORT = [Code.SORT_START, Code.SORT_END]


def is_fed(arrays, leg):
    """Return whether a lot comes to a leg in the wagon it rides."""
    return arrays.yards.leg_service[leg] not in (-1, arrays.flows.leg_arg[leg])


def expected_codes(arrays, flow, *, is_diverted):
    flows, codes = arrays.flows, [Code.OFFERED]
    for leg in legs_taken(arrays, flow, is_diverted=is_diverted):
        if flows.leg_kind[leg] in (RIDE_OUT, RIDE_BACK):
            codes += [Code.ABOARD] if is_fed(arrays, leg) else _OUT[:4]
            codes += _OUT[4:] if arrays.yards.leg_terminal[leg] < 0 else _SORT
        elif flows.leg_kind[leg] == HAUL:
            codes += [Code.TRUCKS, Code.TRUCKED, Code.ROAD, Code.HAUL_END]
    return [int(c) for c in [*codes, Code.DELIVERED]]


def lots_go_their_way(frame, arrays):
    """Every lot passes the events of its legs in order, none left out, none twice."""
    skip = [
        Code.WAGON_BACK,
        Code.WAGON_SENT,
        Code.TRUCKS_BACK,
        Code.POST_QUEUE,
        Code.POST_START,
        Code.POST_END,
        Code.DIVERTED,
        Code.STORE_WAIT,
        Code.STORED,
        Code.SLOWED,
        Code.CLEAN_START,
        Code.CLEAN_END,
    ]
    diverted = set(frame.loc[frame["event"] == Code.DIVERTED, "lot"])
    rows = frame[(frame["lot"] >= 0) & ~frame["event"].isin(skip)]
    for flow in range(len(arrays.names.flows)):
        wanted = {other: expected_codes(arrays, flow, is_diverted=other) for other in (False, True)}
        low, high = arrays.flows.lot_ptr[flow], arrays.flows.lot_ptr[flow + 1]
        here = rows[(rows["lot"] >= low) & (rows["lot"] < high)]
        for lot, seen in here.groupby("lot")["event"]:
            assert seen.tolist() == wanted[lot in diverted][: len(seen)]


def trains_go_their_way(frame):
    order = [
        Code.FORMED,
        Code.YARD,
        Code.TRACK,
        Code.PLACED,
        Code.EMPTIED,
        Code.RETURN,
        Code.HOME,
    ]
    rows = frame[(frame["train"] >= 0) & frame["event"].isin(order)]
    for _, seen in rows.groupby("train")["event"]:
        assert seen.tolist() == [int(c) for c in order][: len(seen)]
    inside = frame[frame["event"].isin([Code.ENTER, Code.LEAVE])]
    for _, seen in inside.groupby("train"):
        enters, leaves = seen.iloc[::2], seen.iloc[1::2]
        assert (enters["event"] == Code.ENTER).all()
        assert (leaves["event"] == Code.LEAVE).all()
        assert (enters["place"].to_numpy()[: len(leaves)] == leaves["place"].to_numpy()).all()


def wagons_are_conserved(frame, arrays):
    """Wagons taken and not back are never more than the fleet; none comes back twice."""
    out = frame[(frame["event"] != Code.WAGON) | (frame["train"] < 0)]
    out = out.assign(
        place=np.where(out["event"] == Code.WAGON, _fleet_of(out, arrays), out["place"])
    )
    rows = running(out, [Code.WAGON], [Code.WAGON_BACK], "place")
    assert (rows["count"] >= 0).all()
    for fleet, group in rows.groupby("place"):
        bases = slice(*arrays.bases.fleet_ptr[fleet : fleet + 2])
        assert group["count"].max() <= arrays.bases.wagons[bases].sum()
    back = frame.loc[frame["event"] == Code.WAGON_BACK, "lot"]
    taken = out.loc[out["event"] == Code.WAGON, "lot"]
    times_back = back.value_counts()
    assert (times_back <= taken.value_counts().reindex(times_back.index)).all()
    seats = frame[(frame["event"] == Code.WAGON) & (frame["train"] >= 0)]
    assert not seats.duplicated(["train", "unit"]).any()


def _fleet_of(rows, arrays):
    """Return the fleet a wagon was taken from: that of the lot's ride out in question."""
    flows, fleets = arrays.flows, np.full(len(rows), -1)
    flow_of = np.repeat(np.arange(len(flows.lot_ptr) - 1), np.diff(flows.lot_ptr))
    nth = rows[rows["event"] == Code.WAGON].groupby("lot").cumcount()
    diverted = set(rows.loc[rows["event"] == Code.DIVERTED, "lot"])
    outs = {}
    for at in np.flatnonzero(rows["event"] == Code.WAGON).tolist():
        lot = int(rows["lot"].iloc[at])
        key = (int(flow_of[lot]), lot in diverted)
        if key not in outs:
            legs = legs_taken(arrays, key[0], is_diverted=key[1])
            rides = [k for k in legs if flows.leg_kind[k] == RIDE_OUT]
            outs[key] = [flows.leg_arg[k] for k in rides if not is_fed(arrays, k)]
        fleets[at] = arrays.services.fleet_idx[outs[key][nth.loc[rows.index[at]]]]
    return fleets


def sections_hold_one(frame, arrays):
    """One train at most in a single-track section with meets, clearance included."""
    rows = running(frame, [Code.ENTER], [Code.LEAVE], "place")
    assert (rows["count"] >= 0).all()
    sections = arrays.sections
    single = np.flatnonzero((sections.is_meet == 1) & (sections.n_tracks == 1))
    for section in single:
        here = rows[rows["place"] == section]
        assert here["count"].max() <= 1 or here.empty
        enters = here.loc[here["event"] == Code.ENTER, "time_ms"].to_numpy()[1:]
        leaves = here.loc[here["event"] == Code.LEAVE, "time_ms"].to_numpy()[: len(enters)]
        assert (enters - leaves >= sections.clearance_ms[section]).all()
    for section in np.flatnonzero((sections.is_meet == 1) & (sections.n_tracks > 1)):
        here = frame[(frame["place"] == section)]
        for heading in (0, 1):
            way = here[here["unit"] == heading]
            enters = way.loc[way["event"] == Code.ENTER]
            leaves = way.loc[way["event"] == Code.LEAVE]
            assert (np.diff(enters["time_ms"]) >= sections.headway_ms[section]).all()
            assert (np.diff(leaves["time_ms"]) >= sections.headway_ms[section]).all()
            assert leaves["train"].tolist() == enters["train"].tolist()[: len(leaves)]


def standing_trains(frame, arrays):
    """Return intervals in which trains stand at stations between sections with meets.

    Where locomotives or the gauge change, they stand off the line.
    """
    gauge = [k for k, name in enumerate(arrays.names.posts) if name.startswith("gauge at ")]
    off = frame["event"].isin([Code.POOL_ASK, Code.POOL_GIVEN])
    off |= (frame["event"] == Code.POST_QUEUE) & frame["place"].isin(gauge)
    rows = frame[frame["event"].isin([Code.ENTER, Code.LEAVE]) | off]
    rows = rows[rows["train"] >= 0].sort_values("train", kind="stable")
    nxt = rows.shift(-1)
    stands = (rows["event"] == Code.LEAVE) & rows["train"].eq(nxt["train"])
    stands &= nxt["event"] == Code.ENTER
    rows = rows[stands].assign(until=nxt["time_ms"][stands], onto=nxt["place"][stands].astype(int))
    sections = arrays.sections
    meets = (sections.is_meet[rows["place"]] == 1) & (sections.is_meet[rows["onto"]] == 1)
    turned = rows["place"] == rows["onto"]
    rows = rows[meets & ~turned]
    ends = np.where(
        rows["unit"] == 0, sections.to_idx[rows["place"]], sections.from_idx[rows["place"]]
    )
    return rows.assign(station=ends, group=_classes(rows, frame, arrays))


def _classes(rows, frame, arrays):
    """Return the class, up or down, in which each train stands: that of its program there."""
    programs = arrays.programs
    service = frame[frame["event"] == Code.FORMED].set_index("train")["place"]
    found = []
    for row in rows.itertuples():
        first = 2 * service[row.train]
        steps = range(programs.ptr[first], programs.ptr[first + 2])
        found.append(
            next(
                int(programs.counted[k])
                for k in steps
                if programs.op[k] == MEET
                and (programs.arg[k], programs.heading[k]) == (row.place, row.unit)
            )
        )
    return found


def stations_hold_no_more_than_tracks(frame, arrays):
    rows = standing_trains(frame, arrays)
    for station, group in rows.groupby("station"):
        tracks = arrays.sections.station_tracks[station]
        for heading in (None, 0, 1):
            some = group if heading is None else group[group["group"] == heading]
            limit = tracks if heading is None else tracks - 1
            at = np.concatenate((some["time_ms"], some["until"]))
            change = np.concatenate((np.ones(len(some)), -np.ones(len(some))))
            order = np.lexsort((change, at))
            count = np.cumsum(change[order])
            assert len(count) == 0 or count.max() <= limit


def units_are_used_once(frame, arrays):
    """No server, gang or working track serves two at once, and none beyond their number."""
    pairs = (
        ([Code.POST_START], [Code.POST_END], arrays.posts.servers),
        (
            [Code.LOAD_START, Code.UNLOAD_START, Code.SORT_START],
            [Code.LOAD_END, Code.UNLOAD_END, Code.SORT_END],
            arrays.teams.units.reshape(2, -1).sum(axis=0),
        ),
    )
    for plus, minus, units in pairs:
        rows = running(frame, plus, minus, ["place", "unit"])
        assert (rows["count"] >= 0).all()
        limited = rows[units[rows["place"]] < NO_LIMIT]
        assert (limited["count"] <= 1).all()
        assert (limited["unit"] < units[limited["place"]]).all()
        assert (limited["unit"] >= 0).all()
    taken = frame[frame["event"] == Code.TRACK]
    assert (taken["unit"] < arrays.terminals.tracks[taken["place"]]).all()


_AT_GATES = {
    Code.POST_START: "post",
    Code.LOAD_START: "terminal",
    Code.UNLOAD_START: "terminal",
    Code.SORT_START: "terminal",
    Code.ROAD: "haul",
    Code.ENTER: "section",
}


def nothing_begins_at_a_shut_gate(frame, arrays):
    names = arrays.names
    by_kind = {
        "post": names.posts,
        "terminal": names.terminals,
        "haul": names.hauls,
        "section": names.parents,
    }
    gates = frame[frame["event"] == Code.GATE]
    for code, kind in _AT_GATES.items():
        for place, group in frame[frame["event"] == code].groupby("place"):
            gate = names.gates.index(f"{kind}:{by_kind[kind][place]}")
            changes = gates[gates["place"] == gate]
            if changes.empty:
                continue
            # rows are in order, so the last change before a row tells the gate's state
            at = np.searchsorted(changes.index.to_numpy(), group.index.to_numpy()) - 1
            state = np.where(at >= 0, changes["unit"].to_numpy()[np.maximum(at, 0)], 0)
            run_through = _has_authority_before(frame, group, code)
            assert ((state == 0) | run_through).all()


def _has_authority_before(frame, group, code):
    """A train that runs through several sections got its authority before the gate shut."""
    if code != Code.ENTER:
        return np.zeros(len(group), dtype=bool)
    moves = frame[frame["event"].isin([Code.ENTER, Code.LEAVE])].sort_values("train", kind="stable")
    before = moves.shift()
    through = (
        before["train"].eq(moves["train"])
        & (before["event"] == Code.LEAVE)
        & before["time_ms"].eq(moves["time_ms"])
    )
    return through.loc[group.index].to_numpy()


_BEGINS = {
    SERVERS: ([Code.POST_START], [Code.POST_END]),
    GANGS: (
        [Code.LOAD_START, Code.UNLOAD_START, Code.SORT_START],
        [Code.LOAD_END, Code.UNLOAD_END, Code.SORT_END],
    ),
}


def _works_of(frame, arrays, row):
    """Return which rows are of units of a capacity: a control, or a terminal's gangs or cranes."""
    capacity, teams = arrays.disruptions.capacity, arrays.teams
    where = int(capacity.arg[row])
    codes = [c for some in _BEGINS[int(capacity.kind[row])] for c in some]
    of_kind = frame["event"].isin(codes)
    if capacity.kind[row] == SERVERS:
        return of_kind & (frame["place"] == where)
    first = int(teams.first_unit[where])
    mine = frame["unit"].between(first, first + int(teams.units[where]) - 1)
    return of_kind & mine & (frame["place"] == where % len(arrays.names.terminals))


def no_more_begin_than_are_allowed(frame, arrays):
    """No server, gang or crane begins while as many work as the lowest share that holds allows."""
    capacity, frac = arrays.disruptions.capacity, arrays.disruptions.frac
    for row, kind in enumerate(capacity.kind.tolist()):
        if kind not in _BEGINS:
            continue
        causes = set(capacity.cause[capacity.ptr[row] : capacity.ptr[row + 1]].tolist())
        begin = {int(code) for code in _BEGINS[kind][0]}
        holding, busy, looked_ms = set(), 0, -1
        changes = frame[(frame["event"] == Code.EFFECT) & frame["place"].isin(causes)]
        rows = frame[_works_of(frame, arrays, row) | frame.index.isin(changes.index)]
        for time_ms, event in rows[["time_ms", "event"]].to_numpy().tolist():
            if event == Code.EFFECT:
                # of several that change at one instant, the first row tells of all
                if time_ms != looked_ms:
                    now = changes[changes["time_ms"] == time_ms]
                    holding -= set(now.loc[now["unit"] == 0, "place"])
                    holding |= set(now.loc[now["unit"] == 1, "place"])
                    looked_ms = time_ms
            elif event in begin:
                busy += 1
                share = min((frac[k] for k in holding), default=1.0)
                assert busy <= np.floor(capacity.units[row] * share + 1e-9)
            else:
                busy -= 1


def everything_ends(frame, arrays):
    """All trains are home, all wagons back, all lots delivered but for late return freight."""
    flows = arrays.flows
    done = frame.loc[frame["event"] == Code.DELIVERED, "lot"]
    offered = frame.loc[frame["event"] == Code.OFFERED, "lot"]
    for flow in range(len(arrays.names.flows)):
        legs = flows.leg_kind[flows.leg_ptr[flow] : flows.leg_ptr[flow + 1]]
        lots = range(flows.lot_ptr[flow], flows.lot_ptr[flow + 1])
        if RIDE_BACK not in legs:
            here = [found.between(lots.start, lots.stop - 1).sum() for found in (done, offered)]
            assert here[0] == here[1]
    assert (frame["event"] == Code.FORMED).sum() == (frame["event"] == Code.HOME).sum()
    rides = frame[(frame["event"] == Code.WAGON) & (frame["train"] < 0)]
    assert len(rides) == (frame["event"] == Code.WAGON_BACK).sum()
