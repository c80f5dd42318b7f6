"""How all pictures look, and how they are kept."""

from __future__ import annotations

import os
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from sim.plots.errors import PlotError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matplotlib.patheffects import AbstractPathEffect

__all__ = [
    "BLUE",
    "GREEN",
    "GRID",
    "INK",
    "MUTED",
    "ORANGE",
    "PALETTE",
    "PAPER",
    "PURPLE",
    "RC",
    "SKY",
    "VERMILLION",
    "figure",
    "halo",
    "save",
    "styled",
]

BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
PURPLE, SKY = "#CC79A7", "#56B4E9"
INK, MUTED, GRID, PAPER = "#222831", "#68707a", "#d5d9de", "#ffffff"

PALETTE = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY)
"""Okabe-Ito colours, told apart by colour-blind readers; yellow left out, too pale on white."""

RC: Mapping[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "figure.dpi": 100.0,
    "savefig.dpi": 160.0,
    "svg.hashsalt": "railcorridor",
    "text.parse_math": False,
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
}
"""Settings of every picture; the reader's own matplotlib settings are left alone."""

_DATELESS: Mapping[str, Mapping[str, None]] = {
    ".png": {},
    ".svg": {"Date": None},
    ".pdf": {"CreationDate": None},
}


@contextmanager
def styled() -> Iterator[None]:
    """Return the context in which pictures are drawn and kept.

    Examples
    --------
    >>> from matplotlib import rcParams
    >>> with styled():
    ...     rcParams["svg.hashsalt"]
    'railcorridor'
    """
    settings: Any = dict(RC)
    with rc_context(settings):
        yield


def figure(width_in: float, height_in: float) -> Figure:
    """Return an empty white figure; call it within `styled`.

    Parameters
    ----------
    width_in, height_in : float
        Size. [inch]

    Examples
    --------
    >>> figure(6.0, 4.0).get_size_inches().tolist()
    [6.0, 4.0]
    """
    return Figure(figsize=(width_in, height_in), facecolor=PAPER)


def halo(*, width_pt: float = 2.5, color: str = PAPER) -> list[AbstractPathEffect]:
    """Return the pale edge that keeps a text legible over lines."""
    return [withStroke(linewidth=width_pt, foreground=color, alpha=0.85)]


def save(picture: Figure, path: str | Path) -> None:
    """Keep a picture; the same picture gives the same bytes.

    It is written beside its place and then moved there, so a broken write leaves no half file.

    Parameters
    ----------
    picture : Figure
        What to keep.
    path : path
        Where; ends in `.png`, `.svg` or `.pdf`. Its folder must exist.

    Raises
    ------
    PlotError
        If the ending is another.
    OSError
        If the file can't be written.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in _DATELESS:
        message = f"{target.name}: cannot draw `{target.suffix}`; known: {', '.join(_DATELESS)}"
        raise PlotError(message)
    draft = target.with_name(f".{target.stem}-{uuid.uuid4().hex[:8]}{suffix}")
    try:
        with styled():
            picture.savefig(draft, metadata=dict(_DATELESS[suffix]))
        os.replace(draft, target)  # noqa: PTH105 - replaces on every system
    finally:
        draft.unlink(missing_ok=True)
