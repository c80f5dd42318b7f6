"""What pictures of studies have in common: the two lines above, the grid below the marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sim.plots.style import GRID, INK, MUTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["head", "ruled"]

_LEFT, _TITLE_IN, _NOTE_IN = 0.012, 0.13, 0.38


def head(picture: Figure, words: tuple[str, str], height_in: float) -> None:
    """Write a title and a note above the panels of a picture.

    Parameters
    ----------
    picture : Figure
        The picture.
    words : (str, str)
        Title and note.
    height_in : float
        Height of the picture. [inch]

    Examples
    --------
    >>> from sim.plots.style import figure
    >>> picture = figure(6.0, 4.0)
    >>> head(picture, ("Sweep", "means"), 4.0)
    >>> [text.get_text() for text in picture.texts]
    ['Sweep', 'means']
    """
    at = 1 - _TITLE_IN / height_in
    picture.text(_LEFT, at, words[0], weight="bold", size=12, color=INK, va="top")
    picture.text(_LEFT, 1 - _NOTE_IN / height_in, words[1], size=8.5, color=MUTED, va="top")


def ruled(axes: Axes, axis: Literal["x", "y", "both"]) -> None:
    """Give a panel a pale grid below its marks.

    Examples
    --------
    >>> from sim.plots.style import figure
    >>> axes = figure(6.0, 4.0).subplots()
    >>> ruled(axes, "x")
    >>> axes.get_axisbelow()
    True
    """
    axes.grid(visible=True, axis=axis, color=GRID, lw=0.6)
    axes.set_axisbelow(True)
