"""Published figures beside simulated ones: the table, its page, its picture, and the figures."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import load, run
from sim.analysis.calibration import (
    ROLES,
    beside,
    figures,
    read_published,
    simulated,
    verdict,
)
from sim.analysis.calibration_page import figure_table, page_with
from sim.plots.calibration_chart import draw_calibration
from sim.plots.errors import PlotError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "scenarios" / "calibration"
PUBLISHED = read_published(FOLDER / "published.csv")
STORED = beside(PUBLISHED, pd.read_csv(FOLDER / "simulated.csv"))
GOLDEN = ROOT / "tests" / "golden" / "calibration.csv"


def cases(*sets):
    names = PUBLISHED["scenario"].unique()
    return {name: load(ROOT / "scenarios" / f"{name}.yaml", sets=sets) for name in names}


@pytest.fixture(scope="module")
def a_year():
    found = {
        name: figures(PUBLISHED[PUBLISHED["scenario"] == name], run(case, replication=k))
        for name, case in cases().items()
        for k in (0,)
    }
    return pd.concat(found.values())


def test_at_a_small_size_the_figures_are_as_they_were():
    works = {n: (c.scenario, c.arrays) for n, c in cases("duration_d=60", "run_out_d=60").items()}
    found, _ = simulated(PUBLISHED, works, replications=2, workers=1)
    expected = pd.read_csv(GOLDEN)
    pd.testing.assert_frame_equal(found, expected, rtol=2e-3, check_dtype=False)


@pytest.mark.parametrize("row", STORED.to_dict("records"), ids=lambda row: row["id"])
def test_published(row, a_year):
    """One year bears the stored verdict out, where it does not hang by the luck of a year."""
    mean = a_year[row["id"]]
    spread = 4.5 * (row["mean_high"] - row["mean_low"])
    assert mean == pytest.approx(row["mean"], rel=0.02, abs=spread)
    wide = row["tolerance_frac"] + spread / row["mean"] + 0.02
    told = verdict(mean, row["low"], row["high"], tolerance_frac=wide)
    if row["verdict"] == "fits":
        assert told == "fits"


def test_the_page_shows_the_stored_result():
    page = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    tfi = pd.read_csv(FOLDER / "tfi.csv")
    assert page == page_with(page, STORED, tfi), "python benchmarks/calibration.py --tables-only"


def test_the_page_tells_of_every_figure_that_does_not_fit():
    page = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    prose = page[page.index("## What does not fit") :]
    for row in STORED[STORED["verdict"] != "fits"].to_dict("records"):
        assert f"**{row['id']}**" in prose, row["id"]


def test_every_row_names_known_sources_a_confidence_and_a_unit():
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    for row in PUBLISHED.to_dict("records"):
        assert row["confidence"] in {"measured", "official", "reported", "estimate"}
        assert all(f"| {code} |" in page for code in row["source"].split()), row["id"]
        assert row["unit"] or row["measure"] == "most_wagons_in_a_day"
    assert PUBLISHED["id"].is_unique


def test_survey_rows_of_later_years_are_kept_for_validation():
    survey = PUBLISHED[PUBLISHED["source"].str.match("C2") & PUBLISHED["year"].str.match("20")]
    last = survey["year"].map(lambda year: int(f"20{year[-2:]}"))
    assert len(survey) > 10
    assert last.max() <= 2021


def test_the_middle_of_what_is_set_is_no_test():
    assert set(STORED["role"]) == set(ROLES)
    assert STORED["role"].tolist() == sorted(STORED["role"], key=ROLES.index)
    assert all(PUBLISHED.loc[PUBLISHED["role"] != "independent", "set_by"])


def one_row(**changes):
    row = {
        "id": "speed",
        "scenario": "today",
        "measure": "swd_kmh",
        "place": "train",
        "direction": "out",
        "value": np.nan,
        "low": 10.0,
        "high": 20.0,
        "unit": "km/h",
        "year": "2020",
        "source": "X1",
        "confidence": "measured",
        "role": "independent",
        "set_by": "",
        "tolerance_frac": 0.1,
        "mean": 30.0,
        "mean_low": 29.0,
        "mean_high": 31.0,
        "verdict": "too high",
    }
    return pd.DataFrame([row | changes])


def test_a_line_of_the_page_in_words():
    assert figure_table(one_row())[-1] == (
        "| speed: `swd_kmh` of train, today | 10 to 20 km/h | 2020 | X1, measured | nothing | "
        "30 (29 to 31) | 10% | too high |"
    )
    assert "| at least 10 km/h |" in figure_table(one_row(high=np.nan))[-1]
    assert "| at most 20 km/h |" in figure_table(one_row(low=np.nan))[-1]
    assert "| 10 km/h |" in figure_table(one_row(high=10.0))[-1]


def test_a_page_without_marks_is_told():
    with pytest.raises(ValueError, match="no marks for the table `independent`"):
        page_with("# Page\n", one_row(), pd.DataFrame())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"measure": "speed"}, "no measure is called speed"),
        ({"role": "guess"}, "no role is called guess"),
        ({"low": "", "high": ""}, "rows without a figure: speed"),
    ],
)
def test_a_faulty_row_is_told(tmp_path, changes, message):
    one_row(**changes).to_csv(tmp_path / "published.csv", index=False)
    with pytest.raises(ValueError, match=message):
        read_published(tmp_path / "published.csv")


def test_the_picture_has_a_row_for_each_figure_and_needs_one():
    axes = draw_calibration(STORED).axes[0]
    assert len(axes.get_yticks()) == (STORED["mean"] > 0).sum()
    with pytest.raises(PlotError, match="no published figure"):
        draw_calibration(one_row(mean=np.nan))
