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
# # 01 A first campaign
#
# **摘要**：用一个小县推演2018年的脱贫攻坚：先推演一次，看谁没有脱贫、卡在哪一步；再在同样年景下比较几个资金分配方案；
# 最后拖动滑块，看换个分法会怎样。小县的数字只供学习，不作依据。
#
# What you learn here: what a *scenario*, a *replication* and an *allocation* are; how one campaign is read, from its
# end back to what held it up; why allocations are compared under the same luck; and where to turn the first knob.

# %%
from pathlib import Path

import sim

folder = Path.cwd() if (Path.cwd() / "scenarios").exists() else Path.cwd().parent

# %% [markdown]
# ## A scenario
#
# A scenario is one question to the county: a year, a sum of money, rules, targets, and the allocations to be
# compared. It is read from a file, checked as a whole, and never changes afterwards. `quick.yaml` is the county of
# 2018 at an eighth of its size, so that everything here takes seconds. It says so little because it *extends*
# `2018.yaml`.

# %%
scenario = sim.load(folder / "scenarios" / "quick.yaml")
scenario

# %% [markdown]
# ## One replication
#
# A replication plays the year once. It draws three things: the county on its first day, the assumed values, and the
# luck of the year (illness, floods, prices, files that go wrong). It is a pure function: the same scenario,
# allocation and number give the same run, byte for byte, today and on another machine.

# %%
run = sim.run(scenario, "as_in_2016_17", replication=0, log=True)
run

# %% [markdown]
# Two readings of the same months: `incidence` is who is on the register, `incidence_unmet` who does not yet meet the
# standard. People meet it all year long; they are struck off in December alone, once they have been verified and
# announced. That is why a campaign may look late in September and be on time.

# %%
run.frame().style.format(dict.fromkeys(("incidence", "incidence_unmet"), "{:.2%}"), precision=0, thousands=",")

# %% [markdown]
# What happened, in order: day, kind, entity, code, number. A *case* is one missing thing of one household or village
# on its way through named gates (diagnosed, filed, approved, funded, built, accepted). Where it stands in November is
# the answer to "why not". Days and entities of the log count from 0: `household.130` is the 131st household.

# %%
[event for event in run.events if event[2] == "household.130"][:8]

# %% [markdown]
# The same as a story, of one household (or of a village: `sim.trace(run, village=3)`). A story counts from 1, as the
# codes of villages do: that of `household.130` is `sim.trace(run, household=131)`. Without a number an instructive one
# is chosen. It is a simulated household, never a real one.

# %%
sim.trace(run, lang="en")

# %%
import pandas as pd

stopped = pd.DataFrame(run.why_not)
stopped.groupby("cause")[["people", "sole", "last"]].sum().sort_values("people", ascending=False)

# %% [markdown]
# `people` counts everybody whom a cause holds, so one person may stand in several rows; `sole` those whom nothing
# else holds: mend that alone, and they are out; `last` counts each person once, at the earliest gate that is not
# passed.
#
# ## Allocations under the same luck
#
# One year proves nothing: replication 1 has other illnesses than replication 0. So each allocation is played several
# times, and all of them meet *the same* counties, values and luck. Their difference, replication by replication, is
# then the work of the money alone, and far fewer replications are needed than if each had a luck of its own.

# %%
answer = sim.compare(scenario, replications=8, workers=1, progress=sim.progress("three allocations"))
answer

# %% [markdown]
# The differences from the first allocation, the baseline. `variance_reduction` says by what factor the common luck
# shrinks the variance of a difference. A `verdict` of *indistinguishable* is a finding: with so many replications the
# two cannot be told apart, and nobody should be told which is better.

# %%
answer.frame()[["allocation", "more_poor", "more_poor_low", "more_poor_high", "verdict"]]

# %%
[(row.name, round(row.variance_reduction)) for row in answer.differences]

# %% [markdown]
# Every result draws its own figures: `answer.plot()` all of them, or one by name. The sentence above a figure is made
# from the numbers; `lang="zh"` says it in Chinese.

# %%
answer.plot("incidence", lang="en")

# %%
answer.plot("why_not", lang="en")

# %% [markdown]
# ## Turn a knob
#
# `scenario.replace(...)` makes a changed scenario, in the words of a file, and refuses what a file would be refused
# for. `sim.effects` plays changes beside the scenario as it is, again under the same luck. The intervals hold
# together: of a hundred such tables, 95 are right in every row.

# %%
late = scenario.replace(assumptions={"money.delay_days": 60})
signed = scenario.replace(rules={"double_recognition": "off"})
little = scenario.replace(total="80 M yuan")
changes = {"money two months later": late, "no double recognition": signed, "80 M yuan": little}
effects = sim.effects(scenario, changes, replications=8, workers=1)
effects.plot(lang="en")

# %% [markdown]
# ## What if?
#
# The same with sliders: shares of the money that may be moved, the total, the tilt to deep-poverty villages. Let go
# of one, and the small county is played again. The answer is held against the baseline, and says when it cannot tell.

# %%
panel = sim.what_if(scenario, lang="en")
panel

# %% [markdown]
# Sliders are values too, so that a notebook can move them where nobody sees them.

# %%
panel.sliders["total"].value = 110
panel.effect.lifted

# %% [markdown]
# **Next:** [02](02_write_your_own.py) writes an allocation and a scenario, [03](03_trust_it.py) asks how far to
# believe any of this, [04](04_decide.py) decides, [05](05_extend_it.py) adds a process that the model does not have.
