"""Guangdong-Guangxi cooperation: jobs away after spring festival, and posts at home for those who stay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sim.campaign.cases import Case, Kind, Measure
from sim.campaign.projects import Need, village_places
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class Cooperation:
    """A household with a worker to spare is placed away; one without leave to go takes a public-welfare post."""

    name = "cooperation"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Jobs for spare workers of short households, posts for a share of them."""
        hh, n = c.county.households, c.registered
        short = hh.income[:n] < c.line_of_poverty(c.year) * (1 + c.p["income.planning_margin"])
        spare = hh.workers[:n] > hh.away[:n]
        yield from village_places(c, "cooperation", "job", short & spare, int(c.p["cooperation.cost_per_job"]))
        posts = short & (hh.workers[:n] > 0)
        yield from village_places(c, "cooperation", "post", posts, int(c.p["post.wage"]), c.p["post.share_of_jobs"])

    def start(self, c: Campaign) -> None:
        """Register jobs and posts as measures."""
        self._c, n = c, c.registered
        hh = c.county.households
        self._spare = (hh.workers[:n] - hh.away[:n]).tolist()
        self._workers = hh.workers[:n].tolist()
        route = ("filed", "funded", "built")
        self._job = c.cases.register(
            Kind("job", self.name, "cooperation", "household", route, self.place, self._placed, advance=False), n
        )
        self._post = c.cases.register(
            Kind("post", self.name, "cooperation", "household", ("filed", "approved", "funded", "built"), self.hire,
                 self._hired, advance=False), n
        )  # fmt: skip
        c.measures.append(Measure(self._job, lambda h: int(c.p["cooperation.cost_per_job"]), self._can_leave))
        c.measures.append(Measure(self._post, lambda h: int(c.p["post.wage"]), lambda h: self._workers[h] > 0))

    def _can_leave(self, household: int) -> bool:
        return self._spare[household] > 0 and self._c.cases.find("job", household) is None

    def place(self, case: Case) -> Steps:
        """Nobody leaves before spring festival is over."""
        c = self._c
        year = c.calendar.year(c.env.now)
        back = c.calendar.festival(year) + c.p["works.festival_days"] * 2 / 3
        if c.env.now < back:
            case.held = "season"
            yield back - c.env.now
            case.held = ""

    def _placed(self, case: Case) -> None:
        c = self._c
        c.lacks["income_source"][case.entity] = False
        daily = c.p["cooperation.wage"] / 365.0
        c.income.begin_rate(case.entity, daily)
        u = c.draw("job.kept", case)
        if u > c.p["cooperation.keep"]:
            c.env.process(self._lose(case.entity, daily, 180.0 * c.draw("job.until", case)), rank=case.number)

    def _lose(self, household: int, daily: float, days: float) -> Steps:
        """The job ends within half a year."""
        yield days
        self._c.income.begin_rate(household, -daily)
        self._c.shocked[household] = True

    def hire(self, case: Case) -> Steps:
        """A post begins with the next month."""
        now = self._c.env.now
        yield self._c.calendar.next_month(now) - now

    def _hired(self, case: Case) -> None:
        self._c.lacks["income_source"][case.entity] = False
        self._c.income.begin_rate(case.entity, self._c.p["post.wage"] / 365.0)
