"""Shocks: illness that takes a household below the line, floods that hit neighbouring villages together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.ranks import Control
from sim.county.county import CROPS, ENTERPRISE, FARMING, PRODUCTS, Bools
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: By number: what grows in a field, and suffers with it.
IN_THE_FIELD = tuple(map(PRODUCTS.index, CROPS))


class Shocks:
    """What happens to households and villages whatever anybody does; all luck is dealt by entity and year."""

    name = "shocks"

    def start(self, c: Campaign) -> None:
        """Start each year's illnesses and floods."""
        self._c = c
        for year in c.calendar.years(c.horizon):
            self._illnesses(year)
            c.env.process(self._flood(year), rank=Control.SHOCK)

    def _illnesses(self, year: int) -> None:
        """So many rural households fall severely ill; it is played out for those whose income is kept."""
        c = self._c
        n = c.register.known
        u, day = c.luck("shock.illness", c.county.households.n, year), c.luck("shock.illness_day", n, year)
        first, falls = c.calendar.day_of_year(year, 1), u < c.p["shock.illness_falls"]
        c.env.process(self._strike(year, falls), rank=Control.SHOCK)
        ill = np.flatnonzero(u[:n] < c.p["shock.illness_rate"])
        when = first + 365.0 * day[ill]
        due = sorted(zip(when.tolist(), ill.tolist(), falls[ill].tolist(), strict=True))
        c.env.process(self._fall_ill([one for one in due if c.env.now <= one[0] < c.horizon]), rank=Control.SHOCK)

    def _strike(self, year: int, falls: Bools) -> Steps:
        """Those never registered are marked as the year begins, since only December looks at them."""
        c, switch, first = self._c, self._c.switches[self.name], self._c.calendar.day_of_year(year, 1)
        yield max(0.0, first - c.env.now)
        if switch.off:
            return
        if switch.state == "off" and switch.day < first + 365.0:
            falls = falls & (first + 365.0 * c.luck("shock.illness_day", len(falls), year) < switch.day)
        c.shocked[c.register.known :] |= falls[c.register.known :]

    def _fall_ill(self, due: list[tuple[float, int, bool]]) -> Steps:
        """The insured mostly keep their footing; who is not insured, or is unlucky, falls below the line."""
        c = self._c
        for when, household, falls in due:
            yield max(0.0, when - c.env.now)
            if c.switches[self.name].off:
                return
            cost = 0.0
            if falls or (household < c.register.size and c.lacks.household["insurance"][household]):
                c.shocked[household] = True
                line = c.line_of_poverty(c.this_year)
                loss = c.income.annual_of(household) - c.p["shock.illness_level"] * line
                cost = max(0.0, loss * float(c.income.people[household]))
                c.income.received_of[household] -= cost
                c.income.lost_of[household] += cost
            c.record.household(c.env.now, "shock.illness", household, "costly" if cost >= 1.0 else "", cost)
            for tell in c.hooks.on_illness if household < c.register.size else ():
                tell(household)

    def _flood(self, year: int) -> Steps:
        """A flood or hail strikes around one village and spreads to its neighbours until its share of plots is hit."""
        c, p, v = self._c, self._c.p, self._c.county.villages
        u = c.luck("shock.flood", 3, year).tolist()
        first, last = p["shock.flood_first_day"], p["shock.flood_last_day"]
        when = c.calendar.day_of_year(year, first + (last - first) * u[1])
        if u[0] >= p["shock.flood_probability"] or not c.env.now <= when < c.horizon:
            return
        yield when - c.env.now
        if c.switches[self.name].off:
            return
        center = int(u[2] * len(v.tier))
        near = np.argsort(np.hypot(v.x - v.x[center], v.y - v.y[center]), kind="stable")
        hit = near[: max(1, round(p["shock.flood_plots"] * len(near)))].tolist()
        left = 1.0 - p["shock.flood_loss"]
        for village in hit:
            c.crop_left[village] *= left
            c.flooded.setdefault(village, []).append(c.env.now)
            c.record.add(c.env.now, "village.flooded", f"village.{village}")
        under_water = np.zeros(len(v.tier), dtype=bool)
        under_water[hit] = True
        wet, crops = under_water[c.register.village], np.isin(c.income.sells, IN_THE_FIELD)
        c.income.lose(wet, FARMING, p["shock.flood_loss"])
        c.income.lose(np.flatnonzero(wet[: c.register.size] & crops), ENTERPRISE, p["shock.flood_loss"])
        c.shocked |= under_water[c.county.households.village]
        c.record.add(c.env.now, "shock.flood", f"village.{center}", "", float(len(hit)))
        yield c.year_end - c.env.now
        for village in hit:
            c.crop_left[village] = 1.0
