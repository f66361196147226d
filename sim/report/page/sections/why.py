"""Why not: what holds those still poor at year end, by cause, township and tier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.report import comparison, view
from sim.report.page.markup import Markup, folded, section, table, tag
from sim.report.tables import Table, column
from sim.words import label, say
from sim.words.numbers import about, percent, tens

if TYPE_CHECKING:
    from sim.record import Run
    from sim.study import Comparison

#: Causes with a column of their own where places are told apart.
APART = 5
#: Causes in the sentence above.
NAMED = 2
#: What a place is called by in the rows of `why_not`.
PLACES = ("township", "tier")


def why(result: Comparison) -> Markup | None:
    """Causes of the baseline, then places by cause, then all allocations."""
    row = result.allocations[0]
    people = view.causes(row, "last")
    if not sum(people.values()):
        return None
    runs = view.runs(result, row.name)
    places = [
        by_place(runs, place, list(people)) for place in PLACES if runs[0].why_not and place in runs[0].why_not[0]
    ]
    shown, bars = by_cause(row.why_not)
    return section(
        "why", say("page.title_why"), tag("p", say("page.why_of", title=view.title(result, row.name))),
        table(shown, bars), tag("p", tag("b", say("page.how")), " ", say("page.why_how"), class_="note"),
        *(table(one) for one in places), folded(say("page.all_allocations"), table(comparison.why_not(result))),
        finding=finding(people),
    )  # fmt: skip


def finding(people: Mapping[str, float]) -> str:
    """How many are left and what holds most of them."""
    left = sum(people.values())
    named = sorted(people, key=lambda cause: -people[cause])[:NAMED]
    shares = (
        say("figure.why_not.share", cause=label("why_not", cause), share=percent(people[cause] / left, 0))
        for cause in named
        if people[cause] > 0
    )
    return say("page.why_finding", people=about(left), causes=say("answer.joiner").join(shares))


def by_cause(rows: Sequence[Mapping[str, Any]], most_rows: int | None = None) -> tuple[Table, dict[int, list[float]]]:
    """A row a cause, the greatest first: people it holds last, alone, at all; the first with a bar."""
    found = sorted((row for row in rows if row["last"] + row["sole"] > 0), key=lambda row: -row["last"])
    total, most = (fold([row["last"] for row in found] or [1.0]) or 1.0 for fold in (sum, max))
    found = found[:most_rows]
    columns = (
        column(say("table.cause"), (label("why_not", row["cause"]) for row in found), text=True),
        column(say("table.last"), (tens(row["last"]) for row in found)),
        column(say("table.share"), (percent(row["last"] / total, 0) for row in found)),
        column(say("table.sole"), (tens(row["sole"]) for row in found)),
        column(say("table.held"), (tens(row["held"]) for row in found)),
    )
    return Table(say("title.causes"), columns), {1: [row["last"] / most for row in found]}


def by_place(runs: Sequence[Run], place: str, causes: Sequence[str]) -> Table:
    """A row a township or tier, a column a cause: people it holds last, the mean of a replication."""
    people: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for run in runs:
        for row in run.why_not:
            people[str(row[place])][str(row["cause"])] += row["last"] / len(runs)
    known = [key for key in _order(runs, place) if key in people]
    rows = [*known, *sorted(people.keys() - set(known))]
    totals = {cause: sum(held[cause] for held in people.values()) for cause in causes}
    apart = sorted(causes, key=lambda cause: -totals[cause])[:APART]

    def rest(held: dict[str, float]) -> float:
        return sum(count for cause, count in held.items() if cause not in apart)

    columns = (
        column(say(f"table.{place}"), (label(place, row) for row in rows), text=True),
        *(
            column(view.folded(label("why_not", cause), 16), (tens(people[row][cause]) for row in rows))
            for cause in apart
        ),
        column(say("figure.why_not.other"), (tens(rest(people[row])) for row in rows)),
        column(say("table.all_causes"), (tens(sum(people[row].values())) for row in rows)),
    )
    return Table(say(f"title.by.{place}"), columns)


def _order(runs: Sequence[Run], place: str) -> list[str]:
    """The county's own order, where the runs tell of its villages."""
    if place == "tier":
        return ["deep", "poor", "high", "other"]
    return list(dict.fromkeys(map(str, runs[0].villages.get(place, ()))))
