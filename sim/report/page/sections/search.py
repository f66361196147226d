"""Is there a better split: what a search found and all that is as good, and how it is with more or less money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report import beside, optimise, totals, view
from sim.report.html import charts
from sim.report.html.charts import Line
from sim.report.html.markup import Markup, code, figure, folded, items, joined, numbers, section, table, tag
from sim.report.page import bars
from sim.scenario.names import LINES
from sim.study.search import leaning
from sim.words import label, say
from sim.words.numbers import amount, in_hundred, percent, percent_unit

if TYPE_CHECKING:
    from sim.report.beside import Beside
    from sim.study.optimise import Optimisation
    from sim.study.totals import Totals


def search(others: Beside) -> Markup:
    """Of each study its chart and table, or the command that adds it."""
    return section(
        "search", say("page.title_search"), tag("h3", say("charts.title_optimise")), _searched(others.optimise),
        tag("h3", say("charts.title_totals")), _at_totals(others.totals),
    )  # fmt: skip


def _searched(found: Optimisation | None) -> Markup:
    if found is None:
        return tag("p", beside.command("optimise"))
    first, _, *rest = optimise.lines(found)
    lines = tag("pre", optimise.allocation_text(found), dir="ltr", tabindex="0")
    return joined(
        beside.full_county(found.scenario), tag("p", first, class_="finding"), items(map(code, rest)), _region(found),
        *map(table, optimise.tables(found)), folded(say("charts.to_paste"), lines),
    )  # fmt: skip


def _region(found: Optimisation) -> Markup:
    """Of each line the share that was chosen, between the least and the most of what is as good."""
    assert found.choice is not None and found.region is not None
    chosen = found.choice.scenario.allocations[found.winner]
    rows = [(label("line", line), chosen.shares[line], found.region.shares[line]) for line in LINES]
    rows.append((say("optimise.tilt"), leaning(found.scenario, chosen), found.region.tilt))
    marks = []
    for name, share, (low, high) in rows:
        told = say("charts.region_told", name=name, share=percent(share, 1), low=percent(low, 1), high=percent(high, 1))
        marks.append(bars.Mark(name, 100 * share, 100 * low, 100 * high, told))
    unit, said = percent_unit(), optimise.as_good(found)
    legend = say("charts.region_legend", title=optimise.named(found, found.winner))
    return figure(bars.ranges([(legend, marks)], unit, said), say("charts.region_how"), said)


def _at_totals(found: Totals | None) -> Markup:
    if found is None:
        return tag("p", beside.command("totals"))
    said, first = totals.finding(found), next(iter(found.comparisons.values()))
    goal = view.target(first)
    chart = charts.over_time(
        [_line(found, name) for name in view.names(first)], [amount(total, 0) for total in found.comparisons],
        percent_unit(), said, (100 * goal, say("figure.target", target=percent(goal))),
    )  # fmt: skip
    how = say("charts.totals_how", unit=say("money.unit"), n=totals.played(found))
    return joined(beside.full_county(found.scenario), figure(chart, how, said), numbers(table(totals.totals(found))))


def _line(found: Totals, name: str) -> Line:
    rows = [view.summary(comparison, name) for comparison in found.comparisons.values()]
    title = view.title_of(found.scenario, name)
    told = [
        say("charts.total_told", title=title, incidence=percent(row.incidence.mean),
            count=in_hundred(row.p_target.estimate))
        for row in rows
    ]  # fmt: skip
    return Line(title, np.array([100 * row.incidence.mean for row in rows]), told)
