"""Stocks as a planner meets them: printed, kept, compared, refused."""

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from sim.cli.main import cli

ROOT = Path(__file__).parents[2]
TEXT = f"""
extends: {ROOT / "scenarios" / "today.yaml"}
name: With a stock
duration_d: 40
run_out_d: 20
stocks:
  silo: {{terminal: herat-market, commodity: flour, opening_t: 4000, consumption_t_per_year: 100000,
    safety_d: 10}}
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "with.yaml").write_text(TEXT)
    more = "extends: with.yaml\nname: More\nstocks: {silo: {opening_t: 20000}}\n"
    (tmp_path / "more.yaml").write_text(more)
    return tmp_path


def test_a_run_with_a_stock_prints_and_keeps_it(here):
    done = CliRunner().invoke(cli, ["run", "with.yaml", "-o", "out"])
    assert done.exit_code == 0, done.output
    assert "silo" in done.output
    table = pd.read_csv(here / "out" / "stocks.csv").iloc[0]
    balance = table["opening_t"] + table["delivered_t"] + table["short_t"] - table["wanted_t"]
    assert balance == pytest.approx(table["closing_t"], rel=1e-4, abs=1)
    course = pd.read_parquet(here / "out" / "stock_course.parquet")
    assert set(course["stock"]) == {"silo"}
    assert (here / "out" / "stocks.png").stat().st_size > 0
    for name in ("stocks.png", "stocks.csv", "stock_course.parquet"):
        assert f"out/{name}" in done.output


def test_a_comparison_tells_how_much_is_enough(here):
    args = ["compare", "with.yaml", "more.yaml", "--reps", "2", "--workers", "1", "-o", "study"]
    done = CliRunner().invoke(cli, args)
    assert done.exit_code == 0, done.output
    assert "days of cover, least, d" in done.output
    assert "opening stock with which nothing would have been short" in done.output
    buffers = pd.read_csv(here / "study" / "buffers.csv").set_index("scenario")
    assert buffers.loc["with", "needed_p95_t"] == buffers.loc["more", "needed_p95_t"]
    assert buffers.loc["more", "enough_frac"] == 1


def test_without_a_stock_there_is_no_file_of_one(here):
    done = CliRunner().invoke(cli, ["run", "with.yaml", "--set", "stocks.silo=", "-o", "none"])
    assert done.exit_code == 0, done.output
    assert not list((here / "none").glob("stock*"))
    assert "silo" not in done.output


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("stocks.silo.terminal=heart-market", "did you mean `herat-market`?"),
        ("stocks.silo.opening_t=-1", "must be at least 0 t"),
        ("flows.flour-to-herat.contract={tonnes: 9, first: 2027-01-01, last: 2027-01-02}", "null"),
        ("fleets.flour-wagons.wagon_type=hopper-1520", "they carry only `bulk`"),
    ],
)
def test_wrong_stocks_and_flows_are_refused(setting, words):
    done = CliRunner().invoke(cli, ["validate", "with.yaml", "--set", setting])
    assert words in done.output
    assert done.exit_code == 3
