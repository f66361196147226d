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
        goal = c.line_of_poverty(c.year) * (1 + c.p["income.planning_margin"])
        short = hh.on_register & (hh.income[:n] < goal)
        spare = hh.workers[:n] > hh.away[:n]
        yield from village_places(c, "cooperation", "job", short & spare, int(c.p["cooperation.cost_per_job"]))
        yield from village_places(
            c, "cooperation", "post", short & spare, int(c.p["post.wage"]), c.p["post.share_of_jobs"]
        )

    def start(self, c: Campaign) -> None:
        """Register jobs and posts as measures; either takes a worker who is not away."""
        self._c, n = c, c.registered
        self._had_no_source = c.lacks["income_source"].copy()
        c.newcomers.append(self._take_in)
        job = Kind("job", self.name, "cooperation", "household", ("filed", "funded", "built"), self.place,
                   self._placed, upfront=_whole_cost)  # fmt: skip
        post = Kind("post", self.name, "cooperation", "household", ("filed", "approved", "funded", "built"), self.hire,
                    self._hired, upfront=_whole_cost)  # fmt: skip
        for kind, cost, pays in (
            (job, lambda h: int(c.p["cooperation.cost_per_job"]), lambda h: self._left(c.p["cooperation.wage"])),
            (post, lambda h: int(self._left(c.p["post.wage"])), lambda h: self._left(c.p["post.wage"])),
        ):
            c.measures.append(Measure(c.cases.register(kind, n), cost, self._has_hand, pays, hands=1))

    def _take_in(self, households: list[int]) -> None:
        self._had_no_source[households] = self._c.lacks["income_source"][households]

    def _has_hand(self, household: int) -> bool:
        return self._c.free_hands[household] > 0

    def _left(self, yearly: float) -> float:
        """Return the part of a year's wage that is still to be earned."""
        return yearly * (self._c.year_end - self._c.env.now) / 365.0

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
        if c.draw("job.kept", case) > c.p["cooperation.keep"]:
            days = c.p["cooperation.lost_within_days"] * c.draw("job.until", case)
            c.env.process(self._lose(case.entity, daily, days), rank=case.number)

    def _lose(self, household: int, daily: float, days: float) -> Steps:
        """The job ends; whoever had no source of income before has none again, and may be placed once more."""
        yield days
        c = self._c
        c.income.begin_rate(household, -daily)
        c.shocked[household] = True
        c.free_hands[household] += 1
        if self._had_no_source[household]:
            c.lacks["income_source"][household] = True

    def hire(self, case: Case) -> Steps:
        """A post begins with the next month."""
        now = self._c.env.now
        yield self._c.calendar.next_month(now) - now

    def _hired(self, case: Case) -> None:
        c, daily = self._c, self._c.p["post.wage"] / 365.0
        c.lacks["income_source"][case.entity] = False
        c.income.begin_rate(case.entity, daily)
        c.env.process(self._end(case.entity, daily), rank=case.number)

    def _end(self, household: int, daily: float) -> Steps:
        """A post is given for the year."""
        yield self._c.year_end - self._c.env.now
        self._c.income.begin_rate(household, -daily)
        self._c.free_hands[household] += 1


def _whole_cost(case: Case) -> int:
    return case.cost
