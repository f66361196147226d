"""A process family that is not the model's, in a file of its own so that other processes find it."""

from __future__ import annotations

import sim
from sim.campaign import Kind, Measure, village_places


class Shops:
    """Households with a worker may open an online shop; where no hardened road leads, they wait for a courier."""

    name = "shops"
    parameters = (
        sim.Entry("shops.cost", 6000, "yuan", "assumed", "judgement", low=4000, high=8000),
        sim.Entry("shops.income", 6000, "yuan a year", "assumed", "judgement", low=2000, high=10000),
    )
    words = {
        "en": {"why_not.no_courier": "no courier", "family.shops": "online shops"},
        "zh": {"why_not.no_courier": "快递不进村", "family.shops": "电商扶贫"},
    }

    def needs(self, c):
        n, hh = c.register.size, c.county.households
        self.able = hh.on_register & (hh.workers[:n] > 0)
        return village_places(c, "industry", "shop", self.able, int(c.p["shops.cost"]))

    def start(self, c):
        self.c = c
        kind = Kind("shop", self.name, "industry", "household", ("filed", "approved", "funded", "built"),
                    self.wait, self.opened, upfront=lambda case: case.cost, items=("income_source",))  # fmt: skip
        c.measures.append(
            Measure(
                c.cases.register(kind, c.register.size), cost_yuan=lambda h: int(c.p["shops.cost"]),
                fits=lambda h: bool(self.able[h]), pays=lambda h: c.p["shops.income"],
            )
        )  # fmt: skip

    def wait(self, case):
        case.held = "no_courier"
        while self.c.lacks.village["hardened_road"][case.village]:
            yield 7.0

    def opened(self, case):
        self.c.livelihoods.establish(case.entity)
        self.c.income.begin_rate(case.entity, self.c.p["shops.income"] / 365)
        self.c.counts["shops"] += 1

    def scalars(self, c):
        return {"shops_open": c.counts["shops"]}


class Watcher:
    """Only draws and looks: nothing may change for anybody."""

    name = "watcher"
    parameters = (sim.Entry("watcher.eyes", 2, "eyes", "assumed", "judgement", low=1, high=3),)

    def needs(self, c):
        return ()

    def start(self, c):
        self.seen = c.luck("watcher.luck", 10).sum() * c.p["watcher.eyes"]
        c.env.process(self.look(c))

    def look(self, c):
        while True:
            yield 1.0

    def scalars(self, c):
        return {"watched": float(self.seen)}
