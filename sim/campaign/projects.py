"""The project library: a stated rule turns an allocation into a list of projects; the campaign sees only that list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from simpy.events import Event

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case


#: Kind, village, hamlet (-1: none), whether it was begun before the start.
Key = tuple[str, int, int, bool]


class Need(NamedTuple):
    """Work that the register knows of: so many places of a kind in a village (or one hamlet), each at a cost.

    The cost is what is still to be paid. ``households`` are the registered households that one place serves;
    ``committed`` work is already under way.
    """

    line: str
    kind: str
    village: int
    hamlet: int
    unit_cost_yuan: int
    places: int
    households: float
    due: bool
    deep: bool
    committed: bool = False

    @property
    def key(self) -> Key:
        """Return the key of the project that meets it."""
        return self.kind, self.village, self.hamlet, self.committed


def village_places(
    c: Campaign, line: str, kind: str, wanting: np.ndarray, unit: int, part: float = 1.0
) -> Iterable[Need]:
    """Return the places a line would offer, village by village."""
    count = np.bincount(c.village[: c.registered][wanting], minlength=len(c.village_tier)).tolist()
    for v, households in enumerate(count):
        if households:
            places = max(1, round(households * part))
            yield Need(line, kind, v, -1, unit, places, 1.0, c.precedence.due[v], c.village_deep[v])


@dataclass(eq=False, slots=True)
class Project:
    """A line of the project library; ``open`` places are not yet taken by a case."""

    line: str
    kind: str
    village: int
    hamlet: int
    unit_cost_yuan: int
    places: int
    households: float
    committed: bool = False
    #: A project of the planner's own list: what the model would take for a place (None: not known), and its first day.
    own: bool = False
    usual_yuan: int | None = None
    begin: float = 0.0
    open: int = field(init=False)
    #: The day on which it came onto the list.
    listed_on: float = field(default=0.0, init=False)
    #: The day of the county's approval, known once the first case has asked for it.
    approved_on: float | None = field(default=None, init=False)
    #: The project of the same kind and place whose approval covers this one.
    part_of: Project | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.open = self.places

    @property
    def key(self) -> Key:
        """What tells it from other projects."""
        return self.kind, self.village, self.hamlet, self.committed

    @property
    def cost_yuan(self) -> int:
        """What all places together cost."""
        return self.places * self.unit_cost_yuan

    def price(self, cost: int) -> int:
        """Return what a case costs that takes a place: in an own list the place's, in proportion to the model's."""
        if not self.own:
            return cost
        return cost * self.unit_cost_yuan // self.usual_yuan if self.usual_yuan else self.unit_cost_yuan


def listing(money_yuan: Mapping[str, int], tilt: Mapping[str, float], needs: Iterable[Need]) -> list[Project]:
    """Turn each line's money into projects.

    Work under way is listed first. What is left is split in two pots by the line's tilt: deep-poverty villages
    and townships, and the others. Each pot takes the needs of villages due to exit first, then those that serve
    most registered households a yuan, as many places as it can pay; what does not fit is passed over.
    """
    projects: list[Project] = []
    by_line: dict[str, list[Need]] = {line: [] for line in money_yuan}
    for need in needs:
        by_line[need.line].append(need)
    for line, line_needs in by_line.items():
        pots = _pots(money_yuan[line], tilt[line])
        for need in sorted(line_needs, key=_order):
            places = _affordable(need, pots)
            if places:
                projects.append(_project(need, places))
    return projects


def own_listing(
    rows: Sequence[Row], money_yuan: Mapping[str, int], needs: Iterable[Need], claimed: Mapping[Key, int]
) -> list[Project]:
    """Take the rows of a planner's own list in their order, as far as each line's money goes.

    Work under way is bound and comes first, as by the rule. A row is taken for as many places as its line can still
    pay, less those ``claimed`` already; what does not fit is passed over. The list says where, so tilt does not matter.
    """
    known = {need.key: need for need in needs}
    left = dict(money_yuan)
    projects: list[Project] = []
    for line in money_yuan:
        begun = sorted((need for need in known.values() if need.committed and need.line == line), key=_order)
        for need in begun:
            places = _payable(need.places, need.unit_cost_yuan, left[line])
            left[line] -= places * need.unit_cost_yuan
            if places:
                projects.append(_project(need, places))
        for row in rows:
            if row.line != line:
                continue
            places = _payable(row.places - claimed.get(row.key, 0), row.unit_cost_yuan, left[line])
            left[line] -= places * row.unit_cost_yuan
            if places:
                usual = known.get(row.key)
                projects.append(row.project(places, None if usual is None else usual.unit_cost_yuan))
    return projects


def _payable(places: int, unit: int, left: int) -> int:
    return max(0, places if unit == 0 else min(places, left // unit))


class Row(NamedTuple):
    """A project of a planner's own list in the numbers of a county; ``hamlet`` -1 stands for any of the village's.

    A hamlet that the county does not have is -2: nobody takes its place.
    """

    line: str
    kind: str
    village: int
    hamlet: int
    places: int
    unit_cost_yuan: int
    households: float
    begin: float

    @property
    def key(self) -> Key:
        """Return the key of its project."""
        return self.kind, self.village, self.hamlet, False

    def project(self, places: int, usual_yuan: int | None) -> Project:
        """Return so many places of it as a project."""
        return Project(
            self.line, self.kind, self.village, self.hamlet, self.unit_cost_yuan, places,
            self.households / self.places, own=True, usual_yuan=usual_yuan, begin=self.begin,
        )  # fmt: skip


def _pots(money: int, tilt: float) -> dict[bool, int]:
    deep = int(money * tilt)
    return {True: deep, False: money - deep}


def _order(need: Need) -> tuple[bool, bool, float, str, int, int]:
    _, kind, village, hamlet, unit, _, households, due, _, committed = need
    return (not committed, not due, -(households / (unit or 1)), kind, village, hamlet)


def _affordable(need: Need, pots: dict[bool, int]) -> int:
    """Pay places from the need's pot; work under way may overdraw it at the other pot's cost."""
    _, _, _, _, unit, places, _, _, deep, committed = need
    available = pots[deep] + (pots[not deep] if committed else 0)
    if places * unit > available:
        places = available // unit
    left = pots[deep] - places * unit
    if left < 0:
        pots[not deep] += left
        left = 0
    pots[deep] = left
    return places


def _project(need: Need, places: int) -> Project:
    line, kind, village, hamlet, unit, _, households, _, _, committed = need
    return Project(line, kind, village, hamlet, unit, places, households, committed)


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
        #: Cases without a place, in the order in which re-planning looks at them.
        self.waiting: list[tuple[Case, Event]] = []
        #: Yuan of each line that the list has bound.
        self.listed = dict.fromkeys(campaign.treasury.allotted, 0)
        for x in projects:
            self.listed[x.line] += x.cost_yuan

    def columns(self) -> dict[str, list[Any]]:
        """Return the list as named columns: villages by number from 01, hamlets by number within the village.

        What is done is left out; places that a case has taken are under way, and cost what was not asked for yet.
        """
        taken: dict[Project, list[int]] = {}
        for case in self._c.cases.all:
            if case.project is not None and not case.done:
                taken.setdefault(case.project, []).append(case.cost - case.asked)
        rows = [(x, x.open, x.open * x.unit_cost_yuan, int(x.committed)) for x in self.projects if x.open]
        rows += [(x, len(owed), sum(owed), 1) for x, owed in taken.items()]
        return {
            "line": [x.line for x, *_ in rows], "kind": [x.kind for x, *_ in rows],
            "village": [f"{x.village + 1:02d}" for x, *_ in rows],
            "hamlet": [self._c.plan.hamlet_number(x.hamlet) if x.hamlet >= 0 else "" for x, *_ in rows],
            "places": [places for _, places, _, _ in rows], "cost_yuan": [cost for _, _, cost, _ in rows],
            "under_way": [begun for *_, begun in rows],
            "households": [round(x.households * places, 1) for x, places, *_ in rows],
        }  # fmt: skip

    def find(self, case: Case) -> Project | None:
        """Return the project that a case belongs to, if it is listed."""
        kind, village, begun = case.kind, case.village, case.asked > 0
        if kind.scope != "hamlet":
            return self._by_key.get((kind.name, village, -1, begun))
        found = self._by_key.get((kind.name, village, case.entity, begun))
        return found or self._by_key.get((kind.name, village, -1, begun))

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
        if project is not None and project.open > 0:
            self._take(case, project)
            return True
        if not self.takes_more or case.cost - case.asked > self.room(case.kind.line or ""):
            return False
        self._list(case)
        return True

    def _take(self, case: Case, project: Project) -> None:
        project.open -= 1
        case.project = project
        if project.own and not case.asked:
            case.cost = project.price(case.cost)

    def wait(self, case: Case) -> Event:
        """Return the event of being listed, for a case without a place."""
        listed = Event(self._c.env)
        self.waiting.append((case, listed))
        return listed

    def grant(self, case: Case, listed: Event) -> None:
        """List a waiting case; its cost counts as bound from now on."""
        self._list(case)
        listed.succeed()

    def _list(self, case: Case) -> None:
        """Add a place for one case; the village's first project of that kind is approved with all that follow it."""
        line, cost = case.kind.line or "", case.cost - case.asked
        hamlet = case.entity if case.kind.scope == "hamlet" else -1
        project = Project(line, case.kind.name, case.village, hamlet, cost, 1, 1.0)
        project.open, project.listed_on = 0, self._c.env.now
        first = self._by_key.get(project.key) or self._added.setdefault(project.key, project)
        if first is not project:
            project.part_of = first
        self.projects.append(project)
        self.listed[line] += cost
        case.project = project

    def bound(self) -> dict[str, int]:
        """Return the yuan of each line in places that a case has claimed."""
        bound = dict.fromkeys(self.listed, 0)
        for project in self.projects:
            bound[project.line] += (project.places - project.open) * project.unit_cost_yuan
        return bound

    def relist(self, money_yuan: Mapping[str, int], needs: Iterable[Need]) -> None:
        """Give up what nobody has claimed, list what is left of the needs anew, and serve those who wait."""
        self.give_up_places()
        claimed: dict[Key, int] = {}
        for project in self.projects:
            claimed[project.key] = claimed.get(project.key, 0) + project.places
        left = [n._replace(places=n.places - claimed.get(n.key, 0)) for n in needs]
        for project in self._c.plan.projects(money_yuan, [need for need in left if need.places > 0], claimed):
            self.listed[project.line] += project.cost_yuan
            project.listed_on = self._c.env.now
            before = self._by_key.get(project.key)
            if before is None:
                project.part_of = self._added.get(project.key)
                self._by_key[project.key] = project
                self.projects.append(project)
            else:
                before.places += project.places
                before.open += project.places
        waiting, self.waiting = self.waiting, []
        for case, listed in sorted(waiting, key=lambda item: (item[0].priority, item[0].number)):
            found = self.find(case)
            if found is None or found.open == 0:
                self.waiting.append((case, listed))
                continue
            self._take(case, found)
            listed.succeed()

    def give_up_places(self) -> None:
        """Return to the lines what no case has claimed."""
        for project in self.projects:
            if project.open:
                self.listed[project.line] -= project.open * project.unit_cost_yuan
                project.places -= project.open
                project.open = 0
