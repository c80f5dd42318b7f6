"""A Monte Carlo study: batches until there are enough, each kept on disk as it ends."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from sim.analysis.batch_work import Shared, failed_batch, measure_batch
from sim.analysis.steady import study_samples
from sim.errors import SettingError
from sim.kernels.stopping import LEAST, relative_half_width, sizes
from sim.kernels.variance_split import group_means
from sim.runs.batch_folder import DIED
from sim.runs.shards import Batch, Failure, batches_for
from sim.runs.workers import Died, finished

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from numpy.typing import NDArray

    from sim.analysis.samples import Samples
    from sim.runs.batch_folder import BatchFolder
    from sim.runs.shards import Found
    from sim.runs.workers import Finish

__all__ = ["BATCH_SIZE", "MOST", "Plan", "Reached", "Tally", "carry_out"]
__all__ += ["refuse_half_pairs", "wanted"]

BATCH_SIZE = 5
"""Replications of a full batch: what a power cut may cost on each worker."""

MOST = 5000
"""Replications at which a study that goes by precision gives up, unless told otherwise."""


class Tally(Protocol):
    """Is told how many replications are done of how many, and how many of them there were."""

    def __call__(self, done: int, total: int, kept: int, /) -> None:
        """Take note."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """How many replications: a number, or as many as a precision needs.

    Parameters
    ----------
    replications : int
        Of each scenario; where a precision is asked for, the most of them.
    until_frac : float, optional
        Half the interval of each measure as a share of its mean, at which to stop.
    metrics : tuple of str
        Measures that must be so precise, by name or as `name:flow`.
    """

    replications: int
    until_frac: float | None = None
    metrics: tuple[str, ...] = ()

    def sizes(self, *, antithetic: bool) -> list[int]:
        """Return the numbers of replications after which to look."""
        if self.until_frac is None:
            return [self.replications]
        return list(sizes(self.replications, least=LEAST * (2 if antithetic else 1)))


def refuse_half_pairs(replications: int, *, antithetic: bool) -> None:
    """Refuse a number of replications that leaves the last pair with opposite luck half a pair.

    Raises
    ------
    ValueError
        Tells the next number that makes whole pairs.
    """
    if antithetic and replications % 2:
        message = (
            f"{replications} replications are not whole pairs of opposite luck; give "
            f"{replications + 1}"
        )
        raise SettingError(message)


@dataclass(frozen=True, slots=True)
class Reached:
    """How a study ended."""

    replications: int
    failures: tuple[tuple[int, Failure], ...]
    """Scenario and what failed in it."""
    widest: float
    """Relative half-width of the least precise measure; NaN where none was asked for."""
    is_precise: bool


def wanted(name: str, keys: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Return the measures that a name means: those of `all` freight if there are any, else each.

    Raises
    ------
    ValueError
        If the scenarios have no such measure.

    Examples
    --------
    >>> wanted("cost_usd_per_t", [("cost_usd_per_t", x, "USD/t") for x in ("flour", "all")])
    [('cost_usd_per_t', 'all', 'USD/t')]
    """
    metric, _, flow = name.partition(":")
    found = [key for key in keys if key[0] == metric and flow in ("", key[1])]
    if not found:
        flows = sorted({key[1] for key in keys if key[0] == metric})
        way_out = f"known: {', '.join(flows)}" if flows else "no replication has it"
        message = f"no measure '{name}' in these scenarios; {way_out}"
        raise SettingError(message)
    return [key for key in found if key[1] == "all"] or found


def carry_out(
    folder: BatchFolder,
    shared: Shared,
    plan: Plan,
    *,
    finish: Finish | None = None,
    tally: Tally | None = None,
) -> Reached:
    """Do what is still missing of a study and return how it ended.

    The results depend neither on workers nor on the order in which batches end, nor on how often
    the study was ended and begun anew.

    Parameters
    ----------
    folder : BatchFolder
        Where batches are kept; those that are there are not done again.
    shared : Shared
        Scenarios and settings.
    plan : Plan
        How many replications.
    finish : callable, optional
        How batches are done; left out, on processes of this machine.
    tally : callable, optional
        Told after each batch.

    Returns
    -------
    reached : Reached
        Replications, failures, precision.

    Raises
    ------
    RunError
        If a batch can't be kept.
    ValueError
        If a measure that must be precise is not in the scenarios.
    """
    widest, size = np.nan, plan.replications
    for size in plan.sizes(antithetic=shared.antithetic):
        _complete(folder, shared, size, finish or finished, tally)
        if plan.until_frac is None:
            break
        widest = _widest(study_samples(folder, size), plan, antithetic=shared.antithetic)
        folder.log("look", replications=size, widest_frac=widest if np.isfinite(widest) else None)
        if widest <= plan.until_frac:
            break
    batches = _all(folder, size)
    failures = [(b.scenario, f) for b in batches for f in folder.failures(b) or ()]
    is_precise = plan.until_frac is None or widest <= plan.until_frac
    return Reached(size, tuple(failures), widest, is_precise)


def _all(folder: BatchFolder, replications: int) -> list[Batch]:
    return batches_for(replications, scenarios=len(folder.labels), size=BATCH_SIZE)


def _complete(
    folder: BatchFolder,
    shared: Shared,
    replications: int,
    finish: Finish,
    tally: Tally | None,
) -> None:
    """Do the batches that are missing, and those whose worker died in an earlier session."""
    batches = _all(folder, replications)
    missing = [batch for batch in batches if _is_missing(folder, batch)]
    total = replications * len(folder.labels)
    kept = done = total - sum(batch.last - batch.first for batch in missing)
    if tally:
        tally(done, total, kept)
    if not missing:
        return
    jobs = cast("Generator[tuple[Batch, Any], None, None]", finish(measure_batch, shared, missing))
    with closing(jobs):
        for batch, found in jobs:
            folder.keep(batch, _dead(shared, batch) if isinstance(found, Died) else found)
            done += batch.last - batch.first
            if tally:
                tally(done, total, kept)


def _is_missing(folder: BatchFolder, batch: Batch) -> bool:
    failures = folder.failures(batch)
    return failures is None or any(failure.error == DIED for failure in failures)


def _dead(shared: Shared, batch: Batch) -> Found:
    message = "the process that did its batch was killed or ran out of memory, also alone"
    variants = shared.variants_at(batch.scenario)
    failures = tuple(
        Failure(r, DIED, message, sets=variants.sets(r) if variants else ())
        for r in range(batch.first, batch.last)
    )
    return failed_batch(shared, batch, failures)


def _widest(samples: Samples, plan: Plan, *, antithetic: bool) -> float:
    """Return the relative half-width of the least precise measure of any scenario."""
    if not samples.by_measure:
        return np.inf  # every replication failed
    keys = [key for name in plan.metrics for key in wanted(name, list(samples.by_measure))]
    rows: list[NDArray[np.float64]] = [
        values for key in dict.fromkeys(keys) for values in samples.by_measure[key].values()
    ]
    seen = [group_means(row, 2) for row in rows] if antithetic else rows
    return max(relative_half_width(row, looks=len(seen)) for row in seen)
