"""The household's campaign: visited, found short of income or not, given a measure that it prefers and can get."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from sim.campaign.cases import Kind
from sim.campaign.projects import Need
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


@dataclass(eq=False)
class Measure:
    """A way to raise a household's income, offered by a family; ``fits`` says whether a household can use it now."""

    kind: Kind
    cost_yuan: Callable[[int], int]
    fits: Callable[[int], bool]


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
        self._workers: list[int] = c.county.households.workers[:n].tolist()
        self._taste: list[float] = c.luck("livelihood.choice", n).tolist()
        self._start_income = c.income.annual()[:n].tolist()
        for household in range(n):
            c.env.process(self._campaign_of(household), rank=household)
        for year in c.calendar.years(c.horizon):
            for name in ("june", "september"):
                c.env.process(self._review(year, c.p[f"plan.replan_{name}"], name), rank=2)

    def _campaign_of(self, household: int) -> Steps:
        c = self._c
        yield c.desks.teams[c.village_of[household]].book(c.desks.visit_days)
        if self._seems_short(household, self._start_income[household]) or c.lacks["income_source"][household]:
            self._offer(household)

    def _seems_short(self, household: int, income: float) -> bool:
        c = self._c
        goal = c.line_of_poverty(c.calendar.year(c.env.now)) * (1.0 + c.p["income.planning_margin"])
        return bool(income * self._error[household] < goal)

    def _offer(self, household: int) -> None:
        """Begin the first measure in the household's own order that has a place; without any, wait for the first."""
        c = self._c
        wanted = [m for m in self._in_order(household) if self._can_use(m, household)]
        village = c.village_of[household]
        for measure in wanted:
            unlimited = c.switches[measure.kind.family].unlimited(c.env.now)
            if unlimited or measure.kind.line is None or c.library.has_place(measure.kind.name, village):
                c.open_case(measure.kind, household, village, measure.cost_yuan(household))
                return
        if wanted:
            c.open_case(wanted[0].kind, household, village, wanted[0].cost_yuan(household))

    def _can_use(self, measure: Measure, household: int) -> bool:
        c = self._c
        offered = not c.switches[measure.kind.family].off(c.env.now)
        return offered and measure.fits(household) and not _running(c, measure, household)

    def _in_order(self, household: int) -> list[Measure]:
        """Minimum income comes first for those without a worker; the others prefer by their own taste."""
        p, u = self._c.p, self._taste[household]
        by_name = {m.kind.name: m for m in self._c.measures}
        farm, job = p["industry.prefers_industry"], p["industry.prefers_job"]
        order: tuple[str, ...]
        if self._workers[household] == 0:
            order = ("backstop",)
        elif u < farm:
            order = ("industry", "job", "post", "backstop")
        elif u < farm + job:
            order = ("job", "industry", "post", "backstop")
        else:
            order = ("post", "industry", "job", "backstop")
        return [by_name[name] for name in order if name in by_name]

    def _review(self, year: int, day: float, name: str) -> Steps:
        """Look again at who is still short and has nothing on the way; the autumn push is a rule of its own."""
        c = self._c
        due = c.calendar.day_of_year(year, day)
        if due >= c.horizon or not (c.rules.replanning if name == "june" else c.rules.autumn_push):
            return
        yield max(0.0, due - c.env.now)
        income = c.income.annual()[: c.registered].tolist()
        for household in range(c.registered):
            poor = c.status[household] == 1 and self._seems_short(household, income[household])
            if poor and not any(_running(c, m, household) for m in c.measures):
                self._offer(household)


def _running(c: Campaign, measure: Measure, household: int) -> bool:
    case = c.cases.find(measure.kind.name, household)
    return case is not None and not case.done
