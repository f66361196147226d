"""A case is the unit of work: one missing criterion, or one livelihood, on its way through named gates."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from simpy.events import Event

from sim.county.county import STAGES
from sim.kernel import Claim, Fund, QueueServer, Steps
from sim.scenario.names import LINES
from sim.streams import Attempts

if TYPE_CHECKING:
    from sim.campaign.money.projects import OwnPrice, Project

#: The way of whatever is built.
WORKS_ROUTE = ("diagnosed", "filed", "approved", "funded", "built", "accepted")
#: The gate on that way at which works stand on the first day, by stage: planned, approved, funded, building, awaiting.
FIRST_GATE = (0, 3, 4, 4, 5)
#: Of these stages: from the first on the advance was paid in an earlier year; the work goes on; it is done.
BEGUN, BUILDING, AWAITING = map(STAGES.index, ("funded", "building", "awaiting"))
#: The priority of who was pushed: before everybody else.
FIRST = 0.0
#: A file is made so many times at most; the last one stands.
FILINGS = 8
#: What a case may be of.
SCOPES = ("household", "hamlet", "village")
GATES = ("proposed", "diagnosed", "filed", "approved", "funded", "built", "accepted", "verified")


@dataclass(eq=False)
class Kind:
    """What cases of one sort have in common; a family registers its kinds.

    ``route`` names the gates in order, ``build`` is what happens at the gate *built* (the days that it takes, or steps
    that wait for more than one thing), ``finish`` what is true once the last gate is passed, ``paid`` what follows when
    everything owed has arrived, ``at_once`` what is true instead of both where the family is unlimited, ``stop`` what
    one that is under way gives back on the day from which the family is off or unlimited. ``upfront`` is what has to be
    paid at the gate *funded*, in yuan: the advance of works, inputs, a wage; ``to_village`` says that its money travels
    with the line's tranche. Only a kind that ``borrows`` gets money of other lines when the county re-plans. ``scope``
    says what the entity of a case is: household, hamlet or village. ``items`` are those of the exit standards that it
    works for (`sim.campaign.exit.standard`): leaders who answer for them push its cases, and why an item is still
    lacking is read off those of households and hamlets.
    """

    name: str
    family: str
    line: str | None
    scope: str
    route: tuple[str, ...]
    build: Callable[[Case], float | Steps]
    finish: Callable[[Case], None]
    upfront: Callable[[Case], int] = lambda case: 0
    to_village: bool = False
    borrows: bool = True
    paid: Callable[[Case], None] | None = None
    at_once: Callable[[Case], None] | None = None
    stop: Callable[[Case], None] = lambda case: None
    items: tuple[str, ...] = ()
    offset: int = 0
    draws: dict[str, Attempts] = field(default_factory=dict)
    #: The latest case of each entity.
    latest: dict[int, Case] = field(default_factory=dict)


@dataclass(eq=False)
class Measure:
    """A way to raise a household's income, offered by a family.

    By household: what it costs, whether it ``fits`` now, what it ``pays`` until the year is over (yuan), whether
    there is ``room`` for one more. ``hands`` are the workers that it ties up. ``begun`` hears of each case that begins.
    """

    kind: Kind
    cost_yuan: Callable[[int], int]
    fits: Callable[[int], bool]
    pays: Callable[[int], float]
    room: Callable[[int], bool] = lambda household: True
    hands: int = 0
    begun: Callable[[Case], None] = lambda case: None


class Case:
    """One piece of work: where it stands (``gate``), since when, and what holds it (``held``: a reason or '').

    ``attempt`` counts the cases of its kind for its entity, ``filing`` how often its file was made, both from 0. Of its
    ``cost`` so much was ``asked`` for and so much ``paid``, earlier years included (yuan); of its payments those
    ``on_its_way`` had their cash on these days, the first first. ``minutes`` is the work that desks have booked on it;
    ``work`` the full working days that it takes a crew, ``half`` those until half of it stands. ``turns`` is what it
    waits for. ``entered`` are the days on which it came to each gate of its route, from number ``first`` on;
    ``listed_on`` that on which its place came onto the list, where it has one, and ``begin`` that before which it may
    not be built; ``own_price`` is what an own list has such a place cost, with what the model would (None: not of an
    own list); ``closed`` and ``settled`` are the days on which it was done and paid up (infinite: not yet, or
    it was dropped).
    """

    __slots__ = (
        "asked", "attempt", "begin", "closed", "cost", "done", "entered", "entity", "file_wrong", "filing", "first",
        "gate", "half", "held", "kind", "listed_on", "minutes", "number", "on_its_way", "opened", "own_price", "paid",
        "priority", "project", "settled", "since", "started", "township", "turns", "village", "work",
    )  # fmt: skip

    def __init__(
        self, kind: Kind, entity: int, village: int, township: int, priority: float,
        cost: int = 0, first: int = 0, opened: float = 0.0,
    ) -> None:  # fmt: skip
        self.kind, self.entity, self.village, self.township = kind, entity, village, township
        self.priority, self.cost, self.first = priority, cost, first
        self.opened = self.since = opened
        self.number = kind.offset + entity
        self.project: Project | None = None
        self.own_price: OwnPrice | None = None
        self.turns: list[Turn] = []
        self.entered: list[float] = []
        self.on_its_way: list[float] = []
        self.gate, self.held = "proposed", ""
        self.file_wrong = self.done = False
        self.attempt = self.filing = self.asked = self.paid = self.minutes = 0
        self.started, self.work, self.half, self.listed_on, self.begin = -1.0, 0.0, 0.0, 0.0, 0.0
        self.closed = self.settled = inf

    def came(self, number: int) -> float:
        """Return the day on which it came to gate ``number`` of its route, infinite for not yet.

        To those before the ``first`` it never came: they lay behind it as it opened. Past the last it is closed.
        """
        past = number - self.first
        if past <= 0:
            return self.opened
        return self.entered[past] if past < len(self.entered) else self.closed

    @property
    def dropped(self) -> bool:
        """Whether it ended since nobody needed it any more."""
        return self.done and self.closed == inf

    def left(self, gate: str) -> float:
        """Return the day on which it came through a gate, infinite for not yet."""
        return self.came(self.kind.route.index(gate) + 1)


class Turn:
    """A case's wait for its turn since a day, in a ``queue`` that has to be told of a change of priority, or none.

    ``for_money`` says whether it waits for a line's cash, ``again`` whether for what has been paid and did not arrive.
    """

    __slots__ = ("again", "case", "claim", "for_money", "queue", "since")

    def __init__(self, case: Case, claim: Event, since: float, queue: QueueServer | Fund | None, again: bool) -> None:
        self.case, self.claim, self.since, self.queue, self.again = case, claim, since, queue, again
        self.for_money = queue.__class__ is Fund

    def place(self) -> tuple[float, float, int, int]:
        """Return where it stands in its queue; all stand alike where there is none."""
        claim = self.claim
        if not isinstance(claim, Claim):
            return 0.0, 0.0, 0, 0
        return claim.priority, claim.since, claim.entity, claim.place

    def push(self, priority: float) -> None:
        """Tell the queue, if there is one, what priority the claim has now."""
        if self.queue is not None:
            assert isinstance(self.claim, Claim)
            self.queue.reprioritise(self.claim, priority)

    def withdraw(self) -> int:
        """Give up the place in the queue, if there is one; return the yuan that were asked for there."""
        if self.queue is None:
            return 0
        assert isinstance(self.claim, Claim)
        asked = self.for_money and not self.again
        return self.claim.amount if self.queue.withdraw(self.claim) and asked else 0


#: Where a case stands, said as the reason why it is not done.
REASON_AT_GATE = {
    "proposed": "undiagnosed",
    "diagnosed": "undiagnosed",
    "filed": "desk",
    "approved": "unapproved",
    "funded": "on_its_way",
    "built": "unfinished",
    "accepted": "unaccepted",
}


class CaseDesk:
    """The register of all cases, and of their kinds."""

    def __init__(self, families: Collection[str]) -> None:
        self._families = families
        #: Every case that was ever opened, in that order.
        self.all: list[Case] = []
        self.kinds: dict[str, Kind] = {}

    def register(self, kind: Kind, entities: int) -> Kind:
        """Add a kind; its cases are numbered after those of the kinds before it. Raises ValueError for a name that is
        taken, and for what is no family, line, scope or gate.
        """
        if kind.name in self.kinds:
            raise ValueError(f"name(={kind.name!r}) of a kind must be one that no kind has yet")
        for what, found, allowed in (
            ("family", (kind.family,), self._families), ("line", (kind.line,), (*LINES, None)),
            ("scope", (kind.scope,), SCOPES), ("route", kind.route, WORKS_ROUTE),
        ):  # fmt: skip
            if wrong := [value for value in found if value not in allowed]:
                raise ValueError(f"{what}(={wrong[0]!r}) of {kind.name} must be one of {', '.join(map(str, allowed))}")
        if entities >= 1_000_000:
            raise ValueError(f"entities(={entities}) of {kind.name} must be < 1000000")
        kind.offset = 1_000_000 * len(self.kinds)
        self.kinds[kind.name] = kind
        return kind

    def family_of(self, kind: str) -> str:
        """Return the family of a kind; none where it is not registered."""
        found = self.kinds.get(kind)
        return "" if found is None else found.family

    def find(self, kind: str, entity: int) -> Case | None:
        """Return the (latest) case of a kind for an entity."""
        found = self.kinds.get(kind)
        return None if found is None else found.latest.get(entity)

    def open(self) -> list[Case]:
        """Return the cases that are not done, in the order of kind and entity."""
        return sorted((case for case in self.all if not case.done), key=_number)


def _number(case: Case) -> int:
    return case.number


def whole_cost(case: Case) -> int:
    """Return all that a case costs, where everything is paid before it begins."""
    return case.cost
