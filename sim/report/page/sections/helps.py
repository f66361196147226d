"""What helps more than money: a little more of everything, and the systems of the campaign left out and doubled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sim.report import ablation, beside, comparison, effects, value, view
from sim.report.html.markup import Markup, figure, joined, section, table, tag
from sim.report.page import bars
from sim.words import say
from sim.words.numbers import signed_tens

if TYPE_CHECKING:
    from sim.report.beside import Beside
    from sim.statistics.intervals import Interval
    from sim.study.effects import Effect, Effects


def helps(others: Beside) -> Markup:
    """Of each study its chart and table, or the command that adds it."""
    return section(
        "helps", say("page.title_helps"), tag("h3", say("charts.title_value")), _value(others.value),
        tag("h3", say("charts.title_ablation")), _ablation(others.ablate),
    )  # fmt: skip


def _value(found: Effects | None) -> Markup:
    if found is None:
        return tag("p", beside.command("value"))
    groups = effects.grouped(found, value.GROUPS)
    chart = _chart(groups, lambda row: row.lifted, value.finding(found))
    shown = figure(chart, _how(found, "charts.value_how", "charts.value_how_few"), value.finding(found))
    return joined(beside.full_county(found.scenario), shown, table(value.value(found)))


def _ablation(found: Effects | None) -> Markup:
    if found is None:
        return tag("p", beside.command("ablate"))
    said = ablation.finding(found)
    chart = _chart(ablation.shown(found), lambda row: row.people, said)
    shown = figure(chart, _how(found, "charts.ablation_how", "charts.ablation_how_few"), said)
    return joined(beside.full_county(found.scenario), shown, table(ablation.ablation(found)))


def _how(found: Effects, usual: str, few: str) -> str:
    """How a chart is read: with too few replications none of its marks says anything."""
    return say(few, fewest=found.fewest) if found.too_few else say(usual)


def _chart(groups: Mapping[str, list[Effect]], people: Callable[[Effect], Interval], said: str) -> Markup:
    """A mark an effect under the heading of its group; hollow what cannot be told from none."""
    shown = []
    for group, rows in groups.items():
        marks = []
        for row in rows:
            name, found = effects.name(row, group), people(row)
            between = comparison.span(found, signed_tens)
            told = say("charts.apart_told", name=name, people=signed_tens(found.mean), between=between)
            marks.append(bars.Mark(name, *view.span(found), told, row.significant))
        shown.append((effects.heading(group), marks))
    return bars.ranges(shown, "{value}", said)
