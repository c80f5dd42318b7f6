"""A search: the cheapest value of a whole-number lever that meets a service target."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.bisection import least_passing, look_sizes, tries_at_most
from sim.kernels.summary import paired_interval
from sim.kernels.verdicts import judge_mean, judge_share

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.kernels.verdicts import Judged

__all__ = ["Asked", "Found", "Look", "Target", "Try", "seek"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a value of the lever must reach.

    Parameters
    ----------
    metric : str
        Measure, by name or as `name:flow`.
    sign : int
        1 if it must be at most the value, -1 if at least.
    value : float
        In the unit of the measure.
    share_frac : float, optional
        Share of the years that must reach it; left out, the mean over the years must.
    """

    metric: str
    sign: int
    value: float
    share_frac: float | None = None

    @property
    def words(self) -> str:
        """The target as it is told."""
        text = f"{self.metric} {'<=' if self.sign > 0 else '>='} {self.value:g}"
        return text if self.share_frac is None else f"{text} in {self.share_frac:.0%} of the years"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched for, and how sure it must be.

    Parameters
    ----------
    low, high : int
        Ends of the range of the lever.
    target : Target
        What must be met.
    first, at_most : int
        Replications of the first look at a value, doubled while undecided, and of the last.
    confidence : float
        With which all verdicts hold together.
    until_frac : float, optional
        Share of a value's mean; when its bounds lie no farther off it is looked at no longer,
        undecided or not.
    antithetic : bool, optional
        Whether each odd replication has the luck of the even one before it turned over.
    """

    low: int
    high: int
    target: Target
    first: int
    at_most: int
    confidence: float = 0.95
    until_frac: float | None = None
    antithetic: bool = False

    @property
    def sizes(self) -> list[int]:
        """Replications after which a value is looked at."""
        return look_sizes(self.first, self.at_most)

    @property
    def looks(self) -> int:
        """How many looks the search can take at most; none has more than its share of the error."""
        return tries_at_most(self.low, self.high) * len(self.sizes)


@dataclass(frozen=True, slots=True)
class Look:
    """What a number of replications of a value gave.

    Parameters
    ----------
    values : array of shape (n_observations,)
        The measure of the target; NaN where a replication failed or has no value. The two of a
        pair with opposite luck are one observation, by their mean.
    cost : float
        Mean of the measure that is shown beside.
    each : int, optional
        Replications of one observation.
    """

    values: NDArray[np.float64]
    cost: float
    each: int = 1

    @property
    def replications(self) -> int:
        """How many there are."""
        return len(self.values) * self.each


@dataclass(frozen=True, slots=True)
class Try:
    """A value of the lever that was tried, and the verdict on it."""

    value: int
    look: Look
    judged: Judged

    @property
    def missing(self) -> int:
        """Replications that failed or have no value."""
        return int((~np.isfinite(self.look.values)).sum())


@dataclass(frozen=True)
class Found:
    """What a search found.

    Parameters
    ----------
    answer : int or None
        The cheapest value shown to meet the target.
    tries : tuple of Try
        Everything that was tried, in this order.
    doubts : tuple of str
        What speaks against the answer: values that stayed undecided, a measure that is not
        monotone.
    """

    answer: int | None
    tries: tuple[Try, ...]
    doubts: tuple[str, ...] = field(default=())


def seek(
    asked: Asked,
    look: Callable[[int, int], Look],
    *,
    told: Callable[[Try], None] | None = None,
) -> Found:
    """Return the least value of a lever that meets a target, by halving with the same luck.

    Parameters
    ----------
    asked : Asked
        Range, target, replications.
    look : callable
        Gives the measure for a value of the lever and a number of replications.
    told : callable, optional
        Told of each value tried.

    Returns
    -------
    found : Found
        Verdicts that all hold together with the confidence asked for. A value that stays undecided
        does not count as meeting the target.

    Raises
    ------
    ValueError
        If the first look needs more replications than are allowed.
    """
    tries: dict[int, Try] = {}

    def passes(value: int) -> bool:
        if value not in tries:
            tries[value] = _tried(asked, value, look)
            if told:
                told(tries[value])
        return tries[value].judged.verdict == "meets"

    answer = least_passing(asked.low, asked.high, passes)
    if answer is not None and answer < asked.high:
        passes(answer + 1)
    done = tuple(tries.values())
    return Found(answer, done, (*_undecided(done, answer, asked), *_not_monotone(done, asked)))


def _tried(asked: Asked, value: int, look: Callable[[int, int], Look]) -> Try:
    for size in asked.sizes:
        seen = look(value, size)
        one = Try(value, seen, _judged(asked, seen.values))
        is_useless = one.missing and asked.target.share_frac is None
        if one.judged.verdict != "undecided" or is_useless or _is_near(asked, one.judged):
            break
    return one


def _is_near(asked: Asked, judged: Judged) -> bool:
    """Return whether the bounds of a mean lie as near to it as was asked for."""
    if asked.until_frac is None:
        return False
    return (judged.high - judged.low) / 2 <= asked.until_frac * abs(judged.value)


def _judged(asked: Asked, values: NDArray[np.float64]) -> Judged:
    target, looks, confidence = asked.target, asked.looks, asked.confidence
    if target.share_frac is None:
        return judge_mean(
            values, target.value, sign=target.sign, looks=looks, confidence=confidence
        )
    return judge_share(
        values,
        target.value,
        sign=target.sign,
        share=target.share_frac,
        looks=looks,
        confidence=confidence,
    )


def _undecided(tries: tuple[Try, ...], answer: int | None, asked: Asked) -> list[str]:
    found = sorted(
        one.value
        for one in tries
        if one.judged.verdict == "undecided" and (answer is None or one.value < answer)
    )
    if not found:
        return []
    named = ", ".join(str(value) for value in found)
    words = "is undecided" if len(found) == 1 else "are undecided"
    longer = f"add --at-most {2 * asked.at_most}"
    if asked.until_frac is not None:
        longer = f"leave --until out, or {longer},"
    doubt = (
        f"{named} {words} after {asked.at_most} replications at most, and may meet the target; "
        f"{longer} to look longer"
    )
    return [doubt]


def _not_monotone(tries: tuple[Try, ...], asked: Asked) -> list[str]:
    """Tell where more of the lever was seen to serve worse: halving may then miss the answer."""
    ordered = sorted(tries, key=lambda one: one.value)
    doubts = []
    for k, one in enumerate(ordered):
        above = [o.value for o in ordered[k + 1 :] if o.judged.verdict == "misses"]
        if one.judged.verdict == "meets" and above:
            doubts.append(f"{one.value} meets the target, but {above[0]} misses it")
    pairs = list(pairwise(ordered))
    for below, above_it in pairs:
        n = min(len(below.look.values), len(above_it.look.values))
        worse, low, high = paired_interval(
            asked.target.sign * above_it.look.values[:n],
            asked.target.sign * below.look.values[:n],
            confidence=1 - (1 - asked.confidence) / len(pairs),
        )
        if low > 0:
            half = (high - low) / 2
            doubts.append(
                f"{asked.target.metric} is worse at {above_it.value} than at {below.value}, by "
                f"{worse:.3g} ±{half:.2g}"
            )
    if doubts:
        doubts.append("so the measure is not monotone in the lever: `corridor sweep` shows all")
    return doubts
