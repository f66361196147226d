"""Follow-up of relocation: work near the new home, in a shopping street, a supermarket and ecological farming."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import Case, Kind, whole_cost
from sim.campaign.money.projects import Need, needed
from sim.kernel import QueueServer, Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class FollowUp:
    """Who has moved in without work is visited by the team of the site's village and given a place while there are any.

    One site a township with movers; first come, first served; what a place costs is paid once there is one. Who asks
    has moved in, so that no place is taken before a phase of the site has been handed over.
    """

    name = "follow_up"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """Places for movers with a worker, as many as a site has, from relocation money."""
        hh = c.county.households
        townships = np.array(c.places.township)[c.register.village[: c.register.size]]
        moving = np.bincount(
            townships[hh.relocates & (hh.workers[: c.register.size] > 0)], minlength=c.places.townships
        )
        for township in np.flatnonzero(moving).tolist():
            site, places = c.places.site[township], min(int(moving[township]), round(c.p["follow_up.places"]))
            yield needed(c, "relocation", "site_work", site, int(c.p["cooperation.cost_per_job"]), places)

    def start(self, c: Campaign) -> None:
        """Register the kind, and hear who moves in."""
        self._c = c
        self._kind = c.cases.register(
            Kind("site_work", self.name, "relocation", "household", ("diagnosed", "built", "funded"), self._wait,
                 self._begin, upfront=whole_cost, at_once=self._give,
                 items=("income_source",)), c.register.size
        )  # fmt: skip
        self._places = [QueueServer(c.env, round(c.p["follow_up.places"])) for _ in range(c.places.townships)]
        c.hooks.on_move.append(self._moved)

    def scalars(self, c: Campaign) -> dict[str, float]:
        """People of households given work near their new home."""
        return {"movers_given_work": c.counts["movers_given_work"]}

    def _moved(self, household: int) -> None:
        c = self._c
        if c.switches[self.name].off or c.livelihoods.at_work(household) or not c.livelihoods.free_hands[household]:
            return
        site = c.places.site[c.places.township[c.register.village_of[household]]]
        c.open_case(self._kind, household, site, int(c.p["cooperation.cost_per_job"]))

    def _wait(self, case: Case) -> Steps:
        """Wait for a place; for one that is not needed any more nothing is paid."""
        places = self._places[case.township]
        yield places.request()
        if not self._c.livelihoods.free_hands[case.entity]:
            places.release()
            self._c.gates.drop(case)

    def _begin(self, case: Case) -> None:
        """The place is taken, unless other work was found meanwhile."""
        c, household = self._c, case.entity
        if not c.livelihoods.free_hands[household]:
            self._places[case.township].release()
        self._give(case)

    def _give(self, case: Case) -> None:
        c, household = self._c, case.entity
        if not c.livelihoods.free_hands[household]:
            return
        c.livelihoods.free_hands[household] -= 1
        c.livelihoods.start_work(household)
        c.counts["movers_given_work"] += int(c.register.people[household])
        c.livelihoods.establish(household)
        c.income.begin_rate(household, c.p["follow_up.wage"] / 365.0)
