"""How many people to propose: a table of the baseline's curve, and the sentence it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import view
from sim.report.tables import Table, column
from sim.study.propose import SURE, Propose, propose, recorded
from sim.words import say
from sim.words.numbers import in_hundred, plain, plain_tens, tens

if TYPE_CHECKING:
    from sim.study import Comparison


def curve(result: Comparison) -> Propose | None:
    """The curve of the baseline; None where the runs do not tell."""
    name = result.baseline
    runs = view.runs(result, name)
    return propose(result.scenario, name, runs) if recorded(result.scenario, runs) else None


def finding(result: Comparison, found: Propose) -> str:
    """How many it takes to be sure, and whether so many are ready."""
    sure = SURE[1]
    people, as_played = found.needed(sure, ready=True), found.needed(sure)
    target, hundred, ready = plain(found.target), in_hundred(sure), plain_tens(found.ready)
    if people is None:
        return say("propose.never", target=target, sure=hundred, ready=ready)
    if as_played is None:
        key = "not_ready" if found.ready < people else "not_sure"
        return say(f"propose.{key}", target=target, sure=hundred, people=plain_tens(people), ready=ready)
    return say("propose.enough", target=target, sure=hundred, people=plain_tens(as_played))


def table(result: Comparison, found: Propose) -> Table:
    """A row a number proposed."""
    points = found.curve
    columns = (
        column(say("propose.proposed"), (tens(p.people) for p in points)),
        column(say("propose.remain"), (tens(p.remain) for p in points)),
        column(say("table.eighty"), (say("number.span", low=tens(p.low), high=tens(p.high)) for p in points)),
        column(say("propose.chance"), (str(in_hundred(p.chance.estimate)) for p in points)),
        column(say("propose.if_ready"), (str(in_hundred(p.if_ready.estimate)) for p in points)),
    )
    title = say("propose.title", title=view.title(result, found.allocation), target=plain(found.target))
    return Table(title, columns, "\n".join([finding(result, found), say("propose.note")]))
