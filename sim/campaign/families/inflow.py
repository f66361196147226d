"""Inflow: rural households newly identified as poor, exited ones that return, births and deaths on the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.ranks import Control
from sim.county.county import EXITED, NEVER
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: What a household may lack of its own when it is first registered.
OWN_LACKS = ("housing", "electricity", "television", "education", "insurance", "income_source")


class Inflow:
    """Dynamic adjustment of the register in December, before incidence is counted."""

    name = "inflow"

    def start(self, c: Campaign) -> None:
        """Adjust the register each December; as the year begins those who have come are taken in."""
        self._c, self._entered = c, np.zeros(0, dtype=np.int64)
        c.hooks.on_new_year.append(self._take_in)
        for year in c.calendar.years(c.horizon):
            c.env.process(self._adjust(year), rank=Control.REGISTER)

    def _adjust(self, year: int) -> Steps:
        c = self._c
        due = c.calendar.day_of_year(year, c.p["assessment.announce_day"] + 1)
        if due >= c.horizon or due < c.env.now:
            return
        yield due - c.env.now
        if c.switches["inflow"].off:
            return
        back = self._returning(year)
        rate = self._new_rate(year, int(c.register.people[back].sum()))
        entry = c.luck("inflow.new", len(c.register.status), year)
        near = self._nearness()
        never = (c.register.status == NEVER) & (entry < rate * near * self._economic(near))
        self._natural(year)
        c.counts["new_households"] += int(never.sum())
        c.counts["returned_households"] += int(back.sum())
        c.counts["new_people"] += int(c.register.people[never].sum())
        c.counts["returned_people"] += int(c.register.people[back].sum())
        c.register.enter(never | back, year)
        for what, those in (("household.registered", never), ("household.returned", back)) if c.record.on else ():
            for household in np.flatnonzero(those).tolist():
                c.record.household(c.env.now, what, household)
        if year < c.last_year:
            self._lack(never, back, year)
            self._entered = np.flatnonzero(never | back)
            c.shocked[:] = False

    def _take_in(self) -> None:
        """Who came in December is helped from now on, with places on the year's list."""
        entered, self._entered = self._entered, self._entered[:0]
        self._fall(entered)
        for take_in in self._c.hooks.on_newcomers:
            take_in(entered.tolist())

    def _returning(self, year: int) -> np.ndarray:
        """Say who of those that left in an earlier year, and was struck since last December, comes back."""
        c = self._c
        back: np.ndarray = (c.register.status == EXITED) & c.shocked & (c.register.exit_year != year)
        back[: c.register.known] &= c.luck("inflow.return", c.register.known, year) < self._return_rate(year)
        return back

    def _lack(self, never: np.ndarray, back: np.ndarray, year: int) -> None:
        """Whoever comes onto the register lacks things as often as the first day's register.

        Those who return had all but an income when they left; who drops out of school is a pupil.
        """
        c, dated, hh = self._c, 2016 if year < 2018 else 2018, self._c.county.households
        pupils = hh.pupils / max(1e-9, float(hh.pupils[hh.on_register].mean()))
        own = 1.0 - c.p["missing.television_hamlet_share"]
        parts: dict[str, np.ndarray | float] = {"education": pupils, "television": own}
        for item in OWN_LACKS:
            share = c.p[f"missing.{item}_{dated}"] * parts.get(item, 1.0)
            lacking = c.luck(f"inflow.lacks/{item}", len(c.register.status), year) < share
            newly = lacking & (never | back if item == "income_source" else never) & ~c.lacks.household[item]
            c.lacks.household[item] |= newly
            for household in np.flatnonzero(newly).tolist() if c.record.on else ():
                c.record.household(c.env.now, "household.lacks", household, item)

    def _fall(self, entered: np.ndarray) -> None:
        """Whoever has come onto the register is below the line in the year that begins.

        The usual income is cut for good; of jobs, minimum income and sales a cost takes as large a part this year.
        """
        c, income = self._c, self._c.income
        year = income.annual()[entered]
        left = np.minimum(1.0, c.p["shock.illness_level"] * c.line_of_poverty(c.this_year) / np.maximum(1.0, year))
        cost = (1.0 - left) * (year * c.register.people[entered] - income.base[entered].sum(axis=1))
        income.base[entered] *= left[:, None]
        income.received[entered] -= cost
        income.lost[entered] += cost

    def _new_rate(self, year: int, returned: int) -> float:
        """The share of the never registered that is registered in a year.

        For 2016 and 2017 it follows from the base: what left and what incidence fell by leave so many who came in,
        half of them a year, those ``returned`` included.
        """
        c, p = self._c, self._c.p
        if year >= 2018:
            return p["inflow.new_rate"]
        fall = (p["county.incidence_end_2015"] - p["county.incidence_end_2017"]) * c.county.base_people
        gross = p["county.exited_people"] * c.scale - fall
        return float(max(0.0, gross / 2 - returned) / max(1, int(c.register.people[c.register.status == NEVER].sum())))

    def _return_rate(self, year: int) -> float:
        """Return how many of those struck come back; the known rate holds where shocks are as frequent as expected."""
        return self._c.p[f"inflow.return_rate_{2016 if year < 2018 else 2018}"] / self._expected()

    def _economic(self, nearness: np.ndarray) -> np.ndarray:
        """Weight of entry: a part is re-identification, the rest befalls those who were struck.

        Who was overlooked lives where the register's people live.
        """
        c = self._c
        part = c.p["inflow.reidentified_share"]
        return np.asarray(part * self._overlooked(nearness) + (1.0 - part) * c.shocked / self._expected())

    def _overlooked(self, nearness: np.ndarray) -> np.ndarray:
        """Weight by the first day's incidence of the village, mean one over the never registered."""
        c, home = self._c, self._c.county.households.village
        weight = (c.register.first_people / c.county.villages.base_people)[home]
        likely = c.register.people * nearness * (c.register.status == NEVER)
        return np.asarray(weight * likely.sum() / max(1e-9, float((weight * likely).sum())))

    def _expected(self) -> float:
        """The share of households that shocks strike in a usual year, which a scenario may have made an unusual one."""
        usual = self._c.p.drawn
        return usual["shock.illness_falls"] + usual["shock.flood_probability"] * usual["shock.flood_plots"]

    def _nearness(self) -> np.ndarray:
        """Weight of the never registered by how low income is, mean one: the poorer the likelier to be identified."""
        c, never = self._c, np.flatnonzero(self._c.register.status == NEVER)
        weight, people = c.county.households.income[never] ** -c.p["inflow.nearness_power"], c.register.people[never]
        nearness = np.zeros(len(c.register.status))
        nearness[never] = weight * people.sum() / (weight * people).sum()
        return nearness

    def _natural(self, year: int) -> None:
        """At most one member a year comes or goes in a registered household, with the sign of the net rate."""
        c, rate = self._c, self._c.p["inflow.natural_rate"]
        u, people = c.luck("inflow.natural", c.register.known, year), c.register.people[: c.register.known]
        moved = c.register.poor(len(u)) & (u < abs(rate) * people) & ((rate > 0) | (people > 1))
        step = 1 if rate > 0 else -1
        people[moved] += step
        for household in np.flatnonzero(moved).tolist() if c.record.on else ():
            c.record.household(c.env.now, "household.people", household, "", float(people[household]))
        c.counts["natural_people"] += step * int(moved.sum())
