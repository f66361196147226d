"""A family that begins all work of a kind on one day: what is known of by then on that day, and nothing before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from sim.campaign.exit.standard import last_day
from sim.campaign.milestones import gate_days
from sim.campaign.ranks import Control
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case, Kind
    from sim.campaign.gates import Passage

#: Gates of paper and money; what is still before a case as its work begins comes after them.
BEFORE = ("diagnosed", "filed", "approved", "funded")
#: What is told of all work; of work with a project; and of that which is paid before it begins: that this has come.
STEPS, PROJECT_STEPS, FIRST_MONEY = ("begun", "finished"), ("accepted", "settled"), ("funded",)
#: By step: day, counted from the first one, and how many cases came through on it, the earliest day first.
Held = dict[str, list[list[int]]]


class Hold:
    """Cases of some kinds pass their gates before *built* together on ``begin``, whatever those gates would take.

    On that day a case has its file, its approval, a place on the list if one is free, and asks for its first money
    without waiting for it; later money, crews, seasons and acceptance are as ever. What was under way before the
    scenario's own time began, comes up after the day, or never waits from an earlier day on, is not counted.

    So approval, and all papers, are there on the day itself; when the first money comes that was asked for then, and
    when a crew, is told by ``steps`` in the end, of the cases that counted and within the day's year.
    """

    name = "hold"

    def __init__(self, kinds: Iterable[str], begin: date, steps: Held | None = None) -> None:
        self._kinds, self._begin = frozenset(kinds), begin
        self._steps: Held = {} if steps is None else steps
        #: By case, the day on which the first money had come; that of beginning where it needs none.
        self._funded: dict[Case, float] = {}
        #: The cases that began on the day, and those among them that counted.
        self.held: dict[Case, None] = {}
        self.met: list[Case] = []

    def start(self, c: Campaign) -> None:
        """Stand before the gates; look at what was held as the year's list is closed and as villages are verified."""
        self._c, self._day = c, c.calendar.day(self._begin)
        for gate in BEFORE:
            c.gates.behind[gate] = partial(self._passage, gate, c.gates.behind[gate])
        self._livelihoods = [measure.kind for measure in c.measures]
        c.env.process(self._judge(), rank=Control.ASSESSMENT)

    def scalars(self, c: Campaign) -> dict[str, float]:
        """Return how many cases began on the day, and how many of them counted; tell of their steps."""
        self._steps |= self._by_day()
        return {"held_cases": len(self.held), "held_met": len(self.met)}

    def _passage(self, gate: str, usual: Callable[[Case], Passage], case: Case) -> Passage:
        if case.kind.name not in self._kinds or gate not in _before_built(case.kind):
            return usual(case)
        if case in self.held:
            return 0.0
        if not self._c.first_day <= self._c.env.now <= self._day:
            return usual(case)
        self.held[case] = None
        return self._wait(case)

    def _wait(self, case: Case) -> Steps:
        c, kind = self._c, case.kind
        yield self._day - c.env.now
        if case.done:
            del self.held[case]
            return
        self._funded[case] = c.env.now
        if kind.line is None:
            return
        c.library.place(case)
        if "funded" in _before_built(kind):
            self._funded[case] = inf
            c.env.process(self._pay(case), rank=case.number)

    def _pay(self, case: Case) -> Steps:
        yield from self._c.payments.pay(case, case.kind.upfront(case))
        self._funded[case] = self._c.env.now

    def _judge(self) -> Steps:
        """What was to be there by a last day either is by then, or is too late."""
        c = self._c
        for scope in ("household", "village"):
            yield last_day(c, self._begin.year, scope) - c.env.now
            begun = (case for case in self.held if case.closed >= self._day)
            judged = (case for case in begun if (case.kind.scope == "village") is (scope == "village"))
            self.met += [case for case in judged if self._is_met(case)]

    def _is_met(self, case: Case) -> bool:
        """Whether what it works for is there: of a grant the village's income, of a livelihood the household's."""
        c = self._c
        if case.kind.name == "collective":
            return not c.lacks.village["collective_income"][case.village]
        if case.kind in self._livelihoods:
            return case.done and c.income.annual_of(case.entity) >= c.line_of_poverty(self._begin.year)
        return case.done

    def _by_day(self) -> Held:
        """What was paid in full before it began is settled no sooner than that money has come."""
        c, end = self._c, self._c.calendar.day_of_year(self._begin.year + 1, 1)
        found: dict[str, Counter[int]] = {step: Counter() for step in self._told()}
        for case in self.met:
            days = gate_days(case) | {"funded": self._funded.get(case, inf)}
            days["settled"] = max(days["settled"], days["funded"])
            for step, counts in found.items():
                if days[step] < end:
                    counts[int(days[step] - c.first_day)] += 1
        return {step: [list(row) for row in sorted(counts.items())] for step, counts in found.items()}

    def _told(self) -> tuple[str, ...]:
        kinds = [kind for name, kind in self._c.cases.kinds.items() if name in self._kinds and kind.line]
        waits = any("funded" in _before_built(kind) for kind in kinds)
        return FIRST_MONEY * waits + STEPS + PROJECT_STEPS * bool(kinds)


def _before_built(kind: Kind) -> tuple[str, ...]:
    return kind.route[: kind.route.index("built")]
