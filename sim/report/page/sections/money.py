"""Money: planned, bound, paid and idle by line, and month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import answer, comparison, spending, view
from sim.report.figures import money as figure_of
from sim.report.page import charts, first_screen
from sim.report.page.charts import Line
from sim.report.page.markup import Markup, figure, folded, section, table, tag
from sim.report.page.sections.when import months
from sim.words import say
from sim.words.numbers import amount

if TYPE_CHECKING:
    from sim.study import Comparison


def money(result: Comparison) -> Markup:
    """The lines of the baseline, its year, and the lines of all allocations."""
    row = result.allocations[0]
    shown = spending.spending(result)
    idle = [line["idle"] for line in row.lines.values()]
    most = max([*idle, 1.0])
    bars = {4: [max(0.0, yuan) / most for yuan in idle]}
    return section(
        "money", say("page.title_money"), tag("p", first_screen.adjusted(result)), table(shown, bars), _year(result),
        folded(say("page.all_allocations"), table(comparison.lines(result))), finding=answer.spending(result),
    )  # fmt: skip


def _year(result: Comparison) -> Markup | None:
    name = view.names(result)[0]
    runs = view.runs(result, name)
    if not {"received_yuan", "paid_yuan"} <= set(runs[0].monthly):
        return None
    lines = [Line(say(f"page.{key}"), view.series(runs, key).mean(axis=0)) for key in ("received_yuan", "paid_yuan")]
    ticks = months(result, len(lines[0].middle))
    found = figure_of.finding(result, {name: lines[0].middle})
    chart = charts.over_time(lines, ticks, lambda yuan: amount(yuan, 0), found)
    how = say("page.money_how", unit=say("money.unit"), title=view.title(result, name))
    return figure(tag("div", charts.key(lines), chart), how, found)
