"""What each system is worth: the table, what of it is drawn, and what it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import effects, view
from sim.report.effects import NONE, TOO_FEW, name, too_few
from sim.report.tables import Table
from sim.study.effects import VARIANT
from sim.words import say
from sim.words.numbers import date, plain_tens

if TYPE_CHECKING:
    from sim.study.effects import Effect, Effects

#: Under which heading a state stands.
GROUPS = {
    "off": "off", "double": "double", "half": "double", "unlimited": "unlimited", "more": "more", VARIANT: VARIANT,
}  # fmt: skip
#: What is drawn whether it can be told from none or not.
ALWAYS = ("more", VARIANT)


def parts(result: Effects) -> tuple[Table | str, ...]:
    """What the verb prints: the table, and what it comes to where that can be told."""
    return (ablation(result),) if result.too_few else (ablation(result), finding(result))


def ablation(result: Effects) -> Table:
    """One row an effect."""
    found, header = grouped(result), say("table.effect_people")
    columns = effects.columns(found, header, lambda row: row.people, result.scenario.scale)
    title = say("title.ablation", allocation=view.title_of(result.scenario, result.allocation), n=result.replications)
    notes, before = [say("note.ablation", fewest=result.fewest), *view.scaled(result.scenario)], result.scenario.before
    notes += [*effects.from_first_day(result), *effects.cautions(result)]
    if before is not None:
        notes.append(say("note.ablation_history", begin=date(before.start_date), day=date(result.scenario.start_date)))
    return Table(title, columns, "\n".join(notes))


def grouped(result: Effects) -> dict[str, list[Effect]]:
    """The effects by what was done."""
    return effects.grouped(result, GROUPS)


def shown(result: Effects) -> dict[str, list[Effect]]:
    """By group what can be told from none, and in any case more money, which others are measured by, and variants.

    Where so few replications tell nothing, all that differs in any of them.
    """
    found = grouped(result)
    few = [row for row in found.pop(TOO_FEW, []) if row.differ or row.state in ALWAYS]
    if few:
        by_group = {group: [row for row in few if GROUPS[row.state] == group] for group in GROUPS.values()}
        return {group: rows for group, rows in by_group.items() if rows}
    others = found.pop(NONE, [])
    for state in ALWAYS:
        if rows := [row for row in others if row.state == state]:
            found[state] = [*found.get(state, []), *rows]
    return found


def finding(result: Effects) -> str:
    """The greatest effect that can be told from none, beside that of more money."""
    significant = [row for row in result.effects if row.significant and row.state != "more"]
    if not significant:
        return too_few(result) if result.too_few else say("figure.ablation.nothing")
    greatest = max(significant, key=lambda row: abs(row.people.mean))
    more = [row for row in result.effects if row.state == "more"]
    return say("answer.clause").join([say("figure.ablation.greatest", effect=_effect(greatest)), *map(_effect, more)])


def _effect(row: Effect) -> str:
    direction = "none" if not row.significant else "fewer" if row.people.mean < 0 else "more"
    return say(f"figure.ablation.{direction}", effect=name(row), people=plain_tens(abs(row.people.mean)))
