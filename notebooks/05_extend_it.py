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
# # 05 Extend it
#
# **摘要**：给模型加一个它没有的环节（这里是电商扶贫），不改`sim/`里的任何代码：写一个类，说明它需要什么钱、做什么事、
# 用哪些参数、卡住时叫什么；情景文件可以开关它、改它的参数；再在同样年景下比较有它和没有它。
#
# What you learn here: how the model is put together, by adding to it. The process is e-commerce: in villages with a
# parcel station, households with a worker learn to sell what they grow online. The model of `sim/` is not touched.

# %%
from pathlib import Path

import pandas as pd

import sim
from sim.campaign import Kind, Measure, village_places
from sim.words import label, say

folder = Path.cwd() if (Path.cwd() / "scenarios").exists() else Path.cwd().parent

# %% [markdown]
# ## A process family
#
# The campaign is a tuple of *families*. A family never calls another one. It has a `name`, and says in `needs` what
# the county's register knows to be wanted, so that money can be listed for it; in `start` it registers its kinds of
# cases and starts processes. They meet in what all can see: households and villages, the ledger, desks with queues,
# the list. `name` and `start` must be there; the rest it may bring.
#
# | a family | what it is for |
# |---|---|
# | `name` | what a scenario calls it, and how the names of its parameters begin |
# | `needs(c)` | work that the register knows of: line, kind, village, cost, places |
# | `start(c)` | kinds of cases (`c.cases.register`), ways to an income (`c.measures`), processes (`c.env.process`) |
# | may bring `parameters` | entries of the evidence (name, value, unit, kind, source, range), drawn by name |
# | may bring `scalars(c)` | figures of its own in every run: finite numbers, by names that no figure has yet |
# | may bring `words` | texts for reasons (`why_not.…`), kinds and switches, in both languages |
# | may bring `version` | a text or whole number; without one, no run that was kept with `out=` is reused |
#
# A `Kind` names its route, gate by gate, what happens at *built*, what is true afterwards, and by `items` what of the
# exit standards it works for: the leaders who answer for that push what waits too long. A `Measure` offers it to
# households that are seen to be short of income. `case.held` is the reason while it waits: it turns up in the why-not
# table like any other. The campaign `c` knows the parameters (`c.p`), luck by name (`c.luck`), the calendar
# and the clock. A process may go on for ever: `sim.run` and `c.play()` end with the scenario, `c.env.run()` without
# `until` never does. At one instant processes go by `rank`: `c.env.process(steps, rank=0)` comes after all that the
# county does then; below -25 (`sim.campaign.ranks.Control.YEAR`) it is still the old year on the midnight of 1 January.
#
# What stands behind a gate can be replaced as well, in a family's `start`: `usual = c.gates.behind["approved"]`, then
# `c.gates.behind["approved"] = lambda case: 2.0 if case.kind.name == "job" else usual(case)`. A passage takes the case
# and returns the days until it is through, or steps that yield what it waits for.


# %%
class Ecommerce:
    name = "ecommerce"
    parameters = (
        sim.Entry("ecommerce.stations", 0.6, "share of villages", "assumed", "judgement", low=0.4, high=0.8),
        sim.Entry("ecommerce.cost", 6000, "yuan a household", "assumed", "judgement", low=4000, high=8000),
        sim.Entry("ecommerce.days", 30, "days of training", "assumed", "judgement", low=15, high=60),
        sim.Entry("ecommerce.income", 6000, "yuan a household and year", "assumed", "judgement", low=2000, high=10000),
    )
    words = {"en": {"why_not.no_courier": "no courier"}, "zh": {"why_not.no_courier": "快递不进村"}}

    def needs(self, c):
        hh, n = c.county.households, c.register.size
        stations = c.luck("ecommerce.station", c.places.villages) < c.p["ecommerce.stations"]
        self.able = hh.on_register & (hh.workers[:n] > 0) & stations[c.register.village[:n]]
        short = self.able & (hh.income[:n] < c.line_of_poverty(c.this_year))
        return village_places(c, "industry", "online_shop", short, int(c.p["ecommerce.cost"]))

    def start(self, c):
        self.c, self.yearly = c, c.p["ecommerce.income"]
        shop = Kind("online_shop", self.name, "industry", "household", ("filed", "approved", "funded", "built"),
                    self.train, self.open, upfront=lambda case: case.cost, items=("income_source",))  # fmt: skip
        c.measures.append(Measure(
            c.cases.register(shop, c.register.size), cost_yuan=lambda h: int(c.p["ecommerce.cost"]),
            fits=lambda h: bool(self.able[h]), pays=lambda h: self.yearly * (c.year_end - c.env.now) / 365,
        ))  # fmt: skip

    def train(self, case):
        yield self.c.p["ecommerce.days"]
        case.held = "no_courier"
        while self.c.lacks.village["hardened_road"][case.village]:
            yield 7.0

    def open(self, case):
        self.c.livelihoods.establish(case.entity)
        self.c.income.begin_rate(case.entity, self.yearly / 365)
        self.c.counts["online_shops"] += 1

    def scalars(self, c):
        return {"online_shops": c.counts["online_shops"]}


