"""Values of the evidence as a table: what each is called, its key in a scenario, value, range and unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from sim.campaign.assumed import evidence_of
from sim.report.tables import Column, Table, column
from sim.words import label, say

if TYPE_CHECKING:
    from sim.evidence import Entry
    from sim.scenario import Scenario


def together(names: Sequence[str]) -> str:
    """What values that move as one are called: by the first, and how many they are."""
    first = label("parameter", names[0])
    return say("parameters.together", name=first, all=len(names)) if len(names) > 1 else first


def called(names: Iterable[str], scenario: Scenario) -> list[Table]:
    """A table of the values that other tables name, so that a scenario can set them; none where none is named."""
    evidence = evidence_of(scenario)
    found = [evidence[name] for name in dict.fromkeys(names)]
    return [Table(say("title.called"), described(found), say("note.called"))] if found else []


def described(entries: Collection[Entry]) -> tuple[Column, ...]:
    """A row an entry."""
    return (
        column(say("table.name"), (label("parameter", entry.name) for entry in entries), text=True),
        column(say("table.key"), (entry.name for entry in entries), text=True),
        column(say("table.assumed_value"), (number(entry, entry.value) for entry in entries)),
        column(say("table.range"), map(_range, entries)),
        column(say("table.unit"), (label("unit", entry.unit) for entry in entries), text=True),
    )


def number(entry: Entry, value: float) -> str:
    """A value that an entry has or is given."""
    return f"{value:.0f}" if entry.is_year else f"{value:,.6g}"


def _range(entry: Entry) -> str:
    if not entry.varies or entry.low is None or entry.high is None:
        return "-"
    return say("number.span", low=f"{entry.low:,.6g}", high=f"{entry.high:,.6g}")
