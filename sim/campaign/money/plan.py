"""What is in force of an allocation: where its money leans, what of it may be moved, and the planner's own list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.campaign.money.budget import BONDED, Budget, bonded
from sim.campaign.money.projects import Bound, Key, Need, Project, Row, listing, own_listing

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.scenario import Scenario
    from sim.scenario.projects import ListedProject


class Plan:
    """The allocation that the county follows now; another may be adopted while the campaign runs."""

    def __init__(self, campaign: Campaign) -> None:
        self._c = campaign
        #: Yuan of a year that are neither earmarked nor a floor, and what is left of them to be moved.
        self.free_money: dict[str, int] = {}
        self.free_part: dict[str, int] = {}
        #: Yuan of a year by line, whenever its bonds come, and what a line may get at most, where that is bound.
        self.yearly: dict[str, int] = {}
        self.ceilings: dict[str, int] = {}
        #: By line: the share that goes to deep-poverty villages and townships.
        self.tilt: Mapping[str, float] = {}
        #: The planner's own list, while it stands in place of the rule.
        self.own_list: list[Row] = []

    def adopt(self, scenario: Scenario, allocation: str) -> Budget:
        """Follow an allocation from now on; return the yuan of each line."""
        scale, plan = self._c.scale, scenario.allocations[allocation]
        money = scenario.money(allocation, scale=scale)
        self.free_money = {line: int(scenario.free_yuan * plan.shares.get(line, 0.0) * scale) for line in money}
        self.free_part = dict(self.free_money)
        self.yearly = dict(money)
        self.ceilings = {line: int(yuan * scale) for line, yuan in scenario.ceilings.items()}
        self.tilt = plan.tilt
        self.own_list = [self._row(row) for row in scenario.own_projects(allocation) if not row.under_way]
        earmarked = int(scenario.earmarked.get(BONDED, 0) * scale)
        return bonded(money, earmarked, scenario.end_date.year - scenario.start_date.year + 1)

    def keep_fixed(self, more: Mapping[str, int]) -> None:
        """Let what a line got ``more`` than it was to get (below zero: less) change only what of it may be moved."""
        self.free_part = {line: max(0, min(yuan, yuan + more[line])) for line, yuan in self.free_part.items()}

    def renew(self, year: int) -> None:
        """A new year: what is free may be moved again, and an own list, which holds for the first year, is over."""
        self.free_part = dict(self.free_money)
        if year > self._c.scenario.start_date.year:
            self.own_list = []

    def projects(
        self, money_yuan: Mapping[str, int], needs: list[Need], claimed: Mapping[Key, int], bound: Bound
    ) -> list[Project]:
        """Turn money into projects: by the planner's own list if there is one, else by the rule.

        Once families have begun, there are none for one that is off or never waits.
        """
        served = {kind for kind in {need.kind for need in needs} if self._is_served(kind)}
        needs = [need for need in needs if need.kind in served]
        if self.own_list:
            rows = [row for row in self.own_list if self._is_served(row.kind)]
            return own_listing(rows, money_yuan, needs, claimed, bound)
        return listing(money_yuan, self.tilt, needs, bound)

    def _is_served(self, kind: str) -> bool:
        return self._c.switch(self._c.cases.family_of(kind)).usual

    def place_of(self, row: ListedProject) -> tuple[str, int, int]:
        """Return kind, village and hamlet of a row in this county's numbers: below -1 one that is not there."""
        c, village, hamlet = self._c, row.village - 1, row.hamlet - 1
        if hamlet >= 0:
            there = hamlet < c.places.hamlets[village]
            hamlet = c.places.first_hamlet[village] + hamlet if there else -2 - hamlet
        return row.kind, village, hamlet

    def hamlet_number(self, hamlet: int) -> int:
        """Return the number of a hamlet within its village, from 1."""
        return hamlet - self._c.places.first_hamlet[int(self._c.county.hamlets.village[hamlet])] + 1

    def _row(self, row: ListedProject) -> Row:
        begin = 0.0 if row.start is None else self._c.calendar.day(row.start)
        return Row(row.line, *self.place_of(row), row.places, row.unit_cost_yuan, row.households, begin)