# %% [markdown]
# That is all. The class is passed, not an object: each replication makes its own. A scenario that is loaded with it
# knows its switch and its parameters, and refuses wrong ones like any others.

# %%
scenario = sim.load(folder / "scenarios" / "quick.yaml", families=(*sim.FAMILIES, Ecommerce))
scenario.replace(families={"ecommerce": {"state": "off", "from": "2018-07-01"}}, assumptions={"ecommerce.cost": 7000})

# %%
try:
    scenario.replace(assumptions={"ecommerce.cost": 60})
except sim.ScenarioError as error:
    print(*error.lines(say), sep="\n")

# %%
run = sim.run(scenario, "as_in_2016_17", replication=0, log=True)
run.scalars["online_shops"], [event for event in run.events if event[3] == "online_shop"][:4]

# %% [markdown]
# ## With it and without it, under the same luck
#
# Its draws have names of their own, so everybody else's illness, flood and price stay as they were. Loaded without
# it, the scenario is the old one to the last yuan. Switched *off* it is not quite where money is short: nobody trains
# or sells, but the county has still listed money for it in January. That is what *off* means for every family, and what
# a programme that fails costs.

# %%
old = sim.load(folder / "scenarios" / "quick.yaml")
off = scenario.replace(families={"ecommerce": "off"})
[sim.run(each, "as_in_2016_17", replication=3).scalars["paid_yuan"] for each in (old, off, scenario)]

# %% [markdown]
# So the campaign to hold it against is the one that never had it: against the switch it would look better by what
# listing alone takes from other households. The first test of any extension: does it do what it should, and no more
# than it could? *Unlimited* (it never waits for anything) bounds it from above.

# %%
changes = {
    "e-commerce": scenario, "e-commerce, switched off": off,
    "e-commerce that never waits": scenario.replace(families={"ecommerce": "unlimited"}),
}
effects = sim.effects(old, changes, replications=20, workers=1)
effects.plot(lang="en")

# %%
effects.frame()[["system", "people", "people_low", "people_high", "paid_yuan", "told_from_zero"]]

# %% [markdown]
# The second: what does the answer rest on? The effect at the ends of an assumed range says more than its middle.
# Where only one end can be told from none, whether e-commerce helps is a question about that one figure, and somebody
# has to go and ask what a shop earns.

# %%
ends = {f"{yuan} a year": scenario.replace(assumptions={"ecommerce.income": yuan}) for yuan in (2000, 10000)}
sim.effects(old, ends, replications=12, workers=1).frame()[["system", "people", "people_low", "people_high"]]

# %% [markdown]
# ## In all studies
#
# Every study plays it: comparison, back-cast, value, sensitivity. A family written in a notebook cannot be imported
# by other processes, so it is played in this one, and a warning says so; put it into a file of its own
# (`ecommerce.py`) and it is played on all cores. Nobody can tell by looking at code whether it does what it did: of
# runs that are kept with `out=`, those of a family are reused only where its class has a `version` of its own, such as
# `version = 1`. Raise it whenever anything changes in what the family does, be it in what it uses. Its parameters and
# the file that it stands in count besides; without a version all is played anew.

# %%
answer = sim.compare(scenario, replications=4)
answer

# %%
causes = pd.DataFrame(answer.allocations[0].why_not)
causes.assign(cause=[label("why_not", cause, lang="en") for cause in causes.cause]).set_index("cause").round(0)

# %% [markdown]
# Now write another: tourism, childcare for those who work away, a bad harvest abroad. Begin with the family in
# `sim/campaign/families/` that is nearest to it; most are a page long.
