"""Wagons of each base: free there, with lots, or on their way to a base; none lost, none new."""

from collections import Counter

from sim.analysis.bases import base_trips
from sim.tables import Code


def wagons_are_conserved_over_bases(outcome):
    """At every event free wagons, those with lots and those sent are the wagons of the fleet."""
    bases = outcome.arrays.bases
    trips = base_trips(outcome).set_index(["lot", "service"])
    free, sent, out = Counter(dict(enumerate(bases.wagons.tolist()))), Counter(), Counter()
    fleet_of = {
        k: f
        for f in range(len(bases.fleet_ptr) - 1)
        for k in range(bases.fleet_ptr[f], bases.fleet_ptr[f + 1])
    }
    total = Counter()
    for k, wagons in enumerate(bases.wagons.tolist()):
        total[fleet_of[k]] += wagons
    rows = outcome.of(Code.WAGON, Code.WAGON_SENT, Code.WAGON_BACK)
    rows = rows[rows["train"] < 0]
    for event, lot, service in rows[["event", "lot", "unit"]].to_numpy().tolist():
        trip = trips.loc[(lot, service)]
        base, base_to = int(trip["base"]), int(trip["base_to"])
        fleet = fleet_of[base]
        if event == Code.WAGON:
            free[base] -= 1
            out[fleet] += 1
        elif event == Code.WAGON_SENT:
            out[fleet] -= 1
            sent[base_to] += 1
        else:
            assert fleet_of[base_to] == fleet
            if trip["sent_ms"] == trip["sent_ms"]:
                sent[base_to] -= 1
            else:
                out[fleet] -= 1
            free[base_to] += 1
        counts = (*free.values(), *sent.values(), *out.values())
        assert min(counts) >= 0
        here = [k for k in fleet_of if fleet_of[k] == fleet]
        assert sum(free[k] + sent[k] for k in here) + out[fleet] == total[fleet]
