"""Pictures of levers show what the tables hold."""

import numpy as np
import pandas as pd
import pytest

from sim.plots import PlotError, draw_search, draw_sweep, save

KEY = ("delivered_t", "all", "t")


def swept(values):
    rows = [
        {"point": name, "a": float(a), "b": b, "metric": KEY[0], "flow": "all", "unit": "t"}
        | {"mean": mean, "low": mean - 1, "high": mean + 1}
        for name, a, b, mean in values
    ]
    return pd.DataFrame(rows)


VALUES = [("base", 2, "x", 20.0), ("1", 1, "x", 10.0), ("2", 2, "x", 20.0), ("3", 2, "y", 30.0)]


def test_one_lever_is_a_line_with_the_base_marked(tmp_path):
    picture = draw_sweep(swept(VALUES[:3]), ["a"], [KEY], is_grid=True)
    line, base = picture.axes[0].lines
    assert line.get_xydata().tolist() == [[1, 10], [2, 20]]
    assert base.get_xydata().tolist() == [[2, 20]]
    save(picture, tmp_path / "sweep.png")


def test_two_levers_are_a_map_of_numbers_that_frames_the_base():
    axes = draw_sweep(swept(VALUES), ["a", "b"], [KEY], is_grid=True).axes[0]
    texts = {text.get_text() for text in axes.texts}
    assert {"10", "20", "30", "±1", "-"} <= texts
    assert axes.patches[-1].get_xy() == (0.5, -0.5)


def test_more_are_points_against_each_lever():
    picture = draw_sweep(swept(VALUES), ["a", "b"], [KEY], is_grid=False)
    assert [axes.get_xlabel() for axes in picture.axes] == ["a", "b"]


def test_nothing_to_draw_is_told():
    with pytest.raises(PlotError, match="nothing to draw"):
        draw_sweep(swept(VALUES), ["a"], [("other", "all", "t")], is_grid=True)
    row = {"value": 3, "metric": "m", "flow": "all", "unit": "t", "verdict": "undecided"}
    tries = pd.DataFrame([row | {"mean": np.nan, "low": np.nan, "high": np.nan}])
    with pytest.raises(PlotError, match="nothing to draw"):
        draw_search(tries, lever="a", target=1.0, words="m <= 1")
