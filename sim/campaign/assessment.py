"""Assessment: double recognition, public notice, verification, announcement, and then the villages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from sim.campaign.desks import minutes
from sim.campaign.projects import Need
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: What decides about a village since November 2018, beside incidence.
DECIDING = ("housing", "insurance", "education", "water", "electricity")
REFERENCE = (
    "hardened_road",
    "public_services",
    "special_industry",
    "collective_income",
    "sound_committee",
    "broadcast",
)


class Assessment:
    """Who is proposed (the gate), who is verified in time, who is turned away, which villages exit."""

    name = "assessment"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Assessment needs no money of the ten lines."""
        return ()

    def start(self, c: Campaign) -> None:
        """Assess in every year."""
        self._c, n = c, c.registered
        self._visit = minutes(c.p["people.visit_days"])
        self.proposed = np.zeros(n, dtype=bool)
        self.turned_away = np.zeros(n, dtype=bool)
        self.passed = np.zeros(n, dtype=bool)
        self.short = np.zeros(n, dtype=bool)
        self.strict_short = np.zeros(n, dtype=bool)
        self.village_exits: list[bool] = [False] * len(c.village_tier)
        c.assessment = self
        for year in c.calendar.years(c.horizon):
            c.env.process(self._year(year), rank=7)

    def _year(self, year: int) -> Steps:
        c, p = self._c, self._c.p
        first = c.calendar.day_of_year(year, p["assessment.double_check_day"])
        if first >= c.horizon or first < c.env.now:
            return
        yield first - c.env.now
        error = np.exp(p["income.measurement_sd"] * ndtri(c.luck("income.assessed", c.registered, year)))
        self._propose(year, error)
        yield c.calendar.day_of_year(year, p["assessment.cutoff_day"] - 7) - c.env.now
        self._propose(year, error)
        yield c.calendar.day_of_year(year, p["assessment.announce_day"]) - c.env.now
        self._announce()
        yield 2.0
        self._villages(year)

    def _propose(self, year: int, error: np.ndarray) -> None:
        """Of those seen to be ready, the list takes due villages and higher incomes first until it is full."""
        c, n = self._c, self._c.registered
        line = c.line_of_poverty(year)
        strict = c.income.so_far()[:n] * error
        practised = c.income.annual()[:n] * error
        self.strict_short = strict < line
        self.short = (strict if c.rules.income_reading == "strict" else practised) < line
        ready = (c.status[:n] == 1) & ~c.unmet() & ~self.short & ~self.proposed
        room = self._room()
        due = np.array(c.due)[c.village[:n]]
        order = np.lexsort((-practised, ~due))
        for household in order[ready[order]].tolist():
            people = int(c.people[household])
            if people > room:
                continue
            room -= people
            self.proposed[household] = True
            c.env.process(self._verify(household, year), rank=household)

    def _room(self) -> float:
        """People that may still be proposed: the plan times the overshoot, or no limit."""
        c = self._c
        if c.gate == "none":
            return float("inf")
        already = int(c.people[: c.registered][self.proposed].sum())
        return c.scenario.targets.people * c.scale * c.p["gate.overshoot"] - already

    def _verify(self, household: int, year: int) -> Steps:
        """A team visits, a wrong file seen is mended at the station, and a public notice allows objections."""
        c, village = self._c, self._c.village_of[household]
        yield c.desks.verifiers[village].book(self._visit)
        wrong, seen, held = self._luck(year)
        if wrong[household] < c.file_error[village] and seen[household] < c.p["people.file_noticed"]:
            yield c.desks.station[c.village_township[village]].book(c.desks.mend)
        yield c.p["assessment.notice_days"]
        if held[household] < c.p["gate.held_back_people"]:
            self.turned_away[household] = True
        else:
            self.passed[household] = True

    def _luck(self, year: int) -> tuple[list[float], list[float], list[float]]:
        cached = getattr(self, "_dealt", None)
        if cached is None or cached[0] != year:
            n = self._c.registered
            dealt = [
                self._c.luck(name, n, year).tolist() for name in ("register.wrong", "register.seen", "verify.held")
            ]
            cached = self._dealt = (year, dealt)
        wrong, seen, held = cached[1]
        return wrong, seen, held

    def _announce(self) -> None:
        c, n = self._c, self._c.registered
        out = self.passed & (c.status[:n] == 1) & ~c.unmet()
        c.status[:n][out] = 2
        c.exited_now[:n][out] = True
        c.counts["exits_people"] += int(c.people[:n][out].sum())
        c.counts["exits_households"] += int(out.sum())

    def _villages(self, year: int) -> None:
        c, v = self._c, self._c.county.villages
        held = c.luck("verify.village", len(v.tier), year) < c.p["gate.held_back_villages"]
        for village in range(len(v.tier)):
            candidate = v.tier[village] < 2 and not v.exited[village] and (c.gate == "none" or c.due[village])
            if candidate and not held[village] and self._village_meets(village):
                self.village_exits[village] = True

    def _counted_here(self, village: int) -> np.ndarray:
        """The households on the register of a village; with the rule *site*, those with keys count where they moved."""
        c, hh = self._c, self._c.county.households
        here = (c.status == 1) & (hh.village == village)
        if c.rules.relocated_counted_at == "site":
            here[: c.registered] &= ~(hh.relocates & ~c.lacks["housing"])
        return np.asarray(here)

    def _village_meets(self, village: int) -> bool:
        c = self._c
        poor = int(c.people[self._counted_here(village)].sum())
        if poor >= c.p["rule.incidence_limit"] * c.county.villages.base_people[village]:
            return False
        here = c.village[: c.registered] == village
        households = int((c.county.households.village == village).sum())
        allowed = (1.0 - c.p["rule.share_limit"]) * households
        if any(int(c.lacks[item][here].sum()) > allowed for item in DECIDING):
            return False
        return not (c.rules.reference_items_block and any(c.village_lacks[item][village] for item in REFERENCE))
