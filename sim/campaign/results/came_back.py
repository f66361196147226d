"""What became of a planner's own projects in a replication: places wanted, accepted in time, the days of each gate."""

from __future__ import annotations

from collections import Counter
from math import inf
from typing import TYPE_CHECKING, Any

from sim.campaign.exit.standard import last_day
from sim.campaign.milestones import gate_days
from sim.campaign.money.projects import case_key, listed_key

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case
    from sim.campaign.money.projects import Key
    from sim.scenario.projects import ListedProject

#: The days that are told of a project: those on which the last of its places came so far.
DAYS = ("approved", "begun", "finished", "accepted", "settled")
#: Columns by project: places that the list had money for on its first day; those that the county asked for, no more
#: than listed; those of them accepted by the day that counts; the days, counted from the first day (-1: not all came).
COLUMNS = ("listed", "wanted", "in_time", *DAYS)


class OwnProjects:
    """Follows the rows of an allocation's list; made on the day from which it acts."""

    def __init__(self, c: Campaign, rows: tuple[ListedProject, ...]) -> None:
        self._c, self._rows = c, rows
        self._keys: list[Key] = [(*c.plan.place_of(row), row.under_way) for row in rows]
        self._known, self._under_way = frozenset(self._keys), c.library.under_way
        self._begin, self._end, self._year = max(c.first_day, c.year_begin), c.year_end, c.this_year
        listed = self._places()
        self._listed = [min(row.places, listed[key]) for row, key in zip(rows, self._keys, strict=True)]

    def _places(self) -> Counter[Key]:
        """Return the places of each key on the list, those on which work of earlier years goes on as under way."""
        library = self._c.library
        places = Counter(map(self._key, self._under_way))
        for key, claimed in (library.claimed() - library.claimed_before).items():
            places[listed_key(key, self._known)] += claimed
        for project in library.projects:
            places[project.key] += project.open
        return places

    def _key(self, case: Case) -> Key:
        """Return the key of the row that a case belongs to: its hamlet's, or one for any of the village's."""
        begun = case in self._under_way or (case.project is not None and case.project.committed)
        return listed_key(case_key(case, begun), self._known)

    def columns(self) -> dict[str, list[Any]]:
        """Return a value a row of the list for each of `COLUMNS`."""
        asked = self._asked()
        told = [self._told(row, asked.get(key, [])) for row, key in zip(self._rows, self._keys, strict=True)]
        found: dict[str, list[Any]] = {"listed": self._listed}
        found |= {name: [row[k] for row in told] for k, name in enumerate(COLUMNS[1:])}
        return found

    def _asked(self) -> dict[Key, list[Case]]:
        """Group the cases that were open in the list's year by the row that they belong to, listed or not."""
        found: dict[Key, list[Case]] = {}
        for case in self._c.cases.all:
            if case.kind.line is None or case.dropped:
                continue
            if case.opened < self._end and case.closed >= self._begin:
                found.setdefault(self._key(case), []).append(case)
        return found

    def _told(self, row: ListedProject, cases: list[Case]) -> list[int]:
        by = [(gate_days(case), case) for case in cases]
        by.sort(key=lambda found: (found[0]["accepted"], found[0]["approved"], found[1].number))
        taken = [days for days, _ in by[: row.places]]
        day = last_day(self._c, self._year, by[0][1].kind.scope) if by else 0.0
        in_time = sum(days["accepted"] <= day for days in taken)
        last = [max((days[name] for days in taken), default=inf) for name in DAYS]
        first = self._c.first_day
        return [len(taken), in_time, *(-1 if found == inf else max(0, int(found - first)) for found in last)]
