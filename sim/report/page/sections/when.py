"""When: incidence over the year, and the last safe dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import beside, deadlines, incidence, schedule, view
from sim.report.html import charts
from sim.report.html.charts import Line
from sim.report.html.markup import Markup, figure, joined, numbers, own, section, table, tag
from sim.report.page.sections.where import step
from sim.study.deadlines import begins
from sim.words import say
from sim.words.numbers import percent, percent_unit

if TYPE_CHECKING:
    from sim.study import Comparison
    from sim.study.deadlines import Deadlines

#: The column of the table of deadlines in which its days begin.
DAYS_FROM = 2


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


def _lines(result: Comparison) -> list[Line]:
    found = []
    for key, (low, inner_low, middle, inner_high, high) in incidence.bands(result).items():
        title = say(f"page.{key}")
        told = [
            say("charts.line_told", title=title, middle=percent(m), low=percent(a), high=percent(b))
            for m, a, b in zip(middle.tolist(), low.tolist(), high.tolist(), strict=True)
        ]
        edges = 100 * low, 100 * inner_low, 100 * inner_high, 100 * high
        found.append(Line(title, 100 * middle, told, edges))
    return found


def _year(result: Comparison) -> Markup:
    lines = _lines(result)
    goal = view.target(result)
    (first, last), (start, end) = ([percent(line.middle[at] / 100) for at in (0, -1)] for line in lines)
    said = say("page.year_said", first=first, last=last, start=start, end=end)
    chart = charts.over_time(
        lines, incidence.months(result, len(lines[0].middle)), percent_unit(), said,
        (100 * goal, say("figure.target_register", target=percent(goal))),
    )  # fmt: skip
    how = joined(say("page.year_how"), " ", say("charts.bands"))
    return joined(figure(chart, how, said), numbers(table(incidence.table(result))))
