"""Joint responsibility: unit heads and helpers answer together for the villages with which a unit is paired."""

from __future__ import annotations

from math import exp, inf, log
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.desks import DAY_MINUTES, minutes
from sim.campaign.ranks import Control
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case


class Responsibility:
    """A unit's effort is the share of their days that its helpers give; the rest they are absent.

    A finding, or a place at the end of the ranking, raises the effort of the whole unit that leads in the village,
    which wears off to where it rests. Every inspection, finding and ranking brings forms that take the team's days.
    Units that need not answer stay at rest and fill in nothing.
    """

    name = "responsibility"

    def start(self, c: Campaign) -> None:
        """Pair units with villages; let helpers be absent as far as their unit lets them."""
        self._c, self._switch = c, c.switches[self.name]
        self._rest = min(1.0, c.p["responsibility.resting_effort"])
        self._forms = minutes(c.p["responsibility.forms_days"])
        self.paired, self.lead = pair(c)
        units = self.paired.shape[1]
        #: Effort above rest, by unit, and the day of it; how fast it wears off.
        self._above, self._since = [0.0] * units, [0.0] * units
        self._wear, self._rise = log(2.0) / c.p["responsibility.half_life"], min(1.0, c.p["responsibility.rise"])
        c.hooks.on_inspection.append(self._fill_in)
        c.hooks.on_finding.append(self._found)
        c.hooks.on_ranking.append(self._ranked)
        c.env.process(self._absences(), rank=Control.RESPONSIBILITY)

    def effort(self, ahead: float = 0.0) -> np.ndarray:
        """Return the share of their days that each unit's helpers give: today, or on average so many days ahead."""
        worn = np.exp(-self._wear * (self._c.env.now - np.array(self._since)))
        if ahead:
            worn *= (1.0 - exp(-self._wear * ahead)) / (self._wear * ahead)
        return np.asarray(self._rest + np.array(self._above) * worn)

    def _absences(self) -> Steps:
        """Helpers' absence of the coming month, by village, is taken out of the teams' days as the month begins."""
        c, teams = self._c, self._c.desks.teams
        own, all_units = np.array(c.desks.full_time), self.paired.sum(axis=1)
        for end in c.calendar.month_ends(c.horizon):
            days = end - c.env.now
            helpers = np.maximum(0, np.array([team.members for team in teams]) - own)
            missed = helpers * (all_units - self.paired @ self.effort(days)) * days * DAY_MINUTES
            for team, work in zip(teams, missed.tolist(), strict=True):
                if work >= 1.0 and c.cadres.usual:
                    team.miss(round(work), days)
            yield days

    def _found(self, village: int, kind: str, case: Case | None) -> None:
        self._raise(village)
        self._fill_in(village)

    def _ranked(self, best_first: list[int]) -> None:
        named = max(1, round(self._c.p["responsibility.named_share"] * len(best_first)))
        for village in best_first[-named:]:
            self._raise(village)
        for village in best_first:
            self._fill_in(village)

    def _raise(self, village: int) -> None:
        """The lead unit takes a step of what is missing to full effort, in all its villages."""
        if self._switch.off:
            return
        now, unit = self._c.env.now, self.lead[village]
        effort = self._rest + self._above[unit] * exp(-self._wear * (now - self._since[unit]))
        self._above[unit] = effort + (1.0 - effort) * self._rise - self._rest
        self._since[unit] = now

    def _fill_in(self, village: int) -> None:
        c = self._c
        if not self._switch.off and c.cadres.usual and c.team_work(village, self._forms) < inf:
            c.counts["forms_minutes"] += self._forms


def pair(c: Campaign) -> tuple[np.ndarray, list[int]]:
    """Return the share of each village's helpers that each unit sends (village by unit), and each village's lead unit.

    Units are equally large. Villages stand in line, township by township, as long as they have helpers; the units
    take the line piece by piece, so that a unit serves neighbouring villages. The unit with most helpers leads.
    """
    in_line = np.array([village for villages in c.places.villages_of for village in villages])
    helpers, units = np.array(c.desks.helpers)[in_line], max(1, round(c.p["responsibility.units"] * c.scale))
    piece, end = int(helpers.sum()) / units, helpers.cumsum()
    begin, pieces = end - helpers, np.arange(units) * piece
    common = np.minimum(end[:, None], pieces + piece) - np.maximum(begin[:, None], pieces)
    overlap = np.maximum(common, 0.0)
    # Where there are no helpers, the unit whose turn it is leads.
    next_one = np.minimum(units - 1, (begin / max(1.0, piece)).astype(np.int64))
    paired, lead = np.empty_like(overlap), np.empty_like(in_line)
    paired[in_line] = overlap / np.maximum(1, helpers)[:, None]
    lead[in_line] = np.where(helpers > 0, overlap.argmax(axis=1), next_one)
    return paired, lead.tolist()
