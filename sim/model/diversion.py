"""When freight takes other legs than its own."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.model.base import Block, Id

__all__ = ["Diversion"]


class Diversion(Block):
    """Other legs for freight that finds its way too crowded or closed.

    Each lot looks once, when it is about to take the leg named by `before`; if any of the
    limits given is reached, it takes these legs from there to its destination.
    """

    legs: Annotated[tuple[Id, ...], Field(min_length=1, max_length=12)]
    """Services and hauls it takes then, in order, up to the flow's destination."""
    before: Id | None = None
    """Leg of the flow before which it looks; left out, the first."""
    queue_lots: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Diverts if so many lots already wait for a wagon, seat or trucks of that leg."""
    closed_h: Annotated[float, Field(ge=0, le=87600)] | None = None
    """Diverts if a section, post, terminal or road on its own way from there on has been closed
    by a closure for at least so long. [h]"""

    stock: Id | None = None
    """Stock that it looks at for `cover_d`."""
    cover_d: Annotated[float, Field(gt=0, le=3660)] | None = None
    """Diverts if that stock would last for fewer days than this at its mean consumption. [d]"""

    @model_validator(mode="after")
    def _some_limit(self) -> Self:
        if self.queue_lots is None and self.closed_h is None and self.cover_d is None:
            message = "no limit is given; give `queue_lots`, `closed_h`, `cover_d` or several"
            raise ValueError(message)
        if (self.stock is None) != (self.cover_d is None):
            message = "`stock` and `cover_d` belong together; give both or neither"
            raise ValueError(message)
        return self
