"""When: incidence over the year, and the last safe dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report import deadlines, schedule, view
from sim.report.figures import incidence
from sim.report.page import beside, charts
from sim.report.page.charts import Line
from sim.report.page.markup import Markup, figure, joined, numbers, own, section, table, tag
from sim.report.page.sections.where import step
from sim.report.tables import Table, column
from sim.study.deadlines import begins
from sim.words import say
from sim.words.numbers import percent, percent_unit, short_month

if TYPE_CHECKING:
    from sim.study import Comparison
    from sim.study.deadlines import Deadlines

#: Percentiles between which the pale band lies, and the darker one.
LOW, HIGH = 10, 90
#: The column of the table of deadlines in which its days begin.
DAYS_FROM = 2
MIDDLE = 25, 75


def when(result: Comparison, found: Deadlines | None) -> Markup:
    """People who do not meet the standard yet, month by month, beside the register; then what to do by when."""
    name = result.baseline
    known = "incidence_unmet" in view.runs(result, name)[0].monthly
    dates = (tag("h3", say("page.title_dates"), id=own("dates")), _dates(found))
    return section("when", say("page.title_when"), _year(result) if known else None, *dates,
                   finding=incidence.finding(result) if known else None)  # fmt: skip


def _dates(found: Deadlines | None) -> Markup:
    if found is None:
        return tag("p", beside.command("deadlines"))
    shown = table(deadlines.deadlines(found), shades=_shades(found))
    how = tag("p", tag("b", say("page.how")), " ", say("charts.frame"), class_="note")
    page = tag("a", say("schedule.link", title=say("page.title_schedule")), href=f"#{own('schedule')}")
    return joined(tag("p", deadlines.finding(found), class_="finding"), how, shown,
                  tag("p", schedule.finding(found), say("answer.clause"), page))  # fmt: skip


def _shades(found: Deadlines) -> dict[tuple[int, int], str]:
    """The look of each day's cell: its chance as the villages' tiles have it, the last safe day framed."""
    days = {day: place for place, day in enumerate(begins(found.scenario), start=DAYS_FROM)}
    return {
        (row, days[chance.begin]): f"s{step(chance.chance.mean)}{' due' * (chance.begin == found.last_safe[work])}"
        for row, work in enumerate(deadlines.ordered(found))
        for chance in found.of(work)
    }


def monthly(result: Comparison) -> Table:
    """A row a month end, of the baseline."""
    lines = _lines(result)
    columns = [column(say("table.month"), months(result, len(lines[0].middle)), text=True)]
    for line in lines:
        columns.append(column(line.title, (percent(share / 100) for share in line.middle)))
        ends = zip(line.edges[0] / 100, line.edges[-1] / 100, strict=True)
        spans = (say("number.span", low=percent(low), high=percent(high)) for low, high in ends)
        columns.append(column(say("table.eighty"), spans))
    title = say("title.monthly", baseline=view.title(result, result.baseline))
    return Table(title, tuple(columns), say("page.year_how"))


def months(result: Comparison, count: int) -> list[str]:
    """The first day and the month ends after it; with the year where there are several."""
    start, years = result.scenario.start_date, result.scenario.end_date.year - result.scenario.start_date.year
    named = ((day.year, short_month(day.month)) for day in incidence.month_ends(start, count - 1))
    ends = (say("page.month_of", year=year, month=name) if years else name for year, name in named)
    return [say("figure.start"), *ends]


def _lines(result: Comparison) -> list[Line]:
    runs = view.runs(result, result.baseline)
    ends = [LOW, MIDDLE[0], 50, MIDDLE[1], HIGH]
    found = []
    for key in ("incidence_unmet", "incidence"):
        low, inner_low, middle, inner_high, high = 100 * np.percentile(view.series(runs, key), ends, axis=0)
        title = say(f"page.{key}")
        told = [
            say("charts.line_told", title=title, middle=percent(m / 100), low=percent(a / 100), high=percent(b / 100))
            for m, a, b in zip(middle.tolist(), low.tolist(), high.tolist(), strict=True)
        ]
        found.append(Line(title, middle, told, (low, inner_low, inner_high, high)))
    return found


def _year(result: Comparison) -> Markup:
    lines = _lines(result)
    goal = view.target(result)
    (first, last), (start, end) = ([percent(line.middle[at] / 100) for at in (0, -1)] for line in lines)
    said = say("page.year_said", first=first, last=last, start=start, end=end)
    chart = charts.over_time(
        lines, months(result, len(lines[0].middle)), percent_unit(), said,
        (100 * goal, say("figure.target", target=percent(goal))),
    )  # fmt: skip
    how = joined(say("page.year_how"), " ", say("charts.bands"))
    return joined(figure(chart, how, said), numbers(table(monthly(result))))
