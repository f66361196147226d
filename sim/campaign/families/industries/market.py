"""The market: what enterprises sell, when, and at which price, which falls when all plant the same."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from sim.campaign.desks import DAYS_PER_MONTH
from sim.campaign.income import SOLD_BEFORE_END
from sim.campaign.ranks import Control
from sim.county.county import ANNUAL_CROPS, CROPS, ENTERPRISE, PRODUCTS, Floats
from sim.county.places import product_weights
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: By number: what bears for many years in its season.
ORCHARDS = frozenset(PRODUCTS.index(name) for name in CROPS if name not in ANNUAL_CROPS)


class Market:
    """Prices a product and year for the whole county, the luck of each plot, and what is expected and sold."""

    def __init__(self, c: Campaign) -> None:
        self._c, p, n, years = c, c.p, c.register.size, c.calendar.years(c.horizon)
        self._harvest_season = (
            DAYS_PER_MONTH * (p["income.harvest_first_month"] - 1.0), DAYS_PER_MONTH * p["income.harvest_last_month"]
        )  # fmt: skip
        self._harvest: list[float] = c.luck("industry.harvest", n).tolist()
        self._price = {year: self._prices(year) for year in years}
        #: How near each household's own plot comes to being lost.
        self._near_loss = {year: c.luck("industry.plot_loss", n, year).tolist() for year in years}
        self._is_crop = [name in CROPS for name in PRODUCTS]
        #: What a household earns with each product in a normal year, yuan; how many days it has to grow.
        self.usual: list[float] = [
            (p["industry.mu_per_household"] if name in CROPS else p[f"industry.{name}.heads"])
            * p[f"industry.{name}.net"]
            for name in PRODUCTS
        ]
        self._days = [p[f"industry.{name}.months"] * DAYS_PER_MONTH for name in PRODUCTS]
        self._glutted, self._floor = p["industry.glut"], p["industry.glut_floor"]
        self._plot_loss = p["industry.plot_loss"]
        #: Who holds each product, all households of the county.
        self._bearing_at_start: list[float] = np.maximum(1.0, self._holders_at_start()).tolist()
        self._bearing = list(self._bearing_at_start)
        #: What will be sold as a month ends (household, product, day, whether for the first time, holders that this
        #: makes more), by its end; and what is expected once a year has begun (household, product).
        self._sales: dict[float, list[tuple[int, int, float, bool, int]]] = defaultdict(list)
        self._expected: dict[int, list[tuple[int, int]]] = defaultdict(list)

    def start(self) -> None:
        """Let what was planted before come to bear, and sell."""
        c = self._c
        self._let_young_stock_bear()
        c.env.process(self._sell(), rank=Control.MARKET)
        for year in c.calendar.years(c.horizon):
            c.env.process(self._open(year), rank=Control.MARKET)

    def _prices(self, year: int) -> list[float]:
        """One price a product and year for the whole county; in a crash it falls to a fraction."""
        p, n = self._c.p, len(PRODUCTS)
        price = np.exp(p["industry.price_sd"] * ndtri(self._c.luck("industry.price", n, year)))
        crash = self._c.luck("industry.crash", n, year) < p["industry.crash_probability"]
        return [float(x) for x in np.where(crash, p["industry.crash_level"], price)]

    def _holders_at_start(self) -> Floats:
        """Holders of each product, as dense among the others as among the registered.

        Where no registered household has begun, as in 2016, the others hold what they hold at the start of 2018.
        """
        c, hh = self._c, self._c.county.households
        registered = int(hh.on_register.sum())
        held = np.bincount(hh.product[hh.product >= 0], minlength=len(PRODUCTS))
        if held.any():
            return np.asarray(held * (hh.n / max(1, registered)))
        return np.asarray(c.p["start.industry_coverage"] * product_weights(c.p) * (hh.n - registered))

    def _let_young_stock_bear(self) -> None:
        """What was planted or bought in the last two years pays from its third year on; its holders are counted."""
        c, hh = self._c, self._c.county.households
        growers = np.flatnonzero(hh.planted > 0)
        planted, product = -hh.planted[growers], hh.product[growers]
        first = np.datetime64(c.calendar.start)
        year = (first + np.floor(planted).astype(np.int64)).astype("datetime64[Y]")
        third_year = ((year + 2).astype("datetime64[D]") - first).astype(float)
        later = np.where(np.array(self._is_crop)[product], 0.0, 365.0 * np.array(self._harvest)[growers])
        ready = planted + np.array(self._days)[product]
        ready = np.where(ready < third_year, third_year + later, ready)
        soon = ready < c.horizon
        for bears in zip(growers[soon].tolist(), product[soon].tolist(), ready[soon].tolist(), strict=True):
            self.expect(*bears, more=0)

    def _open(self, year: int) -> Steps:
        """At the first harvest the year's prices reach those who already had an enterprise."""
        c = self._c
        due = self._harvest_day(year, 0.0)
        if due < c.env.now or due >= c.horizon:
            return
        yield due - c.env.now
        price = [price * self._glut(k) for k, price in enumerate(self._price[year])]
        held = np.flatnonzero(c.income.sells >= 0)
        households, products = held.tolist(), c.income.sells[held].tolist()
        got = [price[product] for product in products]
        for made in c.hooks.price_got:
            got = list(map(made, households, products, got))
        c.income.factor[held, ENTERPRISE] *= got

    def _harvest_day(self, year: int, u: float) -> float:
        """Return the day of the harvest season that share ``u`` of it has passed."""
        first, last = self._harvest_season
        return self._c.calendar.day_of_year(year, 1 + first + u * (last - first))

    def ready(self, product: int, begun: float) -> float:
        """When what is begun that day pays: an orchard not before its third year, however soon it bears."""
        ready = begun + self._days[product]
        if product not in ORCHARDS:
            return ready
        calendar = self._c.calendar
        return max(ready, calendar.day_of_year(calendar.year(begun) + 2, 1))

    def sale_day(self, household: int, product: int, ready: float) -> float:
        """Orchards are sold in the harvest season once they bear; everything else when it is ready."""
        if product not in ORCHARDS:
            return ready
        calendar, u = self._c.calendar, self._harvest[household]
        year = calendar.year(max(0.0, ready))
        first, last = self._harvest_day(year, 0.0), self._harvest_day(year, 1.0)
        if ready > last:
            return self._harvest_day(year + 1, u)
        begin = ready if ready > first else first
        return begin + u * (last - begin) * (1.0 - 1e-9)

    def expect(self, household: int, product: int, ready: float, first: bool = True, more: int = 1) -> None:
        """What is begun is expected from the start of the year in which it is sold, and sold as its month ends.

        ``first``: what is begun is young until this sale. ``more``: how many holders the sale adds.
        """
        c = self._c
        if ready >= c.horizon:
            return
        now = c.env.now
        sale = self.sale_day(household, product, ready if ready > now else now)
        if sale >= c.horizon:
            return
        if sale < c.year_end:
            c.income.pending_of[household] += self.usual[product]
        else:
            self._expected[c.calendar.year(sale)].append((household, product))
        # What is ready after this month's sale waits for the next one.
        soonest = now + SOLD_BEFORE_END
        end = c.calendar.next_month((sale if sale > soonest else soonest) + 1e-6)
        self._sales[end].append((household, product, sale, first, more))

    def join(self, product: int) -> None:
        """One more holder sells a product from now on."""
        self._bearing[product] += 1

    def _sell(self) -> Steps:
        """On the last day of each month what is ready is sold, and expected again for the same day of the next year.

        An orchard that bears is ready as that year begins.
        """
        c, pending, received = self._c, self._c.income.pending_of, self._c.income.received_of
        for end in c.calendar.month_ends(c.horizon):
            yield end - SOLD_BEFORE_END - c.env.now
            sales = self._sales.pop(end, [])
            for household, product, _, first, more in sales:
                self._bearing[product] += more
                c.livelihoods.young[household] -= first
            for household, product, sale, _, _ in sales:
                year = c.calendar.year(sale)
                pending[household] -= self.usual[product]
                received[household] += (got := self._sale(household, product, year))
                if c.record.on:
                    c.record.household(c.env.now, "household.sold", household, PRODUCTS[product], got)
                into = 0.0 if product in ORCHARDS else min(sale - c.calendar.day_of_year(year, 1), 364.9)
                self.expect(household, product, c.calendar.day_of_year(year + 1, 1) + into, first=False, more=0)
            yield SOLD_BEFORE_END
            for household, product in self._expected.pop(c.calendar.year(end), []):
                pending[household] += self.usual[product]

    def _sale(self, household: int, product: int, year: int) -> float:
        """Return what a sale brings; what a flood or the loss of the plot took of it is booked as lost.

        A net below zero, of which no price is known, is a loss in any year.
        """
        c, usual = self._c, self.usual[product]
        if usual <= 0:
            return usual
        price = self._price[year][product] * self._glut(product)
        if self._near_loss[year][household] < self._plot_loss * c.livelihoods.plot_risk[household]:
            c.income.lost_of[household] += usual * price * c.livelihoods.yields[household]
            return 0.0
        for made in c.hooks.price_got:
            price = made(household, product, price)
        whole = usual * price * c.livelihoods.yields[household]
        weather = c.crop_left[c.register.village_of[household]] if self._is_crop[product] else 1.0
        if weather < 1.0:
            c.income.lost_of[household] += whole * (1.0 - weather)
        return whole * weather

    def _glut(self, product: int) -> float:
        """What more holders than at the start leave of a price."""
        more = self._bearing[product] / self._bearing_at_start[product] - 1.0
        left = 1.0 - self._glutted * more / 0.1
        return left if left > self._floor else self._floor
