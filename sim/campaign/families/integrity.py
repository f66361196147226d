"""Integrity: some money goes elsewhere when it is paid; leads are screened, cases investigated, money got back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import ceil, exp, inf, log
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import Event

from sim.campaign.cases import Case
from sim.campaign.desks import DAYS_PER_MONTH, minutes
from sim.campaign.money.ledger import MISUSED
from sim.campaign.money.payments import NOTHING
from sim.campaign.money.projects import Project
from sim.campaign.ranks import Control
from sim.kernel import Steps
from sim.scenario.names import LINES

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: Lines under which contractors and suppliers are paid more than people.
PROCURED = ("infrastructure", "relocation", "housing", "collective_economy")
#: How misuse comes to light.
WAYS = ("complaint", "audit", "finding")
#: Findings that can lead to it.
TRACES = ("payment", "work")
#: The draw that decides on each payment of a case.
PURPOSES = tuple(f"integrity.misuse/{part}" for part in range(3))
#: An investigator works on a case a week of five days at a time, and takes up new leads between.
AT_A_TIME = minutes(5)
#: Groundless leads a year that luck is dealt for: so many, or half as many again as are usual where that is more.
LEADS, AMPLE = 64, 1.5


@dataclass(eq=False)
class Misuse:
    """Money that went elsewhere: of a case, or (without one) of an earlier year.

    It comes to light with a complaint on a day, with the so-many-th audit, or with the so-many-th finding in its
    village, whatever is first. ``made_good`` is what a case waits for that cannot go on without the money.
    """

    village: int
    yuan: int
    complaint: float
    audits: float
    findings: float
    case: Case | None = None
    made_good: Event | None = None
    known: bool = False


class Integrity:
    """Money misused by kind of line and township; discipline inspection screens leads, opens cases and closes them."""

    name = "integrity"

    def start(self, c: Campaign) -> None:
        """Watch what is paid, and look into it and into the stock of earlier years."""
        self._c, p, self._switch = c, c.p, c.switches[self.name]
        self._rates, self._typical = self._rate_by_line(), round(p["integrity.misuse_yuan"])
        #: By village: what has not come to light.
        self._unknown: list[list[Misuse]] = [[] for _ in c.places.tier]
        #: By township: what is still felt of the cases closed, and the day for which that was reckoned.
        self._felt = [(0.0, 0.0) for _ in range(c.places.townships)]
        #: How many cases are open on a project; it gets no money until they are closed.
        self._cases_on: Counter[Project] = Counter()
        self._screen, self._weeks = minutes(p["integrity.screen_days"]), max(1, round(p["integrity.case_weeks"]))
        months = [end for end in c.calendar.month_ends(c.first_day + 366) if end > c.first_day]
        self._april = months[min(max(1, round(p["fact.leads_months"])), len(months)) - 1]
        self._told: Counter[str] = Counter()
        c.hooks.on_first_day.append(self._told.clear)
        c.payments.leak = self._leak
        self._take_stock()
        c.hooks.on_finding.append(self._found)
        c.env.process(self._audit(), rank=Control.INTEGRITY)
        c.env.process(self._groundless(), rank=Control.INTEGRITY)
        if self._switch.state == "off" and 0 < self._switch.day < c.horizon:
            c.env.process(self._give_up(self._switch.day), rank=Control.INTEGRITY)

    def _rate_by_line(self) -> dict[str, float]:
        """Misuse a yuan by line: more where contractors are paid, the known rate over all that the county needs.

        What it needs is the same whatever the allocation lists, and so is the hazard.
        """
        c, needed = self._c, dict.fromkeys(LINES, 0)
        for need in c.needs:
            needed[need.line] += need.unit_cost_yuan * need.places
        weight = {line: c.p["integrity.works_ratio"] if line in PROCURED else 1.0 for line in LINES}
        total = sum(needed.values())
        mean = sum(weight[line] * yuan for line, yuan in needed.items()) / total if total else 1.0
        return {line: c.p["integrity.misuse_rate"] * weight[line] / mean for line in LINES}

    def _take_stock(self) -> None:
        """Deal the misuse of the two years before to villages by their poor, and reckon how soon misuse is found.

        What complaints and the audit of March find of this stock is fitted: their shares of the leads with something in
        them that four months brought.
        """
        c, p = self._c, self._c.p
        stock = round(p["integrity.paid_before"] * c.scale * p["integrity.misuse_rate"] / p["integrity.misuse_yuan"])
        share = p["integrity.founded_leads"] * c.scale / max(1, stock)
        complained = min(0.5, p["integrity.complaint_share"] * share)
        self._hazard = -log(1.0 - complained) / (p["fact.leads_months"] * DAYS_PER_MONTH)
        left = (1.0 - complained) ** (p["fact.inspection_months"] / p["fact.leads_months"])
        # Where audits are so rare that complaints leave them nothing, one finds as much as it ever may.
        self._audited = min(0.5, p["integrity.audit_share"] * share / left) if left else 0.5
        if c.first_year < p["integrity.stock_year"]:
            return
        people = np.cumsum(c.register.first_people)
        where = np.searchsorted(people / people[-1], c.luck("integrity.where", stock)).tolist()
        luck = [c.luck(f"integrity.{way}", stock).tolist() for way in WAYS]
        for village, *u in zip(where, *luck, strict=True):
            self._misuse(village, self._typical, u)

    def _misuse(self, village: int, yuan: int, luck: list[float], case: Case | None = None) -> Misuse:
        """Note what went elsewhere, and when it would come to light: one number a way."""
        c = self._c
        complaint, audit, finding = luck
        days = -log(complaint) / self._hazard if self._hazard else inf
        audits, findings = _tries(audit, self._audited), _tries(finding, c.p["integrity.finding_share"])
        misuse = Misuse(village, yuan, c.env.now + days, audits, findings, case)
        self._unknown[village].append(misuse)
        if misuse.complaint < c.horizon:
            c.env.process(self._complain(misuse), rank=village)
        return misuse

    def _leak(self, case: Case, amount: int, part: int) -> tuple[int, Event | None]:
        """Say how much of a payment goes elsewhere, and what the case waits for then.

        A payment loses all of itself, or as much as is taken at a time, at odds that make the rate a yuan come true.
        Whoever is paid in person waits until it is made good, and so does what a village pays itself. A contractor
        builds on and is owed the money, and a village's entitlements go on.
        """
        c, rate = self._c, self._rates[case.kind.line or ""]
        u = c.draw(PURPOSES[part], case)
        typical = self._typical
        if u >= rate and (amount <= typical or u * typical >= rate * amount):
            return NOTHING
        taken = min(amount, max(typical, ceil(rate * amount)))
        if u >= rate * amount / taken * exp(-self._deterred(case.township)):
            return NOTHING
        address = f"{case.kind.name}/{case.entity}/{case.attempt}/{part}"
        misuse = self._misuse(
            case.village, taken, [c.streams.one("luck", f"integrity.{way}/{address}") for way in WAYS], case
        )
        if case.kind.borrows and case.kind.line not in PROCURED:
            misuse.made_good = Event(c.env)
        self._told["misused_yuan"] += taken
        return taken, misuse.made_good

    def _deterred(self, township: int) -> float:
        """Return by how much the hazard's logarithm is lower for the cases closed in a township."""
        felt, day = self._felt[township]
        return felt * exp((day - self._c.env.now) / self._c.p["integrity.deterrence_days"]) if felt else 0.0

    def _complain(self, misuse: Misuse) -> Steps:
        yield misuse.complaint - self._c.env.now
        if not misuse.known:
            self._bring_to_light(misuse)

    def _audit(self) -> Steps:
        """The books are looked at as often as there are special inspections: every quarter."""
        c, months = self._c, max(1, round(self._c.p["fact.inspection_months"]))
        for month, end in enumerate(c.calendar.month_ends(c.horizon - 1), 1):
            if month % months:
                continue
            yield end - c.env.now
            if self._switch.off:
                return
            for misuse in [misuse for here in self._unknown for misuse in here]:
                misuse.audits -= 1
                if misuse.audits < 1:
                    self._bring_to_light(misuse)

    def _found(self, village: int, kind: str, case: Case | None) -> None:
        """Supervision has found money or works stuck in a village; sometimes that is the trace of misuse.

        Where it writes up the very payment that went elsewhere, that is no chance.
        """
        unknown = self._unknown[village]
        if kind not in TRACES or not unknown:
            return
        if kind == "payment":
            for misuse in [misuse for misuse in unknown if misuse.case is case is not None]:
                self._bring_to_light(misuse)
        for misuse in list(unknown):
            misuse.findings -= 1
            if misuse.findings < 1:
                self._bring_to_light(misuse)

    def _groundless(self) -> Steps:
        """Leads that lead nowhere: as many as the report's leads have over its cases, at random times."""
        c, p = self._c, self._c.p
        idle = (p["fact.leads"] - p["fact.cases_opened"]) * c.scale
        if idle <= 0:
            return
        days = p["fact.leads_months"] * DAYS_PER_MONTH / idle
        number = max(LEADS, ceil(AMPLE * 365.0 / days))
        for year in c.calendar.years(c.horizon):
            for u in c.luck("integrity.groundless", number, year).tolist():
                wait = -log(u) * days
                if c.env.now + wait >= c.year_end:
                    break
                yield wait
                if self._switch.off:
                    return
                c.env.process(self._pursue(None), rank=Control.INTEGRITY)
            yield c.year_end - c.env.now

    def _bring_to_light(self, misuse: Misuse) -> None:
        if self._switch.off:
            return
        misuse.known = True
        self._unknown[misuse.village].remove(misuse)
        self._c.env.process(self._pursue(misuse), rank=misuse.village)

    def _pursue(self, misuse: Misuse | None) -> Steps:
        """Screen a lead; where there is something in it, open a case, freeze the project, investigate, close."""
        desk, entity = self._c.desks.investigators, "county"
        self._tell("lead", entity)
        yield desk.book(self._screen)
        if misuse is None or self._switch.off:
            return
        entity = f"village.{misuse.village}"
        self._tell("case", entity)
        project = misuse.case.project if misuse.case is not None else None
        if project is not None:
            self._freeze(project)
        for _ in range(self._weeks):
            yield desk.book(AT_A_TIME)
            if self._switch.off:
                return
        if project is not None:
            self._unfreeze(project)
        self._tell("closed", entity)
        self._close(misuse)

    def _give_up(self, day: float) -> Steps:
        """Where nobody looks into cases any more, nothing is frozen for them."""
        yield day
        for project in self._cases_on:
            self._thaw(project)
        self._cases_on.clear()

    def _tell(self, what: str, entity: str) -> None:
        self._told[what] += 1
        if self._c.env.now < self._april:
            self._told[f"{what}_by_april"] += 1
        self._c.record.add(self._c.env.now, f"integrity.{what}", entity)

    def _freeze(self, project: Project) -> None:
        self._cases_on[project] += 1
        if self._cases_on[project] == 1:
            self._c.payments.frozen[project] = Event(self._c.env)
            self._told["frozen"] += 1

    def _unfreeze(self, project: Project) -> None:
        self._cases_on[project] -= 1
        if not self._cases_on[project]:
            del self._cases_on[project]
            self._thaw(project)

    def _thaw(self, project: Project) -> None:
        self._c.payments.frozen.pop(project).succeed()

    def _close(self, misuse: Misuse) -> None:
        """Get back a share, pay once more what did not arrive, and be remembered in the township."""
        c, township = self._c, self._c.places.township[misuse.village]
        self._felt[township] = self._deterred(township) + c.p["integrity.deterrence"], c.env.now
        back = round(misuse.yuan * c.p["integrity.recovered"])
        if misuse.case is None:
            self._told["recovered_earlier_yuan"] += back
            return
        self._told["recovered_yuan"] += back
        line = misuse.case.kind.line or ""
        c.treasury.fill(line, MISUSED[line], back)
        c.env.process(self._make_good(misuse, misuse.case), rank=misuse.case.number)

    def _make_good(self, misuse: Misuse, case: Case) -> Steps:
        yield from self._c.payments.make_good(case, misuse.yuan)
        if misuse.made_good is not None:
            misuse.made_good.succeed()

    def scalars(self, c: Campaign) -> dict[str, float]:
        """Leads and cases, those of the report's months apart, and what became of the money of this run."""
        told = self._told
        return {
            "leads": told["lead"], "leads_by_april": told["lead_by_april"], "cases": told["case"],
            "cases_by_april": told["case_by_april"], "cases_closed": told["closed"], "frozen_projects": told["frozen"],
            "misused_yuan": told["misused_yuan"], "recovered_yuan": told["recovered_yuan"],
            "recovered_earlier_yuan": told["recovered_earlier_yuan"],
        }  # fmt: skip


def _tries(u: float, chance: float) -> float:
    """Return at which try something of a chance first succeeds."""
    return inf if chance <= 0 else 1.0 if chance >= 1 else 1.0 + log(u) // log(1.0 - chance)
