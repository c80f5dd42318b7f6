"""What a study keeps beside its batches: copies of scenarios, and tables."""

from __future__ import annotations

import shutil
from io import BytesIO
from typing import TYPE_CHECKING

from sim.arrays.network import keep_network
from sim.runs.shards import in_place
from sim.scenario.dumping import scenario_text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from sim.runs.case import Case

__all__ = ["keep_scenario", "keep_table"]


def keep_scenario(case: Case, path: Path) -> None:
    """Keep a scenario with its network, all settings laid in, from which it can be run.

    Parameters
    ----------
    case : Case
        What to keep.
    path : Path
        The file, written last; its folder is made anew.

    Raises
    ------
    OSError
        If it can't be written.
    """
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir(parents=True)
    tree = case.tree | {"network": {**case.tree.get("network", {})}}
    tree["network"]["source"] = keep_network(case.scenario, case.base_dir, path.parent)
    in_place(path, scenario_text(tree).encode())


def keep_table(folder: Path, name: str, table: pd.DataFrame) -> None:
    """Keep a table in a folder, as Parquet and as CSV.

    Raises
    ------
    OSError
        If the folder can't be written.
    """
    out = BytesIO()
    table.to_parquet(out, index=False)
    csv = table.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    in_place(folder / f"{name}.parquet", out.getvalue())
    in_place(folder / f"{name}.csv", csv.encode())
