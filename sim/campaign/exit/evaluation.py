"""Outside evaluation: a sample of households is visited, and three rates are judged by what is found there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.county.county import NEVER, Bools, Floats, Ints

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


@dataclass(frozen=True)
class Rates:
    """Wrong exits of those who left this year, missed poor of those never registered, recognition of those asked."""

    wrong: float
    missed: float
    recognition: float


@dataclass(frozen=True)
class Evaluation:
    """What could be found out by visiting households, and who is visited; arrays over all rural households.

    ``discontent`` is each household's chance not to recognise the county's work.
    """

    exited: Bools
    wrong: Bools
    never: Bools
    missed: Bools
    ever: Bools
    discontent: Floats
    people: Ints
    base_people: int
    visited: Bools
    answer: Floats

    def truth(self) -> Rates:
        """Return the rates over all households."""
        unhappy = float(self.discontent[self.ever].mean()) if self.ever.any() else 0.0
        return Rates(_share(self.wrong, self.exited), _share(self.missed, self.never), 1.0 - unhappy)

    def sampled(self) -> Rates:
        """Return the rates over the households visited, each answering for itself."""
        asked = self.ever & self.visited
        return Rates(
            _share(self.wrong, self.exited & self.visited), _share(self.missed, self.never & self.visited),
            1.0 - _share(self.answer < self.discontent, asked),
        )  # fmt: skip

    def composite(self, registered: int, rates: Rates | None = None) -> float:
        """Return still registered, wrong exits and missed poor over all rural people: those there are, or at rates."""
        if rates is None:
            beside = float(self.people[self.wrong | self.missed].sum())
        else:
            left, others = (float(self.people[those].sum()) for those in (self.exited, self.never))
            beside = rates.wrong * left + rates.missed * others
        return (registered + beside) / self.base_people


def evaluation(c: Campaign) -> Evaluation:
    """Look at the county as the last year ends."""
    p, hh, register = c.p, c.county.households, c.register
    n, size, never, ever = register.size, hh.n, register.status == NEVER, register.status > NEVER
    grown = hh.income * (1.0 + p["income.growth"]) ** (c.last_year - c.first_year)
    missed = never & (grown < c.line_of_poverty(c.last_year))
    exited, wrong, unhappy = register.exit_year == c.last_year, np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    wrong[:n] = c.assessment.wrong
    latest = (kind.latest.values() for kind in c.cases.kinds.values() if kind.scope == "household")
    open_cases = [case.entity for cases in latest for case in cases if not case.done and case.gate != "diagnosed"]
    promised = np.array(open_cases, dtype=np.int64)
    unhappy[promised] = register.poor()[promised]
    lacking = c.lacks.unmet() & (register.entry_year[:n] < c.last_year)
    unhappy[:n] |= c.assessment.turned_away | register.poor(n) & lacking
    discontent = p["recognition.base"] + p["recognition.undelivered"] * unhappy
    turn, answer = (c.luck(f"evaluation.{what}", size, c.last_year) for what in ("visit", "answer"))
    half = round(p["verification.sample_households"] * c.scale / 2)
    visited = _first(half, turn, ever) | _first(half, turn, never)
    people, base = register.people, c.county.base_people
    return Evaluation(exited, wrong, never, missed, ever, discontent, people, base, visited, answer)


def _first(number: int, turn: Floats, those: Bools) -> Bools:
    """Say who of ``those`` are the ``number`` first in turn, or all of them where they are fewer."""
    turns = turn[those]
    if number >= len(turns):
        return those
    first: Bools = those & (turn < np.partition(turns, number)[number])
    return first


def _share(part: Bools, whole: Bools) -> float:
    return float(np.count_nonzero(part & whole) / max(1, int(np.count_nonzero(whole))))
