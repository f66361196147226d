"""Leaders' attention: a stuck case escalates, waits for a slot of a county leader who answers for it, and is pushed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.campaign.desks import DAYS_PER_MONTH, Desk, minutes
from sim.county.county import POOR
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case, Turn

#: The items of each exit standard, one leader each, and the kinds of cases that work for them.
STANDARDS: dict[str, dict[str, tuple[str, ...]]] = {
    "household": {
        "income_source": ("industry", "job", "post", "backstop"), "housing": ("housing", "relocation"),
        "insurance": ("insurance", "premium"), "education": ("education", "subsidy"), "water": ("water",),
        "road": ("road",), "electricity": ("electricity",), "television": ("television", "receiver"),
    },
    "village": {
        "special_industry": ("industry",), "housing": ("housing", "relocation"),
        "insurance": ("insurance", "premium"), "education": ("education", "subsidy"), "water": ("water",),
        "road": ("road", "seat_road"), "electricity": ("electricity",), "television": ("television", "broadcast"),
        "public_services": ("rooms",), "collective_income": ("collective",),
        "sound_committee": ("committee", "training"),
    },
    "county": {
        "special_industry": ("industry",), "housing": ("housing", "relocation"),
        "insurance": ("insurance", "premium"), "education": ("education", "subsidy"), "water": ("water",),
        "road": ("road", "seat_road"), "electricity": ("electricity",), "public_services": ("rooms",),
        "social_assistance": ("backstop", "minimum_income"),
    },
}  # fmt: skip
#: Before everybody who was not pushed.
FIRST = 0.0


class Attention:
    """One leader a poor village, one an item of each standard, and in each zone a commander with three or four more.

    Each gives stuck cases a few days a month. Whose backlog is shortest takes a case; the case is pushed when the slot
    is over, if it still waits then.
    """

    def __init__(self, c: Campaign) -> None:
        self._c, presence = c, c.p["zones.leader_days"] / DAYS_PER_MONTH
        self._slot = minutes(c.p["zones.push_days"])
        poor = [village for village, tier in enumerate(c.village_tier) if tier <= POOR]
        self.villages = {village: Desk(c.env, "leader", 1, presence) for village in poor}
        self.criteria: dict[str, list[Desk]] = {}
        items = [kinds for standard in STANDARDS.values() for kinds in standard.values()]
        of_items = [Desk(c.env, "leader", 1, presence) for _ in items]
        for desk, kinds in zip(of_items, items, strict=True):
            for kind in kinds:
                self.criteria.setdefault(kind, []).append(desk)
        self.zones = [Desk(c.env, "leader", 1 + c.p["zones.leaders"], presence) for _ in c.villages_by_township]
        c.desks.leaders = [*self.villages.values(), *of_items, *self.zones]
        self._taken: set[object] = set()

    def responsible(self, case: Case) -> list[Desk]:
        """Return the leaders who answer for a case: of its village, of its criterion, of its zone."""
        own = self.villages.get(case.village)
        return [*([own] if own else []), *self.criteria.get(case.kind.name, ()), self.zones[case.township]]

    def escalate(self) -> None:
        """Give the cases that wait too long to leaders, the most urgent first. In the autumn push nothing has to wait.

        Before money has come nobody can push a payment. Of those that wait for the same thing one is enough.
        """
        c = self._c
        found = [turn for turn in c.turns if self._is_stuck(turn)]
        due: list[tuple[float, int, Turn]] = []
        for turn in sorted(found, key=lambda turn: (turn.case.priority, turn.since, turn.case.number)):
            del c.turns[turn]
            if turn.claim not in self._taken:
                self._taken.add(turn.claim)
                leader = min(self.responsible(turn.case), key=lambda desk: desk.backlog)
                due.append((c.env.now + leader.book(self._slot, turn.case), len(due), turn))
        if due:
            c.env.process(self._push(sorted(due)), rank=5)

    def _is_stuck(self, turn: Turn) -> bool:
        c, case = self._c, turn.case
        if case.gate == "funded" and not c.treasury.tranche:
            return False
        autumn = c.calendar.day_of_year(c.calendar.year(c.env.now), c.p["plan.replan_september"])
        if c.rules.autumn_push and c.env.now >= autumn and case.village in self.villages:
            return True
        return c.env.now - turn.since >= c.p["zones.stuck_days"]

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
                turn.push()
                c.counts["pushed_cases"] += 1
                kind = turn.case.kind
                c.record.add(c.env.now, "case.pushed", f"{kind.scope}.{turn.case.entity}", kind.name)
