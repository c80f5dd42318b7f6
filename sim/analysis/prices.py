"""Prices that disruptions change, by the instant of the event that makes the cost.

A charge of a line is made when a train enters a section, a fee when control starts, a truck rate
when the trucks leave, hire when a wagon is taken (on a laden way home, when the seat is given).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.borders import border_fees_usd_per_t
from sim.analysis.effect_blame import effect_spans
from sim.arrays.parts import BACK, OUT
from sim.kernels.effects import multiplied
from sim.tables import Code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

    Floats = NDArray[np.float64]

__all__ = ["Prices"]


class Prices:
    """Mean factors of prices over what was moved; 1 where no disruption bears on a price.

    Parameters
    ----------
    outcome : Outcome
        Of one replication.
    """

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.names = outcome.arrays.names
        self.fees_usd_per_t = {
            control: official + other
            for control, (official, other) in border_fees_usd_per_t(outcome).items()
        }
        every = [outcome.scenario.disruptions[name] for name in self.names.disruptions]
        self._every = {
            k: (every[k], span)
            for k, span in effect_spans(outcome).items()
            if every[k].effect.price_frac is not None
        }

    def at(self, kind: str, name: str, times: NDArray[np.int64]) -> Floats:
        """Return the factor of a thing's price at some instants."""
        product = np.ones(len(times))
        for disruption, (start, end) in self._every.values():
            if name in getattr(disruption.hits, kind):
                frac = np.full(len(start), disruption.effect.frac)
                product *= multiplied(start, end, frac, times)
        return product

    def rail(self, flow: int, service: int, direction: int, *, event: Code, place: int) -> float:
        """Return the mean factor of a section's charge, or a post's fee, over a flow's lots."""
        return self._loaded.get((flow, service, direction, int(event), place), 1.0)

    def empty(self, service: int, section: int) -> float:
        """Return the mean factor of a section's charge over the empty wagons home."""
        return self._light.get((service, section), 1.0)

    def road(self, flow: int, place: int, *, event: Code) -> float:
        """Return the mean factor of a haul's rate, or a post's fee, over a flow's lots by road."""
        return self._trucked.get((flow, int(event), place), 1.0)

    def _factors(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return those rows whose place has another price, with its factor."""
        parts = []
        keys = rows[["event", "place"]].drop_duplicates().itertuples(index=False)
        for event, place in keys:
            kind, name = self._thing(int(event), int(place))
            if any(name in getattr(d.hits, kind) for d, _ in self._every.values()):
                here = rows[(rows["event"] == event) & (rows["place"] == place)]
                parts.append(here.assign(factor=self.at(kind, name, here["time_ms"].to_numpy())))
        found: pd.DataFrame = pd.concat([rows.iloc[:0].assign(factor=1.0), *parts])
        return found

    def _thing(self, event: int, place: int) -> tuple[str, str]:
        if event == Code.ENTER:
            return "lines", self.names.lines[self.outcome.arrays.sections.line_idx[place]]
        if event == Code.ROAD:
            return "hauls", self.names.hauls[place]
        return "posts", self.names.posts[place].partition("/")[0]

    @cached_property
    def _by_train(self) -> pd.DataFrame:
        """Entries and controls of trains with factors, service and direction."""
        rows = self.outcome.of(Code.RETURN, Code.ENTER, Code.POST_START)
        rows = rows[rows["train"] >= 0]
        home = rows["event"].eq(int(Code.RETURN)).groupby(rows["train"]).cumsum()
        rows = self._factors(rows.assign(direction=home)[rows["event"] != int(Code.RETURN)])
        formed = self.outcome.of(Code.FORMED).set_index("train")
        rows["service"] = formed["place"].reindex(rows["train"]).to_numpy()
        return rows

    @cached_property
    def _loaded(self) -> dict[tuple[int, ...], float]:
        if not self._every:
            return {}
        aboard = self.outcome.of(Code.ABOARD)
        formed = self.outcome.of(Code.FORMED).set_index("train")["time_ms"]
        is_out = aboard["time_ms"].to_numpy() == formed.reindex(aboard["train"]).to_numpy()
        riders = aboard[["train"]].assign(
            flow=self.outcome.flow_of_lot[aboard["lot"].to_numpy()],
            direction=np.where(is_out, OUT, BACK),
        )
        riders = riders.groupby(["flow", "train", "direction"]).size().rename("n").reset_index()
        joint = riders.merge(self._by_train, on=["train", "direction"])
        return _means(joint, ["flow", "service", "direction", "event", "place"])

    @cached_property
    def _light(self) -> dict[tuple[int, ...], float]:
        if not self._every:
            return {}
        rows = self._by_train
        rows = rows[(rows["direction"] == BACK) & (rows["event"] == int(Code.ENTER))]
        trains = self.outcome.trains
        light = pd.Series((trains["wagons"] - trains["laden_back"]).to_numpy(), trains["train"])
        return _means(rows.assign(n=light.reindex(rows["train"]).to_numpy()), ["service", "place"])

    @cached_property
    def _trucked(self) -> dict[tuple[int, ...], float]:
        if not self._every:
            return {}
        rows = self.outcome.of(Code.ROAD, Code.POST_START)
        rows = self._factors(rows[rows["lot"] >= 0])
        flow = self.outcome.flow_of_lot[rows["lot"].to_numpy()]
        return _means(rows.assign(flow=flow, n=1), ["flow", "event", "place"])


def _means(rows: pd.DataFrame, keys: list[str]) -> dict[tuple[int, ...], float]:
    """Return the mean factor by keys, each row counted ``n`` times."""
    sums = rows.assign(product=rows["factor"] * rows["n"]).groupby(keys)[["product", "n"]].sum()
    sums = sums[sums["n"] > 0]
    means = (sums["product"] / sums["n"]).to_numpy().tolist()
    return dict(zip((tuple(key) for key in sums.index.tolist()), means, strict=True))
