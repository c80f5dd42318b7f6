"""Which trains that stand between two sections take a track of the station."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.tables import Code

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

__all__ = ["stand_on_the_line"]


def stand_on_the_line(outcome: Outcome, rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which trains count at the station at the end of a section they leave.

    Where locomotives or the gauge change, trains stand in a yard off the line.

    Parameters
    ----------
    outcome : Outcome
        A replication.
    rows : DataFrame
        Rows ``leave``: train, place and unit (the heading).
    """
    programs = outcome.arrays.programs
    formed = outcome.of(Code.FORMED).set_index("train")["place"]
    service_of_step = np.repeat(np.arange(len(programs.ptr) - 1) // 2, np.diff(programs.ptr))
    steps = zip(
        service_of_step.tolist(), programs.arg.tolist(), programs.heading.tolist(), strict=True
    )
    counted = {
        step for step, group in zip(steps, programs.counted.tolist(), strict=True) if group >= 0
    }
    service = formed.reindex(rows["train"]).to_numpy()
    keys = zip(service.tolist(), rows["place"].tolist(), rows["unit"].tolist(), strict=True)
    return np.array([key in counted for key in keys], np.bool_)
