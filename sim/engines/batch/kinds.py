"""Numbers by which the machine knows starts, grants, waits and who is told of a gate."""

from __future__ import annotations

# starts
LOT_BEGINS, TRAIN_BEGINS, CONTROL_BEGINS = range(3)

# grants
(
    GOT_WAGON,
    GOT_TRUCKS,
    GOT_GANG,
    GOT_SEAT,
    GOT_ROOM,
    MAY_UNLOAD,
    MAY_UNLOAD_BACK,
    GATE_OPENED_TO_LOT,
    GOT_SERVER,
    CONTROLS_PASSED,
    GOT_TRACK,
    GOT_AUTHORITY,
    GOT_POOL,
    GOT_PLACE,
    GATE_OPENED_TO_TRAIN,
    ALL_UNLOADED,
    MAY_GO_HOME,
) = range(17)

# what the timer of a train or lot is for; that of a control bears the passing's number besides
MOVING, PLACING, WAITING_FOR_FREIGHT, CONTROLLED, ON_TRUCKS, ON_ROAD, RESTING = range(7)
KIND_BITS = 3

# what a gang works for
LOADING_OUT, UNLOADING_OUT, LOADING_BACK, UNLOADING_BACK, SORTING = range(5)

# who is told when a gate changes
TELL_LINE, TELL_SECTION, TELL_POST, TELL_GANGS, TELL_HAUL = range(5)

# what a train takes at a station, one after the other
TAKES_PLACE, TAKES_LOCOMOTIVES, TAKES_CREW = range(3)
