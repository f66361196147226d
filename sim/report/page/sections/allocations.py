"""Which allocation: all of them side by side, and against the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import answer, comparison, view
from sim.report.page.markup import Markup, joined, section, table, tag
from sim.words import say
from sim.words.numbers import money

if TYPE_CHECKING:
    from sim.study import Comparison


def allocations(result: Comparison) -> Markup:
    """The constraint under which they were compared, then the tables."""
    shown = [comparison.comparison(result)]
    if result.differences:
        shown.append(comparison.differences(result))
    scenario = result.scenario
    sums = (scenario.total_yuan, sum(scenario.earmarked.values()), sum(scenario.floors.values()))
    total, earmarked, floors = (yuan * scenario.scale for yuan in sums)
    key = "constraint_yearly" if scenario.end_date.year > scenario.start_date.year else "constraint"
    constraint = say(
        f"page.{key}", total=money(total), earmarked=money(earmarked), floors=money(floors),
        free=money(total - earmarked - floors), baseline=view.title(result, view.names(result)[0]),
    )  # fmt: skip
    return section(
        "allocations", say("page.title_allocations"), tag("p", constraint), joined(*map(table, shown)),
        finding=answer.allocations(result),
    )  # fmt: skip
