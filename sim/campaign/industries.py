"""Industries: entry by award, a planting season, gestation, a price that moves and falls when all plant the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from sim.campaign.cases import Case, Kind, Measure
from sim.campaign.desks import DAYS_PER_MONTH
from sim.campaign.projects import Need, village_places
from sim.county.county import ANNUAL_CROPS, CROPS, PERENNIAL, PRODUCTS
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class Industries:
    """Registered households take up a product; orchards and herds of earlier years begin to pay."""

    name = "industries"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Places for households with a worker and without an industry or short of income."""
        hh, n = c.county.households, c.registered
        short = hh.income[:n] < c.line_of_poverty(c.year)
        wanting = (hh.workers[:n] > 0) & (short | (hh.product < 0))
        yield from village_places(c, "industry", "industry", wanting, self._cost(c))

    def start(self, c: Campaign) -> None:
        """Register the kind, deal prices and losses, and let what was planted before come to bear."""
        self._c, n = c, c.registered
        self._kind = c.cases.register(
            Kind("industry", self.name, "industry", "household",
                 ("filed", "approved", "funded", "built", "accepted"), self.build, self._finish,
                 advance=False, paid=self._awarded, at_once=self._bear_at_once), n
        )  # fmt: skip
        hh = c.county.households
        self._workers = hh.workers[:n].tolist()
        weight = np.cumsum([c.p[f"industry.{name}.weight"] for name in PRODUCTS])
        choice = np.searchsorted(weight / weight[-1], c.luck("industry.product", n))
        #: The product a household would begin if it could begin any.
        self._wanted = [PRODUCTS[k] for k in choice.tolist()]
        years = list(c.calendar.years(c.horizon))
        self.price = {year: self._prices(year) for year in years}
        self._lost = {
            year: (c.luck("industry.plot_loss", n, year) < c.p["industry.plot_loss"]).tolist() for year in years
        }
        held = np.bincount(hh.product[hh.product >= 0], minlength=len(PRODUCTS))
        self._area = [max(1.0, float(count)) for count in held]
        self._area_at_start = list(self._area)
        c.measures.append(Measure(self._kind, lambda h: self._cost(c), lambda h: self._workers[h] > 0))
        for household in np.flatnonzero(hh.planted > 0).tolist():
            c.env.process(
                self._bear(household, int(hh.product[household]), -float(hh.planted[household])), rank=household
            )
        for year in years:
            c.env.process(self._market(year), rank=3)

    def _cost(self, c: Campaign) -> int:
        return int(c.p["industry.cost_per_household"] + self._award(c))

    def _award(self, c: Campaign) -> float:
        return min(c.p["industry.award_cap"], c.p["industry.award_per_mu"] * c.p["industry.mu_per_household"])

    def _prices(self, year: int) -> list[float]:
        """One price a product and year for the whole county; in a crash it falls to a fraction."""
        p, n = self._c.p, len(PRODUCTS)
        price = np.exp(p["industry.price_sd"] * ndtri(self._c.luck("industry.price", n, year)))
        crash = self._c.luck("industry.crash", n, year) < p["industry.crash_probability"]
        return [float(x) for x in np.where(crash, p["industry.crash_level"], price)]

    def _market(self, year: int) -> Steps:
        """At the first harvest the year's prices reach those who already had an enterprise."""
        c, hh = self._c, self._c.county.households
        due = c.calendar.day_of_year(year, 213)
        if due < c.env.now or due >= c.horizon:
            return
        yield due - c.env.now
        price = np.array(self.price[year])
        held = hh.product >= 0
        c.income.factor[: c.registered][held, 1] *= price[hh.product[held]]

    def build(self, case: Case) -> Steps:
        """Choose a product that can still be begun, wait for its season, begin."""
        c, p = self._c, self._c.p
        year = c.calendar.year(c.env.now)
        product, wait = self._choose(case.entity, c.env.now - c.calendar.day_of_year(year, 1) + 1)
        case.held = "season" if wait else ""
        if wait:
            yield wait
        case.held, case.started = "", c.env.now
        self._area[product] += 1.0
        c.env.process(self._bear(case.entity, product, c.env.now), rank=case.entity)
        yield p["people.visit_days"]

    def _choose(self, household: int, today: float) -> tuple[int, float]:
        """Return the product and how long to wait: the household's own choice, or what can still be begun this year."""
        p = self._c.p
        wanted = self._wanted[household]
        for name in (wanted, "chilli", "tomato", "vegetables"):
            if name not in ANNUAL_CROPS:
                return PRODUCTS.index(name), 0.0
            if today <= p[f"industry.{name}.plant_until"]:
                return PRODUCTS.index(name), max(0.0, p[f"industry.{name}.plant_from"] - today)
        return PRODUCTS.index("bamboo_rats"), 0.0

    def _bear(self, household: int, product: int, planted: float) -> Steps:
        """What was begun pays after its gestation, and every year after if it is an orchard or a herd."""
        c, p, name = self._c, self._c.p, PRODUCTS[product]
        usual = self._usual(product)
        ready = planted + p[f"industry.{name}.months"] * DAYS_PER_MONTH
        while True:
            ready = max(ready, c.env.now)
            year = c.calendar.year(ready) if ready < c.horizon else -1
            if year < 0:
                return
            this_year = year == c.calendar.year(max(0.0, c.env.now))
            expected = usual if this_year else 0.0
            c.income.pending[household] += expected
            yield ready - c.env.now
            c.income.pending[household] -= expected
            c.income.received[household] += self._sale(household, product, usual, year)
            if name not in PERENNIAL:
                return
            ready += 365.0

    def _usual(self, product: int) -> float:
        """Return what a household earns with a product in a normal year, yuan."""
        p, name = self._c.p, PRODUCTS[product]
        units = p["industry.mu_per_household"] if name in CROPS else p[f"industry.{name}.heads"]
        return units * p[f"industry.{name}.net"]

    def _sale(self, household: int, product: int, usual: float, year: int) -> float:
        if self._lost[year][household]:
            return 0.0
        c = self._c
        more = self._area[product] / self._area_at_start[product] - 1.0
        glut = max(0.2, 1.0 - c.p["industry.glut"] * more / 0.1)
        weather = c.crop_left[c.village_of[household]] if PRODUCTS[product] in CROPS else 1.0
        return usual * self.price[year][product] * glut * weather

    def _finish(self, case: Case) -> None:
        """Accepted: the household has a source of income, and may expect the award."""
        self._c.income.pending[case.entity] += self._award(self._c)
        self._c.lacks["income_source"][case.entity] = False

    def _bear_at_once(self, case: Case) -> None:
        """Without waiting there is neither season nor gestation: a normal year's sale and the award come now."""
        c = self._c
        c.lacks["income_source"][case.entity] = False
        c.income.received[case.entity] += self._award(c) + self._usual(PRODUCTS.index(self._wanted[case.entity]))

    def _awarded(self, case: Case) -> None:
        award = self._award(self._c)
        self._c.income.pending[case.entity] -= award
        self._c.income.received[case.entity] += award
