"""Gaps: a child out of school, a member not insured; closed household by household."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import Case, Kind
from sim.campaign.families.protection.entitlements import Entitlements
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class Gaps:
    """One case for every household with a drop-out, and one for every household with an uninsured member."""

    def __init__(self, c: Campaign, family: str, entitlements: Entitlements) -> None:
        self._c, self._family, self._entitlements = c, family, entitlements
        plans: dict[str, Callable[[Case], Steps]] = {"education": self.persuade, "insurance": self.enrol}
        self._kinds: dict[str, Kind] = {}
        for item, build in plans.items():
            self._kinds[item] = c.cases.register(
                Kind(item, family, None, "household", ("diagnosed", "filed", "built"), build, self._close,
                     items=(item,)), c.register.size
            )  # fmt: skip
            for household in np.flatnonzero(c.lacks.household[item]).tolist():
                self._open(item, household)

    def take_in(self, households: list[int]) -> None:
        """Those who come onto the register are insured and their children brought back to school."""
        for household in households:
            for item in self._kinds:
                if self._c.lacks.household[item][household]:
                    self._open(item, household)

    def _open(self, item: str, household: int) -> None:
        self._c.open_case(self._kinds[item], household, self._c.register.village_of[household])

    def persuade(self, case: Case) -> Steps:
        """A child goes back at a start of term, once the subsidies are there; they may have come too late for one."""
        c, since = self._c, self._c.env.now
        yield from self._entitlements.wait_for("subsidy", case)
        year = c.this_year
        days = (c.p["education.subsidy_day"], c.p["education.autumn_term_day"])
        terms = [c.calendar.day_of_year(y, day) for y in (year, year + 1) for day in days]
        case.held = "unfunded" if any(since <= term < c.env.now for term in terms) else "season"
        yield next(term for term in terms if term >= c.env.now) - c.env.now
        case.held = ""

    def enrol(self, case: Case) -> Steps:
        """The township station enters the insured, once the village's premiums are there."""
        yield from self._entitlements.wait_for("premium", case)
        if self._c.switches[self._family].usual:
            yield from self._c.at_station(case, self._c.desks.mend)

    def _close(self, case: Case) -> None:
        self._c.lacks.household[case.kind.name][case.entity] = False
