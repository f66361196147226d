"""Honesty: wrong exits, missed poor, and who was turned away where, a row an allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.campaign.exit.verification import TURNED_AWAY
from sim.report import comparison, view
from sim.report.tables import Table, column
from sim.study.summary import scalar
from sim.words import say
from sim.words.numbers import exact_percent, in_hundred, percent, tens

if TYPE_CHECKING:
    from sim.study import Comparison, Interval


def rates(result: Comparison) -> Table:
    """A row an allocation: the three rates and the county's test."""
    rows = result.allocations

    def shares(of: str, digits: int = 2) -> list[str]:
        return [percent(getattr(row, of).mean, digits) for row in rows]

    def between(of: str) -> list[str]:
        return [ends(getattr(row, of)) for row in rows]

    columns = (
        column(say("table.allocation"), (view.title(result, row.name) for row in rows), text=True),
        column(say("table.wrong_exit_rate"), shares("wrong_exit_rate")),
        column(say("table.interval"), between("wrong_exit_rate")),
        column(say("table.missed_poor_rate"), shares("missed_poor_rate")),
        column(say("table.interval"), between("missed_poor_rate")),
        column(say("table.recognition"), shares("recognition", 1)),
        column(say("table.p_county_exit"), (str(in_hundred(row.p_county_exit.estimate)) for row in rows)),
    )
    error, recognition = (exact_percent(view.limit(result, f"rule.{of}_limit")) for of in ("error", "recognition"))
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
    for of, header in scalars.items():
        means = (float(scalar(view.runs(result, name), of).mean()) for name in names)
        columns.append(column(say(f"table.{header}"), map(tens, means)))
    note = _noted(result, say("note.turned_away"), say("note.turned_away_years"))
    return Table(say("title.turned_away"), tuple(columns), note)


def _noted(result: Comparison, always: str, of_years: str) -> str:
    """The note of a table; of several years also which of them it tells of."""
    return f"{always}\n{of_years}" if result.scenario.several_years else always


def ends(of: Interval) -> str:
    """An interval of a rate in a cell."""
    return comparison.span(of, lambda share: f"{100 * share:.2f}")
