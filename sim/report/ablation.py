"""The table of what each system is worth."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING

from sim.report import view
from sim.report.comparison import span
from sim.report.tables import Column, Table, column
from sim.words import label, say
from sim.words.numbers import amount, date, points, signed_amount, signed_tens

if TYPE_CHECKING:
    from sim.study.ablate import Ablation, Effect

#: Under which heading a state stands, and the group of what cannot be told from none.
GROUPS = {"off": "off", "double": "double", "half": "double", "unlimited": "unlimited", "more": "more"}
NONE = "none"


def ablation(result: Ablation) -> Table:
    """One row an effect under the heading of its group; what cannot be told from none stands under its own."""
    rows: list[Effect | None] = []
    names: list[str] = []
    for group, effects in grouped(result).items():
        rows += [None, *effects]
        names += [say(f"effect.group.{group}"), *(f"  {name(row, group)}" for row in effects)]

    def shown(header: str, cell: Callable[[Effect], str]) -> Column:
        return column(header, ("" if row is None else cell(row) for row in rows))

    columns = (
        column(say("table.system"), names, text=True),
        shown(say("table.effect_people"), lambda row: signed_tens(row.people.mean)),
        shown(say("table.interval"), _interval),
        shown(say("table.effect_incidence"), lambda row: _points(row.incidence.mean)),
        shown(say("table.wrong_exits"), lambda row: _points(row.wrong_exit_rate.mean)),
        shown(say("table.interval"), lambda row: span(row.wrong_exit_rate, _points)),
        shown(say("table.more_paid", unit=say("money.unit")), lambda row: signed_amount(row.paid_yuan.mean)),
        shown(say("table.more_work"), lambda row: signed_tens(row.work_days.mean)),
    )
    title = say("title.ablation", allocation=view.title_of(result.scenario, result.allocation), n=result.replications)
    notes, before = [say("note.ablation")], result.scenario.before
    if before is not None:
        notes.append(say("note.ablation_history", begin=date(before.start_date), day=date(result.scenario.start_date)))
    return Table(title, columns, "\n".join(notes))


def grouped(result: Ablation) -> dict[str, list[Effect]]:
    """By group what can be told from none, the greatest effect first; at the end what cannot."""
    found: dict[str, list[Effect]] = {group: [] for group in (*GROUPS.values(), NONE)}
    for row in sorted(result.effects, key=lambda row: -abs(row.people.mean)):
        found[GROUPS[row.state] if row.told else NONE].append(row)
    return {group: rows for group, rows in found.items() if rows}


def name(effect: Effect, group: str = NONE) -> str:
    """What is done to which system; the system alone under a heading that says what is done."""
    if effect.state == "more":
        return say("effect.more", money=amount(10_000_000, 0), unit=say("money.unit"))
    system = label("system", effect.system)
    return system if effect.state == group else say(f"effect.{effect.state}", system=system)


def _interval(effect: Effect) -> str:
    """The interval in people; where too few replications differ for one, how many do."""
    if isfinite(effect.people.low):
        return span(effect.people, signed_tens)
    return say("table.differ", count=effect.differ)


def _points(share: float) -> str:
    return points(share, unit=False)
