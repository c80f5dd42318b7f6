"""What disruptions do over time in one replication, known before an engine starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["EffectDraws"]


@dataclass(frozen=True, slots=True)
class EffectDraws:
    """Timelines of effects. The first entry of each is the state from ever."""

    ptr: Ints
    """By disruption; those that close have no entry."""
    at_ms: Ints
    is_on: Ints
    """1 while the effect lasts."""
    speed_ptr: Ints
    """By row of `Slowing`."""
    speed_at_ms: Ints
    speed_permille: Ints
    """Speed in permille of the usual, 1 to 1000."""
    speed_cause: Ints
    """The disruption that costs most; -1 at the usual speed."""
    allowed_ptr: Ints
    """By row of `Capacity`."""
    allowed_at_ms: Ints
    allowed: Ints
    """Units that may be in use."""
    morning_trucks: Ints
    """Trucks of each morning of each market, flat as ``Trucks.morning_ptr``."""
    is_withdrawn: Ints
    """By lot: 1 where its offer never happens."""
