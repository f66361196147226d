"""Budgets: what every line is allotted in the first year of a scenario and in each later one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

#: The line whose earmarked money are bonds and loans.
BONDED = "relocation"


class Budget(NamedTuple):
    """By line: what the first year of a scenario is allotted, what each later one, what of the first comes at once."""

    first: Mapping[str, int]
    later: Mapping[str, int]
    at_once: Mapping[str, int]

    @property
    def goes_on(self) -> Budget:
        """The budget of the years that follow."""
        return Budget(self.later, self.later, {})


def bonded(yearly: Mapping[str, int], earmarked: int, years: int) -> Budget:
    """Return the budget in which the relocation bonds of all ``years`` are committed, and come, in the first.

    Over the years every line has what it would have had.
    """
    bonds = min(earmarked, yearly[BONDED])
    later = dict(yearly) | {BONDED: yearly[BONDED] - bonds}
    return Budget(dict(yearly) | {BONDED: later[BONDED] + bonds * years}, later, {BONDED: bonds * years})
