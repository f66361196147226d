"""Honesty: wrong exits, missed poor, and who was turned away where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import answer, comparison, durability, view
from sim.report.figures.finding import spread
from sim.report.page import bars
from sim.report.page.markup import Markup, code, figure, section, table, tag
from sim.report.tables import Table, column
from sim.words import say
from sim.words.numbers import in_hundred, percent, percent_unit, tens

if TYPE_CHECKING:
    from sim.study import Comparison, Interval

#: Where a proposal is turned away, in the order of the steps.
TURNED_AWAY = ("refused", "objected", "county", "held")


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
            told = say("charts.rate_told", name=name, kind=kind, rate=percent(rate.mean), between=_ends(rate))
            sure = not rate.low <= bound <= rate.high
            marks.append(bars.Mark(name, 100 * rate.mean, 100 * rate.low, 100 * rate.high, told, sure))
        groups.append((kind, marks))
        ranges[of] = spread((getattr(row, of).mean for row in result.allocations), lambda share: percent(share, 1))
    limit = percent(bound, 0)
    found = say("charts.errors", wrong=ranges["wrong_exit_rate"], missed=ranges["missed_poor_rate"], limit=limit)
    unit, at = percent_unit(), 100 * bound
    chart = bars.ranges(groups, unit, found, at, say("charts.limit", limit=limit))
    return figure(chart, say("charts.errors_how"), found)


def lasts(result: Comparison) -> Markup:
    """What became of those who left; where the years after were not played, the command that plays them."""
    if not durability.told(result):
        return section("lasts", say("page.title_lasts"), tag("p", code(say("page.one_year"))))
    return section("lasts", say("page.title_lasts"), table(durability.table(result)), finding=durability.line(result))


def rates(result: Comparison) -> Table:
    """A row an allocation: the three rates and the county's test."""
    rows = result.allocations

    def shares(of: str, digits: int = 2) -> list[str]:
        return [percent(getattr(row, of).mean, digits) for row in rows]

    def ends(of: str) -> list[str]:
        return [_ends(getattr(row, of)) for row in rows]

    columns = (
        column(say("table.allocation"), (view.title(result, row.name) for row in rows), text=True),
        column(say("table.wrong_exit_rate"), shares("wrong_exit_rate")),
        column(say("table.interval"), ends("wrong_exit_rate")),
        column(say("table.missed_poor_rate"), shares("missed_poor_rate")),
        column(say("table.interval"), ends("missed_poor_rate")),
        column(say("table.recognition"), shares("recognition", 1)),
        column(say("table.p_county_exit"), (str(in_hundred(row.p_county_exit.estimate)) for row in rows)),
    )
    error, recognition = (percent(view.limit(result, f"rule.{of}_limit"), 0) for of in ("error", "recognition"))
    note = _noted(result, say("note.rates", error=error, recognition=recognition), say("note.rates_years"))
    return Table(say("title.rates"), columns, note)


def turned_away(result: Comparison) -> Table | None:
    """A row an allocation: proposed, and turned away by whom; None where the runs do not tell."""
    scalars = {"proposed_people": "proposed_people", "turned_away_people": "turned_away_people"}
    scalars |= {f"turned_away_{where}_people": f"turned_away.{where}" for where in TURNED_AWAY}
    names = view.names(result)
    if not scalars.keys() <= view.runs(result, names[0])[0].scalars.keys():
        return None
    columns = [column(say("table.allocation"), (view.title(result, name) for name in names), text=True)]
    for scalar, header in scalars.items():
        means = (float(view.values(view.runs(result, name), scalar).mean()) for name in names)
        columns.append(column(say(f"table.{header}"), map(tens, means)))
    note = _noted(result, say("note.turned_away"), say("note.turned_away_years"))
    return Table(say("title.turned_away"), tuple(columns), note)


def _noted(result: Comparison, always: str, of_years: str) -> str:
    """The note of a table; of several years also which of them it tells of."""
    return f"{always}\n{of_years}" if result.scenario.several_years else always


def _turned(result: Comparison) -> Markup | None:
    shown = turned_away(result)
    return None if shown is None else table(shown)


def _ends(of: Interval) -> str:
    return comparison.span(of, lambda share: f"{100 * share:.2f}")
