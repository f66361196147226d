"""Party building: village teams are trained, which takes their days, and weak committees are put right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import Case, Kind
from sim.campaign.desks import minutes
from sim.campaign.projects import Need
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class PartyBuilding:
    """A trained team makes fewer wrong files; training takes its members' days."""

    name = "party_building"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Training for every village, strengthening where a committee is weak."""
        for village in range(len(c.village_tier)):
            poor = float(c.registered_by_village[village])
            yield Need("party_building", "training", village, -1, int(c.p["party.village_cost"]), 1, poor,
                       c.due[village], bool(c.village_deep[village]))  # fmt: skip
            if c.village_lacks["sound_committee"][village]:
                yield Need("party_building", "committee", village, -1, int(c.p["party.committee_cost"]), 1, poor,
                           c.due[village], bool(c.village_deep[village]))  # fmt: skip

    def start(self, c: Campaign) -> None:
        """Train every team, strengthen every weak committee."""
        self._c = c
        for name, price, build, finish in (
            ("training", c.p["party.village_cost"], self._train, self._trained),
            ("committee", c.p["party.committee_cost"], self._strengthen, self._sound),
        ):
            kind = c.cases.register(
                Kind(name, self.name, "party_building", "village", ("funded", "built"), build, finish,
                     lambda case: c.treasury.advance(case.cost), to_village=True),
                len(c.village_tier),
            )
            villages = (
                np.arange(len(c.village_tier))
                if name == "training"
                else np.flatnonzero(c.village_lacks["sound_committee"])
            )
            for village in villages.tolist():
                c.open_case(kind, village, village, int(price))

    def _train(self, case: Case) -> Steps:
        team, lesson = self._c.desks.teams[case.village], minutes(self._c.p["party.training_days"])
        members = range(max(1, round(self._c.p["people.team_other"])))
        yield max(team.book(lesson, case) for _ in members)

    def _trained(self, case: Case) -> None:
        self._c.file_error[case.village] *= 1.0 - self._c.p["party.training_effect"]

    def _strengthen(self, case: Case) -> Steps:
        """The team works along with the committee for a month of one member."""
        yield self._c.desks.teams[case.village].book(minutes(self._c.p["party.committee_days"]), case)

    def _sound(self, case: Case) -> None:
        self._c.village_lacks["sound_committee"][case.entity] = False
