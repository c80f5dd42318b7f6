"""Distributions a scenario may state in place of a number."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from sim.model.base import Block
from sim.model.law_rules import require_rising, require_weights

__all__ = ["Empirical", "Exponential", "Fixed", "Gamma", "Law", "Lognormal", "Pert", "Triangular"]

Positive = Annotated[float, Field(gt=0, le=1e6)]


class Fixed(Block):
    """Always the same."""

    kind: Literal["fixed"]
    value: Annotated[float, Field(ge=0, le=1e6)]
    """The value, in the unit of the key it stands under."""


class Lognormal(Block):
    """Skewed and positive: borders, closures, running times."""

    kind: Literal["lognormal"]
    mean: Positive
    """Mean, in the unit of the key it stands under."""
    cv_frac: Annotated[float, Field(gt=0, le=5)]
    """Standard deviation over mean."""


class Gamma(Block):
    """Skewed and positive, with a lighter tail: work that adds up small steps."""

    kind: Literal["gamma"]
    mean: Positive
    """Mean, in the unit of the key it stands under."""
    cv_frac: Annotated[float, Field(gt=0, le=5)]
    """Standard deviation over mean."""


class Exponential(Block):
    """Without memory."""

    kind: Literal["exponential"]
    mean: Positive
    """Mean, in the unit of the key it stands under."""


class _ThreePoints(Block):
    low: Annotated[float, Field(ge=0, le=1e6)]
    """Lowest value, in the unit of the key it stands under."""
    mode: Annotated[float, Field(ge=0, le=1e6)]
    """Most likely value."""
    high: Positive
    """Highest value."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        require_rising(self.low, self.mode, self.high)
        return self


class Triangular(_ThreePoints):
    """Three points, straight between them."""

    kind: Literal["triangular"]


class Pert(_ThreePoints):
    """Three points of an expert, smooth between them (PERT, lambda 4)."""

    kind: Literal["pert"]


class Empirical(Block):
    """Values as they were observed, drawn again."""

    kind: Literal["empirical"]
    values: Annotated[
        tuple[Annotated[float, Field(ge=0, le=1e6)], ...], Field(min_length=1, max_length=10_000)
    ]
    """The values, in any order, in the unit of the key the block stands under."""
    weights: tuple[Annotated[float, Field(ge=0, le=1e6)], ...] | None = None
    """How often each comes, relative to the others; left out, all alike."""

    @model_validator(mode="after")
    def _weighted(self) -> Self:
        require_weights(self.values, self.weights)
        return self


def _tag(value: Any) -> str | None:  # noqa: ANN401
    """Return which law a value states; a bare number is a fixed one."""
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, dict):
        return str(value.get("kind"))
    return str(getattr(value, "kind", None))


Law = Annotated[
    Annotated[Annotated[float, Field(ge=0, le=1e6)], Tag("number")]
    | Annotated[Fixed, Tag("fixed")]
    | Annotated[Lognormal, Tag("lognormal")]
    | Annotated[Gamma, Tag("gamma")]
    | Annotated[Exponential, Tag("exponential")]
    | Annotated[Triangular, Tag("triangular")]
    | Annotated[Pert, Tag("pert")]
    | Annotated[Empirical, Tag("empirical")],
    Discriminator(_tag),
]
"""A number, or a distribution; its unit is that of the key it stands under."""
