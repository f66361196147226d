"""Money: planned, bound, paid and idle by line, and month by month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.report import answer, comparison, incidence, spending, view
from sim.report.html import charts
from sim.report.html.charts import Line
from sim.report.html.markup import Markup, figure, folded, joined, numbers, section, table, tag
from sim.report.page import bars, first_screen
from sim.report.tables import Table, column
from sim.words import label, say
from sim.words.numbers import amount, money_unit, percent, rough
from sim.words.numbers import money as sum_of

if TYPE_CHECKING:
    from sim.report.view import Floats
    from sim.study import Comparison


def money(result: Comparison) -> Markup:
    """The lines of the baseline, its year, and the lines of all allocations."""
    row = result.allocations[0]
    shown = spending.spending(result)
    idle = [line["idle"] for line in row.lines.values()]
    most = max([*idle, 1.0])
    widths = {len(shown.columns) - 1: [max(0.0, yuan) / most for yuan in idle]}
    return section(
        "money", say("page.title_money"), tag("p", first_screen.adjusted(result)), table(spending.movable(result)),
        by_line(result), table(shown, widths), _year(result), _progress(result),
        folded(say("page.all_allocations"), table(comparison.lines(result))), finding=answer.spending(result),
    )  # fmt: skip


def _year(result: Comparison) -> Markup | None:
    row = result.allocations[0]
    runs, name = view.runs(result, row.name), row.name
    if not {"received_yuan", "paid_yuan"} <= set(runs[0].monthly):
        return None
    before = spending.carried(row)
    received, paid = (view.series(runs, key).mean(axis=0) for key in ("received_yuan", "paid_yuan"))
    lines = [_line(spending.received(before), received + before), _line(say("page.paid_yuan"), paid)]
    ticks = incidence.months(result, len(lines[0].middle))
    found = spending.finding(result, [name])
    how = say("page.money_how", unit=say("money.unit"), title=view.title(result, name))
    columns = [column(line.title, (amount(value * money_unit()) for value in line.middle)) for line in lines]
    by_month = Table(how, (column(say("table.month"), ticks, text=True), *columns))
    return joined(figure(charts.over_time(lines, ticks, "{value}", found), how, found), numbers(table(by_month)))


def _progress(result: Comparison) -> Markup | None:
    found = spending.by_month(result)
    return None if found is None else table(found)


def _line(title: str, yuan: Floats) -> Line:
    told = [say("charts.money_told", title=title, sum=sum_of(value)) for value in yuan.tolist()]
    return Line(title, yuan / money_unit(), told)


def by_line(result: Comparison) -> Markup | None:
    """What has become of what each line had, where most lies idle named."""
    row = result.allocations[0]
    lines = {name: line for name, line in row.lines.items() if _had(line) > 0}
    if not lines:
        return None
    sums = {
        "paid": [line["paid"] for line in lines.values()],
        "misused": [line.get("misused", 0.0) for line in lines.values()],
        "under_way": [spending.still_owed(line) for line in lines.values()],
        "unlisted": [max(0.0, line["idle"] - spending.still_owed(line)) for line in lines.values()],
    }
    parts = []
    for key, yuan in sums.items():
        if key == "misused" and not any(yuan):
            continue
        title = say(f"charts.{key}")
        told = [say("charts.money_told", title=title, sum=sum_of(value)) for value in yuan]
        parts.append(bars.Part(title, [value / money_unit() for value in yuan], told))
    name, line = max(lines.items(), key=lambda item: item[1]["idle"])
    share = percent(line["idle"] / _had(line), 0)
    found = say("charts.idle", line=label("line", name), idle=sum_of(rough(line["idle"])), share=share)
    chart = bars.stacked([label("line", name) for name in lines], parts, "{value}", found)
    return figure(chart, say("charts.by_line_how", unit=say("money.unit"), title=view.title(result, row.name)), found)


def _had(line: Mapping[str, float]) -> float:
    """What a line was allotted, what re-planning moved into it, and what was carried over."""
    return spending.there(line) + line.get("moved", 0.0)
