"""A page a zone command: its villages, what is held up there, what to do."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sim.report import places, view
from sim.report.page.markup import Markup, section, table, tag
from sim.report.page.sections.why import by_cause
from sim.report.tables import Table, column
from sim.words import label, say
from sim.words.numbers import about, percent, tens

if TYPE_CHECKING:
    from sim.record import Run
    from sim.report.places import Township
    from sim.study import Comparison

#: Causes, and gates where most people wait, that a page has room for.
CAUSES, GATES = 6, 3


def zones(result: Comparison) -> Markup | None:
    """One part a township, in the county's order; each begins a page in print."""
    if not places.told(result):
        return None
    runs = view.runs(result, view.names(result)[0])
    villages = places.villages(runs)
    parts = [
        _zone(township, _held(runs, township.key), places.village_table(result, villages[township.key]))
        for township in places.townships(runs)
    ]
    return section("zones", say("page.title_zones"), tag("p", say("page.zones")), *parts, class_="page")


def _zone(township: Township, held: list[dict[str, Any]], villages: Table) -> Markup:
    name = label("township", township.key)
    said = say(
        "page.zone", township=name, start=about(township.start), left=about(township.end),
        incidence=percent(township.incidence), due=f"{township.due:.1f}", exits=f"{township.exits:.1f}",
    )  # fmt: skip
    shown, bars = by_cause(_folded(held, "cause"), CAUSES)
    return tag(
        "article", tag("h3", say("page.zone_title", township=name)), tag("p", said, class_="finding"),
        table(shown, bars) if held else None, table(_by_gate(held)) if held else None,
        table(villages), class_="zone",
    )  # fmt: skip


def _by_gate(held: list[dict[str, Any]]) -> Table:
    rows = sorted(_folded(held, "stage"), key=lambda row: -row["last"])[:GATES]
    columns = (
        column(say("table.gate"), (label("gate", row["stage"]) for row in rows), text=True),
        column(say("table.last"), (tens(row["last"]) for row in rows)),
    )
    return Table(say("title.by_gate"), columns)


def _held(runs: list[Run], township: str) -> list[dict[str, Any]]:
    """Rows of `why_not` of a township, people as the mean of a replication."""
    return [
        {**row, "held": row["people"] / len(runs), "sole": row["sole"] / len(runs), "last": row["last"] / len(runs)}
        for run in runs
        for row in run.why_not
        if row["township"] == township
    ]


def _folded(rows: list[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    sums: dict[str, dict[str, float]] = defaultdict(lambda: {"held": 0.0, "sole": 0.0, "last": 0.0})
    for row in rows:
        for part in ("held", "sole", "last"):
            sums[row[by]][part] += row[part]
    return [{by: name, **people} for name, people in sorted(sums.items())]
