"""Why not: what holds those still poor at year end, by cause and by place, and in a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.report import typeset
from sim.report.tables import Table, column
from sim.words import label, listed, say
from sim.words.numbers import about, percent, tens

if TYPE_CHECKING:
    from sim.record import Run

#: Causes with a column of their own where places are told apart.
APART = 5
#: All other causes.
REST = "rest"
#: Causes in the sentence above.
NAMED = 2


def finding(table: Mapping[str, Mapping[str, float]]) -> str:
    """How many are still poor and what stops most of them, the mean of the allocations."""
    people: dict[str, float] = {}
    for causes in table.values():
        for cause, held in causes.items():
            people[cause] = people.get(cause, 0.0) + held / len(table)
    left = sum(people.values())
    if left <= 0:
        return say("answer.why_not_none")
    return say("figure.why_not.finding", people=about(left), causes=_most(people))


def of_baseline(people: Mapping[str, float]) -> str:
    """How many are left and what holds most of them."""
    return say("page.why_finding", people=about(sum(people.values())), causes=_most(people))


def _most(people: Mapping[str, float]) -> str:
    """The causes that hold most, each with its share."""
    left, named = sum(people.values()), sorted(people, key=lambda cause: -people[cause])[:NAMED]
    shares = (
        say("figure.why_not.share", cause=label("why_not", cause), share=percent(people[cause] / left, 0))
        for cause in named
        if people[cause] > 0
    )
    return listed(shares)


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


def by_place(runs: Sequence[Run], place: str, causes: Mapping[str, float]) -> Table:
    """A row a township or tier, a column a cause: people it holds last, the mean of a replication."""
    held = by_places(runs, place, causes)
    columns = (
        column(say(f"table.{place}"), (label(place, key) for key in held), text=True),
        *(
            column(typeset.folded(called(cause), 16), (tens(people[cause]) for people in held.values()))
            for cause in next(iter(held.values()), {})
        ),
        column(say("table.all_causes"), (tens(sum(people.values())) for people in held.values())),
    )
    return Table(say(f"title.by.{place}"), columns)


def by_places(runs: Sequence[Run], place: str, causes: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """People held last by place and cause, the mean of a replication; causes that hold few are one."""
    apart = sorted(causes, key=lambda cause: -causes[cause])[:APART]
    found: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys([*apart, REST], 0.0))
    for run in runs:
        for row in run.why_not:
            cause = row["cause"] if row["cause"] in apart else REST
            found[str(row[place])][cause] += row["last"] / len(runs)
    known = [key for key in _order(runs, place) if key in found]
    return {key: found[key] for key in [*known, *sorted(found.keys() - set(known))]}


def called(cause: str) -> str:
    """What a cause is called, or all the others together."""
    return say("figure.why_not.other") if cause == REST else label("why_not", cause)


def _order(runs: Sequence[Run], place: str) -> list[str]:
    """The county's own order, where the runs tell of its villages."""
    if place == "tier":
        return ["deep", "poor", "high", "other"]
    return list(dict.fromkeys(map(str, runs[0].villages.get(place, ()))))
