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
# # 04 Decide
#
# **摘要**：怎样拿推演做决定：比较方案直到能分出高下（或说清楚分不出）；再问每增加1000万元、增加人手、资金早到各有多大
# 作用；分不出高下的不硬选，作用不明显的也照实说。
#
# What you learn here: when to stop playing; why the best of seven looks better than it is; how to read "cannot be
# told apart"; and what helps more than money.

# %%
from pathlib import Path

import pandas as pd

import sim

folder = Path.cwd() if (Path.cwd() / "scenarios").exists() else Path.cwd().parent
scenario = sim.load(folder / "scenarios" / "quick.yaml")

# %% [markdown]
# ## Which one? A race with a rule for stopping
#
# Playing until one looks better, and stopping there, is how chance becomes a finding: of two equal allocations one
# would be declared worse in every third study. So the boundaries here hold however often one looks. Without
# `replications`, `compare` looks after 20, 24, 28, ... and stops when the rest differ by less than the *indifference*
# zone, or when one is left; `replications` of the scenario is the most it plays.
#
# Money is short in this one, so that the shares matter.

# %%
short = scenario.replace(
    total="60 M yuan", replications=24, indifference="0.2 %", gate_none_share=0,
    compare=["as_in_2016_17", "balanced_by_need"],
)
race = sim.compare(short, workers=1, progress=sim.progress("a race"))
race

# %%
race.selection

# %% [markdown]
# `reason` says why it stopped (None: it may not stop yet, and says so), `left` among whom it is still open, `out` who
# is worse, since which look and in what. The chance that all of this is right is the scenario's `confidence`.
#
# ## The same luck, or luck of their own?
#
# The spread of a difference is what has to be averaged away. Under the same luck it is the spread of the *paired*
# difference; with separate luck both spreads would add up.

# %%
ends = pd.DataFrame({name: [run.scalars["incidence"] for run in runs] for name, runs in race.runs.items()})
paired = (ends["balanced_by_need"] - ends["as_in_2016_17"]).std()
apart = (ends.var().sum()) ** 0.5
f"paired {paired:.3%}, with separate luck {apart:.3%}: {(apart / paired) ** 2:.0f} times as many replications"

# %%
race.plot("incidence", lang="en")

# %% [markdown]
# ## And with enough money?
#
# At the full sum the shares hardly matter here. The verdict is then not "choose the first", but "other grounds may
# decide".

# %%
enough = sim.compare(scenario, replications=8, workers=1)
enough.frame()[["allocation", "incidence", "more_poor", "more_poor_low", "more_poor_high", "verdict"]]

# %% [markdown]
# ## What helps more than money
#
# `sim.value` adds one step of everything: 10 M yuan in each line, a quarter more of each kind of desk or crew, money
# a month earlier, a second look at incomes read short. All steps meet the same luck, and the intervals hold together,
# so the longest bar is not the winner of a lottery. Hollow bars cannot be told from none. Management has no price in
# the model: hold its bars against those of money, and ask in the county what a quarter more would cost.

# %%
steps = sim.value(scenario, replications=2, workers=1, progress=sim.progress("one step each"))
steps.plot(lang="en")

# %% [markdown]
# With two replications of a small county hardly any step can be told from none; 24 of the full one tell a few
# (`python -m sim value scenarios/2018.yaml`): above all incomes read with less error, and tranches a month earlier.
#
# ## What it is worth to have a system at all
#
# Leaving a system out is a larger step than a quarter more of it. Any variant can be held against the campaign as it
# is.

# %%
systems = ("cadres", "works", "supervision", "guidance")
without = {f"without {name}": scenario.replace(families={name: "off"}) for name in systems}
sim.effects(scenario, without, replications=8, workers=1).plot(lang="en")

# %% [markdown]
# Effects do not add up: what one system does depends on the others being there.
#
# ## Is there a better allocation than those written?
#
# The allocations above are somebody's ideas. A search spreads other ones over all that the free part allows, follows
# those that end short of fewer people, and has the leaders race against the written ones under luck that they have
# not met: who was picked for its luck falls back there. A hundred and twenty-two runs, the fewest it takes
# here, are far too few for ten lines and a tilt; they show how a search is read.

# %%
found = sim.optimise(short, budget_of_runs=122, workers=1)
found.choice.frame()[["allocation", "incidence", "more_poor", "more_poor_low", "more_poor_high", "verdict"]]

# %% [markdown]
# The best is one point. The *region* is what was tried and cannot be told to be worse: where a share reaches from
# little to much, it does not matter, and other grounds may decide it.

# %%
pd.DataFrame(dict(found.region.shares), index=["least", "most"]).T

# %%
found.plot("optimise", lang="en")
