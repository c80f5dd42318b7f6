# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A first run
# Today's way of Kazakh flour into Afghanistan, and what the railway to Herat changes.

# %%
from pathlib import Path

from sim import compare, load, run
from sim.analysis.blame import wait_table
from sim.analysis.flows import flow_table

scenarios = next(p for p in (Path("scenarios"), Path("../scenarios")) if p.is_dir())

# %% [markdown]
# One replication: what became of the freight?

# %%
today = load(scenarios / "today.yaml", sets=["duration_d=90"])
outcome = run(today)
flow_table(outcome)[["flow", "delivered_t", "transit_mean_d", "transit_p95_d", "cost_usd_per_t"]]

# %% [markdown]
# Where do the days of the flour for Kandahar go?

# %%
waits = wait_table(outcome)
waits[waits["flow"] == "flour-to-kandahar"].head(10)

# %% [markdown]
# And with the railway to Herat, under the same luck?

# %%
herat = load(scenarios / "herat.yaml", sets=["duration_d=90"])
found = compare({"today": today, "herat": herat}, replications=3, workers=1)
rows = found.table[found.table["metric"].isin(["transit_mean_d", "cost_usd_per_t"])]
rows[rows["scenario"] == "herat"]
