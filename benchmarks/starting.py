"""How long `corridor mc` takes until it simulates: the first time, and from then on.

``python benchmarks/starting.py`` takes about a minute. The starter scenario is studied with
thirty replications: once with nothing compiled on disk, then five times as on any later day. Told
are the seconds from the command to the first replications kept, and to the end with tables and
picture. All studies must have the same digest. Lines ``BENCH name value`` are for machines.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import sim

STARTER = Path(sim.__file__).parent / "scenario" / "starter" / "starter.yaml"
ROUNDS = 5


def study(folder: Path, env: dict[str, str]) -> tuple[float, float, str]:
    """Return seconds to the first replications kept and to the end, and the digest."""
    command = [sys.executable, "-m", "sim.cli.main", "mc", str(STARTER)]
    began = time.time()
    subprocess.run([*command, "--reps", "30", "-q", "-o", str(folder)], env=env, check=True)  # noqa: S603
    ended = time.time()
    rows = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    first = next(row for row in rows if row["event"] == "batch")
    kept = datetime.fromisoformat(first["at"]).timestamp()
    return kept - began, ended - began, rows[-1]["digest"]


def main() -> None:
    """Print the table."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        env["NUMBA_CACHE_DIR"] = str(root / "compiled")
        runs = [study(root / f"study{k}", env) for k in range(ROUNDS + 1)]
    assert len({digest for _, _, digest in runs}) == 1, "the studies differ"
    print("           first replications, s   end, s")
    for name, (first, end, _) in zip(["cold", *["warm"] * ROUNDS], runs, strict=True):
        print(f"{name:<10} {first:>22.2f} {end:>8.2f}")
    warm_first, warm_end = (statistics.median(run[k] for run in runs[1:]) for k in (0, 1))
    print(f"BENCH cold_start_s {runs[0][0]:.1f}")
    print(f"BENCH warm_start_s {warm_first:.2f}")
    print(f"BENCH warm_to_the_end_s {warm_end:.2f}")
    print(f"BENCH compile_s {runs[0][0] - warm_first:.1f}")


if __name__ == "__main__":
    main()
