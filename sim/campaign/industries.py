"""Industries: entry by award, a planting season, gestation, a price that moves and falls when all plant the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from sim.campaign.cases import Case, Kind, Measure
from sim.campaign.desks import DAYS_PER_MONTH
from sim.campaign.gates import Passage
from sim.campaign.income import ENTERPRISE
from sim.campaign.projects import Need, village_places
from sim.campaign.ranks import Control
from sim.county.county import ANNUAL_CROPS, CROPS, PRODUCTS
from sim.county.places import product_weights
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: Days before a month is over at which what is ready has been sold.
SALE_BEFORE_END = 0.5
#: By number: what is planted each year, what bears for many years in its season, what needs no field.
ANNUAL = tuple(map(PRODUCTS.index, ANNUAL_CROPS))
ORCHARDS = frozenset(PRODUCTS.index(name) for name in CROPS if name not in ANNUAL_CROPS)
LANDLESS = PRODUCTS.index("bamboo_rats")
#: What an award to who has enough counts as in the list: less than any place for who is short.
LAST = 0.01


class Industries:
    """Registered households take up a product; orchards and herds of earlier years begin to pay."""

    name = "industries"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Places for households with a worker and short of income; awards for the others who have no industry yet."""
        hh, n = c.county.households, c.registered
        short = hh.income[:n] < c.line_of_poverty(c.year) * (1 + c.p["income.planning_margin"])
        wanting = hh.on_register & (hh.workers[:n] > 0)
        yield from village_places(c, "industry", "industry", wanting & short, int(c.p["industry.cost_per_household"]))
        for need in village_places(c, "industry", "award", wanting & ~short & (hh.product < 0), _award(c)):
            yield need._replace(households=LAST)

    def start(self, c: Campaign) -> None:
        """Register the kind, deal prices and losses, and let what was planted before come to bear."""
        self._c, n, p = c, c.registered, c.p
        self._cost = int(p["industry.cost_per_household"])
        #: What follows acceptance; the rest of the cost are inputs, given before.
        self._award = _award(c)
        self._kind = c.cases.register(
            Kind("industry", self.name, "industry", "household",
                 ("filed", "approved", "funded", "built", "accepted"), self.build, self._finish,
                 upfront=lambda case: case.cost - self._award, paid=self._awarded, at_once=self._bear_at_once), n
        )  # fmt: skip
        self._own = c.cases.register(
            Kind("award", self.name, "industry", "household", ("filed", "approved", "built", "accepted"), self.build,
                 self._finish, borrows=False, paid=self._awarded, at_once=self._bear_at_once), n
        )  # fmt: skip
        self._workers = c.county.households.workers[:n].tolist()
        c.on_visit.append(self._plant)
        self._deal()
        self._count_holders()
        c.measures.append(
            Measure(self._kind, lambda h: self._cost, lambda h: self._workers[h] > 0, self._pays_this_year)
        )
        #: What will be sold as a month ends (household, product, day, whether for the first time), by its end; and
        #: what is expected once a year has begun (household, product).
        self._sales: dict[float, list[tuple[int, int, float, bool]]] = defaultdict(list)
        self._expected: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._let_young_stock_bear()
        c.env.process(self._sell(), rank=Control.MARKET)
        self.coverage = 0.0
        c.env.process(self._take_stock(), rank=Control.STOCKTAKING)
        for year in c.calendar.years(c.horizon):
            c.env.process(self._market(year), rank=Control.MARKET)

    def _deal(self) -> None:
        """What each household would begin, when it would harvest, what is lost, what prices do."""
        c, p, n = self._c, self._c.p, self._c.registered
        weight = np.cumsum([p[f"industry.{name}.weight"] for name in PRODUCTS])
        self._wanted = np.searchsorted(weight / weight[-1], c.luck("industry.product", n)).tolist()
        self._harvest_season = (
            DAYS_PER_MONTH * (p["income.harvest_first_month"] - 1.0), DAYS_PER_MONTH * p["income.harvest_last_month"]
        )  # fmt: skip
        self._harvest: memoryview[float] = c.luck("industry.harvest", n).data  # type: ignore[assignment]
        years = c.calendar.years(c.horizon)
        self.price = {year: self._prices(year) for year in years}
        #: How near each household's own plot comes to being lost.
        self._near_loss = {year: c.luck("industry.plot_loss", n, year).data for year in years}
        #: What a household earns with each product in a normal year, yuan.
        self._usual: list[float] = [
            (p["industry.mu_per_household"] if name in CROPS else p[f"industry.{name}.heads"])
            * p[f"industry.{name}.net"]
            for name in PRODUCTS
        ]
        self._days = [p[f"industry.{name}.months"] * DAYS_PER_MONTH for name in PRODUCTS]
        self._is_crop = [name in CROPS for name in PRODUCTS]
        self._glutted, self._floor = p["industry.glut"], p["industry.glut_floor"]
        self._plot_loss = p["industry.plot_loss"]
        #: From when until when in a year each product can be begun.
        self._window = [
            (p[f"industry.{name}.plant_from"], p[f"industry.{name}.plant_until"]) if name in CROPS else (0.0, 366.0)
            for name in PRODUCTS
        ]

    def _prices(self, year: int) -> list[float]:
        """One price a product and year for the whole county; in a crash it falls to a fraction."""
        p, n = self._c.p, len(PRODUCTS)
        price = np.exp(p["industry.price_sd"] * ndtri(self._c.luck("industry.price", n, year)))
        crash = self._c.luck("industry.crash", n, year) < p["industry.crash_probability"]
        return [float(x) for x in np.where(crash, p["industry.crash_level"], price)]

    def _count_holders(self) -> None:
        """Holders of each product in the county and, registered ones, in the villages."""
        c, hh = self._c, self._c.county.households
        self._bearing_at_start: list[float] = np.maximum(1.0, self._holders_at_start()).tolist()
        self._bearing: list[float] = list(self._bearing_at_start)
        worker, size = hh.on_register & (hh.workers[: c.registered] > 0), len(c.village_tier)
        village = c.village[: c.registered]
        self._due_holders = (np.bincount(village[worker], minlength=size) * c.p["rule.industry_share"]).tolist()
        self._holders = np.bincount(village[worker & (hh.product >= 0)], minlength=size).tolist()
        self._holds = (hh.product >= 0).tolist()
        for village_number in range(size):
            self._recognise(village_number)

    def _holders_at_start(self) -> np.ndarray:
        """Holders of each product, as dense among the others as among the registered.

        Where no registered household has begun, as in 2016, the others hold what they hold at the start of 2018.
        """
        c, hh = self._c, self._c.county.households
        registered = int(hh.on_register.sum())
        held = np.bincount(hh.product[hh.product >= 0], minlength=len(PRODUCTS))
        if held.any():
            return np.asarray(held * (hh.n / max(1, registered)))
        return np.asarray(c.p["start.industry_coverage"] * product_weights(c.p) * (hh.n - registered))

    def _recognise(self, village: int) -> None:
        """A village has its special industry once enough of its poor households with a worker have one."""
        if self._holders[village] >= self._due_holders[village]:
            self._c.village_lacks["special_industry"][village] = False

    def scalars(self, c: Campaign) -> dict[str, float]:
        """The share of the register that had an industry in June."""
        return {"industry_coverage_june": self.coverage}

    def _take_stock(self) -> Steps:
        """At the end of the last year's June: the share of the register that has an industry."""
        c, n = self._c, self._c.registered
        due = c.calendar.day_of_year(c.last_year, c.p["fact.industry_coverage_day"])
        if not c.env.now <= due < c.horizon:
            return
        yield due - c.env.now
        poor = c.status[:n] == 1
        self.coverage = float((poor & self._holds).sum() / max(1, int(poor.sum())))

    def _let_young_stock_bear(self) -> None:
        """What was planted or bought in the last two years pays from its third year on."""
        c, hh = self._c, self._c.county.households
        growers = np.flatnonzero(hh.planted > 0)
        planted, product = -hh.planted[growers], hh.product[growers]
        first = np.datetime64(c.calendar.start)
        year = (first + np.floor(planted).astype(np.int64)).astype("datetime64[Y]")
        third_year = ((year + 2).astype("datetime64[D]") - first).astype(float)
        later = np.where(np.array(self._is_crop)[product], 0.0, 365.0 * np.asarray(self._harvest)[growers])
        ready = planted + np.array(self._days)[product]
        ready = np.where(ready < third_year, third_year + later, ready)
        soon = ready < c.horizon
        for bears in zip(growers[soon].tolist(), product[soon].tolist(), ready[soon].tolist(), strict=True):
            self._expect(*bears)

    def _market(self, year: int) -> Steps:
        """At the first harvest the year's prices reach those who already had an enterprise."""
        c, hh = self._c, self._c.county.households
        due = self._harvest_day(year, 0.0)
        if due < c.env.now or due >= c.horizon:
            return
        yield due - c.env.now
        price = [price * self._glut(k) for k, price in enumerate(self.price[year])]
        held = np.flatnonzero(hh.product >= 0)
        households, products = held.tolist(), hh.product[held].tolist()
        got = [price[product] for product in products]
        for made in c.price_got:
            got = list(map(made, households, products, got))
        c.income.factor[held, ENTERPRISE] *= got

    def _harvest_day(self, year: int, u: float) -> float:
        """Return the day of the harvest season that share ``u`` of it has passed."""
        first, last = self._harvest_season
        return self._c.calendar.day_of_year(year, 1 + first + u * (last - first))

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
        case.held = ""
        self._begin(case, product)

    def _begin(self, case: Case, product: int) -> None:
        c, household, now = self._c, case.entity, self._c.env.now
        case.started = now
        self._expect(household, product, now + self._days[product])
        if c.record.on:
            c.record.household(now, "household.planted", household, PRODUCTS[product])
        for tell in c.on_planting:
            tell(household, product)

    def _plant(self, household: int) -> None:
        """Who has a hand at home and no industry plants without being helped to, while an award can be had for it."""
        if self._holds[household]:
            return
        c = self._c
        if c.free_hands[household] <= 0 or household in self._kind.latest or household in self._own.latest:
            return
        village, switch = c.village_of[household], c.switches[self.name]
        if switch.unlimited or (not switch.off and c.library.has_place("award", village, "industry", self._award)):
            case = c.open_case(self._own, household, village, self._award)
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
        sale = self._sale_day(household, product, self._c.env.now + wait + self._days[product])
        return self._award + (self._usual[product] if sale < self._c.year_end else 0.0)

    def _sale_day(self, household: int, product: int, ready: float) -> float:
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

    def _expect(self, household: int, product: int, ready: float, new: bool = True) -> None:
        """What is begun is expected from the start of the year in which it is sold, and sold as its month ends."""
        c = self._c
        if ready >= c.horizon:
            return
        now = c.env.now
        sale = self._sale_day(household, product, ready if ready > now else now)
        if sale >= c.horizon:
            return
        if sale < c.year_end:
            c.income.pending_of[household] += self._usual[product]
        else:
            self._expected[c.calendar.year(sale)].append((household, product))
        # What is ready after this month's sale waits for the next one.
        soonest = now + SALE_BEFORE_END
        end = c.calendar.next_month((sale if sale > soonest else soonest) + 1e-6)
        self._sales[end].append((household, product, sale, new))

    def _sell(self) -> Steps:
        """On the last day of each month what is ready is sold, and expected again for a year later."""
        c, pending, received = self._c, self._c.income.pending_of, self._c.income.received_of
        for end in c.calendar.month_ends(c.horizon):
            yield end - SALE_BEFORE_END - c.env.now
            sales = self._sales.pop(end, [])
            for _, product, _, new in sales:
                self._bearing[product] += new
            for household, product, sale, _ in sales:
                pending[household] -= self._usual[product]
                received[household] += (got := self._sale(household, product, c.calendar.year(sale)))
                if c.record.on:
                    c.record.household(c.env.now, "household.sold", household, PRODUCTS[product], got)
                self._expect(household, product, sale + 365.0, new=False)
            yield SALE_BEFORE_END
            for household, product in self._expected.pop(c.calendar.year(end), []):
                pending[household] += self._usual[product]

    def _sale(self, household: int, product: int, year: int) -> float:
        c = self._c
        if self._near_loss[year][household] < self._plot_loss * c.plot_risk[household]:
            return 0.0
        weather = c.crop_left[c.village_of[household]] if self._is_crop[product] else 1.0
        usual: float = self._usual[product]
        price = self.price[year][product] * self._glut(product)
        for made in c.price_got:
            price = made(household, product, price)
        return usual * price * c.yields[household] * weather

    def _glut(self, product: int) -> float:
        """What more holders than at the start leave of a price."""
        more = self._bearing[product] / self._bearing_at_start[product] - 1.0
        left = 1.0 - self._glutted * more / 0.1
        return left if left > self._floor else self._floor

    def _finish(self, case: Case) -> None:
        """Accepted: the household has a source of income, and may expect the award."""
        self._c.income.pending_of[case.entity] += self._award
        self._established(case)

    def _established(self, case: Case) -> None:
        self._c.lacks["income_source"][case.entity] = False
        if not self._holds[case.entity]:
            self._holds[case.entity] = True
            self._holders[case.village] += 1
            self._recognise(case.village)

    def _bear_at_once(self, case: Case) -> None:
        """Without waiting there is neither season nor gestation: a normal year's sale and the award come now."""
        self._established(case)
        sale = 0.0 if case.started >= 0 else self._usual[self._wanted[case.entity]]
        self._c.income.received_of[case.entity] += self._award + sale

    def _awarded(self, case: Case) -> None:
        self._c.income.pending_of[case.entity] -= self._award
        self._c.income.received_of[case.entity] += self._award


def _award(c: Campaign) -> int:
    """Return the award for what a household plants, yuan: by mu, up to the cap, no more than it costs to join."""
    p = c.p
    award = min(p["industry.award_cap"], p["industry.award_per_mu"] * p["industry.mu_per_household"])
    return min(int(p["industry.cost_per_household"]), int(award))
