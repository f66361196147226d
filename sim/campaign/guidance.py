"""Technical guidance: experts' few field days, spent where most growers wait for advice."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heapreplace
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.desks import DAY_MINUTES
from sim.campaign.income import ENTERPRISE
from sim.campaign.projects import Need
from sim.campaign.ranks import Control
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

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Experts are paid from elsewhere."""
        return ()

    def start(self, c: Campaign) -> None:
        """Know who grows something, hear who begins, and set out every week."""
        self._c = c
        self._keeps, self._yields = 1.0 - c.p["guidance.loss_avoided"], 1.0 + c.p["guidance.yield_gain"]
        self._grows: list[bool] = (c.county.households.product >= 0).tolist()
        self._days = 0.0
        c.on_planting.append(self._planted)
        c.env.process(self._weeks(), rank=Control.GUIDANCE)

    def scalars(self, c: Campaign) -> dict[str, float]:
        """Households advised in a season."""
        return {name: c.counts[name] for name in ("guided_households",)}

    def _open_year(self) -> None:
        """Nobody has been advised yet; new and old growers wait by village."""
        c, n = self._c, self._c.registered
        c.plot_risk[:] = [1.0] * n
        c.yields[:] = [1.0] * n
        self._advised = [False] * n
        self._new: list[list[int]] = [[] for _ in c.village_tier]
        self._old: list[list[int]] = [[] for _ in c.village_tier]
        # The last is served first.
        for household in np.flatnonzero(self._grows & (c.status[:n] == 1))[::-1].tolist():
            self._old[c.village_of[household]].append(household)

    def _planted(self, household: int, product: int) -> None:
        self._grows[household] = True
        if self._c.switches[self.name].unlimited:
            self._advise(household)
        else:
            self._new[self._c.village_of[household]].append(household)

    def _weeks(self) -> Steps:
        c, switch = self._c, self._c.switches[self.name]
        year, before = 0, 0.0
        while True:
            if c.calendar.year(c.env.now) != year:
                year = c.calendar.year(c.env.now)
                self._open_year()
            if switch.unlimited:
                for village in range(len(c.village_tier)):
                    self._serve(village, c.registered)
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
        a_day, spent = max(1, round(c.p["guidance.households_a_day"])), 0
        waiting = [self._order(village) for village in range(len(c.village_tier))]
        heapify(waiting)
        while self._days >= 1.0:
            new, old, village = waiting[0]
            if not (new or old):
                self._days = 0.0
                break
            served = self._serve(village, a_day)
            heapreplace(waiting, self._order(village))
            if served:
                self._days -= 1.0
                spent += 1
        experts.share(spent * DAY_MINUTES)

    def _order(self, village: int) -> tuple[int, int, int]:
        return -len(self._new[village]), -len(self._old[village]), village

    def _serve(self, village: int, room: int) -> int:
        """Advise so many of those who wait in a village; return how many."""
        served = 0
        for queue in (self._new[village], self._old[village]):
            while queue and served < room:
                served += self._advise(queue.pop())
        return served

    def _advise(self, household: int) -> bool:
        """Advise a household, once a year; say whether it was needed."""
        c = self._c
        if self._advised[household]:
            return False
        self._advised[household] = True
        c.counts["guided_households"] += 1
        c.plot_risk[household], c.yields[household] = self._keeps, self._yields
        c.income.factor[household, ENTERPRISE] *= self._yields
        return True
