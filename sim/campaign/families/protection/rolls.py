"""The rolls of minimum income: who gets it, in which class, and since when it counts in their income."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.county.county import CLASS_AB, CLASS_C, NO_BACKSTOP, TRANSFERS, Bools, Floats

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class Rolls:
    """Who has minimum income; what the registered get is in their income only once it has been paid."""

    def __init__(self, c: Campaign) -> None:
        self._c = c
        #: By household of the county: its class.
        self.classes = c.county.households.backstop.copy()
        #: By household whose income lacks what it gets until its village is paid: that, yuan a day.
        self._suspended: dict[int, float] = {}
        #: By household what it gets, yuan a day.
        self._paid: dict[int, float] = {}
        #: Of those who came into class A or B before their village was paid, the day.
        self._moved_up: dict[int, float] = {}
        self._suspend()
        #: Those households by village.
        self._of_village: list[list[int]] = [[] for _ in c.places.tier]
        for household in self._suspended:
            self._of_village[c.register.village_of[household]].append(household)

    def _suspend(self) -> None:
        """Take out of incomes what the first day's rolls have put there; class C counts where the rules say so."""
        c, hh, n = self._c, self._c.county.households, self._c.register.size
        those = np.flatnonzero(hh.on_register & (hh.backstop[:n] == CLASS_AB))
        yearly = np.minimum(c.p["backstop.class_ab"] * c.register.people[those], c.income.base[those, TRANSFERS])
        c.income.base[those, TRANSFERS] -= yearly
        self._suspended.update(zip(those.tolist(), (yearly / 365.0).tolist(), strict=True))
        if c.rules.class_c_counts:
            for household in np.flatnonzero(hh.on_register & (hh.backstop[:n] == CLASS_C)).tolist():
                self._suspended[household] = c.p["backstop.class_c"] * c.register.people.item(household) / 365.0

    def pay(self, village: int) -> None:
        """Minimum income has come to a village: for those who waited for it, it counts from the year's first day.

        Who has moved up meanwhile gets what he had before that day.
        """
        income, begin = self._c.income, self._c.year_begin
        for household in self._of_village[village]:
            yuan_a_day = self._suspended[household]
            if (until := self._moved_up.get(household)) is None:
                self._begin(household, yuan_a_day, begin)
            elif until > begin:
                income.begin_rate(household, yuan_a_day, begin)
                income.begin_rate(household, -yuan_a_day, until)

    def enter(self, household: int) -> None:
        """From today a household is in class A or B, and in no other."""
        c = self._c
        if household in self._paid:
            c.income.begin_rate(household, -self._paid[household])
        elif household in self._suspended:
            self._moved_up[household] = c.env.now
        self.classes[household] = CLASS_AB
        c.livelihoods.establish(household)
        self._begin(household, c.p["backstop.class_ab"] * c.register.people.item(household) / 365.0)

    def _begin(self, household: int, yuan_a_day: float, since: float | None = None) -> None:
        self._c.income.begin_rate(household, yuan_a_day, since)
        self._paid[household] = yuan_a_day

    def end(self) -> None:
        """From today nobody is paid."""
        for household, yuan_a_day in self._paid.items():
            self._c.income.begin_rate(household, -yuan_a_day)
        self._paid.clear()

    def without(self) -> Bools:
        """Say of each household that may be on the register whether it could still come into class A or B."""
        return np.asarray(self.classes[: self._c.register.size] != CLASS_AB)

    def count(self) -> int:
        """Return how many households of the county have minimum income."""
        return int((self.classes != NO_BACKSTOP).sum())


def yearly_minimum_income(c: Campaign, classes: np.ndarray) -> Floats:
    """Return by village what rolls with these classes by household come to in a year, yuan."""
    rate = np.array([0.0, c.p["backstop.class_ab"], c.p["backstop.class_c"]])[classes]
    return c.register.total(rate * c.register.people[: c.register.known])
