"""The household's campaign: visited, found short of income or not, given a measure that it prefers and can get."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from sim.campaign.cases import Measure
from sim.campaign.projects import Need
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


#: In what order a household takes measures: without a worker; by taste for farming, for a job away, for a post.
ORDERS = (
    ("backstop",),
    ("industry", "job", "post", "backstop"),
    ("job", "industry", "post", "backstop"),
    ("post", "industry", "job", "backstop"),
)


class Households:
    """Every registered household is visited, its income estimated, and a measure begun where it falls short."""

    name = "households"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """A visit needs no money."""
        return ()

    def start(self, c: Campaign) -> None:
        """Visit every registered household; look again in June and September."""
        self._c = c
        n = c.registered
        self._error: list[float] = np.exp(c.p["income.measurement_sd"] * ndtri(c.luck("income.seen", n))).tolist()
        self._shares = c.p["industry.prefers_industry"], c.p["industry.prefers_job"]
        self._workers: list[int] = c.county.households.workers[:n].tolist()
        self._taste: list[float] = c.luck("livelihood.choice", n).tolist()
        self._start_income = c.income.annual()[:n].tolist()
        self._measures: list[list[Measure]] | None = None
        for village, households in enumerate(_by_village(c)):
            c.env.process(self._visits(village, households), rank=village)
        for year in c.calendar.years(c.horizon):
            for name in ("june", "september"):
                c.env.process(self._review(year, c.p[f"plan.replan_{name}"], name), rank=2)

    def _visits(self, village: int, households: list[int]) -> Steps:
        """A village's households are visited in their order; each visit ends when its team is done."""
        c, goal = self._c, self._goal()
        visit, sources = c.visit, c.lacks["income_source"]
        begin = c.env.now
        yield 0.0
        for end, household in sorted((begin + visit(village), household) for household in households):
            if end > c.env.now:
                yield end - c.env.now
            if self._start_income[household] * self._error[household] < goal or sources[household]:
                self._offer(household)

    def _goal(self) -> float:
        """The income that a household's plan aims at, yuan a head."""
        c = self._c
        return c.line_of_poverty(c.calendar.year(c.env.now)) * (1.0 + c.p["income.planning_margin"])

    def _offer(self, household: int) -> None:
        """Begin the first measure in the household's own order that has a place; without any, wait for the first."""
        c = self._c
        wanted = [m for m in self._in_order(household) if self._can_use(m, household)]
        village = c.village_of[household]
        for measure in wanted:
            cost, line = measure.cost_yuan(household), measure.kind.line
            unlimited = c.switches[measure.kind.family].unlimited
            if unlimited or line is None or c.library.has_place(measure.kind.name, village, line, cost):
                c.open_case(measure.kind, household, village, cost)
                return
        if wanted:
            c.open_case(wanted[0].kind, household, village, wanted[0].cost_yuan(household))

    def _can_use(self, measure: Measure, household: int) -> bool:
        c = self._c
        offered = not c.switches[measure.kind.family].off
        return offered and measure.fits(household) and not _running(c, measure, household)

    def _in_order(self, household: int) -> list[Measure]:
        """Minimum income comes first for those without a worker; the others prefer by their own taste."""
        if self._measures is None:
            by_name = {m.kind.name: m for m in self._c.measures}
            self._measures = [[by_name[name] for name in order if name in by_name] for order in ORDERS]
        farm, job = self._shares
        u = self._taste[household]
        if self._workers[household] == 0:
            return self._measures[0]
        return self._measures[1 if u < farm else 2 if u < farm + job else 3]

    def _review(self, year: int, day: float, name: str) -> Steps:
        """Look again at who is still short and has nothing on the way; the autumn push is a rule of its own."""
        c = self._c
        due = c.calendar.day_of_year(year, day)
        if due >= c.horizon or not (c.rules.replanning if name == "june" else c.rules.autumn_push):
            return
        yield max(0.0, due - c.env.now)
        income, goal = c.income.annual()[: c.registered].tolist(), self._goal()
        for household in range(c.registered):
            poor = c.status[household] == 1 and income[household] * self._error[household] < goal
            if poor and not any(_running(c, m, household) for m in c.measures):
                self._offer(household)


def _running(c: Campaign, measure: Measure, household: int) -> bool:
    case = c.cases.find(measure.kind.name, household)
    return case is not None and not case.done


def _by_village(c: Campaign) -> list[list[int]]:
    households: list[list[int]] = [[] for _ in c.village_tier]
    for household in range(c.registered):
        households[c.village_of[household]].append(household)
    return households
