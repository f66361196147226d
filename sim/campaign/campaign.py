"""One replication: wires county, environment, desks, money and families, and plays it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import Event

from sim.calendar import Calendar, Season
from sim.campaign.cards import Cards
from sim.campaign.cases import FILINGS, FIRST, Case, CaseDesk, Kind, Measure, Turn
from sim.campaign.decision import decide, plan_new_years, take_over
from sim.campaign.desks import Desks
from sim.campaign.exit.standard import in_force
from sim.campaign.family import Family, needs_of
from sim.campaign.gates import Gates
from sim.campaign.hooks import Hooks
from sim.campaign.income import IncomeAccount
from sim.campaign.lacks import Lacks
from sim.campaign.livelihoods import Livelihoods
from sim.campaign.money.library import Library
from sim.campaign.money.payments import Payments
from sim.campaign.money.plan import Plan
from sim.campaign.money.treasury import Treasury
from sim.campaign.places import Places
from sim.campaign.precedence import Precedence
from sim.campaign.ranks import Control
from sim.campaign.register import Register
from sim.campaign.results.books import closed, opened
from sim.campaign.switches import Switch, as_stated, switch_over
from sim.county import County, all_on_the_books
from sim.evidence import load
from sim.kernel import Environment, Fund, QueueServer, Steps
from sim.record import Record
from sim.streams import Attempts, Streams

if TYPE_CHECKING:
    from sim.campaign.exit.assessment import Assessment
    from sim.campaign.money.projects import Need
    from sim.evidence import Parameters
    from sim.scenario import Rules, Scenario


class Campaign:
    """The state of one replication while it runs. Families talk through it and never import each other."""

    def __init__(
        self,
        scenario: Scenario,
        allocation: str,
        county: County,
        p: Parameters,
        streams: Streams,
        families: tuple[Family, ...],
        gate: str,
        log: bool = False,
    ) -> None:
        before = scenario.before
        begins = (before or scenario).start_date
        if scenario.end_date.year > begins.year:
            county = all_on_the_books(county, streams)
        self.scenario, self.county, self.p, self.streams, self.gate = scenario, county, p, streams, gate
        self.scale = county.scale
        self.env = Environment()
        self.calendar = Calendar(begins)
        #: The day on which the scenario's own time begins, after the years before if it has any.
        self.first_day = self.calendar.day(scenario.start_date)
        self.horizon = self.calendar.day(scenario.end_date + timedelta(days=1))
        #: What is in force: in the years before, theirs.
        self.targets = (before or scenario).targets
        self._stated = (before or scenario).rules
        #: By year: the poverty line, once it was asked for.
        self._lines: dict[int, float] = {}
        self._enter(begins.year)
        self.env.process(self._years(), rank=Control.YEAR)
        self.first_year, self.last_year = begins.year, scenario.end_date.year
        self.season = self._season(p)
        #: The full working days that a day of the first year counts on average, as the evidence has its seasons:
        #: a milder winter than that makes works faster, not larger.
        self.usual_share = self._season(load().parameters()).done(365.0) / 365.0
        self.record = Record(log)
        stated = scenario.families
        self.switches = {f.name: as_stated(stated.get(f.name), self.calendar, self.first_day) for f in families}
        #: Whether village teams work.
        self.cadres = self.switch("cadres")
        #: Whether money for single households comes down with their village's plan; years before included.
        self.households_wait_for_plans = scenario.rules.household_money == "village"
        self.places = Places(county)
        #: By village: the share of files made wrong.
        self.file_error: list[float] = [p["people.file_error"]] * self.places.villages
        self.register = Register(county.households, self.places.villages)
        self.lacks = Lacks(county)
        self.livelihoods = Livelihoods(county.households, self.lacks.household["income_source"])
        #: By household of the county, whether something struck it since the register was last adjusted.
        self.shocked = np.zeros(county.households.n, dtype=bool)
        self.precedence = Precedence(self)
        self.counts: defaultdict[str, int] = defaultdict(int)
        self.crews: dict[str, list[QueueServer]] = {}
        self.crew_pools: dict[str, list[QueueServer]] = {}
        #: Set by the family that assesses, as it starts.
        self.assessment: Assessment
        #: Who waits for a turn that a leader could bring forward, in the order in which they came.
        self.turns: dict[Turn, None] = {}
        self.crop_left = [1.0] * self.places.villages
        self.flooded: dict[int, list[float]] = {}
        self.cases = CaseDesk(self.switches)
        self.desks = Desks(self)
        self.cards = Cards(self)
        self.gates = Gates(self)
        self.income = IncomeAccount(self)
        self.measures: list[Measure] = []
        self.hooks = Hooks()
        self.families = families
        self.allocation = allocation
        #: The day until which the first allocation is played, where that is not the first day.
        self.decides = None if scenario.decide_on is None else self.calendar.day(scenario.decide_on)
        if self.decides == self.first_day:
            self.decides = None
        if before is not None or self.decides is not None:
            allocation = (before or scenario).baseline
        self.plan = Plan(self)
        self.treasury = Treasury(self, self.plan.adopt(before or scenario, allocation))
        self.payments = Payments(self)
        self.needs = [need for family in families for need in needs_of(family, self)]
        self.library = Library(self, self.plan.projects(self.treasury.allotted, self.needs, {}, {}))
        self.books = opened(self)

    def need(self, needs: Iterable[Need]) -> None:
        """Add to the needs that later lists are made of: places beside those that were needed or claimed so far."""
        known, claimed = {need.key: need for need in self.needs}, self.library.claimed()
        for need in needs:
            before = known.get(need.key, need._replace(places=0))
            known[need.key] = before._replace(places=max(before.places, claimed[need.key]) + need.places)
        self.needs = list(known.values())

    def need_anew(self, kinds: Collection[str], needs: Iterable[Need]) -> None:
        """Let this be all that is needed of these kinds from now on, beside the places that cases have claimed."""
        claimed = self.library.claimed()
        self.needs = [need for need in self.needs if need.kind not in kinds]
        self.needs += [need._replace(places=claimed[need.key] + need.places) for need in needs]

    def switch(self, name: str) -> Switch:
        """Return a family's switch; one that is not there works as usual."""
        return self.switches.get(name) or Switch()

    def _enter(self, year: int) -> None:
        """Let a calendar year be the present one: when it began, when it will be over, what its rules are."""
        self.this_year = year
        self.year_begin, self.year_end = (self.calendar.day_of_year(y, 1) for y in (year, year + 1))
        self.rules = in_force(self._stated, year, self.p)

    @property
    def rest_of_year(self) -> float:
        """The part of a usual year of 365 days that is still to come."""
        return (self.year_end - self.env.now) / 365.0

    def put_in_force(self, rules: Rules) -> None:
        """Let these be the rules from now on, each as its year has it."""
        self._stated, self.rules = rules, in_force(rules, self.this_year, self.p)

    def _years(self) -> Steps:
        while True:
            yield self.year_end - self.env.now
            self._enter(self.this_year + 1)
            if self.env.now < self.horizon:
                self.library.begin_year()

    def _season(self, p: Parameters) -> Season:
        factors = p["works.rain_factor"], p["works.winter_factor"], p["works.festival_days"]
        return Season(self.calendar, int(self.horizon) + 366, *factors)

    def line_of_poverty(self, year: int) -> float:
        """Return the line used in the field, yuan a head and year; after 2018 it goes on rising as since 2016."""
        if year not in self._lines:
            rise = self.p["income.line_2018"] / self.p["income.line_2016"]
            known, since = self.p[f"income.line_{min(max(year, 2016), 2018)}"], max(0, year - 2018)
            self._lines[year] = float(known * rise ** (since / 2))
        return self._lines[year]

    def planned_income(self) -> float:
        """Return the income that a household's plan of this year aims at, yuan a head: the line and a margin."""
        return self.line_of_poverty(self.this_year) * (1.0 + self.p["income.planning_margin"])

    def draw(self, purpose: str, case: Case) -> float:
        """Return the luck of a case: by entity, and by which of its cases of this kind it is."""
        kind, attempt = case.kind, case.attempt
        draws = kind.draws.get(purpose) or self._deal(purpose, kind)
        return draws.of(case.entity, attempt) if attempt else draws.first[case.entity]

    def draw_filing(self, purpose: str, case: Case) -> float:
        """Return the luck of a case's file, as often as it has been made."""
        kind, filing = case.kind, case.attempt * FILINGS + case.filing
        draws = kind.draws.get(purpose) or self._deal(purpose, kind)
        return draws.of(case.entity, filing) if filing else draws.first[case.entity]

    def _deal(self, purpose: str, kind: Kind) -> Attempts:
        scopes = {"household": self.register.size, "hamlet": len(self.county.hamlets.village)}
        entities = scopes.get(kind.scope, self.places.villages)
        draws = kind.draws[purpose] = self.streams.attempts(f"{purpose}/{kind.name}", entities)
        return draws

    def luck(self, purpose: str, n: int, period: int = 0) -> np.ndarray:
        """Return exogenous luck by entity for a period."""
        return self.streams.uniform("luck", purpose, n, period)

    def open_case(self, kind: Kind, entity: int, village: int, cost: int = 0, first: int = 0) -> Case:
        """Enter a case and start it on its way from gate number ``first`` of its route.

        A livelihood may follow an earlier one of the same kind that is done.
        """
        env = self.env
        township, priority = self.places.township[village], self.precedence.of[village]
        case = Case(kind, entity, village, township, priority, cost, first, env.now)
        earlier = kind.latest.get(entity)
        if earlier is not None:
            case.attempt = earlier.attempt + 1
        kind.latest[entity] = case
        self.cases.all.append(case)
        if self.record.on:
            self.record.add(env.now, "case.opened", f"{kind.scope}.{entity}", kind.name)
        env.process(self.gates.pursue(case, first), case.number)
        return case

    def visit(self, village: int, case: Case | None = None) -> float:
        """Ask a village's team for a visit; return the days until it is over (infinite: never).

        A team that stops works until then, and does not end what lies beyond.
        """
        return self.team_work(village, self.desks.visits[village], case)

    def visits(self, village: int, number: int) -> list[float]:
        """Ask a village's team for so many visits, one after another; return the days until each is over."""
        if not self.cadres.usual:
            return [self.visit(village)] * number
        return self.desks.teams[village].book_each(self.desks.visits[village], number)

    def team_work(self, village: int, work: int, case: Case | None = None, ahead: bool = False) -> float:
        """Ask one of a village's team for ``work`` minutes; return the days until they are over, as for a visit.

        ``ahead``: of all that waits, since it has its day.
        """
        cadres, team = self.cadres, self.desks.teams[village]
        if not cadres.usual:
            return inf if cadres.off else 0.0
        days = team.ahead(work) if ahead else team.book(work, case)
        return days if self.env.now + days < cadres.until else inf

    def turn(
        self, case: Case, claim: Event, queue: QueueServer | Fund | None = None, again: bool = False,
        pushed: bool = True,
    ) -> Steps:  # fmt: skip
        """Wait for a case's turn, in a ``queue`` that has to be told of a change of priority, or none.

        ``again``: for money that was paid before and did not arrive. ``pushed``: leaders may bring it forward.
        """
        if claim.callbacks is not None:
            turn = Turn(case, claim, self.env.now, queue, again)
            if pushed and case.priority > FIRST:
                self.turns[turn] = None
            case.turns.append(turn)
            yield claim
            case.turns.remove(turn)
            self.turns.pop(turn, None)

    def at_station(self, case: Case, work: int) -> Steps:
        """Wait until the township station has done what a case asks of it, in its turn; no leader looks at papers."""
        station = self.desks.station[case.township]
        claim = station.queue.request(case.priority, case.number)
        return station.serve(self.turn(case, claim, station.queue, pushed=False), work, case)

    def stopped_days(self, village: int, since: float) -> float:
        """Return for how long floods have stopped the works of a village since a day, also one that struck before."""
        floods = self.flooded.get(village)
        if not floods:
            return 0.0
        stop = self.p["shock.flood_stop_days"]
        return sum(max(0.0, stop - max(0.0, since - day)) for day in floods)

    def close_books(self) -> None:
        """Count from here on; raises where what was done so far does not balance."""
        self.books = closed(self)
        self.counts.clear()

    def play(self) -> None:
        """Start everything and run to the end of the scenario."""
        self.treasury.start()
        self.income.start()
        for family in self.families:
            family.start(self)
        for name, switch in self.switches.items():
            if 0 < switch.day < self.horizon:
                self.env.process(switch_over(self, name, switch), rank=Control.SWITCH)
            elif not switch.usual:
                self.library.give_up_places(name)
        if self.first_day > 0:
            self.env.process(take_over(self), rank=Control.TAKEOVER)
        if self.decides is not None:
            self.env.process(decide(self, self.decides), rank=Control.DECISION)
        self.env.process(plan_new_years(self), rank=Control.DECISION)
        self.env.run(until=self.horizon)

    def close(self) -> None:
        """Let go of everything: what knows each other goes at once, rather than when garbage is looked for."""
        self.env.clear()
        for case in self.cases.all:
            if case.turns:
                for turn in case.turns:
                    turn.claim.callbacks = None  # type: ignore[assignment]
                case.turns.clear()
        for part in (*self.families, *self.cases.kinds.values(), self.gates, self):
            getattr(part, "__dict__", {}).clear()
