"""Protection: back to school, insured, and minimum income for those who cannot work, within a quota."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import Event

from sim.campaign.cases import Case, Kind, Measure, whole_cost
from sim.campaign.money.projects import Need, needed
from sim.campaign.ranks import Control
from sim.campaign.switches import withdraw
from sim.county.county import CLASS_AB, CLASS_C, NO_BACKSTOP, REGISTERED, TRANSFERS, Bools, Floats
from sim.county.fitting import largest_remainder
from sim.kernel import QueueServer, Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: What is paid to every village each year, the line it is paid from, and what it works for.
ENTITLEMENTS = (
    ("subsidy", "education", "education"),
    ("premium", "medical", "insurance"),
    ("minimum_income", "backstop", "social_assistance"),
)


class Protection:
    """Education, medical care and the backstop: entitlements paid by village, gaps closed household by household."""

    name = "protection"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """The year's subsidies, premiums and minimum income by village, and room for new enrolments."""
        hh, p, n = c.county.households, c.p, c.register.size
        pupils = c.register.total(hh.pupils[:n] * hh.on_register)
        rate = np.array([0.0, p["backstop.class_ab"], p["backstop.class_c"]])[hh.backstop]
        backstop = c.register.total(rate * c.register.people[: c.register.known])
        sums = (pupils * p["education.subsidy"], c.register.first_people * p["medical.premium"], backstop)
        for (kind, line, _), by_village in zip(ENTITLEMENTS, sums, strict=True):
            for village, yuan in enumerate(by_village.tolist()):
                if yuan:
                    yield _yearly(c, line, kind, village, int(yuan))
        yield from _enrolments(c, hh.on_register & (hh.backstop[:n] != CLASS_AB), _cannot_work(c), hh.income[:n])

    def start(self, c: Campaign) -> None:
        """Pay entitlements, enrol drop-outs and the uninsured, offer minimum income."""
        self._c = c
        #: Who may have minimum income while short: those who cannot work, and those who have fallen severely ill since.
        self._able = _cannot_work(c).tolist()
        self._class = c.county.households.backstop.copy()
        self._entitle()
        self._close_gaps()
        self._offer_backstop()
        c.hooks.on_newcomers.append(self._take_in)
        c.hooks.on_illness.append(self._fallen_ill)
        c.hooks.on_new_year.append(self._price_the_year)

    def _entitle(self) -> None:
        """Villages ask for their entitlements every year; minimum income counts from the day it is first paid."""
        c = self._c
        days = {"subsidy": c.p["education.subsidy_day"], "premium": c.p["medical.premium_day"], "minimum_income": 1.0}
        by_kind: dict[str, list[Need]] = {name: [] for name in days}
        for need in c.needs:
            if need.kind in by_kind:
                by_kind[need.kind].append(need)
        #: By kind and village: triggers when the entitlement has been paid; those of a year, anew each year.
        self._arrived: dict[str, dict[int, Event]] = {}
        #: By kind and village: since when it is waited for; what was listed before is an earlier year's.
        self._awaited: dict[tuple[str, int], float] = {}
        self._entitlements = by_kind
        for name, line, item in ENTITLEMENTS:
            kind = c.cases.register(
                Kind(name, self.name, line, "village", ("funded", "built"), _at_once, self._paid_out,
                     upfront=whole_cost, borrows=False, items=(item,)), c.places.villages
            )  # fmt: skip
            needs = by_kind[name]
            self._arrived[name] = {need.village: Event(c.env) for need in needs}
            c.env.process(self._ask_every_year(kind, needs, days[name]))
        self._suspend_minimum_income()

    def _ask_every_year(self, kind: Kind, needs: list[Need], day: float) -> Steps:
        """All villages ask on the same day."""
        c = self._c
        for year in c.calendar.years(c.horizon):
            yield max(0.0, c.calendar.day_of_year(year, day) - c.env.now)
            for need, yuan in zip(needs, self._entitled(kind.name, needs), strict=True):
                if not self._asks(kind.latest.get(need.village)):
                    c.open_case(kind, need.village, need.village, yuan)

    def _asks(self, case: Case | None) -> bool:
        """Whether a village asks for the year already: what it waited for in vain last year has become this year's."""
        if case is None:
            return False
        return not case.done if case.project is None else case.listed_on >= self._c.year_begin

    def _price_the_year(self) -> None:
        """The list of a new year has each village's entitlements at what it will ask for, enrolments at a year's."""
        self._ask_for_the_first()
        c, asked = self._c, dict[tuple[str, int], int]()
        for kind in ("subsidy", "premium"):
            for village, arrived in self._arrived[kind].items():
                if arrived.triggered:
                    self._arrived[kind][village] = Event(c.env)
                    self._awaited[kind, village] = c.year_begin
        for kind, needs in self._entitlements.items():
            asked |= {(kind, n.village): yuan for n, yuan in zip(needs, self._entitled(kind, needs), strict=True)}
        c.needs = [n._replace(unit_cost_yuan=asked.get((n.kind, n.village), n.unit_cost_yuan)) for n in c.needs]
        for case, _ in c.library.waiting:
            # What was not listed is asked for anew, for those who are on the register now.
            c.library.cut(case, case.cost - asked.get((case.kind.name, case.village), case.cost))
        n = c.register.size
        poor = c.register.stayed(c.this_year) & (self._class[:n] != CLASS_AB)
        open_to = [c.cases.find("backstop", household) is None for household in range(n)]
        c.need_anew(
            ("backstop",),
            self._enrolments(poor & (open_to | c.register.flags(c.library.asking("backstop")))),
        )
        if c.switches[self.name].usual:
            self._give_up_needless()
            for case in c.cases.kinds["backstop"].latest.values():
                if not case.done:
                    self._charge(case)

    def _give_up_needless(self) -> None:
        """Who has left the register waits for minimum income no more."""
        c, asked = self._c, list(self._c.cases.kinds["backstop"].latest.values())
        needless = [x for x in asked if not x.done and x.gate != "funded" and c.register.status[x.entity] != REGISTERED]
        withdraw(c, needless)
        for case in needless:
            self._put_forward[case.township] -= 1
            c.gates.drop(case)

    def _ask_for_the_first(self) -> None:
        """Where nobody was insured, or had minimum income, on the first day, villages ask once somebody is or has."""
        c = self._c
        for kind, line, _ in ENTITLEMENTS:
            asking = {need.village for need in self._entitlements[kind]}
            for village in np.flatnonzero(self._owed(kind)).tolist():
                if village not in asking:
                    need = _yearly(c, line, kind, village, 0)
                    self._entitlements[kind].append(need)
                    c.needs.append(need)

    def _entitled(self, kind: str, needs: list[Need]) -> list[int]:
        """What the villages ask to be paid this year, yuan."""
        owed = self._owed(kind)
        return [int(owed[need.village]) for need in needs]

    def _owed(self, kind: str) -> Floats:
        """Return by village what an entitlement comes to in a year for those on the register today, yuan."""
        c, p, n = self._c, self._c.p, self._c.register.size
        if kind == "minimum_income":
            return self._minimum_income()
        registered = c.register.poor(n)
        if kind == "subsidy":
            return c.register.total(c.county.households.pupils[:n] * registered) * p["education.subsidy"]
        return np.asarray(c.register.count_people(registered) * p["medical.premium"])

    def _take_in(self, households: list[int]) -> None:
        """Those who come onto the register are insured and their children brought back to school; the poorest have
        places on the year's list.
        """
        c, n = self._c, self._c.register.size
        for household in households:
            for item in ("education", "insurance"):
                if c.lacks.household[item][household]:
                    c.open_case(c.cases.kinds[item], household, c.register.village_of[household])
        without = c.register.flags(households) & (self._class[:n] != CLASS_AB)
        c.need(self._enrolments(without))

    def _enrolments(self, those: Bools) -> Iterable[Need]:
        """Places for who of ``those`` is short today and may have one, those fallen ill since among them."""
        c = self._c
        return _enrolments(c, those, np.array(self._able), c.income.annual(c.register.size))

    def _minimum_income(self) -> Floats:
        """Return what each village's rolls of the day get in a year, yuan."""
        c, p = self._c, self._c.p
        rate = np.array([0.0, p["backstop.class_ab"], p["backstop.class_c"]])[self._class]
        return c.register.total(rate * c.register.people[: c.register.known])

    def _suspend_minimum_income(self) -> None:
        """What the registered get in class A or B is in their income only once it has been paid."""
        c, hh, n = self._c, self._c.county.households, self._c.register.size
        those = np.flatnonzero(hh.on_register & (hh.backstop[:n] == CLASS_AB))
        yearly = np.minimum(c.p["backstop.class_ab"] * c.register.people[those], c.income.base[those, TRANSFERS])
        c.income.base[those, TRANSFERS] -= yearly
        self._rate: dict[int, float] = dict(zip(those.tolist(), (yearly / 365.0).tolist(), strict=True))
        if c.rules.class_c_counts:
            for household in np.flatnonzero(hh.on_register & (hh.backstop[:n] == CLASS_C)).tolist():
                self._rate[household] = c.p["backstop.class_c"] * c.register.people.item(household) / 365.0
        self._suspended: list[list[int]] = [[] for _ in c.places.tier]
        for household in self._rate:
            self._suspended[c.register.village_of[household]].append(household)

    def _paid_out(self, case: Case) -> None:
        c, arrived = self._c, self._arrived[case.kind.name].get(case.village)
        since = self._awaited.get((case.kind.name, case.village), 0.0)
        if arrived is None or arrived.triggered or (case.project is not None and case.listed_on < since):
            return
        arrived.succeed()
        if case.kind.name == "minimum_income":
            since = c.year_begin
            for household in self._suspended[case.village]:
                c.income.begin_rate(household, self._rate[household], since)

    def _close_gaps(self) -> None:
        """One case for every household with a drop-out, and one for every household with an uninsured member."""
        c = self._c
        plans: dict[str, Callable[[Case], Steps]] = {"education": self.persuade, "insurance": self.enrol}
        for item, build in plans.items():
            kind = c.cases.register(
                Kind(item, self.name, None, "household", ("diagnosed", "filed", "built"), build, self._close,
                     items=(item,)),
                c.register.size,
            )
            for household in np.flatnonzero(c.lacks.household[item]).tolist():
                c.open_case(kind, household, c.register.village_of[household])

    def persuade(self, case: Case) -> Steps:
        """A child goes back at a start of term, once the subsidies are there; they may have come too late for one."""
        c, since = self._c, self._c.env.now
        yield from self._wait_for("subsidy", case)
        year = c.this_year
        days = (c.p["education.subsidy_day"], c.p["education.autumn_term_day"])
        terms = [c.calendar.day_of_year(y, day) for y in (year, year + 1) for day in days]
        case.held = "unfunded" if any(since <= term < c.env.now for term in terms) else "season"
        yield next(term for term in terms if term >= c.env.now) - c.env.now
        case.held = ""

    def enrol(self, case: Case) -> Steps:
        """The township station enters the insured, once the village's premiums are there."""
        yield from self._wait_for("premium", case)
        if self._c.switches[self.name].usual:
            yield from self._c.at_station(case, self._c.desks.mend)

    def _wait_for(self, entitlement: str, case: Case) -> Steps:
        arrived = self._arrived[entitlement].get(case.village)
        if arrived is not None:
            case.held = "unfunded"
            yield arrived
            case.held = ""

    def _close(self, case: Case) -> None:
        self._c.lacks.household[case.kind.name][case.entity] = False

    def _offer_backstop(self) -> None:
        c = self._c
        self._quota = [QueueServer(c.env, 0 if c.rules.backstop_quota else None) for _ in range(c.places.townships)]
        #: By township, how many were put forward for a place in its quota: those who have one and those on their way.
        self._put_forward = [0] * len(self._quota)
        c.env.process(self._open_quota(), rank=Control.QUOTA)
        kind = c.cases.register(
            Kind("backstop", self.name, "backstop", "household", ("filed", "approved", "built", "funded"), self.admit,
                 self._admitted, upfront=self._charge, at_once=self._enrol,
                 items=("income_source", "social_assistance")), c.register.size
        )  # fmt: skip
        c.measures.append(Measure(kind, self._cost, self._eligible, self._cost, self._has_room, begun=self._begun))

    def _open_quota(self) -> Steps:
        """Every year new places in classes A and B by township: the rolls times the growth allowed."""
        c = self._c
        home = np.array(c.places.township)[c.register.village[: c.register.size]]
        for year in c.calendar.years(c.horizon):
            yield max(0.0, c.calendar.day_of_year(year, 1) - c.env.now)
            poor = c.register.poor(c.register.size)
            rolls = np.bincount(home[np.array(self._able) & poor], minlength=len(self._quota))
            enrolled = float((self._class != NO_BACKSTOP).sum())
            new = largest_remainder(enrolled * c.p["backstop.quota_growth"], rolls)
            for quota, places in zip(self._quota, new, strict=True):
                if quota.capacity is not None:
                    quota.capacity += places

    def _has_room(self, household: int) -> bool:
        """Say whether the quota has a place beyond all that it was asked for; nobody gives one back."""
        township = self._c.places.township[self._c.register.village_of[household]]
        capacity = self._quota[township].capacity
        return capacity is None or capacity > self._put_forward[township]

    def _begun(self, case: Case) -> None:
        self._put_forward[case.township] += 1

    def _eligible(self, household: int) -> bool:
        if self._class[household] == CLASS_AB or self._c.cases.find("backstop", household) is not None:
            return False
        return not self._c.rules.backstop_quota or self._able[household]

    def _fallen_ill(self, household: int) -> None:
        self._able[household] = True

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
        self._enrol(case)

    def _enrol(self, case: Case) -> None:
        c, household = self._c, case.entity
        if self._class[household] == CLASS_C and household in self._rate:
            c.income.begin_rate(household, -self._rate[household])
        self._class[household] = CLASS_AB
        c.livelihoods.establish(household)
        c.income.begin_rate(household, c.p["backstop.class_ab"] * c.register.people.item(household) / 365.0)


def _cannot_work(c: Campaign) -> np.ndarray:
    """Say of each registered household whether it is without a worker, or has a member ill or disabled."""
    hh, n = c.county.households, c.register.size
    return np.asarray((hh.workers[:n] == 0) | hh.ill[:n] | hh.disabled[:n])


def _enrolments(c: Campaign, those: Bools, able: Bools, income: Floats) -> Iterable[Need]:
    """Places in classes A and B for the short who may have them (without the quota: for all who are short)."""
    those = those & (income < c.line_of_poverty(c.this_year)) & (able | (not c.rules.backstop_quota))
    count = c.register.count(those)
    people = c.register.count_people(those)
    for village in np.flatnonzero(count).tolist():
        unit = int(c.p["backstop.class_ab"] * people[village] / count[village])
        yield needed(c, "backstop", "backstop", village, unit, int(count[village]), households=0.5)


def _yearly(c: Campaign, line: str, kind: str, village: int, yuan: int) -> Need:
    """Return what a village asks for every year."""
    households = float(c.register.first_households[village])
    return needed(c, line, kind, village, yuan, households=households, yearly=True)


def _at_once(case: Case) -> float:
    return 0.0
