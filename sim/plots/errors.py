"""What can be wrong with a request for a picture."""

from __future__ import annotations

from sim.errors import CorridorError

__all__ = ["PlotError"]


class PlotError(CorridorError, ValueError):
    """A picture that cannot be drawn as asked; the text tells the way out."""
