"""The household's campaign: visited, found short of income or not, given a measure that it prefers and can get."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import Measure
from sim.campaign.ranks import Control
from sim.county.county import REGISTERED
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


#: In what order a household takes measures: without a worker; by taste for farming, for a job away, for a post. What
#: families of a researcher's own offer comes before the last, the backstop.
ORDERS = (
    ("backstop",),
    ("industry", "job", "post", "backstop"),
    ("job", "industry", "post", "backstop"),
    ("post", "industry", "job", "backstop"),
)


class Households:
    """Every registered household is visited, its income estimated, and a measure begun where it falls short."""

    name = "households"

    def start(self, c: Campaign) -> None:
        """Visit every registered household; look again in June and September."""
        self._c = c
        n = c.register.size
        self._shares = c.p["industry.prefers_industry"], c.p["industry.prefers_job"]
        self._workers: list[int] = c.county.households.workers[:n].tolist()
        self._taste: list[float] = c.luck("livelihood.choice", n).tolist()
        expected = c.income.pending[:n] / c.income.people[:n]
        self._start_income: list[float] = (c.county.households.income[:n] + expected).tolist()
        self._measures: list[list[Measure]] | None = None
        for village, households in enumerate(c.register.by_village(c.register.poor(n))):
            c.env.process(self._visits(village, households), rank=village)
        c.hooks.on_newcomers.append(self._take_in)
        c.hooks.on_new_year.append(self._begin_year)
        c.hooks.on_illness.append(self._fallen_ill)
        for year in c.calendar.years(c.horizon):
            for name in ("june", "september"):
                c.env.process(self._review(year, c.p[f"plan.replan_{name}"], name), rank=Control.REVIEW)

    def _begin_year(self) -> None:
        """As a new year begins whoever is still registered and has nothing on the way is visited again."""
        c = self._c
        stayed, running = c.register.stayed(c.this_year), self._running()
        self._take_in([household for household in np.flatnonzero(stayed).tolist() if household not in running])

    def _running(self) -> set[int]:
        """The households with a measure on the way; what a family that is off has open has stopped."""
        return {h for measure in self._at_work() for h, case in measure.kind.latest.items() if not case.done}

    def _is_running(self, household: int) -> bool:
        """Whether a household has a measure on the way."""
        for measure in self._at_work():
            case = measure.kind.latest.get(household)
            if case is not None and not case.done:
                return True
        return False

    def _at_work(self) -> Iterator[Measure]:
        switches = self._c.switches
        return (measure for measure in self._c.measures if not switches[measure.kind.family].off)

    def _take_in(self, households: list[int]) -> None:
        """These are visited like everybody on the first day, for what they have today."""
        c = self._c
        by_village: dict[int, list[int]] = {}
        for household in households:
            self._start_income[household] = c.income.annual_of(household)
            by_village.setdefault(c.register.village_of[household], []).append(household)
        for village, those in sorted(by_village.items()):
            c.env.process(self._visits(village, those), rank=village)

    def _visits(self, village: int, households: list[int]) -> Steps:
        """A village's households are visited in their order; each visit ends when its team is done."""
        c, env, cadres, record = self._c, self._c.env, self._c.cadres, self._c.record
        begin, goal, no_source = env.now, c.planned_income(), c.lacks.household["income_source"]
        income, error, people = self._start_income, c.income.error.data, c.register.people.data
        status = c.register.status.data
        for days, household in zip(c.visits(village, len(households)), households, strict=True):
            end = begin + days
            if end > env.now and not cadres.unlimited:
                yield end - env.now
            if cadres.off:
                return
            if status[household] != REGISTERED:
                continue
            seen = income[household] * error[household]
            gap = (goal - seen) * people[household]
            if record.on:
                record.household(env.now, "household.visited", household, "short" if gap > 0 else "", seen)
            if (gap > 0 or no_source[household]) and not self._is_running(household):
                self._offer(household, gap)
            for tell in c.hooks.on_visit:
                tell(household)

    def _fallen_ill(self, household: int) -> None:
        """The team looks again at who has fallen ill."""
        if self._c.register.status[household] == REGISTERED:
            self._take_in([household])

    def _offer(self, household: int, gap: float) -> None:
        """Begin measures in the household's own order, those that have a place, until they promise to close the gap.

        The gap are the yuan that it is seen to miss of its plan's goal; below zero it misses none, but has no source.
        Where none has a place, wait for the first.
        """
        c, village = self._c, self._c.register.village_of[household]
        first, begun = None, False
        for measure in self._in_order(household):
            kind = measure.kind
            switch, before = c.switches[kind.family], kind.latest.get(household)
            if switch.off or (before is not None and not before.done) or not measure.fits(household):
                continue
            if first is None:
                first = measure
            if c.livelihoods.free_hands[household] < measure.hands:
                continue
            cost = measure.cost_yuan(household)
            if switch.unlimited or (
                (kind.line is None or c.library.has_place(kind.name, village, kind.line, cost))
                and measure.room(household)
            ):
                gap -= measure.pays(household)
                begun = True
                self._begin(measure, household, cost)
                if gap <= 0:
                    return
        if first is not None and not begun:
            self._begin(first, household, first.cost_yuan(household))

    def _begin(self, measure: Measure, household: int, cost: int) -> None:
        """Open the case, and keep its place on the list for it."""
        c, kind = self._c, measure.kind
        c.livelihoods.free_hands[household] -= measure.hands
        case = c.open_case(kind, household, c.register.village_of[household], cost)
        measure.begun(case)
        if kind.line is not None and not c.switches[kind.family].unlimited:
            c.library.place(case)

    def _in_order(self, household: int) -> list[Measure]:
        """Minimum income comes first for those without a worker; the others prefer by their own taste."""
        if self._measures is None:
            by_name = {m.kind.name: m for m in self._c.measures}
            own = [name for name in by_name if not any(name in order for order in ORDERS)]
            orders = [(*order[:-1], *own, order[-1]) for order in ORDERS]
            self._measures = [[by_name[name] for name in order if name in by_name] for order in orders]
        if self._workers[household] == 0:
            return self._measures[0]
        u, (farm, job) = self._taste[household], self._shares
        return self._measures[1 if u < farm else 2 if u < farm + job else 3]

    def _review(self, year: int, day: float, name: str) -> Steps:
        """Visit again who is short and has nothing on the way; the others hear in the monthly round what there is.

        The autumn push is a rule of its own.
        """
        c = self._c
        due = c.calendar.day_of_year(year, day)
        if due >= c.horizon:
            return
        yield max(0.0, due - c.env.now)
        looks = c.rules.replanning if name == "june" else c.rules.autumn_push
        if not looks or c.cadres.off or (name == "june" and c.switch("replanning").off):
            return
        n, registered, running = c.register.size, c.register.poor(c.register.size), self._running()
        short = c.income.annual(n) * c.income.error < c.planned_income()
        again = np.flatnonzero(registered & (short | c.lacks.household["income_source"]))
        visited = {household for household in again.tolist() if household not in running}
        self._take_in(sorted(visited))
        for household in np.flatnonzero(registered).tolist():
            for tell in c.hooks.on_visit if household not in visited else ():
                tell(household)
