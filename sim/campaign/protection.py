"""Protection: back to school, insured, and minimum income for those who cannot work, within a quota."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import Case, Kind, Measure
from sim.campaign.projects import Need
from sim.county.county import CROPS, PRODUCTS
from sim.county.fitting import largest_remainder
from sim.kernel import QueueServer, Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class Protection:
    """Education, medical care and the backstop: entitlements paid by village, gaps closed household by household."""

    name = "protection"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """The year's subsidies, premiums, minimum income and awards by village, and room for new enrolments."""
        hh, p, n = c.county.households, c.p, c.registered
        v, size = c.village, len(c.village_tier)
        pupils = np.bincount(v, weights=hh.pupils[: c.known], minlength=size)
        insured = np.bincount(v[:n], weights=c.people[:n], minlength=size)
        rate = np.array([0.0, p["backstop.class_ab"], p["backstop.class_c"]])[hh.backstop]
        growers = np.isin(hh.product, [PRODUCTS.index(crop) for crop in CROPS])
        award = min(p["industry.award_cap"], p["industry.award_per_mu"] * p["industry.mu_per_household"])
        awards = np.bincount(v[:n][growers], minlength=size) * award
        backstop = np.bincount(v, weights=rate * c.people[: c.known], minlength=size)
        for line, kind, sums in (
            ("education", "subsidy", pupils * p["education.subsidy"]),
            ("medical", "premium", insured * p["medical.premium"]),
            ("backstop", "minimum_income", backstop),
            ("industry", "award", awards),
        ):
            for village in np.flatnonzero(sums).tolist():
                yield Need(line, kind, village, -1, int(sums[village]), 1, float(c.registered_by_village[village]),
                           c.due[village], bool(c.village_deep[village]))  # fmt: skip
        short = (hh.income[:n] < c.line_of_poverty(c.year)) & (hh.backstop[:n] != 1)
        able = (hh.workers[:n] == 0) | hh.ill[:n] | hh.disabled[:n]
        count = np.bincount(c.village[:n][short & (able | (not c.rules.backstop_quota))], minlength=size)
        for village in np.flatnonzero(count).tolist():
            yield Need("backstop", "backstop", village, -1, int(p["backstop.class_ab"] * 2), int(count[village]), 0.5,
                       c.due[village], bool(c.village_deep[village]))  # fmt: skip

    def start(self, c: Campaign) -> None:
        """Pay entitlements, enrol drop-outs and the uninsured, offer minimum income."""
        self._c, n = c, c.registered
        hh = c.county.households
        self._people: list[int] = c.people[:n].tolist()
        able = (hh.workers[:n] == 0) | hh.ill[:n] | hh.disabled[:n]
        self._able = able.tolist()
        self._class = hh.backstop.copy()
        self._quota = self._quotas(able)
        if c.rules.class_c_counts:
            for household in np.flatnonzero(self._class[:n] == 2).tolist():
                c.income.begin_rate(household, c.p["backstop.class_c"] * self._people[household] / 365.0)
        for kind, item, build in (("education", "education", self.persuade), ("insurance", "insurance", self.enrol)):
            registered = c.cases.register(
                Kind(kind, self.name, None, "household", ("diagnosed", "filed", "built"), build, self._close), n
            )
            for household in np.flatnonzero(c.lacks[item]).tolist():
                c.open_case(registered, household, c.village_of[household])
        self._kind = c.cases.register(
            Kind("backstop", self.name, "backstop", "household", ("filed", "approved", "funded", "built"), self.admit,
                 self._admitted, advance=False), n
        )  # fmt: skip
        c.measures.append(Measure(self._kind, self._cost, self._eligible))
        self._entitle(("subsidy", "education", 59.0), ("premium", "medical", 31.0), ("minimum_income", "backstop", 0.0),
                      ("award", "industry", 213.0))  # fmt: skip

    def _quotas(self, able: np.ndarray) -> list[QueueServer]:
        """New places in classes A and B by township: last year's rolls times the growth allowed."""
        c = self._c
        rolls = np.bincount(
            np.array(c.village_township)[c.village[: c.registered][able]], minlength=len(c.villages_by_township)
        )
        enrolled = float((c.county.households.backstop > 0).sum())
        places = largest_remainder(enrolled * c.p["backstop.quota_growth"], rolls)
        return [QueueServer(c.env, k if c.rules.backstop_quota else None) for k in places]

    def _eligible(self, household: int) -> bool:
        if self._c.cases.find("backstop", household) is not None:
            return False
        return not self._c.rules.backstop_quota or (self._able[household] and self._class[household] != 1)

    def _cost(self, household: int) -> int:
        return int(self._c.p["backstop.class_ab"] * self._people[household])

    def admit(self, case: Case) -> Steps:
        """Wait for a place in the township's quota."""
        claim = self._quota[case.township].request(case.priority, case.number)
        case.held = "unapproved"
        yield claim
        case.held = ""

    def _admitted(self, case: Case) -> None:
        c = self._c
        self._class[case.entity] = 1
        c.lacks["income_source"][case.entity] = False
        yearly = c.p["backstop.class_ab"] * self._people[case.entity]
        if c.rules.backstop_quota:
            c.income.begin_rate(case.entity, yearly / 365.0)
        else:
            c.income.received[case.entity] += yearly

    def persuade(self, case: Case) -> Steps:
        """A child goes back at the next start of term: 1 March or 1 September."""
        c = self._c
        year = c.calendar.year(c.env.now)
        terms = [c.calendar.day_of_year(year, day) for day in (60, 244, 425)]
        case.held = "season"
        yield next(term for term in terms if term >= c.env.now) - c.env.now
        case.held = ""

    def enrol(self, case: Case) -> Steps:
        """The township station enters the insured."""
        yield self._c.desks.station[case.township].book(self._c.desks.mend, case)

    def _close(self, case: Case) -> None:
        self._c.lacks[case.kind.name][case.entity] = False

    def _entitle(self, *plans: tuple[str, str, float]) -> None:
        c = self._c
        for name, line, day in plans:
            kind = c.cases.register(
                Kind(name, self.name, line, "village", ("funded", "built"), _at_once, _nothing, advance=False),
                len(c.village_tier),
            )
            for need in c.needs:
                if need.kind == name:
                    c.env.process(self._pay_out(kind, need, day), rank=need.village)

    def _pay_out(self, kind: Kind, need: Need, day: float) -> Steps:
        """A village's entitlements of the year are filed on their day and paid when the line has the money."""
        yield day
        self._c.open_case(kind, need.village, need.village, need.unit_cost_yuan)


def _at_once(case: Case) -> Steps:
    yield 0.0


def _nothing(case: Case) -> None:
    return
