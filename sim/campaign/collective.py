"""Village collective economy: a grant is invested and earns the village its income."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import BEGUN, FIRST_GATE, Case, Kind
from sim.campaign.projects import Need
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

ROUTE = ("diagnosed", "filed", "approved", "funded", "built")


class CollectiveEconomy:
    """A registered poor village short of the year's mark gets a grant once; its earnings must reach the mark."""

    name = "collective_economy"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """One grant for every registered poor village that is short of the mark; some were paid in an earlier year."""
        stage = c.county.villages.stage("collective_income")
        for village in np.flatnonzero(c.county.villages.lacks_collective_income).tolist():
            if stage[village] < BEGUN:
                yield Need("collective_economy", "collective", village, -1, int(c.p["collective.grant"]), 1,
                           float(c.registered_by_village[village]) / 10, c.due[village],
                           bool(c.village_deep[village]))  # fmt: skip

    def start(self, c: Campaign) -> None:
        """Take up the grant of every village that is short of the mark, where it stands."""
        self._c = c
        kind = c.cases.register(
            Kind("collective", self.name, "collective_economy", "village", ROUTE, self._invest, self._earn,
                 upfront=lambda case: case.cost - case.asked, to_village=True), len(c.village_tier)
        )  # fmt: skip
        stage, grant = c.county.villages.stage("collective_income"), int(c.p["collective.grant"])
        for village in np.flatnonzero(c.village_lacks["collective_income"]).tolist():
            first = min(FIRST_GATE[int(stage[village])], ROUTE.index("built"))
            case = c.open_case(kind, village, village, grant, first)
            if stage[village] >= BEGUN:
                case.asked = case.paid = grant

    def _invest(self, case: Case) -> Steps:
        yield self._c.p["collective.setup_days"]

    def _earn(self, case: Case) -> None:
        self._c.env.process(self._reach_mark(case.village), rank=case.number)

    def _reach_mark(self, village: int) -> Steps:
        """Earnings flow evenly from the investment on, on top of what the village had before."""
        p = self._c.p
        missing = p["collective.target_2018"] * (1.0 - p["collective.present_share"])
        yield 365.0 * missing / (p["collective.grant"] * p["collective.return"])
        self._c.village_lacks["collective_income"][village] = False
