"""Technical guidance: experts' few field days, spent where most growers wait for advice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.desks import DAY_MINUTES
from sim.campaign.ranks import Control
from sim.county.county import ENTERPRISE
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

WEEK = 7.0


class Guidance:
    """Each week experts go to the villages with most growers not yet advised this year, to new ones first.

    Field days fall where the season lets people work. Who has been advised loses its plot less often from then on
    and harvests more; days that nobody waits for lapse.
    """

    name = "guidance"

    def start(self, c: Campaign) -> None:
        """Know who grows something, hear who begins, and set out every week."""
        self._c, self._switch = c, c.switches[self.name]
        self._keeps, self._yields = 1.0 - c.p["guidance.loss_avoided"], 1.0 + c.p["guidance.yield_gain"]
        #: What it makes of the enterprise income: more where that comes from what is grown, not from something else.
        self._enterprise = np.where(c.income.sells >= 0, self._yields, 1.0)
        self._grows = c.county.households.product >= 0
        self._days = 0.0
        c.hooks.on_planting.append(self._planted)
        c.env.process(self._weeks(), rank=Control.GUIDANCE)

    def scalars(self, c: Campaign) -> dict[str, float]:
        """Households advised in a season."""
        return {"guided_households": c.counts["guided_households"]}

    def _open_year(self) -> None:
        """Nobody has been advised yet; new and old growers wait by village."""
        c, n = self._c, self._c.register.size
        c.livelihoods.plot_risk[:] = [1.0] * n
        c.livelihoods.yields[:] = [1.0] * n
        self._advised = [False] * n
        self._new: list[list[int]] = [[] for _ in c.places.tier]
        # The last is served first.
        self._old = [growers[::-1] for growers in c.register.by_village(self._grows & c.register.poor(n))]

    def _planted(self, household: int, product: int) -> None:
        village = self._c.register.village_of[household]
        self._grows[household] = True
        self._new[village].append(household)
        if self._switch.unlimited:
            self._advise(self._next(village, 1))

    def _weeks(self) -> Steps:
        c, switch = self._c, self._switch
        year, before = 0, 0.0
        while True:
            if c.this_year != year:
                year = c.this_year
                self._open_year()
            if switch.unlimited:
                for village in range(c.places.villages):
                    self._advise(self._next(village, c.register.size))
            elif not switch.off:
                self._set_out(year, before)
            before = c.env.now
            yield WEEK

    def _set_out(self, year: int, since: float) -> None:
        """Spend the days of the week that is over, village by village, as many households as a day serves."""
        c, season, experts = self._c, self._c.season, self._c.desks.experts
        first = c.calendar.day_of_year(year, 1)
        part = (season.done(c.env.now) - season.done(since)) / (season.done(c.year_end) - season.done(first))
        self._days += experts.members * c.p["people.expert_days"] * part
        a_day, spent, advised = max(1, round(c.p["guidance.households_a_day"])), 0, list[int]()
        for waiting in (self._new, self._old):
            if any(waiting) and spent < int(self._days):
                days = most_first([-(-len(queue) // a_day) for queue in waiting], int(self._days) - spent)
                for village, given in enumerate(days):
                    if given:
                        served = self._next(village, given * a_day)
                        spent += -(-len(served) // a_day)
                        advised += served
        self._advise(advised)
        self._days = self._days - spent if any(self._new) or any(self._old) else 0.0
        experts.share(spent * DAY_MINUTES)

    def _next(self, village: int, room: int) -> list[int]:
        """Take so many of those who wait in a village and have not been advised this year, new growers first."""
        advised, taken = self._advised, []
        for queue in (self._new[village], self._old[village]):
            while queue and room:
                household = queue.pop()
                if not advised[household]:
                    advised[household] = True
                    taken.append(household)
                    room -= 1
        return taken

    def _advise(self, households: list[int]) -> None:
        """What advice is worth to households from now on."""
        c, keeps, more = self._c, self._keeps, self._yields
        plot_risk, yields = c.livelihoods.plot_risk, c.livelihoods.yields
        c.counts["guided_households"] += len(households)
        for household in households:
            plot_risk[household] = keeps
            yields[household] = more
        for household in households if c.record.on else ():
            c.record.household(c.env.now, "household.advised", household)
        c.income.factor[households, ENTERPRISE] *= self._enterprise[households]


def most_first(wanted: list[int], days: int) -> list[int]:
    """Spend days one by one where most are wanted still, the first of equals first; return what each place gets."""
    level, places, left = max(wanted, default=0), Counter(wanted), days
    reached = places[level]
    while level and reached <= left:
        left -= reached
        level -= 1
        reached += places[level]
    given = [0] * len(wanted)
    for place, want in enumerate(wanted):
        if want >= level:
            # The days left go one each to the first of those who want most now.
            one_more = level > 0 and left > 0
            left -= one_more
            given[place] = want - level + one_more
    return given
