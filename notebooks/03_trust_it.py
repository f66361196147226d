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
# # 03 Trust it?
#
# **摘要**：怎样判断推演可不可信：先核对公开数口径，再看哪些数是公开的、哪些是假设；用2016—2017年做历史检验，看哪些对
# 得上、哪些对不上；用历史校准假设值，并检查校准本身靠不靠得住；最后看不确定从哪里来。对不上的地方照实说。
#
# What you learn here: to ask four questions of any model before its answer. Do its figures add up? What is known,
# what is assumed? Does it get a past right that it was not fitted to? And how much of its answer is doubt, of which
# kind? Settings are tiny, so that this runs in half a minute; `sim/MODEL.md` has the figures of the full county.

# %%
from pathlib import Path

import pandas as pd

import sim
from sim.evidence import load
from sim.study.calibrate import parameters

folder = Path.cwd() if (Path.cwd() / "scenarios").exists() else Path.cwd().parent
history = sim.load(folder / "scenarios" / "2016-2017.yaml").replace(scale=0.12)

# %% [markdown]
# ## 1 Do the published figures add up?
#
# Each row is an identity between two published figures. *explained* means that both are right about different things,
# and that it is known which; *open* means that nobody could say.

# %%
sim.reconcile().frame()[["code", "left_value", "right_value", "verdict"]].tail(12)

# %% [markdown]
# ## 2 What is known, what is assumed?
#
# Every constant is an entry with a kind and a source. *source* is the county's own report, *published* another public
# page, *derived* arithmetic, *assumed* a judgement with a range. The last is the longest list, and no result is
# better than it.

# %%
evidence = load().frame()
evidence.groupby("kind").agg(entries=("name", "count"), with_a_range=("low", "count"))

# %%
assumed = evidence[evidence.kind == "assumed"].set_index("name")
assumed[["value", "low", "high", "unit", "source"]].sample(5, random_state=3)

# %% [markdown]
# ## 3 A past that it was not fitted to
#
# The back-cast plays 2016 and 2017 from the end of 2015 and holds the runs against what was reported. Before looking,
# say what would count against the model: a *predicted* fact far outside the runs. An *input* row was given to the
# run, or follows from what was: where it agrees it proves nothing.

# %%
backcast = sim.backcast(history, replications=4, workers=1, progress=sim.progress("two years"))
backcast.plot(lang="en")

# %% [markdown]
# Some do lie far outside: villages out, moves, industry coverage. The model is too slow there, or too even, and
# `sim/MODEL.md` says why. What follows from it? Do not read off single villages or the pace of relocation;
# differences between allocations that act through people lifted out stand on firmer ground.
#
# ## 4 What history leaves of the assumptions
#
# Calibration plays a spread of assumed values and keeps those whose runs come near the facts to be fitted
# (approximate Bayesian computation with a regression step). Two values and sixteen vectors here; the real one moves
# six over 128.

# %%
few = tuple(p for p in parameters() if p.name in ("county.rural_population", "income.registered_median_2016"))
calibration = sim.calibrate(history.replace(scale=0.05), vectors=16, moved=few, workers=1)
calibration.plot(lang="en")

# %% [markdown]
# **Look right before left.** Each run in turn is taken for history, and its own values are looked for. If the method
# works they lie within the 90 % interval in 90 of 100, and the small histograms are flat. Here they lie there far
# less often: sixteen vectors are too few, the intervals on the left are too narrow, and nothing may be concluded from
# them. A study that checks itself can say so; one that does not would have given us two confident numbers.

# %%
calibration.frame()[["gate", "parameter", "learnt", "found_again_50", "found_again_90"]]

# %% [markdown]
# The real calibration is kept in a file, as `calibration.keep("mine.yaml")` keeps one of yours, and a scenario takes
# its assumed values from it, replication by replication: `replace(parameters="posterior", posterior="mine.yaml")`.
# What did it change? Compare three ways of treating what is not known: drawn as history leaves it, drawn from the
# ranges, or put at the centre, as if there were no doubt.

# %%
scenario = sim.load(folder / "scenarios" / "quick.yaml").replace(compare=["as_in_2016_17"])
ways = {way: scenario.replace(parameters=way) for way in ("posterior", "prior", "point")}
ends = pd.DataFrame({
    way: [sim.run(variant, "as_in_2016_17", r).scalars["incidence"] for r in range(8)] for way, variant in ways.items()
})
ends.describe().loc[["mean", "std", "min", "max"]].style.format("{:.2%}")

# %% [markdown]
# Centres give a better mean and hide the spread: the answer looks both kinder and surer than it is. That is why the
# scenarios draw.
#
# ## 5 Where the doubt comes from
#
# Each vector is played again with another start, with other assumed values, or with other luck, all else the same.
# `share` is the part of the variance that goes with the group: what would be gone if it alone were known.

# %%
doubt = sim.sensitivity(scenario.replace(parameters="prior"), vectors=8, workers=1)
doubt.frame()[["quantity", "group", "share", "share_low", "share_high"]]

# %% [markdown]
# Eight vectors leave intervals that hold almost anything, even shares above one: read the order, not the figures. If
# most of it is *parameters*, more replications do not help: somebody has to go and measure. If most of it is *luck*,
# nobody can know, and a plan needs slack.
