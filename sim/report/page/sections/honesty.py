"""Honesty: wrong exits, missed poor, and who was turned away where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import answer, durability, view
from sim.report.honesty import ends, rates, turned_away
from sim.report.html.markup import Markup, code, figure, section, table, tag
from sim.report.page import bars
from sim.words import say
from sim.words.numbers import exact_percent, percent, percent_unit, spread

if TYPE_CHECKING:
    from sim.study import Comparison


def honesty(result: Comparison) -> Markup:
    """The rates of every allocation, then those who were proposed and turned away."""
    return section(
        "honesty", say("page.title_honesty"), _errors(result), table(rates(result)), _turned(result),
        finding=answer.county(result),
    )  # fmt: skip


def _errors(result: Comparison) -> Markup:
    """Wrong exits and missed poor of every allocation beside their limit; hollow where its interval holds that."""
    groups, ranges = [], {}
    bound = view.limit(result, "rule.error_limit")
    for of in ("wrong_exit_rate", "missed_poor_rate"):
        kind, marks = say(f"charts.{of}"), []
        for row in result.allocations:
            rate, name = getattr(row, of), view.title(result, row.name)
            told = say("charts.rate_told", name=name, kind=kind, rate=percent(rate.mean), between=ends(rate))
            sure = not rate.low <= bound <= rate.high
            marks.append(bars.Mark(name, 100 * rate.mean, 100 * rate.low, 100 * rate.high, told, sure))
        groups.append((kind, marks))
        ranges[of] = spread((getattr(row, of).mean for row in result.allocations), lambda share: percent(share, 1))
    limit = exact_percent(bound)
    found = say("charts.errors", wrong=ranges["wrong_exit_rate"], missed=ranges["missed_poor_rate"], limit=limit)
    unit, at = percent_unit(), 100 * bound
    chart = bars.ranges(groups, unit, found, at, say("charts.limit", limit=limit))
    return figure(chart, say("charts.errors_how"), found)


def lasts(result: Comparison) -> Markup:
    """What became of those who left; where the years after were not played, the command that plays them."""
    if not durability.recorded(result):
        return section("lasts", say("page.title_lasts"), tag("p", code(say("page.one_year"))))
    return section("lasts", say("page.title_lasts"), table(durability.table(result)), finding=durability.line(result))


def _turned(result: Comparison) -> Markup | None:
    shown = turned_away(result)
    return None if shown is None else table(shown)
