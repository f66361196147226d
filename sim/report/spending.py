"""Money by line: planned, bound by projects, paid, idle, month by month, and what may be moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.results.months import PAID_BY_LINE
from sim.report import typeset, view
from sim.report.incidence import months
from sim.report.tables import Table, column
from sim.scenario.names import LINES
from sim.words import label, say
from sim.words.numbers import amount, money, percent, rough, signed_amount, spread

if TYPE_CHECKING:
    from sim.study import Comparison, Summary

#: What becomes of a line's money; those that are recorded, and those of `RARE` only where there is any.
PARTS = ("carried", "allotted", "moved", "listed", "paid", "misused", "idle")
RARE = frozenset({"carried", "misused"})
#: So many months stand beside each other.
MOST_MONTHS = 12


def spending(result: Comparison) -> Table:
    """A row a line of the baseline's and one for all."""
    row = view.summary(result, result.baseline)
    total = {part: sum(line[part] for line in row.lines.values()) for part in PARTS if part in _recorded(row)}
    parts = [part for part in total if part not in RARE or total[part]]
    columns = [
        column(say("table.line"), [*(label("line", line) for line in row.lines), say("table.all_lines")], text=True)
    ]
    for part in parts:
        yuan = [*(line[part] for line in row.lines.values()), total[part]]
        header = say(f"table.{part}", unit=say("money.unit"))
        columns.append(column(header, map(signed_amount if part == "moved" else amount, yuan)))
    title = say("title.spending", baseline=view.title(result, row.name), unit=say("money.unit"))
    adds_up = [say("note.adds_up")] if "moved" in parts else []
    return Table(title, tuple(columns), "\n".join([say("note.lines"), *adds_up]))


def there(line: Mapping[str, float]) -> float:
    """What was there to be spent in a line: carried over and allotted."""
    return line.get("carried", 0.0) + line["allotted"]


def had(row: Summary) -> float:
    """What was there to be spent in all lines: it is spent, left, or went elsewhere and was not recovered."""
    return row.spent_yuan + row.idle_yuan + sum(line.get("misused", 0.0) for line in row.lines.values())


def carried(row: Summary) -> float:
    """What all lines together carried over from the years before."""
    return sum(line.get("carried", 0.0) for line in row.lines.values())


def still_owed(line: Mapping[str, float]) -> float:
    """Of what is left in a line, what its projects were promised and have not received; the rest no project has."""
    return min(max(0.0, line["listed"] - line["paid"]), line["idle"])


def _recorded(row: Summary) -> set[str]:
    """The parts that every line tells of."""
    return set(PARTS).intersection(*row.lines.values())


def by_month(result: Comparison) -> Table | None:
    """A row a line with money and one for all: of what was there for it, the share the baseline has paid by each
    month's end.

    None where that was not recorded, or over several years.
    """
    row = result.allocations[0]
    runs = view.runs(result, row.name)
    recorded = runs[0].monthly.get(PAID_BY_LINE.format(LINES[0])) if runs else None
    if recorded is None or len(recorded) > MOST_MONTHS + 1:
        return None
    ends = months(result, len(recorded))
    given = {name: there(line) for name, line in row.lines.items() if there(line) > 0}
    paid = {line: view.series(runs, PAID_BY_LINE.format(line)).mean(axis=0) for line in given}
    shares = [paid[line] / yuan for line, yuan in given.items()]
    shares.append(sum(paid.values(), np.zeros(len(ends))) / max(1.0, sum(given.values())))
    names = [*(label("line", line) for line in given), say("table.all_lines")]
    columns = [column(say("table.line"), names, text=True)]
    for place, end in list(enumerate(ends))[1:]:
        columns.append(column(end, (f"{100 * share[place]:.0f}" for share in shares)))
    title = say("title.by_month", baseline=view.title(result, row.name))
    return Table(title, tuple(columns), say("note.by_month"))


def received(carried: float) -> str:
    """What the money that has come is called, with that of the years before where there is any."""
    return say("figure.money.with_carried" if carried else "figure.money.received")


def finding(result: Comparison, shown: Sequence[str]) -> str:
    """What is there to be spent, and the share of it that is paid by year end; what was carried over is modelled."""
    rows = [view.summary(result, name) for name in shown]
    there = [had(row) for row in rows]
    if min(there) <= 0:
        return say("answer.no_money")
    paid = (row.spent_yuan / yuan for row, yuan in zip(rows, there, strict=True))
    share = spread(paid, lambda share: percent(share, 0))
    if any(map(carried, rows)):
        return say("figure.money.finding_carried", there=spread(map(rough, there), money), share=share)
    return say("figure.money.finding", there=spread(there, money), share=share)


def movable(result: Comparison) -> Table:
    """A row a line: what is earmarked, what is floor, what the baseline and the suggested allocation add."""
    scenario, scale = result.scenario, result.scenario.scale
    names = list(dict.fromkeys((result.baseline, result.best)))
    bound = [
        (say(f"table.{key}", unit=say("money.unit")), {line: sums.get(line, 0) * scale for line in LINES})
        for key, sums in (("earmarked", scenario.earmarked), ("floors", scenario.floors))
    ]
    fixed = {line: sum(sums[line] for _, sums in bound) for line in LINES}
    notes = [say("note.movable")]
    if len(names) > 1 and scenario.money(names[0], scale) == scenario.money(names[1], scale):
        notes.append(say("page.same_sums", title=view.title(result, names.pop())))
    for name in names:
        planned = scenario.money(name, scale)
        title = typeset.folded(view.title(result, name), 16)
        head = say("table.free_of", title=title, unit=say("money.unit"))
        bound.append((head, {line: max(0.0, planned[line] - fixed[line]) for line in LINES}))
    columns = [
        column(say("table.line"), [*(label("line", line) for line in LINES), say("table.all_lines")], True),
        *(column(head, map(amount, [*sums.values(), sum(sums.values())])) for head, sums in bound),
    ]
    return Table(say("title.movable", unit=say("money.unit")), tuple(columns), "\n".join(notes))
