"""Re-planning: as each tranche comes, and in June and September, what waits for a place gets money nobody claimed."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from sim.campaign.ranks import Control
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case


class Replanning:
    """A rule of people, not an optimiser: each in turn, from its own line or else with money that may be moved."""

    name = "replanning"

    def start(self, c: Campaign) -> None:
        """Meet in June and September of every year; move free money whenever a tranche has come."""

        def free_money() -> None:
            c.env.process(self._move(c), rank=Control.DECISION)

        c.hooks.on_tranche.append(free_money)
        if c.switches[self.name].state == "off":
            c.env.process(self._stop(c), rank=Control.SWITCH)
        for year in c.calendar.years(c.horizon):
            for month in ("june", "september"):
                c.env.process(self._meet(c, year, c.p[f"plan.replan_{month}"]), rank=Control.REPLANNING)

    def _stop(self, c: Campaign) -> Steps:
        """From the day on which nobody re-plans any more, nothing is listed at once."""
        yield c.switches[self.name].day
        c.library.takes_more = False

    def _meet(self, c: Campaign, year: int, day: float) -> Steps:
        due = c.calendar.day_of_year(year, day)
        if due >= c.horizon or due < c.env.now:
            return
        yield due - c.env.now
        if c.switches[self.name].off or not c.rules.replanning:
            return
        c.library.give_up_places()
        c.library.takes_more = True
        granted = self._serve(c)
        c.record.add(c.env.now, "plan.replanned", "county", "", float(granted))

    def _move(self, c: Campaign) -> Steps:
        """A list that is made on the day comes first."""
        yield 0.0
        if not c.switches[self.name].off and c.rules.replanning:
            self._serve(c)

    def _serve(self, c: Campaign) -> int:
        """List what waits for a place where its line has room or another's money may be moved; say how many."""
        room = {line: c.library.room(line) for line in c.treasury.allotted}

        def has_room(case: Case) -> bool:
            line, cost = case.kind.line or "", case.cost - case.asked
            if cost > room[line] and case.kind.borrows:
                self._borrow(c, line, cost - room[line], room)
            if cost > room[line]:
                return False
            room[line] -= cost
            return True

        return c.library.grant(has_room)

    def _borrow(self, c: Campaign, line: str, wanted: int, room: dict[str, int]) -> None:
        """Take cash from the free part of the lines with most room, where the line's ceiling lies above it.

        Earmarked money stays where it is.
        """
        if c.plan.yearly[line] + c.treasury.moved_in(line) + wanted > c.plan.ceilings.get(line, inf):
            return
        for source in sorted(room, key=lambda x: (-room[x], x)):
            if source == line or wanted <= 0:
                continue
            free = min(room[source], c.plan.free_part[source])
            moved = c.treasury.shift(source, line, min(wanted, max(0, free)))
            c.plan.free_part[source] -= moved
            room[source] -= moved
            room[line] += moved
            wanted -= moved
