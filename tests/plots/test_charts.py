import numpy as np
import pandas as pd
import pytest
from pictures import said, words

from sim.plots import (
    PlotError,
    draw_comparison,
    draw_where_the_days_go,
    flow_weights,
    save,
)
from sim.plots.wait_chart import spent_days
from sim.tables import conform

UNITS = {"transit_mean_d": "d", "transit_p95_d": "d", "cost_usd_per_t": "USD/t", "delivered_t": "t"}
VALUES = {
    "base": {"transit_mean_d": 16.2, "transit_p95_d": 30.0, "cost_usd_per_t": 82.4,
             "delivered_t": 300_000.0},
    "line to Herat": {"transit_mean_d": 14.0, "transit_p95_d": 22.0, "cost_usd_per_t": 79.0,
                      "delivered_t": 310_000.0},
}  # fmt: skip


def comparison(*, flows=("all", "flour"), values=None):
    rows = []
    for scenario, by_metric in (values or VALUES).items():
        for metric, value in by_metric.items():
            change = value - VALUES["base"].get(metric, 0.0)
            rows += [
                {"scenario": scenario, "metric": metric, "flow": flow, "unit": UNITS[metric],
                 "value": value, "low": value * 0.95, "high": value * 1.05,
                 "difference": change, "difference_low": change - 1, "difference_high": change + 1}
                for flow in flows
            ]  # fmt: skip
    return conform("comparison", rows)


def waits():
    rows = [
        ("base", "a", "running", "moving", "line", 48.0),
        ("base", "a", "running", "moving", "other line", 24.0),
        ("base", "a", "loading", "work", "mill", 12.0),
        ("base", "a", "border control", "border", "post", 24.0),
        ("base", "a", "wagon shortage", "waiting", "mill", 60.0),
        ("base", "b", "running", "moving", "line", 24.0),
        ("base", "b", "gang busy", "waiting", "mill", 6.0),
        ("base", "b", "border control", "border", "post", 12.0),
        ("new", "a", "running", "moving", "line", 36.0),
        ("new", "a", "meet", "waiting", "line", 12.0),
    ]
    names = ["scenario", "flow", "cause", "group", "place", "hours_per_lot"]
    return pd.DataFrame(rows, columns=names)


def bars(axes):
    return [patch for patch in axes.patches if patch.get_width() > 0]


# --- comparison ----------------------------------------------------------------------------------


def test_there_is_a_panel_for_each_measure():
    picture = draw_comparison(comparison())
    titles = [axes.get_title(loc="left") for axes in picture.axes]
    assert titles == [
        "Transit time, mean [days]",
        "Transit time, 19 of 20 lots were quicker [days]",
        "Cost, without duties and traders' margins [USD/t]",
        "Delivered in the period [tonnes]",
    ]


def test_bars_are_as_long_as_the_values():
    picture = draw_comparison(comparison())
    for axes, metric in zip(picture.axes, UNITS, strict=True):
        wanted = [by_metric[metric] for by_metric in VALUES.values()]
        assert [bar.get_width() for bar in bars(axes)] == pytest.approx(wanted)


def test_whiskers_reach_from_low_to_high():
    axes = draw_comparison(comparison()).axes[0]
    (whiskers,) = (c for c in axes.collections if hasattr(c, "get_segments"))
    ends = [segment[:, 0].tolist() for segment in whiskers.get_segments()]
    assert ends == [pytest.approx([v * 0.95, v * 1.05]) for v in (16.2, 14.0)]


def test_scenarios_stand_top_to_bottom():
    axes = draw_comparison(comparison()).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == list(VALUES)
    assert axes.get_ylim()[0] > axes.get_ylim()[1]


def test_values_and_differences_are_written():
    texts = words(draw_comparison(comparison()))
    assert {"16.2", "14.0", "300,000", "310,000"} <= set(texts)
    assert "\N{MINUS SIGN}2.2 (\N{MINUS SIGN}3.2 to \N{MINUS SIGN}1.2)" in texts
    assert "+10,000 (9,999 to 10,001)" in texts


def test_the_base_has_no_difference_to_itself():
    only = comparison(values={"base": VALUES["base"]})
    assert not any("(" in text for text in words(draw_comparison(only)) if text[0] in "+\u2212")


def test_a_single_flow_stands_for_all():
    picture = draw_comparison(comparison(flows=("flour",)))
    assert len(bars(picture.axes[0])) == 2


def test_all_flows_come_before_one():
    table = comparison(flows=("flour", "all"))
    table.loc[table["flow"] == "flour", "value"] = 1.0
    axes = draw_comparison(table).axes[0]
    assert [bar.get_width() for bar in bars(axes)] == pytest.approx([16.2, 14.0])


def test_a_missing_value_is_told():
    table = comparison()
    lost = (table["scenario"] == "line to Herat") & (table["metric"] == "transit_mean_d")
    table.loc[lost, ["value", "low", "high", "difference"]] = np.nan
    picture = draw_comparison(table)
    assert "no value" in words(picture)
    assert len(bars(picture.axes[0])) == 1


def test_a_scenario_without_the_measure_is_told():
    table = comparison()
    lost = (table["scenario"] == "line to Herat") & (table["metric"] == "delivered_t")
    assert "no value" in words(draw_comparison(table[~lost]))


