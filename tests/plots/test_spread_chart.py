"""The picture of a study shows its quantiles with their intervals, by flow and scenario."""

import numpy as np
import pandas as pd
import pytest

from sim.plots import PlotError, draw_spread, save
from sim.tables import columns


def tables(flows, labels):
    rows, curve = [], []
    for flow in flows:
        for k, label in enumerate(labels):
            row = {c.column: 1.0 for c in columns("mc_transit")}
            row |= {"scenario": label, "flow": flow}
            for p, days in (("p50", 5.0), ("p80", 7.0), ("p95", 9.0)):
                row |= {f"{p}_d": days + k, f"{p}_low_d": days + k - 0.5}
                row[f"{p}_high_d"] = days + k + 0.5
            rows.append(row)
            shares = np.arange(1, 100) / 100
            of = {"scenario": label, "flow": flow}
            curve += [of | {"share_frac": s, "transit_d": 2 + k + 7 * s} for s in shares]
    return pd.DataFrame(rows), pd.DataFrame(curve)


def test_quantiles_and_intervals_are_drawn_where_they_are(tmp_path):
    picture = draw_spread(*tables(["flour", "all"], ["base", "flood"]))
    panels = [axes for axes in picture.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in panels] == ["flour", "All freight"]
    dots = [line.get_xdata()[0] for line in panels[0].lines if line.get_marker() == "o"]
    assert sorted(dots) == [5.0, 6.0, 7.0, 8.0, 9.0, 10.0]
    bars = [tuple(line.get_xdata()) for line in panels[0].lines if len(line.get_xdata()) == 2]
    assert (8.5, 9.5) in bars
    named = [text.get_text() for text in picture.legends[0].get_texts()]
    assert named == ["base", "flood"]
    save(picture, tmp_path / "spread.svg")
    assert (tmp_path / "spread.svg").stat().st_size > 0


def test_of_many_flows_six_are_drawn_and_an_unknown_interval_is_left_out():
    transit, curve = tables([*"abcdefgh", "all"], ["base"])
    transit["p95_low_d"] = np.nan
    picture = draw_spread(transit, curve)
    titles = [axes.get_title(loc="left") for axes in picture.axes if axes.get_visible()]
    assert titles == [*"abcde", "All freight"]
    bars = [line for line in picture.axes[0].lines if len(line.get_xdata()) == 2]
    assert len(bars) == 2


def test_nothing_that_arrived_is_told():
    transit, curve = tables(["all"], ["base"])
    with pytest.raises(PlotError, match="no shipment arrived"):
        draw_spread(transit[:0], curve[:0])
