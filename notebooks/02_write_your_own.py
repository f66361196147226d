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
# # 02 Write your own allocation and scenario
#
# **摘要**：自己写资金分配方案和情景：各项占比加起来等于1，专项资金和最低安排不动，只分可调剂资金；情景文件可以在
# `2018.yaml`的基础上只写不同的地方；写错了会告诉您哪一行、错在哪里、可能想写什么。最后看资金多少与结果的关系。
#
# What you learn here: what an allocation can and cannot move; how a scenario file is written, by laying a few lines
# over another file; what a mistake looks like; and how an answer depends on the sum that is shared out.

# %%
import tempfile
from pathlib import Path

import pandas as pd

import sim
from sim.words import say

folder = Path.cwd() if (Path.cwd() / "scenarios").exists() else Path.cwd().parent
scenario = sim.load(folder / "scenarios" / "quick.yaml")

# %% [markdown]
# ## What an allocation moves
#
# Part of the money is earmarked by whoever sent it, part is a floor that the county has set. The rest is the *free
# part*. An allocation says how the free part is split over the ten lines (shares that sum to 1), and how far each
# line leans to deep-poverty villages and townships (the *tilt*: 0.5 is half of the line's money).

# %%
pd.DataFrame({"earmarked": scenario.earmarked, "floors": scenario.floors}).fillna(0) / 1e6

# %%
f"{scenario.free_yuan / 1e6:g} of {scenario.total_yuan / 1e6:g} M yuan can be moved"

# %% [markdown]
# An allocation of our own: most of the free part to jobs and livelihoods, a stronger tilt for housing. It stands
# beside the baseline, which is the first.

# %%
ours = {
    "title": {"en": "work first", "zh": "就业产业优先"},
    "shares": {"industry": "30 %", "cooperation": "30 %", "infrastructure": "25 %", "housing": "15 %"},
    "tilt": {"default": 0.5, "housing": 0.7},
}
baseline = scenario.allocations["as_in_2016_17"]
written = scenario.replace(allocations={"as_in_2016_17": baseline, "work_first": ours}, compare="all")
pd.DataFrame({name: written.money(name) for name in written.allocations}) / 1e6

# %% [markdown]
# A plan is not yet a project. A stated rule turns the money of each line into a list: work under way first, then
# villages due to exit, then what serves most households a yuan. The list of the first day is kept by replication 0.

# %%
listed = pd.DataFrame(sim.run(written, "work_first", replication=0).projects)
listed.groupby(["line", "kind"])[["places", "cost_yuan"]].sum()

# %%
sim.compare(written, replications=8, workers=1)

# %% [markdown]
# ## A scenario as a file
#
# A file needs only what differs: `extends` names the file below it. Sums carry their unit, dates are dates, switches
# say `on`, `off` or `unlimited` (never waits), and an assumption is set by its name in the evidence. Comments are
# welcome.

# %%
text = f"""
extends: {(folder / "scenarios" / "quick.yaml").resolve().as_posix()}
title: {{en: a leaner year, zh: 资金偏紧的一年}}
total: 1.5 亿元
rules:
  replanning: off           # what is listed in January stays listed
families:
  zones: {{state: off, from: 2018-07-01}}
assumptions:
  money.delay_days: 45
"""
place = Path(tempfile.mkdtemp())
(place / "lean.yaml").write_text(text, encoding="utf-8")
lean = sim.load(place / "lean.yaml")
lean

# %% [markdown]
# What does it change? The scenario as it is and the leaner one meet the same luck.

# %%
sim.effects(scenario, {"a leaner year": lean}, replications=8, workers=1).frame().T

# %% [markdown]
# ## When it is wrong
#
# All mistakes are told at once, each with its line, what is allowed, and what was probably meant. Nothing is guessed:
# a scenario that cannot be read is not played.

# %%
wrong = text.replace("replanning", "replaning").replace("1.5 亿元", "150").replace("delay_days", "delay_day")
(place / "wrong.yaml").write_text(wrong, encoding="utf-8")
try:
    sim.load(place / "wrong.yaml")
except sim.ScenarioError as error:
    for line in error.lines(say):
        print(line.removeprefix(f"{place}/"))

# %% [markdown]
# ## How much money is enough?
#
# The same comparison at several totals; earmarks and floors keep their part. Where the curve is flat, money is not
# what is missing: time, crews, desks or a quota are. Notebook 04 asks which.

# %%
curve = sim.totals(written, (60_000_000, 120_000_000, 220_000_000, 300_000_000), replications=4, workers=1)
curve.plot(lang="en")

# %%
curve.frame()[["total_yuan", "allocation", "incidence", "spent_yuan", "idle_yuan"]]
