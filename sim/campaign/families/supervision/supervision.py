"""Supervision: weekly patrols, monthly reports with a ranking, quarterly special and outside inspections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.desks import DAY_MINUTES, DAYS_PER_MONTH, Desk, minutes
from sim.campaign.families.supervision.findings import OUTSIDE, Finding, FindingLedger
from sim.campaign.families.supervision.rectification import Rectification
from sim.campaign.families.supervision.stuck import StuckProjects
from sim.campaign.ranks import Control
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case

WEEK = 7.0


class Supervision:
    """Who looks makes findings, whoever owns one works on it, and the meeting hears of those overdue."""

    name = "supervision"

    def start(self, c: Campaign) -> None:
        """Patrol every week, report every month, be inspected from outside."""
        self._c, self._p, size = c, c.p, c.places.villages
        self._forms = 1.0 - c.p["people.forms_share"]
        self.ledger = FindingLedger(size)
        self._rectification, self._stuck = Rectification(c, self.ledger), StuckProjects(c, self.ledger)
        #: By village: the day of the last look, households registered, those that lacked something at the last two
        #: months' ends, and at the last one.
        self._last = np.zeros(size)
        self._households = np.maximum(1, c.register.first_households)
        self._standing = self._lacked = self._lacking()
        #: The files of whoever is or was on the register, by village, the next to open first.
        poor = c.register.poor(c.register.size)
        self._files, self._has_file = c.register.by_village(poor), poor.tolist()
        c.hooks.on_newcomers.append(self._take_in)
        #: By household: how often a wrong file was opened, and what becomes of each time.
        self._opened, self._eye = [0] * c.register.size, c.streams.attempts("file.opened", c.register.size)
        self.visits = self.weeks = 0
        c.hooks.on_first_day.append(self._count_anew)
        c.env.process(self._patrols(), rank=Control.SUPERVISION)
        c.env.process(self._reports(), rank=Control.SUPERVISION)
        for source, number in zip(OUTSIDE, ("fact.findings_region", "fact.findings_city"), strict=True):
            c.env.process(self._inspected(source, max(1, round(c.p[number] * c.scale))), rank=Control.SUPERVISION)

    def _count_anew(self) -> None:
        """Findings of the years before stay open, and are no findings of this time."""
        self.ledger.all.clear()
        self.visits = self.weeks = 0

    def _take_in(self, households: list[int]) -> None:
        """Whoever comes onto the register has a file that can be opened."""
        files, has_file, village_of = self._files, self._has_file, self._c.register.village_of
        for household in households:
            if not has_file[household]:
                has_file[household] = True
                files[village_of[household]].append(household)

    @property
    def _off(self) -> bool:
        return self._c.switches[self.name].off

    # --- patrols

    def _patrols(self) -> Steps:
        """As a week begins the teams choose villages, as many as they can visit in it; at its end they have looked."""
        c, p = self._c, self._p
        yield WEEK
        while not self._off:
            self._rectification.note_what_moved()
            villages = self._go(c.desks.patrol, p["supervision.patrol_days"], WEEK, self._by_risk())
            yield WEEK
            if self._off:
                return
            self.visits, self.weeks = self.visits + len(villages), self.weeks + 1
            self._look(villages, "patrol", p["supervision.patrol_days"])

    def _go(self, desk: Desk, days: float, period: float, villages: list[int]) -> list[int]:
        """Book inspectors and the teams that go along, village after village, until the period is full."""
        work, gone = minutes(days / self._forms), list[int]()
        visit = work / DAY_MINUTES
        while desk.backlog() + visit <= period:
            desk.book(work)
            gone.append(villages[len(gone) % len(villages)])
        self._accompany(gone, days)
        return gone

    def _accompany(self, villages: list[int], days: float) -> None:
        """A team spends so many of its members' days on whoever comes for some days."""
        work, teams = minutes(days * self._p["supervision.accompany_days"]), self._c.desks.teams
        for village in () if self._c.cadres.off else villages:
            teams[village].book(work)

    def _by_risk(self) -> list[int]:
        """Villages in the order of what is still lacking in them, findings open, and how long nobody looked.

        Of the registered households, the share that lacked something at the last two months' ends, and findings a
        household; a month without a look weighs as much as all of them lacking.
        """
        found = np.array([len(findings) for findings in self.ledger.open])
        risk = (self._standing + found) / self._households + (self._c.env.now - self._last) / DAYS_PER_MONTH
        order: list[int] = np.argsort(-risk, kind="stable").tolist()
        return order

    def _take_stock(self) -> None:
        c, lacking = self._c, self._lacking()
        self._standing, self._lacked = np.minimum(lacking, self._lacked), lacking
        self._households = np.maximum(1, c.register.count(c.register.poor()))

    def _lacking(self) -> np.ndarray:
        c, n = self._c, self._c.register.size
        return c.register.count(c.register.poor(n) & c.lacks.unmet())

    # --- looking

    def _look(self, villages: list[int], source: str, days: float) -> None:
        """In each village check what is said to be rectified, open files, look at stuck projects; owners are told."""
        c, now, found = self._c, self._c.env.now, list[Finding]()
        papers = round(self._p["supervision.files_a_day"] * days)
        self._stuck.sort()
        self._last[villages] = now
        for village in villages:
            for told in c.hooks.on_inspection:
                told(village)
            checked = self.ledger.check(village, now, papers)
            for _ in checked if c.record.on else ():
                c.record.add(now, "finding.checked", f"village.{village}", source)
            for household in self._wrong_files(village, papers - len(checked)):
                found.append(self._find("file", source, village, household=household))
            for kind, case in self._stuck.of(village):
                found.append(self._find(kind, source, village, case=case))
        self._rectification.hand_over(found)

    def _wrong_files(self, village: int, number: int) -> list[int]:
        """Open so many files, those first that lay longest; return the wrong ones that are noticed."""
        files, cards = self._files[village], self._c.cards
        wrong, known, opened = cards.wrong, cards.known, files[:number]
        del files[:number]
        files += opened
        return [h for h in opened if wrong[h] and not known[h] and self._noticed(h)]

    def _noticed(self, household: int) -> bool:
        """Whether a file is seen to be wrong, this time."""
        time = self._opened[household]
        self._opened[household] = time + 1
        return not self._c.cards.flawless and self._eye.of(household, time) < self._p["people.file_noticed"]

    def _find(self, kind: str, source: str, village: int, *, household: int = -1, case: Case | None = None) -> Finding:
        """Enter a finding."""
        c, now = self._c, self._c.env.now
        days = self._p["fact.rectification_months"] * DAYS_PER_MONTH if source in OUTSIDE else (
            self._p["supervision.deadline_days"])  # fmt: skip
        finding = Finding(kind, source, village, self._owner(kind, village, case), now, now + days, household, case,
                          case.paid if case else 0)  # fmt: skip
        if kind == "file":
            c.cards.notice(household)
        self.ledger.add(finding)
        if c.record.on:
            c.record.add(now, "finding.opened", f"village.{village}", f"{source}.{kind}")
        for told in c.hooks.on_finding:
            told(village, kind, case)
        return finding

    def _owner(self, kind: str, village: int, case: Case | None) -> Desk:
        """Whose finding it is; of payments the county's where one waits for cash anew, else the township's."""
        desks, township = self._c.desks, self._c.places.township[village]
        if kind == "policy":
            return desks.teams[village]
        if kind == "payment" and case is not None:
            waits = any(turn.for_money for turn in case.turns)
            return desks.county_finance if waits else desks.township_finance[township]
        return desks.station[township]

    # --- the month's report

    def _reports(self) -> Steps:
        """Stations write, the office ranks, the meeting hears; every quarter the worst villages are inspected."""
        c, months = self._c, max(1, round(self._p["fact.inspection_months"]))
        for month, end in enumerate(c.calendar.month_ends(c.horizon - 1), 1):
            yield end - c.env.now
            if self._off:
                return
            for station in c.desks.station:
                station.book(minutes(self._p["supervision.report_days"]))
            best_first = self._rank()
            self._rectification.name_overdue()
            for told in c.hooks.on_ranking:
                told(best_first)
            self._take_stock()
            if month % months == 0:
                c.env.process(self._special(best_first[::-1]), rank=Control.SUPERVISION)

    def _rank(self) -> list[int]:
        """Villages, best first, by the share of the year's poor with the eight haves; an open finding takes one off."""
        c = self._c
        had = c.register.as_year_began(c.this_year)
        met = c.register.count(had & ~c.lacks.unmet())
        found = np.array([len(findings) for findings in self.ledger.open])
        score = (met - found) / np.maximum(1, c.register.count(had))
        order: list[int] = np.argsort(-score, kind="stable").tolist()
        return order

    # --- inspections

    def _special(self, worst_first: list[int]) -> Steps:
        """The supervision offices of the county go to the villages at the bottom of the ranking, for longer."""
        days, weeks = self._p["supervision.special_visit_days"], self._p["supervision.special_days"]
        villages = self._go(self._c.desks.special, days, weeks, worst_first)
        yield weeks
        if not self._off:
            self._look(villages, "special", days)

    def _inspected(self, source: str, number: int) -> Steps:
        """Inspectors from outside go from village to village until they have so many findings.

        In each they note the first wrong file that they see, in some also a slow payment and stuck works; where they
        see nothing of the kind, that policy is applied loosely.
        """
        c = self._c
        year = round(self._p["supervision.outside_year"])
        if year not in c.calendar.years(c.horizon):
            return
        due = c.calendar.day_of_year(year, self._p[f"supervision.{source}_day"])
        if not c.env.now <= due < c.horizon:
            return
        yield due - c.env.now
        if self._off:
            return
        size = c.places.villages
        order = np.argsort(c.luck(f"{source}.villages", size)).tolist()
        accounts = (c.luck(f"{source}.accounts", size) < self._p["supervision.outside_accounts"]).tolist()
        found = list[Finding]()
        self._stuck.sort()
        for visit in range(number):
            village = order[visit % len(order)]
            self._accompany([village], self._p["supervision.patrol_days"])
            for told in c.hooks.on_inspection:
                told(village)
            for kind, household, case in self._seen_from_outside(village, accounts[village])[: number - len(found)]:
                found.append(self._find(kind, source, village, household=household, case=case))
            if len(found) == number:
                break
        self._rectification.hand_over(found)

    def _seen_from_outside(self, village: int, accounts: bool) -> list[tuple[str, int, Case | None]]:
        papers = round(self._p["supervision.files_a_day"] * self._p["supervision.patrol_days"])
        wrong: list[tuple[str, int, Case | None]] = [
            ("file", household, None) for household in self._wrong_files(village, papers)[:1]
        ]
        stuck: dict[str, tuple[str, int, Case | None]] = {}
        for kind, case in self._stuck.of(village) if accounts else ():
            stuck.setdefault(kind, (kind, -1, case))
        return [*wrong, *stuck.values()] or [("policy", -1, None)]

    # --- what came of it

    def scalars(self, c: Campaign) -> dict[str, float]:
        """Findings by source; how many are rectified, checked and overdue; what the outside ones came to; patrols."""
        now, ledger = c.env.now, self.ledger
        states = [finding.state(now) for finding in ledger.all]
        sources = [finding.source for finding in ledger.all]
        by_source = {f"findings_{source}": sources.count(source) for source in ("patrol", "special", *OUTSIDE)}
        by_state = {f"findings_{state}": states.count(state) for state in ("open", "overdue", "rectified", "checked")}
        return {
            **by_source, **by_state, "findings_named": c.counts["findings_named"],
            "findings_outside_rectified_share": ledger.rectified_within(OUTSIDE, self._p["supervision.counted_days"]),
            "villages_patrolled_weekly": self.visits / max(1, self.weeks),
        }  # fmt: skip
