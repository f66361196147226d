"""Where: villages by their place within the township, and townships, under one allocation.

Which village is of which tier is drawn anew in each replication, so a place is the same place of every replication:
within a township first the villages due to exit, then the others, each from the highest incidence at the start.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.campaign.exit.village_items import ITEMS
from sim.report import view
from sim.report.tables import Table, column
from sim.study.summary import as_rows
from sim.words import label, say
from sim.words.numbers import exact_percent, in_hundred, percent, tens

if TYPE_CHECKING:
    from sim.record import Run
    from sim.study import Comparison

#: Village columns without which there is nothing to tell.
NEEDS = frozenset({
    "township", "base_people", "registered_start", "registered_end", "incidence_start", "incidence_end", "due",
    "exited",
})  # fmt: skip
#: Replications in which a village is due, of which there must be so many to tell how often it then exits.
FEWEST = 5


@dataclass(frozen=True)
class Village:
    """A place of a township over all replications: medians, and chances as shares of one.

    ``exits`` is the chance to exit in the ``listings`` replications in which it is due, ``below`` the chance to end
    below the limit; ``left`` people.
    ``items`` is the chance to have each item of the village standard at the end, of those recorded.
    """

    township: str
    rank: int
    start: float
    end: float
    left: float
    due: float
    listings: int
    exits: float
    below: float
    items: Mapping[str, float]

    @property
    def is_due(self) -> bool:
        """Whether it is due to exit in half of the replications at least."""
        return self.due >= 0.5

    @property
    def exits_if_due(self) -> str:
        """In how many of 100 it exits when due; a dash where it was due too seldom to tell."""
        return str(in_hundred(self.exits)) if self.listings >= FEWEST else "-"

    @property
    def chance(self) -> float | None:
        """The chance to exit of a village that is due, None where that cannot be told; of another to end below."""
        if not self.is_due:
            return self.below
        return self.exits if self.listings >= FEWEST else None


@dataclass(frozen=True)
class Township:
    """A township: means over replications; people on the register and villages."""

    key: str
    start: float
    end: float
    incidence: float
    due: float
    exits: float


def recorded(result: Comparison) -> bool:
    """Whether the runs say enough of villages."""
    return set(view.runs(result, result.baseline)[0].villages) >= NEEDS


def exit_limit(result: Comparison) -> float:
    """The incidence below which a village exits."""
    return view.limit(result, "rule.incidence_limit")


def limit_told(result: Comparison) -> str:
    """The same as per cent."""
    return exact_percent(exit_limit(result))


def villages(result: Comparison, runs: list[Run]) -> dict[str, list[Village]]:
    """The villages of each township, as many as a replication has."""
    limit = exit_limit(result)
    places: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for run in runs:
        for township, rows in _by_township(run).items():
            ranked = sorted(rows, key=lambda row: (-row["due"], -row["incidence_start"]))
            for rank, row in enumerate(ranked, start=1):
                places[township, rank].append(row)
    usual = round(sum(map(len, places.values())) / len(runs))
    kept = set(sorted(places, key=lambda place: -len(places[place]))[:usual])
    found: dict[str, list[Village]] = {township: [] for township, _ in places}
    for (township, rank), rows in places.items():
        if (township, rank) in kept:
            found[township].append(_village(township, rank, rows, limit))
    return found


def townships(runs: list[Run]) -> list[Township]:
    """The townships in the county's order."""
    sums: dict[str, list[list[float]]] = defaultdict(list)
    for run in runs:
        for township, rows in _by_township(run).items():
            of = ("registered_start", "registered_end", "base_people", "due", "exited")
            sums[township].append([sum(row[name] for row in rows) for name in of])
    found = []
    for key, counted in sums.items():
        start, end, base, due, exits = np.sum(np.array(counted, dtype=float), axis=0) / len(runs)
        found.append(Township(key, float(start), float(end), float(end / base), float(due), float(exits)))
    return found


def township_table(result: Comparison) -> Table:
    """A row a township."""
    name = result.baseline
    rows = townships(view.runs(result, name))
    columns = (
        column(say("table.township"), (label("township", row.key) for row in rows), text=True),
        column(say("table.left_start"), (tens(row.start) for row in rows)),
        column(say("table.left_end"), (tens(row.end) for row in rows)),
        column(say("table.incidence"), (percent(row.incidence) for row in rows)),
        column(say("table.due_villages"), (f"{row.due:.1f}" for row in rows)),
        column(say("table.villages_out"), (f"{row.exits:.1f}" for row in rows)),
    )
    return Table(say("title.townships", baseline=view.title(result, name)), columns, say("note.townships"))


def village_table(result: Comparison, rows: Sequence[Village]) -> Table:
    """A row a village of the baseline's."""
    columns = (
        column(say("table.village"), map(titled, rows), text=True),
        column(say("table.incidence_start"), (percent(row.start, 1) for row in rows)),
        column(say("table.incidence"), (percent(row.end, 1) for row in rows)),
        column(say("table.left_end"), (tens(row.left) for row in rows)),
        column(say("table.is_due"), (str(in_hundred(row.due)) for row in rows)),
        column(say("table.exits_if_due"), (row.exits_if_due for row in rows)),
        column(say("table.below_limit", limit=limit_told(result)), (str(in_hundred(row.below)) for row in rows)),
    )
    title = say("title.villages", baseline=view.title(result, result.baseline))
    return Table(title, columns, say("note.villages", fewest=FEWEST))


def titled(village: Village) -> str:
    """The township and the place in it: no village's name."""
    return say("table.village_of", township=label("township", village.township), rank=village.rank)


def _by_township(run: Run) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for village in as_rows(run.villages):
        found[village["township"]].append(village)
    return found


def _village(township: str, rank: int, rows: list[dict[str, Any]], limit: float) -> Village:
    start, end, due = (np.array([row[name] for row in rows]) for name in ("incidence_start", "incidence_end", "due"))
    exited = sum(row["exited"] for row in rows if row["due"])
    left = np.mean([row["registered_end"] for row in rows])
    return Village(
        township, rank, float(np.median(start)), float(np.median(end)), float(left), float(due.mean()),
        int(due.sum()), exited / max(1, int(due.sum())), float((end < limit).mean()),
        {item: float(np.mean([row[item] for row in rows])) for item in ITEMS if item in rows[0]},
    )  # fmt: skip


def finding(result: Comparison, name: str) -> str:
    """How many of the villages due exit."""
    due = [sum(run.villages["due"]) for run in view.runs(result, name)]
    exits = view.summary(result, name).exits["villages"].mean
    return say(
        "figure.villages.finding", title=view.title(result, name), due=f"{sum(due) / len(due):.0f}",
        exits=f"{exits:.1f}",
    )  # fmt: skip
