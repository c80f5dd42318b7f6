"""Labels on a map, set where they cover neither each other nor the lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.transforms import Bbox

from sim.plots.style import INK, halo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from numpy.typing import NDArray

__all__ = ["Label", "clear_of", "place_labels"]

_AWAY_PT = 5.5
_PAD_PX = 2.0
_PLACES = (
    (1, 0),
    (-1, 0),
    (1, 1),
    (1, -1),
    (-1, 1),
    (-1, -1),
    (0, 1),
    (0, -1),
)
"""Where a label may stand about its point, best first."""

_FAR_PLACES = tuple((2.2 * x, 2.2 * y) for x, y in _PLACES)
_ALIGN_X: dict[int, Literal["left", "right", "center"]] = {1: "left", -1: "right", 0: "center"}
_ALIGN_Y: dict[int, Literal["bottom", "top", "center"]] = {1: "bottom", -1: "top", 0: "center"}


@dataclass(frozen=True, slots=True)
class Label:
    """A name at a place; those given first get their place first."""

    text: str
    lon: float
    lat: float
    size_pt: float = 8.0
    weight: str = "normal"
    color: str = INK


def place_labels(
    axes: Axes, labels: Iterable[Label], lines: NDArray[np.float64], taken: Sequence[Bbox]
) -> list[Bbox]:
    """Write labels; leave out those that would cover another.

    Parameters
    ----------
    axes : Axes
        A map whose limits and place on the figure are final.
    labels : iterable of Label
        What to write, the most important first.
    lines : array of shape (n_points, 2)
        Points on lines that labels should not cover (they may, if there is no better place).
    taken : sequence of Bbox
        Places on the picture that are taken. [pixel]

    Returns
    -------
    boxes : list of Bbox
        What is taken now. [pixel]
    """
    renderer = FigureCanvasAgg(axes.figure.figure).get_renderer()  # type: ignore[no-untyped-call]
    frame = axes.get_window_extent(renderer).padded(-3)
    points = axes.transData.transform(lines) if len(lines) else np.zeros((0, 2))
    boxes = list(taken)
    for label in labels:
        text = axes.annotate(
            label.text,
            (label.lon, label.lat),
            (0, 0),
            textcoords="offset points",
            zorder=9,
            fontsize=label.size_pt,
            color=label.color,
            fontweight=label.weight,
            path_effects=halo(width_pt=2.2),
            annotation_clip=True,
        )
        best, cost = None, np.inf
        for order, (x, y) in enumerate((*_PLACES, *_FAR_PLACES)):
            _move(text, x, y)
            box = text.get_window_extent(renderer).padded(_PAD_PX)
            if not _is_free(box, frame, boxes):
                continue
            price = float(_inside(box, points)) + 0.3 * order
            if price < cost:
                best, cost = (x, y), price
        if best is None:
            text.remove()
            continue
        _move(text, *best)
        boxes.append(text.get_window_extent(renderer).padded(_PAD_PX))
    return boxes


def _move(text: Text, x: float, y: float) -> None:
    diagonal = 0.75 if x and y else 1.0
    text.set_position((x * _AWAY_PT * diagonal, y * _AWAY_PT * diagonal))
    text.set_horizontalalignment(_ALIGN_X[int(np.sign(x))])
    text.set_verticalalignment(_ALIGN_Y[int(np.sign(y))])


def _is_free(box: Bbox, frame: Bbox, boxes: list[Bbox]) -> bool:
    is_within = frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 <= box.y1
    return is_within and box.y1 <= frame.y1 and not any(box.overlaps(other) for other in boxes)


def _inside(box: Bbox, points: NDArray[np.float64]) -> int:
    x, y = points[:, 0], points[:, 1]
    return int(((x > box.x0) & (x < box.x1) & (y > box.y0) & (y < box.y1)).sum())


def clear_of(axes: Axes, points: NDArray[np.float64], radius_pt: float) -> list[Bbox]:
    """Return boxes, in pixels, about points of a map that labels keep clear of."""
    half = radius_pt * axes.figure.figure.dpi / 72
    return [
        Bbox.from_extents(x - half, y - half, x + half, y + half)
        for x, y in axes.transData.transform(points)
    ]
