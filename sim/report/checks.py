"""What was looked after before anybody relies on the page: passed, to be watched or open, each with what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sim.campaign.assumed import playing
from sim.evidence import reconcile
from sim.report import screening, sensitivity, view
from sim.report.tables import Table, column
from sim.statistics.intervals import FEW
from sim.words import listed, say

if TYPE_CHECKING:
    from sim.report.beside import Beside
    from sim.study import Comparison


class Check(NamedTuple):
    """What was looked at, how it stands (pass, review, open), and what that means or asks for."""

    name: str
    state: str
    said: str


def checks(result: Comparison, others: Beside) -> Table:
    """A row a check, in the order in which one would go about them."""
    rows = list(_all(result, others))
    columns = (
        column(say("checks.what"), (say(f"checks.name.{row.name}") for row in rows), text=True),
        column(say("table.check"), (say(f"checks.{row.state}") for row in rows), text=True),
        column(say("checks.advice"), (row.said for row in rows), text=True),
    )
    return Table(say("checks.title"), columns)


def _all(result: Comparison, others: Beside) -> Iterator[Check]:
    yield Check("balance", "pass", say("checks.balance"))
    yield _complete(result)
    yield _replications(result)
    yield from _few(others)
    if len(result.allocations) > 1:
        yield _apart(result)
    yield _published()
    yield _assumed(result, others)
    yield Check("history", "open", say("checks.history"))


def _complete(result: Comparison) -> Check:
    if result.interrupted and not result.failed:
        return Check("complete", "review", say("checks.interrupted", n=result.replications))
    if result.failed:
        return Check("complete", "review", say("checks.incomplete", failed=len(result.failed), n=result.replications))
    return Check("complete", "pass", say("checks.complete", n=result.replications))


def _replications(result: Comparison) -> Check:
    if result.replications >= FEW:
        return Check("replications", "pass", say("checks.enough", n=result.replications))
    return Check("replications", "review", say("checks.few", n=result.replications, enough=FEW))


def _few(others: Beside) -> Iterator[Check]:
    """Studies of what changes do that rest on few replications."""
    for study in ("deadlines", "value", "ablate"):
        found = getattr(others, study)
        if found is not None and found.replications < FEW:
            said = say("checks.few_of_study", study=say(f"checks.study.{study}"), n=found.replications, enough=FEW)
            yield Check("replications", "review", said)


def _apart(result: Comparison) -> Check:
    if not result.alike:
        return Check("apart", "pass", say("checks.apart"))
    if view.too_few(result):
        return Check("apart", "review", say("checks.alike_few", enough=FEW))
    count = len(view.tied(result) or result.alike)
    return Check("apart", "review", say("checks.alike", count=count, all=len(result.allocations)))


def _published() -> Check:
    """Of the figures that the county and others published."""
    found = Counter(row.verdict for row in reconcile())
    state = "open" if found["open"] else "pass"
    said = say("checks.published", holds=found["holds"], explained=found["explained"], open=found["open"])
    return Check("published", state, said)


def _assumed(result: Comparison, others: Beside) -> Check:
    count = sum(entry.kind == "assumed" for entry in playing(result.scenario))
    if result.scenario.parameters == "point":
        return Check("assumed", "review", say("checks.point", count=count))
    if others.sensitivity is not None:
        names = sensitivity.significant(others.sensitivity)
    elif others.screen is not None:
        names = screening.most(others.screen)
    else:
        return Check("assumed", "open", say("checks.unranked", count=count))
    if not names:
        return Check("assumed", "review", say("checks.none_told", count=count))
    return Check("assumed", "review", say("checks.told", count=count, names=listed(names)))
