"""Leaders' attention: a stuck case escalates, waits for a slot of a county leader who answers for it, and is pushed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.campaign.cases import FIRST, Turn
from sim.campaign.desks import DAYS_PER_MONTH, Desk, minutes
from sim.campaign.exit.standard import STANDARDS
from sim.campaign.ranks import Control
from sim.county.county import POOR
from sim.county.fitting import largest_remainder
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case, Kind


class Attention:
    """One leader a poor village, one an item of each standard, and in each zone a commander with three or four more.

    Each gives stuck cases a few days a month. Whose backlog is shortest takes a case; the case is pushed when the slot
    is over, if it still waits then.
    """

    def __init__(self, c: Campaign) -> None:
        self._c, presence = c, c.p["zones.leader_days"] / DAYS_PER_MONTH
        self._slot = minutes(c.p["zones.push_days"])
        poor = [village for village, tier in enumerate(c.places.tier) if tier <= POOR]
        self.villages = {village: Desk(c.env, "leader", 1, presence) for village in poor}
        items = [item for standard in STANDARDS.values() for item in standard]
        self.criteria = [(item, Desk(c.env, "leader", 1, presence)) for item in items]
        zones = [1] * c.places.townships
        helping = largest_remainder(c.p["zones.leaders"] * len(zones), zones)
        self.zones = [Desk(c.env, "leader", 1 + leaders, presence) for leaders in helping]
        c.desks.leaders = [*self.villages.values(), *(desk for _, desk in self.criteria), *self.zones]
        self._responsible: dict[tuple[str, int], list[Desk]] = {}

    def responsible(self, case: Case) -> list[Desk]:
        """Return the leaders who answer for a case: of its village, of its criterion, of its zone."""
        key = case.kind.name, case.village
        leaders = self._responsible.get(key)
        if leaders is None:
            own = [self.villages[case.village]] if case.village in self.villages else []
            leaders = self._responsible[key] = [*own, *self.of_criteria(case.kind), self.zones[case.township]]
        return leaders

    def of_criteria(self, kind: Kind) -> list[Desk]:
        """Return the leaders of what a kind works for, in each standard."""
        return [desk for item, desk in self.criteria if item in kind.items]

    def escalate(self) -> None:
        """Give what waits too long to leaders, once, the most urgent first. In the autumn push nothing has to wait."""
        now, due = self._c.env.now, list[tuple[float, int, Turn]]()
        for turn in sorted(self._stuck(), key=lambda turn: (turn.case.priority, turn.since, turn.case.number)):
            del self._c.turns[turn]
            due.append((now + self._least_busy(turn.case).book(self._slot, turn.case), len(due), turn))
        if due:
            self._c.env.process(self._push(sorted(due)), rank=Control.ZONES)

    def _least_busy(self, case: Case) -> Desk:
        return min(self.responsible(case), key=Desk.backlog)

    def _stuck(self) -> Iterator[Turn]:
        """Say who waits too long, in the order in which they came.

        Who was pushed before comes first anyway; before any money has come nobody can push it.
        """
        before, pushes = self._c.env.now - self._c.p["zones.stuck_days"], self._autumn()
        money = self._c.treasury.tranche > 0
        for turn in self._c.turns:
            if turn.since > before:
                if not pushes:
                    return
                if turn.case.village not in self.villages:
                    continue
            if (money or not turn.for_money) and turn.case.priority > FIRST:
                yield turn

    def _autumn(self) -> bool:
        calendar, now = self._c.calendar, self._c.env.now
        first = calendar.day_of_year(calendar.year(now), self._c.p["plan.replan_september"])
        return self._c.rules.autumn_push and now >= first

    def _push(self, due: list[tuple[float, int, Turn]]) -> Steps:
        """At the end of each slot the case goes first, wherever it waits."""
        c = self._c
        for end, _, turn in due:
            if end > c.env.now:
                yield end - c.env.now
            if c.switches["zones"].off:
                return
            if not turn.claim.triggered:
                turn.case.priority = FIRST
                turn.push(FIRST)
                c.counts["pushed_cases"] += 1
                if c.record.on:
                    kind = turn.case.kind
                    c.record.add(c.env.now, "case.pushed", f"{kind.scope}.{turn.case.entity}", kind.name)
