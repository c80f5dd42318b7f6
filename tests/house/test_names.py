"""A quantity's name ends in its unit; shares, counts and truths have theirs."""

import re
import subprocess
from pathlib import Path

import pytest

from sim.scenario.schema import scenario_schema
from sim.tables import columns, manual

ROOT = Path(__file__).parents[2]
SUFFIX = re.compile(
    r"(_m|_km|_mm|_s|_h|_d|_ms|_min|_mps|_mps2|_kmh|_kg|_t|_kn|_kw|_permille|_usd|_usd_per_tkm|_per_day|"
    r"_usd_per_t|_usd_per_wagon_day|_per_year|_t_per_h|_frac|_frac_per_year|_mean|_max|_per_lot|"
    r"_usd_per_wagon_day|_per_t)$"
)
PLAIN = {"value", "mean", "low", "mode", "high", "difference", "difference_low", "difference_high"}
PLAIN |= {"units", "outs", "tonnes"}
PLAIN |= {"sd", "is", "rank_correlation", "asked", "used", "drawn", "all_sd", "parameter_sd"}
PLAIN |= {f"{p}{end}" for p in ("p50", "p80", "p95") for end in ("", "_low", "_high")}
PLAIN |= {"swing", "swing_low", "swing_high", "levers_sd", "luck_sd", "cost"}
PLAIN |= {"year_sd", "p_value", "p_holm", "buffer_index", "planning_time_index"}


def float_fields(schema):
    found = []
    for block in [schema, *schema.get("$defs", {}).values()]:
        for name, field in block.get("properties", {}).items():
            shapes = [field, *field.get("anyOf", [])]
            if any(shape.get("type") == "number" for shape in shapes):
                found.append(name)
    return sorted(set(found))


@pytest.mark.parametrize("name", float_fields(scenario_schema()))
def test_a_figure_of_a_scenario_names_its_unit(name):
    assert name in PLAIN or SUFFIX.search(name), f"`{name}` does not end in its unit"


TABLES = ["flows", "waits", "sections", "stations", "posts", "terminals", "fleets", "trains"]
TABLES += ["stocks", "stock_course", "buffers", "tfi", "mc_metrics", "mc_transit", "mc_curve"]
TABLES += ["mc_parameters", "mc_drivers", "mc_variance", "mc_correlations", "mc_daily"]
TABLES += ["sweep", "tornado", "sobol", "sobol_luck", "tries"]


@pytest.mark.parametrize("table", [*TABLES, "metrics", "comparison"])
def test_a_column_of_a_result_names_its_unit(table):
    for column in columns(table):
        if column.dtype == "float64":
            known = column.column in PLAIN or SUFFIX.search(column.column)
            assert known, f"{table}.{column.column} does not end in its unit"


def test_the_manual_page_of_the_tables_is_up_to_date():
    page = (ROOT / "docs" / "reference" / "tables.md").read_text(encoding="utf-8")
    assert page == manual(), "write it anew: make reference"


def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).exists()]


def test_lock_files_hold_no_addresses():
    for path in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in path.read_text(encoding="utf-8"), path.name


def test_no_tracked_file_names_a_path_of_a_machine():
    odd = re.compile(rb"(^|[^\w.])/(work|root|home|tmp)/")
    for path in tracked():
        if path.suffix in {".parquet", ".png"} or path == Path(__file__):
            continue
        assert not odd.search(path.read_bytes()), path.relative_to(ROOT)
