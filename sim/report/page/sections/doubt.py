"""Doubt: where the values come from, what other readings say, and what is left open."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sim.campaign.assumed import playing
from sim.report import beside, comparison, screening, sensitivity, view
from sim.report.checks import checks
from sim.report.html.markup import Markup, figure, folded, items, joined, section, table, tag
from sim.report.page import bars, first_screen
from sim.streams import GROUPS
from sim.words import label, say
from sim.words.numbers import percent, percent_unit

if TYPE_CHECKING:
    from sim.report.beside import Beside
    from sim.study import Comparison
    from sim.study.screening import Screening
    from sim.study.sensitivity import Sensitivity


def doubt(result: Comparison, others: Beside) -> Markup:
    """The sentence of the first screen part by part, the other readings, and the studies that take doubt apart."""
    found = playing(result.scenario)
    kinds = Counter(entry.kind for entry in found)
    varied = sum(entry.varies for entry in found)
    assumed = "assumed_point" if result.scenario.parameters == "point" else "assumed"
    told = [
        say(f"page.{assumed}", count=kinds["assumed"], all=sum(kinds.values()), varied=varied),
        say("page.no_names"),
    ]
    return section(
        "doubt", say("page.title_doubt"), items(told), table(checks(result, others)),
        table(comparison.readings(result)),
        _taken_apart(others.sensitivity), _one_by_one(others.screen), finding=first_screen.doubt(result),
    )  # fmt: skip


def _taken_apart(found: Sensitivity | None) -> Markup:
    """How much of the doubt is luck, assumed values and the start, or the command that says so."""
    if found is None:
        return tag("p", beside.command("sensitivity", "page.sensitivity"))
    unit, said = percent_unit(), sensitivity.finding(found)
    parts = []
    for group in GROUPS:
        shares = [part.share.mean for part in found.parts if part.group == group]
        title = label("luck_group", group)
        told = [say("charts.share_told", name=title, share=percent(share, 0)) for share in shares]
        parts.append(bars.Part(title, [100 * share for share in shares], told))
    chart = bars.stacked([sensitivity.named(found, name) for name in found.sd], parts, unit, said, beside=True)
    return joined(figure(chart, say("charts.doubt_how"), said), *map(table, sensitivity.sensitivity(found)))


def _one_by_one(found: Screening | None) -> Markup:
    """What each assumed value does by itself, or the command that says so."""
    if found is None:
        return tag("p", beside.command("sensitivity", "page.screen", "--screen 8"))
    said, tables = screening.finding(found), folded(say("page.as_table"), *map(table, screening.tables(found)))
    rows = screening.totals(found, sensitivity.FIRST)
    if not rows:
        return joined(tag("p", said, class_="finding"), tables)
    marks = []
    for row in rows:
        name, (share, low, high) = screening.factor(found, row.factor), view.span(row.total)
        told = say("charts.rate_told", name=name, kind=say("charts.screen_legend"), rate=percent(share, 0),
                   between=say("number.span", low=percent(low, 0), high=percent(high, 0)))  # fmt: skip
        marks.append(bars.Mark(name, 100 * share, 100 * low, 100 * high, told))
    unit, legend = percent_unit(), say("charts.screen_legend")
    return joined(figure(bars.ranges([(legend, marks)], unit, said), say("charts.screen_how"), said), tables)
