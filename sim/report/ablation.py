"""The table of what each system is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import view
from sim.report.comparison import span
from sim.report.tables import Table, column
from sim.words import label, say
from sim.words.numbers import amount, points, signed_amount, signed_tens

if TYPE_CHECKING:
    from sim.study.ablate import Ablation, Effect


def ablation(result: Ablation) -> Table:
    """One row an effect, what is doubled first, then what is left out, then the money beside it."""
    rows = ordered(result)
    columns = (
        column(say("table.system"), map(name, rows), text=True),
        column(say("table.difference_people"), (signed_tens(row.people.mean) for row in rows)),
        column(say("table.interval"), (span(row.people, signed_tens) for row in rows)),
        column(say("table.differ"), (str(row.differ) for row in rows)),
        column(say("table.difference_incidence"), (points(row.incidence.mean, unit=False) for row in rows)),
        column(say("table.wrong_exits"), (points(row.wrong_exit_rate.mean, unit=False) for row in rows)),
        column(say("table.more_paid", unit=say("money.unit")), (signed_amount(row.paid_yuan.mean) for row in rows)),
        column(say("table.more_work"), (signed_tens(row.work_days.mean) for row in rows)),
        column(say("table.verdict"), (say(f"effect.{verdict(row)}") for row in rows), text=True),
    )
    title = say("title.ablation", allocation=view.title_of(result.scenario, result.allocation), n=result.replications)
    return Table(title, columns, say("note.ablation"))


def ordered(result: Ablation) -> list[Effect]:
    """Doubled first, left out next, more money last; in each the greatest effect first."""
    places = {"double": 0, "off": 1, "more": 2}

    def place(row: Effect) -> tuple[int, float]:
        return places[row.state], -row.people.mean if row.state == "off" else row.people.mean

    return sorted(result.effects, key=place)


def name(effect: Effect) -> str:
    """What is done to which system."""
    if effect.state == "more":
        return say("effect.more", money=amount(10_000_000, 0), unit=say("money.unit"))
    return say(f"effect.{effect.state}", system=label("system", effect.system))


def verdict(effect: Effect) -> str:
    """Whether it can be told from no effect, and in which direction."""
    if not effect.told:
        return "none"
    return "fewer" if effect.people.mean < 0 else "more_poor"
