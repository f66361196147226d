"""Whether the sums of a project list are in the unit that its heading says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.words import say
from sim.words.numbers import exact_money

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: What nothing costs less than, yuan a place: a year's premium of one person is more.
LEAST = 100


def doubted(scenario: Scenario) -> Iterator[str]:
    """A line on projects that alone cost more than all the money, one on those that cost next to nothing."""
    found, total = scenario.projects, round(scenario.total_yuan * scenario.scale)
    if found is None:
        return
    rows = list(enumerate(found.rows, start=1))
    for code, cost, told in (
        ("dear", total, [(number, row.cost_yuan) for number, row in rows if row.cost_yuan > total]),
        ("cheap", LEAST, [(number, row.cost_yuan) for number, row in rows if row.cost_yuan < LEAST * row.places]),
    ):
        if told:
            number, sum_ = told[0]
            yield say(
                f"progress.list_{code}", file=found.file, count=len(told), number=number, cost=exact_money(sum_),
                limit=exact_money(cost),
            )  # fmt: skip
