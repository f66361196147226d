"""Will we make it: the chances in a sentence, and between what incidence at the year's end lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import view
from sim.report.tables import Table, column
from sim.study.summary import scalar
from sim.words import say
from sim.words.numbers import in_hundred, percent, spread

if TYPE_CHECKING:
    from sim.study import Comparison

#: Of a hundred replications so many lie no higher.
BELOW = (3, 10, 25, 50, 75, 90, 97)
#: The chances told of an allocation.
MEASURES = ("p_target", "p_below_3", "p_county_exit")


def finding(result: Comparison) -> str:
    """The three chances, from the least to the greatest of the allocations."""
    counts = {
        measure: spread(
            (getattr(row, measure).estimate for row in result.allocations), lambda chance: str(in_hundred(chance))
        )
        for measure in MEASURES
    }
    return say("figure.chance.finding", target=percent(view.target(result)), **counts)


def table(result: Comparison) -> Table:
    """A row an allocation: between what incidence at the year's end lies."""
    names = view.names(result)
    ends = [view.percentiles(scalar(view.runs(result, name), "incidence"), BELOW) for name in names]
    columns = [column(say("table.allocation"), (view.title(result, name) for name in names), text=True)]
    for place, count in enumerate(BELOW):
        columns.append(column(say("table.no_higher", count=count), (percent(float(row[place])) for row in ends)))
    return Table(say("title.spread"), tuple(columns))
