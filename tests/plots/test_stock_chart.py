"""The picture of stocks: the saw, the safety line, the days without."""

from datetime import date

import numpy as np
import pandas as pd

from sim.plots import draw_stocks, save
from sim.plots.stock_chart import empty_spans
from sim.tables import conform


def course():
    # 100 t, 10 t a day, 30 t on day 4, gone on day 13, 50 t on day 15
    rows = [(0, 100, 100, 0), (4, 60, 90, 0), (13, 0, 0, 0), (15, 0, 50, 20), (20, 0, 0, 0)]
    names = ["time_d", "before_t", "after_t", "short_t"]
    return conform("stock_course", pd.DataFrame(rows, columns=names).assign(stock="silo"))


def drawn(table, **changes):
    given = {
        "safety_t": {"silo": 45.0},
        "consumption_t_per_d": {"silo": 10.0},
        "start_date": date(2027, 1, 1),
        "title": "x",
    }
    return draw_stocks(table, **(given | changes))


def test_the_saw_the_safety_level_and_the_days_without_are_drawn(tmp_path):
    picture = drawn(course())
    axes = picture.axes[0]
    saw, safety = axes.lines[:2]
    assert saw.get_xdata().tolist() == [0, 0, 4, 4, 13, 13, 15, 15, 20, 20]
    assert saw.get_ydata().tolist() == [100, 100, 60, 90, 0, 0, 0, 50, 0, 0]
    assert set(safety.get_ydata()) == {45.0}
    assert empty_spans(course()) == [(13.0, 15.0)]
    shaded = [patch for patch in axes.patches if patch.get_width() == 2]
    assert len(shaded) == 1
    save(picture, tmp_path / "stocks.png")
    assert (tmp_path / "stocks.png").stat().st_size > 0


def test_each_stock_has_a_panel_over_the_same_days():
    later = course().assign(stock="other", time_d=course()["time_d"] + 40)
    both = pd.concat([course(), later])
    picture = drawn(both, consumption_t_per_d={"silo": 10.0, "other": 1.0})
    assert [axes.get_title(loc="left") for axes in picture.axes[:2]] == ["silo", "other"]
    assert all(np.allclose(axes.get_xlim(), (0, 60)) for axes in picture.axes[:2])
    assert len(picture.axes[1].lines) == 1, "no safety level, no line"


def test_no_stock_and_one_instant_are_legal():
    assert len(drawn(course().head(0)).axes) == 1
    assert len(drawn(course().head(1)).axes) == 1
