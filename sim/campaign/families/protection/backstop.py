"""The backstop: minimum income in class A or B for the short who cannot work, within a township's quota."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import Case, Kind, Measure
from sim.campaign.families.protection.rolls import Rolls
from sim.campaign.money.projects import Need, needed
from sim.campaign.ranks import Control
from sim.campaign.switches import withdraw
from sim.county.county import CLASS_AB, REGISTERED, Bools, Floats
from sim.county.fitting import largest_remainder
from sim.kernel import QueueServer, Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


def backstop_needs(c: Campaign) -> Iterable[Need]:
    """Places in classes A and B for who is short on the first day."""
    hh, n = c.county.households, c.register.size
    return _places(c, hh.on_register & (hh.backstop[:n] != CLASS_AB), cannot_work(c), hh.income[:n])


class Backstop:
    """A measure for those who cannot work: a place in the quota, and minimum income from the day it is paid."""

    def __init__(self, c: Campaign, family: str, rolls: Rolls) -> None:
        self._c, self._family, self._rolls = c, family, rolls
        #: Who may have it while short: those who cannot work, and those who have fallen severely ill since.
        self.unable: list[bool] = cannot_work(c).tolist()
        self._quota = [QueueServer(c.env, 0 if c.rules.backstop_quota else None) for _ in range(c.places.townships)]
        #: By township, how many were put forward for a place in its quota: those who have one and those on their way.
        self.put_forward = [0] * len(self._quota)
        c.env.process(self._open_quota(), rank=Control.QUOTA)
        self._kind = c.cases.register(
            Kind("backstop", family, "backstop", "household", ("filed", "approved", "built", "funded"), self.admit,
                 self._admitted, upfront=self._charge, at_once=self.enrol,
                 items=("income_source", "social_assistance")), c.register.size
        )  # fmt: skip
        c.measures.append(
            Measure(self._kind, self._cost, self._eligible, self._cost, self._has_room, begun=self._begun)
        )

    def fallen_ill(self, household: int) -> None:
        """Who has fallen severely ill cannot work."""
        self.unable[household] = True

    def take_in(self, households: list[int]) -> None:
        """The poorest of those who come have places on the year's list; minimum income is a source of income."""
        c = self._c
        c.need(self._places(c.register.flags(households) & self._rolls.without()))
        for household in households if not c.switches[self._family].off else ():
            if self._rolls.classes[household] == CLASS_AB:
                c.livelihoods.establish(household)

    def begin_year(self) -> None:
        """The list of a new year has places for who is short now; who still waits is charged a year's income."""
        c = self._c
        asks = c.register.flags(c.library.waiting.asking("backstop"))
        open_to = np.array([self._is_open_to(household) for household in range(c.register.size)])
        c.need_anew(("backstop",), self._places(c.register.stayed(c.this_year) & (open_to | asks)))
        if c.switches[self._family].off:
            self._rolls.end()
        if c.switches[self._family].usual:
            self._give_up_needless()
            for case in self._kind.latest.values():
                if not case.done:
                    self._charge(case)

    def _give_up_needless(self) -> None:
        """Who has left the register waits for minimum income no more."""
        c, asked = self._c, list(self._kind.latest.values())
        needless = [x for x in asked if not x.done and x.gate != "funded" and c.register.status[x.entity] != REGISTERED]
        withdraw(c, needless)
        for case in needless:
            self.put_forward[case.township] -= 1
            c.gates.drop(case)

    def _places(self, those: Bools) -> Iterable[Need]:
        """Places for who of ``those`` is short today and may have one, those fallen ill since among them."""
        c = self._c
        return _places(c, those, np.array(self.unable), c.income.annual(c.register.size))

    def _open_quota(self) -> Steps:
        """Every year new places in classes A and B by township: the rolls times the growth allowed."""
        c = self._c
        home = np.array(c.places.township)[c.register.village[: c.register.size]]
        for year in c.calendar.years(c.horizon):
            yield max(0.0, c.calendar.day_of_year(year, 1) - c.env.now)
            poor = c.register.poor(c.register.size)
            in_need = np.bincount(home[np.array(self.unable) & poor], minlength=len(self._quota))
            new = largest_remainder(self._rolls.count() * c.p["backstop.quota_growth"], in_need)
            for quota, more in zip(self._quota, new, strict=True):
                if quota.capacity is not None:
                    quota.capacity += more

    def _has_room(self, household: int) -> bool:
        """Say whether the quota has a place beyond all that it was asked for; nobody gives one back."""
        township = self._c.places.township[self._c.register.village_of[household]]
        capacity = self._quota[township].capacity
        return capacity is None or capacity > self.put_forward[township]

    def _begun(self, case: Case) -> None:
        self.put_forward[case.township] += 1

    def _eligible(self, household: int) -> bool:
        if not self._is_open_to(household):
            return False
        return not self._c.rules.backstop_quota or self.unable[household]

    def _is_open_to(self, household: int) -> bool:
        """Say whether a household is neither in class A or B nor on its way there; an earlier case may be dropped."""
        case = self._kind.latest.get(household)
        return self._rolls.classes[household] != CLASS_AB and (case is None or case.done)

    def _cost(self, household: int) -> int:
        """Minimum income for what is left of the year."""
        c = self._c
        return int(c.p["backstop.class_ab"] * c.register.people.item(household) * c.rest_of_year)

    def admit(self, case: Case) -> Steps:
        """Wait for a place in the township's quota."""
        quota = self._quota[case.township]
        claim = quota.request(case.priority, case.number)
        case.held = "no_quota"
        yield from self._c.turn(case, claim, quota)
        case.held = ""

    def _charge(self, case: Case) -> int:
        """Minimum income costs what is left of the year, as it is asked for and again as it begins."""
        return self._c.payments.charge(case, self._cost(case.entity))

    def _admitted(self, case: Case) -> None:
        self._charge(case)
        self.enrol(case)

    def enrol(self, case: Case) -> None:
        """A household comes onto the rolls."""
        self._rolls.enter(case.entity)


def cannot_work(c: Campaign) -> Bools:
    """Say of each registered household whether it is without a worker, or has a member ill or disabled."""
    hh, n = c.county.households, c.register.size
    return np.asarray((hh.workers[:n] == 0) | hh.ill[:n] | hh.disabled[:n])


def _places(c: Campaign, those: Bools, unable: Bools, income: Floats) -> Iterable[Need]:
    """Places in classes A and B for the short who may have them (without the quota: for all who are short)."""
    those = those & (income < c.line_of_poverty(c.this_year)) & (unable | (not c.rules.backstop_quota))
    count = c.register.count(those)
    people = c.register.count_people(those)
    for village in np.flatnonzero(count).tolist():
        unit = int(c.p["backstop.class_ab"] * people[village] / count[village])
        yield needed(c, "backstop", "backstop", village, unit, int(count[village]), households=0.5)
