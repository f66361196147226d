"""Village teams and helpers: their monthly round takes days that other visits wait for.

It goes to all registered households and to those that have left, which are monitored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.campaign.ranks import Control
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class Cadres:
    """Routine visits are capacity consumed by team and month, not events."""

    name = "cadres"

    def start(self, c: Campaign) -> None:
        """Start the monthly rounds."""
        c.env.process(self._rounds(c), rank=Control.ROUNDS)

    def _rounds(self, c: Campaign) -> Steps:
        """As each month begins every member of a team takes an even part of its round."""
        switch, a_month = c.switches[self.name], c.p["people.visits_a_month"]
        for end in c.calendar.month_ends(c.horizon):
            if switch.usual:
                for team, visits, each in zip(c.desks.teams, c.register.served().tolist(), c.desks.visits, strict=True):
                    team.share(round(visits * a_month * each))
            yield end - c.env.now
