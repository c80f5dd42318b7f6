"""How a Monte Carlo study is made, and where it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sim.analysis.mc_groups import Groups
from sim.errors import SettingError
from sim.kernels.warmup import LEAST_VALUES
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

__all__ = ["HELD_LUCK", "Noise", "Place", "Settings"]

Noise = Literal["all", "operations", "parameters"]
"""What differs between replications: luck and uncertain numbers, luck alone, numbers alone."""

HELD_LUCK = 0
"""The replication whose luck all have where uncertain numbers alone differ."""


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
    noise : str, optional
        What differs between replications: ``"all"``; ``"operations"``, luck alone, uncertain
        numbers at the medians of their laws; ``"parameters"``, uncertain numbers alone, with the
        luck of replication 0.
    steady_state : bool, optional
        Whether runs have a steady state, whose transit times are told without the beginning.
    """

    plan: Plan
    engine: str = DEFAULT_ENGINE
    antithetic: bool = False
    sets: tuple[str, ...] = field(default=())
    reps_per_sample: int = 1
    fixed: bool = False
    noise: Noise = "all"
    steady_state: bool = False

    @property
    def luck(self) -> int | None:
        """The replication whose luck all have, if they share one."""
        return HELD_LUCK if self.noise == "parameters" else None

    @property
    def draws_numbers(self) -> bool:
        """Whether uncertain numbers differ between replications."""
        return not self.fixed and self.noise != "operations"

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
            raise SettingError(message)
        numbers: dict[str, object] = {"fixed": True} if self.fixed else {}
        if self.reps_per_sample != 1:
            numbers["reps_per_sample"] = self.reps_per_sample
        if self.noise != "all":
            numbers["noise"] = self.noise
        if self.steady_state:
            numbers["steady_state"] = True
        return inputs_hash(
            KIND,
            cases,
            labels=list(labels),
            engine=self.engine,
            antithetic=self.antithetic,
            **numbers,
        )

    def variants(self, cases: Sequence[Case]) -> tuple[Variants | None, ...]:
        """Return what decides the uncertain numbers of each case, if it has any."""
        if self.fixed:
            return (None,) * len(cases)
        return tuple(
            variants_of(
                case.reading,
                reps_per_sample=self.reps_per_sample,
                antithetic=self.antithetic,
                is_middle=not self.draws_numbers,
            )
            for case in cases
        )

    def groups(self, cases: Sequence[Case], labels: Sequence[str]) -> Groups:
        """Return which replications make one observation."""
        pairs = zip(labels, cases, strict=True)
        varied = {label for label, case in pairs if case.scenario.uncertain and self.draws_numbers}
        return Groups(self.antithetic, self.reps_per_sample, frozenset(varied))

    def _refuse_contradictions(self, cases: Sequence[Case]) -> None:
        m, n = self.reps_per_sample, self.plan.replications
        are_uncertain = any(case.scenario.uncertain for case in cases)
        is_split = self.noise != "all"
        short = min(case.scenario.duration_d for case in cases)
        whole = -(-n // max(m, 1)) * m
        rules = {
            "no scenario has uncertain numbers; add `uncertain:`, or leave this out": (
                (self.fixed or is_split or m > 1) and not are_uncertain
            ),
            "with uncertain numbers fixed luck alone differs; leave it or the noise out": (
                self.fixed and is_split
            ),
            "with uncertain numbers fixed there are no samples; leave one of the two out": (
                self.fixed and m > 1
            ),
            "where operations alone differ no numbers are drawn, so there are no samples; leave "
            "one of the two out": self.noise == "operations" and m > 1,
            "where parameters alone differ replications of one sample would be the same; take "
            "more samples": self.noise == "parameters" and m > 1,
            "antithetic pairs and several replications a sample do not go together": (
                m > 1 and self.antithetic
            ),
            "several replications a sample need a fixed number of them, not a precision": (
                m > 1 and self.plan.until_frac is not None
            ),
            f"a steady state is told from {LEAST_VALUES} days on, and a run here lasts {short:g}; "
            "lengthen `duration_d`": self.steady_state and short < LEAST_VALUES,
            f"{n} replications are not whole samples of {m}; give {whole}": m < 1 or n % m != 0,
        }
        for message, is_broken in rules.items():
            if is_broken:
                raise SettingError(message)


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
