# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A first campaign
#
# A small county, played a few times under several allocations of the same money.

# %%
from pathlib import Path

import sim

folder = Path.cwd() if (Path.cwd() / "scenarios").exists() else Path.cwd().parent
scenario = sim.load(folder / "scenarios" / "quick.yaml")
scenario

# %% [markdown]
# One replication is a pure function of scenario, allocation and replication.

# %%
run = sim.run(scenario, "as_in_2016_17", replication=0, log=True)
run

# %% [markdown]
# What happened, in order: day, kind, entity, code, number.

# %%
run.events[:5]

# %% [markdown]
# Compare the allocations under common luck. The differences are paired, replication by replication.

# %%
answer = sim.compare(scenario, replications=4, workers=1)
answer

# %%
answer.differences

# %% [markdown]
# Change a line of the scenario and see it matter: every tranche of money comes two months late.

# %%
late = scenario.replace(assumptions={"money.delay_days": 60})
sim.compare(late, replications=4, workers=1).frame()
