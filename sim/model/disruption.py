"""Disruptions: what they hit, what they do, and when."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.model.base import Block, Id, Share
from sim.model.occasions import After, Dates, Random, YearlySeason

__all__ = ["EFFECTS", "FITS", "KINDS", "Disruption", "Effect", "Hits"]

KINDS = ("sections", "posts", "terminals", "fleets", "trucks", "flows", "lines", "hauls")
"""Kinds of things a disruption may hit: keys of `hits`."""

EFFECTS = ("closed", "speed_frac", "capacity_frac", "demand_frac", "price_frac")
"""Keys of `effect`, of which a disruption has one."""

FITS: dict[str, tuple[str, ...]] = {
    "closed": ("sections", "posts", "terminals"),
    "speed_frac": ("sections",),
    "capacity_frac": ("posts", "terminals", "fleets", "trucks"),
    "demand_frac": ("flows",),
    "price_frac": ("posts", "fleets", "lines", "hauls"),
}
"""Kinds of things each effect fits."""


class Hits(Block):
    """What a disruption hits."""

    sections: tuple[Id, ...] = ()
    """Sections of the network, rail or road: closed, no train or truck enters and those inside
    finish; slowed, each step begun meanwhile takes longer."""
    posts: tuple[Id, ...] = ()
    """Border posts: closed, no control starts and those begun finish (or stand still: see
    `hours`); with fewer servers; or with other fees."""
    terminals: tuple[Id, ...] = ()
    """Terminals: closed, no work on a wagon starts and work begun is finished (or stands
    still); or with fewer gangs."""
    fleets: tuple[Id, ...] = ()
    """Wagon fleets: with fewer wagons, or at another hire."""
    trucks: tuple[Id, ...] = ()
    """Truck fleets and markets: with fewer trucks."""
    flows: tuple[Id, ...] = ()
    """Flows: less freight is offered, or more."""
    lines: tuple[Id, ...] = ()
    """Lines: another freight charge, loaded and empty."""
    hauls: tuple[Id, ...] = ()
    """Hauls: another rate of the trucks."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not any(getattr(self, kind) for kind in KINDS):
            message = f"nothing is named; give one of {', '.join(f'`{k}`' for k in KINDS)}"
            raise ValueError(message)
        return self


class Effect(Block):
    """What a disruption does to all that it hits: one of these keys."""

    closed: Literal[True] | None = None
    """`true`: sections, posts and terminals are shut; what has begun is finished."""
    speed_frac: Annotated[float, Field(ge=0.001, le=1)] | None = None
    """Speed over sections of rail or road, as share of the usual; of several, the lowest."""
    capacity_frac: Share | None = None
    """Servers of posts, gangs of terminals, wagons of fleets and trucks that may be in use, as
    share of all, rounded down; of several, the lowest."""
    demand_frac: Annotated[float, Field(ge=0, le=100)] | None = None
    """Freight that flows offer, as share of the usual; above 1 only on known days."""
    price_frac: Annotated[float, Field(gt=0, le=100)] | None = None
    """Freight charges of lines, truck rates of hauls, fees of posts and hire of fleets, as share
    of the usual; several are multiplied."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in EFFECTS if getattr(self, name) is not None]
        if len(given) != 1:
            fact = (
                f"{' and '.join(f'`{g}`' for g in given)} are given" if given else "none is given"
            )
            message = f"{fact}; give one of {', '.join(f'`{e}`' for e in EFFECTS)}"
            raise ValueError(message)
        return self

    @property
    def kind(self) -> str:
        """The key that is given."""
        return next(name for name in EFFECTS if getattr(self, name) is not None)

    @property
    def frac(self) -> float:
        """Share that is left; 0 where closed."""
        return 0.0 if self.kind == "closed" else float(getattr(self, self.kind))


class Disruption(Block):
    """Something that closes, slows, narrows or makes dearer, on known days or by chance."""

    hits: Hits
    """What it hits."""
    effect: Effect
    """What it does to all that it hits."""
    dates: Dates | None = None
    """When, if the dates are known."""
    season: YearlySeason | None = None
    """When, if it comes every year on the same days."""
    random: Random | None = None
    """When, if by chance."""
    after: After | None = None
    """When, if another disruption sets it going."""
    group: Id | None = None
    """Those by chance that name the same group begin together."""

    @model_validator(mode="after")
    def _one_of_four(self) -> Self:
        whens = ("dates", "season", "random", "after")
        given = [name for name in whens if getattr(self, name) is not None]
        if len(given) != 1:
            message = "give either `dates`, `season`, `random` or `after`"
            raise ValueError(message)
        if self.group is not None and self.random is None:
            message = f"group `{self.group}` stands beside `{given[0]}`; it needs `random`"
            raise ValueError(message)
        return self

    @property
    def is_known(self) -> bool:
        """Whether its days are known before luck is drawn."""
        return self.dates is not None or self.season is not None
