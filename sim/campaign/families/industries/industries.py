"""Industries: entry by award, a planting season, gestation, until what is ready goes to market."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import Case, Kind, Measure
from sim.campaign.families.industries.awards import Awards, award
from sim.campaign.families.industries.market import Market
from sim.campaign.families.industries.special_industry import SpecialIndustry
from sim.campaign.gates import Passage
from sim.campaign.money.projects import Need, village_places
from sim.campaign.ranks import Control
from sim.county.county import ANNUAL_CROPS, CROPS, PRODUCTS, Bools, Floats
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: By number: what is planted each year, what needs no field.
ANNUAL = tuple(map(PRODUCTS.index, ANNUAL_CROPS))
LANDLESS = PRODUCTS.index("bamboo_rats")
#: What an award to who has enough counts as in the list: less than any place for who is short.
LAST = 0.01


class Industries:
    """Registered households take up a product; orchards and herds of earlier years begin to pay."""

    name = "industries"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Places for households with a worker and short of income; awards for the others who have no industry yet."""
        hh = c.county.households
        return _needs(c, hh.on_register, hh.income[: c.register.size], hh.product < 0)

    def start(self, c: Campaign) -> None:
        """Register the kinds, offer a place to who is short, and open the market."""
        self._c, n, p = c, c.register.size, c.p
        self._cost = int(p["industry.cost_per_household"])
        #: What follows acceptance; the rest of the cost are inputs, given before.
        self.awards = awards = Awards(c)
        self._kind = c.cases.register(
            Kind("industry", self.name, "industry", "household",
                 ("filed", "approved", "funded", "built", "accepted"), self.build, self._finish,
                 upfront=lambda case: case.cost - awards.usual, to_village=c.households_wait_for_plans,
                 paid=awards.pay, at_once=self._bear_at_once,
                 items=("income_source", "special_industry")), n
        )  # fmt: skip
        self._own = c.cases.register(
            Kind("award", self.name, "industry", "household", ("filed", "approved", "built", "accepted"), self.build,
                 self._finish, to_village=c.households_wait_for_plans, borrows=False, paid=awards.pay,
                 at_once=self._bear_at_once, items=("special_industry",)), n
        )  # fmt: skip
        self._workers = c.county.households.workers[:n].tolist()
        c.hooks.on_visit.append(self._plant)
        c.hooks.on_newcomers.append(self._take_in)
        c.hooks.on_new_year.append(self._count_anew)
        self._wanted = self._wishes()
        #: From when until when in a year each product can be begun.
        self._window = [
            (p[f"industry.{name}.plant_from"], p[f"industry.{name}.plant_until"]) if name in CROPS else (0.0, 366.0)
            for name in PRODUCTS
        ]
        products = c.county.households.product
        self._holds = (products >= 0).tolist()
        #: What each registered household began last; on the first day what it holds.
        self._grows: list[int] = products.tolist()
        self.special = SpecialIndustry(c)
        self.market = Market(c)
        c.measures.append(
            Measure(self._kind, lambda h: self._cost, self._may_join, self._pays_this_year)
        )
        self.market.start()
        self.coverage = 0.0
        c.env.process(self._take_stock(), rank=Control.STOCKTAKING)

    def _may_join(self, household: int) -> bool:
        """Who has a worker is helped to a product, and to the same once more."""
        before = self._kind.latest.get(household)
        return self._workers[household] > 0 and (before is None or before.attempt == 0)

    def _wishes(self) -> list[int]:
        """The product that each household would begin."""
        p = self._c.p
        weight = np.cumsum([p[f"industry.{name}.weight"] for name in PRODUCTS])
        wanted: list[int] = np.searchsorted(
            weight / weight[-1], self._c.luck("industry.product", self._c.register.size)
        ).tolist()
        return wanted

    def scalars(self, c: Campaign) -> dict[str, float]:
        """The share of the register that had an industry in June."""
        return {"industry_coverage_june": self.coverage}

    def _take_stock(self) -> Steps:
        """At the end of the last year's June: the share of the register that has an industry."""
        c, n = self._c, self._c.register.size
        due = c.calendar.day_of_year(c.last_year, c.p["fact.industry_coverage_day"])
        if not c.env.now <= due < c.horizon:
            return
        yield due - c.env.now
        poor = c.register.poor(n)
        self.coverage = float((poor & self._holds).sum() / max(1, int(poor.sum())))

    def build(self, case: Case) -> Passage:
        """Choose a product that can still be begun, wait for its season, begin."""
        product, wait = self._choose(case.entity)
        if wait:
            return self._build_in_season(case, product, wait)
        self._begin(case, product)
        return 0.0

    def _build_in_season(self, case: Case, product: int, wait: float) -> Steps:
        case.held = "season"
        yield wait
        if not self._c.switches[case.kind.family].usual:
            return
        case.held = ""
        self._begin(case, product)

    def _begin(self, case: Case, product: int) -> None:
        c, household, now = self._c, case.entity, self._c.env.now
        case.started = now
        c.livelihoods.young[household] += 1
        self._grows[household] = product
        self._grant(case)
        self.market.expect(household, product, self.market.ready(product, now))
        if c.record.on:
            c.record.household(now, "household.planted", household, PRODUCTS[product])
        for tell in c.hooks.on_planting:
            tell(household, product)

    def _plant(self, household: int) -> None:
        """Who has a hand at home and no industry plants without being helped to, while an award can be had for it."""
        if self._holds[household]:
            return
        c = self._c
        if c.livelihoods.free_hands[household] <= 0 or household in self._kind.latest or household in self._own.latest:
            return
        village, switch = c.register.village_of[household], c.switches[self.name]
        cost = self.awards.usual
        if switch.unlimited or (not switch.off and c.library.has_place("award", village, "industry", cost)):
            case = c.open_case(self._own, household, village, cost)
            if not switch.unlimited:
                c.library.place(case)

    def _choose(self, household: int) -> tuple[int, float]:
        """Return the product and how long to wait: the household's own choice, or what can still be begun this year."""
        c, product = self._c, self._wanted[household]
        today = c.env.now - c.year_begin + 1
        if today > self._window[product][1]:
            product = self._still_in_time(today)
        first = self._window[product][0]
        return product, first - today if first > today else 0.0

    def _still_in_time(self, today: float) -> int:
        for product in ANNUAL:
            if today <= self._window[product][1]:
                return product
        return LANDLESS

    def _pays_this_year(self, household: int) -> float:
        """What a plan may count on until the year is over, yuan: the award, and a sale if there is time for one."""
        product, wait = self._choose(household)
        sale = self.market.sale_day(household, product, self.market.ready(product, self._c.env.now + wait))
        return self.awards.left(household) + (self.market.usual[product] if sale < self._c.year_end else 0.0)

    def _grant(self, case: Case) -> None:
        """A case without inputs is all award, whatever an own list pays for it."""
        self.awards.grant(case, min(self.awards.usual, case.cost) if case.kind is self._kind else case.cost)

    def _finish(self, case: Case) -> None:
        """Accepted: the household has a source of income, and may expect the award."""
        self.awards.expect(case)
        self._established(case)

    def _established(self, case: Case) -> None:
        self._c.livelihoods.establish(case.entity)
        self._holds[case.entity] = True
        self.special.add(case.entity, self._grows[case.entity])

    def _bear_at_once(self, case: Case) -> None:
        """Without waiting there is neither season nor gestation: a normal year's sale and the award come now.

        From the next year on it is sold as ever.
        """
        sale = 0.0
        if case.started < 0:
            self._grows[case.entity] = self._wanted[case.entity]
            self._grant(case)
            self.market.join(self._wanted[case.entity])
            sale = self.market.usual[self._wanted[case.entity]]
            again = self._c.year_end + self._c.env.now - self._c.year_begin
            self.market.expect(case.entity, self._wanted[case.entity], again, first=False, more=0)
            for tell in self._c.hooks.on_planting:
                tell(case.entity, self._grows[case.entity])
        self._established(case)
        self._c.income.received_of[case.entity] += self.awards.of(case) + sale

    def _count_anew(self) -> None:
        """The year's list has places for who is short now and has none that is under way."""
        c, n = self._c, self._c.register.size
        listed = [h for h, case in self._kind.latest.items() if not case.done and case.project is not None]
        never = np.array([h not in self._kind.latest and h not in self._own.latest for h in range(n)])
        without = ~np.array(self._holds[:n]) & (never | c.register.flags(c.library.waiting.asking("award")))
        may = c.register.flags(c.library.waiting.asking("industry")) | [self._may_join(h) for h in range(n)]
        those = c.register.stayed(c.this_year) & ~c.register.flags(listed) & may
        c.need_anew(("industry", "award"), _needs(c, those, c.income.annual(n), without))

    def _take_in(self, households: list[int]) -> None:
        """Who comes onto the register has places on the year's list."""
        c = self._c
        without = ~np.array(self._holds[: c.register.size])
        c.need(_needs(c, c.register.flags(households), c.income.annual(c.register.size), without))


def _needs(c: Campaign, those: Bools, income: Floats, without: Bools) -> Iterable[Need]:
    """Places for those with a worker who are short of income; awards for the others who are without an industry."""
    wanting, short = those & (c.county.households.workers[: len(those)] > 0), income < c.planned_income()
    yield from village_places(c, "industry", "industry", wanting & short, int(c.p["industry.cost_per_household"]))
    for need in village_places(c, "industry", "award", wanting & ~short & without, award(c)):
        yield need._replace(households=LAST)
