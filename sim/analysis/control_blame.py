"""What trips are held by at posts and pools: the activity of each stage, papers, crews, bogies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.cuts import BORDER_QUEUE, LOCOMOTIVE_SHORTAGE
from sim.analysis.pools import pool_kind
from sim.arrays.controls import BORDER_CONTROL, controls_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.outcome import Outcome

__all__ = ["name_causes"]

GAUGE_QUEUE = "queue for change of gauge"
SHORTAGES = {
    "locomotives": LOCOMOTIVE_SHORTAGE,
    "crews": "crew shortage",
    "bogies": "bogie shortage",
}


def name_causes(outcome: Outcome, pieces: pd.DataFrame) -> pd.DataFrame:
    """Return pieces of trips, those at controls and pools booked to what is done or waited for.

    Parameters
    ----------
    outcome : Outcome
        Of one replication.
    pieces : DataFrame
        With ``cause``, ``group`` and ``place``.

    Returns
    -------
    named : DataFrame
        In place of `border control` the stage's activity, such as `customs`; a post without stages
        keeps it. A change of gauge is work, not border. Waits for crews and bogies, which are pools
        as locomotives are, have their own names.
    """
    controls = {control.name: control for control in controls_of(outcome.scenario)}
    spent = pieces["cause"].eq(BORDER_CONTROL)
    gauge = pieces["place"].isin([name for name, c in controls.items() if c.is_exchange])
    activity = pieces["place"].map({name: c.activity for name, c in controls.items()})
    cause = pieces["cause"].mask(spent, activity)
    cause = cause.mask(gauge & pieces["cause"].eq(BORDER_QUEUE), GAUGE_QUEUE)
    pools = {name: pool_kind(outcome, k) for k, name in enumerate(outcome.arrays.names.pools)}
    short = pieces["cause"].eq(LOCOMOTIVE_SHORTAGE)
    cause = cause.mask(short, pieces["place"].map(pools).map(SHORTAGES))
    return pieces.assign(cause=cause, group=pieces["group"].mask(spent & gauge, "work"))
