"""Why not: what holds those still poor at year end, by cause, township and tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.report import comparison, view, why_not
from sim.report.html.markup import Markup, figure, folded, joined, numbers, section, table, tag
from sim.report.page import bars
from sim.words import label, say
from sim.words.numbers import percent, percent_unit, tens

if TYPE_CHECKING:
    from sim.record import Run
    from sim.study import Comparison

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
    shown, widths = why_not.by_cause(row.why_not)
    return section(
        "why", say("page.title_why"), tag("p", say("page.why_of", title=view.title(result, row.name))),
        table(shown, widths), tag("p", tag("b", say("page.how")), " ", say("page.why_how"), class_="note"),
        *(_apart(runs, place, people) for place in told),
        folded(say("page.all_allocations"), table(comparison.why_not(result))), finding=why_not.of_baseline(people),
    )  # fmt: skip


def _apart(runs: Sequence[Run], place: str, causes: Mapping[str, float]) -> Markup:
    """Causes by township or tier: shares of those left there, so that a large place does not hide a small one."""
    held = why_not.by_places(runs, place, causes)
    whole = {key: max(1.0, sum(people.values())) for key, people in held.items()}
    most = max(causes, key=lambda cause: causes[cause])
    parts = []
    for cause in next(iter(held.values())):
        shares = [people[cause] / whole[key] for key, people in held.items()]
        told = [
            say("charts.cause_told", cause=why_not.called(cause), share=percent(share, 0), people=tens(people[cause]))
            for share, people in zip(shares, held.values(), strict=True)
        ]
        parts.append(bars.Part(why_not.called(cause), [100 * share for share in shares], told))
    of_most = {key: people[most] / whole[key] for key, people in held.items()}
    low, high = (least(of_most, key=lambda key: of_most[key]) for least in (min, max))
    found = say(
        f"charts.by.{place}", cause=why_not.called(most), low=percent(of_most[low], 0), high=percent(of_most[high], 0),
        least=label(place, low), most=label(place, high),
    )  # fmt: skip
    unit = percent_unit()
    chart = bars.stacked([label(place, key) for key in held], parts, unit, found, most=100)
    return joined(figure(chart, say("charts.by_how"), found), numbers(table(why_not.by_place(runs, place, causes))))
