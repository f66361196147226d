"""Durability: of those who left the register in a year, who came back to it, and who fell below the line again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from sim.county.county import REGISTERED, Bools, Ints

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: For so many years those who left are followed.
FOLLOWED = 3


class Cohort:
    """The households that left in a year, their people then, and who of them has been back on the register."""

    def __init__(self, c: Campaign, households: Ints) -> None:
        self.households = households
        self.people = c.register.people[households].copy()
        self.returned: Bools = np.zeros(len(households), dtype=bool)


class Durability:
    """Looks back as each year ends, when the register has been adjusted and the year's income is known.

    Who was struck may come back to the register; an income below the line is counted whether or not anybody saw it.
    """

    def __init__(self, c: Campaign) -> None:
        self._c = c
        self._cohorts: dict[int, Cohort] = {}
        self._incidence: dict[int, float] = {}
        #: People by (year of exit, years later): back on the register by then; short of the line in that year.
        self._returned: Counter[tuple[int, int]] = Counter()
        self._short: Counter[tuple[int, int]] = Counter()

    def look_back(self, year: int) -> None:
        """Follow those who left earlier, then take up those who left this year."""
        c, n = self._c, self._c.register.size
        short = c.income.year_total < c.line_of_poverty(year)
        for left, cohort in self._cohorts.items():
            cohort.returned |= c.register.status[cohort.households] == REGISTERED
            if year - left <= FOLLOWED:
                key = left, year - left
                self._returned[key] = int(cohort.people[cohort.returned].sum())
                self._short[key] = int(cohort.people[short[cohort.households]].sum())
        self._incidence[year] = float(c.register.people[c.register.poor()].sum() / c.county.base_people)
        self._cohorts[year] = Cohort(c, np.flatnonzero(c.register.exit_year[:n] == year))

    def scalars(self) -> dict[str, float]:
        """Incidence and people who left, by year; of them those who returned or were short, by years since.

        Then, over all years of exit that lie so far back, the share of either. Years that were played before the time
        told of are among them; a run of one year has nothing to say.
        """
        left = {year: int(cohort.people.sum()) for year, cohort in self._cohorts.items()}
        if len(left) < 2:
            return {}
        told = {f"incidence_{year}": share for year, share in self._incidence.items()}
        told |= {f"left_{year}_people": people for year, people in left.items()}
        for name, found in (("returned_within", self._returned), ("short_after", self._short)):
            told |= {f"left_{year}_{name}_{since}_people": people for (year, since), people in sorted(found.items())}
            for since in range(1, min(FOLLOWED, len(left) - 1) + 1):
                years = [year for year, later in found if later == since]
                whole = sum(left[year] for year in years)
                told[f"{name}_{since}_share"] = sum(found[year, since] for year in years) / max(1, whole)
        return told
