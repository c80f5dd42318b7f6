"""The columns of a replication's luck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.batch import columns as at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.arrays import Draws

    Ints = NDArray[np.int64]

__all__ = ["drawn_columns"]


def drawn_columns(draws: Draws) -> dict[int, Ints]:
    """Return the columns that are drawn, by their place in the header."""
    effects = draws.effects
    return {
        at.OFFERED: draws.offered_ms,
        at.LOAD: draws.load_ms,
        at.UNLOAD: draws.unload_ms,
        at.SORTING: draws.sorting_ms,
        at.STEP_BASE: draws.step_base,
        at.STEP_MS: draws.step_ms,
        at.STEP_EMPTY_MS: draws.step_empty_ms,
        at.PLACING_BASE: draws.placing_base,
        at.PLACING: draws.placing_ms,
        at.HAUL_BASE: draws.haul_base,
        at.HAUL_MS: draws.haul_ms,
        at.HAUL_LOADING: draws.haul_loading_ms,
        at.HAUL_BACK: draws.haul_back_ms,
        at.GATE_PTR: draws.gate_ptr,
        at.GATE_AT: draws.gate_at_ms,
        at.GATE_BECOMES: draws.gate_state,
        at.EFFECT_PTR: effects.ptr,
        at.EFFECT_AT: effects.at_ms,
        at.EFFECT_ON: effects.is_on,
        at.SPEED_PTR: effects.speed_ptr,
        at.SPEED_AT: effects.speed_at_ms,
        at.SPEED_PERMILLE: effects.speed_permille,
        at.SPEED_CAUSE: effects.speed_cause,
        at.ALLOWED_PTR: effects.allowed_ptr,
        at.ALLOWED_AT: effects.allowed_at_ms,
        at.ALLOWED: effects.allowed,
        at.MORNING_TRUCKS: effects.morning_trucks,
        at.IS_WITHDRAWN: effects.is_withdrawn,
    }
