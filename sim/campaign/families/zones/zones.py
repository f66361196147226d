"""Zone commands: every week stuck cases go to leaders, every month helpers to villages behind and crews to work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.cases import FIRST
from sim.campaign.families.zones.attention import Attention
from sim.campaign.ranks import Control
from sim.county.county import Floats
from sim.kernel import QueueServer, Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

WEEK = 7.0


class Zones:
    """Seven commands, one a township: they look at what is stuck, and move helpers and crews."""

    name = "zones"

    def start(self, c: Campaign) -> None:
        """Look at stuck cases every week, meet at the end of every month."""
        #: By kind of crew: how many are at home in each township.
        self._home = {kind: [pool.capacity or 0 for pool in pools] for kind, pools in c.crews.items()}
        #: By kind of crew: how many more than it has each township counts on, those called away and back included.
        self._called = {kind: [0] * len(pools) for kind, pools in c.crews.items()}
        c.env.process(self._look(c, Attention(c)), rank=Control.ZONES)
        c.env.process(self._meet(c), rank=Control.ZONES)

    def _look(self, c: Campaign, attention: Attention) -> Steps:
        while c.env.now + WEEK < c.horizon:
            yield WEEK
            if c.switches[self.name].off:
                return
            attention.escalate()

    def _meet(self, c: Campaign) -> Steps:
        for end in c.calendar.month_ends(c.horizon - 1):
            yield end - c.env.now
            if c.switches[self.name].off:
                return
            if end > c.year_begin:
                # As a year begins its plan is not made yet.
                self._move_helpers(c)
            for kind, crews in c.crews.items():
                self._call_home(c, crews, kind)
                self._send(c, crews)

    def _move_helpers(self, c: Campaign) -> None:
        """In each township a helper goes from the village that has done most of its plan to that which has done least.

        Only a team whose work is done no later than theirs has the time.
        """
        share, teams = _of_plan(c).tolist(), c.desks.teams
        for villages in c.places.villages_of:
            behind = min(villages, key=share.__getitem__)
            for ahead in sorted(villages, key=share.__getitem__, reverse=True):
                if share[ahead] == share[behind]:
                    break
                if teams[ahead].members > 1 and teams[ahead].backlog() <= teams[behind].backlog():
                    teams[ahead].lend(teams[behind], 0.0)
                    break

    def _call_home(self, c: Campaign, pools: list[QueueServer], kind: str) -> None:
        """Where work waits, crews that were sent away are called back; one that works finishes its job first."""
        called = self._called[kind]
        counted = [(pool.capacity or 0) + more for pool, more in zip(pools, called, strict=True)]
        guests = [crews - own for crews, own in zip(counted, self._home[kind], strict=True)]
        for township, pool in enumerate(pools):
            for _ in range(min(pool.waiting, -guests[township])):
                host = max(range(len(pools)), key=guests.__getitem__)
                if guests[host] <= 0:
                    return
                for place, step in ((host, -1), (township, 1)):
                    guests[place] += step
                    called[place] += step
                c.env.process(self._return(c, pools, called, host, township), rank=Control.ZONES)

    def _return(self, c: Campaign, pools: list[QueueServer], called: list[int], host: int, home: int) -> Steps:
        """The host's next crew to be free goes home."""
        yield pools[host].request(FIRST)
        called[host] += 1
        pools[host].capacity = (pools[host].capacity or 1) - 1
        pools[host].release()
        yield c.p["works.crew_move_days"]
        called[home] -= 1
        pools[home].capacity = (pools[home].capacity or 0) + 1

    def _send(self, c: Campaign, pools: list[QueueServer]) -> None:
        """A crew without work goes to the township with the longest queue; the move takes days."""
        target = max(pools, key=lambda pool: pool.waiting)
        for pool in pools if target.waiting else ():
            if pool.idle > 0 and pool.waiting == 0:
                c.env.process(_move(c, pool, target), rank=Control.ZONES)


def _of_plan(c: Campaign) -> Floats:
    """Return by village its households of the year that have the eight haves, over those that its plan takes out.

    A village that is to take nobody out has done all of it.
    """
    n, size = c.register.size, c.places.villages
    of_year = c.register.poor(n) | (c.register.exit_year[:n] == c.this_year)
    done = c.register.count(of_year & ~c.lacks.unmet())
    planned = c.precedence.planned(c.register.count(of_year), c.register.count_people(of_year))
    share: Floats = np.divide(done, planned, out=np.full(size, np.inf), where=planned > 0)
    return share


def _move(c: Campaign, source: QueueServer, target: QueueServer) -> Steps:
    source.capacity = (source.capacity or 1) - 1
    yield c.p["works.crew_move_days"]
    target.capacity = (target.capacity or 0) + 1
