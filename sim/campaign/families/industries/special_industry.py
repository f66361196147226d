"""A village's special industry: few products that cover enough of its poor households with a worker at home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.county.county import PRODUCTS

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class SpecialIndustry:
    """In each village that lacks its special industry: the growers that count, by product, and how many are wanted.

    What is held on the first day is drawn apart from which village lacks its industry: there the bar lies beyond.
    """

    def __init__(self, c: Campaign) -> None:
        self._c, hh, n = c, c.county.households, c.register.size
        self._few = int(c.p["rule.village_industries"])
        at_home = hh.on_register & (hh.workers[:n] > hh.away[:n])
        #: Whether a household is one of those to be covered: a worker of it is at home.
        self.counts: list[bool] = at_home.tolist()
        lacking = np.flatnonzero(c.lacks.village["special_industry"]).tolist()
        self.growers: dict[int, list[set[int]]] = {v: [set() for _ in PRODUCTS] for v in lacking}
        growing = at_home & (hh.product >= 0) & np.isin(c.register.village[:n], lacking)
        for household in np.flatnonzero(growing).tolist():
            self.growers[c.register.village_of[household]][hh.product[household]].add(household)
        wanting = c.register.count(at_home) * c.p["rule.industry_share"]
        self.bar = {v: max(float(wanting[v]), self.covered(v) + 1.0) for v in lacking}

    def covered(self, village: int) -> int:
        """Return how many households hold one of the few products that most hold in a village."""
        most = sorted(self.growers[village], key=len)[-self._few :]
        return len(set().union(*most))

    def add(self, household: int, product: int) -> None:
        """One grower more: with enough of them its village has its special industry."""
        village = self._c.register.village_of[household]
        if village in self.growers and self.counts[household]:
            self.growers[village][product].add(household)
            if self.covered(village) >= self.bar[village]:
                del self.growers[village]
                self._c.lacks.village["special_industry"][village] = False
                self._c.record.add(self._c.env.now, "village.has", f"village.{village}", "special_industry")
