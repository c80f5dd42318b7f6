"""Question 6: what stock bears a shut Chaman and Spin Boldak."""

from pathlib import Path

import pytest

from sim import load, run
from sim.analysis.stocks import stock_table

QUESTIONS = Path(__file__).parents[2] / "scenarios" / "questions"
SMALL = (
    "start_date=2027-09-10",
    "duration_d=80",
    "run_out_d=1",
    "stocks.quetta-goods.opens_d=20",
    "stocks.kandahar-flour.opens_d=20",
    "stocks.spin-boldak-flour.opens_d=20",
)


@pytest.fixture(scope="module")
def found():
    names = {"open": "06-closure-stock-base", "shut": "06-closure-stock"}
    return {
        label: stock_table(run(load(QUESTIONS / f"{name}.yaml", sets=SMALL))).set_index("stock")
        for label, name in names.items()
    }


def test_with_the_border_open_no_stock_runs_out(found):
    assert (found["open"]["short_t"] == 0).all()
    assert (found["open"]["cover_least_d"] > 15).all()


def test_six_weeks_shut_ask_for_about_six_weeks_of_stock_beyond_the_border(found):
    needed = found["shut"].loc["quetta-goods", "needed_opening_d"]
    before = found["open"].loc["quetta-goods", "needed_opening_d"]
    # 42 days, and the two to three days that the truck is on its way
    assert 35 < needed < 50
    assert needed - before > 25
    assert found["shut"].loc["quetta-goods", "outs"] >= 1


def test_flour_this_side_is_touched_only_where_no_wagon_is_worked(found):
    least = {label: table["cover_least_d"] for label, table in found.items()}
    assert least["shut"]["spin-boldak-flour"] < least["open"]["spin-boldak-flour"]
    assert least["shut"]["kandahar-flour"] == pytest.approx(
        least["open"]["kandahar-flour"], abs=0.5
    )
    assert found["shut"].loc["spin-boldak-flour", "short_t"] == 0
