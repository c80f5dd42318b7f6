"""All tables of a Monte Carlo study, made from its batches and kept beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.mc_numbers import (
    correlation_table,
    driver_table,
    parameter_table,
    variance_table,
)
from sim.analysis.mc_summary import summary_table
from sim.analysis.mc_transit import transit_tables
from sim.analysis.monte_carlo import wanted
from sim.analysis.steady import study_samples
from sim.analysis.study_files import keep_table
from sim.tables import conform
from sim.units import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sim.analysis.mc_groups import Groups
    from sim.analysis.samples import Key, Samples
    from sim.analysis.steady import Steady
    from sim.runs.batch_folder import BatchFolder
    from sim.scenario.correlations import Group

__all__ = ["AT_TIMES", "keep_tables", "study_tables"]

AT_TIMES = ("parameters", "drivers", "variance", "correlations", "daily")
"""Tables about uncertain numbers and the beginning of runs; not kept where they tell nothing."""


def study_tables(
    folder: BatchFolder,
    replications: int,
    groups: Groups,
    together: Mapping[str, Sequence[Group]],
    *,
    steady: Steady | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the tables of the first replications of a study, by name.

    Parameters
    ----------
    folder : BatchFolder
        Of the study.
    replications : int
        Of each scenario.
    groups : Groups
        Which replications are one observation.
    together : mapping
        By scenario, the uncertain numbers that go together.
    steady : Steady, optional
        Where the beginning of runs declared to be steady ends.
    """
    samples, labels = study_samples(folder, replications, steady=steady), folder.labels
    from_ms = steady.from_d * DAY_MS if steady else 0
    transit, curve = transit_tables(folder, samples, groups, from_ms=from_ms)
    return {
        "metrics": summary_table(samples, labels, groups),
        "transit": transit,
        "curve": curve,
        "parameters": parameter_table(samples, labels, groups),
        "drivers": driver_table(samples, labels, _asked(samples, folder), groups),
        "variance": variance_table(samples, labels, groups),
        "correlations": correlation_table(samples, together, groups),
        "daily": steady.daily if steady else conform("mc_daily", []),
    }


def _asked(samples: Samples, folder: BatchFolder) -> list[Key]:
    """Return the measures that were asked for, as far as there are any."""
    keys, found = list(samples.by_measure), []
    for name in folder.manifest["metrics"]:
        if any(key[0] == name.partition(":")[0] for key in keys):
            found += wanted(name, keys)
    return list(dict.fromkeys(found))


def keep_tables(folder: BatchFolder, tables: Mapping[str, pd.DataFrame]) -> None:
    """Keep tables as Parquet and CSV; some only if they tell anything.

    Raises
    ------
    RunError
        If the disk is full or the folder can't be written.
    """
    for name, table in tables.items():
        paths = [folder.path / f"{name}.{end}" for end in ("parquet", "csv")]
        with folder.told():
            if name in AT_TIMES and not len(table):
                for path in paths:
                    path.unlink(missing_ok=True)
                continue
            keep_table(folder.path, name, table)
