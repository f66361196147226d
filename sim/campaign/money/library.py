"""The project library: the list in use, on which cases take places; the campaign sees only that list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.campaign.money.projects import Key, Need, Project, case_key, of_village, priced
from sim.campaign.money.waiting import WaitingList

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case


class Library:
    """The list in use: cases take places on it, and wait where there is none."""

    def __init__(self, campaign: Campaign, projects: Sequence[Project]) -> None:
        self._c = campaign
        self.projects = list(projects)
        self._by_key = {x.key: x for x in projects}
        #: What was listed during the year where the list had no project of the kind: the first, which covers the rest.
        self._added: dict[Key, Project] = {}
        #: From the first re-planning on, a need that comes up is listed at once while its line has room.
        self.takes_more = False
        self.waiting = WaitingList(campaign)
        #: As the year began: the places of each key that cases had claimed, the yuan in them, and the cases on whose
        #: places work went on.
        self.claimed_before: Counter[Key] = Counter()
        self._bound_before: Counter[tuple[str, bool]] = Counter()
        self.under_way: frozenset[Case] = frozenset()
        #: Yuan of each line that the list has bound.
        self.listed = dict.fromkeys(campaign.treasury.allotted, 0)
        #: By line and village: the day on which the newest places came onto the list, work under way apart.
        self.newest: dict[tuple[str, int], float] = {}
        for x in projects:
            self.listed[x.line] += x.cost_yuan
            self._note(x)

    def begin_year(self) -> None:
        """What has been claimed and bound so far is of earlier years."""
        self.claimed_before, self._bound_before = self.claimed(), self._bound()
        self.under_way = frozenset(case for case in self._c.cases.all if case.project is not None and not case.done)

    def claimed(self) -> Counter[Key]:
        """Count the places that cases have claimed; a hamlet's is its own, whether or not the project names it."""
        claimed: Counter[Key] = Counter()
        for case in self._c.cases.all:
            if case.project is not None:
                claimed[case_key(case, case.project.committed)] += 1
        return claimed

    def columns(self) -> dict[str, list[Any]]:
        """Return the list as named columns: villages by number from 01, hamlets by number within the village.

        What is done is left out; places that a case has taken are under way, and cost what was not asked for yet.
        """
        taken: dict[Project, list[int]] = {}
        for case in self._c.cases.all:
            if case.project is not None and not case.done:
                taken.setdefault(case.project, []).append(case.cost - case.asked)
        rows = [(x, len(owed), sum(owed), 1) for x, owed in taken.items()]
        rows += [(x, x.open, x.open * x.unit_cost_yuan, int(x.committed)) for x in self.projects if x.open]
        return {
            "line": [x.line for x, *_ in rows], "kind": [x.kind for x, *_ in rows],
            "village": [f"{x.village + 1:02d}" for x, *_ in rows],
            "hamlet": [self._c.plan.hamlet_number(x.hamlet) if x.hamlet >= 0 else "" for x, *_ in rows],
            "places": [places for _, places, _, _ in rows], "cost_yuan": [cost for _, _, cost, _ in rows],
            "under_way": [begun for *_, begun in rows],
            "households": [round(x.households * places, 1) for x, places, *_ in rows],
        }  # fmt: skip

    def find(self, case: Case) -> Project | None:
        """Return the project that has a place for a case: its hamlet's, or one for any of the village's."""
        key = case_key(case, begun=case.asked > 0)
        for project in (self._by_key.get(key), self._by_key.get(of_village(key))):
            if project is not None and project.open:
                return project
        return None

    def has_place(self, kind: str, village: int, line: str, cost: int) -> bool:
        """Say whether a household of a village could be served now."""
        project = self._by_key.get((kind, village, -1, False))
        return (project is not None and project.open > 0) or (self.takes_more and cost <= self.room(line))

    def room(self, line: str) -> int:
        """Return the yuan of a line that the list has not bound."""
        return self._c.treasury.total(line) - self.listed[line]

    def place(self, case: Case) -> bool:
        """Take a place for a case that has none; say whether it has one now."""
        if case.project is not None:
            return True
        project = self.find(case)
        if project is not None:
            self._take(case, project)
            return True
        if not self.takes_more or case.cost - case.asked > self.room(case.kind.line or ""):
            return False
        self._list(case)
        return True

    def _note(self, project: Project) -> None:
        if not project.committed:
            place = project.line, project.village
            self.newest[place] = max(self.newest.get(place, 0.0), project.listed_on)

    def commit(self, case: Case) -> None:
        """Give work that is under way its place; where the list has none for it, it is bound all the same."""
        if not self.place(case):
            self._list(case)

    def _take(self, case: Case, project: Project) -> None:
        project.open -= 1
        case.project, case.listed_on, case.begin = project, project.listed_on, project.begin
        if project.own and not case.asked:
            case.own_price = project.own_price
            case.cost = priced(case.cost, case.own_price)
        owed = case.cost - case.asked
        project.taken_yuan += owed
        self.listed[project.line] += owed - project.unit_cost_yuan

    def cut(self, case: Case, yuan: int) -> None:
        """Let a case cost so much less, and bind so much less."""
        case.cost -= yuan
        if case.project is not None:
            case.project.taken_yuan -= yuan
            self.listed[case.project.line] -= yuan

    def grant(self, has_room: Callable[[Case], bool]) -> int:
        """List the waiting cases that there is room for, each in turn, and bind what they cost; return how many."""

        def listed(case: Case) -> bool:
            if not has_room(case):
                return False
            self._list(case)
            return True

        return self.waiting.serve(listed)

    def _list(self, case: Case) -> None:
        """Add a place for one case; the village's first project of that kind is approved with all that follow it."""
        line, cost = case.kind.line or "", case.cost - case.asked
        kind, village, hamlet, begun = case_key(case, case.asked > 0)
        project = Project(line, kind, village, hamlet, cost, 1, 1.0, committed=begun)
        project.open, project.taken_yuan = 0, cost
        project.listed_on = case.listed_on = self._c.env.now
        self._note(project)
        first = self._by_key.get(project.key) or self._added.setdefault(project.key, project)
        if first is not project:
            project.part_of = first
        self.projects.append(project)
        self.listed[line] += cost
        case.project = project

    def bound(self) -> dict[str, int]:
        """Return the yuan of each line in places that a case has claimed."""
        return _by_line(self._bound(), self.listed)

    def bound_before(self) -> dict[str, int]:
        """Return the yuan of each line in places that cases had claimed as the year began."""
        return _by_line(self._bound_before, self.listed)

    def _bound(self) -> Counter[tuple[str, bool]]:
        bound: Counter[tuple[str, bool]] = Counter()
        for project in self.projects:
            bound[project.line, self._c.places.deep[project.village]] += project.taken_yuan
        return bound

    def relist(self, money_yuan: Mapping[str, int], needs: Iterable[Need]) -> None:
        """Give up what nobody has claimed, list what is left of the needs anew, and serve those who wait.

        ``money_yuan`` is all of the year's money; what cases have bound of it since the year began comes off first.
        Places that stay on the list stay those of their day.
        """
        offered = {project.key: project.open for project in self.projects if project.open}
        self.give_up_places()
        for project in self._affordable(money_yuan, needs):
            self._add(project, offered.get(project.key, 0))
        self.waiting.serve(self._take_open)

    def _affordable(self, money_yuan: Mapping[str, int], needs: Iterable[Need]) -> list[Project]:
        """Return the list that the plan makes of what is left of the money for what is left of the needs."""
        bound = self._bound()
        bound.subtract(self._bound_before)
        claimed = self.claimed()
        of_year = claimed - self.claimed_before
        owed = self.waiting.years()
        left = [
            n._replace(places=n.places - of_year[n.key], due=n.due or (n.kind, n.village) in owed,
                       unpaid=owed.get((n.kind, n.village), 0)) if n.yearly
            else n._replace(places=n.places - claimed[n.key])
            for n in needs
        ]  # fmt: skip
        return self._c.plan.projects(money_yuan, [need for need in left if need.places > 0], of_year, bound)

    def _add(self, project: Project, offered: int) -> None:
        """Put a project on the list, or its places to those of the same that is there, of which so many were open."""
        self.listed[project.line] += project.cost_yuan
        project.listed_on, before = self._c.env.now, self._by_key.get(project.key)
        if before is None:
            project.part_of = self._added.get(project.key)
            self._by_key[project.key] = project
            self.projects.append(project)
        else:
            if project.places <= offered:
                project.listed_on = before.listed_on
            before.places += project.places
            before.open += project.places
            before.listed_again(project)
        self._note(project)

    def _take_open(self, case: Case) -> bool:
        """Take an open place of the list; say whether there was one."""
        found = self.find(case)
        if found is None:
            return False
        self._take(case, found)
        return True

    def give_up_places(self, family: str = "") -> None:
        """Return to the lines what no case has claimed: everything, or what is of one family."""
        for project in self.projects:
            if project.open and (not family or self._c.cases.family_of(project.kind) == family):
                self.listed[project.line] -= project.open * project.unit_cost_yuan
                project.places -= project.open
                project.open = 0


def _by_line(bound: Mapping[tuple[str, bool], int], lines: Iterable[str]) -> dict[str, int]:
    return {line: bound[line, True] + bound[line, False] for line in lines}
