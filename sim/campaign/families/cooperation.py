"""Guangdong-Guangxi cooperation: jobs away after spring festival, workshops and posts at home for those who stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import Case, Kind, Measure, whole_cost
from sim.campaign.money.projects import Need, needed, village_places
from sim.campaign.ranks import Control
from sim.county.county import Bools
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: What all of it works for.
ITEMS = ("income_source",)


class Cooperation:
    """A household with a worker to spare is placed away; one without leave to go takes a public-welfare post.

    A workshop a township, fitted out in its largest village, hires every month from those seen to be short of income.
    """

    name = "cooperation"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Jobs for spare workers of short households, posts for a share of them, a workshop a township."""
        hh, n = c.county.households, c.register.size
        short = hh.on_register & (hh.income[:n] < c.planned_income())
        yield from _needs(c, short & c.livelihoods.spare())
        for site in c.places.site:
            price, seats = int(c.p["workshop.cost"]), c.p["workshop.seats"]
            yield needed(c, "cooperation", "workshop", site, price, households=seats)

    def start(self, c: Campaign) -> None:
        """Register jobs and posts as measures; either takes a worker who is not away."""
        self._c, n = c, c.register.size
        c.hooks.on_newcomers.append(self._take_in)
        c.hooks.on_new_year.append(self._price_the_year)
        job = Kind("job", self.name, "cooperation", "household", ("filed", "funded", "built"), self.place,
                   self._placed, upfront=whole_cost, to_village=c.households_wait_for_plans,
                   stop=self._let_go, items=ITEMS)  # fmt: skip
        post = Kind("post", self.name, "cooperation", "household", ("filed", "approved", "funded", "built"), self.hire,
                    self._hired, upfront=self._charge, to_village=c.households_wait_for_plans,
                    at_once=self._begin_post, stop=self._let_go, items=ITEMS)  # fmt: skip
        price, wage, post_wage = int(c.p["cooperation.cost_per_job"]), c.p["cooperation.wage"], c.p["post.wage"]
        for kind, cost, pays in (
            (job, lambda h: price, lambda h: self._left(wage)),
            (post, lambda h: int(self._left(post_wage)), lambda h: self._left(post_wage)),
        ):
            c.measures.append(Measure(c.cases.register(kind, n), cost, self._has_hand, pays, hands=1))
        #: Households whose post ends with the year.
        self._posted: list[int] = []
        c.env.process(self._end_posts(), rank=Control.WORKSHOPS)
        self._start_workshops()

    def _start_workshops(self) -> None:
        c = self._c
        workshop = c.cases.register(
            Kind("workshop", self.name, "cooperation", "village", ("filed", "approved", "funded", "built"),
                 self._fit_out, self._open, upfront=whole_cost, items=ITEMS), c.places.villages
        )  # fmt: skip
        self._seat = c.cases.register(
            Kind("seat", self.name, None, "household", ("filed", "built"), self.hire, self._seated,
                 stop=self._let_go, items=ITEMS), c.register.size
        )
        #: Seats that nobody has, by township; households that have one.
        self._seats = [0] * c.places.townships
        self._seated_households = set[int]()
        for site in c.places.site:
            c.open_case(workshop, site, site, int(c.p["workshop.cost"]))
        home = np.array(c.places.township)[c.register.village[: c.register.size]]
        self._township: list[int] = home.tolist()
        c.env.process(self._hire_every_month(home), rank=Control.WORKSHOPS)

    def scalars(self, c: Campaign) -> dict[str, float]:
        """Workshops that have opened, and whom they took."""
        return {name: c.counts[name] for name in ("workshops_open", "workshop_hires")}

    def _fit_out(self, case: Case) -> float:
        return self._c.p["workshop.days"]

    def _open(self, case: Case) -> None:
        self._seats[case.township] = round(self._c.p["workshop.seats"])
        self._c.counts["workshops_open"] += 1

    def _hire_every_month(self, home: np.ndarray) -> Steps:
        """As a month ends free seats are offered to households seen to be short, the shortest first."""
        c, n, seats, seated = self._c, self._c.register.size, self._seats, self._seated_households
        for end in c.calendar.month_ends(c.horizon - 1):
            yield end - c.env.now
            if c.switches[self.name].off or not any(seats):
                continue
            goal = c.planned_income()
            seen = c.income.annual(n) * c.income.error
            near = np.array(seats)[home] > 0
            short = np.flatnonzero(c.register.poor(n) & (seen < goal) & near)
            for household in short[np.argsort(seen[short], kind="stable")].tolist():
                township = self._township[household]
                if not seats[township] or c.livelihoods.free_hands[household] <= 0 or household in seated:
                    continue
                seats[township] -= 1
                seated.add(household)
                c.livelihoods.free_hands[household] -= 1
                c.counts["workshop_hires"] += 1
                c.open_case(self._seat, household, c.register.village_of[household])

    def _seated(self, case: Case) -> None:
        self._employ(case, self._vacate)

    def _let_go(self, case: Case) -> None:
        """Where nobody places them any more, whoever was promised a job, a post or a seat has a hand free again."""
        if self._c.switches[self.name].off:
            self._c.livelihoods.free_hands[case.entity] += 1
            if case.kind is self._seat:
                self._vacate(case.entity)

    def _vacate(self, household: int) -> None:
        self._seats[self._township[household]] += 1
        self._seated_households.discard(household)

    def _take_in(self, households: list[int]) -> None:
        """Who comes onto the register without a source of income has none that lasts; the year's list has places."""
        c = self._c
        for household in households:
            if c.lacks.household["income_source"][household]:
                c.livelihoods.lasting[household] = False
        short = c.register.flags(households) & (c.income.annual(c.register.size) < c.planned_income())
        c.need(_needs(c, short & c.livelihoods.spare()))

    def _has_hand(self, household: int) -> bool:
        return self._c.livelihoods.free_hands[household] > 0

    def _left(self, yearly: float) -> float:
        """Return the part of a year's wage that is still to be earned."""
        return yearly * self._c.rest_of_year

    def place(self, case: Case) -> float:
        """Nobody leaves before spring festival is over."""
        c = self._c
        back = c.calendar.festival(c.this_year) + c.p["works.festival_days"] * 2 / 3
        if c.env.now >= back:
            return 0.0
        case.held = "season"
        return back - c.env.now

    def _placed(self, case: Case) -> None:
        self._employ(case, lambda household: None)

    def _employ(self, case: Case, left: Callable[[int], None]) -> None:
        """A wage begins; some do not keep their job, and have then ``left``."""
        c = self._c
        c.livelihoods.start_work(case.entity)
        daily = c.p["cooperation.wage"] / 365.0
        c.income.begin_job(case.entity, daily)
        if c.draw("job.kept", case) > c.p["cooperation.keep"]:
            days = c.p["cooperation.lost_within_days"] * c.draw("job.until", case)
            c.env.process(self._lose(case.entity, daily, days, left), rank=case.number)

    def _lose(self, household: int, daily: float, days: float, left: Callable[[int], None]) -> Steps:
        """The job ends; the household may be placed once more."""
        yield days
        c = self._c
        c.income.lose_job(household, daily)
        c.record.household(c.env.now, "household.lost_job", household)
        c.shocked[household] = True
        left(household)
        c.livelihoods.end_work(household)

    def hire(self, case: Case) -> float:
        """A post, or a seat in a workshop, begins with the next month, if that is played."""
        now, begins = self._c.env.now, self._c.calendar.next_month(self._c.env.now)
        case.held = "season"
        return begins - now if begins < self._c.horizon else inf

    def _charge(self, case: Case) -> int:
        """A post costs its wage for what is left of the year, as it is asked for and again as it begins."""
        return self._c.payments.charge(case, int(self._left(self._c.p["post.wage"])))

    def _price_the_year(self) -> None:
        """The year's list has jobs and posts for who is short now; what was promised costs a new year's wage."""
        c, n = self._c, self._c.register.size
        short = c.register.stayed(c.this_year) & (c.income.annual(n) < c.planned_income())
        asks = c.register.flags(c.library.waiting.asking("job", "post"))
        c.need_anew(("job", "post"), _needs(c, short & (c.livelihoods.spare() | asks)))
        if c.switches[self.name].usual:
            for case in c.cases.kinds["post"].latest.values():
                if not case.done:
                    self._charge(case)

    def _hired(self, case: Case) -> None:
        self._charge(case)
        self._begin_post(case)

    def _begin_post(self, case: Case) -> None:
        c = self._c
        c.livelihoods.start_work(case.entity)
        c.income.begin_job(case.entity, c.p["post.wage"] / 365.0)
        self._posted.append(case.entity)

    def _end_posts(self) -> Steps:
        """A post is given for the year; the last one's are held as the run ends."""
        c = self._c
        for _ in c.calendar.years(c.horizon)[:-1]:
            yield c.year_end - c.env.now
            for household in self._posted:
                c.income.begin_rate(household, -c.p["post.wage"] / 365.0)
                c.livelihoods.end_work(household)
                c.record.household(c.env.now, "household.post_ended", household)
            self._posted.clear()


def _needs(c: Campaign, those: Bools) -> Iterable[Need]:
    """Jobs for those short of income who have a worker to spare, and posts for a part of them."""
    yield from village_places(c, "cooperation", "job", those, int(c.p["cooperation.cost_per_job"]))
    yield from village_places(c, "cooperation", "post", those, int(c.p["post.wage"]), c.p["post.share_of_jobs"])
