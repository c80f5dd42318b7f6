"""Numbers of a scenario that are not known well: their laws, and how they go together."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from sim.model.base import Block, Id
from sim.model.law_rules import require_rising, require_weights

__all__ = [
    "ChoiceFigure",
    "EmpiricalFigure",
    "FigureLaw",
    "LognormalFigure",
    "NormalFigure",
    "PertFigure",
    "RankCorrelation",
    "TriangularFigure",
    "Uncertain",
    "UniformFigure",
]

Figure = Annotated[float, Field(ge=-1e12, le=1e12)]
Above = Annotated[float, Field(gt=0, le=1e12)]
Weight = Annotated[float, Field(ge=0, le=1e6)]
PathText = Annotated[str, StringConstraints(min_length=1, max_length=300)]

_BOTH = 2
_FAR = 4


class _Weighted(Block):
    weights: tuple[Weight, ...] | None = None
    """How often each comes, relative to the others; left out, all alike."""

    @model_validator(mode="after")
    def _one_each(self) -> Self:
        require_weights(getattr(self, "values", ()), self.weights)
        return self


class ChoiceFigure(_Weighted):
    """One of a few values; each of them must make a sound scenario."""

    kind: Literal["choice"]
    values: Annotated[tuple[Figure, ...], Field(min_length=1, max_length=20)]
    """The values, in any order."""


class EmpiricalFigure(_Weighted):
    """Values as they were observed, drawn again."""

    kind: Literal["empirical"]
    values: Annotated[tuple[Figure, ...], Field(min_length=1, max_length=10_000)]
    """The values, in any order."""


class LognormalFigure(Block):
    """Skewed and positive: what is known by a factor rather than by a difference."""

    kind: Literal["lognormal"]
    mean: Above
    """Mean, in the unit of the number."""
    cv_frac: Annotated[float, Field(gt=0, le=5)]
    """Standard deviation over mean."""


class NormalFigure(Block):
    """Even to both sides; cut off where that makes sense."""

    kind: Literal["normal"]
    mean: Figure
    """Mean before it is cut off, in the unit of the number."""
    sd: Above
    """Standard deviation before it is cut off, in the unit of the number."""
    low: Figure | None = None
    """Nothing lies below; left out, not cut off."""
    high: Figure | None = None
    """Nothing lies above; left out, not cut off."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        low = self.mean - self.sd if self.low is None else self.low
        high = self.mean + self.sd if self.high is None else self.high
        far = max(low - self.mean, self.mean - high) / self.sd
        if self.low is not None and self.high is not None and not low < high:
            message = f"low {low:g} and high {high:g} are given; low must lie below high"
            raise ValueError(message)
        if far > _FAR:
            message = (
                f"the range lies {far:.3g} times `sd` off the mean {self.mean:g}; move the mean, "
                "or let the range come nearer than 4 times"
            )
            raise ValueError(message)
        return self


class UniformFigure(Block):
    """All alike between two ends."""

    kind: Literal["uniform"]
    low: Figure
    """Lowest value, in the unit of the number."""
    high: Figure
    """Highest value."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low < self.high:
            message = f"low {self.low:g} and high {self.high:g} are given; low must lie below high"
            raise ValueError(message)
        return self


class _ThreePoints(Block):
    low: Figure
    """Lowest value, in the unit of the number."""
    mode: Figure
    """Most likely value."""
    high: Figure
    """Highest value."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        require_rising(self.low, self.mode, self.high)
        return self


class TriangularFigure(_ThreePoints):
    """Three points, straight between them."""

    kind: Literal["triangular"]


class PertFigure(_ThreePoints):
    """Three points of an expert, smooth between them (PERT, lambda 4)."""

    kind: Literal["pert"]


FigureLaw = Annotated[
    PertFigure
    | TriangularFigure
    | UniformFigure
    | NormalFigure
    | LognormalFigure
    | ChoiceFigure
    | EmpiricalFigure,
    Field(discriminator="kind"),
]
"""A distribution of a number of the scenario."""


class Uncertain(Block):
    """A number that is not known well: `corridor mc` draws it, all else takes the file's own."""

    path: PathText | None = None
    """The number, by its path as `--set` takes it: `posts.border.servers`."""
    paths: Annotated[tuple[PathText, ...], Field(min_length=1, max_length=100)] | None = None
    """In place of `path`: several numbers that the same draw decides."""
    form: Literal["value", "factor"] = Field(default="value", alias="as")
    """What is drawn: `value`, which takes the place of the number, or `factor`, by which the
    file's own number is multiplied."""
    law: FigureLaw
    """Its distribution; whole numbers are rounded to the nearest."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.path is None) == (self.paths is None):
            fact = "neither is" if self.path is None else "both are"
            message = f"{fact} given; give either `path` or `paths`"
            raise ValueError(message)
        return self

    @property
    def all_paths(self) -> tuple[str, ...]:
        """The numbers it decides."""
        return self.paths or (self.path or "",)


class RankCorrelation(Block):
    """How two uncertain numbers go together."""

    between: Annotated[tuple[Id, ...], Field(min_length=_BOTH, max_length=_BOTH)]
    """Two entries of `uncertain`."""
    rank_correlation: Annotated[float, Field(ge=-1, le=1)] = Field(alias="is")
    """Rank correlation (Spearman): 1 together, -1 opposite, 0 apart."""
