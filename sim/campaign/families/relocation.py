"""Relocation: sites built in phases, handed over when they are paid for, then moved into."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import Event

from sim.campaign.cases import AWAITING, BEGUN, BUILDING, FIRST_GATE, Case, Kind
from sim.campaign.desks import DAYS_PER_MONTH, minutes
from sim.campaign.lacks import WITH_KEYS
from sim.campaign.money.projects import Need, needed
from sim.county.county import FARMING
from sim.evidence import triangular
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: Keys are handed over after acceptance, so the criterion is met at once.
ROUTE = ("diagnosed", "filed", "approved", "funded", "built")


class Phase:
    """So many flats of a site that are begun together, paid in two parts, and handed over together."""

    def __init__(self, c: Campaign, flats: int, days: float) -> None:
        self._c, self._flats, self._days = c, flats, days
        self._funded: list[Case] = []
        self.keys = Event(c.env)

    def join(self, case: Case) -> None:
        """Add a flat that has its money; with the last one building begins."""
        self._funded.append(case)
        if len(self._funded) == self._flats:
            self._c.env.process(self._build(), case.number, self._days / 2)

    def _build(self) -> Steps:
        """The second half waits until its money has been paid."""
        if not self._c.switches["relocation"].usual:
            return
        yield from [self._c.payments.pay_progress(case) for case in self._funded]
        yield self._days / 2
        self.keys.succeed()


class Site:
    """Where a township's movers will live: as a month ends, flats that have their money are put out to tender.

    They are begun in phases of so many; ``days`` gives what a phase takes, by the households of its flats.
    """

    def __init__(self, c: Campaign, size: int, days: Callable[[list[int]], float]) -> None:
        self._c, self._size, self._days = c, size, days
        self._funded: list[tuple[Case, Event]] = []

    def join(self, case: Case) -> Event:
        """Add a flat that has its money; return what tells that it belongs to a phase, and to which."""
        env = self._c.env
        if not self._funded:
            env.process(self._begin(), case.number, self._c.calendar.next_month(env.now) - env.now)
        self._funded.append((case, Event(env)))
        return self._funded[-1][1]

    def _begin(self) -> Steps:
        c, funded, size = self._c, sorted(self._funded, key=lambda item: item[0].number), self._size
        self._funded = []
        yield c.desks.tender.book(minutes(c.p["money.tender_days"])) + c.p["money.tender_notice_days"]
        if not c.switches["relocation"].usual:
            return
        for k in range(0, len(funded), size):
            flats = funded[k : k + size]
            phase = Phase(c, len(flats), self._days([case.entity for case, _ in flats]))
            for _, begun in flats:
                begun.succeed(phase)


class Relocation:
    """One site a township: flats in phases, keys, moving in, and the old house given up."""

    name = "relocation"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Flats for everybody who is still to move, by village, those under way apart."""
        hh, n = c.county.households, c.register.size
        size, village, begun = c.places.villages, c.register.village[:n], hh.relocation_stage >= BEGUN
        for committed, movers in ((True, hh.relocates & begun), (False, hh.relocates & ~begun)):
            flats = np.bincount(village[movers], minlength=size)
            people = np.bincount(village[movers], weights=c.register.people[:n][movers], minlength=size)
            for v in np.flatnonzero(flats).tolist():
                price = int(c.p["relocation.cost_per_person"] * people[v] / flats[v])
                unit = price - c.payments.advance(price) if committed else price
                yield needed(c, "relocation", "relocation", v, unit, int(flats[v]), committed=committed)

    def start(self, c: Campaign) -> None:
        """Give every household to move a flat at its township's site; bonds do not travel to the villages."""
        self._c, hh = c, c.county.households
        kind = c.cases.register(
            Kind("relocation", self.name, "relocation", "household", ROUTE, self.build, self._keys,
                 lambda case: c.payments.advance(case.cost), items=("housing",)), c.register.size
        )  # fmt: skip
        self._luck: list[float] = c.luck("relocation.phase", c.register.size).tolist()
        self._moved = np.zeros(len(hh.relocates), dtype=bool)
        size = round(c.p["relocation.phase_households"])
        self._sites = [Site(c, size, self._days) for _ in range(c.places.townships)]
        #: The phase of each flat that is under way.
        self._phase = self._under_way()
        movers = np.flatnonzero(hh.relocates)
        stages, prices = hh.relocation_stage[movers], c.p["relocation.cost_per_person"] * c.register.people[movers]
        for household, stage, of_all in zip(movers.tolist(), stages.tolist(), prices.tolist(), strict=True):
            price = int(of_all)
            first = min(FIRST_GATE[stage], ROUTE.index("built"))
            case = c.open_case(kind, household, c.register.village_of[household], price, first)
            if stage >= BEGUN:
                case.asked = case.paid = c.payments.advance(price)
                c.library.commit(case)

    def scalars(self, c: Campaign) -> dict[str, float]:
        """The share of people to move who did, and people who gave up the old house with no work near the new one."""
        movers = np.flatnonzero(c.county.households.relocates)
        people, moved = c.register.people[movers], self._moved[movers]
        return {
            "relocated_share": int(people[moved].sum()) / max(1, int(people.sum())),
            "movers_without_work": c.counts["movers_without_work"],
        }

    def _lot(self, households: list[int]) -> float:
        """The luck of a phase: by the lowest of its flats' numbers, so that a flat more or less seldom changes it."""
        return 1.0 - (1.0 - min(self._luck[h] for h in households)) ** len(households)

    def _days(self, households: list[int]) -> float:
        """What a phase takes that had not begun on the first day: it is built from the ground and fitted out."""
        p = self._c.p
        spread, months = p["works.days_spread"], p["relocation.build_months"] + p["relocation.fit_out_months"]
        return months * DAYS_PER_MONTH * triangular(self._lot(households), 1.0 - spread, 1.0, 1.0 + spread)

    def _pace(self) -> float:
        """The most days that a phase still takes whose flats were being built on the first day.

        Of all flats left that day the known share is handed over by the end of October, as far as those that await
        acceptance, which is soon, and those being built can reach it: what has not begun takes longer.
        """
        c, p, hh = self._c, self._c.p, self._c.county.households
        stages = hh.relocation_stage[hh.relocates]
        awaiting, building = (int(np.count_nonzero(stages == stage)) for stage in (AWAITING, BUILDING))
        wanted = p["relocation.handed_over_by_october"] * len(stages) - awaiting
        day = c.calendar.day_of_year(c.first_year, p["relocation.handed_over_day"])
        return max(0.0, day) / min(1.0, wanted / building) if wanted > 0 else inf

    def _under_way(self) -> dict[int, Phase]:
        """Group the movers of a township whose flats were being built on the first day, or await acceptance."""
        c, hh = self._c, self._c.county.households
        size, accepting = round(c.p["relocation.phase_households"]), c.p["works.acceptance_days"]
        groups: dict[tuple[int, bool], list[int]] = {}
        flats = np.flatnonzero(hh.relocates & (hh.relocation_stage >= BUILDING))
        for household, stage in zip(flats.tolist(), hh.relocation_stage[flats].tolist(), strict=True):
            place = c.places.township[c.register.village_of[household]], stage != AWAITING
            groups.setdefault(place, []).append(household)
        phase: dict[int, Phase] = {}
        for (_, building), households in sorted(groups.items()):
            for k in range(0, len(households), size):
                together = households[k : k + size]
                days = self._pace() * self._lot(together) if building else accepting
                phase |= dict.fromkeys(together, Phase(c, len(together), days))
        return phase

    def build(self, case: Case) -> Steps:
        """Wait with the others of the phase for the keys."""
        phase = self._phase.get(case.entity)
        if phase is None:
            phase = self._phase[case.entity] = yield self._sites[case.township].join(case)
            case.started = self._c.env.now
        phase.join(case)
        yield phase.keys

    def _keys(self, case: Case) -> None:
        """Keys handed over: the household has what the site has, whatever its old hamlet lacks; it moves in later."""
        c = self._c
        for item in WITH_KEYS:
            c.lacks.household[item][case.entity] = False
        days = c.p["relocation.move_days"] * 2 * c.draw("relocation.move", case)
        c.env.process(self._move(case), case.number, days)

    def _move(self, case: Case) -> Steps:
        """The household moves in, and gives up the old house some time later: with it the fields, unless it has work.

        Who has none by then lives on less, and is at risk of coming back to poverty.
        """
        c, household = self._c, case.entity
        self._moved[household] = True
        c.counts["moved_people"] += int(c.register.people[household])
        c.record.household(c.env.now, "household.moved", household)
        for tell in c.hooks.on_move:
            tell(household)
        yield c.p["relocation.old_house_days"] * 2 * c.draw("relocation.old_house", case)
        c.counts["old_houses_given_up"] += 1
        c.record.household(c.env.now, "household.gave_up_old_house", household)
        if not c.livelihoods.at_work(household):
            c.counts["movers_without_work"] += int(c.register.people[household])
            c.income.book_lost(household, FARMING, c.p["relocation.farming_lost"])
            c.income.base[household, FARMING] *= 1.0 - c.p["relocation.farming_lost"]
            c.shocked[household] = True
