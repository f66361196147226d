"""What does not move: a village's projects that have long waited for a crew or for money."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case, Kind
    from sim.campaign.families.supervision.findings import FindingLedger


class StuckProjects:
    """Projects that are not yet done and paid, by village, and which of them inspectors find stuck."""

    def __init__(self, c: Campaign, ledger: FindingLedger) -> None:
        self._c, self._known = c, ledger.stuck
        self._days = c.p["supervision.stuck_days"]
        self._projects: list[list[Case]] = [[] for _ in c.places.tier]
        #: How many cases have been sorted into their villages.
        self._sorted = 0

    def sort(self) -> None:
        """Sort cases into their villages once they are old enough to have waited long."""
        cases, by_village = self._c.cases, self._projects
        projects = {kind for kind in cases.kinds.values() if kind.line is not None and "accepted" in kind.route}
        before, long_ago = self._sorted, self._c.env.now - self._days
        self._sorted = bisect_right(cases.all, long_ago, before, key=_opened)
        for case in cases.all[before : self._sorted]:
            if case.kind in projects:
                by_village[case.village].append(case)

    def of(self, village: int) -> list[tuple[str, Case]]:
        """Projects of the village that have long waited, with what for, of which the ledger knows nothing.

        The longest waiting of each kind stands for the others, which wait for the same crews or the same payment.
        """
        here, over = self._projects[village], 0
        long_ago = self._c.env.now - self._days
        payments, works = self._known["payment"][village], self._known["work"][village]
        waiting: list[tuple[str, float, Case]] = []
        for case in here:
            if case.on_its_way:
                if case.on_its_way[0] <= long_ago and case.kind not in payments:
                    waiting.append(("payment", case.on_its_way[0], case))
            elif case.done and case.paid >= case.cost:
                over += 1
            if case.held == "no_crew" and case.since <= long_ago and case.kind not in works:
                waiting.append(("work", case.since, case))
        if 4 * over > len(here):
            self._projects[village] = [case for case in here if case.paid < case.cost or not case.done]
        return self._longest(waiting) if waiting else []

    def _longest(self, waiting: list[tuple[str, float, Case]]) -> list[tuple[str, Case]]:
        """Of each kind that waits for something, return the longest waiting, where its family works."""
        stuck: dict[tuple[str, Kind], Case] = {}
        for what, _, case in sorted(waiting, key=lambda wait: (wait[1], wait[2].number)):
            stuck.setdefault((what, case.kind), case)
        return [(what, case) for (what, kind), case in stuck.items() if self._c.switches[kind.family].usual]


def _opened(case: Case) -> float:
    return case.opened
