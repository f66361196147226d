"""Projects: a stated rule, or a planner's own list, turns an allocation into what is done where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case


#: Kind, village, hamlet (-1: none), whether it was begun before the start.
Key = tuple[str, int, int, bool]
#: By line, and whether in deep-poverty villages and townships or in others: yuan in places that cases have claimed.
Bound = Mapping[tuple[str, bool], int]


#: What a place costs in a planner's own list, and what the model would take for it (None: not known).
OwnPrice = tuple[int, int | None]


def priced(cost: int, own: OwnPrice | None) -> int:
    """Return what a case costs by the price of its place: in an own list the place's, in proportion to the model's."""
    if own is None:
        return cost
    unit, usual = own
    return cost * unit // usual if usual else unit


def case_key(case: Case, begun: bool) -> Key:
    """Return the key of a project for this case alone."""
    return case.kind.name, case.village, case.entity if case.kind.scope == "hamlet" else -1, begun


def of_village(key: Key) -> Key:
    """Return the key of a project for any place of its kind in the village."""
    kind, village, _, begun = key
    return kind, village, -1, begun


def listed_key(key: Key, listed: Container[Key]) -> Key:
    """Return the key in an own list that a place belongs to: its hamlet's, or the one for any of the village's."""
    return key if key in listed else of_village(key)


class Need(NamedTuple):
    """Work that the register knows of: so many places of a kind in a village (or one hamlet), each at a cost.

    The cost is what is still to be paid. ``households`` are the registered households that one place serves;
    ``committed`` work is already under way; a ``yearly`` need comes up anew every year, and has been ``unpaid`` for so
    many.
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
    yearly: bool = False
    unpaid: int = 0

    @property
    def key(self) -> Key:
        """Return the key of the project that meets it."""
        return self.kind, self.village, self.hamlet, self.committed


def needed(
    c: Campaign, line: str, kind: str, village: int, unit: int, places: int = 1, *, households: float = 1.0,
    hamlet: int = -1, committed: bool = False, yearly: bool = False,
) -> Need:  # fmt: skip
    """Return a need of a village, which takes its turn as the village is due and deep."""
    due, deep = c.precedence.due[village], c.places.deep[village]
    return Need(line, kind, village, hamlet, unit, places, households, due, deep, committed, yearly)


def village_places(
    c: Campaign, line: str, kind: str, wanting: np.ndarray, unit: int, part: float = 1.0
) -> Iterable[Need]:
    """Return the places a line would offer, village by village."""
    count = c.register.count(wanting).tolist()
    for v, households in enumerate(count):
        if households:
            yield needed(c, line, kind, v, unit, max(1, round(households * part)))


@dataclass(eq=False, slots=True)
class Project:
    """A line of the project library; ``open`` places are not yet taken by a case, the others cost what theirs do."""

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
    taken_yuan: int = field(default=0, init=False)
    #: The day on which it came onto the list, with the places that are open now.
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
        return self.taken_yuan + self.open * self.unit_cost_yuan

    def listed_again(self, other: Project) -> None:
        """Let the places open now be those of a later list; what it does not know of their usual price stays known."""
        self.own, self.unit_cost_yuan, self.begin = other.own, other.unit_cost_yuan, other.begin
        self.usual_yuan, self.listed_on = other.usual_yuan or self.usual_yuan, other.listed_on

    @property
    def own_price(self) -> OwnPrice | None:
        """What a place costs in the planner's own list now, if it is of one."""
        return (self.unit_cost_yuan, self.usual_yuan) if self.own else None


def listing(
    money_yuan: Mapping[str, int], tilt: Mapping[str, float], needs: Iterable[Need], bound: Bound
) -> list[Project]:
    """Turn each line's money into projects.

    All of it is split in two pots by the line's tilt: deep-poverty villages and townships, and the others. What is
    bound already and work under way come first, each out of its own pot; what one pot cannot pay of them the other
    bears. Then each pot takes the needs of villages due to exit first, then what has been unpaid for most years, then
    those that serve most registered households a yuan, as many places as it can pay; what does not fit is passed over.
    """
    projects: list[Project] = []
    by_line: dict[str, list[Need]] = {line: [] for line in money_yuan}
    for need in needs:
        by_line[need.line].append(need)
    for line, line_needs in by_line.items():
        pots = _pots(line, money_yuan[line], tilt[line], bound)
        for need in sorted(line_needs, key=_order):
            places = _affordable(need, pots)
            if places:
                projects.append(_project(need, places))
    return projects


def own_listing(
    rows: Sequence[Row], money_yuan: Mapping[str, int], needs: Iterable[Need], claimed: Mapping[Key, int], bound: Bound
) -> list[Project]:
    """Take the rows of a planner's own list in their order, as far as each line's money goes.

    Work under way is bound and comes first, as by the rule. A row is taken for as many places as its line can still
    pay, less those ``claimed`` this year; what does not fit is passed over. The list says where: tilt does not matter.
    """
    known = {need.key: need for need in needs}
    named = {row.key for row in rows}
    taken: Counter[Key] = Counter()
    for key, places in claimed.items():
        taken[listed_key(key, named)] += places
    left = {line: yuan - bound.get((line, True), 0) - bound.get((line, False), 0) for line, yuan in money_yuan.items()}
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
            places = _payable(row.places - taken[row.key], row.unit_cost_yuan, left[line])
            left[line] -= places * row.unit_cost_yuan
            if places:
                usual = known.get(row.key)
                projects.append(row.project(places, None if usual is None else usual.unit_cost_yuan))
    return projects


def _payable(places: int, unit: int, left: int) -> int:
    return max(0, places if unit == 0 else min(places, left // unit))


class Row(NamedTuple):
    """A project of a planner's own list in the numbers of a county; ``hamlet`` -1 stands for any of the village's.

    A hamlet that the county does not have stands below -1, each by itself: nobody takes its place.
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


def _pots(line: str, money: int, tilt: float, bound: Bound) -> dict[bool, int]:
    share = int(money * tilt)
    left = {True: share - bound.get((line, True), 0), False: money - share - bound.get((line, False), 0)}
    return {deep: max(0, yuan + min(0, left[not deep])) for deep, yuan in left.items()}


def cost_effectiveness(households: float, yuan: int) -> float:
    """Return the registered households that a yuan serves, by which work is ranked where money is short."""
    return households / (yuan or 1)


def _order(need: Need) -> tuple[bool, bool, int, float, str, int, int]:
    rank = -cost_effectiveness(need.households, need.unit_cost_yuan)
    return (not need.committed, not need.due, -need.unpaid, rank, need.kind, need.village, need.hamlet)


def _affordable(need: Need, pots: dict[bool, int]) -> int:
    """Pay places from the need's pot; work under way may overdraw it at the other pot's cost."""
    places, unit, deep = need.places, need.unit_cost_yuan, need.deep
    available = pots[deep] + (pots[not deep] if need.committed else 0)
    if places * unit > available:
        places = available // unit
    left = pots[deep] - places * unit
    if left < 0:
        pots[not deep] += left
        left = 0
    pots[deep] = left
    return places


def _project(need: Need, places: int) -> Project:
    return Project(
        need.line, need.kind, need.village, need.hamlet, need.unit_cost_yuan, places, need.households, need.committed
    )
