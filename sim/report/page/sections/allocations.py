"""Which allocation: all of them side by side, and against the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import answer, comparison, view, work
from sim.report.html.markup import Markup, figure, joined, section, table, tag
from sim.report.page import bars
from sim.words import label, listed, say
from sim.words.numbers import exact_percent, money, signed_tens

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study import Comparison


def allocations(result: Comparison) -> Markup:
    """The constraint under which they were compared, then the tables."""
    shown = [table(comparison.comparison(result))]
    if result.differences:
        shown += [_apart(result), table(comparison.differences(result))]
    shown.append(table(work.work(result)))
    scenario = result.scenario
    sums = (scenario.total_yuan, sum(scenario.earmarked.values()), sum(scenario.floors.values()))
    total, earmarked, floors = (yuan * scenario.scale for yuan in sums)
    key = "constraint_yearly" if scenario.several_years else "constraint"
    constraint = say(
        f"page.{key}", total=money(total), earmarked=money(earmarked), floors=money(floors),
        free=money(total - earmarked - floors), baseline=view.title(result, result.baseline),
    )  # fmt: skip
    return section(
        "allocations", say("page.title_allocations"), tag("p", constraint), _ceilings(result),
        tag("p", say("page.outside"), class_="note"), _small(scenario), joined(*shown),
        finding=answer.allocations(result),
    )  # fmt: skip


def _small(scenario: Scenario) -> Markup | None:
    """Whose sums the page has where a part of the county is played, and which of its sections have others."""
    if scenario.scale == 1:
        return None
    others = {key: say(f"page.title_{key}") for key in ("search", "helps")}
    return tag("p", say("page.small", scale=exact_percent(scenario.scale), **others), class_="note")


def _ceilings(result: Comparison) -> Markup | None:
    """What no allocation may give a line more than."""
    bound = result.scenario.ceilings
    if not bound:
        return None
    scale = result.scenario.scale
    sums = (say("note.ceiling", line=label("line", line), sum=money(yuan * scale)) for line, yuan in bound.items())
    return tag("p", say("note.ceilings", ceilings=listed(sums)))


def _apart(result: Comparison) -> Markup:
    """Each allocation against the baseline, with its interval."""
    baseline = view.title(result, result.baseline)
    marks = []
    for row in result.differences:
        name, between = view.title(result, row.name), comparison.span(row.people, signed_tens)
        told = say("charts.apart_told", name=name, people=signed_tens(row.people.mean), between=between)
        sure = row.verdict in ("better", "worse")
        marks.append(bars.Mark(name, row.people.mean, row.people.low, row.people.high, told, sure))
    better, worse = (sum(row.verdict == kind for row in result.differences) for kind in ("better", "worse"))
    key = "apart_few" if view.too_few(result) else "apart"
    found = say(f"charts.{key}", baseline=baseline, all=len(marks), better=better, worse=worse)
    chart = bars.ranges([(say("charts.apart_legend"), marks)], "{value}", found)
    return figure(chart, say("charts.apart_how"), found)
