"""Money of one allocation by line: planned, bound by projects, paid, idle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import view
from sim.report.tables import Table, column
from sim.words import label, say
from sim.words.numbers import amount

if TYPE_CHECKING:
    from sim.study import Comparison

PARTS = ("allotted", "listed", "paid", "idle")


def spending(result: Comparison, name: str | None = None) -> Table:
    """A row a line and one for all; the baseline's where no allocation is named."""
    row = view.summary(result, name or view.names(result)[0])
    total = {part: sum(line[part] for line in row.lines.values()) for part in PARTS}
    columns = [
        column(say("table.line"), [*(label("line", line) for line in row.lines), say("table.all_lines")], text=True)
    ]
    for part in PARTS:
        yuan = [*(line[part] for line in row.lines.values()), total[part]]
        header = say(f"table.{part}", unit=say("money.unit"))
        columns.append(column(header, (amount(value) for value in yuan)))
    title = say("title.spending", baseline=view.title(result, row.name), unit=say("money.unit"))
    return Table(title, tuple(columns), say("note.lines"))
