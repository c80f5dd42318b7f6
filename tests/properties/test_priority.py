"""In every corridor a wagon goes to the lowest number that waits, and of those to the first."""

from effort import examples
from hypothesis import HealthCheck, given, settings
from invariants import frame_of

from properties.strategies import corridors
from sim.arrays.parts import RIDE_OUT
from sim.tables import Code


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(corridors())
def test_no_lot_gets_a_wagon_while_one_of_lower_number_waits(made):
    flows = made.arrays.flows
    first = {f: flows.leg_kind[flows.leg_ptr[f]] == RIDE_OUT for f in range(len(flows.priority))}
    flow = [f for f in first for _ in range(flows.lot_ptr[f], flows.lot_ptr[f + 1])]
    waiting, served = {}, 0
    wagon_or_offer = frame_of(made.run())
    wagon_or_offer = wagon_or_offer[wagon_or_offer["event"].isin([Code.OFFERED, Code.WAGON])]
    for row in wagon_or_offer.itertuples():
        if not first[flow[row.lot]]:
            continue
        if row.event == Code.OFFERED:
            waiting[row.lot] = (int(flows.priority[flow[row.lot]]), row.time_ms)
            continue
        priority, asked_ms = waiting.pop(row.lot)
        # those who asked at this very instant may have come after the wagon was given
        ahead = [w for w in waiting.values() if w[1] < row.time_ms and w < (priority, asked_ms)]
        assert not ahead
        served += 1
    assert served
