"""What laws must keep to, be they of durations in a scenario or of its uncertain numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sized

__all__ = ["require_rising", "require_weights"]


def require_rising(low: float, mode: float, high: float) -> None:
    """Require three points to rise, with some room between the ends.

    Raises
    ------
    ValueError
        If they do not.

    Examples
    --------
    >>> require_rising(6, 6, 12)
    >>> require_rising(6, 12, 9)
    Traceback (most recent call last):
    ValueError: low 6, mode 12, high 9 must rise in this order, with low below high
    """
    if not low <= mode <= high or low == high:
        message = (
            f"low {low:g}, mode {mode:g}, high {high:g} must rise in this order, with low below "
            "high"
        )
        raise ValueError(message)


def require_weights(values: Sized, weights: tuple[float, ...] | None) -> None:
    """Require a weight for each value, one of them at least above 0, if weights are given.

    Raises
    ------
    ValueError
        If there are more or fewer, or all are 0.

    Examples
    --------
    >>> require_weights([3.0, 5.0], (1.0,))
    Traceback (most recent call last):
    ValueError: there are 1 weights for 2 values; give one weight for each value
    """
    if weights is None:
        return
    if len(weights) != len(values):
        message = (
            f"there are {len(weights)} weights for {len(values)} values; give one weight for each "
            "value"
        )
        raise ValueError(message)
    if not sum(weights) > 0:
        message = "all weights are 0; give some value a weight above 0"
        raise ValueError(message)
