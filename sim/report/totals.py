"""A study over totals: the table, and what more money brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import typeset, view
from sim.report.answer import started
from sim.report.tables import Table, column
from sim.words import say
from sim.words.numbers import exact_amount, exact_money, in_hundred, percent

if TYPE_CHECKING:
    from sim.study.totals import Totals


def parts(result: Totals) -> tuple[Table | str, ...]:
    """What the verb prints: the table, and what more money brings where there are several totals."""
    return (totals(result), finding(result)) if len(result.comparisons) > 1 else (totals(result),)


def totals(result: Totals) -> Table:
    """One row a total: incidence at year end and the chance of the target, an allocation a column."""
    found = result.comparisons
    first = next(iter(found.values()))
    columns = [column(say("table.total", unit=say("money.unit")), (exact_amount(total) for total in found))]
    for name in view.names(first):
        rows = [view.summary(comparison, name) for comparison in found.values()]
        cells = (
            say(
                "table.total_cell",
                incidence=percent(row.incidence.mean),
                count=in_hundred(row.p_target.estimate),
            )
            for row in rows
        )
        columns.append(column(typeset.folded(view.title(first, name), 16), cells))
    notes = [say("note.totals", target=percent(view.target(first))), *view.scaled(result.scenario), *started(first)]
    notes += view.few(min(comparison.replications for comparison in found.values()))
    return Table(say("title.totals", n=played(result)), tuple(columns), "\n".join(notes))


def played(result: Totals) -> str:
    """How many replications each total has: between so many where that was broken off."""
    counts = sorted(comparison.replications for comparison in result.comparisons.values())
    if counts[0] == counts[-1]:
        return say("number.replication" if counts[0] == 1 else "number.replications", count=counts[0])
    return say("number.replications", count=say("number.between", low=counts[0], high=counts[-1]))


def finding(result: Totals) -> str:
    """The least money with which an allocation comes down to the target on average, or what more money brings."""
    found = result.comparisons
    lowest = {total: min(row.incidence.mean for row in one.allocations) for total, one in found.items()}
    goal = view.target(next(iter(found.values())))
    enough = [total for total, incidence in lowest.items() if incidence <= goal]
    if enough:
        return say("figure.totals.enough", total=exact_money(min(enough)), target=percent(goal))
    least, most = min(lowest), max(lowest)
    return say(
        "figure.totals.never", least=exact_money(least), most=exact_money(most), target=percent(goal),
        before=percent(lowest[least]), after=percent(lowest[most]),
    )  # fmt: skip
