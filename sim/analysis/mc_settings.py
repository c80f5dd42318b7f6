"""How a Monte Carlo study is made, and where it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.analysis.mc_groups import Groups
from sim.runs.batch_folder import KIND
from sim.runs.folder import inputs_hash
from sim.runs.replicate import DEFAULT_ENGINE
from sim.runs.variants import variants_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sim.analysis.monte_carlo import Plan
    from sim.runs.case import Case
    from sim.runs.variants import Variants

__all__ = ["Place", "Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a study is made.

    Parameters
    ----------
    plan : Plan
        How many replications.
    engine : str, optional
        Which engine carries them out.
    antithetic : bool, optional
        Whether each odd replication has the luck of the even one before it turned over.
    sets : tuple of str, optional
        What was set, for the manifest.
    reps_per_sample : int, optional
        Replications that share one draw of the uncertain numbers.
    fixed : bool, optional
        Whether uncertain numbers stand at the file's own figures, so that luck alone differs.
    """

    plan: Plan
    engine: str = DEFAULT_ENGINE
    antithetic: bool = False
    sets: tuple[str, ...] = field(default=())
    reps_per_sample: int = 1
    fixed: bool = False

    def inputs(self, cases: Sequence[Case], labels: Sequence[str]) -> str:
        """Return a hash of all that a replication depends on, but not how many there are.

        Raises
        ------
        ValueError
            If seeds differ, so that the luck would not be common; if settings contradict each
            other.
        """
        self._refuse_contradictions(cases)
        seeds = {case.arrays.seed for case in cases}
        if len(seeds) > 1:
            pairs = zip(labels, cases, strict=True)
            told = ", ".join(f"{label} {case.arrays.seed}" for label, case in pairs)
            message = f"the scenarios have different seeds ({told}); pass one with --seed"
            raise ValueError(message)
        numbers: dict[str, object] = {"fixed": True} if self.fixed else {}
        if self.reps_per_sample != 1:
            numbers["reps_per_sample"] = self.reps_per_sample
        return inputs_hash(
            KIND,
            cases,
            labels=list(labels),
            engine=self.engine,
            antithetic=self.antithetic,
            **numbers,
        )

    def variants(self, cases: Sequence[Case]) -> tuple[Variants | None, ...]:
        """Return what draws the uncertain numbers of each case, if it has any."""
        if self.fixed:
            return (None,) * len(cases)
        m, antithetic = self.reps_per_sample, self.antithetic
        return tuple(
            variants_of(case.reading, reps_per_sample=m, antithetic=antithetic) for case in cases
        )

    def groups(self, cases: Sequence[Case], labels: Sequence[str]) -> Groups:
        """Return which replications make one observation."""
        pairs = zip(labels, cases, strict=True)
        varied = {label for label, case in pairs if case.scenario.uncertain and not self.fixed}
        return Groups(self.antithetic, self.reps_per_sample, frozenset(varied))

    def _refuse_contradictions(self, cases: Sequence[Case]) -> None:
        m, n = self.reps_per_sample, self.plan.replications
        are_uncertain = any(case.scenario.uncertain for case in cases)
        message = ""
        if (self.fixed or m > 1) and not are_uncertain:
            message = "no scenario has uncertain numbers; add `uncertain:`, or leave this out"
        elif self.fixed and m > 1:
            message = "with uncertain numbers fixed there are no samples; leave one of the two out"
        elif m > 1 and self.antithetic:
            message = "antithetic pairs and several replications a sample do not go together"
        elif m > 1 and self.plan.until_frac is not None:
            message = "several replications a sample need a fixed number of them, not a precision"
        elif m < 1 or n % m:
            message = (
                f"{n} replications are not whole samples of {m}; give {-(-n // max(m, 1)) * m}"
            )
        if message:
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a study is kept.

    Parameters
    ----------
    path : Path
        The folder.
    command : str
        What goes on with the study if it is ended.
    replace : bool, optional
        Whether results of other inputs may be replaced.
    """

    path: Path
    command: str
    replace: bool = False