def test_one_replication_has_no_whiskers():
    table = comparison()
    table[["low", "high", "difference_low", "difference_high"]] = np.nan
    picture = draw_comparison(table)
    assert "16.2" in words(picture)
    assert "\N{MINUS SIGN}2.2" in words(picture)


def test_measures_may_be_chosen():
    picture = draw_comparison(comparison(), metrics=("cost_usd_per_t",), title="Cost")
    assert len(picture.axes) == 1
    assert "Cost" in words(picture)


def test_a_measure_without_a_title_of_its_own_bears_its_name():
    table = comparison().assign(metric="throughput_frac", unit="")
    axes = draw_comparison(table, metrics=("throughput_frac",)).axes[0]
    assert axes.get_title(loc="left") == "throughput_frac [-]"


def test_no_measure_is_an_error_that_names_those_there_are():
    with pytest.raises(PlotError, match=r"has no speed; it has: transit_mean_d, transit_p95_d"):
        draw_comparison(comparison(), metrics=("speed",))


def test_an_odd_panel_is_left_blank():
    picture = draw_comparison(comparison(), metrics=tuple(UNITS)[:3])
    assert [axes.axison for axes in picture.axes] == [True, True, True, False]


# --- where the days go ---------------------------------------------------------------------------


def test_flows_are_apart_without_weights():
    table = spent_days(waits(), None)
    assert list(table.index) == ["base\na", "base\nb", "new"]
    assert table.sum(axis=1).tolist() == pytest.approx([7.0, 1.75, 2.0])


def test_places_of_a_cause_are_summed():
    assert spent_days(waits(), None).loc["base\na", ("moving", "running")] == pytest.approx(3.0)


def test_weights_make_one_bar_a_scenario():
    table = spent_days(waits(), {("base", "a"): 1.0, ("base", "b"): 3.0, ("new", "a"): 5.0})
    assert list(table.index) == ["base", "new"]
    assert table.sum(axis=1).tolist() == pytest.approx([(7.0 + 3 * 1.75) / 4, 2.0])


def test_bars_add_up_to_the_days():
    picture = draw_where_the_days_go(waits())
    axes = picture.axes[0]
    ends = {round(p.get_y(), 3): p.get_x() + p.get_width() for p in bars(axes)}
    assert sorted(ends.values()) == pytest.approx([1.75, 2.0, 7.0])
    assert {"7.0 d", "1.8 d", "2.0 d"} <= set(words(picture))


def test_a_scenario_alone_is_not_named_at_each_bar_and_long_names_are_wrapped():
    alone = waits()[lambda rows: rows["scenario"] == "base"]
    assert [x.get_text() for x in draw_where_the_days_go(alone).axes[0].get_yticklabels()] == [
        "a",
        "b",
    ]
    name = "Torghundi border in stages, one side after the other"
    picture = draw_where_the_days_go(waits().replace({"scenario": {"new": name}}))
    picture.canvas.draw()
    labels = picture.axes[0].get_yticklabels()
    assert labels[-1].get_text().replace("\n", " ") == name
    assert all(label.get_window_extent().x0 > 0 for label in labels)


def test_the_legend_tells_group_and_cause():
    (legend,) = draw_where_the_days_go(waits()).legends
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts[:2] == ["moving: running", "work: loading"]
    assert "border control" in texts
    assert "waiting: wagon shortage" in texts
    assert "other" not in texts


def test_small_causes_are_other():
    picture = draw_where_the_days_go(waits(), most_causes=2)
    (legend,) = picture.legends
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts == ["moving: running", "waiting: wagon shortage", "other"]
    axes = picture.axes[0]
    assert max(p.get_x() + p.get_width() for p in bars(axes)) == pytest.approx(7.0)


def test_causes_of_a_group_differ_in_colour():
    axes = draw_where_the_days_go(waits()).axes[0]
    colors = {patch.get_facecolor() for patch in bars(axes)}
    assert len(colors) == spent_days(waits(), None).shape[1]


def test_a_strange_group_has_a_colour_too():
    table = waits().assign(group="strange")
    assert said(draw_where_the_days_go(table), "strange: running")


def test_nothing_delivered_is_an_empty_chart():
    picture = draw_where_the_days_go(waits().iloc[:0])
    assert words(picture)[0] == "Where the days go" or said(picture, "Where the days go")


def test_weights_are_lots_delivered_early_and_late():
    rows = [
        {"scenario": "base", "metric": metric, "flow": flow, "unit": "t", "value": value,
         "low": value, "high": value, "difference": 0, "difference_low": 0, "difference_high": 0}
        for metric, flow, value in (
            ("delivered_t", "a", 600.0), ("delivered_late_t", "a", 60.0),
            ("delivered_t", "b", 100.0), ("delivered_t", "all", 700.0), ("offered_t", "a", 900.0),
        )
    ]  # fmt: skip
    table = conform("comparison", rows)
    assert flow_weights(table) == {("base", "a"): 660.0, ("base", "b"): 100.0}
    assert flow_weights(table, lot_t={("base", "a"): 66.0}) == {
        ("base", "a"): 10.0,
        ("base", "b"): 100.0,
    }


def test_charts_are_the_same_twice(tmp_path):
    for name in ("a", "b"):
        save(draw_comparison(comparison()), tmp_path / f"{name}1.svg")
        save(draw_where_the_days_go(waits()), tmp_path / f"{name}2.svg")
    for k in (1, 2):
        first, second = ((tmp_path / f"{name}{k}.svg").read_bytes() for name in "ab")
        assert first == second
