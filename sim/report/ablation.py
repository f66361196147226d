"""The table of what each system is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import effects, view
from sim.report.tables import Table
from sim.study.effects import VARIANT
from sim.words import say
from sim.words.numbers import date

if TYPE_CHECKING:
    from sim.study.effects import Effect, Effects

#: Under which heading a state stands.
GROUPS = {
    "off": "off", "double": "double", "half": "double", "unlimited": "unlimited", "more": "more", VARIANT: VARIANT,
}  # fmt: skip


def parts(result: Effects) -> tuple[Table | str, ...]:
    """What the verb prints: the table, and what it comes to where that can be told."""
    from sim.report.figures.ablation import finding

    return (ablation(result),) if result.too_few else (ablation(result), finding(result))


def ablation(result: Effects) -> Table:
    """One row an effect."""
    found, header = grouped(result), say("table.effect_people")
    columns = effects.columns(found, header, lambda row: row.people, result.scenario.scale)
    title = say("title.ablation", allocation=view.title_of(result.scenario, result.allocation), n=result.replications)
    notes, before = [say("note.ablation"), *view.scaled(result.scenario)], result.scenario.before
    notes += effects.cautions(result)
    if before is not None:
        notes.append(say("note.ablation_history", begin=date(before.start_date), day=date(result.scenario.start_date)))
    return Table(title, columns, "\n".join(notes))


def grouped(result: Effects) -> dict[str, list[Effect]]:
    """The effects by what was done."""
    return effects.grouped(result, GROUPS)
