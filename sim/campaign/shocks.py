"""Shocks: illness that takes a household below the line, floods that hit neighbouring villages together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.income import FARMING
from sim.campaign.projects import Need
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class Shocks:
    """What happens to households and villages whatever anybody does; all luck is dealt by entity and year."""

    name = "shocks"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Shocks need no money."""
        return ()

    def start(self, c: Campaign) -> None:
        """Start each year's illnesses and floods."""
        self._c = c
        for year in c.calendar.years(c.horizon):
            self._illnesses(year)
            c.env.process(self._flood(year), rank=4)

    def _illnesses(self, year: int) -> None:
        c, n = self._c, self._c.known
        u, day = c.luck("shock.illness", n, year), c.luck("shock.illness_day", n, year)
        first = c.calendar.day_of_year(year, 1)
        for household in np.flatnonzero(u < c.p["shock.illness_rate"]).tolist():
            when = first + 365.0 * float(day[household])
            if c.env.now <= when < c.horizon:
                falls = bool(u[household] < c.p["shock.illness_falls"])
                c.env.process(self._illness(household, when, falls), rank=household)

    def _illness(self, household: int, when: float, falls: bool) -> Steps:
        """The insured mostly keep their footing; who is not insured, or is unlucky, falls to a tenth below the line."""
        c = self._c
        yield when - c.env.now
        uninsured = household < c.registered and bool(c.lacks["insurance"][household])
        if not (falls or uninsured) or c.switches["shocks"].off:
            return
        c.shocked[household] = True
        line = c.line_of_poverty(c.calendar.year(c.env.now))
        loss = c.income.annual_of(household) - 0.9 * line
        if loss > 0:
            c.income.received[household] -= loss * c.income.people[household]
        c.record.add(c.env.now, "shock.illness", f"household.{household}")

    def _flood(self, year: int) -> Steps:
        """A flood or hail strikes around one village and spreads to its neighbours until its share of plots is hit."""
        c, v = self._c, self._c.county.villages
        u = c.luck("shock.flood", 3, year).tolist()
        when = c.calendar.day_of_year(year, 91 + 153 * u[1])
        if u[0] >= c.p["shock.flood_probability"] or not c.env.now <= when < c.horizon:
            return
        yield when - c.env.now
        if c.switches["shocks"].off:
            return
        center = int(u[2] * len(v.tier))
        near = np.argsort(np.hypot(v.x - v.x[center], v.y - v.y[center]), kind="stable")
        hit = near[: max(1, round(c.p["shock.flood_plots"] * len(near)))]
        for village in hit.tolist():
            c.crop_left[village] *= 1.0 - c.p["shock.flood_loss"]
            c.flooded.setdefault(village, []).append(c.env.now)
        struck = np.isin(c.village, hit)
        c.income.factor[struck, FARMING] *= 1.0 - c.p["shock.flood_loss"]
        c.record.add(c.env.now, "shock.flood", f"village.{center}", "", float(len(hit)))
