"""What changes of a campaign do, in groups: what cannot be told from none stands at the end, under its own heading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import TYPE_CHECKING

from sim.report import view
from sim.report.comparison import span
from sim.report.tables import Column, column
from sim.statistics.intervals import FEW
from sim.study.effects import MORE_YUAN, VARIANT
from sim.words import known, label, say
from sim.words.numbers import bare_points, date, money, signed_amount, signed_tens

if TYPE_CHECKING:
    from sim.statistics.intervals import Interval
    from sim.study.effects import Effect, Effects

#: The group of what cannot be told from none, and what it is called where so few replications tell nothing at all.
NONE, TOO_FEW = "none", "too_few"


def grouped(result: Effects, groups: Mapping[str, str]) -> dict[str, list[Effect]]:
    """By group of their states what can be told from none, the greatest effect first; at the end what cannot."""
    others = TOO_FEW if result.too_few else NONE
    found: dict[str, list[Effect]] = {group: [] for group in (*groups.values(), others)}
    for row in sorted(result.effects, key=lambda row: -abs(row.people.mean)):
        found[groups[row.state] if row.significant else others].append(row)
    return {group: rows for group, rows in found.items() if rows}


def cautions(result: Effects) -> list[str]:
    """What to know of so few replications: that nothing can be told, or that intervals are rough."""
    if result.too_few:
        return [too_few(result)]
    return view.few(result.replications)


def too_few(result: Effects) -> str:
    """That so few replications tell nothing, which is not that nothing has an effect."""
    return say("effect.too_few", n=result.replications, enough=FEW)


def from_first_day(result: Effects) -> list[str]:
    """What to know where a day of decision is given: what the study itself changes is changed before it."""
    day = result.scenario.decide_on
    if day is None or all(row.state == VARIANT for row in result.effects):
        return []
    return [say("effect.from_first_day", day=date(day))]


def name(effect: Effect, group: str = NONE) -> str:
    """What is done to which system; the system alone under a heading that says what is done."""
    own = "system" if effect.state == VARIANT or known(f"system.{effect.system}") else "family"
    system = label("line" if effect.state == "line" else own, effect.system)
    if effect.state == group and effect.state != "more":
        return system
    return say(f"effect.{effect.state}", system=system, money=money(MORE_YUAN))


def heading(group: str) -> str:
    """What is done to all in a group."""
    return say(f"effect.group.{group}", money=money(MORE_YUAN))


def columns(
    grouped: Mapping[str, list[Effect]], header: str, people: Callable[[Effect], Interval], scale: float
) -> tuple[Column, ...]:
    """One row an effect under the heading of its group; ``people`` are those that the ``header`` tells of.

    Sums are those of the full county, as what is added is, where a county of a ``scale`` below one is played.
    """
    rows: list[Effect | None] = []
    names: list[str] = []
    for group, effects in grouped.items():
        rows += [None, *effects]
        names += [heading(group), *(f"  {name(row, group)}" for row in effects)]

    def shown(header: str, cell: Callable[[Effect], str]) -> Column:
        return column(header, ("" if row is None else cell(row) for row in rows))

    def interval(row: Effect) -> str:
        """The interval in people; where too few replications differ for one, how many do."""
        if isfinite(row.people.low):
            return span(people(row), signed_tens)
        return say("table.differ", count=row.differ)

    return (
        column(say("table.system"), names, text=True),
        shown(header, lambda row: signed_tens(people(row).mean)),
        shown(say("table.interval"), interval),
        shown(say("table.effect_incidence"), lambda row: bare_points(row.incidence.mean)),
        shown(say("table.wrong_exits"), lambda row: bare_points(row.wrong_exit_rate.mean)),
        shown(say("table.interval"), lambda row: span(row.wrong_exit_rate, bare_points)),
        shown(say("table.more_paid", unit=say("money.unit")), lambda row: signed_amount(row.paid_yuan.mean / scale)),
        shown(say("table.more_work"), lambda row: signed_tens(row.work_days.mean)),
    )
