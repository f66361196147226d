"""Entitlements: what every village is paid each year for its pupils, its insured and its rolls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import Event

from sim.campaign.cases import Case, Kind, whole_cost
from sim.campaign.families.protection.rolls import Rolls, yearly_minimum_income
from sim.campaign.money.projects import Need, needed
from sim.county.county import Bools, Floats
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: What is paid to every village each year, the line it is paid from, and what it works for.
ENTITLEMENTS = (
    ("subsidy", "education", "education"),
    ("premium", "medical", "insurance"),
    ("minimum_income", "backstop", "social_assistance"),
)
#: Of these, what a household's gap waits for until it is paid, every year anew.
YEARLY = ("subsidy", "premium")


def entitlement_needs(c: Campaign) -> Iterable[Need]:
    """What the villages ask for on the first day."""
    hh = c.county.households
    for kind, line, _ in ENTITLEMENTS:
        for village, yuan in enumerate(_owed(c, kind, hh.on_register, hh.backstop).tolist()):
            if yuan:
                yield _yearly(c, line, kind, village, int(yuan))


class Entitlements:
    """Villages ask for their entitlements every year, and wait until they are paid."""

    def __init__(self, c: Campaign, family: str, rolls: Rolls) -> None:
        self._c, self._rolls = c, rolls
        self._needs: dict[str, list[Need]] = {kind: [] for kind, *_ in ENTITLEMENTS}
        for need in c.needs:
            if need.kind in self._needs:
                self._needs[need.kind].append(need)
        #: By kind and village: triggers when the entitlement has been paid; those of a year, anew each year.
        self._arrived = {
            kind: {need.village: Event(c.env) for need in needs} for kind, needs in self._needs.items()
        }
        #: By kind and village: since when it is waited for; what was listed before is an earlier year's.
        self._awaited: dict[tuple[str, int], float] = {}
        days = {"subsidy": c.p["education.subsidy_day"], "premium": c.p["medical.premium_day"]}
        for name, line, item in ENTITLEMENTS:
            kind = c.cases.register(
                Kind(name, family, line, "village", ("funded", "built"), _at_once, self._paid_out,
                     upfront=whole_cost, borrows=False, items=(item,)), c.places.villages
            )  # fmt: skip
            c.env.process(self._ask_every_year(kind, days.get(name, 1.0)))

    def wait_for(self, entitlement: str, case: Case) -> Steps:
        """Wait until the village of a case has been paid an entitlement, if it asks for it."""
        arrived = self._arrived[entitlement].get(case.village)
        if arrived is not None:
            case.held = "unfunded"
            yield arrived
            case.held = ""

    def begin_year(self) -> None:
        """The list of a new year has each village's entitlements at what it will ask for."""
        self._ask_for_the_first()
        self._wait_anew()
        self._price()

    def _ask_for_the_first(self) -> None:
        """Where nobody was insured, or had minimum income, on the first day, villages ask once somebody is or has."""
        c = self._c
        for kind, line, _ in ENTITLEMENTS:
            asking = {need.village for need in self._needs[kind]}
            for village in np.flatnonzero(self._owed(kind)).tolist():
                if village not in asking:
                    need = _yearly(c, line, kind, village, 0)
                    self._needs[kind].append(need)
                    c.needs.append(need)

    def _wait_anew(self) -> None:
        """What was paid was for a year that is over."""
        c = self._c
        for kind in YEARLY:
            for village, arrived in self._arrived[kind].items():
                if arrived.triggered:
                    self._arrived[kind][village] = Event(c.env)
                    self._awaited[kind, village] = c.year_begin

    def _price(self) -> None:
        """What was not listed is asked for anew, for those who are on the register now."""
        c, asked = self._c, dict[tuple[str, int], int]()
        for kind, needs in self._needs.items():
            owed = self._owed(kind)
            asked |= {(kind, need.village): int(owed[need.village]) for need in needs}
        c.needs = [n._replace(unit_cost_yuan=asked.get((n.kind, n.village), n.unit_cost_yuan)) for n in c.needs]
        for case in c.library.waiting:
            c.library.cut(case, case.cost - asked.get((case.kind.name, case.village), case.cost))

    def _owed(self, kind: str) -> Floats:
        """Return by village what an entitlement comes to in a year for those on the register today, yuan."""
        return _owed(self._c, kind, self._c.register.poor(self._c.register.size), self._rolls.classes)

    def _ask_every_year(self, kind: Kind, day: float) -> Steps:
        """All villages ask on the same day."""
        c, needs = self._c, self._needs[kind.name]
        for year in c.calendar.years(c.horizon):
            yield max(0.0, c.calendar.day_of_year(year, day) - c.env.now)
            owed = self._owed(kind.name)
            for need in needs:
                if not self._asks(kind.latest.get(need.village)):
                    c.open_case(kind, need.village, need.village, int(owed[need.village]))

    def _asks(self, case: Case | None) -> bool:
        """Whether a village asks for the year already: what it waited for in vain last year has become this year's."""
        if case is None:
            return False
        return not case.done if case.project is None else case.listed_on >= self._c.year_begin

    def _paid_out(self, case: Case) -> None:
        kind, village = case.kind.name, case.village
        arrived, since = self._arrived[kind].get(village), self._awaited.get((kind, village), 0.0)
        if arrived is None or arrived.triggered or (case.project is not None and case.listed_on < since):
            return
        arrived.succeed()
        if kind == "minimum_income":
            self._rolls.pay(village)


def _owed(c: Campaign, kind: str, registered: Bools, classes: np.ndarray) -> Floats:
    """Return by village what an entitlement comes to in a year for these registered and these rolls, yuan."""
    if kind == "minimum_income":
        return yearly_minimum_income(c, classes)
    if kind == "subsidy":
        pupils = c.county.households.pupils[: c.register.size]
        return c.register.total(pupils * registered) * c.p["education.subsidy"]
    return np.asarray(c.register.count_people(registered) * c.p["medical.premium"])


def _yearly(c: Campaign, line: str, kind: str, village: int, yuan: int) -> Need:
    """Return what a village asks for every year."""
    households = float(c.register.first_households[village])
    return needed(c, line, kind, village, yuan, households=households, yearly=True)


def _at_once(case: Case) -> float:
    return 0.0
