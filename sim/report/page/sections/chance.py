"""Will we make it: a hundred outcomes, and every replication against the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import answer, view
from sim.report import chance as outcomes
from sim.report.html import charts
from sim.report.html.markup import Markup, figure, numbers, section, table, tag
from sim.study.summary import scalar
from sim.words import say
from sim.words.numbers import ends_in_hundred, in_hundred, percent, percent_unit, plain_tens

if TYPE_CHECKING:
    from sim.study import Comparison, Summary


def chance(result: Comparison) -> Markup:
    """Outcomes of the baseline, and of the best beside it; then the baseline's replications one by one."""
    baseline = result.allocations[0]
    shown = [baseline] if result.best == baseline.name else [baseline, view.summary(result, result.best)]
    squares = tag("div", *(_outcomes(result, row) for row in shown), class_="outcomes")
    values = scalar(view.runs(result, baseline.name), "incidence")
    goal = view.target(result)
    target = say("figure.target", target=percent(goal))
    short = 100 - in_hundred(baseline.p_target.estimate)
    found = say(
        "page.dots_finding", title=view.title(result, baseline.name), count=short, target=percent(goal),
        people=plain_tens(_beyond(result, baseline.name)),
    ) if short else say("page.dots_reached", title=view.title(result, baseline.name), target=percent(goal))  # fmt: skip
    kinds = say("charts.met"), say("charts.missed")
    dots = charts.dots(100 * values, (100 * goal, target), percent_unit(), found, kinds)
    return section(
        "chance", say("page.title_chance"), figure(squares, say("page.outcomes_how")),
        figure(dots, say("page.dots_how"), found), numbers(table(outcomes.table(result))),
        finding=answer.verdict(result),
    )  # fmt: skip


def _outcomes(result: Comparison, row: Summary) -> Markup:
    count, title = in_hundred(row.p_target.estimate), view.title(result, row.name)
    said = say("page.outcomes", title=title, count=count)
    low, high = ends_in_hundred(row.p_target.low, row.p_target.high)
    between = say("page.interval", low=low, high=high)
    return tag(
        "div", charts.outcomes(count, said), tag("p", say("page.count", count=count), class_="count"),
        tag("p", title), tag("p", between, class_="note"),
    )  # fmt: skip


def _beyond(result: Comparison, name: str) -> float:
    """People short of the target, the mean of the replications that miss it."""
    people = scalar(view.runs(result, name), "people_short")
    return float(people[people > 0].mean()) if (people > 0).any() else 0.0
