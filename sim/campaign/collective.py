"""Village collective economy: a grant is invested and earns the village its income."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import Case, Kind
from sim.campaign.projects import Need
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class CollectiveEconomy:
    """A registered poor village still in poverty gets a grant once; its earnings must reach the year's mark."""

    name = "collective_economy"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """One grant for every registered poor village that has not exited."""
        v = c.county.villages
        for village in np.flatnonzero((v.tier < 2) & ~v.exited).tolist():
            served = float(c.registered_by_village[village]) / 10
            grant = int(c.p["collective.grant"])
            deep = bool(c.village_deep[village])
            yield Need("collective_economy", "collective", village, -1, grant, 1, served, c.due[village], deep)

    def start(self, c: Campaign) -> None:
        """Start the grant of every village that is short of its mark."""
        self._c = c
        kind = c.cases.register(
            Kind("collective", self.name, "collective_economy", "village",
                 ("filed", "approved", "funded", "built", "accepted"), self._invest, self._earn), len(c.village_tier)
        )  # fmt: skip
        for village in np.flatnonzero(c.village_lacks["collective_income"]).tolist():
            c.open_case(kind, village, village, int(c.p["collective.grant"]))

    def _invest(self, case: Case) -> Steps:
        yield self._c.p["collective.setup_days"]

    def _earn(self, case: Case) -> None:
        self._c.env.process(self._reach_mark(case.village), rank=case.number)

    def _reach_mark(self, village: int) -> Steps:
        """Earnings flow evenly on top of what the village had before."""
        p = self._c.p
        missing = p["collective.target_2018"] * (1.0 - p["collective.present_share"])
        yield 365.0 * missing / (p["collective.grant"] * p["collective.return"])
        self._c.village_lacks["collective_income"][village] = False
