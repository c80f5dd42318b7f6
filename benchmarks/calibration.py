"""Published figures beside today's scenarios: runs them, then writes the page's tables and picture.

``python benchmarks/calibration.py`` takes about two minutes; ``--tables-only`` writes the tables
and the picture from the stored result.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from sim import load
from sim.analysis.calibration import beside, read_published, simulated
from sim.analysis.calibration_page import page_with
from sim.analysis.saving import save_csv
from sim.plots import save
from sim.plots.calibration_chart import draw_calibration

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "scenarios" / "calibration"
PAGE = ROOT / "docs" / "calibration.md"
PICTURE = ROOT / "docs" / "pictures" / "calibration.png"
REPLICATIONS = 20


def run_scenarios(published: pd.DataFrame, replications: int) -> None:
    """Run each scenario that the table names, and store what came out."""
    cases = {n: load(ROOT / "scenarios" / f"{n}.yaml") for n in published["scenario"].unique()}
    works = {name: (case.scenario, case.arrays) for name, case in cases.items()}
    found, tfi = simulated(published, works, replications=replications)
    assert list(found["id"]) == list(published["id"])
    save_csv(found, FOLDER / "simulated.csv")
    save_csv(tfi, FOLDER / "tfi.csv")


def main() -> None:
    """Do as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=REPLICATIONS)
    parser.add_argument("--tables-only", action="store_true")
    wanted = parser.parse_args()
    published = read_published(FOLDER / "published.csv")
    if not wanted.tables_only:
        run_scenarios(published, wanted.replications)
    table = beside(published, pd.read_csv(FOLDER / "simulated.csv"))
    tfi = pd.read_csv(FOLDER / "tfi.csv")
    PAGE.write_text(page_with(PAGE.read_text(encoding="utf-8"), table, tfi), encoding="utf-8")
    save(draw_calibration(table), PICTURE)
    print(table[["id", "role", "low", "high", "mean", "verdict"]].to_string(index=False))


if __name__ == "__main__":
    main()
