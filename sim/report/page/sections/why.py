"""Why not: what holds those still poor at year end, by cause, township and tier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.report import comparison, typeset, view
from sim.report.page import bars
from sim.report.page.markup import Markup, figure, folded, joined, numbers, section, table, tag
from sim.report.tables import Table, column
from sim.words import label, say
from sim.words.numbers import about, percent, percent_unit, tens

if TYPE_CHECKING:
    from sim.record import Run
    from sim.study import Comparison

#: Causes with a column of their own where places are told apart.
APART = 5
#: All other causes.
REST = "rest"
#: Causes in the sentence above.
NAMED = 2
#: What a place is called by in the rows of `why_not`.
PLACES = ("township", "tier")


def why(result: Comparison) -> Markup:
    """Causes of the baseline, then places by cause, then all allocations."""
    row = result.allocations[0]
    people = view.causes(row, "last")
    if not sum(people.values()):
        return section("why", say("page.title_why"), finding=say("answer.why_not_none"))
    runs = view.runs(result, row.name)
    told = [place for place in PLACES if runs[0].why_not and place in runs[0].why_not[0]]
    shown, widths = by_cause(row.why_not)
    return section(
        "why", say("page.title_why"), tag("p", say("page.why_of", title=view.title(result, row.name))),
        table(shown, widths), tag("p", tag("b", say("page.how")), " ", say("page.why_how"), class_="note"),
        *(_apart(runs, place, people) for place in told),
        folded(say("page.all_allocations"), table(comparison.why_not(result))), finding=finding(people),
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


def by_place(runs: Sequence[Run], place: str, causes: Mapping[str, float]) -> Table:
    """A row a township or tier, a column a cause: people it holds last, the mean of a replication."""
    held = _held(runs, place, causes)
    columns = (
        column(say(f"table.{place}"), (label(place, key) for key in held), text=True),
        *(
            column(typeset.folded(_called(cause), 16), (tens(people[cause]) for people in held.values()))
            for cause in next(iter(held.values()), {})
        ),
        column(say("table.all_causes"), (tens(sum(people.values())) for people in held.values())),
    )
    return Table(say(f"title.by.{place}"), columns)


def _apart(runs: Sequence[Run], place: str, causes: Mapping[str, float]) -> Markup:
    """Causes by township or tier: shares of those left there, so that a large place does not hide a small one."""
    held = _held(runs, place, causes)
    whole = {key: max(1.0, sum(people.values())) for key, people in held.items()}
    most = max(causes, key=lambda cause: causes[cause])
    parts = []
    for cause in next(iter(held.values())):
        shares = [people[cause] / whole[key] for key, people in held.items()]
        told = [
            say("charts.cause_told", cause=_called(cause), share=percent(share, 0), people=tens(people[cause]))
            for share, people in zip(shares, held.values(), strict=True)
        ]
        parts.append(bars.Part(_called(cause), [100 * share for share in shares], told))
    of_most = {key: people[most] / whole[key] for key, people in held.items()}
    low, high = (least(of_most, key=lambda key: of_most[key]) for least in (min, max))
    found = say(
        f"charts.by.{place}", cause=_called(most), low=percent(of_most[low], 0), high=percent(of_most[high], 0),
        least=label(place, low), most=label(place, high),
    )  # fmt: skip
    unit = percent_unit()
    chart = bars.stacked([label(place, key) for key in held], parts, unit, found, most=100)
    return joined(figure(chart, say("charts.by_how"), found), numbers(table(by_place(runs, place, causes))))


def _held(runs: Sequence[Run], place: str, causes: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """People held last by place and cause, the mean of a replication; causes that hold few are one."""
    apart = sorted(causes, key=lambda cause: -causes[cause])[:APART]
    found: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys([*apart, REST], 0.0))
    for run in runs:
        for row in run.why_not:
            cause = row["cause"] if row["cause"] in apart else REST
            found[str(row[place])][cause] += row["last"] / len(runs)
    known = [key for key in _order(runs, place) if key in found]
    return {key: found[key] for key in [*known, *sorted(found.keys() - set(known))]}


def _called(cause: str) -> str:
    return say("figure.why_not.other") if cause == REST else label("why_not", cause)


def _order(runs: Sequence[Run], place: str) -> list[str]:
    """The county's own order, where the runs tell of its villages."""
    if place == "tier":
        return ["deep", "poor", "high", "other"]
    return list(dict.fromkeys(map(str, runs[0].villages.get(place, ()))))
