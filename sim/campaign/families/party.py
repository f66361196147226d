"""Party building: first secretaries come and go, teams are trained, and weak committees, which cost days, put right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import WORKS_ROUTE, Case, Kind
from sim.campaign.desks import minutes
from sim.campaign.money.projects import Need, needed
from sim.campaign.ranks import Control
from sim.county.county import POOR
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.gates import Passage


class PartyBuilding:
    """A trained team makes fewer wrong files; training takes its members' days.

    A visit takes the more minutes the less skill a poor village's first secretary has, and still more where the
    village committees are weak. There the team also has to win the village over before works begin, and before a list
    is made public. Without party building nobody is replaced, trained or strengthened: villages stay as they are.
    """

    name = "party_building"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Training for every village, strengthening where a committee is weak."""
        for village in range(c.places.villages):
            poor = float(c.register.first_households[village])
            training, committee = int(c.p["party.village_cost"]), int(c.p["party.committee_cost"])
            yield needed(c, "party_building", "training", village, training, households=poor, yearly=True)
            if c.lacks.village["sound_committee"][village]:
                yield needed(c, "party_building", "committee", village, committee, households=poor)

    def start(self, c: Campaign) -> None:
        """Train every team, strengthen every weak committee."""
        self._c, size = c, c.places.villages
        #: Minutes of a visit against the usual ones, by village: what its first secretary makes of them.
        self._pace = [1.0] * size
        #: By village whose team knows what it was taught: the year of its last training.
        self._trained: dict[int, int] = {}
        self._weak_days = minutes(c.p["party.weak_days"])
        self._passage, c.gates.behind["built"] = c.gates.behind["built"], self._won_over
        c.hooks.meeting = self._meeting
        self._seat(0, [village for village in range(size) if c.places.tier[village] <= POOR])
        for village in range(size):
            self._set_visit(village)
        c.env.process(self._rotate(), rank=Control.ROTATION)
        for name, price, build, finish in (
            ("training", c.p["party.village_cost"], self._train, self._taught),
            ("committee", c.p["party.committee_cost"], self._strengthen, self._sound),
        ):
            kind = c.cases.register(
                Kind(name, self.name, "party_building", "village", ("funded", "built"), build, finish,
                     lambda case: c.payments.advance(case.cost), to_village=True, items=("sound_committee",)),
                c.places.villages,
            )
            villages = (
                np.arange(c.places.villages)
                if name == "training"
                else np.flatnonzero(c.lacks.village["sound_committee"])
            )
            for village in villages.tolist():
                c.open_case(kind, village, village, int(price))
        c.env.process(self._train_again())

    def _train_again(self) -> Steps:
        """Every later year teams that have been trained are trained and paid for again, which keeps what they know.

        Who was not trained for a whole year has forgotten it.
        """
        c, kind = self._c, self._c.cases.kinds["training"]
        for year in c.calendar.years(c.horizon)[1:]:
            yield c.year_end - c.env.now
            if c.switches[self.name].off:
                return
            for village, last in list(self._trained.items()):
                if last < year - 1:
                    del self._trained[village]
                    left = 1.0 - c.p["party.training_effect"]
                    c.file_error[village] = c.file_error[village] / left if left else c.p["people.file_error"]
            for village, case in sorted(kind.latest.items()):
                if case.done:
                    c.open_case(kind, village, village, int(c.p["party.village_cost"]))

    def _train(self, case: Case) -> Steps:
        c, lesson = self._c, minutes(self._c.p["party.training_days"])
        yield max(c.team_work(case.village, lesson, case) for _ in range(max(1, c.desks.full_time[case.village])))

    def _taught(self, case: Case) -> None:
        c, village = self._c, case.village
        if village not in self._trained:
            c.file_error[village] *= 1.0 - c.p["party.training_effect"]
        self._trained[village] = c.this_year

    def _strengthen(self, case: Case) -> Steps:
        """The team works along with the committee for a month of one member."""
        yield self._c.team_work(case.village, minutes(self._c.p["party.committee_days"]), case)

    def _sound(self, case: Case) -> None:
        self._c.lacks.village["sound_committee"][case.entity] = False
        self._set_visit(case.entity)

    def _seat(self, term: int, villages: list[int]) -> None:
        """A first secretary of a term has the skill that luck gives: from so much below the usual to so much above."""
        c = self._c
        skill = c.luck("party.skill", c.places.villages, term).tolist()
        for village in villages:
            self._pace[village] = 1.0 + c.p["party.skill_spread"] * (1.0 - 2.0 * skill[village])

    def _set_visit(self, village: int) -> None:
        c = self._c
        weak = c.p["party.weak_visit"] if self._weak(village) else 0.0
        c.desks.visits[village] = max(1, round(c.desks.visit * self._pace[village] * (1.0 + weak)))

    def _rotate(self) -> Steps:
        """Some first secretaries leave; until the next one is there the team misses that member's days."""
        c, p, size = self._c, self._c.p, self._c.places.villages
        year = round(p["party.rotation_year"])
        if year not in c.calendar.years(c.horizon):
            return
        day = c.calendar.day_of_year(year, p["party.rotation_day"])
        if not c.env.now <= day < c.horizon:
            return
        yield day - c.env.now
        switch = c.switches[self.name]
        if switch.off:
            return
        leaves = c.luck("party.replaced", size) < p["party.replaced_share"]
        gap = 2.0 * p["party.gap_days"] * c.luck("party.gap", size) * (not switch.unlimited)
        here = [village for village in np.flatnonzero(leaves).tolist() if c.places.tier[village] <= POOR]
        for arrival, village in sorted((float(gap[village]), village) for village in here):
            self._pace[village] = 1.0
            self._set_visit(village)
            if arrival:
                c.desks.teams[village].miss(minutes(arrival), arrival)
        for arrival, village in sorted((day + float(gap[village]), village) for village in here):
            if arrival > c.env.now:
                yield arrival - c.env.now
            self._seat(1, [village])
            self._set_visit(village)

    def _won_over(self, case: Case) -> Passage:
        """Land and consent: what had its money on the first day has both; elsewhere a sound committee sees to it.

        Where the committee is weak the team goes from door to door for a job; then it is begun as anywhere.
        """
        passage = self._passage
        if case.kind.route is WORKS_ROUTE and self._c.env.now > 0.0 and self._weak(case.village):
            return self._c.gates.after(self._c.team_work(case.village, self._weak_days, case), case, passage)
        return passage(case)

    def _meeting(self, village: int) -> float:
        """A sound committee calls the village together at once; for a weak one the team does, before it visits."""
        return self._c.team_work(village, self._weak_days, ahead=True) if self._weak(village) else 0.0

    def _weak(self, village: int) -> bool:
        return bool(self._c.lacks.village["sound_committee"][village])
