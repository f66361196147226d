"""Village collective economy: a grant is invested and earns the village its income."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import AWAITING, BEGUN, FIRST_GATE, Case, Kind
from sim.campaign.money.projects import Need, needed
from sim.campaign.ranks import Control
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

ROUTE = ("diagnosed", "filed", "approved", "funded", "built")


class CollectiveEconomy:
    """A registered poor village short of the year's mark gets a grant once; its earnings must reach the mark.

    After the stock-take at the end of September, part of the autumn push, the team of a village that is due and
    still short asks whoever has its grant to pay a year's return in advance.
    """

    name = "collective_economy"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """One grant for every registered poor village that is short of the mark; some were paid in an earlier year."""
        stage = c.county.villages.stage("collective_income")
        for village in np.flatnonzero(c.county.villages.lacking("collective_income")).tolist():
            if stage[village] < BEGUN:
                served = float(c.register.first_households[village]) / 10
                grant = int(c.p["collective.grant"])
                yield needed(c, "collective_economy", "collective", village, grant, households=served)

    def start(self, c: Campaign) -> None:
        """Take up the grant of every village that is short of the mark, where it stands."""
        self._c = c
        #: Of the villages due, the share at the mark on the days of the last year's stock-taking.
        self.shares = {"september": 0.0, "november": 0.0}
        #: Villages whose grant is invested, and those that ask for their return in advance.
        self._invested, self._pressed = set[int](), set[int]()
        c.hooks.on_new_year.append(self._pressed.clear)
        for year in c.calendar.years(c.horizon):
            c.env.process(self._take_stock(year), rank=Control.STOCKTAKING)
        kind = c.cases.register(
            Kind("collective", self.name, "collective_economy", "village", ROUTE, self._invest, self._earn,
                 upfront=lambda case: case.cost - case.asked, to_village=True, at_once=self._reach,
                 items=("collective_income",)), c.places.villages
        )  # fmt: skip
        stage, grant = c.county.villages.stage("collective_income"), int(c.p["collective.grant"])
        for village in np.flatnonzero(c.lacks.village["collective_income"]).tolist():
            first = min(FIRST_GATE[int(stage[village])], ROUTE.index("built"))
            case = c.open_case(kind, village, village, grant, first)
            if stage[village] >= BEGUN:
                case.asked = case.paid = grant

    def _invest(self, case: Case) -> Steps:
        """What was begun before the start is that much further."""
        c, villages = self._c, self._c.county.villages
        stage, left = int(villages.stage("collective_income")[case.village]), 1.0
        if case.attempt == 0 and stage > BEGUN:
            left = 0.0 if stage == AWAITING else 1.0 - float(villages.progress[case.village])
        yield c.p["collective.setup_days"] * left

    def _at_mark(self, village: int) -> None:
        if self._c.lacks.village["collective_income"][village]:
            self._c.lacks.village["collective_income"][village] = False
            self._c.record.add(self._c.env.now, "village.has", f"village.{village}", "collective_income")

    def _earn(self, case: Case) -> None:
        self._c.env.process(self._reach_mark(case.village), rank=case.number)

    def _reach_mark(self, village: int) -> Steps:
        """Earnings flow evenly from the investment on, on top of what the village had before; or nothing waits."""
        self._invested.add(village)
        if village in self._pressed:
            self._press(village)
        switch, days = self._c.switches[self.name], 365.0 * self._missing() / self._return() if self._return() else inf
        yield min(days, switch.day - self._c.env.now) if switch.state == "unlimited" else days
        self._at_mark(village)

    def _reach(self, case: Case) -> None:
        self._at_mark(case.village)

    def _press(self, village: int) -> None:
        if self._return() >= self._missing():
            self._c.env.process(self._ask_in_advance(village), rank=village)

    def _ask_in_advance(self, village: int) -> Steps:
        yield self._c.visit(village)
        self._at_mark(village)

    def _missing(self) -> float:
        p = self._c.p
        return max(0.0, p["collective.target_2018"] * (1.0 - p["collective.present_share"]))

    def _return(self) -> float:
        return self._c.p["collective.grant"] * self._c.p["collective.return"]

    def scalars(self, c: Campaign) -> dict[str, float]:
        """The shares of villages due that were at the mark."""
        return {f"collective_share_{name}": share for name, share in self.shares.items()}

    def _take_stock(self, year: int) -> Steps:
        """By the end of September and by 20 November: the share of the villages due that have reached the mark."""
        c = self._c
        for name in ("september", "november"):
            due = c.calendar.day_of_year(year, c.p[f"collective.{name}_day"])
            if not c.env.now <= due < c.horizon:
                continue
            yield due - c.env.now
            met = [not c.lacks.village["collective_income"][v] for v, is_due in enumerate(c.precedence.due) if is_due]
            self.shares[name] = sum(met) / max(1, len(met))
            if name == "september" and c.rules.autumn_push and not c.switches[self.name].off:
                self._pressed.update(v for v, is_due in enumerate(c.precedence.due) if is_due)
                for village in sorted(self._pressed & self._invested):
                    if c.lacks.village["collective_income"][village]:
                        self._press(village)
