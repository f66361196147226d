"""What stands behind the name of each gate: a desk or a queue of people."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

from sim.county.fitting import largest_remainder
from sim.evidence import triangular
from sim.kernel import FifoServer, Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case

DAYS_PER_MONTH = 365 / 12


class Desks:
    """The people behind the gates: village teams, township stations and finance, county desks, inspectors."""

    def __init__(self, c: Campaign) -> None:
        p, env, scale = c.p, c.env, c.scale
        townships = range(len(c.county.townships.key))
        forms = 1.0 - p["people.forms_share"]
        helpers = p["people.helpers"] * scale * p["people.helper_days"] / DAYS_PER_MONTH
        weight = [int(n) for n in c.registered_by_village]
        share = largest_remainder(helpers, weight)
        team = [p["people.team_poor"] if t < 2 else p["people.team_other"] for t in c.village_tier]
        #: Village teams with the helpers' days; forms and meetings lengthen every visit.
        self.members = [max(1, round(t) + s) for t, s in zip(team, share, strict=True)]
        self.teams = [FifoServer(env, members) for members in self.members]
        self._env, self._cadres = env, c.switches.get("cadres")
        self.visit_days = p["people.visit_days"] / forms
        self.station = [FifoServer(env, max(1, round(p["people.station"]))) for _ in townships]
        self.township_finance = [FifoServer(env, max(1, round(p["people.township_finance"]))) for _ in townships]
        self.county_finance = FifoServer(env, max(1, round(p["people.county_finance"] * scale)))
        self.approval = FifoServer(env, max(1, round(p["people.approval"] * scale)))
        inspectors = largest_remainder(max(len(townships), p["works.inspectors"] * scale), c.villages_by_township)
        self.inspectors = [FifoServer(env, max(1, n)) for n in inspectors]
        self.file_days, self.mend_days = p["people.case_file_days"], p["people.mend_days"]
        self.approval_days, self.payment_days = p["people.approval_days"], p["people.payment_days"]
        self.listing_days = p["people.listing_days"]
        self.acceptance_visit, self.acceptance_days = p["people.acceptance_visit_days"], p["works.acceptance_days"]

    def visit(self, village: int) -> float:
        """Ask a village's team for a visit; return the delay until it is over (infinite where no team works)."""
        if self._cadres is not None and self._cadres.off(self._env.now):
            return inf
        if self._cadres is not None and self._cadres.unlimited(self._env.now):
            return 0.0
        return self.teams[village].book(self.visit_days)

    def all(self) -> list[FifoServer]:
        """Return every desk."""
        townships = [*self.station, *self.township_finance, *self.inspectors]
        return [*self.teams, *townships, self.county_finance, self.approval]


class Gates:
    """The named gates. Replace what stands behind one by assigning another generator function to its name."""

    def __init__(self, campaign: Campaign) -> None:
        self._c = campaign
        p = campaign.p
        self._noticed = p["people.file_noticed"]
        self._advance = p["money.advance"]
        self._lag = (p["money.village_lag_low"], p["money.village_lag_months"], p["money.village_lag_high"])
        self._village_lag: dict[tuple[str, int], list[float]] = {}
        self.behind: dict[str, Callable[[Case], Steps]] = {
            "diagnosed": self.diagnosed,
            "filed": self.filed,
            "approved": self.approved,
            "funded": self.funded,
            "built": self.built,
            "accepted": self.accepted,
        }

    def pursue(self, case: Case, first: int = 0) -> Steps:
        """Take a case through the gates of its route, from the ``first`` on, then settle what is owed."""
        c, kind = self._c, case.kind
        switch = c.switches[kind.family]
        for gate in kind.route[first:]:
            case.gate, case.since = gate, c.env.now
            if switch.off(c.env.now):
                return
            if not switch.unlimited(c.env.now):
                yield from self.behind[gate](case)
        case.done, case.held = True, ""
        c.record.add(c.env.now, "case.done", f"{kind.scope}.{case.entity}", kind.name)
        if switch.unlimited(c.env.now):
            (kind.at_once or kind.finish)(case)
            return
        kind.finish(case)
        yield from c.treasury.settle(case)
        if kind.paid is not None:
            kind.paid(case)

    def diagnosed(self, case: Case) -> Steps:
        """The village team visits."""
        yield self._c.desks.visit(case.village)

    def filed(self, case: Case) -> Steps:
        """The township station makes the file, sometimes a wrong one."""
        c = self._c
        yield c.desks.station[case.township].book(c.desks.file_days)
        case.file_wrong = c.draw("file.error", case) < c.file_error[case.village]

    def approved(self, case: Case) -> Steps:
        """Projects are approved at the county desk, a household's case at the township; a wrong file seen goes back."""
        c, desks = self._c, self._c.desks
        while True:
            case.held = ""
            if case.kind.scope == "household":
                yield desks.station[case.township].book(desks.listing_days)
            else:
                yield desks.approval.book(desks.approval_days)
            if not (case.file_wrong and c.draw("file.noticed", case) < self._noticed):
                return
            case.held = "file_wrong"
            yield desks.station[case.township].book(desks.mend_days)
            case.attempt += 1
            case.file_wrong = c.draw("file.error", case) < c.file_error[case.village]

    def funded(self, case: Case) -> Steps:
        """The case waits for a place on the project list, for cash in its line and for the advance to arrive."""
        c = self._c
        waiting = c.library.claim(case)
        if waiting is not None:
            yield waiting
        if case.kind.advance:
            yield from c.treasury.pay(case, int(case.cost * self._advance))
            arrival = self._arrival(case)
            if arrival > c.env.now:
                yield arrival - c.env.now

    def built(self, case: Case) -> Steps:
        """Whatever the kind's family does here: build, plant, enrol, place."""
        return case.kind.build(case)

    def accepted(self, case: Case) -> Steps:
        """An inspector of the township visits; the papers take their time."""
        desks = self._c.desks
        yield desks.inspectors[case.township].book(desks.acceptance_visit) + desks.acceptance_days

    def _arrival(self, case: Case) -> float:
        """The day on which the tranche that pays the case has come down to its village."""
        c = self._c
        lag = self._village_lag.get((case.kind.line or "", c.treasury.tranche))
        if lag is None:
            u = c.luck(f"money.lag/{case.kind.line}/{c.treasury.tranche}", len(c.village_tier))
            lag = [triangular(x, *self._lag) * DAYS_PER_MONTH for x in u.tolist()]
            self._village_lag[(case.kind.line or "", c.treasury.tranche)] = lag
        return c.treasury.tranche_day + lag[case.village]
