"""Draws: the luck of one replication, drawn before an engine starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.arrays.effect_draws import EffectDraws

    Ints = NDArray[np.int64]

__all__ = ["Draws"]


@dataclass(frozen=True, slots=True)
class Draws:
    """All durations and instants that chance decides, in whole milliseconds.

    A step's duration of the ``n``-th train of service ``s`` in direction ``d`` stands at
    ``step_base[2 * s + d] + n * n_steps + step``.
    """

    offered_ms: Ints
    """Instant at which each lot is offered, rising within a flow; shape (n_lots,)."""
    load_ms: Ints
    """Loading work by lot-leg."""
    unload_ms: Ints
    """Unloading or transshipment work by lot-leg."""
    sorting_ms: Ints
    """Sorting of the wagon at the end of each lot-leg."""
    step_base: Ints
    step_ms: Ints
    """Steps of loaded trains."""
    step_empty_ms: Ints
    """Steps of empty trains."""
    placing_base: Ints
    placing_ms: Ints
    """Placing of each train at its destination; ``placing_base[s] + n``."""
    haul_base: Ints
    """By lot-leg: where its haul's steps begin in ``haul_ms``; -1 for rides."""
    haul_ms: Ints
    haul_loading_ms: Ints
    """By lot-leg."""
    haul_back_ms: Ints
    """By lot-leg."""
    gate_ptr: Ints
    gate_at_ms: Ints
    """Changes of each gate; the first is the state from ever."""
    gate_state: Ints
    """0 open, 1 shut by hours, 2 + disruption closed by one."""
    effects: EffectDraws
    """What disruptions that do not close do over time."""
