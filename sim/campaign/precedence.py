"""Whose turn it is where there is not enough for all: villages due to exit, then deep-poverty ones, then the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.county.county import POOR, Floats, Ints

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class Precedence:
    """By village, whether it is ``due`` to exit, and the priority ``of`` whatever waits there (low comes first)."""

    def __init__(self, c: Campaign) -> None:
        self._c = c
        villages = c.county.villages
        self._settle(self.villages_due(c.register.first_people / villages.base_people, villages.exited.tolist()))

    def villages_due(self, incidence: Floats, out: list[bool], owed: Sequence[bool] = ()) -> list[bool]:
        """The villages planned to exit: registered poor, not yet ``out``, lowest incidence first.

        Those that the plan of an earlier year still owes come on top.
        """
        c = self._c
        late = {village for village, is_owed in enumerate(owed) if is_owed and not out[village]}
        left = [village for village, tier in enumerate(c.places.tier) if tier <= POOR and not out[village]]
        share = incidence.tolist()
        left.sort(key=lambda village: (village not in late, share[village], village))
        chosen = set(left[: len(late) + c.targets.villages_due(c.scale)])
        return [village in chosen for village in range(len(share))]

    def planned(self, households: Ints, people: Ints) -> Floats:
        """Return by village how many of its registered households the year's plan takes out, of those it began with.

        A village that is due comes down to the incidence limit; the others share what is left of the county's plan in
        proportion to their households.
        """
        c, due = self._c, np.array(self.due)
        limit = c.p["rule.incidence_limit"] * c.county.villages.base_people
        of_due = np.where(due, households * np.maximum(0.0, 1.0 - limit / np.maximum(1.0, people)), 0.0)
        others = np.where(due, 0, households)
        left = max(0.0, c.targets.households * c.scale - of_due.sum())
        return np.asarray(of_due + others * min(1.0, left / max(1, int(others.sum()))))

    def _settle(self, due: list[bool]) -> None:
        self.due = due
        deep = self._c.places.deep
        self.of = [1.0 if is_due else 2.0 if is_deep else 3.0 for is_due, is_deep in zip(due, deep, strict=True)]

    def change(self, due: list[bool]) -> None:
        """Let other villages be due: what waits there has another turn from now on, in the list and in queues.

        Who was pushed ahead stays there.
        """
        c = self._c
        changed = {village for village, (old, new) in enumerate(zip(self.due, due, strict=True)) if old != new}
        before = self.of
        self._settle(due)
        c.needs = [need._replace(due=due[need.village]) for need in c.needs]
        for case in c.cases.open() if changed else ():
            if case.village in changed and case.priority == before[case.village]:
                case.priority = self.of[case.village]
                for turn in case.turns:
                    turn.push(case.priority)
        for hear in c.hooks.on_due:
            hear(changed)
