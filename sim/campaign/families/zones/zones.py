"""Zone commands: every week stuck cases go to leaders, every month helpers to villages behind, crews to work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.families.zones.attention import Attention
from sim.campaign.families.zones.moves import InspectorMoves, Moves
from sim.campaign.ranks import Control
from sim.county.county import Floats
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

WEEK = 7.0


class Zones:
    """Seven commands, one a township: they look at what is stuck, and move helpers and crews."""

    name = "zones"

    def start(self, c: Campaign) -> None:
        """Look at stuck cases every week, meet at the end of every month."""
        c.env.process(self._look(c, Attention(c)), rank=Control.ZONES)
        c.env.process(self._meet(c), rank=Control.ZONES)

    def _look(self, c: Campaign, attention: Attention) -> Steps:
        while c.env.now + WEEK < c.horizon:
            yield WEEK
            if c.switches[self.name].off:
                return
            attention.escalate()

    def _meet(self, c: Campaign) -> Steps:
        crews, inspectors = [Moves(c, pools) for pools in c.crews.values()], InspectorMoves(c, c.desks.inspectors)
        for end in c.calendar.month_ends(c.horizon - 1):
            yield end - c.env.now
            if c.switches[self.name].off:
                return
            if end > c.year_begin:
                # As a year begins its plan is not made yet.
                self._move_helpers(c)
            for moves in (*crews, *([inspectors] if c.rules.inspectors_move else ())):
                moves.call_home()
                moves.send()

    def _move_helpers(self, c: Campaign) -> None:
        """In each township a helper goes from the village that has done most of its plan to that which has done least.

        Only a team whose work is done no later than theirs has the time; its full-time members stay.
        """
        share, teams, stay = _of_plan(c).tolist(), c.desks.teams, [max(1, own) for own in c.desks.full_time]
        for villages in c.places.villages_of:
            behind = min(villages, key=share.__getitem__)
            for ahead in sorted(villages, key=share.__getitem__, reverse=True):
                if share[ahead] == share[behind]:
                    break
                if teams[ahead].members > stay[ahead] and teams[ahead].backlog() <= teams[behind].backlog():
                    teams[ahead].lend(teams[behind], 0.0)
                    break


def _of_plan(c: Campaign) -> Floats:
    """Return by village its households of the year that have the eight haves, over those that its plan takes out.

    A village that is to take nobody out has done all of it.
    """
    of_year = c.register.as_year_began(c.this_year)
    done = c.register.count(of_year & ~c.lacks.unmet())
    planned = c.precedence.planned(c.register.count(of_year), c.register.count_people(of_year))
    share: Floats = np.divide(done, planned, out=np.full(c.places.villages, np.inf), where=planned > 0)
    return share
