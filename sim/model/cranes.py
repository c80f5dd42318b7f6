"""Cranes of a terminal."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.model.base import Block
from sim.model.demand import Packaging

__all__ = ["Cranes"]


class Cranes(Block):
    """Cranes, reach stackers or other gear, each working one wagon at a time."""

    cranes: Annotated[int, Field(ge=1, le=1000)]
    """Number of cranes."""
    packaging: Annotated[tuple[Packaging, ...], Field(min_length=1, max_length=9)]
    """Ways of packing that they handle: freight packed so is loaded and unloaded by them, all
    other by gangs."""
    rate_t_per_h: Annotated[float, Field(gt=0, le=5000)]
    """Rate of a crane, loading or unloading. [t/h]"""
