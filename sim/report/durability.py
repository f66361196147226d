"""Does it last: what became of those who left the register, year by year and in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.report import view
from sim.report.tables import Column, Table, column
from sim.study.summary import scalar
from sim.words import listed, say
from sim.words.numbers import percent, tens

if TYPE_CHECKING:
    from sim.record import Run
    from sim.study import Comparison

#: What is told of those who left, by years since.
RETURNED, SHORT = "returned_within", "short_after"


def recorded(result: Comparison) -> bool:
    """Whether the runs followed those who left for a year at least."""
    return f"{RETURNED}_1_share" in _runs(result)[0].scalars


def years(result: Comparison) -> range:
    """The calendar years that were played, those before the scenario's own among them."""
    first = (result.scenario.before or result.scenario).start_date.year
    return range(first, result.scenario.end_date.year + 1)


def line(result: Comparison) -> str:
    """Shares of those who left under the baseline, over the years that lie so far back: returned, and short again."""
    runs = _runs(result)
    since = [k for k in range(1, len(years(result))) if f"{RETURNED}_{k}_share" in runs[0].scalars]

    def shares(name: str, key: str) -> str:
        found = {k: float(scalar(runs, f"{name}_{k}_share").mean()) for k in since}
        return listed(say(key, years=k, share=percent(x, 1)) for k, x in found.items())

    return say(
        "answer.lasts", returned=shares(RETURNED, "answer.lasts_within"), short=shares(SHORT, "answer.lasts_after")
    )


def table(result: Comparison) -> Table:
    """A row a year: incidence as it ends, people who left, and what became of them."""
    runs, rows = _runs(result), list(years(result))
    columns = [
        column(say("table.year"), map(str, rows), text=True),
        column(say("table.incidence"), (percent(scalar(runs, f"incidence_{y}").mean()) for y in rows)),
        column(say("table.exits_people"), (tens(scalar(runs, f"left_{y}_people").mean()) for y in rows)),
    ]
    since = range(1, len(rows))
    columns += [_column(runs, rows, RETURNED, k) for k in since if f"{RETURNED}_{k}_share" in runs[0].scalars]
    columns += [_column(runs, rows, SHORT, k) for k in since if f"{SHORT}_{k}_share" in runs[0].scalars]
    baseline = view.title(result, result.baseline)
    return Table(say("title.durability", baseline=baseline), tuple(columns), say("note.durability"))


def _column(runs: list[Run], rows: Iterable[int], name: str, since: int) -> Column:
    """Of those who left in each year, the share of whom something is true so many years later."""

    def cell(year: int) -> str:
        key = f"left_{year}_{name}_{since}_people"
        if key not in runs[0].scalars:
            return "-"
        left = scalar(runs, f"left_{year}_people").sum()
        return percent(float(scalar(runs, key).sum() / np.maximum(1, left)), 1)

    return column(say(f"table.{name}", years=since), map(cell, rows))


def _runs(result: Comparison) -> list[Run]:
    return view.runs(result, result.baseline)
