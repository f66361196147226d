"""The table of what a little more would do, and what it comes to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.report import effects, view
from sim.report.tables import Table
from sim.study.effects import MORE_YUAN
from sim.words import say
from sim.words.numbers import exact_money, money, plain_tens

if TYPE_CHECKING:
    from sim.study.effects import Effect, Effects

#: Under which heading a state stands: money by the step, or management, whose steps have no price.
GROUPS = dict.fromkeys(("line", "shared"), "line") | dict.fromkeys(
    ("quarter", "tilted", "earlier", "fewer", "narrower", "again", "moved"), "quarter"
)


def value(result: Effects) -> Table:
    """One row a step; that so few replications tell nothing is said by the finding beside it."""
    found = effects.grouped(result, GROUPS)
    columns = effects.columns(found, say("table.lifted"), lambda row: row.lifted, result.scenario.scale)
    title = say("title.value", allocation=view.title_of(result.scenario, result.allocation), n=result.replications,
                total=exact_money(result.scenario.total_yuan))  # fmt: skip
    raised = [say("note.value_ceilings", money=money(MORE_YUAN))] if result.scenario.ceilings else []
    first = replace(columns[0], header=say("table.step"))
    cautions = [] if result.too_few else effects.cautions(result)
    caveats = [*view.scaled(result.scenario), *effects.from_first_day(result), *cautions]
    notes = [say("note.value", fewest=result.fewest), *raised, *caveats]
    return Table(title, (first, *columns[1:]), "\n".join(notes))


def finding(result: Effects) -> str:
    """Of the lines and of management the step that lifts most people out, as far as it can be told from none."""
    if result.too_few:
        return effects.too_few(result)
    lines = [row for row in result.effects if row.state == "line"]
    management = [row for row in result.effects if GROUPS[row.state] == "quarter"]
    total = exact_money(result.scenario.total_yuan)
    nothing = "charts.no_step" if any(row.lifted.low > 0 for row in lines) else "value.management.nothing"
    return say(
        "value.finding", total=total, money=_best(lines, "value.money.best", "value.money.nothing"),
        management=_best(management, "value.management.best", nothing),
    )  # fmt: skip


def _best(rows: list[Effect], best: str, nothing: str) -> str:
    significant = [row for row in rows if row.lifted.low > 0]
    if not significant:
        return say(nothing)
    most = max(significant, key=lambda row: row.lifted.mean)
    return say(best, step=effects.name(most, "line"), people=plain_tens(most.lifted.mean))
