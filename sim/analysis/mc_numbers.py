"""What the uncertain numbers of a study were, what they drive, and how much of the spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.kernels.association import rank_correlation
from sim.kernels.variance_split import split_variance
from sim.tables import conform

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from sim.analysis.mc_groups import Groups
    from sim.analysis.samples import Key, Samples
    from sim.scenario.correlations import Group

    Floats = NDArray[np.float64]

__all__ = ["correlation_table", "driver_table", "parameter_table", "variance_table"]


def parameter_table(samples: Samples, labels: Sequence[str], groups: Groups) -> pd.DataFrame:
    """Return table `mc_parameters`: what was drawn for each uncertain number in each replication.

    Parameters
    ----------
    samples : Samples
        Of the study.
    labels : sequence of str
        Scenarios, in order.
    groups : Groups
        Which replications share a draw.
    """
    frames = []
    for label in labels:
        for (name, unit), by_label in samples.by_number.items():
            values = by_label.get(label, np.zeros(0))
            known = np.flatnonzero(np.isfinite(values))
            frames.append(
                pd.DataFrame(
                    {
                        "scenario": label,
                        "replication": known,
                        "sample": known // groups.reps_per_sample,
                        "name": name,
                        "unit": unit,
                        "value": values[known],
                    }
                )
            )
    return conform("mc_parameters", pd.concat(frames, ignore_index=True) if frames else [])


def driver_table(
    samples: Samples, labels: Sequence[str], keys: Iterable[Key], groups: Groups
) -> pd.DataFrame:
    """Return table `mc_drivers`: how measures go with the uncertain numbers, by ranks.

    Parameters
    ----------
    samples : Samples
        Of the study.
    labels : sequence of str
        Scenarios, in order.
    keys : iterable of (measure, flow, unit)
        Which measures.
    groups : Groups
        Replications that share a draw are one observation, by their mean; of a pair with opposite
        luck the first is taken.
    """
    rows: list[dict[str, object]] = []
    wanted = list(keys)
    for label in labels:
        for (name, _), drawn in samples.by_number.items():
            if label not in drawn:
                continue
            x = groups.firsts(drawn[label])
            for metric, flow, unit in wanted:
                values = samples.by_measure[metric, flow, unit].get(label)
                if values is None:
                    continue
                y = groups.firsts(values) if groups.antithetic else groups.means(values)
                found = rank_correlation(x, y)
                row: dict[str, object] = {"scenario": label, "name": name, "metric": metric}
                row |= {"flow": flow, "observations": int(np.isfinite(x + y).sum())}
                rows.append(
                    row | dict(zip(("rank_correlation", "low", "high"), found, strict=True))
                )
    return conform("mc_drivers", rows)


def variance_table(samples: Samples, labels: Sequence[str], groups: Groups) -> pd.DataFrame:
    """Return table `mc_variance`: the spread of each measure by uncertain numbers and by luck.

    Parameters
    ----------
    samples : Samples
        Of the study.
    labels : sequence of str
        Scenarios, in order.
    groups : Groups
        Which replications share a draw; with one for each draw nothing can be told.
    """
    rows: list[dict[str, object]] = []
    shown = [label for label in labels if label in groups.varied]
    for label in shown if groups.reps_per_sample > 1 else []:
        for (metric, flow, unit), by_label in samples.by_measure.items():
            if label not in by_label:
                continue
            split = split_variance(by_label[label], groups.reps_per_sample)
            row: dict[str, object] = {"scenario": label, "metric": metric, "flow": flow}
            row |= {"unit": unit, "samples": split.groups, "parameter_sd": split.between_sd}
            row |= {"year_sd": split.within_sd, "parameter_share_frac": split.share_frac}
            rows.append(row | {"low": split.low, "high": split.high})
    return conform("mc_variance", rows)


def correlation_table(
    samples: Samples, groups_by_label: Mapping[str, Sequence[Group]], groups: Groups
) -> pd.DataFrame:
    """Return table `mc_correlations`: rank correlations as asked for, as used, and as drawn.

    Parameters
    ----------
    samples : Samples
        Of the study.
    groups_by_label : mapping
        By scenario, the uncertain numbers that go together.
    groups : Groups
        Which replications share a draw.
    """
    drawn = {name: by_label for (name, _), by_label in samples.by_number.items()}
    rows: list[dict[str, object]] = []
    for label, together in groups_by_label.items():
        for change in (change for group in together for change in group.changes):
            pair = [drawn.get(n, {}).get(label, np.zeros(0)) for n in (change.one, change.other)]
            x, y = (groups.firsts(values) for values in pair)
            rows.append(
                {
                    "scenario": label,
                    "one": change.one,
                    "other": change.other,
                    "asked": change.asked,
                    "used": change.used,
                    "drawn": rank_correlation(x, y)[0],
                    "samples": int(np.isfinite(x + y).sum()),
                }
            )
    return conform("mc_correlations", rows)
