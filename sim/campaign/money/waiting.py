"""Who waits for a place on the project list, and in what order they are served."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from simpy.events import Event

from sim.campaign.money.projects import case_key, cost_effectiveness, of_village

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case


class WaitingList:
    """The cases without a place, in the order in which they came; each hears once when it is listed."""

    def __init__(self, campaign: Campaign) -> None:
        self._c = campaign
        self._listed: dict[Case, Event] = {}

    def __iter__(self) -> Iterator[Case]:
        return iter(self._listed)

    def __len__(self) -> int:
        return len(self._listed)

    def enter(self, case: Case) -> Event:
        """Return the event of being listed, for a case without a place."""
        listed = self._listed[case] = Event(self._c.env)
        return listed

    def forget(self, cases: Collection[Case]) -> None:
        """Let cases wait no more."""
        for case in cases:
            self._listed.pop(case, None)

    def asking(self, *kinds: str) -> list[int]:
        """Return the entities whose cases of these kinds wait."""
        return [case.entity for case in self if case.kind.name in kinds]

    def years(self) -> dict[tuple[str, int], int]:
        """Return for how many years each kind and village has waited, of those that wait."""
        c, waited = self._c, dict[tuple[str, int], int]()
        for case in self:
            key, years = (case.kind.name, case.village), c.this_year - c.calendar.year(case.since)
            waited[key] = max(years, waited.get(key, 0))
        return waited

    def serve(self, placed: Callable[[Case], bool]) -> int:
        """Give each in turn a place, where there is one; return how many got one."""
        before = len(self)
        for case in self._in_turn():
            if placed(case):
                self._listed.pop(case).succeed()
        return before - len(self)

    def _in_turn(self) -> list[Case]:
        """Return the cases by priority, then as the list ranks their needs, then by number.

        A case of which no need was known serves one household for what it costs.
        """
        kinds = {case.kind.name for case in self}
        needs = (need for need in self._c.needs if need.kind in kinds)
        ranked = {need.key: cost_effectiveness(need.households, need.unit_cost_yuan) for need in needs}

        def turn(case: Case) -> tuple[float, float, int]:
            key = case_key(case, begun=False)
            rank = ranked.get(key) or ranked.get(of_village(key))
            return case.priority, -(rank or cost_effectiveness(1.0, case.cost - case.asked)), case.number

        return sorted(self, key=turn)
